//! A person is asked through the client in rounds: `input_required`, 2026-07-28.

use serde_json::{Value, json};

use super::client::{Home, Server};

/// What a client of the era says of itself with each request.
fn meta(name: &str) -> Value {
    json!({
        "io.modelcontextprotocol/protocolVersion": "2026-07-28",
        "io.modelcontextprotocol/clientInfo": {"name": name, "version": "1"},
        "io.modelcontextprotocol/clientCapabilities": {"elicitation": {}}
    })
}

fn ready(options: &[&str]) -> Server {
    Server::start(&[&["--profile", "assistant"], options].concat())
}

fn write() -> Value {
    json!({"name": "clipboard_write", "arguments": {"text": "a secret"}, "_meta": meta("test")})
}

/// The same call with the state it was given and an answer.
fn again(mut call: Value, asked: &Value, answer: &Value) -> Value {
    call["requestState"] = asked["requestState"].clone();
    call["inputResponses"] = json!({"approval": answer});
    call
}

fn yes() -> Value {
    json!({"action": "accept", "content": {"answer": "Yes, once"}})
}

/// What comes of a call: its result, or the question that it comes back with.
fn call(server: &mut Server, params: &Value) -> Value {
    let reply = server.request("tools/call", params.clone());
    assert!(reply.get("error").is_none(), "{reply}");
    reply["result"].clone()
}

fn asked(server: &mut Server, params: &Value) -> Value {
    let result = call(server, params);
    assert_eq!(result["resultType"], "input_required", "{result}");
    result
}

fn code(result: &Value) -> &str {
    result["structuredContent"]["code"].as_str().unwrap_or_default()
}

/// Phase and code of each record.
fn records(home: &Home) -> Vec<(Value, Value)> {
    home.records().iter().map(|record| (record["phase"].clone(), record["code"].clone())).collect()
}

#[test]
fn a_call_comes_back_with_a_question_and_goes_on_with_the_answer() {
    let mut server = ready(&[]);
    let question = asked(&mut server, &write());
    let request = &question["inputRequests"]["approval"];
    assert_eq!(request["method"], "elicitation/create", "{question}");
    let message = request["params"]["message"].as_str().unwrap();
    assert!(message.contains("clipboard_write") && !message.contains("a secret"), "{message}");
    let result = call(&mut server, &again(write(), &question, &yes()));
    assert_ne!(result["isError"], true, "{result}");
    let (_, home) = server.end();
    assert_eq!(records(&home), [(json!("intent"), Value::Null), (json!("outcome"), Value::Null)]);
    assert_eq!(home.records()[0]["approval"], json!({"channel": "elicitation"}));
}

#[test]
fn a_no_and_no_answer_are_a_no() {
    for answer in [
        json!({"action": "decline"}),
        json!({"action": "cancel"}),
        json!({"action": "accept", "content": {"answer": "Yes"}}),
        json!("Yes, once"),
        Value::Null,
    ] {
        let mut server = ready(&[]);
        let question = asked(&mut server, &write());
        let result = call(&mut server, &again(write(), &question, &answer));
        assert_eq!(code(&result), "APPROVAL_DENIED", "{answer}");
    }
}

#[test]
fn an_answer_counts_once() {
    let mut server = ready(&[]);
    let question = asked(&mut server, &write());
    let answered = again(write(), &question, &yes());
    assert_ne!(call(&mut server, &answered)["isError"], true);
    assert_eq!(code(&call(&mut server, &answered)), "APPROVAL_STALE");
    let (_, home) = server.end();
    assert_eq!(
        records(&home),
        [
            (json!("intent"), Value::Null),
            (json!("outcome"), Value::Null),
            (json!("outcome"), json!("APPROVAL_STALE"))
        ]
    );
}

#[test]
fn an_answer_counts_for_the_same_call_of_the_same_client_alone() {
    let mut server = ready(&[]);
    let question = asked(&mut server, &write());
    let good = again(write(), &question, &yes());
    let mut changed: Vec<Value> = Vec::new();
    for (pointer, value) in [
        ("/arguments/text", json!("another")),
        ("/name", json!("window_list")),
        ("/_meta", meta("another")),
        ("/requestState", json!("rs1.AAAA.AAAA")),
        ("/requestState", json!("")),
    ] {
        let mut call = good.clone();
        *call.pointer_mut(pointer).unwrap() = value;
        changed.push(call);
    }
    let state = question["requestState"].as_str().unwrap();
    for at in (0..state.len()).step_by(7) {
        let mut bytes = state.as_bytes().to_vec();
        bytes[at] = if bytes[at] == b'A' { b'B' } else { b'A' };
        let mut call = good.clone();
        call["requestState"] = json!(String::from_utf8(bytes).unwrap());
        changed.push(call);
    }
    for call_of in changed {
        let result = call(&mut server, &call_of);
        assert_eq!(code(&result), "APPROVAL_STALE", "{call_of}");
    }
    assert_ne!(call(&mut server, &good)["isError"], true, "the question still stood");
    let mut other = ready(&[]);
    assert_eq!(code(&call(&mut other, &good)), "APPROVAL_STALE", "another server knows nothing of it");
}

#[test]
fn what_nobody_answers_is_refused_when_its_time_is_over() {
    let home = Home::new();
    std::fs::write(home.path().join("winwarden.toml"), "[approvals]\nwait_seconds = 5\n").unwrap();
    let mut server = Server::start_in(home, &["--profile", "assistant"]);
    let question = asked(&mut server, &write());
    let frozen = json!({"name": "press_keys", "arguments": {"keys": "Enter"}, "_meta": meta("test")});
    assert_eq!(code(&call(&mut server, &frozen)), "INPUT_FROZEN", "input waits for the answer");
    std::thread::sleep(std::time::Duration::from_millis(5_600));
    let late = call(&mut server, &again(write(), &question, &yes()));
    assert_eq!(code(&late), "APPROVAL_STALE", "{late}");
    assert_ne!(call(&mut server, &frozen)["isError"], true);
    let (_, home) = server.end();
    let codes: Vec<Value> = records(&home).into_iter().map(|(_, code)| code).collect();
    assert_eq!(codes[..2], [json!("INPUT_FROZEN"), json!("APPROVAL_DENIED")]);
}

#[test]
fn a_step_that_asks_goes_on_with_the_steps_after_it() {
    let mut server = ready(&[]);
    let steps = json!([
        {"tool": "window_list"},
        {"tool": "clipboard_write", "arguments": {"text": "a"}},
        {"tool": "display_list"},
    ]);
    let params = json!({"name": "run_steps", "arguments": {"steps": steps}, "_meta": meta("test")});
    let question = asked(&mut server, &params);
    let result = call(&mut server, &again(params, &question, &yes()));
    assert_ne!(result["isError"], true, "{result}");
    assert_eq!(result["structuredContent"]["steps"].as_array().unwrap().len(), 3);
}

#[test]
fn a_client_of_the_era_is_not_asked_about_what_is_dangerous() {
    let mut server = ready(&[]);
    let params = json!({"name": "app_launch", "arguments": {"app": "notepad"}, "_meta": meta("test")});
    assert_eq!(code(&call(&mut server, &params)), "APPROVAL_UNAVAILABLE");
}
