//! Seeing and acting on the desktop.

use std::{
    fs,
    time::{Duration, Instant},
};

use e2e::{Client, Program};
use serde_json::{Value, json};

use super::{
    Bench,
    figures::{Row, Times},
};
use crate::{
    fault::{Fault, OnFile},
    process::capture,
};

const MB: f64 = 1_000_000.0;
/// Characters that are typed.
const CHARACTERS: usize = 1_000;
/// Full looks, and changes looked at.
const LOOKS: usize = 5;
const CHANGES: usize = 7;
/// Texts typed by input, and how long no report may come before all are in.
const TYPINGS: usize = 5;
const QUIET: Duration = Duration::from_secs(1);

/// `window_list`, `screenshot`, and the gate's memory after them.
pub fn looking(bench: &Bench) -> Result<Vec<Row>, Fault> {
    let _form = bench.started("form", &[])?;
    let mut client = Client::start(bench.serve()?)?;
    let mut time = |tool: &str, arguments: Value, count: usize| {
        client.call(tool, arguments.clone())?.done()?;
        Times::of_calls(count, &mut client, tool, &arguments)
    };
    let lists = time("window_list", json!({}), 200)?;
    let shots = time("screenshot", json!({"format": "jpeg"}), 40)?;
    let mut rows = vec![
        Row::at_most("window_list, p50", lists.p50(), 3.0, " ms", lists.json()),
        Row::at_most("screenshot 1280x800 JPEG, p50", shots.p50(), 40.0, " ms", shots.json()),
    ];
    if let Some((resident, own)) = bench.desktop.memory("winwarden.exe serve") {
        let mb = |bytes: u64| bytes as f64 / MB;
        let figures = json!({"resident_mb": mb(resident), "own_mb": mb(own)});
        rows.push(Row::at_most("memory of the gate, of its own", mb(own), 40.0, " MB", figures));
    }
    Ok(rows)
}

/// A window of 2,000 controls against a bare loop over the same calls, in turns; then changes alone.
pub fn snapshots(bench: &Bench) -> Result<Vec<Row>, Fault> {
    let controls = bench.started("controls", &["--count", "2000"])?;
    let mut client = Client::start(bench.serve()?)?;
    let look = json!({"window": controls.title, "interactive_only": false, "max_elements": 5000,
                      "max_depth": 64, "timeout_ms": 60_000});
    let mut since = String::new();
    let (mut loops, mut looks) = (Vec::new(), Vec::new());
    let hwnd = controls.hwnd.to_string();
    for _ in 0..LOOKS {
        let output =
            capture(&mut bench.program("bareloop", &["--hwnd", &hwnd, "--repeat", "1", "--states"])?)?;
        let figures: Value =
            output.lines().find_map(|line| serde_json::from_str(line).ok()).unwrap_or_default();
        loops.push(figures.pointer("/total_us/p50").and_then(Value::as_f64).unwrap_or_default() / 1000.0);
        let (reply, time) = client.timed("snapshot", look.clone())?;
        since = reply.done()?.snapshot()?;
        looks.push(time);
    }
    let mut deltas = Vec::new();
    for _ in 0..CHANGES {
        let change =
            json!({"find": {"window": controls.title, "automation_id": "101"}, "timeout_ms": 30_000});
        client.call("click", change)?.done()?;
        let mut look = look.clone();
        if let Some(arguments) = look.as_object_mut() {
            arguments.insert("since".to_owned(), json!(since));
        }
        let (reply, time) = client.timed("snapshot", look)?;
        since = reply.done()?.snapshot()?;
        deltas.push(time);
    }
    loops.sort_by(f64::total_cmp);
    let bare = loops.get(loops.len() / 2).copied().unwrap_or_default();
    let (looks, deltas) = (Times::of(looks), Times::of(deltas));
    let figures = json!({"bare_loop_ms": loops, "snapshot": looks.json(), "delta": deltas.json()});
    Ok(vec![
        Row::at_most(
            "snapshot of 2,000 controls, against a bare loop",
            looks.p50() / bare,
            1.5,
            "x",
            figures,
        ),
        Row::at_most(
            "snapshot after one change, against the full one",
            deltas.p50() / looks.p50(),
            0.3,
            "x",
            Value::Null,
        ),
    ])
}

/// A click on a check box, and text into an edit by its message.
pub fn acting(bench: &Bench) -> Result<Vec<Row>, Fault> {
    let form = bench.started("form", &[])?;
    let mut client = Client::start(bench.serve()?)?;
    let seen = client.call("snapshot", json!({"window": form.title}))?.done()?;
    let check_box = json!({"element": seen.element(&["CheckBox"], "")?});
    client.call("click", check_box.clone())?.done()?;
    let clicks = Times::of_calls(30, &mut client, "click", &check_box)?;
    let notes =
        json!({"find": {"window": form.title, "automation_id": "202"}, "text": text(), "mode": "replace"});
    client.call("type_text", notes.clone())?.done()?;
    let typed = Times::of_calls(9, &mut client, "type_text", &notes)?;
    Ok(vec![
        Row::at_most("click, p50", clicks.p50(), 15.0, " ms", clicks.json()),
        Row::at_most("type_text of 1,000 characters by message, p50", typed.p50(), 60.0, " ms", typed.json()),
    ])
}

/// Text into a window that has no edit, against the time from its first character to its last; the middle one of some
/// runs.
pub fn typing_by_input(bench: &Bench) -> Result<Vec<Row>, Fault> {
    let mut keys = bench.started("keys", &[])?;
    let mut client = Client::start(bench.serve()?)?;
    client.call("window_control", json!({"window": keys.title, "action": "focus"}))?.done()?;
    client.call("type_text", json!({"text": "warm"}))?.done()?;
    let mut runs = (0..TYPINGS).map(|_| typed(&mut client, &mut keys)).collect::<Result<Vec<_>, _>>()?;
    runs.sort_by(|a, b| (a.0 / a.1).total_cmp(&(b.0 / b.1)));
    let (took, span) = runs.get(TYPINGS / 2).copied().unwrap_or_default();
    let figures = json!({"call_ms": took, "first_to_last_ms": span, "runs": runs});
    let what = "type_text of 1,000 characters by input, against the target";
    Ok(vec![Row::at_most(what, took / span, 1.2, "x", figures)])
}

/// Types the text once: how long the call took, and from the first character to the last, in milliseconds.
fn typed(client: &mut Client, keys: &mut Program) -> Result<(f64, f64), Fault> {
    let before = keys.reports(QUIET).len();
    let start = Instant::now();
    client.call("type_text", json!({"text": text(), "timeout_ms": 60_000}))?.done()?;
    let took = start.elapsed().as_secs_f64() * 1000.0;
    let of = |line: &Value, name: &str| line.get(name).and_then(Value::as_str).map(str::to_owned);
    let characters: Vec<f64> = keys
        .reports(QUIET)
        .iter()
        .skip(before)
        .filter(|line| {
            of(line, "event").as_deref() == Some("key") && of(line, "kind").as_deref() == Some("char")
        })
        .filter_map(|line| line.get("ms")?.as_f64())
        .collect();
    let (Some(first), Some(last)) = (characters.first(), characters.last()) else {
        return Err(Fault::check("no character arrived"));
    };
    if characters.len() != CHARACTERS {
        return Err(Fault::check(format!("{} of {CHARACTERS} characters arrived", characters.len())));
    }
    Ok((took, last - first))
}

/// The shipped executable.
pub fn size(bench: &Bench) -> Result<Vec<Row>, Fault> {
    let bytes = fs::metadata(&bench.server).doing("read", &bench.server)?.len();
    Ok(vec![Row::at_most("size of the executable", bytes as f64 / MB, 15.0, " MB", json!({"bytes": bytes}))])
}

impl Bench {
    fn started(&self, name: &str, arguments: &[&str]) -> Result<Program, Fault> {
        let all: Vec<&str> = ["--lifetime", "300000"].into_iter().chain(arguments.iter().copied()).collect();
        Ok(Program::with(self.program(name, &all)?)?)
    }
}

fn text() -> String {
    "Some words, none of them long. ".chars().cycle().take(CHARACTERS).collect()
}
