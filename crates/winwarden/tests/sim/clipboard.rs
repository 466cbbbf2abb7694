//! Whose clipboard it is, and what nobody is to read.

use serde_json::{Value, json};

use super::stage::{Stage, world};

fn holding(clipboard: Value) -> Value {
    let mut world = world();
    world["clipboard"] = clipboard;
    world
}

#[test]
fn a_session_reads_back_what_it_wrote_and_nothing_that_a_person_copied() {
    let home = tempfile::tempdir().unwrap();
    std::fs::create_dir(home.path().join("policies")).unwrap();
    let text = r#"@id("own-only") @reason("not the person's")
        forbid (principal, action == Action::"clipboard_read", resource) unless { context.clipboard_ours };"#;
    std::fs::write(home.path().join("policies/own.cedar"), text).unwrap();
    let config = home.path().join("winwarden.toml");
    std::fs::write(&config, "").unwrap();
    let options = ["--profile", "lab", "--config", config.to_str().unwrap()];
    let mut stage = Stage::of(&holding(json!({"text": "of a person"})), &options);
    stage.refused("clipboard_read", json!({}), "DENIED_BY_POLICY");
    stage.done("clipboard_write", json!({"text": "of the session"}));
    assert!(stage.done("clipboard_read", json!({})).contains("of the session"));
    // Ctrl+C is a copy by whoever pressed it.
    let name = json!({"window": "Options", "automation_id": "name"});
    stage.done("press_keys", json!({"keys": "Ctrl+A Ctrl+C", "find": name}));
    stage.refused("clipboard_read", json!({}), "DENIED_BY_POLICY");
}

#[test]
fn content_that_is_marked_is_never_given() {
    let mut stage = Stage::of(&holding(json!({"text": "hunter2", "excluded": true})), &["--profile", "lab"]);
    let told = stage.refused("clipboard_read", json!({}), "DENIED_BY_POLICY");
    assert!(told.contains("marked") && !told.contains("hunter2"), "{told}");
    stage.done("clipboard_write", json!({"text": "plain"}));
    assert!(stage.done("clipboard_read", json!({})).contains("plain"));
}
