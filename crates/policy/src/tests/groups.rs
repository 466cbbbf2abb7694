use model::Code;

use super::*;
use crate::{
    BrokenPolicy, Circumstances, Policy, Verdict,
    config::{Profile, Settings},
};

const GROUPS: &str = r#"[
    {"uid": {"type": "ProgramGroup", "id": "office"}, "attrs": {}, "parents": [{"type": "ProgramGroup", "id": "work"}]},
    {"uid": {"type": "Process", "id": "C:\\Office\\Word.exe"}, "attrs": {}, "parents": [{"type": "ProgramGroup", "id": "office"}]}
]"#;

fn policy(cedar: &str, groups: &[(&str, &str)]) -> Result<Policy, BrokenPolicy> {
    let mut texts = vec![PolicyText { name: "a.cedar", text: cedar }];
    texts.extend(groups.iter().map(|(name, text)| PolicyText { name, text }));
    Policy::new(&Settings::of_profile(Profile::Lab), &texts)
}

/// A rule about clicks and starts.
fn forbids(resource: &str) -> String {
    format!("@id(\"p\") @reason(\"r\") forbid (principal, action, {resource});")
}

/// The verdicts on a look at an element of, and on a start of, the program at `path`.
fn verdicts(policy: &Policy, path: &str) -> [Verdict; 2] {
    let nothing = std::collections::BTreeSet::new();
    let call = model::CallFacts::default();
    let here = Circumstances { session: "s", taint: &nothing, call: &call };
    crate::place::tests::calls(path).map(|(operation, facts)| policy.decide(&here, &operation, &facts))
}

fn names(verdicts: [Verdict; 2]) -> [&'static str; 2] {
    verdicts.map(|verdict| verdict.name())
}

#[test]
fn a_program_is_in_its_groups_and_in_theirs_whatever_the_case_of_its_path() {
    for group in ["office", "work"] {
        let text = forbids(&format!("resource in ProgramGroup::\"{group}\""));
        let policy = policy(&text, &[("a.entities.json", GROUPS)]).unwrap();
        assert_eq!(names(verdicts(&policy, r"C:\Office\Word.exe")), ["deny"; 2], "{group}");
        assert_eq!(names(verdicts(&policy, r"c:\office\WORD.EXE")), ["deny"; 2], "{group}");
        assert_eq!(names(verdicts(&policy, r"C:\Office\Excel.exe")), ["allow"; 2], "{group}");
    }
    let other =
        policy(&forbids("resource in ProgramGroup::\"games\""), &[("a.entities.json", GROUPS)]).unwrap();
    assert_eq!(names(verdicts(&other, r"C:\Office\Word.exe")), ["allow"; 2]);
}

#[test]
fn a_program_of_a_group_may_be_spelled_as_in_a_call() {
    for path in ["c:/office/word.exe", r"C:\\\\Office\\.\\x\\..\\Word.exe", r"\\\\?\\C:\\Office\\Word.exe"] {
        let groups = format!(
            r#"[{{"uid": {{"type": "Process", "id": "{path}"}}, "attrs": {{}}, "parents": [{{"type": "ProgramGroup", "id": "office"}}]}},
                {{"uid": {{"type": "ProgramGroup", "id": "office"}}, "attrs": {{}}, "parents": []}}]"#
        );
        let policy =
            policy(&forbids("resource in ProgramGroup::\"office\""), &[("a.entities.json", &groups)])
                .unwrap();
        assert_eq!(names(verdicts(&policy, r"C:\Office\Word.exe")), ["deny"; 2], "{path}");
    }
}

#[test]
fn a_name_that_unicode_thinks_alike_is_another_program() {
    let policy = policy(&forbids(r#"resource in Process::"C:\\keep.exe""#), &[]).unwrap();
    assert_eq!(names(verdicts(&policy, r"C:\KEEP.exe")), ["deny"; 2]);
    assert_eq!(names(verdicts(&policy, "C:\\\u{212a}eep.exe")), ["allow"; 2]);
}

#[test]
fn groups_of_several_files_are_one_hierarchy() {
    let more = r#"[{"uid": {"type": "ProgramGroup", "id": "work"}, "attrs": {}, "parents": [{"type": "ProgramGroup", "id": "all"}]}]"#;
    let text = forbids("resource in ProgramGroup::\"all\"");
    let policy = policy(&text, &[("a.entities.json", GROUPS), ("b.entities.json", more)]).unwrap();
    assert_eq!(names(verdicts(&policy, r"C:\Office\Word.exe")), ["deny"; 2]);
}

#[test]
fn what_is_no_file_of_groups_is_told_with_its_name() {
    for (text, part) in [
        ("[\n{]", "a.entities.json:2:"),
        (r#"[{"uid": {"type": "Nothing", "id": "x"}, "attrs": {}, "parents": []}]"#, "Nothing"),
        (
            r#"[{"uid": {"type": "Process", "id": "x"}, "attrs": {"a": 1}, "parents": []}]"#,
            "a.entities.json:1:1: ",
        ),
        (
            r#"[{"uid": {"type": "Process", "id": "x"}, "attrs": {}, "parents": [{"type": "Clipboard", "id": "c"}]}]"#,
            "Clipboard",
        ),
        (
            r#"[{"uid": {"type": "Desktop", "id": "x"}, "attrs": {}, "parents": []}]"#,
            "neither a `Process` nor a `ProgramGroup`",
        ),
        ("{}", "a.entities.json: "),
        (r#"[{"uid": {"type": "Process", "id": "word.exe"}, "attrs": {}, "parents": []}]"#, "no full path"),
        (
            r#"[{"uid": {"type": "Process", "id": "C:\\OFFICE~1\\x.exe"}, "attrs": {}, "parents": []}]"#,
            "short name",
        ),
        (
            r#"[{"uid": {"type": "Process", "id": "C:\\x.exe"}, "attrs": {}, "parents": [{"type": "Path", "id": "D:\\"}]}]"#,
            "told by its path",
        ),
    ] {
        let error =
            policy(&forbids("resource"), &[("a.entities.json", text)]).map(|_| ()).unwrap_err().to_string();
        assert!(error.contains(part), "{text}: {error}");
    }
}

#[test]
fn a_policy_that_names_a_resource_counts_for_it_and_what_is_in_it_alone() {
    let path = r"C:\a.exe";
    for (resource, expected) in [
        (r#"resource in Process::"C:\\a.exe""#, ["deny", "deny"]),
        (r#"resource == Process::"C:\\a.exe""#, ["allow", "deny"]),
        (r#"resource is Element in Process::"C:\\a.exe""#, ["deny", "allow"]),
        (r#"resource in Desktop::"desktop""#, ["deny", "deny"]),
        (r#"resource in Process::"C:\\b.exe""#, ["allow", "allow"]),
        ("resource is Process", ["allow", "deny"]),
    ] {
        assert_eq!(names(verdicts(&policy(&forbids(resource), &[]).unwrap(), path)), expected, "{resource}");
    }
}

#[test]
fn a_policy_about_one_resource_weighs_as_much_as_one_about_all() {
    let settings = Settings::of_profile(Profile::Observe);
    let of = |text: &str| {
        let policy = Policy::new(&settings, &[PolicyText { name: "a.cedar", text }]).unwrap();
        verdicts(&policy, r"C:\a.exe")
    };
    // What the profile forbids is not permitted by a policy about one program.
    let permit = r#"@id("p") @reason("r") permit (principal, action, resource in Process::"C:\\a.exe");"#;
    assert_eq!(names(of(permit)), ["deny"; 2]);
    // Reasons are told in the order of the policies, whichever set they are in.
    let both = r#"@id("p") @reason("r") forbid (principal, action, resource in Process::"C:\\a.exe");
        @id("q") @reason("r") forbid (principal, action, resource);"#;
    let [Verdict::Deny { reasons, .. }, _] = of(both) else { panic!() };
    let ids: Vec<&str> = reasons.iter().map(|reason| reason.policy.as_str()).collect();
    assert_eq!(ids, ["observe-only", "p", "q"]);
    // One that fails denies, and only where it applies.
    let fails = |program: &str| {
        format!(
            "@id(\"p\") @reason(\"r\") forbid (principal, action, resource in Process::\"{program}\") \
             when {{ 9223372036854775807 + 1 == 0 }};"
        )
    };
    let lab = |text: &str| verdicts(&policy(text, &[]).unwrap(), r"C:\a.exe");
    for verdict in lab(&fails(r"C:\\a.exe")) {
        assert!(matches!(verdict, Verdict::Deny { code: Code::PolicyError, .. }), "{verdict:?}");
    }
    assert_eq!(names(lab(&fails(r"C:\\b.exe"))), ["allow"; 2]);
}

#[test]
fn a_program_whose_path_is_not_known_may_be_every_program_and_in_every_group_and_is_none_for_sure() {
    const UNTOLD: [&str; 4] =
        ["", r"\\server\share\Word.exe", r"\Device\HarddiskVolume3\Office\word.exe", r"C:\OFFICE~1\WORD.EXE"];
    let used = |policy: &Policy, path: &str| names(verdicts(policy, path))[0];
    for scope in [
        r#"resource in Process::"C:\\Office\\Word.exe""#,
        r#"resource in ProgramGroup::"office""#,
        r#"resource in ProgramGroup::"work""#,
    ] {
        for (text, expected) in [
            (forbids(scope), "deny"),
            (forbids("resource").replace(';', &format!(" when {{ {scope} }};")), "deny"),
            (forbids(scope).replace(';', " unless { context.approved };"), "ask"),
            (forbids(scope).replace(';', " when { context.tainted };"), "allow"),
        ] {
            let policy = policy(&text, &[("a.entities.json", GROUPS)]).unwrap();
            for path in UNTOLD {
                assert_eq!(used(&policy, path), expected, "{path} {text}");
            }
            // A file of another name is another program, and so is one in another folder.
            for path in [r"\\server\share\Excel.exe", r"C:\OFFICE~1\Excel.exe", r"D:\OFFICE~1\Word.exe"] {
                assert_eq!(used(&policy, path), "allow", "{path} {text}");
            }
        }
    }
    // Nothing but a start is about the program itself.
    let itself = policy(&forbids(r#"resource == Process::"C:\\Office\\Word.exe""#), &[]).unwrap();
    let started = r"C:\OFFICE~1\WORD.EXE";
    assert_eq!(names(verdicts(&itself, started)), ["allow", "deny"]);
    assert_eq!(names(verdicts(&itself, r"C:\OFFICE~1\EXCEL.EXE")), ["allow"; 2]);
    let empty = r#"[{"uid": {"type": "ProgramGroup", "id": "office"}, "attrs": {}, "parents": []}]"#;
    let none =
        policy(&forbids("resource in ProgramGroup::\"office\""), &[("a.entities.json", empty)]).unwrap();
    assert_eq!(used(&none, ""), "allow", "no program is in it");
}

/// Whether secrets of the program at `path` are shown, which only a policy of one's own permits.
fn shows(scope: &str, path: &str) -> bool {
    let cedar =
        format!("@id(\"p\") @reason(\"r\") permit (principal, action == Action::\"reveal\", {scope});");
    let texts =
        [PolicyText { name: "a.cedar", text: &cedar }, PolicyText { name: "a.entities.json", text: GROUPS }];
    let policy = Policy::new(&Settings::of_profile(Profile::Assistant), &texts).unwrap();
    let nothing = std::collections::BTreeSet::new();
    let call = model::CallFacts::default();
    let here = Circumstances { session: "s", taint: &nothing, call: &call };
    let [(operation, facts), _] = crate::place::tests::calls(path);
    policy.reveals(&here, &operation, &facts)
}

#[test]
fn a_program_whose_path_is_not_known_is_permitted_nothing_for_being_one_or_another() {
    for of in [r#"Process::"C:\\Office\\Word.exe""#, r#"ProgramGroup::"office""#] {
        assert!(shows(&format!("resource in {of}"), r"C:\Office\Word.exe"));
        let other = format!("resource) when {{ !(resource in {of}) }};//");
        assert!(shows(&other, r"C:\Office\Excel.exe") && !shows(&other, r"C:\Office\Word.exe"));
        for path in ["", r"\\server\share\Word.exe", r"C:\OFFICE~1\WORD.EXE"] {
            assert!(!shows(&format!("resource in {of}"), path), "{path}");
            assert!(!shows(&other, path), "{path}");
        }
    }
}
