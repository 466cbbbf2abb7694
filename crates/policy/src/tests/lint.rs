use model::{DesktopState, Elevation, LaunchPath};

use super::*;

mod lint_bounds;

/// The findings on policies, each as `severity policy: message`.
fn found(text: &str) -> Vec<String> {
    let text = PolicyText { name: "a.cedar", text };
    let shown = |finding: Finding| {
        assert!(finding.line.is_some(), "{finding}");
        finding.to_string().lines().next().unwrap_or_default().to_owned()
    };
    check(&[text]).unwrap().into_iter().map(shown).collect()
}

/// A policy of this effect, scope and conditions.
fn policy(id: &str, rest: &str) -> String {
    format!("@id(\"{id}\") @reason(\"r\")\n{rest}\n")
}

fn holds(findings: &[String], part: &str) {
    assert!(findings.iter().any(|finding| finding.contains(part)), "{part}: {findings:?}");
}

#[test]
fn policies_that_are_right_give_no_finding() {
    let text = [
        policy(
            "a",
            r#"forbid (principal, action in [Action::"input"], resource) when { context has process && context.process.path like "*\\regedit.exe" };"#,
        ),
        policy(
            "b",
            r#"permit (principal, action == Action::"app_launch", resource) when { context has launch && context.launch.path == "C:\\a.exe" };"#,
        ),
        policy("c", r#"permit (principal, action, resource) when { context.approved };"#),
        policy("d", r#"permit (principal, action in Action::"read", resource);"#),
        policy("e", r#"permit (principal, action, resource) when { context.in_workspace };"#),
        policy(
            "f",
            r#"forbid (principal, action, resource) when { context.effects.contains("egress") } unless { context.approved };"#,
        ),
    ];
    assert_eq!(found(&text.concat()), [""; 0]);
}

#[test]
fn the_policies_that_are_built_in_have_no_finding_but_that_a_lab_permits_everything() {
    let schema = load::schema().unwrap();
    let actions = Actions::of(&schema).unwrap();
    for profile in Profile::ALL {
        for text in load::profile(profile) {
            let set: PolicySet = text.text.parse().unwrap();
            let all: Vec<_> = set.policies().filter_map(|policy| read(text, policy, &actions)).collect();
            let mut findings = warned(&schema, text, &set);
            findings.extend(
                all.iter().flat_map(|policy| {
                    known::unknown_words(policy).into_iter().chain(wide::too_much(policy))
                }),
            );
            findings.extend(pairs::at_odds(&all));
            let expected = usize::from(text.name == "lab.cedar");
            assert_eq!(findings.len(), expected, "{}: {findings:?}", text.name);
        }
    }
}

#[test]
fn what_does_not_load_is_a_finding_with_its_line() {
    for (text, part) in [
        ("\npermit (principal, action, resource)", "a.cedar:2: error: "),
        (
            "\n\n@reason(\"r\") permit (principal, action, resource);",
            "a.cedar:3: error: the policy number 1: it has no `@id`",
        ),
        (
            "\n@id(\"x\") @reason(\"r\")\npermit (principal, action, resource)\nwhen { context.nope };",
            "a.cedar:4: error: ",
        ),
        (
            &policy("reads", "permit (principal, action, resource) when { context.approved };"),
            "is also defined in `assistant.cedar`",
        ),
    ] {
        holds(&found(text), part);
    }
}

#[test]
fn one_id_for_two_policies_is_told_with_the_line_of_the_second() {
    let one = policy("x", "permit (principal, action in Action::\"read\", resource);");
    let two = policy("x", "permit (principal, action == Action::\"scroll\", resource);");
    holds(&found(&(one + &two)), "a.cedar:3: error: ");
}

#[test]
fn a_policy_that_can_never_match_is_told() {
    for rest in [
        r#"permit (principal, action == Action::"clipboard_read", resource is Window);"#,
        r#"forbid (principal, action == Action::"app_launch", resource is Element);"#,
        r#"permit (principal, action in Action::"egress", resource);"#,
        "permit (principal, action == Action::\"click\", resource) when { false };",
    ] {
        holds(&found(&policy("p", rest)), "a.cedar:1: error: `p` can never match");
    }
}

#[test]
fn a_word_that_a_fact_never_is_is_told_wherever_it_stands() {
    for (condition, part) in [
        (r#"context.desktop == "foo""#, "compares `context.desktop` with \"foo\""),
        (r#""interactve" != context.desktop"#, "did you mean `interactive`?"),
        (r#"context.effects.contains("delete")"#, "compares `context.effects` with \"delete\""),
        (r#"context.risk.containsAny(["delete", "destroy"])"#, "compares `context.risk` with \"destroy\""),
        (r#"["read", "look"].containsAll(context.effects)"#, "compares `context.effects` with \"look\""),
        (r#"context has protected && ["console", "terminal"].contains(context.protected)"#, "\"terminal\""),
        (r#"context has verb && context.verb == "shut""#, "compares `context.verb` with \"shut\""),
        (
            r#"context has process && !(context.process.elevation == "yes")"#,
            "compares `context.process.elevation`",
        ),
        (r#"context has element && context.element.role == "button""#, "did you mean `Button`?"),
        (
            r#"if context.approved then context.key_effects.contains("lock") else false"#,
            "`context.key_effects`",
        ),
    ] {
        let text = policy("p", &format!("forbid (principal, action, resource) when {{ {condition} }};"));
        holds(&found(&text), part);
    }
}

#[test]
fn all_words_that_facts_are_are_known() {
    let facts = known::facts();
    let known = |fact: &str| facts.iter().find(|(name, _)| *name == fact).unwrap().1.clone();
    for state in [DesktopState::Interactive, DesktopState::Secure, DesktopState::None] {
        assert!(known("desktop").contains(&word(state).as_str()));
    }
    for elevation in [Elevation::Same, Elevation::Higher, Elevation::Unknown] {
        assert!(known("process.elevation").contains(&word(elevation).as_str()));
    }
    for kind in [LaunchPath::Local, LaunchPath::Relative, LaunchPath::Network] {
        assert!(known("launch.kind").contains(&word(kind).as_str()));
    }
}

/// A fact's word, which serde and policies share.
fn word(value: impl Serialize) -> String {
    serde_json::to_value(value).unwrap().as_str().unwrap().to_owned()
}

#[test]
fn a_permit_that_is_forbidden_as_a_whole_is_told() {
    let permit =
        policy("p", "permit (principal, action == Action::\"click\", resource) when { context.approved };");
    let forbid = |rest: &str| {
        policy("f", &format!("forbid (principal, action in Action::\"input\", resource) {rest};"))
    };
    holds(&found(&(permit.clone() + &forbid(""))), "`p` permits nothing: `f` (a.cedar:3) forbids all of it");
    assert_eq!(found(&(permit.clone() + &forbid("unless { context.approved }"))), [""; 0]);
    let other = policy("f", "forbid (principal, action in Action::\"read\", resource);");
    assert_eq!(found(&(permit + &other)), [""; 0]);
    // The exact contrary is told as that alone.
    let clicks = "(principal, action == Action::\"click\", resource);";
    let plain = policy("p", &format!("permit {clicks}"));
    let told =
        |forbid: &str| found(&(plain.clone() + forbid)).iter().any(|one| one.contains("permits nothing"));
    assert!(told(&forbid("")) && !told(&policy("f", &format!("forbid {clicks}"))));
}

#[test]
fn a_group_that_no_file_defines_is_told_with_the_nearest_that_one_does() {
    let groups = r#"[{"uid": {"type": "Process", "id": "C:\\Office\\Word.exe"}, "attrs": {},
        "parents": [{"type": "ProgramGroup", "id": "office"}]}]"#;
    let with = |text: &str| {
        let texts =
            [PolicyText { name: "a.cedar", text }, PolicyText { name: "g.entities.json", text: groups }];
        check(&texts).unwrap().iter().map(Finding::to_string).collect::<Vec<_>>()
    };
    let forbids = |rest: &str| policy("p", &format!("\nforbid (principal, action, {rest};"));
    for rest in [
        r#"resource in ProgramGroup::"offices")"#,
        r#"resource is Element in ProgramGroup::"offices")"#,
        r#"resource) when { resource in ProgramGroup::"offices" }"#,
        r#"resource) unless { context.approved || resource in [ProgramGroup::"office", ProgramGroup::"offices"] }"#,
    ] {
        let found = with(&forbids(rest));
        assert_eq!(found.len(), 1, "{found:?}");
        let part = "a.cedar:1: error: `p` names the group `offices`, which no file of groups defines; did you mean `office`?";
        holds(&found, part);
    }
    assert_eq!(with(&forbids(r#"resource in ProgramGroup::"office")"#)), [""; 0]);
    // Without any file of groups, every group is unknown.
    holds(&found(&forbids(r#"resource in ProgramGroup::"office")"#)), "names the group `office`");
}

#[test]
fn contraries_and_repetitions_are_told() {
    let about = |id: &str, effect: &str| {
        policy(
            id,
            &format!(
                "{effect} (principal, action == Action::\"click\", resource) when {{ context.approved }};"
            ),
        )
    };
    holds(
        &found(&(about("a", "permit") + &about("b", "forbid"))),
        "a.cedar:3: error: `b` says the contrary of `a` (a.cedar:1)",
    );
    holds(
        &found(&(about("a", "permit") + &about("b", "permit"))),
        "a.cedar:3: warning: `b` says the same as `a` (a.cedar:1)",
    );
}

#[test]
fn grants_that_are_too_wide_are_told_and_an_approval_bounds_them() {
    for (scope, condition, part) in [
        ("action, resource", "", "permits everything, to everything"),
        ("action, resource", r#"context.desktop == "interactive""#, "permits everything, to everything"),
        ("action, resource in Desktop::\"desktop\"", "", "permits everything, to everything"),
        ("action, resource in Process::\"C:\\\\a.exe\"", "", "permits everything of the program"),
        (
            "action, resource",
            r#"context has process && context.process.path == "C:\\a.exe""#,
            "permits everything of a program",
        ),
        ("action in Action::\"execute\", resource", "", "permits all of `execute`"),
        ("action == Action::\"reveal\", resource", "", "permits every secret to be shown"),
        ("action == Action::\"app_launch\", resource", "", "permits all of `execute`"),
        (
            "action in Action::\"read\", resource in RegistryKey::\"HKCU\"",
            "",
            "permits a whole hive of the registry, `HKCU`",
        ),
        ("action, resource in RegistryKey::\"HKLM\\\\SOFTWARE\"", "", "permits a whole hive"),
        ("action in Action::\"registry\", resource is RegistryKey", "", "permits a whole hive"),
        ("action == Action::\"registry_write\", resource", "", "permits changing the whole registry"),
        (
            "action, resource",
            r#"context.effects.contains("destroy")"#,
            "permits all that has the effect `destroy`",
        ),
        (
            "action == Action::\"click\", resource",
            r#"context has process && context.process.path like "*""#,
            "which everything is like",
        ),
    ] {
        let with = |more: &str| {
            let all: Vec<&str> = [condition, more].into_iter().filter(|part| !part.is_empty()).collect();
            let when =
                if all.is_empty() { String::new() } else { format!("when {{ {} }}", all.join(" && ")) };
            policy("p", &format!("permit (principal, {scope}) {when};"))
        };
        holds(&found(&with("")), part);
        if !part.contains("everything is like") {
            assert_eq!(found(&with("context.approved")), [""; 0], "{scope} {condition}");
        }
        let forbids = with("").replace("permit (", "forbid (");
        assert!(!found(&forbids).iter().any(|finding| finding.contains("permits")), "{forbids}");
    }
}

#[test]
fn a_grant_for_the_windows_of_a_program_is_not_one_for_all_of_it() {
    let windows = "permit (principal, action, resource is Window) when { \
                   context has process && context.process.path == \"C:\\\\a.exe\" };";
    assert!(!found(&policy("p", windows)).iter().any(|finding| finding.contains("everything of a program")));
}

#[test]
fn what_the_settings_name_bounds_a_grant_without_anybody_being_asked() {
    let all = policy("p", "permit (principal, action, resource) when { context.in_workspace };");
    assert_eq!(found(&all), [""; 0]);
    let asked = policy("p", "permit (principal, action, resource) when { context.approved };");
    assert_eq!(found(&asked), [""; 0]);
    holds(
        &found(&policy("p", "permit (principal, action, resource) when { context.dry_run };")),
        "permits everything, to everything",
    );
}

#[test]
fn only_an_effect_beyond_input_makes_a_grant_for_effects_too_wide() {
    let permits = |when: &str| {
        let text = format!("permit (principal, action, resource) when {{ {when} }};");
        found(&policy("p", &text)).iter().any(|finding| finding.contains("has the effect"))
    };
    for (effect, wide) in [("read", false), ("input", false), ("change", true), ("destroy", true)] {
        assert_eq!(permits(&format!("context.effects.contains(\"{effect}\")")), wide, "{effect}");
    }
    assert!(!permits("context.effects.contains(\"read\") && context.desktop == \"interactive\""));
}

#[test]
fn an_approval_bounds_a_grant_only_where_it_is_needed() {
    for (when, wide) in [
        ("context.approved && context.dry_run", false),
        ("context.approved || context.approved && context.dry_run", false),
        ("context.approved || context.dry_run", true),
        ("!context.approved", true),
    ] {
        let found = found(&policy("p", &format!("permit (principal, action, resource) when {{ {when} }};")));
        assert_eq!(
            found.iter().any(|finding| finding.contains("permits everything, to everything")),
            wide,
            "{when}"
        );
    }
}

#[test]
fn only_a_pattern_of_wildcards_alone_is_what_everything_is_like() {
    let like = |pattern: &str| {
        found(&policy(
            "p",
            &format!(
                "permit (principal, action == Action::\"click\", resource) when {{ context has process && \
                 context.process.path like \"{pattern}\" }};"
            ),
        ))
    };
    for pattern in ["*", "**"] {
        holds(&like(pattern), "which everything is like");
    }
    for pattern in ["", "*a", "a*", "a"] {
        assert!(!like(pattern).iter().any(|finding| finding.contains("everything is like")), "{pattern}");
    }
}

#[test]
fn a_permit_is_moot_where_the_forbid_names_its_type_or_its_resource_and_not_beside_it() {
    let moot = |permit: &str, forbid: &str| {
        let permit =
            format!("permit (principal, action == Action::\"click\", {permit}) when {{ context.approved }};");
        let forbid = format!("forbid (principal, action in Action::\"input\", {forbid});");
        let findings = found(&(policy("p", &permit) + &policy("f", &forbid)));
        findings.iter().any(|finding| finding.contains("permits nothing"))
    };
    let (one, other) = (r#"Process::"C:\\a.exe""#, r#"Process::"C:\\b.exe""#);
    assert!(moot(&format!("resource == {one}"), &format!("resource in {one}")));
    assert!(!moot(&format!("resource == {one}"), &format!("resource in {other}")));
    assert!(moot(&format!("resource is Process in {one}"), "resource is Process"));
    assert!(!moot(&format!("resource is Process in {one}"), "resource is Window"));
    assert!(moot(&format!("resource == {one}"), "resource is Process"));
    assert!(!moot(&format!("resource == {one}"), "resource is Window"));
    assert!(moot("resource is Process", "resource is Process"));
    assert!(!moot("resource is Process", "resource is Window"));
}

#[test]
fn a_grant_for_a_hive_is_told_and_one_for_a_key_in_it_is_not() {
    let permits = |key: &str| {
        let text =
            format!("permit (principal, action in Action::\"read\", resource in RegistryKey::{key:?});");
        found(&policy("p", &text)).iter().any(|finding| finding.contains("whole hive"))
    };
    for (key, whole) in
        [("HKLM", true), ("HKCU", true), (r"HKLM\SOFTWARE", true), (r"HKLM\SOFTWARE\App", false)]
    {
        assert_eq!(permits(key), whole, "{key}");
    }
    let of = |what: &str| {
        let text = format!("permit (principal, action in Action::\"read\", resource is {what});");
        found(&policy("p", &text)).iter().any(|finding| finding.contains("whole hive"))
    };
    assert!(of("RegistryKey") && !of("Window"));
}

#[test]
fn a_fact_narrows_a_grant_wherever_it_stands_in_a_condition() {
    for when in [
        r#"["T"].contains(context.window.title)"#,
        r#"[context.window.title, context.window.class].contains("T")"#,
        r#"{title: context.window.title} == {title: "T"}"#,
        r#"if context.dry_run then true else context.window.title like "T*""#,
        r#"!(context.window.title == "T")"#,
    ] {
        let text = format!("permit (principal, action, resource) when {{ context has window && {when} }};");
        let findings = found(&policy("p", &text));
        assert!(
            !findings.iter().any(|finding| finding.contains("permits everything")),
            "{when}: {findings:#?}"
        );
    }
}

#[test]
fn a_grant_for_all_of_a_program_is_told_with_its_name_and_one_for_another_thing_is_not() {
    let permits =
        |what: &str| found(&policy("p", &format!("permit (principal, action, resource in {what});")));
    let program = permits(r#"Process::"C:\\a.exe""#);
    assert!(
        program.iter().any(|finding| finding.contains(r"everything of the program `C:\\a.exe`")),
        "{program:#?}"
    );
    let key = permits(r#"RegistryKey::"HKCU\\Software\\App""#);
    assert!(!key.iter().any(|finding| finding.contains("of the program")), "{key:#?}");
}

#[test]
fn a_forbid_for_one_session_makes_no_permit_for_all_moot() {
    let moot = |forbidden: &str| {
        let permit = "permit (principal, action == Action::\"click\", resource) when { context.approved };";
        let forbid = format!("forbid ({forbidden}, action in Action::\"input\", resource);");
        let findings = found(&(policy("p", permit) + &policy("f", &forbid)));
        findings.iter().any(|finding| finding.contains("permits nothing"))
    };
    assert!(moot("principal") && !moot("principal == Session::\"s\""));
}
