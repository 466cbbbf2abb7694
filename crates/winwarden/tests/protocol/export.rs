//! `winwarden audit export`: what was recorded, in the form that other programs rely on.

use serde_json::json;

use super::client::{Home, Server, winwarden};

/// What every record has.
const FIELDS: [&str; 10] =
    ["seq", "time", "phase", "session", "request_id", "tool", "operation", "target", "verdict", "code"];

#[test]
fn a_call_that_ran_has_two_records_and_a_refused_one_has_one() {
    let mut server = Server::ready(&[]);
    server.send(
        &json!({"jsonrpc": "2.0", "id": "look", "method": "tools/call", "params": {"name": "window_list"}}),
    );
    server.reply(&json!("look"));
    server.send(&json!({"jsonrpc": "2.0", "id": "hit", "method": "tools/call",
        "params": {"name": "click", "arguments": {"find": {"role": "Button", "name": "Save"}}}}));
    server.reply(&json!("hit"));
    server.send(&json!({"jsonrpc": "2.0", "id": "lock", "method": "tools/call",
        "params": {"name": "press_keys", "arguments": {"keys": "Win+L"}}}));
    assert_eq!(server.reply(&json!("lock"))["result"]["structuredContent"]["code"], "FORBIDDEN_KEYS");
    server.send(&json!({"jsonrpc": "2.0", "id": "bad", "method": "tools/call",
        "params": {"name": "click", "arguments": {"count": 0}}}));
    server.reply(&json!("bad"));
    let (_, home) = server.end();
    let records = home.records();
    for record in &records {
        for field in FIELDS {
            assert!(record.get(field).is_some(), "{field} is missing: {record}");
        }
    }
    let short: Vec<_> = records
        .iter()
        .map(|record| {
            let of = |field: &str| record[field].as_str().unwrap_or("-").to_owned();
            format!("{} {} {} {} {}", of("request_id"), of("tool"), of("phase"), of("verdict"), of("code"))
        })
        .collect();
    assert_eq!(
        short,
        [
            "look window_list intent allow -",
            "look window_list outcome allow -",
            "hit click intent allow -",
            "hit click outcome allow -",
            "lock press_keys outcome deny FORBIDDEN_KEYS",
            "bad click outcome deny INVALID_ARGUMENT",
        ]
    );
    let (hit, lock) = (&records[2], &records[4]);
    assert_eq!(hit["operation"]["kind"], "click");
    assert_eq!(hit["target"], "Button \"Save\" of \"Save As\" in C:\\Windows\\notepad.exe");
    assert_eq!(hit["facts"]["targets"][0]["window"]["title"], "Save As");
    assert!(hit["judgement"]["policies"].is_array(), "{hit}");
    assert!(lock["judgement"]["reasons"][0]["policy"].is_string(), "{lock}");
    assert_eq!(records[0]["claimed"], json!({"name": "test", "version": "1"}));
}

#[test]
fn sessions_come_oldest_first_and_one_can_be_asked_for() {
    let mut home = Home::new();
    let mut names = Vec::new();
    // Another profile has another session.
    for profile in ["lab", "assistant", "observe"] {
        let mut server = Server::start_in(home, &["--profile", profile]);
        server.initialize("2025-11-25");
        let status = server.call("status", json!({}));
        names.push(status["structuredContent"]["session"].as_str().unwrap().to_owned());
        (_, home) = server.end();
    }
    let sessions: Vec<_> =
        home.records().iter().map(|record| record["session"].as_str().unwrap().to_owned()).collect();
    assert_eq!(sessions, names.iter().flat_map(|name| [name.clone(), name.clone()]).collect::<Vec<_>>());
    let last = winwarden(home.path(), &["audit", "export", "--session", "last"]);
    let last = String::from_utf8(last.stdout).unwrap();
    assert_eq!((last.lines().count(), last.matches(&names[2]).count()), (2, 2), "{last}");
    let first = winwarden(home.path(), &["audit", "export", "--session", &names[0]]);
    assert_eq!(String::from_utf8(first.stdout).unwrap().lines().count(), 2);
}

#[test]
fn without_records_there_is_nothing_to_print_and_a_session_that_is_not_there_is_a_no() {
    let home = Home::new();
    let none = winwarden(home.path(), &["audit", "export"]);
    assert_eq!((none.status.code(), none.stdout.len()), (Some(0), 0));
    for session in ["last", "no-such"] {
        let none = winwarden(home.path(), &["audit", "export", "--session", session]);
        assert_eq!(none.status.code(), Some(1));
        assert!(String::from_utf8(none.stderr).unwrap().contains(session));
    }
}
