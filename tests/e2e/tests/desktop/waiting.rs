//! Waiting for each of the conditions.

use std::time::{Duration, Instant};

use e2e::{Program, Session, Trouble};
use serde_json::json;

use crate::stage::window;

#[test]
fn each_condition_ends_the_wait_when_it_comes_true() -> Result<(), Trouble> {
    let mut session = Session::start(&[])?;
    let wait = |condition: &str| json!({"condition": condition, "timeout_ms": 8_000});
    let appears = session.begin_call("wait_for", {
        let mut call = wait("window_appears");
        call["window"] = json!("Comes later");
        call
    })?;
    let mut program = Program::start("modal", &["--title", "Comes later"])?;
    let appeared = session.finish_call(appears, "wait_for")?.done()?;
    let owner = appeared.window("\"Comes later\"")?;

    // The dialog is opened by a call that comes after the wait has begun.
    let mut text = wait("text_appears");
    text["window"] = json!(owner);
    text["text"] = json!("answer: YES");
    let text = session.begin_call("wait_for", text)?;
    let mut exists = wait("window_appears");
    exists["window"] = json!("Delete everything?");
    let exists = session.begin_call("wait_for", exists)?;
    session.call("click", json!({"find": {"window": owner, "name": "Open dialog"}}))?.done()?;
    let dialog = session.finish_call(exists, "wait_for")?.done()?.window("Delete everything?")?;
    program.event("dialog_opened")?;

    let yes = json!({"find": {"window": dialog, "role": "Button", "name": "Yes"}});
    let mut element = wait("element_exists");
    element["find"] = yes["find"].clone();
    let found = session.call("wait_for", element.clone())?.done()?;
    assert!(found.text.contains("Button \"Yes\""), "{}", found.text);
    element["condition"] = json!("element_gone");
    let gone = session.begin_call("wait_for", element)?;
    let mut window_gone = wait("window_gone");
    window_gone["window"] = json!(dialog);
    let window_gone = session.begin_call("wait_for", window_gone)?;
    session.call("click", yes)?.done()?;
    for (id, said) in [(gone, "gone"), (window_gone, "gone"), (text, "the text is there")] {
        let ended = session.finish_call(id, "wait_for")?.done()?;
        assert!(ended.text.contains(said), "{}", ended.text);
    }
    let mut idle = wait("window_idle");
    idle["window"] = json!(owner);
    session.call("wait_for", idle)?.done()?;
    Ok(())
}

#[test]
fn an_element_that_becomes_enabled_ends_the_wait() -> Result<(), Trouble> {
    let mut session = Session::start(&[])?;
    let _notepad = Program::of_windows("notepad", &[])?;
    let pad = window(&mut session, "Untitled - Notepad")?;
    // Its search has nothing to look for yet.
    let opened = session.call("press_keys", json!({"window": pad, "keys": "Ctrl+F"}))?.done()?;
    let search = opened.window("\"Find\"")?;
    let next = json!({"window": search, "role": "Button", "name": "Find Next"});
    let wait = json!({"condition": "element_enabled", "find": next, "timeout_ms": 8_000});
    let mut short = wait.clone();
    short["timeout_ms"] = json!(300);
    let late = session.call("wait_for", short)?;
    assert_eq!(late.refused()?, "TIMEOUT", "{}", late.text);
    assert!(late.text.contains("disabled"), "it says what there was instead: {}", late.text);
    let refused = session.call("click", json!({"find": next}))?;
    assert_eq!(refused.refused()?, "ELEMENT_DISABLED", "{}", refused.text);
    let waiting = session.begin_call("wait_for", wait)?;
    session.call("type_text", json!({"find": {"window": search, "role": "Edit"}, "text": "x"}))?.done()?;
    let enabled = session.finish_call(waiting, "wait_for")?.done()?;
    assert!(enabled.text.contains("enabled") && !enabled.text.contains(" disabled"), "{}", enabled.text);
    Ok(())
}

#[test]
fn a_wait_lasts_as_long_as_asked_and_ends_early_when_cancelled() -> Result<(), Trouble> {
    let mut session = Session::start(&[])?;
    let begun = Instant::now();
    session.call("wait_for", json!({"duration_ms": 400}))?.done()?;
    assert!(begun.elapsed() >= Duration::from_millis(400), "{:?}", begun.elapsed());

    let begun = Instant::now();
    let never = json!({"condition": "window_appears", "window": "No such window", "timeout_ms": 600});
    let late = session.call("wait_for", never)?;
    assert_eq!(late.refused()?, "TIMEOUT", "{}", late.text);
    assert!((550..2_500).contains(&begun.elapsed().as_millis()), "{:?}", begun.elapsed());

    let records = |session: &Session| -> Result<usize, Trouble> {
        Ok(session.audit()?.iter().filter(|record| record["code"] == "CANCELLED").count())
    };
    for arguments in [
        json!({"duration_ms": 50_000}),
        json!({"condition": "window_appears", "window": "No such window", "timeout_ms": 50_000}),
    ] {
        let before = records(&session)?;
        let waiting = session.begin_call("wait_for", arguments)?;
        // A reply to another call shows that the wait has been read.
        session.call("status", json!({}))?.done()?;
        let begun = Instant::now();
        session.cancel(waiting)?;
        e2e::eventually("record of the cancelled wait", || (records(&session).ok()? > before).then_some(()))?;
        assert!(begun.elapsed() < Duration::from_secs(2), "{:?}", begun.elapsed());
    }
    Ok(())
}
