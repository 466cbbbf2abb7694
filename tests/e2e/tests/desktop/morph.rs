//! An element that becomes another one between look and click is not clicked.

use e2e::{Program, Reply, Session, Trouble};
use serde_json::json;
use testapps::ids;

use crate::stage::{clicked, clicks, look, text};

/// A session, and the program after its button has changed; the ref that the button had before.
fn morphed(variant: &str) -> Result<(Session, Program, String), Trouble> {
    let mut session = Session::start(&[])?;
    let mut program = Program::start("morph", &["--variant", variant, "--title", "Shape"])?;
    let before = look(&mut session, "Shape")?;
    let save = before.element(&["Button"], "\"Save\"")?;
    let morph = before.element(&["Button"], "\"Morph\"")?;
    session.call("click", json!({"element": morph}))?.done()?;
    program.event("morphed")?;
    Ok((session, program, save))
}

/// The names and refs of what a refusal says may have been meant.
fn candidates(refused: &Reply) -> Vec<(String, String)> {
    let elements = refused.structured["elements"].as_array().cloned().unwrap_or_default();
    elements.iter().map(|one| (text(one, "name").to_owned(), text(one, "ref").to_owned())).collect()
}

#[test]
fn a_button_that_was_replaced_is_not_clicked() -> Result<(), Trouble> {
    let (mut session, mut program, save) = morphed("replace")?;
    let refused = session.call("click", json!({"element": save}))?;
    assert_eq!(refused.refused()?, "STALE_ELEMENT", "{}", refused.text);
    assert!(refused.text.contains("Save"), "{}", refused.text);
    let (_, new) = candidates(&refused)
        .into_iter()
        .find(|(name, _)| name == "Delete all")
        .unwrap_or_else(|| panic!("the likely new ref is missing: {}", refused.text));
    assert_ne!(new, save, "a ref is never given to another thing");
    assert_eq!(clicks(&mut program, ids::REPLACEMENT), 0);
    session.call("click", json!({"element": new}))?.done()?;
    clicked(&mut program, ids::REPLACEMENT)?;
    Ok(())
}

#[test]
fn a_button_made_anew_is_another_one_and_its_ref_is_told() -> Result<(), Trouble> {
    let (mut session, mut program, save) = morphed("recreate")?;
    let refused = session.call("click", json!({"element": save}))?;
    assert_eq!(refused.refused()?, "STALE_ELEMENT", "{}", refused.text);
    assert_eq!(clicks(&mut program, ids::SUBJECT), 0);
    let likely = candidates(&refused);
    let [(name, new)] = likely.as_slice() else { panic!("not one: {}", refused.text) };
    assert_eq!(name, "Save");
    assert_ne!(*new, save);
    session.call("click", json!({"element": new}))?.done()?;
    clicked(&mut program, ids::SUBJECT)?;
    Ok(())
}

#[test]
fn a_button_that_now_has_another_name_is_not_clicked() -> Result<(), Trouble> {
    let (mut session, mut program, save) = morphed("rename")?;
    let refused = session.call("click", json!({"element": save}))?;
    assert_eq!(refused.refused()?, "STALE_ELEMENT", "{}", refused.text);
    assert!(refused.text.contains("`Delete all`"), "it says what is there now: {}", refused.text);
    assert_eq!(clicks(&mut program, ids::SUBJECT), 0);
    Ok(())
}

#[test]
fn a_button_that_was_disabled_is_not_clicked_and_one_that_moved_is_clicked_where_it_is() -> Result<(), Trouble>
{
    let (mut session, mut program, save) = morphed("disable")?;
    let refused = session.call("click", json!({"element": save}))?;
    assert_eq!(refused.refused()?, "ELEMENT_DISABLED", "{}", refused.text);
    assert_eq!(clicks(&mut program, ids::SUBJECT), 0);
    drop((session, program));

    let (mut session, mut program, save) = morphed("move")?;
    // A right click is not a message but the pointer's: it must land on the button, not on what took its place.
    let done = session.call("click", json!({"element": save, "button": "right"}))?.done()?;
    assert!(done.text.contains("(by input)"), "{}", done.text);
    session.call("click", json!({"element": save}))?.done()?;
    clicked(&mut program, ids::SUBJECT)?;
    assert_eq!(clicks(&mut program, ids::REPLACEMENT), 0);
    Ok(())
}

#[test]
fn a_window_of_the_same_title_and_place_in_another_process_is_another_window() -> Result<(), Trouble> {
    let (mut session, _program, save) = morphed("process")?;
    let refused = session.call("click", json!({"element": save}))?;
    assert_eq!(refused.refused()?, "STALE_ELEMENT", "{}", refused.text);
    // The successor comes up by itself, and is found by the title, with other refs.
    let wait = json!({"condition": "window_appears", "window": "Shape"});
    session.call("wait_for", wait)?.done()?;
    let now = look(&mut session, "Shape")?;
    assert_ne!(now.element(&["Button"], "Delete all")?, save);
    let still = session.call("click", json!({"element": save}))?;
    assert_eq!(still.refused()?, "STALE_ELEMENT", "{}", still.text);
    session.call("window_control", json!({"window": "Shape", "action": "close"}))?.done()?;
    Ok(())
}

#[test]
fn a_point_is_judged_by_what_lies_there_now() -> Result<(), Trouble> {
    let mut session = Session::start(&[])?;
    let mut program =
        Program::start("morph", &["--variant", "process", "--title", "Shape", "--at", "40,40"])?;
    let seen = session.seen(json!({"window": "Shape"}))?;
    let window = seen.window("\"Shape\"")?;
    let save = seen.element(&["Button"], "\"Save\"")?;
    let (x, y) = crate::stage::middle(crate::stage::entry(&seen, "elements", &save));
    session.call("click", json!({"find": {"window": "Shape", "name": "Morph"}}))?.done()?;
    program.event("morphed")?;
    session.call("wait_for", json!({"condition": "window_appears", "window": "Shape"}))?.done()?;
    let at = json!({"at": {"x": x, "y": y}, "expect_window": window});
    let refused = session.call("click", at)?;
    assert_eq!(refused.refused()?, "STALE_ELEMENT", "{}", refused.text);
    session.call("window_control", json!({"window": "Shape", "action": "close"}))?.done()?;
    let records = session.audit()?;
    let last = records.iter().rev().find(|record| record["code"] == json!("STALE_ELEMENT"));
    assert!(last.is_some_and(|record| record["phase"] == json!("outcome")), "{records:#?}");
    Ok(())
}
