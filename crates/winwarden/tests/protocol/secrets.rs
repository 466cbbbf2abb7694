//! What is typed, set or copied stands in nothing that is written.

use serde_json::{Value, json};

use super::client::Server;

const SECRET: &str = "correct-horse-9f3b";

/// Calls that carry the secret, in every way that a call can end.
fn calls() -> Vec<(&'static str, Value)> {
    let field = json!({"role": "Edit", "name": "Note"});
    let long = SECRET.repeat(6_000);
    vec![
        ("type_text", json!({"find": field, "text": SECRET})),
        ("type_text", json!({"find": {"role": "Edit", "name": "PIN"}, "text": SECRET})),
        ("type_text", json!({"find": {"name": "no such field"}, "text": SECRET})),
        ("type_text", json!({"element": "e999", "text": SECRET})),
        ("type_text", json!({"text": long})),
        ("type_text", json!({"text": [SECRET]})),
        ("type_text", json!({"text": {"value": SECRET}})),
        ("type_text", json!({"text": SECRET, "mode": "inset", "cuont": 1})),
        ("element_action", json!({"find": field, "action": "set_value", "value": SECRET})),
        ("element_action", json!({"find": field, "action": "toggle", "value": SECRET})),
        ("element_action", json!({"find": {"role": "Edit"}, "action": "set_value", "value": SECRET})),
        ("clipboard_write", json!({"text": SECRET})),
        ("clipboard_read", json!({})),
        ("press_keys", json!({"keys": SECRET})),
        ("snapshot", json!({"interactive_only": false})),
        ("read_text", json!({"find": field})),
        // Enter closes the dialog, and so comes last.
        ("type_text", json!({"find": field, "text": SECRET, "mode": "replace", "submit": true})),
    ]
}

#[test]
fn typed_and_copied_text_stands_in_no_log_no_record_and_no_error() {
    let mut server = Server::ready(&["--log-level", "trace"]);
    let mut succeeded = Vec::new();
    for (tool, arguments) in calls() {
        let result = server.call(tool, arguments.clone());
        if result["isError"] == true {
            assert!(!result.to_string().contains(SECRET), "an error of {tool} shows it: {result}");
        } else {
            succeeded.push(tool);
        }
    }
    for tool in ["type_text", "element_action", "clipboard_write", "clipboard_read", "snapshot", "read_text"]
    {
        assert!(succeeded.contains(&tool), "{tool} never succeeded, so it was not tested: {succeeded:?}");
    }
    for line in [
        format!(
            r#"{{"jsonrpc":"2.0","id":900,"method":"tools/call","params":{{"name":"type_text","arguments":{{"text":"{SECRET}"}}"#
        ),
        format!(
            r#"{{"jsonrpc":"2.0","id":901,"method":"tools/call","params":{{"name":"type_text","name":"x","arguments":{{"text":"{SECRET}"}}}}}}"#
        ),
        format!(
            r#"{{"jsonrpc":"2.0","id":902,"method":"tools/call","params":{{"name":7,"arguments":{{"text":"{SECRET}"}}}}}}"#
        ),
    ] {
        server.send_line(line.as_bytes());
        let reply = server.next().to_string();
        assert!(reply.contains("error") && !reply.contains(SECRET), "{reply}");
    }
    let (ended, home) = server.end();
    assert!(
        ended.stderr.contains("a line was refused"),
        "nothing was logged, so nothing was tested: {}",
        ended.stderr
    );
    assert!(!ended.stderr.contains(SECRET), "{}", ended.stderr);
    let written = home.written();
    assert!(written.contains("hmac_sha256"), "{written}");
    assert!(!written.contains(SECRET), "{written}");
}

#[test]
fn a_password_that_is_pressed_key_by_key_stands_in_no_record() {
    let mut server = Server::ready(&[]);
    server.call("press_keys", json!({"keys": "Q Shift+X J Z", "find": {"role": "Edit", "name": "PIN"}}));
    let (_, home) = server.end();
    let record = home.records().into_iter().find(|record| record["tool"] == "press_keys").unwrap();
    assert_eq!(record["operation"]["keys"], json!(vec!["[character]"; 4]), "{record}");
}
