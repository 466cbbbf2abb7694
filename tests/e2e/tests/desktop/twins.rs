//! Two windows of one title.

use e2e::{Program, Session, Trouble};
use serde_json::{Value, json};
use testapps::ids;

use crate::stage::{clicked, text};

#[test]
fn two_windows_of_one_title_are_told_apart_by_their_refs_only() -> Result<(), Trouble> {
    let mut session = Session::start(&[])?;
    let mut twins = Program::start("twins", &["--title", "Same name"])?;
    let button = |window: &str| json!({"find": {"window": window, "role": "Button", "name": "Press"}});
    let refused = session.call("click", button("Same name"))?;
    assert_eq!(refused.refused()?, "AMBIGUOUS");
    let windows = refused.structured["windows"].as_array().cloned().unwrap_or_default();
    let refs: Vec<String> = windows.iter().map(|window| text(window, "ref").to_owned()).collect();
    assert_eq!(refs.len(), 2, "{}", refused.text);
    assert_ne!(refs[0], refs[1]);
    for reference in &refs {
        assert!(refused.text.contains(&format!("{reference} \"Same name\"")), "{}", refused.text);
    }
    for refused in [
        session.call("snapshot", json!({"window": "Same name"}))?,
        session.call("window_control", json!({"window": "Same name", "action": "close"}))?,
        session.call("press_keys", json!({"window": "Same name", "keys": "Enter"}))?,
    ] {
        assert_eq!(refused.refused()?, "AMBIGUOUS", "{}", refused.text);
    }

    let mut pressed = Vec::new();
    for reference in &refs {
        session.call("click", button(reference))?.done()?;
        pressed.push(clicked(&mut twins, ids::SUBJECT)?["window"].clone());
    }
    assert_ne!(pressed[0], pressed[1]);
    assert!(pressed.iter().all(Value::is_number), "{pressed:?}");

    let closed = session.call("window_control", json!({"window": refs[0], "action": "close"}))?.done()?;
    assert_eq!(closed.text.matches("closed: ").count(), 1, "{}", closed.text);
    session.call("click", button("Same name"))?.done()?;
    assert_eq!(clicked(&mut twins, ids::SUBJECT)?["window"], pressed[1]);
    let gone = session.call("snapshot", json!({"window": refs[0]}))?;
    assert_eq!(gone.refused()?, "STALE_ELEMENT", "{}", gone.text);
    Ok(())
}
