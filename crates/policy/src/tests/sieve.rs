//! With the sieve and what is remembered, and without them, every decision is the same.

use std::collections::BTreeSet;

use model::{
    Ancestor, Button, CallFacts, ClickRequest, DesktopState, ElementFacts, ElementRef, Elevation, Facts,
    LocalTime, Operation, ProcessFacts, Sought, Target, TargetFacts, WindowFacts,
    keys::Modifiers,
    ui::{ElementId, ElementKey, Role, WindowKey},
};
use proptest::prelude::*;

use crate::{
    Circumstances, Policy, PolicyText,
    config::{Profile, Settings},
    taint::Source,
};

/// Conditions of every form, some of which fail where a fact is missing or a number is too large.
const CONDITIONS: [&str; 17] = [
    "context has element && context.element.name like \"a*b\"",
    "context has protected && context.protected == \"console\"",
    "context.tainted || context.desktop == \"secure\"",
    "!context.tainted && context.effects.contains(\"input\")",
    "context.risk.containsAny([\"delete\", \"send\"]) && context.approved",
    "context.effects.containsAll([\"input\", \"destroy\"])",
    "[\"interactive\", \"none\"].contains(context.desktop)",
    "[\"web\", \"mail\"].containsAny(context.taint)",
    "context has window.title && context.window.title like \"*\"",
    "context has window && context.window.title like \"\"",
    "context.desktop != \"interactive\" && 9223372036854775807 + 1 == 0",
    "9223372036854775807 + 1 == 0 || context.tainted",
    "context.tainted && 9223372036854775807 + 1 == 0",
    "if context.tainted then context.dry_run else context.approved",
    "context.time.hour < 12 && context.tainted",
    "context.client has signer || context.session.calls == 0",
    "context has ancestors && context.ancestors.contains({role: \"Group\", name: \"ab\"})",
];

fn text(chosen: &[(usize, usize, bool, bool)], pattern: &str) -> String {
    let policies = chosen.iter().enumerate().map(|(number, (first, second, forbids, unless))| {
        let effect = if *forbids { "forbid" } else { "permit" };
        let word = if *unless { "unless" } else { "when" };
        let (first, second) = (CONDITIONS[*first], CONDITIONS[*second]);
        format!("@id(\"{number}\") @reason(\"r\") {effect} (principal, action, resource) when {{ {first} }} {word} {{ {second} }};\n")
    });
    let like = format!(
        "@id(\"like\") @reason(\"r\") permit (principal, action, resource)\nwhen {{ context has window && \
         context.window.title like \"{pattern}\" }};"
    );
    policies.collect::<String>() + &like
}

fn facts(title: &str, name: &str, path: &str, with_element: bool, desktop: Option<DesktopState>) -> Facts {
    let key = WindowKey { handle: 1, pid: 7, started: 9 };
    let process =
        ProcessFacts { pid: 7, started: 9, path: path.into(), elevation: Elevation::Same, own: false };
    let window =
        WindowFacts { key, reference: None, title: title.into(), class: "C".into(), process, shell: false };
    let element = with_element.then(|| ElementFacts {
        key: ElementKey { window: key, id: ElementId::Runtime(vec![1]) },
        role: Role::Button,
        name: name.into(),
        automation_id: String::new(),
        password: false,
    });
    let ancestors = Some(vec![Ancestor { role: Role::Group, name: title.into() }]);
    let sought = Sought { ancestors, signer: None };
    let target = TargetFacts { window, element, point: None, around: model::Around::default(), sought };
    Facts { targets: vec![target], desktop, ..Facts::default() }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn what_is_put_aside_would_not_have_counted(
        chosen in prop::collection::vec(
            (0..CONDITIONS.len(), 0..CONDITIONS.len(), any::<bool>(), any::<bool>()),
            0..5,
        ),
        pattern in "[ab*]{0,6}",
        titles in prop::collection::vec("[ab]{0,6}", 4),
        name in prop::sample::select(vec!["ab", "aXb", "ba", "Delete", "Send", ""]),
        path in prop::sample::select(vec![r"C:\Windows\System32\cmd.exe", r"C:\a.exe", ""]),
        with_element in any::<bool>(),
        desktop in prop::sample::select(vec![None, Some(DesktopState::Interactive), Some(DesktopState::Secure)]),
        tainted in any::<bool>(),
        hour in 0_u8..24,
        profile in prop::sample::select(Profile::ALL.to_vec()),
    ) {
        let text = text(&chosen, &pattern);
        let texts = [PolicyText { name: "t.cedar", text: &text }];
        let settings = Settings::of_profile(profile);
        let policy = Policy::new(&settings, &texts).unwrap();
        let in_full = Policy::new(&settings, &texts).unwrap().asked_in_full();
        let taint = if tainted { BTreeSet::from([Source::Web]) } else { BTreeSet::new() };
        let call = CallFacts { time: LocalTime { hour, ..LocalTime::default() }, ..CallFacts::default() };
        let circumstances = Circumstances { session: "s", taint: &taint, call: &call };
        let click = Operation::Click(ClickRequest {
            target: Target::Element(ElementRef::new(1)),
            button: Button::Left,
            count: 1,
            modifiers: Modifiers::default(),
        });
        let whole: Vec<_> = titles
            .iter()
            .map(|title| {
                let facts = facts(title, name, path, with_element, desktop);
                let verdict = in_full.decide(&circumstances, &click, &facts);
                let reveals = in_full.reveals(&circumstances, &click, &facts);
                (facts, verdict, reveals)
            })
            .collect();
        // Each twice, between others.
        for (facts, whole, reveals) in whole.iter().chain(&whole) {
            let verdict = policy.decide(&circumstances, &click, facts);
            prop_assert_eq!(format!("{verdict:?}"), format!("{whole:?}"), "{}\n{:?}", text, facts);
            prop_assert_eq!(policy.reveals(&circumstances, &click, facts), *reveals);
        }
    }
}
