//! What nobody looked for is told from what is not there.

use model::{ClientFacts, ui::Role};

use super::*;

fn lacks(condition: &str, operation: &Operation, facts: &Facts, call: &CallFacts) -> bool {
    let text =
        format!("@id(\"p\") @reason(\"r\") forbid (principal, action, resource) when {{ {condition} }};");
    with_policies(Profile::Lab, &text).unwrap().lacks(operation, facts, call)
}

const SIGNER: &str = "context.client has signer";
const CLOCK: &str = "context has process && context.process has running_minutes";
const ANCESTORS: &str = "context has ancestors";

/// A button of which all was looked for, and nothing found.
fn looked_at() -> TargetFacts {
    let sought = Sought { ancestors: Some(vec![]), signer: Some(String::new()) };
    TargetFacts { sought, ..control(notepad(), Role::Button, "OK") }
}

fn known() -> CallFacts {
    let client = ClientFacts { signer: Some(String::new()), ..ClientFacts::default() };
    CallFacts { client, clock: Some(1), ..CallFacts::default() }
}

#[test]
fn nothing_is_lacking_where_all_was_looked_for_or_no_policy_asks() {
    for condition in [SIGNER, CLOCK, ANCESTORS] {
        assert!(!lacks(condition, &click(), &facts(looked_at()), &known()), "{condition}");
    }
    let bare = facts(control(notepad(), Role::Button, "OK"));
    assert!(!lacks("context.approved", &click(), &bare, &CallFacts::default()));
}

#[test]
fn who_signed_the_client_each_target_and_what_is_launched_may_be_lacking() {
    let unsigned = |facts: &Facts, call: &CallFacts| lacks(SIGNER, &click(), facts, call);
    assert!(unsigned(&facts(looked_at()), &CallFacts { clock: Some(1), ..CallFacts::default() }));
    let sought = Sought { signer: None, ..looked_at().sought };
    let one = TargetFacts { sought, ..looked_at() };
    assert!(unsigned(&Facts { targets: vec![looked_at(), one], ..facts(looked_at()) }, &known()));
    let (operation, mut facts) = launch(r"C:\a.exe");
    assert!(lacks(SIGNER, &operation, &facts, &known()));
    facts.launch.as_mut().unwrap().signer = Some(String::new());
    assert!(!lacks(SIGNER, &operation, &facts, &known()));
}

#[test]
fn what_an_element_lies_in_may_be_lacking_and_of_a_window_never_is() {
    let alone = |target| TargetFacts { sought: Sought { ancestors: None, ..looked_at().sought }, ..target };
    assert!(lacks(ANCESTORS, &click(), &facts(alone(looked_at())), &known()));
    assert!(!lacks(ANCESTORS, &press(&["A"]), &facts(alone(notepad())), &known()));
}

#[test]
fn the_clock_may_be_lacking_where_there_is_a_program_that_has_been_running() {
    let timeless = CallFacts { clock: None, ..known() };
    assert!(lacks(CLOCK, &click(), &facts(looked_at()), &timeless));
    let (operation, facts) = launch(r"C:\a.exe");
    assert!(!lacks(CLOCK, &operation, &facts, &timeless));
}

#[test]
fn a_policy_that_asks_what_an_element_lies_in_denies_where_that_is_not_known_and_it_has_to_be() {
    let text = "@id(\"p\") @reason(\"r\") forbid (principal, action == Action::\"click\", resource) when { \
                context has window && context.window.title == \"Untitled\" && context has ancestors && \
                context.ancestors.contains({role: \"Group\", name: \"x\"}) };";
    let policy = with_policies(Profile::Lab, text).unwrap();
    let verdict = |target| policy.decide(&HERE, &click(), &facts(target));
    let unknown = || control(notepad(), Role::Button, "Bold");
    assert_eq!(name(verdict(looked_at())), "allow");
    assert!(matches!(verdict(unknown()), Verdict::Deny { code: Code::PolicyError, .. }));
    let mut other = unknown();
    other.window.title = "Other".into();
    assert_eq!(name(verdict(other)), "allow");
}
