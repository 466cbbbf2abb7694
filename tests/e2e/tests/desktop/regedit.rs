//! The registry editor: a tree view and a list view of another process.

use e2e::{Program, Session, Trouble};
use serde_json::json;

use crate::stage::window;

#[test]
fn keys_are_opened_in_the_tree_and_their_values_read_from_the_list() -> Result<(), Trouble> {
    let mut session = Session::start(&[])?;
    let _program = Program::of_windows("regedit", &[])?;
    let editor = window(&mut session, "Registry Editor")?;
    let first = json!({"window": editor, "timeout_ms": 20_000});
    let seen = session.call("snapshot", first.clone())?.done()?;
    let user = seen.element(&["TreeItem"], "\"HKEY_CURRENT_USER\"")?;
    let expand = json!({"element": user, "action": "expand"});
    let expanded = session.call("element_action", expand)?.done()?;
    assert!(expanded.text.contains("expanded"), "{}", expanded.text);

    let mut since = first.clone();
    since["since"] = json!(seen.snapshot()?);
    let changes = session.call("snapshot", since)?.done()?;
    let added = |name: &str| {
        let line = changes.text.lines().find(|line| line.starts_with("+ ") && line.contains(name));
        line.map(|line| line.split(' ').nth(1).unwrap_or_default().to_owned())
    };
    assert!(changes.text.lines().any(|line| line.starts_with("~ ") && line.contains("HKEY_CURRENT_USER")));
    assert!(added("\"Software\"").is_some(), "{}", changes.text);
    let environment = added("\"Environment\"").unwrap_or_else(|| panic!("{}", changes.text));
    session.call("element_action", json!({"element": environment, "action": "select"}))?.done()?;
    let wait = json!({"condition": "text_appears", "window": editor, "text": "TEMP", "timeout_ms": 10_000});
    session.call("wait_for", wait)?.done()?;
    let found = session.call("find", json!({"window": editor, "role": "ListItem", "name": "TEMP"}))?;
    let found = if found.clone().done().is_ok_and(|found| found.text.contains("TEMP")) {
        found
    } else {
        session.call("find", json!({"window": editor, "role": "DataItem", "name": "TEMP"}))?
    };
    found.done()?.element(&["ListItem", "DataItem"], "TEMP")?;

    let by_name = json!({"window": editor, "role": "TreeItem", "name": "HKEY_CURRENT_USER"});
    session.call("element_action", json!({"find": by_name, "action": "collapse"}))?.done()?;
    let after = session.call("snapshot", first)?.done()?;
    assert!(!after.text.contains("\"Environment\""), "{}", after.text);
    Ok(())
}
