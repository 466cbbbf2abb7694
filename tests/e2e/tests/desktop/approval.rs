//! A person at the desk is asked by a dialog, and stops what runs by a key. `xdotool` plays the person: its input is that
//! of a device to the desktop.

use std::{thread::sleep, time::Duration};

use e2e::{Desk, Program, Reply, Session, Trouble, eventually};
use serde_json::json;

/// For so long the dialog's buttons do nothing, and somewhat more.
const BUTTONS_ON: Duration = Duration::from_millis(1_200);

/// Does something with mouse or keyboard; it has happened a moment later.
fn person(words: &[&str]) -> Result<(), Trouble> {
    Desk::get().person(words)?;
    sleep(Duration::from_millis(400));
    Ok(())
}

/// Whether a call is refused with this code.
fn is_refused(session: &mut Session, tool: &str, arguments: serde_json::Value, code: &str) -> bool {
    session.call(tool, arguments).is_ok_and(|reply: Reply| reply.refused().is_ok_and(|found| found == code))
}

/// Begins a launch, and waits until the person is asked.
fn asked(session: &mut Session) -> Result<u64, Trouble> {
    asked_about(session, "app_launch", json!({"app": "notepad"}))
}

/// The same with any call that asks.
fn asked_about(session: &mut Session, tool: &str, arguments: serde_json::Value) -> Result<u64, Trouble> {
    let call = session.begin_call(tool, arguments)?;
    eventually("question to a person", || {
        is_refused(session, "press_keys", json!({"keys": "Escape"}), "INPUT_FROZEN").then_some(())
    })?;
    sleep(BUTTONS_ON);
    Ok(call)
}

#[test]
fn a_person_allows_a_launch_at_the_desk_and_stops_the_session_by_the_key() -> Result<(), Trouble> {
    if cfg!(windows) {
        return Ok(()); // nobody there is played
    }
    let mut session = Session::asking()?;
    let call = asked(&mut session)?;
    // The middle of the dialog is the text that it shows; the next control is the button that allows once.
    person(&["mousemove", "640", "400", "click", "1"])?;
    person(&["key", "Tab"])?;
    person(&["key", "space"])?;
    let started = session.finish_call(call, "app_launch")?.done()?;
    assert!(started.text.starts_with("started \"notepad\""), "{}", started.text);
    person(&["key", "ctrl+alt+Pause"])?;
    eventually("session that is stopped", || {
        is_refused(&mut session, "window_list", json!({}), "SESSION_STOPPED").then_some(())
    })?;
    let status = session.call("status", json!({}))?.done();
    Desk::get().sweep("notepad.exe");
    status.map(drop)
}

#[test]
fn the_agent_can_neither_see_nor_press_what_asks_the_person() -> Result<(), Trouble> {
    if cfg!(windows) {
        return Ok(()); // nobody there is played
    }
    let mut session = Session::asking()?;
    let call = asked(&mut session)?;
    let dialog = "winwarden: approval needed";
    let listed = session.call("window_list", json!({}))?.done()?;
    assert!(!listed.text.contains("winwarden"), "{}", listed.text);
    assert!(is_refused(&mut session, "snapshot", json!({"window": dialog}), "OWN_WINDOW"));
    for (tool, arguments) in [
        ("click", json!({"at": {"x": 368, "y": 500}, "expect_window": dialog})),
        ("click", json!({"find": {"window": dialog, "name": "Allow once"}})),
        ("press_keys", json!({"keys": "Space"})),
        ("window_control", json!({"window": dialog, "action": "close"})),
    ] {
        let reply = session.call(tool, arguments)?;
        let code = reply.refused()?;
        assert!(["INPUT_FROZEN", "OWN_WINDOW"].contains(&code), "{tool}: {}", reply.text);
    }
    person(&["mousemove", "640", "400", "click", "1"])?;
    person(&["key", "Escape"])?;
    assert_eq!(session.finish_call(call, "app_launch")?.refused()?, "APPROVAL_DENIED");
    let listed = session.call("window_list", json!({}))?.done()?;
    assert!(!listed.text.contains("notepad.exe"), "{}", listed.text);
    Ok(())
}

#[test]
fn keys_for_whatever_is_in_front_reach_what_was_in_front_when_they_were_allowed() -> Result<(), Trouble> {
    if cfg!(windows) {
        return Ok(()); // nobody there is played
    }
    let mut session = Session::asking()?;
    let mut program = Program::start("keys", &["--title", "Keys in front"])?;
    let call = asked_about(&mut session, "press_keys", json!({"keys": "Shift+Delete"}))?;
    person(&["mousemove", "640", "400", "click", "1"])?;
    person(&["key", "Tab"])?;
    person(&["key", "space"])?;
    session.finish_call(call, "press_keys")?.done()?;
    program.wait_for("the keys", |line| line["kind"] == "down" && line["vk"] == 0x2E)?;
    Ok(())
}
