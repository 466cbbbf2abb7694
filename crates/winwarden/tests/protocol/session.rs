//! How calls and sessions end, and what a session leaves behind.

use std::{collections::HashSet, fs, time::Duration};

use serde_json::{Value, json};

use super::client::{Home, Server, text};

/// A call that waits for so many milliseconds.
fn wait(duration_ms: u32) -> Value {
    json!({"name": "wait_for", "arguments": {"duration_ms": duration_ms}})
}

fn cancel(server: &mut Server, id: u64) {
    server.send(&json!({"jsonrpc": "2.0", "method": "notifications/cancelled", "params": {"requestId": id}}));
}

#[test]
fn a_cancelled_call_ends_at_once_without_a_reply_and_is_recorded() {
    let mut server = Server::ready(&[]);
    let id = server.begin("tools/call", wait(60_000));
    assert!(server.next_within(Duration::from_millis(300)).is_none());
    cancel(&mut server, id);
    cancel(&mut server, 999_999);
    assert_eq!(
        server.request("ping", json!({}))["result"],
        json!({}),
        "the next message is not the cancelled call's"
    );
    let (ended, home) = server.end();
    assert!(ended.took < Duration::from_secs(1), "the wait went on: {:?}", ended.took);
    assert_eq!(ended.messages, Vec::<Value>::new());
    let last = home.records().pop().unwrap();
    assert_eq!(
        (&last["phase"], &last["code"], &last["request_id"]),
        (&json!("outcome"), &json!("CANCELLED"), &json!(id))
    );
}

#[test]
fn a_call_that_waits_for_its_turn_can_be_cancelled_too() {
    let mut server = Server::ready(&[]);
    // The first call reads the policies, which would hold up the eight.
    server.request("tools/call", json!({"name": "status", "arguments": {}}));
    let running: Vec<u64> = (0..8).map(|_| server.begin("tools/call", wait(60_000))).collect();
    assert!(server.next_within(Duration::from_millis(500)).is_none(), "a wait ended at once");
    let ninth = server.begin("tools/call", wait(100));
    assert!(server.next_within(Duration::from_millis(300)).is_none(), "more than eight calls run");
    cancel(&mut server, ninth);
    let tenth = server.begin("tools/call", wait(60));
    for id in running {
        cancel(&mut server, id);
    }
    assert_eq!(server.reply(&json!(tenth))["result"]["isError"], false);
    let (_, home) = server.end();
    let of_ninth: Vec<_> =
        home.records().into_iter().filter(|record| record["request_id"] == json!(ninth)).collect();
    assert_eq!(of_ninth.len(), 1, "it never began: {of_ninth:?}");
    assert_eq!(of_ninth[0]["code"], "CANCELLED");
}

#[test]
fn progress_is_told_of_a_long_call_to_a_client_that_asked_and_to_no_other() {
    let mut server = Server::ready(&[]);
    // The first call may wait for the policy to be loaded, which takes its time in a debug build.
    server.call("status", json!({}));
    let mut asked = wait(2_500);
    asked["_meta"] = json!({"progressToken": "t"});
    let id = server.begin("tools/call", asked);
    let mut told = Vec::new();
    let reply = loop {
        let message = server.next();
        if message["id"] == json!(id) {
            break message;
        }
        assert_eq!(message["method"], "notifications/progress", "{message}");
        assert_eq!(message["params"]["progressToken"], "t");
        told.push(message["params"]["progress"].as_f64().unwrap());
    };
    let each_second: Vec<f64> = (1..=told.len()).map(|second| second as f64).collect();
    assert!(told.len() >= 2 && told == each_second, "{told:?}");
    assert!(text(&reply["result"]).starts_with("waited after 2"), "{reply}");
    let id = server.begin("tools/call", wait(1_300));
    assert_eq!(server.next()["id"], json!(id), "a client that did not ask is told nothing between");
}

#[test]
fn a_session_ends_with_its_input_and_leaves_nothing_running() {
    for prepare in [None, Some(60_000)] {
        let mut server = Server::ready(&[]);
        if let Some(milliseconds) = prepare {
            server.begin("tools/call", wait(milliseconds));
            assert!(server.next_within(Duration::from_millis(200)).is_none());
        }
        let pid = server.child.id();
        let (ended, home) = server.end();
        assert!(ended.status.success(), "{:?}", ended.status);
        assert!(ended.took < Duration::from_secs(1), "{:?}", ended.took);
        assert!(!fs::exists(format!("/proc/{pid}/exe")).unwrap(), "it still runs");
        let codes: Vec<Value> = home.records().into_iter().map(|record| record["code"].clone()).collect();
        assert_eq!(codes, if prepare.is_some() { vec![Value::Null, json!("CANCELLED")] } else { vec![] });
    }
    let never_greeted = Server::start(&[]);
    let (ended, _) = never_greeted.end();
    assert!(ended.status.success() && ended.took < Duration::from_secs(1), "{:?}", ended.took);
}

#[test]
fn replies_that_are_under_way_when_the_input_ends_are_still_given() {
    let mut server = Server::ready(&[]);
    let ids: Vec<u64> = (0..20)
        .map(|_| server.begin("tools/call", json!({"name": "window_list", "arguments": {}})))
        .collect();
    let (ended, _) = server.end();
    let answered: HashSet<u64> = ended.messages.iter().filter_map(|message| message["id"].as_u64()).collect();
    assert_eq!(answered, ids.into_iter().collect());
}

#[test]
fn two_servers_share_a_home_without_sharing_a_record() {
    let home = Home::new();
    let shared = home.path().to_owned();
    let mut first = Server::start_in(home, &[]);
    let second_home = Home::new();
    fs::copy(second_home.path().join("world.json"), shared.join("world.json")).unwrap();
    let mut second = std::process::Command::new(env!("CARGO_BIN_EXE_winwarden"));
    second.env("WINWARDEN_HOME", &shared).args(["serve", "--sim"]).arg(shared.join("world.json"));
    let mut second = second
        .stdin(std::process::Stdio::piped())
        .stdout(std::process::Stdio::piped())
        .stderr(std::process::Stdio::null())
        .spawn()
        .unwrap();
    first.initialize("2025-11-25");
    for _ in 0..20 {
        first.call("window_list", json!({}));
    }
    let hello = br#"{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":"2025-11-25","capabilities":{},"clientInfo":{"name":"second","version":"1"}}}
{"jsonrpc":"2.0","id":2,"method":"tools/call","params":{"name":"window_list","arguments":{}}}
"#;
    std::io::Write::write_all(second.stdin.as_mut().unwrap(), hello).unwrap();
    // Its input stays open until it has answered: after that, it cuts off what still runs.
    let replies = std::io::BufReader::new(second.stdout.take().unwrap());
    assert_eq!(std::io::BufRead::lines(replies).take(2).count(), 2);
    assert!(second.wait_with_output().unwrap().status.success());
    let (_, home) = first.end();
    let records = home.records();
    let sessions: HashSet<&str> = records.iter().map(|record| record["session"].as_str().unwrap()).collect();
    assert_eq!((records.len(), sessions.len()), (42, 2));
    for session in sessions {
        let seqs = records
            .iter()
            .filter(|record| record["session"] == session)
            .map(|record| record["seq"].as_u64().unwrap());
        assert!(seqs.clone().eq(1..=seqs.count() as u64), "the numbers of a session have gaps");
    }
}

#[test]
fn a_server_opens_no_connection_and_listens_to_none_but_its_users_terminals() {
    let mut server = Server::ready(&[]);
    server.call("window_list", json!({}));
    server.call("status", json!({}));
    let pid = server.child.id();
    let own: HashSet<String> = fs::read_dir(format!("/proc/{pid}/fd"))
        .unwrap()
        .filter_map(|fd| {
            fs::read_link(fd.unwrap().path())
                .ok()?
                .to_str()?
                .strip_prefix("socket:[")?
                .strip_suffix(']')
                .map(str::to_owned)
        })
        .collect();
    for (table, column) in [("tcp", 9), ("tcp6", 9), ("udp", 9), ("udp6", 9), ("raw", 9), ("raw6", 9)] {
        let Ok(sockets) = fs::read_to_string(format!("/proc/{pid}/net/{table}")) else { continue };
        for socket in sockets.lines().skip(1) {
            let inode = socket.split_whitespace().nth(column).unwrap();
            assert!(!own.contains(inode), "a {table} socket is open: {socket}");
        }
    }
    // What wakes the runtime up is a pair of nameless sockets within the process. The one with a name is for terminals.
    let unix = fs::read_to_string(format!("/proc/{pid}/net/unix")).unwrap();
    for socket in unix.lines().skip(1) {
        let columns: Vec<&str> = socket.split_whitespace().collect();
        let terminals = format!("@winwarden-{pid}-");
        let known = columns.get(7).is_none_or(|name| name.starts_with(&terminals));
        assert!(!own.contains(columns[6]) || known, "a named socket is open: {socket}");
    }
}
