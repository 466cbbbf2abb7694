//! Times round trips over two anonymous pipes to a process of its own: what any call to a worker process costs at
//! least. Prints the times in microseconds as one line of JSON.

use std::{
    env,
    io::{self, Read, Write},
    process::{Command, ExitCode, Stdio},
    time::Instant,
};

use serde_json::json;

/// Bytes of a request and of a reply: what a small call of winwarden carries.
const SIZE: usize = 256;
/// Round trips that are timed, and those before that warm up.
const TIMED: usize = 1000;
const WARMING: usize = 100;
/// The argument of the other process.
const ECHO: &str = "echo";

fn main() -> ExitCode {
    let done = if env::args().nth(1).as_deref() == Some(ECHO) { echo() } else { time() };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("pipes: {error}");
            ExitCode::FAILURE
        }
    }
}

/// Gives back what comes, until nothing comes.
fn echo() -> io::Result<()> {
    let (mut input, mut output, mut bytes) = (io::stdin().lock(), io::stdout().lock(), [0; SIZE]);
    while input.read_exact(&mut bytes).is_ok() {
        output.write_all(&bytes)?;
        output.flush()?;
    }
    Ok(())
}

fn time() -> io::Result<()> {
    let mut other = Command::new(env::current_exe()?);
    let mut other = other.arg(ECHO).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn()?;
    let (Some(mut to), Some(mut from)) = (other.stdin.take(), other.stdout.take()) else { return Ok(()) };
    let mut bytes = [7; SIZE];
    let mut times = Vec::with_capacity(TIMED);
    for _ in 0..WARMING + TIMED {
        let start = Instant::now();
        to.write_all(&bytes)?;
        from.read_exact(&mut bytes)?;
        times.push(u64::try_from(start.elapsed().as_micros()).unwrap_or(u64::MAX));
    }
    drop(to);
    other.wait()?;
    times.drain(..WARMING);
    times.sort_unstable();
    let at = |share: usize| times.get(TIMED * share / 100);
    writeln!(io::stdout(), "{}", json!({"round_trips": TIMED, "p50_us": at(50), "p99_us": at(99)}))
}
