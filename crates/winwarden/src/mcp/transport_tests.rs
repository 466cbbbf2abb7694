use std::io::{BufReader, Cursor};

use super::*;

fn lines(input: &[u8], capacity: usize) -> Vec<Option<Vec<u8>>> {
    let mut input = BufReader::with_capacity(capacity, Cursor::new(input.to_vec()));
    let mut all = Vec::new();
    loop {
        let mut line = Vec::new();
        match next_line(&mut input, &mut line).unwrap() {
            Line::Whole => all.push(Some(line)),
            Line::TooLong => all.push(None),
            Line::End => return all,
        }
    }
}

#[test]
fn lines_come_whole_whatever_the_buffer_and_a_half_one_at_the_end_is_none() {
    for capacity in [1, 3, 1_000] {
        assert_eq!(
            lines(b"one\n\ntwo\nhal", capacity),
            [Some(b"one".to_vec()), Some(vec![]), Some(b"two".to_vec())]
        );
    }
}

#[test]
fn a_line_that_is_too_long_is_skipped_and_the_next_is_read() {
    let mut input = vec![b'x'; MAX_LINE + 5];
    input.extend_from_slice(b"\nnext\n");
    assert_eq!(lines(&input, 8_192), [None, Some(b"next".to_vec())]);
    let mut longest = vec![b'x'; MAX_LINE - 1];
    longest.push(b'\n');
    assert_eq!(lines(&longest, 8_192)[0].as_ref().map(Vec::len), Some(MAX_LINE - 1));
}

/// What the session gets, and what is replied, for some input.
fn session(input: &str) -> (Vec<String>, Vec<Value>) {
    let (message, mut messages) = mpsc::channel(WAITING);
    let (replies, mut replied) = mpsc::channel(WAITING);
    Reader { message, replies, open: Arc::default() }.read(Cursor::new(input.to_owned()));
    let passed = std::iter::from_fn(|| messages.try_recv().ok()).map(|m| serde_json::to_string(&m).unwrap());
    let replied = std::iter::from_fn(|| replied.try_recv().ok()).map(|m| serde_json::from_slice(&m).unwrap());
    (passed.collect(), replied.collect())
}

#[test]
fn an_id_is_used_once_also_after_a_cancel() {
    let hello = r#"{"jsonrpc":"2.0","id":0,"method":"initialize","params":{"protocolVersion":"2025-11-25","capabilities":{},"clientInfo":{"name":"c","version":"1"}}}"#;
    let ping = r#"{"jsonrpc":"2.0","id":1,"method":"ping"}"#;
    let cancel = r#"{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":1}}"#;
    let (passed, replied) = session(&format!("{hello}\n{ping}\n{ping}\n{cancel}\n{ping}\n"));
    assert_eq!(passed.len(), 3);
    assert_eq!(replied.len(), 2);
    assert_eq!(replied[0]["id"], 1);
    assert_eq!(replied[0]["error"]["code"], -32_600);
}

#[test]
fn nothing_but_a_request_begins_a_session() {
    let before = "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/initialized\"}\n{\"jsonrpc\":\"2.0\",\"id\":9,\"result\":{}}\n";
    let (passed, replied) = session(&format!("{before}{}\n", r#"{"jsonrpc":"2.0","id":1,"method":"ping"}"#));
    assert_eq!((passed.len(), replied.len()), (1, 0));
}

#[test]
fn a_ping_or_a_discovery_begins_no_session_and_a_request_that_says_its_protocol_does() {
    let early = r#"{"jsonrpc":"2.0","id":1,"method":"ping"}"#;
    let meta = r#""_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28","io.modelcontextprotocol/clientCapabilities":{}}"#;
    let discover = format!(r#"{{"jsonrpc":"2.0","id":2,"method":"server/discover","params":{{{meta}}}}}"#);
    let notice = r#"{"jsonrpc":"2.0","method":"notifications/initialized"}"#;
    let (passed, _) = session(&format!("{early}\n{notice}\n{discover}\n{notice}\n"));
    assert_eq!(passed.len(), 2, "{passed:?}");
    for beginning in [
        format!(r#"{{"jsonrpc":"2.0","id":3,"method":"tools/list","params":{{{meta}}}}}"#),
        r#"{"jsonrpc":"2.0","id":3,"method":"initialize","params":{"protocolVersion":"2025-11-25","capabilities":{},"clientInfo":{"name":"c","version":"1"}}}"#.to_owned(),
    ] {
        let (passed, _) = session(&format!("{beginning}\n{notice}\n"));
        assert_eq!(passed.len(), 2, "{passed:?}");
    }
    let other = meta.replace("2026-07-28", "2999-01-01");
    let other = format!(r#"{{"jsonrpc":"2.0","id":3,"method":"tools/list","params":{{{other}}}}}"#);
    assert_eq!(session(&format!("{other}\n{notice}\n")).0.len(), 1);
}

#[test]
fn a_line_is_overwritten_once_it_was_read() {
    let mut line = b"hunter2".to_vec();
    forget(&mut line);
    assert!(line.is_empty());
    let mut long = vec![b'x'; KEPT + 1];
    forget(&mut long);
    assert_eq!(long.capacity(), 0);
}

#[test]
fn each_bad_line_gets_its_reply_and_the_next_is_read() {
    let (passed, replied) = session("{\n[]\n\n{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"ping\"}\r\n");
    assert_eq!(passed.len(), 1);
    let codes: Vec<_> = replied.iter().map(|reply| reply["error"]["code"].as_i64()).collect();
    assert_eq!(codes, [Some(-32_700), Some(-32_600)]);
}
