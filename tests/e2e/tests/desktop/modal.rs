//! A window blocked by a modal dialog.

use e2e::{Program, Session, Trouble};
use serde_json::json;
use testapps::ids;

use crate::stage::{clicked, look};

#[test]
fn a_button_that_opens_a_dialog_returns_with_it_and_the_owner_waits_for_it() -> Result<(), Trouble> {
    let mut session = Session::start(&[])?;
    let mut owner = Program::start("modal", &["--title", "Owner of it"])?;
    let button = |name: &str| json!({"find": {"window": "Owner of it", "role": "Button", "name": name}});
    let opened = session.call("click", button("Open dialog"))?.done()?;
    let line = opened.text.lines().find(|line| line.starts_with("opened: ")).unwrap_or_default();
    assert!(line.contains("\"Delete everything?\""), "{}", opened.text);
    let dialog = opened.window("Delete everything?")?;
    owner.event("dialog_opened")?;

    let blocked = session.call("click", button("Press"))?;
    let code = blocked.refused()?.to_owned();
    assert!(code == "OBSCURED" || code == "ELEMENT_DISABLED", "{}", blocked.text);
    assert!(blocked.text.contains("Delete everything?"), "it names the dialog: {}", blocked.text);
    assert!(blocked.window("Delete everything?")? == dialog, "{}", blocked.text);
    let typed = json!({"find": {"window": "Owner of it", "role": "Edit"}, "text": "x"});
    for refused in [
        session.call("type_text", typed)?,
        session.call("press_keys", json!({"window": "Owner of it", "keys": "Enter"}))?,
    ] {
        assert_eq!(refused.refused()?, code, "{}", refused.text);
        assert_eq!(refused.window("Delete everything?")?, dialog);
    }

    let seen = look(&mut session, &dialog)?;
    seen.element(&["Text"], "Twelve files would be lost.")?;
    let reason = seen.element(&["Edit"], "")?;
    session.call("type_text", json!({"element": reason, "text": "they are copies"}))?.done()?;
    let yes = seen.element(&["Button"], "Yes")?;
    let answered = session.call("click", json!({"element": yes}))?.done()?;
    assert!(answered.text.contains(&format!("closed: {dialog} ")), "{}", answered.text);
    assert_eq!(owner.event("reason")?["text"], "they are copies");
    assert_eq!(owner.event("dialog_closed")?["answer"], "yes");

    session.call("click", button("Press"))?.done()?;
    clicked(&mut owner, ids::SUBJECT)?;
    Ok(())
}
