//! Sessions that outlive their server: killed, started again, two at once.

use std::{fs, path::PathBuf};

use serde_json::{Value, json};

use super::{
    client::{Home, Server},
    stage::{Stage, world},
};

fn home(settings: &str) -> Home {
    let home = Home::of(&world());
    fs::write(home.path().join("winwarden.toml"), settings).unwrap();
    home
}

fn start(home: Home) -> Stage {
    let mut server = Server::start_in(home, &[]);
    server.initialize("2025-11-25");
    Stage(server)
}

fn paint() -> Value {
    json!({"executable": r"C:\Tools\Paint.exe"})
}

fn look(stage: &mut Stage) -> Value {
    stage.0.call("window_list", json!({}))["structuredContent"]["code"].clone()
}

fn session(stage: &mut Stage) -> String {
    status(stage)["session"].as_str().unwrap().to_owned()
}

fn status(stage: &mut Stage) -> Value {
    stage.result("status", json!({}))["structuredContent"].clone()
}

/// The one file of this ending in a folder of the home.
fn file(home: &Home, folder: &str, ending: &str) -> PathBuf {
    let all = fs::read_dir(home.path().join(folder)).unwrap().map(|entry| entry.unwrap().path());
    let mut found: Vec<PathBuf> =
        all.filter(|path| path.extension().is_some_and(|extension| extension == ending)).collect();
    assert_eq!(found.len(), 1, "{found:?}");
    found.remove(0)
}

#[test]
fn a_server_that_is_killed_gives_no_budget_back_and_the_record_goes_on() {
    let mut home = home("[limits]\nlaunches = 2\n");
    let mut sessions = Vec::new();
    for used in 1..=2 {
        let mut stage = start(home);
        stage.done("app_launch", paint());
        sessions.push(session(&mut stage));
        assert_eq!(status(&mut stage)["budgets"][1], json!({"name": "launches", "used": used, "most": 2}));
        home = stage.kill();
    }
    let mut stage = start(home);
    stage.refused("app_launch", paint(), "BUDGET_EXHAUSTED");
    sessions.push(session(&mut stage));
    sessions.dedup();
    assert_eq!(sessions.len(), 1, "it is one session");
    let home = stage.kill();
    let records = home.records();
    let numbers: Vec<u64> = records.iter().map(|record| record["seq"].as_u64().unwrap()).collect();
    assert!(numbers.iter().copied().eq(1..=records.len() as u64), "{numbers:?}");
    let servers: Vec<&Value> = records.iter().filter_map(|record| record.get("server")).collect();
    let continued: Vec<&Value> = servers.iter().map(|server| &server["continued"]).collect();
    assert_eq!(continued, [false, true, true], "{servers:?}");
}

#[test]
fn what_was_looked_at_counts_in_its_rate_after_a_clean_end() {
    let mut stage = start(home("[limits]\nreads_per_minute = 5\n"));
    for _ in 0..5 {
        assert_eq!(look(&mut stage), Value::Null);
    }
    let (_, home) = stage.0.end();
    assert_eq!(look(&mut start(home)), "RATE_LIMITED");
}

#[test]
fn a_session_of_which_the_time_is_over_is_over_after_a_restart_too() {
    let mut stage = start(home("[limits]\nsession_minutes = 0\n"));
    stage.refused("window_list", json!({}), "BUDGET_EXHAUSTED");
    let mut stage = start(stage.kill());
    stage.refused("window_list", json!({}), "BUDGET_EXHAUSTED");
    assert!(status(&mut stage)["standing"].as_str().unwrap().contains("time"));
}

#[test]
fn a_state_that_is_torn_begins_a_session_that_is_stopped_and_says_so() {
    for torn in ["", "{\"version\":\"1\",\"id\":\"2026"] {
        let mut stage = start(home(""));
        let before = session(&mut stage);
        let home = stage.kill();
        fs::write(file(&home, "sessions", "json"), torn).unwrap();
        let mut stage = start(home);
        let why = stage.refused("window_list", json!({}), "SESSION_STOPPED");
        assert!(why.contains("cannot be read"), "{why}");
        let status = status(&mut stage);
        assert_ne!(status["session"], json!(before));
        let note = status["notes"][0].as_str().unwrap();
        assert!(note.contains("cannot be read") && note.contains("resumes"), "{note}");
        let mut stage = start(stage.kill());
        assert_eq!(look(&mut stage), "SESSION_STOPPED", "not even once more");
    }
}

#[test]
fn a_record_that_was_cut_off_is_closed_off_and_said() {
    let mut stage = start(home(""));
    assert_eq!(look(&mut stage), Value::Null);
    let home = stage.kill();
    let audit = file(&home, "audit", "jsonl");
    let mut text = fs::read_to_string(&audit).unwrap();
    text.push_str("{\"seq\":3,\"ti");
    fs::write(&audit, text).unwrap();
    let mut stage = start(home);
    assert_eq!(look(&mut stage), Value::Null);
    let (_, home) = stage.0.end();
    let said: Vec<Value> = home.records().iter().map(|record| record["follows_torn_line"].clone()).collect();
    assert_eq!(said, [Value::Null, Value::Null, json!(true), Value::Null]);
}

#[test]
fn two_servers_of_one_client_share_the_budget_and_the_stop() {
    let home = home("[limits]\nlaunches = 1\n");
    let path = home.path().to_owned();
    let mut one = start(home);
    one.done("app_launch", paint());
    // The second is started in the same folder, which the first one keeps.
    let second = Home::of(&world());
    let mut other = Stage(Server::start_sharing(second, &path, &[]));
    other.0.initialize("2025-11-25");
    assert_eq!(session(&mut other), session(&mut one));
    other.refused("app_launch", paint(), "BUDGET_EXHAUSTED");
    let stopped = super::client::winwarden(&path, &["stop", "--session", &session(&mut one)]);
    assert!(stopped.status.success(), "{stopped:?}");
    assert_eq!([look(&mut one), look(&mut other)], ["SESSION_STOPPED", "SESSION_STOPPED"]);
    other.kill();
    let home = one.kill();
    let numbers: Vec<u64> = home.records().iter().map(|record| record["seq"].as_u64().unwrap()).collect();
    assert!(numbers.iter().copied().eq(1..=numbers.len() as u64), "{numbers:?}");
}

#[test]
fn settings_that_changed_are_told_in_status_and_in_the_record() {
    let mut stage = start(home(""));
    assert_eq!(status(&mut stage)["notes"], json!([]));
    let home = stage.kill();
    fs::write(home.path().join("winwarden.toml"), "[limits]\nlaunches = 3\n").unwrap();
    let mut stage = start(home);
    let notes = status(&mut stage)["notes"].to_string();
    assert!(notes.contains("settings"), "{notes}");
    let home = stage.kill();
    let servers: Vec<Value> =
        home.records().iter().filter_map(|record| record.get("server").cloned()).collect();
    let changed: Vec<&Value> = servers.iter().map(|server| &server["configuration_changed"]).collect();
    assert_eq!(changed, [false, true]);
    assert_ne!(servers[0]["configuration"], servers[1]["configuration"]);
}
