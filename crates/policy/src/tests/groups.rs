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
