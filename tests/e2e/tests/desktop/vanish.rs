//! Windows and controls that go away while they are read.

use e2e::{Program, Session, Trouble};
use serde_json::json;

use crate::stage::look;

#[test]
fn controls_that_vanish_while_being_read_are_counted_and_fail_nothing() -> Result<(), Trouble> {
    let mut session = Session::start(&[])?;
    let mut program = Program::start("vanish", &["--mode", "controls", "--after-reads", "40"])?;
    let seen = look(&mut session, &program.title)?;
    program.event("vanishing")?;
    let note = seen.text.lines().find(|line| line.starts_with("note: ") && line.contains("went away"));
    let note = note.unwrap_or_else(|| panic!("nothing is said of them:\n{}", seen.text));
    let counted: u32 =
        note.split(|c: char| !c.is_ascii_digit()).find_map(|part| part.parse().ok()).unwrap_or(0);
    assert!((1..=100).contains(&counted), "{note}");
    // Half of the 200 controls are labels, whose text is no message; of the edits, 39 were read before it began.
    assert!(seen.text.matches(" Text ").count() >= 100, "{}", seen.text);
    assert!(seen.text.matches(" Edit").count() >= 39, "{}", seen.text);
    Ok(())
}

#[test]
fn a_window_that_vanishes_while_being_read_is_said_to_be_gone() -> Result<(), Trouble> {
    let mut session = Session::start(&[])?;
    for mode in ["window", "process"] {
        let mut program =
            Program::start("vanish", &["--mode", mode, "--after-reads", "20", "--title", mode])?;
        let whole = json!({"window": mode, "interactive_only": false, "max_elements": 5000});
        let seen = session.call("snapshot", whole)?;
        program.event("vanishing")?;
        if seen.failed {
            assert_eq!(seen.refused()?, "STALE_ELEMENT", "{}", seen.text);
        } else {
            assert!(seen.text.lines().any(|line| line.starts_with("note: ")), "{}", seen.text);
        }
        let again = session.call("snapshot", json!({"window": mode}))?;
        assert_eq!(again.refused()?, "NOT_FOUND", "{}", again.text);
    }
    let status = session.call("status", json!({}))?.done()?;
    assert_eq!(status.structured["worker_restarts"], json!(0), "{}", status.text);
    Ok(())
}
