//! The registry of the desktop: a read beside a bare call that does the same, lists and exports beside a bare loop.

use std::time::Duration;

use e2e::Client;
use serde_json::{Value, json};

use super::{
    Bench,
    figures::{Row, Times},
    protocol::{added, with_a_round_trip},
};
use crate::{fault::Fault, process::capture};

/// The key that is filled, below `HKEY_CURRENT_USER`.
const KEY: &str = r"Software\winwarden-bench";
/// How many values it has.
const VALUES: &str = "10000";
/// Calls of each in a turn, and turns.
const CALLS: usize = 200;
const TURNS: usize = 6;
/// Lists and exports.
const LISTS: usize = 5;

/// Reads, lists and exports.
pub fn keys(bench: &Bench) -> Result<Vec<Row>, Fault> {
    bare_loop(bench)?;
    let rows = measured(bench);
    capture(&mut bench.program("valueloop", &[KEY, "0", "1"])?)?;
    rows
}

/// Fills the key, and goes through it by the bare API.
fn bare_loop(bench: &Bench) -> Result<Duration, Fault> {
    let output = capture(&mut bench.program("valueloop", &[KEY, VALUES, "3"])?)?;
    let told: Value = output.lines().find_map(|line| serde_json::from_str(line).ok()).unwrap_or_default();
    Ok(Duration::from_secs_f64(told.get("ms").and_then(Value::as_f64).unwrap_or_default() / 1000.0))
}

fn measured(bench: &Bench) -> Result<Vec<Row>, Fault> {
    let mut serve = bench.serve()?;
    serve.env("WINWARDEN_TOOLSETS", "core,registry").env("WINWARDEN_REGISTRY_MAX_VALUES", "1000");
    let (mut bare, mut ours) = (Client::start(bench.program("rawmcp", &[])?)?, Client::start(serve)?);
    let path = format!(r"HKCU\{KEY}");
    let guarded = json!({"path": path, "values": ["value 77"]});
    let (most, pipes) = with_a_round_trip(bench)?;
    let plain = json!({"key": KEY, "value": "value 77"});
    let (mut bare_times, mut our_times) = (Times::of(Vec::new()), Times::of(Vec::new()));
    for turn in 0..=TURNS {
        let plains = Times::of_calls(CALLS, &mut bare, "read", &plain)?;
        let reads = Times::of_calls(CALLS, &mut ours, "registry_read", &guarded)?;
        if turn > 0 {
            bare_times = bare_times.with(plains);
            our_times = our_times.with(reads);
        }
    }
    let (mut loops, mut lists) = (Vec::new(), Vec::new());
    for _ in 0..LISTS {
        loops.push(bare_loop(bench)?);
        lists.push(listed(&mut ours, &path)?);
    }
    let export = json!({"path": path, "max_bytes": 5_000_000});
    let exports = Times::of_calls(LISTS, &mut ours, "registry_export", &export)?;
    let (loops, lists) = (Times::of(loops), Times::of(lists));
    let figures = json!({"bare": loops.json(), "winwarden": lists.json()});
    let ratio = lists.least() / loops.least();
    let mut rows = added("registry_read on top of a bare read", &bare_times, &our_times, most, pipes);
    rows.extend([
        Row::at_most("10,000 values listed, against a bare loop", ratio, 2.0, "x", figures),
        Row::at_most("10,000 values exported", exports.p50(), 200.0, " ms", exports.json()),
    ]);
    Ok(rows)
}

/// All values, part by part.
fn listed(client: &mut Client, path: &str) -> Result<Duration, Fault> {
    let mut part = json!({"path": path, "keys": false, "limit": 1000});
    let mut all = Duration::ZERO;
    loop {
        let (reply, time) = client.timed("registry_list", part.clone())?;
        all += time;
        let reply = reply.done()?;
        let (Some(part), Some(cursor)) = (part.as_object_mut(), reply.structured.get("cursor")) else {
            return Ok(all);
        };
        part.insert("cursor".to_owned(), cursor.clone());
    }
}
