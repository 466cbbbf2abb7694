//! Calls on the registry, judged: by roots and level, by policies, by what a person would be shown, and by budgets.

use serde_json::{Value, json};

use super::{client::Home, explain::explain_in, stage::Stage};

const SETTINGS: &str = r"
toolsets = ['registry']
[registry]
level = 'admin'
roots = ['admin 3 HKCU\Software', 'read 2 HKLM\SOFTWARE']
denied = ['HKCU\Software\Vault']
";

fn machine() -> Value {
    json!({
        "user": {"name": r"DESK\ann", "sid": "S-1-5-21-1-2-3-1001"},
        "registry": {
            "current_control_set": 1,
            "keys": {
                r"HKCU\Software\App": {
                    "Name": ["String", "old"], "DefaultPassword": ["String", "hunter2"], "Size": ["DWord", 7]
                },
                r"HKCU\Software\App\Below": {"x": ["String", "1"], "y": ["String", "2"]},
                r"HKCU\Software\Vault": {"Name": ["String", "gold"]}
            }
        }
    })
}

/// With these settings beside the usual ones.
fn stage(profile: &str, more: &str) -> Stage {
    let home = Home::of(&machine());
    std::fs::write(home.path().join("winwarden.toml"), format!("{more}{SETTINGS}")).unwrap();
    Stage::in_home(home, &["--profile", profile])
}

fn key(path: &str) -> Value {
    json!({"path": path})
}

fn write(path: &str, data: &str) -> Value {
    json!({"path": path, "values": [{"name": "Name", "type": "REG_SZ", "data": data}]})
}

#[test]
fn what_may_be_read_is_read_without_its_secrets_and_the_rest_gets_one_answer() {
    let mut stage = stage("assistant", "");
    let read = json!({"path": r"HKCU\Software\App", "values": ["Name", "DefaultPassword", "Size"]});
    let text = stage.result("registry_read", read).to_string();
    assert!(text.contains("old") && text.contains("DefaultPassword") && !text.contains("hunter2"), "{text}");
    let refused = |stage: &mut Stage, path: &str| {
        let refusal = stage.refused("registry_read", key(path), "DENIED_BY_POLICY");
        assert!(refusal.contains(&format!("`{path}`")), "{refusal}");
        refusal.replace(path, "")
    };
    let there = refused(&mut stage, r"HKCU\Software\Vault");
    assert_eq!(there, refused(&mut stage, r"HKCU\Software\Vault\Missing"));
    assert_eq!(there, refused(&mut stage, r"HKLM\SAM"));
    assert!(!there.contains("S-1-5") && !there.contains("REGISTRY"), "{there}");
    stage.refused("registry_read", key(r"HKCU\Software\Missing"), "KEY_NOT_FOUND");
    let search = json!({"path": r"HKCU\Software\App", "text": "hunter2"});
    assert!(!stage.done("registry_search", search).contains("DefaultPassword"));
    let export = stage.done("registry_export", key(r"HKCU\Software\App"));
    assert!(!export.contains("hunter2") && export.contains("Below"), "{export}");
    let lab = json!({"path": r"HKCU\Software\App", "values": ["DefaultPassword"]});
    assert!(self::stage("lab", "").done("registry_read", lab).contains("hunter2"));
}

#[test]
fn a_dry_run_shows_before_and_after_and_leaves_everything_as_it_was() {
    let mut stage = stage("assistant", "");
    let mut arguments = write(r"HKCU\Software\App", "new");
    arguments["dry_run"] = json!(true);
    let shown = stage.result("registry_write", arguments);
    assert_eq!(shown["structuredContent"]["verdict"], "ask", "{shown}");
    let changes = shown["structuredContent"]["changes"].to_string();
    assert!(changes.contains("old") && changes.contains("new"), "{shown}");
    let delete =
        json!({"path": r"HKCU\Software\App", "key": true, "recursive": true, "keys": 2, "dry_run": true});
    let shown = stage.result("registry_delete", delete).to_string();
    assert!(shown.contains("Below") && !shown.contains("hunter2"), "{shown}");
    let read = json!({"path": r"HKCU\Software\App", "values": ["Name"]});
    assert!(stage.done("registry_read", read).contains("old"));
    // Without anybody to ask, nothing is written.
    stage.refused("registry_write", write(r"HKCU\Software\App", "new"), "APPROVAL_UNAVAILABLE");
    let written = stage.kill().written();
    for secret in ["hunter2", "bmV3", "bgBlAHcA"] {
        assert!(!written.contains(secret), "{secret}");
    }
}

#[test]
fn in_a_lab_it_is_done_within_the_budget_and_the_records_tell_of_the_key() {
    let mut stage = stage("lab", "limits.registry_values = 5\n");
    stage.result("registry_write", write(r"HKCU\Software\App", "new"));
    let read = json!({"path": r"HKCU\Software\App", "values": ["Name"]});
    assert!(stage.done("registry_read", read).contains("new"));
    let delete = json!({"path": r"HKCU\Software\App", "key": true, "recursive": true, "keys": 2});
    let refused = stage.refused("registry_delete", delete, "BUDGET_EXHAUSTED");
    assert!(refused.contains("registry_values"), "{refused}");
    let below = json!({"path": r"HKCU\Software\App\Below", "key": true});
    stage.result("registry_delete", below);
    stage.refused("registry_read", key(r"HKCU\Software\App\Below"), "KEY_NOT_FOUND");
    let records = stage.kill().records();
    let target = |record: &Value| record["target"] == r"HKEY_CURRENT_USER\Software\App\Below";
    assert!(records.iter().any(target), "{records:?}");
}

#[test]
fn explain_judges_calls_on_the_registry_as_they_would_be() {
    let home = Home::of(&machine());
    let call = |id: &str, tool: &str, arguments: Value| json!({"id": id, "tool": tool, "arguments": arguments, "session": "s"});
    let lines = [
        call("read", "registry_read", key(r"HKCU\Software\App")),
        call("missing", "registry_list", key(r"HKCU\Software\None")),
        call("nameless", "registry_read", json!({"path": r"HKCU\Software\App", "values": ["none"]})),
        call("denied", "registry_read", key(r"HKCU\Software\Vault")),
        call("outside", "registry_read", key(r"HKCU\Control Panel")),
        call("write", "registry_write", write(r"HKEY_CURRENT_USER/Software/App", "new")),
        call("run", "registry_write", write(r"HKCU\Software\Microsoft\Windows\CurrentVersion\Run", "x")),
        call(
            "link",
            "registry_write",
            json!({"path": r"HKCU\Software\App", "values": [{"name": "SymbolicLinkValue", "type": "REG_SZ", "data": "x"}]}),
        ),
        call("deep", "registry_list", json!({"path": r"HKLM\SOFTWARE", "depth": 3})),
        call("late", "registry_read", key(r"HKCU\Software\App")),
    ];
    let settings = format!("{SETTINGS}requests_per_minute = 9\n");
    let (answers, _) = explain_in(&home, &settings, &["--profile", "assistant"], &lines);
    let told: Vec<_> = answers
        .iter()
        .map(|answer| {
            (
                answer["id"].as_str().unwrap(),
                answer["verdict"].as_str().unwrap(),
                answer["code"].as_str().unwrap_or(""),
            )
        })
        .collect();
    assert_eq!(
        told,
        [
            ("read", "allow", ""),
            ("missing", "deny", "KEY_NOT_FOUND"),
            ("nameless", "deny", "VALUE_NOT_FOUND"),
            ("denied", "deny", "DENIED_BY_POLICY"),
            ("outside", "deny", "DENIED_BY_POLICY"),
            ("write", "ask", "APPROVAL_REQUIRED"),
            ("run", "deny", "KEY_NOT_FOUND"),
            ("link", "deny", "REGISTRY_LINK"),
            ("deep", "deny", "LIMIT_EXCEEDED"),
            ("late", "deny", "RATE_LIMITED"),
        ],
        "{answers:?}"
    );
}
