//! Lines that are not what they should be: each has a defined reply, and the next is read.

use std::time::Duration;

use serde_json::{Value, json};

use super::client::{Home, Server};

/// What comes back for one line.
fn answer(server: &mut Server, line: &[u8]) -> Value {
    server.send_line(line);
    server.next()
}

fn assert_refused(reply: &Value, code: i64, id: Value, words: &str) {
    assert_eq!((&reply["error"]["code"], &reply["id"]), (&json!(code), &id), "{reply}");
    assert!(reply["error"]["message"].as_str().unwrap().contains(words), "{reply}");
}

/// It may still be busy with what came before, and say so.
fn assert_answers(server: &mut Server) {
    for attempt in 0..100 {
        let id = format!("after the storm {attempt}");
        server.send(&json!({"jsonrpc": "2.0", "id": id, "method": "tools/list", "params": {}}));
        let reply = server.reply(&json!(id));
        if reply["result"]["tools"].is_array() {
            return;
        }
        assert_refused(&reply, -32_600, json!(id), "too many requests are open");
        std::thread::sleep(Duration::from_millis(100));
    }
    panic!("it stays busy");
}

#[test]
fn lines_that_are_no_message_get_the_reply_that_json_rpc_defines() {
    let mut server = Server::ready(&[]);
    for (line, code, id, words) in [
        ("{", -32_700, Value::Null, "not JSON"),
        ("hello", -32_700, Value::Null, "not JSON"),
        ("[]", -32_600, Value::Null, "batches"),
        (r#"[{"jsonrpc":"2.0","id":1,"method":"tools/list"}]"#, -32_600, Value::Null, "batches"),
        (r#""text""#, -32_600, Value::Null, "object"),
        (
            r#"{"jsonrpc":"2.0","id":8,"method":"tools/list","method":"ping"}"#,
            -32_600,
            Value::Null,
            "`method` stands twice",
        ),
        (
            r#"{"jsonrpc":"2.0","id":8,"method":"tools/call","params":{"name":"status","arguments":{"a":1,"\u0061":2}}}"#,
            -32_600,
            Value::Null,
            "`a` stands twice",
        ),
        (r#"{"jsonrpc":"2.0","id":8,"method":7}"#, -32_600, json!(8), "`method`"),
        (r#"{"jsonrpc":"2.0","id":[8],"method":"ping"}"#, -32_600, Value::Null, "`id`"),
        (r#"{"jsonrpc":"2.0","id":8,"method":"tools/list","params":7}"#, -32_602, json!(8), "`params`"),
        (
            r#"{"jsonrpc":"2.0","id":8,"method":"tools/call","params":{"name":7}}"#,
            -32_602,
            json!(8),
            "tools/call",
        ),
        (r#"{"id":8,"method":"ping"}"#, -32_600, json!(8), "jsonrpc"),
    ] {
        assert_refused(&answer(&mut server, line.as_bytes()), code, id, words);
    }
    let not_utf8 = answer(&mut server, b"{\"jsonrpc\":\"2.0\",\"id\":\"\xff\",\"method\":\"ping\"}");
    assert_refused(&not_utf8, -32_700, Value::Null, "not JSON");
    let deep = "[".repeat(1_000_000);
    assert_refused(&answer(&mut server, deep.as_bytes()), -32_700, Value::Null, "not JSON");
    assert_answers(&mut server);
}

#[test]
fn a_line_over_16_mib_is_skipped_with_a_reply_and_one_below_is_read() {
    const MIB: usize = 1024 * 1024;
    let mut server = Server::ready(&[]);
    let padded = |id: u32, length: usize| {
        let (head, tail) =
            (format!(r#"{{"jsonrpc":"2.0","id":{id},"method":"ping","params":{{"x":""#), r#""}}"#);
        let filling = "x".repeat(length - head.len() - tail.len());
        format!("{head}{filling}{tail}")
    };
    let reply = answer(&mut server, padded(901, 16 * MIB).as_bytes());
    assert_refused(&reply, -32_600, Value::Null, "16777216 bytes");
    assert_eq!(
        answer(&mut server, padded(902, 16 * MIB - 1).as_bytes()),
        json!({"jsonrpc": "2.0", "id": 902, "result": {}})
    );
    assert_answers(&mut server);
}

#[test]
fn an_id_that_is_in_use_is_not_answered_twice() {
    let mut server = Server::ready(&[]);
    let wait = json!({"jsonrpc": "2.0", "id": "w", "method": "tools/call",
                      "params": {"name": "wait_for", "arguments": {"duration_ms": 700}}});
    server.send(&wait);
    assert_refused(&answer(&mut server, wait.to_string().as_bytes()), -32_600, json!("w"), "used before");
    assert_eq!(server.reply(&json!("w"))["result"]["isError"], false);
}

#[test]
fn ten_thousand_malformed_frames_leave_the_server_answering() {
    let mut server = Server::ready(&["--log-level", "off"]);
    let mut fuzzer = Fuzzer(0x5eed_1234_5678_9abc);
    for _ in 0..10_000 {
        server.send_line(&fuzzer.frame());
    }
    assert_answers(&mut server);
    assert_eq!(server.call("status", json!({}))["isError"], false);
    let (ended, _) = server.end();
    assert!(ended.status.success());
    assert!(!ended.stderr.contains("defect"), "{}", ended.stderr);
}

#[test]
fn a_client_that_leaves_stderr_unread_holds_nothing_up() {
    let mut server = Server::start_unread(Home::new(), &["--log-level", "trace"]);
    server.initialize("2025-11-25");
    for _ in 0..5_000 {
        server.send_line(
            br#"{"jsonrpc":"2.0","id":1.5,"method":"a line that is refused, which is worth a warning"}"#,
        );
    }
    assert_answers(&mut server);
    let (ended, _) = server.end();
    assert!(ended.status.success());
    assert!(ended.took < Duration::from_secs(1), "{:?}", ended.took);
}

/// Frames that are nearly right, by a xorshift generator (Marsaglia 2003): the same every time.
struct Fuzzer(u64);

const TEMPLATES: &[&str] = &[
    r#"{"jsonrpc":"2.0","id":1000,"method":"tools/call","params":{"name":"click","arguments":{"element":"e1","count":2}}}"#,
    r#"{"jsonrpc":"2.0","id":"a","method":"tools/call","params":{"name":"find","arguments":{"role":"Button","limit":5}}}"#,
    r#"{"jsonrpc":"2.0","id":2000,"method":"tools/call","params":{"name":"snapshot","arguments":{},"_meta":{"progressToken":1}}}"#,
    r#"{"jsonrpc":"2.0","id":3000,"method":"tools/list","params":{"cursor":null}}"#,
    r#"{"jsonrpc":"2.0","id":4000,"method":"initialize","params":{"protocolVersion":"2025-11-25","capabilities":{},"clientInfo":{"name":"x","version":"1"}}}"#,
    r#"{"jsonrpc":"2.0","id":5000,"method":"server/discover","params":{"_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28","io.modelcontextprotocol/clientCapabilities":{}}}}"#,
    r#"{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":1000,"reason":"no"}}"#,
    r#"{"jsonrpc":"2.0","method":"notifications/progress","params":{"progressToken":1,"progress":0.5}}"#,
    r#"{"jsonrpc":"2.0","id":6000,"result":{"roots":[]}}"#,
    r#"{"jsonrpc":"2.0","id":7000,"error":{"code":-1,"message":"no"}}"#,
];

impl Fuzzer {
    fn number(&mut self, below: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % below as u64) as usize
    }

    fn frame(&mut self) -> Vec<u8> {
        let mut frame = TEMPLATES[self.number(TEMPLATES.len())].as_bytes().to_vec();
        for _ in 0..=self.number(3) {
            self.spoil(&mut frame);
        }
        frame.retain(|byte| *byte != b'\n');
        frame
    }

    fn spoil(&mut self, frame: &mut Vec<u8>) {
        const PIECES: &[&[u8]] = &[
            b"{}",
            b"[]",
            b"null",
            b"-1",
            b"1e400",
            b"\"",
            b",",
            b":",
            b"}",
            b"]",
            b"\\",
            b"\\u0000",
            b"\xff",
            b"\x00",
            b"true",
            b"\"id\":1,",
            b"\"method\":\"ping\",",
            b"99999999999999999999",
            b"\xf0\x9f\x98\x80",
            b"\r",
        ];
        let at = self.number(frame.len() + 1);
        match self.number(6) {
            0 => frame.truncate(at),
            1 => {
                let piece = PIECES[self.number(PIECES.len())];
                frame.splice(at..at, piece.iter().copied());
            }
            2 => {
                let end = (at + self.number(12)).min(frame.len());
                frame.drain(at..end);
            }
            3 => {
                let (other, from) = (TEMPLATES[self.number(TEMPLATES.len())].as_bytes(), self.number(40));
                frame.splice(at..at, other[from..].iter().copied());
            }
            4 => {
                let value = self.number(256) as u8;
                if let Some(byte) = frame.get_mut(at) {
                    *byte = value;
                }
            }
            _ => {
                let deep = self.number(300);
                frame.splice(at..at, std::iter::repeat_n(b'[', deep));
            }
        }
    }
}
