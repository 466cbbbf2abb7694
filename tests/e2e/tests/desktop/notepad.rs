//! Notepad: text of every kind, menus by their access keys, the save dialog, undo.

use std::{fs, path::Path};

use e2e::{Desk, Program, Session, Trouble, eventually};
use serde_json::json;

use crate::stage::{is_wine, look, window};

/// Surrogate pairs, a joined family, combining marks, right-to-left scripts, brackets, several lines.
const TEXT: &str =
    "Zoë 😀👩\u{200d}👧 e\u{301}\u{323} naïve\nשלום עולם العربية\n日本語 ไทย « & < \" \\ %PATH%\n";

const UNTITLED: &str = "Untitled - Notepad";

/// A session, Notepad, and the refs of its window and its text.
fn notepad() -> Result<(Session, Program, String, String), Trouble> {
    let mut session = Session::start(&[])?;
    // The Notepad of a test before has been killed, and its window may not have noticed yet.
    eventually("desktop without a Notepad", || {
        let listed = session.call("window_list", json!({})).and_then(e2e::Reply::done).ok()?;
        (!listed.text.contains(UNTITLED)).then_some(())
    })?;
    let program = Program::of_windows("notepad", &[])?;
    let pad = window(&mut session, UNTITLED)?;
    let seen = look(&mut session, &pad)?;
    let document = seen.element(&["Document", "Edit"], "")?;
    Ok((session, program, pad, document))
}

fn holds(session: &mut Session, document: &str, text: &str) -> Result<(), Trouble> {
    let read = session.call("read_text", json!({"element": document}))?.done()?;
    assert_eq!(read.text.replace("\r\n", "\n"), text);
    Ok(())
}

/// What a file holds: UTF-16 where it begins with its mark, else UTF-8 with or without one.
fn content(path: &Path) -> Option<String> {
    let bytes = fs::read(path).ok()?;
    let text = match bytes.as_slice() {
        [0xFF, 0xFE, rest @ ..] => {
            let units: Vec<u16> = rest.chunks(2).map(|pair| u16::from_le_bytes([pair[0], pair[1]])).collect();
            String::from_utf16(&units).ok()?
        }
        [0xEF, 0xBB, 0xBF, rest @ ..] => String::from_utf8(rest.to_vec()).ok()?,
        plain => String::from_utf8(plain.to_vec()).ok()?,
    };
    Some(text.replace("\r\n", "\n"))
}

#[test]
fn text_of_every_kind_is_typed_saved_through_the_dialog_and_opened_again() -> Result<(), Trouble> {
    let (mut session, _program, pad, document) = notepad()?;
    let typed = session.call("type_text", json!({"element": document, "text": TEXT}))?.done()?;
    assert!(typed.text.contains("now holds the text"), "{}", typed.text);
    assert!(typed.text.contains("(by message)"), "{}", typed.text);
    holds(&mut session, &document, TEXT)?;

    let folder =
        tempfile::tempdir().map_err(|source| Trouble::Io { doing: "make a folder".into(), source })?;
    let file = folder.path().join("saved by winwarden.txt");
    let opened = session.call("press_keys", json!({"window": pad, "keys": "Alt+F A"}))?.done()?;
    let dialog = opened.window("\"Save As\"")?;
    let shown = look(&mut session, &dialog)?;
    // The text would not survive the usual code page.
    let encoding = shown.element(&["ComboBox"], "\"Encoding\"")?;
    session.call("element_action", json!({"element": encoding, "action": "expand"}))?.done()?;
    let unicode = json!({"window": dialog, "role": "ListItem", "name": "UTF-8"});
    let unicode = session.call("find", unicode)?.done()?.element(&["ListItem"], "UTF-8")?;
    session.call("element_action", json!({"element": unicode, "action": "select"}))?.done()?;
    session.call("element_action", json!({"element": encoding, "action": "collapse"}))?.done()?;
    let name = shown.element(&["ComboBox", "Edit"], "\"File name")?;
    let path = Desk::get().path(&file);
    let named = json!({"element": name, "text": path, "mode": "replace"});
    let named = session.call("type_text", named)?.done()?;
    assert!(named.text.contains("now holds the text"), "{}", named.text);
    let save = json!({"find": {"window": dialog, "role": "Button", "name": "Save"}});
    let saved = session.call("click", save)?.done()?;
    assert!(saved.text.contains(&format!("closed: {dialog} ")), "{}", saved.text);
    let written = eventually("saved file", || content(&file).filter(|text| !text.is_empty()))?;
    assert_eq!(written, TEXT);

    let title = "saved by winwarden.txt - Notepad";
    assert_eq!(window(&mut session, title)?, pad, "the same window under its new title");
    session.call("window_control", json!({"window": pad, "action": "close"}))?.done()?;
    let _again = Program::of_windows("notepad", &[&path])?;
    let again = window(&mut session, title)?;
    assert_ne!(again, pad);
    let document = look(&mut session, &again)?.element(&["Document", "Edit"], "")?;
    holds(&mut session, &document, TEXT)
}

#[test]
fn text_is_replaced_undone_and_typed_by_keys() -> Result<(), Trouble> {
    let (mut session, _program, pad, document) = notepad()?;
    session.call("type_text", json!({"element": document, "text": "first line\nsecond"}))?.done()?;
    let replace = json!({"element": document, "text": "only this", "mode": "replace"});
    let replaced = session.call("type_text", replace)?.done()?;
    assert!(replaced.text.contains("now holds the text (9 characters in all)"), "{}", replaced.text);
    holds(&mut session, &document, "only this")?;
    session.call("press_keys", json!({"element": document, "keys": "Ctrl+Z"}))?.done()?;
    holds(&mut session, &document, "first line\nsecond")?;

    // The same by keys: what is selected is typed over, and Enter is a line break.
    let keys = json!({"element": document, "keys": "Ctrl+Home Shift+Down H i Enter Shift+A"});
    let pressed = session.call("press_keys", keys)?.done()?;
    assert!(pressed.text.contains("(by input)"), "{}", pressed.text);
    holds(&mut session, &document, "hi\nAsecond")?;

    // Insertion goes where the caret is, and the focused element is the default.
    session.call("press_keys", json!({"window": pad, "keys": "Ctrl+End"}))?.done()?;
    let inserted = session.call("type_text", json!({"text": " 😀 end"}))?.done()?;
    assert!(inserted.text.contains("now holds the text"), "{}", inserted.text);
    holds(&mut session, &document, "hi\nAsecond 😀 end")
}

#[test]
fn a_menu_that_cannot_be_read_is_said_and_its_access_keys_work() -> Result<(), Trouble> {
    let (mut session, _program, pad, document) = notepad()?;
    let seen = look(&mut session, &pad)?;
    if is_wine(&mut session)? {
        let said = seen.text.lines().any(|line| line.starts_with("note: ") && line.contains("menu"));
        assert!(said, "nothing is said of the menu:\n{}", seen.text);
        assert!(seen.text.contains("Alt+"), "nor of access keys:\n{}", seen.text);
    } else {
        seen.element(&["MenuItem"], "File")?;
    }
    session.call("type_text", json!({"element": document, "text": "some text"}))?.done()?;
    // Edit, Select all; then what is selected goes.
    let pressed = session.call("press_keys", json!({"window": pad, "keys": "Alt+E A Delete"}))?.done()?;
    assert!(!pressed.text.contains("opened: "), "the menu is closed again: {}", pressed.text);
    holds(&mut session, &document, "[the element holds no text]")?;
    session.call("press_keys", json!({"window": pad, "keys": "Alt+F Escape Escape"}))?.done()?;
    session.call("type_text", json!({"text": "after the menu"}))?.done()?;
    holds(&mut session, &document, "after the menu")
}
