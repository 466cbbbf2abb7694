//! With the sieve and what is remembered, and without them, every decision is the same.

use std::collections::BTreeSet;

use model::{
    Ancestor, Button, CallFacts, ClickRequest, DesktopState, ElementFacts, ElementRef, Elevation, Facts,
    LocalTime, Operation, ProcessFacts, Sought, Target, TargetFacts, WindowFacts,
    keys::Modifiers,
    ui::{ElementId, ElementKey, Role, WindowKey},
};
use proptest::prelude::*;

use super::Sieve;
use crate::{
    Circumstances, Policy, PolicyText,
    config::{Profile, Settings},
    fact::Fact,
    taint::Source,
};

/// Conditions of every form, some of which fail where a fact is missing or a number is too large.
const CONDITIONS: [&str; 19] = [
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
    "resource in Path::\"C:\\\\Windows\" && context.tainted",
    "!(resource in Path::\"c:/\") || resource in [Path::\"D:\\\\\", Path::\"C:\\\\Windows\\\\System32\"]",
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
        path in prop::sample::select(vec![r"C:\Windows\System32\cmd.exe", r"C:\a.exe", r"C:\WINDOW~1\a.exe", ""]),
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

/// Whether a policy with this condition is left for Cedar.
fn is_left(condition: &str) -> bool {
    is_left_with(&format!("when {{ {condition} }}"))
}

fn is_left_with(clauses: &str) -> bool {
    let text = |text: &str| Fact::Text(text.into());
    let facts = [
        ("yes", Fact::Flag(true)),
        ("no", Fact::Flag(false)),
        ("text", text("ab")),
        ("words", Fact::Words(vec!["a", "b"])),
        ("number", Fact::Number(1)),
        ("record", Fact::Record(vec![("path", text("p"))])),
        ("unknown", Fact::Unknown),
    ];
    let policy = format!("permit (principal, action, resource) {clauses};");
    Sieve::of(&policy.parse().unwrap()).passes(&facts)
}

#[test]
fn conditions_of_these_forms_are_understood_and_put_a_policy_aside_where_they_are_false() {
    let forms = [
        ("context.yes", "context.no"),
        ("!context.no", "!context.yes"),
        ("context has text", "context has missing"),
        ("context has record.path", "context has record.other"),
        (r#"context.record.path == "p""#, r#"context.record.path == "q""#),
        (r#""ab" == context.text"#, r#""b" == context.text"#),
        (r#"context.text != "b""#, r#"context.text != "ab""#),
        (r#"context.text like "a*""#, r#"context.text like "b*""#),
        (r#"context.words.contains("a")"#, r#"context.words.contains("c")"#),
        (r#"["ab", "b"].contains(context.text)"#, r#"["a", "b"].contains(context.text)"#),
        (r#"context.words.containsAny(["c", "b"])"#, r#"context.words.containsAny(["c"])"#),
        (r#"["c", "b"].containsAny(context.words)"#, r#"["c"].containsAny(context.words)"#),
        (r#"context.words.containsAll(["b", "a"])"#, r#"context.words.containsAll(["b", "c"])"#),
        ("context.no || context.yes", "context.no || context.no"),
        ("!(context.yes && context.no)", "!(context.yes && context.yes)"),
        ("context.yes && context.yes", "context.yes && context.no"),
    ];
    for (holds, fails) in forms {
        assert!(is_left(holds) && !is_left(fails), "{holds}, {fails}");
    }
}

#[test]
fn clauses_count_in_their_order_up_to_one_that_is_not_understood() {
    for (clauses, left) in [
        ("when { context.yes } when { context.no }", false),
        ("when { context.yes } unless { context.yes }", false),
        ("unless { context.no } when { context.yes }", true),
        ("unless { context.no } when { context.no }", false),
        ("when { context.number < 3 } when { context.no }", true),
        ("when { context.number < 3 } unless { context.yes }", true),
        ("unless { context.number < 3 } when { context.no }", true),
        ("when { context.no } when { context.number < 3 }", false),
    ] {
        assert_eq!(is_left_with(clauses), left, "{clauses}");
    }
}

#[test]
fn what_is_not_understood_or_not_known_is_left_to_cedar_with_all_behind_it() {
    for first in [
        "context.number < 3",
        "context.missing",
        "context.text",
        "context.words == \"a\"",
        "context.text.contains(\"a\")",
        "context has unknown",
        "context.unknown",
        "context.text == context.text",
        "context.text.path == \"a\"",
        "context.words.containsAny(context.words)",
        "if context.yes then context.no else context.no",
    ] {
        assert!(is_left(&format!("({first}) && context.no")), "{first}");
        assert!(!is_left(&format!("context.no && ({first})")), "{first}");
    }
}
