//! WordPad: a rich edit, tool bars, a status bar.

use e2e::{Program, Session, Trouble};
use serde_json::json;

use crate::stage::{is_wine, look, window};

#[test]
fn text_is_written_into_a_rich_edit_and_read_back() -> Result<(), Trouble> {
    let mut session = Session::start(&[])?;
    if !is_wine(&mut session)? {
        return Ok(()); // Windows 11 has none
    }
    let _program = Program::of_windows("wordpad", &[])?;
    let title = "Document - Wine Wordpad";
    let pad = window(&mut session, title)?;
    let seen = look(&mut session, &pad)?;
    let document = seen.element(&["Document"], "")?;
    seen.element(&["ToolBar"], "")?;
    seen.element(&["ComboBox"], "")?;
    let text = "Zoë 😀 שלום\nsecond line";
    let typed = session.call("type_text", json!({"element": document, "text": text}))?.done()?;
    assert!(typed.text.contains("now holds the text"), "{}", typed.text);
    assert!(typed.text.contains("(by message)"), "{}", typed.text);
    let read = session.call("read_text", json!({"element": document}))?.done()?;
    assert_eq!(read.text.replace('\r', "\n").replace("\n\n", "\n").trim_end(), text);
    session.call("press_keys", json!({"element": document, "keys": "Ctrl+End Shift+A"}))?.done()?;
    let read = session.call("read_text", json!({"element": document}))?.done()?;
    assert!(read.text.trim_end().ends_with("second lineA"), "{:?}", read.text);

    // Closing asks whether to save; the reply names the dialog.
    let closing = session.call("window_control", json!({"window": pad, "action": "close"}))?.done()?;
    assert!(closing.text.contains("still open"), "{}", closing.text);
    let line = closing.text.lines().find(|line| line.starts_with("opened: ")).unwrap_or_default();
    let dialog = line.split(' ').nth(1).unwrap_or_default().to_owned();
    session.call("click", json!({"find": {"window": dialog, "role": "Button", "name": "No"}}))?.done()?;
    let gone = json!({"condition": "window_gone", "window": pad});
    session.call("wait_for", gone)?.done()?;
    Ok(())
}
