//! winwarden operates nothing of its own.

use e2e::{Desk, Session, Trouble, eventually};
use serde_json::json;

use crate::stage::text;

#[test]
fn the_console_that_winwarden_runs_in_is_out_of_reach() -> Result<(), Trouble> {
    let mut session = Session::in_console()?;
    // Its title is the path of the program that it was opened for.
    let name = Desk::get().executable().file_name().unwrap_or_default().to_string_lossy().to_lowercase();
    let reference = eventually("console window in the list", || {
        let listed = session.call("window_list", json!({})).and_then(e2e::Reply::done).ok()?;
        let windows = listed.structured["windows"].as_array().cloned().unwrap_or_default();
        let own = windows.into_iter().find(|window| text(window, "title").to_lowercase().ends_with(&name))?;
        Some(text(&own, "ref").to_owned())
    })?;
    for refused in [
        session.call("snapshot", json!({"window": reference}))?,
        session.call("window_control", json!({"window": reference, "action": "close"}))?,
        session.call("press_keys", json!({"window": reference, "keys": "Ctrl+C"}))?,
    ] {
        assert_eq!(refused.refused()?, "OWN_WINDOW", "{}", refused.text);
    }
    Ok(())
}
