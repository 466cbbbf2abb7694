//! The clipboard, in both directions.

use e2e::{Program, Session, Trouble};
use serde_json::json;
use testapps::ids::form;

#[test]
fn what_is_put_on_the_clipboard_is_read_back_and_pasted() -> Result<(), Trouble> {
    let mut session = Session::start(&[])?;
    let text = "Grüße 😀 שלום\nsecond line\ttab";
    let wrote = session.call("clipboard_write", json!({"text": text}))?.done()?;
    assert!(wrote.text.contains(&format!("{} characters", text.chars().count())), "{}", wrote.text);
    assert!(!wrote.text.contains("second"), "the reply repeats the text: {}", wrote.text);
    let read = session.call("clipboard_read", json!({}))?.done()?;
    assert_eq!(read.text.replace("\r\n", "\n"), text);

    let part = session.call("clipboard_read", json!({"max_chars": 5}))?.done()?;
    assert!(part.text.starts_with("Grüße\n[characters 0 to 5 of "), "{}", part.text);

    let program = Program::start("form", &[])?;
    let field = json!({"automation_id": form::NOTES.to_string(), "window": program.title});
    let replaced = json!({"find": field, "text": "", "mode": "replace"});
    session.call("type_text", replaced)?.done()?;
    session.call("press_keys", json!({"find": field, "keys": "Ctrl+V"}))?.done()?;
    let pasted = session.call("read_text", json!({"find": field}))?.done()?;
    assert_eq!(pasted.text.replace("\r\n", "\n"), text);
    Ok(())
}

#[test]
fn what_a_program_copies_is_read_and_a_large_text_comes_in_parts() -> Result<(), Trouble> {
    let mut session = Session::start(&[])?;
    let program = Program::start("form", &[])?;
    let name = json!({"automation_id": form::NAME.to_string(), "window": program.title});
    session.call("press_keys", json!({"find": name, "keys": "Home Shift+End Ctrl+C"}))?.done()?;
    let copied = session.call("clipboard_read", json!({}))?.done()?;
    assert_eq!(copied.text, "Ada Lovelace");

    let large = "0123456789".repeat(30_000);
    session.call("clipboard_write", json!({"text": large}))?.done()?;
    let read = session.call("clipboard_read", json!({"max_chars": 200_000}))?.done()?;
    assert!(read.text.contains("[characters 0 to 200000 of 300000; raise max_chars]"), "{}", read.text.len());
    Ok(())
}
