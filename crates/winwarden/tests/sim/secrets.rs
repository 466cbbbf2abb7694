//! Passwords are never given; typed and copied text is in no file and no reply that did not ask for it.

use serde_json::json;

use super::stage::Stage;

/// What the password field of the usual machine holds.
const PASSWORD: &str = "hunter2-4711";
const TYPED: &str = "typed-8c1f-secret";
const COPIED: &str = "copied-52aa-secret";

#[test]
fn a_password_is_in_no_reply_and_in_no_file() {
    let mut stage = Stage::new();
    let pin = json!({"window": "Options", "automation_id": "pin"});
    let mut replies = Vec::new();
    for (tool, arguments) in [
        ("snapshot", json!({"window": "Options", "interactive_only": false, "structured": true})),
        ("find", json!({"window": "Options", "role": "Edit"})),
        ("find", json!({"window": "Options", "automation_id": "pin"})),
        ("read_text", json!({"find": pin})),
        ("read_text", json!({"window": "Options"})),
        ("screenshot", json!({"window": "Options", "marks": true})),
        ("wait_for", json!({"condition": "element_exists", "find": pin})),
        ("press_keys", json!({"keys": "Ctrl+A Ctrl+C", "find": pin})),
        ("clipboard_read", json!({})),
        ("type_text", json!({"find": pin, "text": "9"})),
        ("element_action", json!({"find": pin, "action": "toggle"})),
        (
            "wait_for",
            json!({"condition": "text_appears", "window": "Options", "text": "hunter2", "timeout_ms": 100}),
        ),
    ] {
        replies.push(stage.0.call(tool, arguments).to_string());
    }
    assert!(replies[9].contains("nothing was read back"), "{}", replies[9]);
    assert!(replies[11].contains("TIMEOUT"), "{}", replies[11]);
    let Stage(server) = stage;
    let (ended, home) = server.end();
    replies.extend([ended.stderr, home.written()]);
    for reply in replies {
        assert!(!reply.contains(PASSWORD) && !reply.contains("hunter2-4711"), "{reply}");
    }
}

#[test]
fn typed_and_copied_text_is_in_no_file_and_in_no_reply_to_an_act() {
    let mut stage = Stage::of(&super::stage::world(), &["--log-level", "trace"]);
    let acts = [
        stage.done("type_text", json!({"text": TYPED})),
        stage.done("type_text", json!({"text": TYPED, "mode": "replace", "submit": true})),
        stage.done("clipboard_write", json!({"text": COPIED})),
        stage.done("press_keys", json!({"keys": "Ctrl+V"})),
        stage.done("element_action", json!({"find": {"window": "Options", "automation_id": "name"}, "action": "set_value", "value": TYPED})),
        stage.done("wait_for", json!({"condition": "text_appears", "text": "copied-52aa"})),
        stage.refused("type_text", json!({"element": "e999", "text": TYPED}), "UNKNOWN_REF"),
        stage.refused("click", json!({"find": {"window": "Options", "name": "none"}}), "NOT_FOUND"),
    ];
    assert!(
        stage.text_of("note.txt - Notepad", "text").contains(COPIED),
        "nothing was pasted, so nothing was tested"
    );
    let Stage(server) = stage;
    let (ended, home) = server.end();
    let written = home.written();
    assert!(written.contains("hmac_sha256"), "{written}");
    for told in acts.into_iter().chain([ended.stderr, written]) {
        assert!(!told.contains(TYPED) && !told.contains(COPIED), "{told}");
    }
}
