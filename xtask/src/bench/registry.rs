//! The registry of the desktop: a read beside a bare call that does the same, lists and exports beside a bare loop.

use std::time::Instant;

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
    let output = capture(&mut bench.program("valueloop", &[KEY, VALUES, "5"])?)?;
    let bare: Value = output.lines().find_map(|line| serde_json::from_str(line).ok()).unwrap_or_default();
    let bare = bare.get("ms").and_then(Value::as_f64).unwrap_or_default();
    let rows = measured(bench, bare);
    capture(&mut bench.program("valueloop", &[KEY, "0", "1"])?)?;
    rows
}

fn measured(bench: &Bench, bare_loop: f64) -> Result<Vec<Row>, Fault> {
    let mut serve = bench.serve()?;
    serve.env("WINWARDEN_TOOLSETS", "core,registry").env("WINWARDEN_REGISTRY_MAX_VALUES", "1000");
    let (mut bare, mut ours) = (Client::start(bench.program("rawmcp", &[])?)?, Client::start(serve)?);
    let path = format!(r"HKCU\{KEY}");
    let guarded = json!({"path": path, "values": ["value 77"]});
    let (most, pipes) = with_a_round_trip(bench)?;
    let plain = json!({"key": KEY, "value": "value 77"});
    let (mut bare_times, mut our_times) = (Times::of(Vec::new()), Times::of(Vec::new()));
    for turn in 0..=TURNS {
        let plains = Times::taken(CALLS, || bare.call("read", plain.clone())?.done().map(drop))?;
        let reads = Times::taken(CALLS, || ours.call("registry_read", guarded.clone())?.done().map(drop))?;
        if turn > 0 {
            bare_times = bare_times.with(plains);
            our_times = our_times.with(reads);
        }
    }
    let mut lists = Vec::new();
    for _ in 0..LISTS {
        let begun = Instant::now();
        let mut part = json!({"path": path, "keys": false, "limit": 1000});
        loop {
            let reply = ours.call("registry_list", part.clone())?.done()?;
            let (Some(part), Some(cursor)) = (part.as_object_mut(), reply.structured.get("cursor")) else {
                break;
            };
            part.insert("cursor".to_owned(), cursor.clone());
        }
        lists.push(begun.elapsed());
    }
    let export = json!({"path": path, "max_bytes": 5_000_000});
    let exports = Times::taken(LISTS, || ours.call("registry_export", export.clone())?.done().map(drop))?;
    let lists = Times::of(lists);
    let of_loop = json!({"bare_ms": bare_loop, "winwarden": lists.json()});
    let mut rows = added("registry_read on top of a bare read", &bare_times, &our_times, most, pipes);
    rows.extend([
        Row::at_most("10,000 values listed, against a bare loop", lists.p50() / bare_loop, 2.0, "x", of_loop),
        Row::at_most("10,000 values exported", exports.p50(), 200.0, " ms", exports.json()),
    ]);
    Ok(rows)
}
