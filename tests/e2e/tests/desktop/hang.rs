//! A window that stops answering costs one deadline, and nothing else.

use std::time::{Duration, Instant};

use e2e::{Program, Session, Trouble};
use serde_json::json;
use testapps::ids;

use crate::stage::{clicked, look};

/// What the call to the hung window may take, in milliseconds.
const DEADLINE: u64 = 2_500;

#[test]
fn a_hung_window_costs_one_deadline_and_the_rest_is_served_meanwhile() -> Result<(), Trouble> {
    let mut session = Session::start(&[])?;
    let mut other = Program::start("form", &["--title", "Lively", "--at", "500,10"])?;
    let mut hung = Program::start("hang", &["--title", "Stuck", "--hang-for", "6000", "--at", "10,10"])?;
    let before = look(&mut session, "Stuck")?;
    let press = before.element(&["Button"], "Press")?;
    let hang = before.element(&["Button"], "Hang")?;
    session.call("click", json!({"element": hang}))?.done()?;
    hung.event("hanging")?;

    let begun = Instant::now();
    let click = json!({"element": press, "timeout_ms": DEADLINE});
    let waiting = session.begin_call("click", click)?;
    let mut served = 0;
    while begun.elapsed() < Duration::from_millis(DEADLINE) / 2 {
        let listed = session.call("window_list", json!({}))?.done()?;
        listed.window("\"Stuck\"")?;
        served += 1;
    }
    assert!(served >= 5, "only {served} lists in {:?}", begun.elapsed());
    let looked = Instant::now();
    let seen = look(&mut session, "Lively")?;
    seen.element(&["Button"], "Submit")?;
    assert!(looked.elapsed() < Duration::from_millis(DEADLINE), "{:?}", looked.elapsed());

    let failed = session.finish_call(waiting, "click")?;
    let took = begun.elapsed();
    assert_eq!(failed.refused()?, "TARGET_NOT_RESPONDING", "{}", failed.text);
    assert!(failed.text.contains("Stuck"), "it names the window: {}", failed.text);
    assert!(took < Duration::from_millis(DEADLINE + 1_000), "{took:?}");

    let name = json!({"find": {"window": "Lively", "role": "Edit", "automation_id": ids::form::NAME.to_string()},
                      "text": "still served", "mode": "replace"});
    session.call("type_text", name)?.done()?;
    other.wait_for("the text", |line| line["event"] == "text" && line["text"] == "still served")?;

    hung.event("awake")?;
    session.call("click", json!({"element": press}))?.done()?;
    clicked(&mut hung, ids::SUBJECT)?;
    let status = session.call("status", json!({}))?.done()?;
    assert_eq!(status.structured["worker_restarts"], json!(0), "{}", status.text);
    Ok(())
}

#[test]
fn looking_at_a_hung_window_ends_in_time_and_says_that_it_does_not_answer() -> Result<(), Trouble> {
    let mut session = Session::start(&[])?;
    let mut hung = Program::start("hang", &["--title", "Stuck for good"])?;
    session.call("click", json!({"find": {"window": "Stuck for good", "name": "Hang"}}))?.done()?;
    hung.event("hanging")?;
    for tool in ["snapshot", "read_text"] {
        let begun = Instant::now();
        let seen = session.call(tool, json!({"window": "Stuck for good", "timeout_ms": DEADLINE}))?;
        assert!(begun.elapsed() < Duration::from_millis(DEADLINE + 1_000), "{tool}: {:?}", begun.elapsed());
        // What can be told without asking the window is told; what it would have to answer is not made up.
        if seen.failed {
            assert_eq!(seen.refused()?, "TARGET_NOT_RESPONDING", "{tool}: {}", seen.text);
            assert!(seen.text.contains("Stuck for good"), "{tool}: {}", seen.text);
        } else {
            let said = seen.text.contains("not answer") || seen.text.contains("not responding");
            assert!(said, "{tool} says nothing of it: {}", seen.text);
            assert!(!seen.text.contains("text of the edit"), "{tool}: {}", seen.text);
        }
    }
    // Windows counts a window as hung when it has not looked at its messages for five seconds.
    let listed = e2e::eventually("hung window in the list", || {
        let listed = session.call("window_list", json!({})).and_then(e2e::Reply::done).ok()?;
        let line = listed.text.lines().find(|line| line.contains("Stuck for good"))?;
        line.contains("not responding").then(|| line.to_owned())
    })?;
    assert!(listed.contains("hang.exe"), "{listed}");
    Ok(())
}
