//! No connection is made by anything of winwarden.

use e2e::{Desk, Program, Session, Trouble, processes};
use serde_json::json;
use testapps::ids::form;

use crate::stage::look;

/// What a session does, one thing of each kind; then its processes are looked at while they run.
#[test]
fn a_session_opens_no_network_connection() -> Result<(), Trouble> {
    let mut session = Session::start(&[])?;
    let program = Program::start("form", &["--title", "Quiet form"])?;
    look(&mut session, "Quiet form")?;
    let name = json!({"window": program.title, "automation_id": form::NAME.to_string()});
    session.call("type_text", json!({"find": name, "text": "x"}))?.done()?;
    session.call("screenshot", json!({}))?.done()?;
    session.call("app_list", json!({}))?.done()?;
    session.call("clipboard_write", json!({"text": "x"}))?.done()?;
    session.call("status", json!({}))?.done()?;

    let desk = Desk::get();
    let own = desk.path(desk.executable());
    let mut looked_at = 0;
    for process in ["serve", "worker"].into_iter().flat_map(|word| processes(&own, word)) {
        looked_at += 1;
        let open = process.connections();
        assert!(open.is_empty(), "{process:?} has {open:?}");
    }
    assert!(looked_at >= 2, "gate and worker: {looked_at}");
    Ok(())
}
