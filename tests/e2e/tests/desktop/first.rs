//! The session itself: it starts, lists, refuses, records, ends.

use std::time::Duration;

use e2e::{Program, Session, Trouble};
use serde_json::{Value, json};

#[test]
fn a_window_is_listed_by_its_title() -> Result<(), Trouble> {
    let mut session = Session::start(&[])?;
    let program = Program::start("form", &["--title", "Listed form"])?;
    let listed = session.call("window_list", json!({}))?.done()?;
    listed.window(&format!("\"{}\"", program.title))?;
    Ok(())
}

#[test]
fn a_refused_launch_starts_nothing_and_leaves_one_record() -> Result<(), Trouble> {
    let mut session = Session::start(&[])?;
    let refused = session.call("app_launch", json!({"executable": r"tools\notepad.exe"}))?;
    assert_eq!(refused.refused()?, "FORBIDDEN_PATH");
    let records = session.audit()?;
    assert_eq!(records.len(), 1, "{records:#?}");
    let field = |name: &str| records[0].get(name).cloned().unwrap_or_default();
    assert_eq!((field("phase"), field("code")), (json!("outcome"), json!("FORBIDDEN_PATH")));
    Ok(())
}

#[test]
fn the_server_says_who_it_is_and_ends_when_its_input_does() -> Result<(), Trouble> {
    let session = Session::start(&[])?;
    let name = session.server().pointer("/serverInfo/name").and_then(Value::as_str);
    assert_eq!(name, Some("winwarden"));
    let (status, took) = session.end()?;
    assert!(status.success(), "{status}");
    assert!(took < Duration::from_secs(2), "{took:?}");
    Ok(())
}
