//! The worker is killed, and the gate.

use std::time::{Duration, Instant};

use e2e::{Desk, Process, Program, Session, Trouble, eventually, processes};
use serde_json::json;
use testapps::ids;

use crate::stage::{clicked, look};

fn of_ours(word: &str) -> Vec<Process> {
    let desk = Desk::get();
    processes(&desk.path(desk.executable()), word)
}

/// The worker of the session that runs.
fn worker() -> Result<Process, Trouble> {
    eventually("worker", || of_ours("worker").pop())
}

#[test]
fn a_worker_that_was_killed_is_replaced_and_refs_stay_valid() -> Result<(), Trouble> {
    let mut session = Session::start(&[])?;
    let mut form = Program::start("form", &["--title", "Outlives the worker"])?;
    let seen = look(&mut session, "Outlives the worker")?;
    let window = seen.window("Outlives the worker")?;
    let submit = seen.element(&["Button"], "\"Submit\"")?;
    for restarts in 1..=2_u64 {
        let first = worker()?;
        first.kill();
        eventually("end of the worker", || {
            of_ours("worker").iter().all(|one| one.pid != first.pid).then_some(())
        })?;
        let begun = Instant::now();
        session.call("click", json!({"element": submit}))?.done()?;
        assert!(begun.elapsed() < Duration::from_secs(3), "{:?}", begun.elapsed());
        clicked(&mut form, ids::form::SUBMIT)?;
        let again = look(&mut session, &window)?;
        assert_eq!(again.element(&["Button"], "\"Submit\"")?, submit);
        let status = session.call("status", json!({}))?.done()?;
        assert_eq!(status.structured["worker_restarts"], json!(restarts), "{}", status.text);
        assert_ne!(worker()?.pid, first.pid);
    }
    Ok(())
}

#[test]
fn a_call_whose_worker_is_killed_says_so_and_the_next_one_works() -> Result<(), Trouble> {
    let mut session = Session::start(&[])?;
    let never = json!({"condition": "window_appears", "window": "No such window", "timeout_ms": 30_000});
    let waiting = session.begin_call("wait_for", never)?;
    session.call("window_list", json!({}))?.done()?;
    let begun = Instant::now();
    worker()?.kill();
    let lost = session.finish_call(waiting, "wait_for")?;
    assert_eq!(lost.refused()?, "WORKER_LOST", "{}", lost.text);
    assert!(begun.elapsed() < Duration::from_secs(3), "{:?}", begun.elapsed());
    session.call("window_list", json!({}))?.done()?;
    Ok(())
}

#[test]
fn a_gate_that_is_killed_takes_its_worker_along() -> Result<(), Trouble> {
    let mut session = Session::start(&[])?;
    session.call("window_list", json!({}))?.done()?;
    let worker = worker()?;
    let gates = of_ours("serve");
    let [gate] = gates.as_slice() else { panic!("not one gate: {gates:?}") };
    gate.kill();
    eventually("end of the worker", || {
        of_ours("worker").iter().all(|one| one.pid != worker.pid).then_some(())
    })
}
