//! Recorded sessions, judged again and gone through.

use std::fs;

use serde_json::json;

use super::{
    client::{Home, winwarden},
    stage::Stage,
};

/// A session of every sort of decision, under this profile.
fn recorded(profile: &str) -> Home {
    let mut stage = Stage::of(&super::stage::world(), &["--profile", profile]);
    for (tool, arguments) in [
        ("status", json!({})),
        ("snapshot", json!({})),
        ("type_text", json!({"find": {"role": "Document"}, "text": "hunter2"})),
        ("press_keys", json!({"keys": "h u Shift+N Ctrl+S"})),
        ("press_keys", json!({"keys": "Win+L"})),
        ("press_keys", json!({"keys": "Delete", "find": {"role": "RadioButton", "window": "Options"}})),
        ("click", json!({"find": {"name": "Apply", "window": "Options"}})),
        (
            "element_action",
            json!({"find": {"automation_id": "name", "window": "Options"}, "action": "set_value", "value": "hunter2"}),
        ),
        ("wait_for", json!({"condition": "text_appears", "text": "hunter2", "timeout_ms": 100})),
        ("window_control", json!({"window": "Options", "action": "move", "x": 1, "y": 2})),
        ("scroll", json!({"direction": "down"})),
        ("clipboard_write", json!({"text": "hunter2"})),
        ("clipboard_read", json!({})),
        ("app_launch", json!({"app": "paint"})),
        ("click", json!({"find": {"name": "Nobody", "window": "Options"}})),
        ("click", json!({})),
    ] {
        stage.0.call(tool, arguments);
    }
    stage.0.end().1
}

/// Exit code and stdout.
fn policy(home: &Home, arguments: &[&str]) -> (i32, String) {
    let all: Vec<&str> = ["policy"].into_iter().chain(arguments.iter().copied()).collect();
    let output = winwarden(home.path(), &all);
    (output.status.code().unwrap(), String::from_utf8(output.stdout).unwrap())
}

#[test]
fn a_session_that_is_judged_again_by_the_same_profile_is_judged_the_same() {
    for profile in ["observe", "unattended", "assistant", "lab"] {
        let home = recorded(profile);
        let (code, stdout) = policy(&home, &["replay", "--profile", profile]);
        assert_eq!(code, 0, "{profile}: {stdout}");
        assert!(stdout.contains("14 decisions judged again"), "{stdout}");
        assert!(!stdout.contains("cannot be judged"), "{stdout}");
    }
}

#[test]
fn what_would_have_been_decided_otherwise_is_told_with_tool_target_policy_and_count() {
    let home = recorded("lab");
    let (code, stdout) = policy(&home, &["replay", "--profile", "assistant"]);
    assert_eq!(code, 1);
    let row = |tool: &str| stdout.lines().find(|line| line.contains(tool)).unwrap_or_default().to_owned();
    for part in ["1  allow -> ask", "Paint.exe", "changes-ask"] {
        assert!(row("app_launch").contains(part), "{stdout}");
    }
    assert!(row("clipboard_write").contains("changes-ask"), "{stdout}");
    assert!(row("clipboard_read").is_empty(), "the session has put there what it reads: {stdout}");
    assert!(!stdout.contains("type_text") && !stdout.contains("hunter2"), "{stdout}");
}

#[test]
fn a_draft_of_policies_and_an_exported_file_are_enough() {
    let home = recorded("lab");
    let draft = home.path().join("draft");
    fs::create_dir(&draft).unwrap();
    let text =
        "@id(\"no-typing\") @reason(\"r\") forbid (principal, action == Action::\"type_text\", resource);";
    fs::write(draft.join("a.cedar"), text).unwrap();
    let exported = home.path().join("records.jsonl");
    fs::write(&exported, winwarden(home.path(), &["audit", "export"]).stdout).unwrap();
    let (exported, draft) = (exported.display().to_string(), draft.display().to_string());
    let other = Home::new();
    let (code, stdout) =
        policy(&other, &["replay", "--profile", "lab", "--audit", &exported, "--policy", &draft]);
    assert_eq!(code, 1);
    assert!(stdout.contains("allow -> deny") && stdout.contains("no-typing"), "{stdout}");
    assert_eq!(policy(&other, &["replay", "--audit", "none.jsonl"]).0, 2);
}

#[test]
fn a_record_that_lacks_a_fact_is_told_and_not_guessed() {
    let home = recorded("lab");
    let file = home.path().join("old.jsonl");
    let records: Vec<String> = home
        .records()
        .into_iter()
        .map(|mut record| {
            if record["tool"] == "app_launch"
                && let Some(facts) = record.get_mut("facts")
            {
                facts.as_object_mut().unwrap().remove("launch");
            }
            format!("{record}\n")
        })
        .collect();
    fs::write(&file, records.concat()).unwrap();
    let (code, stdout) =
        policy(&home, &["replay", "--profile", "lab", "--audit", &file.display().to_string()]);
    assert_eq!(code, 0);
    assert!(stdout.contains("13 decisions judged again"), "{stdout}");
    assert!(
        stdout.contains("cannot be judged: 1 records (") && stdout.contains("would have been started"),
        "{stdout}"
    );
}

#[test]
fn grants_are_told_with_how_often_they_were_used() {
    let home = recorded("lab");
    fs::write(
        home.path().join("winwarden.toml"),
        "profile = \"workspace\"\n[workspace]\napplications = [\"paint.exe\", \"never.exe\"]\n",
    )
    .unwrap();
    let (code, stdout) = policy(&home, &["review"]);
    assert_eq!(code, 1);
    let (unused, used) = stdout.split_once("\nUsed:").unwrap();
    assert!(
        unused.contains("\"never.exe\"") && unused.contains("built in: policy `in-workspace`"),
        "{stdout}"
    );
    assert!(used.contains("\"paint.exe\"") && !used.contains("never.exe"), "{stdout}");
    assert!(stdout.contains(" records of 1 sessions, 20"), "{stdout}");
    fs::remove_file(home.path().join("winwarden.toml")).unwrap();
    let (code, stdout) = policy(&home, &["review", "--profile", "lab"]);
    assert_eq!((code, stdout.contains("policy `lab`")), (0, true), "{stdout}");
}
