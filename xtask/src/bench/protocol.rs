//! What the guard costs beside the protocol: start and calls, against an executable that is rmcp and nothing else.

use std::{fs, process::Command, time::Instant};

use e2e::Client;
use serde_json::{Value, json};

use super::{
    Bench,
    figures::{Row, Times},
};
use crate::{
    demo::WORLD,
    fault::{Fault, OnFile},
    process::capture,
};

/// Starts of each.
const STARTS: usize = 9;
/// Calls of each in a turn, and turns.
const CALLS: usize = 200;
const TURNS: usize = 6;

/// From start to the reply to `initialize`, in turns.
pub fn start(bench: &Bench) -> Result<Vec<Row>, Fault> {
    let (mut bare, mut ours) = (Vec::new(), Vec::new());
    for run in 0..=STARTS {
        for (times, command) in [(&mut bare, bench.program("rawmcp", &[])?), (&mut ours, bench.serve()?)] {
            let start = Instant::now();
            let client = Client::start(command)?;
            // The first of each warms up.
            times.extend((run > 0).then(|| start.elapsed()));
            client.end()?;
        }
    }
    let (bare, ours) = (Times::of(bare), Times::of(ours));
    let figures = json!({"bare": bare.json(), "winwarden": ours.json()});
    Ok(vec![Row::at_most(
        "start to `initialize` reply, against bare rmcp",
        ours.p50() / bare.p50(),
        1.2,
        "x",
        figures,
    )])
}

/// A call through all stages, the machine being simulated, against a bare one; both here.
pub fn guard_native(bench: &Bench) -> Result<Vec<Row>, Fault> {
    let Some((winwarden, rawmcp)) = &bench.native else { return Ok(Vec::new()) };
    let world = bench.folder.join("world.json");
    fs::write(&world, WORLD).doing("write", &world)?;
    let mut serve = Command::new(winwarden);
    serve.args(["serve", "--sim"]).arg(&world).env("WINWARDEN_HOME", bench.folder.join("home-native"));
    let (bare, ours) = in_turns(Command::new(rawmcp), serve)?;
    Ok(added("guard on top of a bare call, native", &bare, &ours, (0.15, 1.0), Value::Null))
}

/// The same on the desktop, where a round trip to a worker process comes with it.
pub fn guard_on_desktop(bench: &Bench) -> Result<Vec<Row>, Fault> {
    let (most, pipes) = with_a_round_trip(bench)?;
    let (bare, ours) = in_turns(bench.program("rawmcp", &[])?, bench.serve()?)?;
    Ok(added("guard on top of a bare call, on the desktop", &bare, &ours, most, pipes))
}

/// What the guard may take on the desktop, p50 and p99 in milliseconds: what it may natively, and a round trip over pipes.
pub fn with_a_round_trip(bench: &Bench) -> Result<((f64, f64), Value), Fault> {
    let output = capture(&mut bench.program("pipes", &[])?)?;
    let pipes: Value = output.lines().find_map(|line| serde_json::from_str(line).ok()).unwrap_or_default();
    let trip = |name: &str| pipes.get(name).and_then(Value::as_f64).unwrap_or_default() / 1000.0;
    Ok(((0.15 + trip("p50_us"), 1.0 + trip("p99_us")), pipes))
}

/// How much more a call takes, p50 and p99.
pub fn added(what: &str, bare: &Times, ours: &Times, most: (f64, f64), pipes: Value) -> Vec<Row> {
    let figures = json!({"bare": bare.json(), "winwarden": ours.json(), "pipe_round_trip": pipes});
    let p50 = Row::at_most(&format!("{what}, p50"), ours.p50() - bare.p50(), most.0, " ms", figures);
    let p99 = Row::at_most(&format!("{what}, p99"), ours.ms(99) - bare.ms(99), most.1, " ms", Value::Null);
    vec![p50, p99]
}

/// `echo` of the first and `status` of the second, a block of calls each in turn.
fn in_turns(bare: Command, ours: Command) -> Result<(Times, Times), Fault> {
    let (mut bare, mut ours) = (Client::start(bare)?, Client::start(ours)?);
    let (mut bare_times, mut our_times) = (Times::of(Vec::new()), Times::of(Vec::new()));
    for turn in 0..=TURNS {
        let echoes = Times::of_calls(CALLS, &mut bare, "echo", &json!({"text": "x"}))?;
        let statuses = Times::of_calls(CALLS, &mut ours, "status", &json!({}))?;
        if turn > 0 {
            bare_times = bare_times.with(echoes);
            our_times = our_times.with(statuses);
        }
    }
    Ok((bare_times, our_times))
}
