//! One line of input: a message with one reading, or what is to be said about it.
//!
//! Untrusted: every byte.
//! Guarantees: what passes is one JSON-RPC 2.0 message of MCP with one reading; everything else gets the reply that
//! JSON-RPC defines, or, where none may be sent, is ignored with a reason for the log.
//! Does not: know whether the message makes sense now; that is the session's business.

use model::ui::escape;
use rmcp::model::{CallToolRequest, ClientJsonRpcMessage, JsonRpcMessage, RequestId};
use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::json::{Unreadable, parse};

/// JSON-RPC: the text is not JSON.
pub const PARSE_ERROR: i32 = -32_700;
/// JSON-RPC: it is not a request.
pub const INVALID_REQUEST: i32 = -32_600;
/// JSON-RPC: the method's parameters are wrong.
pub const INVALID_PARAMS: i32 = -32_602;

/// The longest `id` that is a text, in bytes: each stands in every record and reply of its call.
const MAX_ID: usize = 256;

/// What a line is.
#[derive(Debug)]
pub enum Frame {
    /// A message for the session.
    Message(Box<ClientJsonRpcMessage>),
    /// Not one: this is the reply.
    Reply(Value),
    /// Not one, and nothing may be replied: why.
    Ignored(&'static str),
}

/// An error reply of JSON-RPC.
pub fn error(id: &Value, code: i32, message: &str) -> Value {
    json!({ "jsonrpc": "2.0", "id": id, "error": { "code": code, "message": message } })
}

/// Reads a line without its line break.
pub fn read(line: &[u8]) -> Frame {
    if line.trim_ascii().is_empty() {
        return Frame::Ignored("an empty line");
    }
    let refuse = |code, message: &str| Frame::Reply(error(&Value::Null, code, message));
    match parse(line) {
        Err(Unreadable::NotJson(place)) => refuse(PARSE_ERROR, &format!("the line is not JSON: {place}")),
        Err(Unreadable::Twice(name)) => refuse(
            INVALID_REQUEST,
            &format!("`{name}` stands twice in one object, so the line has no one reading"),
        ),
        Ok(Value::Array(_)) => {
            refuse(INVALID_REQUEST, "batches are not supported: send one message per line")
        }
        Ok(Value::Object(message)) => message_of(message),
        Ok(_) => refuse(INVALID_REQUEST, "a message is a JSON object"),
    }
}

fn message_of(message: Map<String, Value>) -> Frame {
    let has = |name| message.contains_key(name);
    let usable = |id: &&Value| id.as_str().map_or_else(|| is_whole(id), |text| text.len() <= MAX_ID);
    let id = message.get("id").filter(usable).cloned();
    let known = id.clone().unwrap_or(Value::Null);
    let refuse = |what: &str| Frame::Reply(error(&known, INVALID_REQUEST, what));
    if message.get("jsonrpc").and_then(Value::as_str) != Some("2.0") {
        return refuse("`jsonrpc` must be \"2.0\"");
    }
    if has("id") && id.is_none() && !has("error") {
        return refuse("`id` must be a string of at most 256 bytes or a whole number of 64 bits");
    }
    if [has("method"), has("result"), has("error")].into_iter().filter(|is| *is).count() != 1 {
        return refuse("a message has exactly one of `method`, `result` and `error`");
    }
    let method = message.get("method").map(|method| method.as_str().map(|method| escape(method, 80)));
    match &method {
        Some(None) => return refuse("`method` must be a string"),
        Some(Some(_)) if message.get("params").is_some_and(|params| !params.is_object()) => {
            return match id {
                Some(id) => Frame::Reply(error(&id, INVALID_PARAMS, "`params` must be an object")),
                None => Frame::Ignored("a notification whose `params` are no object"),
            };
        }
        Some(Some(_)) | None => {}
    }
    if let (Some(Some(method)), Some(id), Some(params)) = (&method, &id, message.get("params"))
        && let Some(why) = misfit(method, params)
    {
        return Frame::Reply(error(id, INVALID_PARAMS, why));
    }
    let (message, method) = (Value::Object(message), method.flatten());
    if let (Some("tools/call"), Some(id)) = (method.as_deref(), &id)
        && let Some(call) = call_of(&message, id)
    {
        return Frame::Message(Box::new(call));
    }
    match (serde_json::from_value(message), method, id) {
        (Ok(message), _, _) => Frame::Message(Box::new(message)),
        (Err(_), Some(method), Some(id)) => Frame::Reply(error(
            &id,
            INVALID_PARAMS,
            &format!("the parameters of `{method}` are not of its form"),
        )),
        (Err(_), Some(_), None) => Frame::Ignored("a notification that is not of its form"),
        (Err(_), None, _) => Frame::Ignored("a reply to nothing"),
    }
}

/// Whether it is a number that can be an id or a token: a whole one of 64 bits, also written as `1.0`.
fn is_whole(value: &Value) -> bool {
    value.is_number() && RequestId::deserialize(value).is_ok()
}

/// What is wrong with parameters that would be passed over where they are of another type.
fn misfit(method: &str, params: &Value) -> Option<&'static str> {
    let wrong = |value: &Value, fits: &dyn Fn(&Value) -> bool| !value.is_null() && !fits(value);
    if method.ends_with("/list") && params.get("cursor").is_some_and(|it| wrong(it, &Value::is_string)) {
        return Some("`cursor` must be a string");
    }
    let token = params.pointer("/_meta/progressToken");
    token
        .is_some_and(|it| wrong(it, &|it| it.is_string() || is_whole(it)))
        .then_some("`progressToken` must be a string or a whole number of 64 bits")
}

/// The message that nearly all are, read as nothing else: by its method alone, rmcp tries one form after the other.
fn call_of(message: &Value, id: &Value) -> Option<ClientJsonRpcMessage> {
    let request = CallToolRequest::deserialize(message).ok()?;
    Some(JsonRpcMessage::request(request.into(), RequestId::deserialize(id).ok()?))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn code(line: &str) -> (i64, Value) {
        match read(line.as_bytes()) {
            Frame::Reply(reply) => (reply["error"]["code"].as_i64().unwrap(), reply["id"].clone()),
            other => panic!("{line}: {other:?}"),
        }
    }

    #[test]
    fn messages_pass() {
        for line in [
            r#"{"jsonrpc":"2.0","id":1,"method":"ping"}"#,
            r#"{"jsonrpc":"2.0","id":"a","method":"tools/call","params":{"name":"status","arguments":{}}}"#,
            r#"{"jsonrpc":"2.0","method":"notifications/initialized"}"#,
            r#"  {"jsonrpc":"2.0","id":1,"method":"no/such"}  "#,
            r#"{"jsonrpc":"2.0","id":1,"result":{}}"#,
        ] {
            assert!(matches!(read(line.as_bytes()), Frame::Message(_)), "{line}");
        }
    }

    #[test]
    fn a_call_is_read_as_rmcp_reads_it() {
        for params in [
            json!({"name": "status"}),
            json!({"name": "status", "arguments": {"a": [1, null]}}),
            json!({"name": "status", "arguments": {}, "_meta": {"progressToken": 7}, "more": 1}),
            json!({"name": "status", "arguments": {}, "inputResponses": {}, "requestState": "s"}),
            json!({"name": "status", "_meta": {"io.modelcontextprotocol/protocolVersion": "2026-07-28"}}),
            json!({"name": 1}),
            json!({"name": "status", "arguments": []}),
            json!({}),
        ] {
            for id in [json!(1), json!("a")] {
                let line =
                    json!({"jsonrpc": "2.0", "id": id, "method": "tools/call", "params": params, "x": 1});
                let as_rmcp = serde_json::from_value::<ClientJsonRpcMessage>(line.clone()).unwrap();
                match read(line.to_string().as_bytes()) {
                    Frame::Message(message) => assert_eq!(format!("{message:?}"), format!("{as_rmcp:?}")),
                    other => panic!("{line}: {other:?}"),
                }
            }
        }
    }

    #[test]
    fn what_is_not_json_is_a_parse_error_without_an_id() {
        for line in ["{", "nonsense", "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"ping\"}}"] {
            assert_eq!(code(line), (-32_700, Value::Null), "{line}");
        }
        assert!(matches!(read(b"\xff\xfe"), Frame::Reply(_)));
    }

    #[test]
    fn what_is_not_one_message_is_an_invalid_request() {
        for (line, id) in [
            ("[]", Value::Null),
            (r#"[{"jsonrpc":"2.0","id":1,"method":"ping"}]"#, Value::Null),
            ("7", Value::Null),
            (r#"{"id":1,"method":"ping"}"#, json!(1)),
            (r#"{"jsonrpc":"1.0","id":"x","method":"ping"}"#, json!("x")),
            (r#"{"jsonrpc":"2.0","id":1}"#, json!(1)),
            (r#"{"jsonrpc":"2.0","id":1.5,"method":"ping"}"#, Value::Null),
            (r#"{"jsonrpc":"2.0","id":null,"method":"ping"}"#, Value::Null),
            (r#"{"jsonrpc":"2.0","id":{},"method":"ping"}"#, Value::Null),
            (r#"{"jsonrpc":"2.0","id":1,"method":7}"#, json!(1)),
            (r#"{"jsonrpc":"2.0","id":1,"method":"ping","result":{}}"#, json!(1)),
        ] {
            assert_eq!(code(line), (-32_600, id), "{line}");
        }
    }

    #[test]
    fn a_parameter_that_is_passed_over_by_others_has_its_type() {
        let asked = |method: &str, params: Value| {
            json!({"jsonrpc": "2.0", "id": 5, "method": method, "params": params}).to_string()
        };
        for token in [json!([1]), json!(true), json!(1.5), json!({}), json!(u64::MAX)] {
            for method in ["tools/call", "tools/list", "ping"] {
                let line = asked(method, json!({"name": "status", "_meta": {"progressToken": token}}));
                assert_eq!(code(&line), (-32_602, json!(5)), "{line}");
            }
        }
        assert_eq!(code(&asked("tools/list", json!({"cursor": 5}))), (-32_602, json!(5)));
        for token in [json!("a"), json!(1), json!(-1), json!(1.0), Value::Null] {
            let line = asked("tools/call", json!({"name": "status", "_meta": {"progressToken": token}}));
            assert!(matches!(read(line.as_bytes()), Frame::Message(_)), "{line}");
        }
        let line = asked("tools/call", json!({"name": "status", "arguments": {"cursor": 5}}));
        assert!(matches!(read(line.as_bytes()), Frame::Message(_)));
    }

    #[test]
    fn an_id_is_a_whole_number_of_64_bits_however_it_is_written() {
        let ping = |id: &str| format!(r#"{{"jsonrpc":"2.0","id":{id},"method":"ping"}}"#);
        for (id, is) in [("1.0", 1), ("1e2", 100), ("-9223372036854775808", i64::MIN)] {
            match read(ping(id).as_bytes()) {
                Frame::Message(message) => match *message {
                    JsonRpcMessage::Request(request) => assert_eq!(request.id, RequestId::Number(is), "{id}"),
                    other => panic!("{id}: {other:?}"),
                },
                other => panic!("{id}: {other:?}"),
            }
        }
        for id in ["18446744073709551615", "1.5", "1e300", "true"] {
            assert_eq!(code(&ping(id)), (-32_600, Value::Null), "{id}");
        }
    }

    #[test]
    fn an_id_has_a_limit() {
        let ping = |id: &str| json!({"jsonrpc": "2.0", "id": id, "method": "ping"}).to_string();
        assert!(matches!(read(ping(&"i".repeat(MAX_ID)).as_bytes()), Frame::Message(_)));
        assert_eq!(code(&ping(&"i".repeat(MAX_ID + 1))), (-32_600, Value::Null));
    }

    #[test]
    fn a_line_with_two_readings_is_refused() {
        let two =
            r#"{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"status","name":"click"}}"#;
        assert_eq!(code(two), (-32_600, Value::Null));
        let id = r#"{"jsonrpc":"2.0","id":1,"id":2,"method":"ping"}"#;
        assert_eq!(code(id), (-32_600, Value::Null));
    }

    #[test]
    fn wrong_parameters_name_the_request_and_a_notification_gets_no_reply() {
        assert_eq!(
            code(r#"{"jsonrpc":"2.0","id":5,"method":"tools/list","params":[]}"#),
            (-32_602, json!(5))
        );
        let silent = r#"{"jsonrpc":"2.0","method":"notifications/cancelled","params":[1]}"#;
        assert!(matches!(read(silent.as_bytes()), Frame::Ignored(_)));
        assert!(matches!(read(b"\r"), Frame::Ignored(_)));
    }

    proptest! {
        #[test]
        fn no_line_makes_it_panic(line in prop::collection::vec(any::<u8>(), 0..300)) {
            drop(read(&line));
        }
    }
}
