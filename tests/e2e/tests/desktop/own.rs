//! winwarden operates nothing of its own.

use e2e::{Desk, Session, Trouble};
use serde_json::json;

use crate::stage::text;

#[test]
fn no_window_of_winwarden_itself_is_listed_or_operated() -> Result<(), Trouble> {
    let desk = Desk::get();
    let mut session = Session::start(&[])?;
    let listed = session.call("window_list", json!({}))?.done()?;
    let name = desk.executable().file_name().unwrap_or_default().to_string_lossy().to_lowercase();
    let windows = listed.structured["windows"].as_array().cloned().unwrap_or_default();
    // Started with pipes it has none; where a console was made for it, that is out of reach.
    for window in windows.iter().filter(|window| text(window, "process").to_lowercase() == name) {
        let reference = text(window, "ref");
        for refused in [
            session.call("snapshot", json!({"window": reference}))?,
            session.call("window_control", json!({"window": reference, "action": "close"}))?,
            session.call("press_keys", json!({"window": reference, "keys": "Enter"}))?,
        ] {
            assert_eq!(refused.refused()?, "OWN_WINDOW", "{}", refused.text);
        }
    }
    Ok(())
}
