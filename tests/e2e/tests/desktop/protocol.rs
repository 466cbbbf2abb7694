//! The protocol under fire, and the end of the input.

use std::time::Duration;

use e2e::{Client, Desk, Session, Trouble};
use serde_json::{Value, json};

/// Numbers that are the same in every run (xorshift64*).
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        let high = self.0.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 33;
        usize::try_from(high).unwrap_or_default() % sides
    }

    fn pick<'a>(&mut self, from: &[&'a str]) -> &'a str {
        from[self.roll(from.len())]
    }
}

/// What frames are made from: right ones of each kind, none of which acts.
const RIGHT: [&str; 8] = [
    r#"{"jsonrpc":"2.0","id":7,"method":"ping"}"#,
    r#"{"jsonrpc":"2.0","id":"a","method":"tools/list","params":{}}"#,
    r#"{"jsonrpc":"2.0","id":9,"method":"tools/call","params":{"name":"status","arguments":{}}}"#,
    r#"{"jsonrpc":"2.0","id":-1,"method":"tools/call","params":{"name":"find","arguments":{"name":"x","limit":1}}}"#,
    r#"{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":7,"reason":"x"}}"#,
    r#"{"jsonrpc":"2.0","id":3,"result":{}}"#,
    r#"{"jsonrpc":"2.0","id":4,"error":{"code":-32601,"message":"no"}}"#,
    r#"{"jsonrpc":"2.0","id":5,"method":"initialize","params":{"protocolVersion":"2025-11-25","capabilities":{},"clientInfo":{"name":"f","version":"1"}}}"#,
];

const PIECES: [&str; 16] = [
    "{",
    "}",
    "[",
    "]",
    "\"",
    ",",
    ":",
    "null",
    "1e999",
    "-0",
    "\\ud800",
    "\u{0}",
    "\u{feff}",
    "\"id\":1,",
    "\u{202e}",
    "{{{{[[[[",
];

/// A frame that is broken in one way or another, or now and then right.
fn frame(dice: &mut Dice) -> Vec<u8> {
    let mut text: Vec<char> = dice.pick(&RIGHT).chars().collect();
    match dice.roll(10) {
        // Cut off.
        0 => text.truncate(dice.roll(text.len())),
        // A piece too many, here and there.
        1..=3 => {
            for _ in 0..=dice.roll(3) {
                let at = dice.roll(text.len() + 1);
                text.splice(at..at, dice.pick(&PIECES).chars());
            }
        }
        // Something left out.
        4 | 5 => {
            let at = dice.roll(text.len());
            text.drain(at..(at + 1 + dice.roll(8)).min(text.len()));
        }
        // Characters changed.
        6 => {
            for _ in 0..=dice.roll(4) {
                let at = dice.roll(text.len());
                text[at] = char::from(32 + u8::try_from(dice.roll(95)).unwrap_or_default());
            }
        }
        // Two frames on one line, or a batch.
        7 => {
            let other: Vec<char> = dice.pick(&RIGHT).chars().collect();
            text.extend(other);
        }
        8 => {
            text.insert(0, '[');
            text.push(']');
        }
        // Bytes that are no text.
        _ => {
            let bytes = (0..dice.roll(200)).map(|_| u8::try_from(dice.roll(256)).unwrap_or_default());
            return bytes.filter(|byte| *byte != b'\n').collect();
        }
    }
    text.into_iter().collect::<String>().into_bytes()
}

#[test]
fn ten_thousand_malformed_frames_leave_the_server_answering() -> Result<(), Trouble> {
    let mut session = Session::start(&["--log-level", "off"])?;
    let mut dice = Dice(0x5EED_0F57_0A11_CE5D);
    for _ in 0..10_000 {
        session.say_bytes(&frame(&mut dice))?;
    }
    session.say_bytes(&vec![b'x'; 17 << 20])?;
    // Ids that no frame had: their replies are no one else's.
    session.count_from(1_000_000);
    let listed = session.call("window_list", json!({}))?;
    assert!(listed.text.contains("window"), "{}", listed.text);
    let status = session.call("status", json!({}))?.done()?;
    assert_eq!(status.structured["worker_restarts"], json!(0), "{}", status.text);
    let (ended, _) = session.end()?;
    assert!(ended.success(), "{ended}");
    Ok(())
}

#[test]
fn the_end_of_the_input_ends_the_process_in_under_a_second_whatever_runs() -> Result<(), Trouble> {
    let desk = Desk::get();
    let bare: [&str; 0] = [];
    let mut bare = Client::start(desk.test_program("rawmcp", &bare)?)?;
    bare.request("ping", json!({}))?;
    let (_, wines_own) = bare.end()?;

    let own = desk.path(desk.executable());
    let before = e2e::processes(&own, "worker");
    let mut session = Session::start(&[])?;
    for _ in 0..3 {
        session.begin_call("wait_for", json!({"duration_ms": 50_000}))?;
    }
    let never = json!({"condition": "window_appears", "window": "No such window", "timeout_ms": 50_000});
    session.begin_call("wait_for", never)?;
    session.call("status", json!({}))?.done()?;
    let (ended, took) = session.end()?;
    assert!(ended.success(), "{ended}");
    assert!(took < Duration::from_secs(1) + wines_own, "{took:?}, and a bare server {wines_own:?}");
    let left =
        || e2e::processes(&own, "worker").into_iter().filter(|worker| !before.contains(worker)).count();
    e2e::eventually("end of the worker", || (left() == 0).then_some(()))
}

#[test]
fn stdout_carries_nothing_but_the_protocol() -> Result<(), Trouble> {
    let mut session = Session::start(&["--log-level", "trace"])?;
    session.say("this is no JSON")?;
    session.call("window_list", json!({}))?.done()?;
    session.call("click", json!({"element": "e1"}))?.refused()?;
    session.request("tools/list", json!({}))?;
    let strays = session.strays();
    let is_protocol = |line: &Value| line["jsonrpc"] == json!("2.0");
    assert!(strays.iter().all(is_protocol), "{strays:?}");
    Ok(())
}
