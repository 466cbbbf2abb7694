//! A person is asked through the client: elicitation, 2025-11-25.

use serde_json::{Value, json};

use super::client::{Home, Server};

/// A server of the default profile, and a client that says whether it can show forms.
fn ready(capabilities: Value, options: &[&str]) -> Server {
    let mut server = Server::start(&[&["--profile", "assistant"], options].concat());
    greet(&mut server, capabilities);
    server
}

fn greet(server: &mut Server, capabilities: Value) {
    let hello = json!({"protocolVersion": "2025-11-25", "capabilities": capabilities,
                       "clientInfo": {"name": "test", "version": "1"}});
    server.request("initialize", hello);
    server.send(&json!({"jsonrpc": "2.0", "method": "notifications/initialized"}));
}

fn forms() -> Value {
    json!({"elicitation": {}})
}

/// Calls, answers the question that comes, and gives back both the question and the result.
fn asked(server: &mut Server, tool: &str, arguments: Value, answer: Value) -> (Value, Value) {
    let id = server.begin("tools/call", json!({"name": tool, "arguments": arguments}));
    let question = server.next();
    assert_eq!(question["method"], "elicitation/create", "{question}");
    server.send(&json!({"jsonrpc": "2.0", "id": question["id"], "result": answer}));
    (question["params"].clone(), server.reply(&json!(id))["result"].clone())
}

fn says(words: &str) -> Value {
    json!({"action": "accept", "content": {"answer": words}})
}

fn write() -> Value {
    json!({"text": "a secret"})
}

fn code(result: &Value) -> &str {
    result["structuredContent"]["code"].as_str().unwrap_or_default()
}

/// Verdict, code and approval of each record.
fn records(home: &Home) -> Vec<(Value, Value, Value)> {
    let of = |record: &Value| (record["verdict"].clone(), record["code"].clone(), record["approval"].clone());
    home.records().iter().map(of).collect()
}

#[test]
fn a_yes_lets_it_happen_once_and_stands_in_the_record() {
    let mut server = ready(forms(), &[]);
    let (question, result) = asked(&mut server, "clipboard_write", write(), says("Yes, once"));
    let message = question["message"].as_str().unwrap();
    assert!(message.contains("clipboard_write") && message.contains("changes-ask"), "{message}");
    assert!(message.contains("\"test\"") && !message.contains("a secret"), "{message}");
    assert_ne!(result["isError"], true, "{result}");
    // It is asked about again.
    let (_, result) = asked(&mut server, "clipboard_write", write(), says("No"));
    assert_eq!(code(&result), "APPROVAL_DENIED");
    let (_, home) = server.end();
    let given = json!({"channel": "elicitation"});
    assert_eq!(
        records(&home),
        [
            (json!("ask"), Value::Null, given),
            (json!("ask"), Value::Null, Value::Null),
            (json!("ask"), json!("APPROVAL_DENIED"), Value::Null),
        ]
    );
}

#[test]
fn who_refuses_is_asked_again_at_once_until_they_have_refused_three_times() {
    let world = json!({"windows": [{"title": "Files", "foreground": true, "tree": {"role": "Window", "name": "Files",
        "children": [{"role": "Button", "name": "Delete", "patterns": ["invoke"]}]}}]});
    let home = Home::of(&world);
    let settings = "[approvals]\ntrust_client_elicitation = true\n[limits]\ncooldown_ms = 600000\ndestructive_acts = 1\n";
    std::fs::write(home.path().join("winwarden.toml"), settings).unwrap();
    let mut server = Server::start_in(home, &["--profile", "assistant"]);
    greet(&mut server, forms());
    let delete = json!({"find": {"name": "Delete"}});
    for words in ["No", "No", "Yes, once"] {
        let (_, result) = asked(&mut server, "click", delete.clone(), says(words));
        assert_eq!(code(&result) == "APPROVAL_DENIED", words == "No", "{result}");
    }
    assert_eq!(code(&server.call("click", delete)), "COOLDOWN", "something was done");
}

#[test]
fn nothing_but_our_words_of_consent_is_a_yes() {
    for answer in [
        json!({"action": "decline"}),
        json!({"action": "cancel"}),
        json!({"action": "accept"}),
        json!({"action": "accept", "content": {"answer": "Yes"}}),
        json!({"action": "accept", "content": {"approved": true}}),
    ] {
        let mut server = ready(forms(), &[]);
        let (_, result) = asked(&mut server, "clipboard_write", write(), answer.clone());
        assert_eq!(code(&result), "APPROVAL_DENIED", "{answer}");
    }
}

#[test]
fn a_client_is_not_asked_about_what_is_dangerous() {
    let mut server = ready(forms(), &[]);
    let result = server.call("app_launch", json!({"app": "notepad"}));
    assert_eq!(code(&result), "APPROVAL_UNAVAILABLE");
}

#[test]
fn a_client_that_shows_no_forms_leaves_nobody_to_ask() {
    let mut server = ready(json!({}), &[]);
    assert_eq!(code(&server.call("clipboard_write", write())), "APPROVAL_UNAVAILABLE");
}

#[test]
fn while_a_person_is_asked_nothing_gives_input() {
    let mut server = ready(forms(), &[]);
    let id = server.begin("tools/call", json!({"name": "clipboard_write", "arguments": write()}));
    let question = server.next();
    let keys = server.call("press_keys", json!({"keys": "Enter"}));
    assert_eq!(code(&keys), "INPUT_FROZEN");
    assert_ne!(server.call("window_list", json!({}))["isError"], true, "looking goes on");
    server.send(&json!({"jsonrpc": "2.0", "id": question["id"], "result": says("Yes, once")}));
    assert_ne!(server.reply(&json!(id))["result"]["isError"], true);
    assert_ne!(server.call("press_keys", json!({"keys": "Enter"}))["isError"], true);
}

#[test]
fn no_and_stop_ends_all_but_status() {
    let mut server = ready(forms(), &[]);
    let (_, result) = asked(&mut server, "clipboard_write", write(), says("No, and stop the session"));
    assert_eq!(code(&result), "APPROVAL_DENIED");
    assert_eq!(code(&server.call("window_list", json!({}))), "SESSION_STOPPED");
    assert_ne!(server.call("status", json!({}))["isError"], true);
}

#[test]
fn a_call_that_is_cancelled_while_a_person_thinks_does_nothing_later() {
    let mut server = ready(forms(), &[]);
    let id = server.begin("tools/call", json!({"name": "clipboard_write", "arguments": write()}));
    let question = server.next();
    server.send(&json!({"jsonrpc": "2.0", "method": "notifications/cancelled", "params": {"requestId": id}}));
    // The gate has taken note of the cancel once the next call is through.
    while code(&server.call("press_keys", json!({"keys": "Enter"}))) == "INPUT_FROZEN" {}
    server.send(&json!({"jsonrpc": "2.0", "id": question["id"], "result": says("Yes, once")}));
    server.call("window_list", json!({}));
    let (_, home) = server.end();
    let of_write: Vec<_> =
        home.records().into_iter().filter(|record| record["tool"] == "clipboard_write").collect();
    assert_eq!(of_write.len(), 1, "{of_write:?}");
    assert_eq!(of_write[0]["code"], "CANCELLED");
}
