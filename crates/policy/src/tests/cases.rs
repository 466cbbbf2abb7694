use serde_json::json;

use super::*;
use crate::config::Names;

/// What a case says of itself that expects this of a call without arguments, in profile `observe`, and what came.
fn said(tool: &str, lines: &str) -> Option<(String, String)> {
    let plan = |tool: &str, _: serde_json::Map<String, serde_json::Value>| {
        serde_json::from_value(json!({"kind": tool, "max_chars": 10})).map_err(|error| error.to_string())
    };
    let source = format!("[[case]]\nname = \"one\"\nprofile = \"observe\"\ntool = \"{tool}\"\n{lines}");
    let names = Names { toolsets: &[], tools: &[] };
    let cases = read("a.toml", &source, names, &plan).unwrap();
    let report = run(&cases, Configured::default()).unwrap();
    assert_eq!(report.judged, 1);
    report.failures.into_iter().next().map(|failure| (failure.expected, failure.came))
}

#[test]
fn a_case_is_met_by_its_verdict_alone_where_it_says_no_more() {
    assert_eq!(said("status", "expect = \"allow\""), None);
    let (expected, came) = said("status", "expect = \"deny\"").unwrap();
    assert_eq!((expected.as_str(), came.as_str()), ("deny", "allow by `reads`"));
}

#[test]
fn a_case_is_met_only_where_code_policy_and_effects_are_those_it_names() {
    assert_eq!(said("status", "expect = \"allow\"\npolicy = \"reads\"\neffects = [\"read\"]"), None);
    let (expected, _) = said("status", "expect = \"allow\"\npolicy = \"other\"").unwrap();
    assert_eq!(expected, "allow by `other`");
    let (expected, _) = said("status", "expect = \"allow\"\ncode = \"DENIED_BY_POLICY\"").unwrap();
    assert_eq!(expected, "allow with DENIED_BY_POLICY");
    let (expected, came) = said("status", "expect = \"allow\"\neffects = [\"read\", \"input\"]").unwrap();
    assert_eq!(expected, "allow; effects read, input");
    assert!(came.ends_with("; effects read"), "{came}");
}

#[test]
fn a_refusal_is_met_by_its_code_and_no_other() {
    assert_eq!(said("clipboard_read", "expect = \"deny\"\ncode = \"DENIED_BY_POLICY\""), None);
    let (expected, came) = said("clipboard_read", "expect = \"deny\"\ncode = \"FORBIDDEN_KEYS\"").unwrap();
    assert_eq!(expected, "deny with FORBIDDEN_KEYS");
    assert!(came.starts_with("deny with DENIED_BY_POLICY: "), "{came}");
}

#[test]
fn a_case_is_judged_by_the_settings_of_files_and_not_of_a_command_line() {
    let layer = |origin, profile: &str| {
        let source = format!("profile = \"{profile}\"");
        Layer::of_file(origin, "a.toml", &source, Names { toolsets: &[], tools: &[] }).unwrap()
    };
    let layers = [layer(Origin::User, "observe"), layer(Origin::CommandLine, "lab")];
    let source = "[[case]]\nname = \"one\"\noperation = { kind = \"clipboard_read\", max_chars = 10 }\nexpect = \"deny\"";
    let plan = |_: &str, _| Err("there is no tool in it".to_owned());
    let cases = read("a.toml", source, Names { toolsets: &[], tools: &[] }, &plan).unwrap();
    let report = run(&cases, Configured { layers: &layers, ..Configured::default() }).unwrap();
    assert_eq!((report.judged, report.failures), (1, vec![]));
}

#[test]
fn a_case_that_names_no_client_is_called_by_one_that_has_a_path() {
    let text = "@id(\"c\") @reason(\"r\") forbid (principal, action, resource) when { context.client.path == \"\" };";
    let policies = [PolicyText { name: "mine.cedar", text }];
    let plan = |_: &str, _| Err("there is no tool in it".to_owned());
    for (client, verdict) in [("", "allow"), ("client = \"C:\\\\a.exe\"", "allow"), ("client = \"\"", "deny")]
    {
        let source = format!(
            "[[case]]\nname = \"one\"\noperation = {{ kind = \"status\" }}\nexpect = \"{verdict}\"\n{client}"
        );
        let cases = read("a.toml", &source, Names { toolsets: &[], tools: &[] }, &plan).unwrap();
        let report = run(&cases, Configured { policies: &policies, ..Configured::default() }).unwrap();
        assert_eq!(report.failures, [], "{client}");
    }
}
