//! What is refused whoever asks, and the records that refusals and acts leave.

use serde_json::{Value, json};

use super::stage::Stage;

#[test]
fn what_is_too_long_to_be_judged_is_refused_with_what_helps() {
    let world = json!({"windows": [{"title": "Form", "tree": {"children": [
        {"role": "Button", "name": "x".repeat(5_000), "automation_id": "long"}]}}]});
    let mut stage = Stage::of(&world, &["--profile", "lab"]);
    let told = stage.refused("click", json!({"find": {"automation_id": "long"}}), "LIMIT_EXCEEDED");
    assert!(told.contains("too long to be judged"), "{told}");
    assert!(
        told.contains("use something else, or tell the person") && !told.contains("ask for less"),
        "{told}"
    );
}

#[test]
fn elevated_windows_and_winwardens_own_are_out_of_reach() {
    let mut stage = Stage::new();
    let key = json!({"window": "Registry Editor", "role": "Edit", "name": "Key"});
    for (tool, arguments) in [
        ("click", json!({"find": key})),
        ("type_text", json!({"find": key, "text": "x"})),
        ("press_keys", json!({"keys": "Enter", "window": "Registry Editor"})),
        ("window_control", json!({"window": "Registry Editor", "action": "close"})),
        ("click", json!({"at": {"x": 500, "y": 700}, "expect_window": "Registry Editor"})),
    ] {
        stage.refused(tool, arguments, "ELEVATED_TARGET");
    }
    assert!(
        stage.done("snapshot", json!({"window": "Registry Editor"})).contains("HKLM"),
        "looking is permitted"
    );
    for (tool, arguments) in [
        ("click", json!({"find": {"window": "Approval", "name": "Approve"}})),
        ("snapshot", json!({"window": "Approval"})),
        ("click", json!({"at": {"x": 1000, "y": 900}, "expect_window": "Approval"})),
        ("window_control", json!({"window": "Approval", "action": "minimize"})),
    ] {
        let told = stage.refused(tool, arguments, "OWN_WINDOW");
        assert!(!told.contains("Button"), "nothing in it is read: {told}");
    }
}

#[test]
fn keys_that_lock_the_machine_or_close_the_shell_are_not_pressed() {
    let mut stage = Stage::new();
    for keys in ["Win+L", "win+l", "Shift+Win+L", "A Win+L", "Ctrl+Alt+Delete", "Ctrl+Alt+Del"] {
        stage.refused("press_keys", json!({"keys": keys}), "FORBIDDEN_KEYS");
    }
    assert_eq!(
        stage.text_of("note.txt - Notepad", "text"),
        "[the element holds no text]",
        "no key before it either"
    );
    stage.refused("press_keys", json!({"keys": "Alt+F4", "window": "Program Manager"}), "FORBIDDEN_KEYS");
    stage.refused(
        "window_control",
        json!({"window": "Program Manager", "action": "close"}),
        "FORBIDDEN_KEYS",
    );
    let closed = stage.done("press_keys", json!({"keys": "Alt+F4", "window": "Options"}));
    assert!(closed.contains("\"Options\" options.exe"), "of any other program it is permitted: {closed}");
}

#[test]
fn a_refused_call_leaves_one_record_and_a_permitted_one_two_with_the_clients_id() {
    let mut stage = Stage::new();
    let refused = [
        ("click", json!({"find": {"window": "Registry Editor", "name": "Key"}})),
        ("app_launch", json!({"executable": "x.exe"})),
        ("click", json!({"element": "e999"})),
    ]
    .map(|(tool, arguments)| {
        let id = stage.begin(tool, arguments);
        assert_eq!(stage.end(id)["isError"], true);
        id
    });
    let done = stage.begin("click", json!({"find": {"window": "Options", "name": "Apply"}}));
    assert_eq!(stage.end(done)["isError"], false);
    let Stage(server) = stage;
    let (_, home) = server.end();
    let records = home.records();
    let of = |id: u64| -> Vec<(&str, &Value)> {
        let own = records.iter().filter(|record| record["request_id"] == json!(id));
        own.map(|record| (record["phase"].as_str().unwrap(), &record["code"])).collect()
    };
    let codes = ["ELEVATED_TARGET", "FORBIDDEN_PATH", "UNKNOWN_REF"].map(|code| json!(code));
    for (id, code) in refused.into_iter().zip(&codes) {
        assert_eq!(of(id), [("outcome", code)]);
    }
    assert_eq!(of(done), [("intent", &Value::Null), ("outcome", &Value::Null)]);
    let (intent, outcome) = (&records[3], &records[4]);
    assert_eq!(outcome["intent"], intent["seq"], "{outcome}");
    assert_eq!(intent["verdict"], "allow");
    assert_eq!(records.iter().filter(|record| record["verdict"] == "deny").count(), 3, "{records:#?}");
}

#[test]
fn an_elevated_start_is_refused_unless_the_command_line_wants_it() {
    let mut world = super::stage::world();
    world["user"]["elevated"] = json!(true);
    let home = super::client::Home::of(&world);
    let file = home.path().join("world.json");
    let arguments = ["serve", "--sim", file.to_str().unwrap()];
    let refused = super::client::winwarden(home.path(), &arguments);
    assert_eq!(refused.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&refused.stderr).contains("--allow-elevated"), "{refused:?}");
    assert!(!home.path().join("audit").exists(), "a session began");
    let wanted = super::client::winwarden(home.path(), &[&arguments[..], &["--allow-elevated"]].concat());
    assert!(wanted.status.success(), "{wanted:?}");
}
