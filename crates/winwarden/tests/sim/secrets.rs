//! Passwords are never given; typed and copied text is in no file and no reply that did not ask for it.

use serde_json::{Value, json};

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

/// A window that shows a key, with its label, in a title, and in a long text.
fn leaky() -> Value {
    let mut world = super::stage::world();
    let text = format!("{}\nAccess: {TOKEN}\nVerification code: 471199\nend", "line\n".repeat(40));
    world["windows"].as_array_mut().unwrap().push(json!({
        "title": format!("Key {TOKEN}"), "class": "Keys", "pid": 300, "rect": [0, 0, 400, 300],
        "tree": {"role": "Window", "name": "Keys", "children": [
            {"role": "Edit", "name": "API key", "automation_id": "key", "value": "0123abcd4567"},
            {"role": "Button", "name": format!("Copy {TOKEN}"), "automation_id": "copy"},
            {"role": "Edit", "name": "Log", "automation_id": "log", "value": text}
        ]}
    }));
    world
}

const TOKEN: &str = "ghp_abcdefghijklmnopqrstuvwxyz0123456789";

#[test]
fn secrets_on_the_screen_are_in_no_reply_and_in_no_file() {
    let mut stage = Stage::of(&leaky(), &["--profile", "assistant"]);
    let title = "Key [redacted: token]";
    let list = stage.done("window_list", json!({}));
    let window = super::stage::reference(&list, title);
    let mut replies = vec![list];
    for (tool, arguments) in [
        ("snapshot", json!({"window": window, "interactive_only": false, "structured": true})),
        ("snapshot", json!({"window": window, "query": "ghp_"})),
        ("find", json!({"window": window, "name": "Copy"})),
        ("find", json!({"window": window, "name": "ghp_"})),
        ("read_text", json!({"window": window})),
        (
            "read_text",
            json!({"find": {"window": window, "automation_id": "log"}, "offset": 212, "max_chars": 20}),
        ),
        ("click", json!({"find": {"window": window, "automation_id": "copy"}})),
        ("click", json!({"find": {"window": window, "role": "Edit"}})),
        ("click", json!({"find": {"window": window, "automation_id": "none"}})),
    ] {
        replies.push(stage.0.call(tool, arguments).to_string());
    }
    assert!(replies[1].contains(title) && replies[1].contains("API key"), "{}", replies[1]);
    assert!(!replies[2].contains("Copy"), "a query finds nothing in a secret: {}", replies[2]);
    assert!(replies[3].contains("Copy [redacted: token]"), "{}", replies[3]);
    assert!(!replies[4].contains("Copy"), "{}", replies[4]);
    assert!(replies[5].contains("Verification code: [redacted: code]"), "{}", replies[5]);
    assert!(replies[6].contains("[redacted: token]"), "{}", replies[6]);
    assert!(replies[8].contains("AMBIGUOUS"), "{}", replies[8]);
    let Stage(server) = stage;
    let (ended, home) = server.end();
    replies.extend([ended.stderr, home.written()]);
    for reply in replies {
        for secret in ["ghp_a", "0123abcd", "471199"] {
            assert!(!reply.contains(secret), "{secret}: {reply}");
        }
    }
}

#[test]
fn a_secret_cannot_be_guessed_by_waiting_for_parts_of_it() {
    let mut stage = Stage::of(&leaky(), &["--profile", "assistant"]);
    let list = stage.done("window_list", json!({}));
    let window = super::stage::reference(&list, "Key [redacted: token]");
    let wait =
        |text: &str| json!({"condition": "text_appears", "window": window, "text": text, "timeout_ms": 100});
    // Names, contents by their label, and what is far into a long text.
    for part in ["ghp_", TOKEN, "0123", "471199", "code: 4"] {
        stage.refused("wait_for", wait(part), "TIMEOUT");
    }
    for part in ["Copy", "api key", "verification code", "END"] {
        stage.done("wait_for", wait(part));
    }
    let mut lab = Stage::of(&leaky(), &[]);
    let window = format!("Key {TOKEN}");
    lab.done(
        "wait_for",
        json!({"condition": "text_appears", "window": window, "text": "ghp_", "timeout_ms": 100}),
    );
}

#[test]
fn who_is_granted_to_see_secrets_sees_them_and_the_record_still_does_not() {
    let mut stage = Stage::of(&leaky(), &[]);
    let read =
        stage.done("read_text", json!({"find": {"window": format!("Key {TOKEN}"), "automation_id": "log"}}));
    assert!(read.contains(TOKEN), "{read}");
    let Stage(server) = stage;
    let (ended, home) = server.end();
    assert!(!home.written().contains(TOKEN) && !ended.stderr.contains(TOKEN));
}

#[test]
fn a_dry_run_counts_as_reading_what_it_names() {
    let mut stage = Stage::new();
    let taint = |stage: &mut Stage| stage.result("status", json!({}))["structuredContent"]["taint"].clone();
    let cancel = json!({"find": {"window": "Options", "automation_id": "name"}, "dry_run": true});
    stage.done("click", cancel);
    let read = taint(&mut stage);
    assert!(read[0].as_str().is_some_and(|read| read.starts_with("unknown_program: \"Options\"")), "{read}");
}

#[test]
fn a_refusal_that_shows_elements_counts_as_reading_them() {
    let mut stage = Stage::new();
    let taint = |stage: &mut Stage| stage.result("status", json!({}))["structuredContent"]["taint"].clone();
    stage.refused("click", json!({"find": {"window": "Options", "name": "none"}}), "NOT_FOUND");
    assert_eq!(taint(&mut stage), json!([]), "nothing was shown");
    stage.refused("click", json!({"find": {"window": "Options", "name": "Twin"}}), "AMBIGUOUS");
    let read = taint(&mut stage);
    assert!(read[0].as_str().is_some_and(|read| read.starts_with("unknown_program: \"Options\"")), "{read}");
}
