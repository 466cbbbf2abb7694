//! A program that draws everything itself: nothing but the window has an element, so pictures and places are used.

use e2e::{Desk, Program, Session, Trouble};
use serde_json::json;

use crate::stage::{is_wine, rect, window};

#[test]
fn a_game_without_elements_is_played_by_pictures_and_places() -> Result<(), Trouble> {
    let mut session = Session::start(&[])?;
    if !is_wine(&mut session)? {
        return Ok(()); // Windows has no such game any more
    }
    let _game = Program::of_windows("winemine", &[])?;
    let game = window(&mut session, "WineMine")?;
    let seen = session.seen(json!({"window": game}))?;
    assert!(seen.text.lines().count() <= 4, "{}", seen.text);
    assert!(seen.text.contains("note: "), "it says that there is more than it shows: {}", seen.text);
    let [left, top, right, bottom] = rect(&seen.structured["window"]);
    let shot = json!({"window": game, "format": "png"});
    let before = session.call("screenshot", shot.clone())?.done()?;
    let id = before.text.split(':').next().unwrap_or_default().to_owned();
    // The middle of the lower half is a field of the board.
    let at = json!({"x": (right - left) / 2, "y": (bottom - top) * 3 / 4, "picture": id});
    session.call("click", json!({"at": at, "expect_window": game}))?.done()?;
    let after = session.call("screenshot", shot)?.done()?;
    let (before, after) = (before.picture.unwrap(), after.picture.unwrap());
    Desk::get().keep("e2e-winemine-before.png", &before.bytes)?;
    Desk::get().keep("e2e-winemine-after.png", &after.bytes)?;
    assert_ne!(before.bytes, after.bytes, "the field did not open");
    session.call("press_keys", json!({"window": game, "keys": "F2"}))?.done()?;
    session.call("window_control", json!({"window": game, "action": "close"}))?.done()?;
    Ok(())
}
