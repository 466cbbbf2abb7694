//! What is said of a machine that others use too, until the configuration acknowledges it.

use serde_json::{Value, json};

use super::stage::{Stage, world};

fn shared() -> Value {
    let mut world = world();
    world["machine"] = json!({"server": true, "other_users": [r"DESK\bob"]});
    world
}

/// What `status` and stderr say.
fn said(world: &Value, options: &[&str]) -> (String, String) {
    let mut stage = Stage::of(world, options);
    let status = stage.done("status", json!({}));
    let Stage(server) = stage;
    (status, server.end().0.stderr)
}

#[test]
fn a_server_and_other_users_are_told_of_at_the_start_and_in_status_until_they_are_acknowledged() {
    let server = "this is a Windows Server";
    let told = said(&shared(), &[]);
    for text in [&told.0, &told.1] {
        assert!(text.contains(server) && text.contains(r"DESK"), "{text}");
    }
    assert!(told.0.contains("note: other users are signed in"), "{}", told.0);
    let home = tempfile::tempdir().unwrap();
    let config = home.path().join("winwarden.toml");
    std::fs::write(&config, "acknowledge = [\"other_users\"]").unwrap();
    let told = said(&shared(), &["--config", config.to_str().unwrap()]);
    for text in [&told.0, &told.1] {
        assert!(text.contains(server) && !text.contains("other users"), "{text}");
    }
    let told = said(&world(), &[]);
    assert!(!told.0.contains("note:") && !told.1.contains("Server"), "{told:?}");
}
