//! Answers to dialogs are judged by what the dialog asks.

use e2e::{Program, Session, Trouble};
use serde_json::json;

#[test]
fn the_default_button_and_yes_ask_a_person_where_the_dialog_asks_about_a_deletion() -> Result<(), Trouble> {
    // The dialog's title and text: "Delete everything?", "Twelve files would be lost."; its default button is No.
    let mut session = Session::asking()?;
    let mut program = Program::start("modal", &["--open", "--title", "Owner"])?;
    program.wait_for("the dialog", |line| line["event"] == "dialog_opened")?;
    let dialog = "Delete everything?";
    // It says that it is there before it is shown.
    session.call("wait_for", json!({"condition": "window_appears", "window": dialog}))?.done()?;
    let dry = |arguments: serde_json::Value| {
        let mut arguments = arguments;
        arguments["dry_run"] = json!(true);
        arguments
    };
    let yes = json!({"find": {"window": dialog, "name": "Yes"}});
    let no = json!({"find": {"window": dialog, "name": "No"}});
    for (tool, arguments, asks) in [
        ("click", yes.clone(), true),
        ("click", no, false),
        ("press_keys", json!({"window": dialog, "keys": "Tab"}), false),
    ] {
        let shown = session.call(tool, dry(arguments))?.done()?;
        assert_eq!(shown.text.contains("a person would be asked"), asks, "{tool}: {}", shown.text);
    }
    let records = session.audit()?;
    let texts = |record: &serde_json::Value| record["facts"]["targets"][0]["around"]["texts"].to_string();
    assert!(records.iter().any(|record| texts(record).contains("Twelve files")), "the text was not read");
    assert!(records.iter().any(|record| record["facts"]["targets"][0]["around"].is_null()));
    Ok(())
}
