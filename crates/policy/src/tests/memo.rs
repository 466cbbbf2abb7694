//! What is remembered of one question is no answer to another.

use std::collections::BTreeSet;

use model::{
    Around, CallFacts, ClientFacts, DesktopState, ElementFacts, Elevation, Facts, LocalTime, Operation,
    PressKeysRequest, ProcessFacts, Sought, StatusRequest, TargetFacts, WindowFacts,
    ui::{ElementId, ElementKey, Role, WindowKey},
};

use crate::{
    Circumstances, Policy, PolicyText, Verdict,
    config::{Profile, Settings},
    taint::Source,
};

/// A call, of which each test changes one thing.
#[derive(Clone)]
struct Case {
    session: &'static str,
    taint: BTreeSet<Source>,
    call: CallFacts,
    facts: Facts,
    operation: Operation,
}

fn case() -> Case {
    let key = WindowKey { handle: 1, pid: 7, started: 9 };
    let process =
        ProcessFacts { pid: 7, started: 9, path: r"C:\a.exe".into(), elevation: Elevation::Same, own: false };
    let window =
        WindowFacts { key, reference: None, title: "T".into(), class: "C".into(), process, shell: false };
    let element = ElementFacts {
        key: ElementKey { window: key, id: ElementId::Runtime(vec![1]) },
        role: Role::Button,
        name: "N".into(),
        automation_id: "id".into(),
        password: false,
    };
    let target = TargetFacts {
        window,
        element: Some(element),
        point: None,
        around: Around::default(),
        sought: Sought::default(),
    };
    Case {
        session: "one",
        taint: BTreeSet::new(),
        call: CallFacts::default(),
        facts: Facts { targets: vec![target], desktop: Some(DesktopState::Interactive), ..Facts::default() },
        operation: Operation::PressKeys(PressKeysRequest {
            target: None,
            window: None,
            keys: vec!["A".parse().unwrap()],
        }),
    }
}

fn verdict(policy: &Policy, case: &Case) -> Verdict {
    let here = Circumstances { session: case.session, taint: &case.taint, call: &case.call };
    policy.decide(&here, &case.operation, &case.facts)
}

#[test]
fn a_verdict_is_given_again_only_to_the_same_question() {
    let target = |case: &mut Case, change: &dyn Fn(&mut TargetFacts)| change(&mut case.facts.targets[0]);
    type Change<'a> = Box<dyn Fn(&mut Case) + 'a>;
    // What a policy forbids, and what makes a call one that it forbids.
    let pairs: Vec<(&str, Change<'_>)> = vec![
        (r#"principal == Session::"two", action, resource"#, Box::new(|case| case.session = "two")),
        (
            r#"principal, action, resource in Process::"C:\\b.exe""#,
            Box::new(|case| target(case, &|target| target.window.process.path = r"C:\B.EXE".into())),
        ),
        (
            r#"principal, action, resource in Path::"C:\\Tools""#,
            Box::new(|case| target(case, &|target| target.window.process.path = r"C:\Tools\a.exe".into())),
        ),
        (
            r#"principal, action, resource in Path::"C:\\Tools""#,
            Box::new(|case| target(case, &|target| target.window.process.path = String::new())),
        ),
        (
            r#"principal, action, resource in Window::"2-7-9""#,
            Box::new(|case| target(case, &|target| target.window.key.handle = 2)),
        ),
        (
            r#"principal, action, resource == Element::"1-7-9/Button/other""#,
            Box::new(|case| {
                target(case, &|target| {
                    target.element.as_mut().unwrap().automation_id = "other".into();
                });
            }),
        ),
        (
            r#"principal, action == Action::"status", resource"#,
            Box::new(|case| case.operation = Operation::Status(StatusRequest {})),
        ),
        (
            r#"principal, action, resource) when { context.tainted } unless { false"#,
            Box::new(|case| case.taint = BTreeSet::from([Source::Web])),
        ),
        (
            r#"principal, action, resource) when { context.time.hour == 3 } unless { false"#,
            Box::new(|case| case.call.time = LocalTime { hour: 3, ..LocalTime::default() }),
        ),
        (
            r#"principal, action, resource) when { context.client.claimed_name == "x" } unless { false"#,
            Box::new(|case| {
                case.call.client = ClientFacts { claimed_name: "x".into(), ..ClientFacts::default() };
            }),
        ),
        (
            r#"principal, action, resource) when { context has window && context.window.title == "U" } unless { false"#,
            Box::new(|case| target(case, &|target| target.window.title = "U".into())),
        ),
    ];
    for (head, change) in pairs {
        let end = if head.contains("unless") { "};" } else { ");" };
        let text = format!("@id(\"f\") @reason(\"r\") forbid ({head}{end}");
        let texts = [PolicyText { name: "t.cedar", text: &text }];
        let policy = Policy::new(&Settings::of_profile(Profile::Assistant), &texts).unwrap();
        let (permitted, mut forbidden) = (case(), case());
        change(&mut forbidden);
        for _ in 0..2 {
            assert!(matches!(verdict(&policy, &permitted), Verdict::Allow { .. }), "{text}");
            assert!(matches!(verdict(&policy, &forbidden), Verdict::Deny { .. }), "{text}");
        }
    }
}

#[test]
fn no_more_than_a_few_questions_are_remembered() {
    let memo = super::Memo::default();
    let asked = |number: usize| super::Asked {
        kind: model::Kind::Status,
        session: number.to_string(),
        caller: Default::default(),
        subject: super::Subject::Desktop,
        facts: Vec::new(),
    };
    let verdict = Verdict::Allow { policies: vec!["reads".into()] };
    for number in 0..1_000 {
        memo.keep(asked(number), &verdict);
        assert_eq!(memo.verdict(&asked(number)), Some(verdict.clone()));
        assert!(memo.known().len() <= super::MOST);
    }
    assert_eq!(memo.verdict(&asked(0)), None);
}
