//! Qt programs, which are seen through UI Automation. It is slow in Wine (a step takes up to 0.1 s): trees are small
//! here and time-outs long. The programs are in the folder that
//! `WINWARDEN_TEST_E2E_QT` names.

use e2e::{Desk, Program, Reply, Session, Trouble, eventually};
use serde_json::json;

use crate::stage::text;

/// Starts one of the programs and waits for the window whose title holds `title`.
fn start(session: &mut Session, name: &str, title: &str) -> Result<(Program, String), Trouble> {
    let file = Desk::get().qt_program(name).expect("WINWARDEN_TEST_E2E_QT names no folder with the program");
    let program = Program::of_windows(&file.to_string_lossy(), &[])?;
    let listed = eventually("window of a Qt program", || {
        let listed = session.call("window_list", json!({})).and_then(Reply::done).ok()?;
        listed.window(title).ok()
    })?;
    let idle = json!({"condition": "window_idle", "window": listed, "timeout_ms": 30_000});
    // A window that keeps changing, as by a blinking caret, is as good.
    let _ = session.call("wait_for", idle)?;
    Ok((program, listed))
}

#[test]
#[ignore = "needs Qt programs, in the folder that WINWARDEN_TEST_E2E_QT names"]
fn a_qt_window_is_seen_as_a_tree_found_in_and_clicked() -> Result<(), Trouble> {
    let mut session = Session::start(&[])?;
    let (_program, assistant) = start(&mut session, "assistant", "Qt Assistant")?;
    let look = json!({"window": assistant, "max_elements": 60, "timeout_ms": 60_000});
    let seen = session.seen(look)?;
    let file = seen.element(&["MenuItem"], "\"File\"")?;
    assert!(!seen.text.contains("menus cannot be read"), "these are no menus of Windows: {}", seen.text);
    let elements = seen.structured["elements"].as_array().cloned().unwrap_or_default();
    assert!(elements.len() >= 15, "{}", seen.text);
    let placed = elements.iter().filter(|element| {
        let [left, top, right, bottom] = crate::stage::rect(element);
        right > left && bottom > top
    });
    assert!(placed.count() >= 10, "{}", seen.text);

    let find = json!({"window": assistant, "role": "MenuItem", "name": "help", "timeout_ms": 60_000});
    let found = session.call("find", find)?.done()?;
    let names: Vec<&str> = found.structured["elements"]
        .as_array()
        .into_iter()
        .flatten()
        .map(|element| text(element, "name"))
        .collect();
    assert!(names.iter().any(|name| name.to_lowercase().contains("help")), "{}", found.text);

    // The menu has no pattern in Wine: the pointer opens it, and Escape closes it again.
    let clicked = session.call("click", json!({"element": file, "timeout_ms": 60_000}))?.done()?;
    assert!(clicked.text.contains("MenuItem \"File\""), "{}", clicked.text);
    assert!(clicked.text.contains("opened: "), "the menu is a window of its own: {}", clicked.text);
    let keys = json!({"window": assistant, "keys": "Escape", "timeout_ms": 30_000});
    session.call("press_keys", keys)?.done()?;
    Ok(())
}

#[test]
#[ignore = "needs Qt programs, in the folder that WINWARDEN_TEST_E2E_QT names"]
fn a_button_of_a_qt_dialog_is_clicked_by_role_and_name() -> Result<(), Trouble> {
    let mut session = Session::start(&[])?;
    let (_program, dialog) = start(&mut session, "designer", "New Form")?;
    let button = json!({"window": dialog, "role": "Button", "name": "Close"});
    let absent = json!({"find": {"window": dialog, "role": "Button", "name": "No such button"},
                        "timeout_ms": 60_000});
    assert_eq!(session.call("click", absent)?.refused()?, "NOT_FOUND");
    let clicked = session.call("click", json!({"find": button, "timeout_ms": 60_000}))?.done()?;
    assert!(clicked.text.contains("Button \"Close\""), "{}", clicked.text);
    let gone = json!({"condition": "window_gone", "window": dialog, "timeout_ms": 20_000});
    session.call("wait_for", gone)?.done()?;
    let stale = session.call("snapshot", json!({"window": dialog}))?;
    assert_eq!(stale.refused()?, "STALE_ELEMENT", "{}", stale.text);
    Ok(())
}
