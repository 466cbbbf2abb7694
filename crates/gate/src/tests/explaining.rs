//! Verdicts without acts.

use policy::PolicyText;

use super::*;
use crate::{Explainer, Explanation, Told};

fn explainer(text: &str, settings: Settings) -> Explainer {
    let policy = Policy::new(&settings, &[PolicyText { name: "p.cedar", text }]).unwrap();
    Explainer::new(Arc::new(FakeHost::default()), settings, Some(policy))
}

async fn explained(explainer: &mut Explainer, plans: Plans) -> Explanation {
    explainer.explain(Some("s"), call(plans), Told::default()).await
}

#[tokio::test]
async fn a_call_is_explained_by_the_age_of_its_session_in_minutes() {
    let young = "@id(\"p\") @reason(\"r\") forbid (principal, action == Action::\"type_text\", resource)\
                 when { context.session.age_minutes < 5 };";
    let mut explainer = explainer(young, Settings::of_profile(Profile::Lab));
    for (seconds, verdict) in [(290, "deny"), (310, "allow")] {
        explainer.begun_before("s", Duration::from_secs(seconds));
        assert_eq!(explained(&mut explainer, Plans::One(typing())).await.verdict, verdict, "{seconds}");
    }
}

#[tokio::test]
async fn what_refuses_without_a_policy_is_named() {
    let mut settings = Settings::of_profile(Profile::Lab);
    settings.limits.input_per_minute = policy::config::Amount::Most(1);
    let none = "@id(\"p\") @reason(\"r\") forbid (principal, action, resource) when { false };";
    let mut explainer = explainer(none, settings);
    assert!(explained(&mut explainer, Plans::One(typing())).await.reasons.is_empty());
    let unknown = Target::Element(ElementRef::new(77));
    let (button, modifiers) = (Button::Left, Modifiers::default());
    let click = Operation::Click(ClickRequest { target: unknown, button, count: 1, modifiers });
    for (plans, named) in
        [(Plans::One(typing()), "limits"), (Plans::One(click), "facts"), (Plans::Refuses, "plan")]
    {
        let explanation = explained(&mut explainer, plans).await;
        assert_eq!((explanation.verdict, explanation.reasons[0].policy.as_str()), ("deny", named));
    }
}
