//! Runs tests: some of a program at once, with a mutant or without, until one fails or time is up.

use std::{
    io::{BufRead, BufReader},
    path::Path,
    process::{Child, Command, Stdio},
    sync::mpsc::{self, RecvTimeoutError},
    thread,
    time::{Duration, Instant},
};

use super::build::Program;
use crate::{
    fault::Fault,
    process::{capture, start_fault},
};

/// The most that a test may take of addresses, kibibytes: a mutant that never stops collecting must not take the machine.
const MOST_MEMORY: u32 = 8 * 1024 * 1024;

/// How long is waited for a line before the time is looked at again.
const TICK: Duration = Duration::from_millis(200);
/// What a look at the time adds at most: if more has gone by, this process was stopped, and its tests may have been too.
const STEP: Duration = Duration::from_secs(1);

/// How a run ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Ended {
    /// Nothing failed.
    Passed,
    /// This test failed, or the program ended in its middle.
    Failed(Option<String>),
    /// Time was up.
    Late,
}

/// What a run is for.
#[derive(Debug, Clone, Copy)]
pub enum With<'a> {
    /// To see what is reached: numbers of mutants are added to this file.
    Record(&'a Path),
    /// To see whether this mutant is noticed.
    Mutant(usize),
}

/// The tests of a program that are not ignored.
///
/// # Errors
/// It cannot be started.
pub fn tests_of(program: &Program) -> Result<Vec<String>, Fault> {
    let list = |more: &[&str]| {
        let mut command = Command::new(&program.file);
        let listed = capture(command.args(["--list", "--format", "terse"]).args(more))?;
        let names = listed.lines().filter_map(|line| line.strip_suffix(": test").map(str::to_owned));
        Ok::<Vec<String>, Fault>(names.collect())
    };
    let ignored = list(&["--ignored"])?;
    Ok(list(&[])?.into_iter().filter(|name| !ignored.contains(name)).collect())
}

/// Runs these tests of a program, one after the other. How it ended, and how long it took.
///
/// # Errors
/// It cannot be started.
pub fn run(
    program: &Program,
    names: &[&str],
    with: With<'_>,
    scratch: &Path,
    limit: Duration,
) -> Result<(Ended, Duration), Fault> {
    // The shell sets the limit and becomes the program.
    let mut command = Command::new("sh");
    command.arg("-c").arg(format!("ulimit -v {MOST_MEMORY}; exec \"$@\"")).arg("sh").arg(&program.file);
    command.args(["--exact", "--test-threads=1"]).args(names).current_dir(&program.folder);
    command.env("CARGO_MANIFEST_DIR", &program.folder).env("TMPDIR", scratch);
    command.env_remove("X_MUTANT").env_remove("X_MUTANTS_REACHED");
    match with {
        With::Record(file) => command.env("X_MUTANTS_REACHED", file),
        With::Mutant(number) => command.env("X_MUTANT", number.to_string()),
    };
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null());
    #[cfg(unix)]
    std::os::unix::process::CommandExt::process_group(&mut command, 0);
    let mut child = command.spawn().map_err(|source| start_fault(&command, source))?;
    let mut spent = Spent::begin();
    let ended = watch(&mut child, limit, &mut spent);
    // What it has started must not outlive it, however it ended.
    let _ = Command::new("kill")
        .args(["-KILL", "--", &format!("-{}", child.id())])
        .stderr(Stdio::null())
        .status();
    let status = child.wait().map_err(|source| start_fault(&command, source))?;
    let ended = ended.unwrap_or(if status.success() { Ended::Passed } else { Ended::Failed(None) });
    Ok((ended, spent.sum))
}

/// The time that a run takes, without what goes by while this process is stopped.
#[derive(Debug)]
struct Spent {
    sum: Duration,
    looked: Instant,
}

impl Spent {
    fn begin() -> Self {
        Self { sum: Duration::ZERO, looked: Instant::now() }
    }

    fn look(&mut self) -> Duration {
        let now = Instant::now();
        self.sum += now.duration_since(self.looked).min(STEP);
        self.looked = now;
        self.sum
    }
}

/// Reads what it prints; nothing where it came to its end without a failed test.
fn watch(child: &mut Child, limit: Duration, spent: &mut Spent) -> Option<Ended> {
    let (lines, printed) = mpsc::channel();
    let stdout = child.stdout.take()?;
    thread::spawn(move || {
        for line in BufReader::new(stdout).lines().map_while(Result::ok) {
            if lines.send(line).is_err() {
                break;
            }
        }
    });
    loop {
        let left = limit.saturating_sub(spent.look());
        match printed.recv_timeout(TICK.min(left)) {
            Ok(line) => {
                if let Some(name) = failed(&line) {
                    return Some(Ended::Failed(Some(name.to_owned())));
                }
            }
            Err(RecvTimeoutError::Timeout) if left.is_zero() => return Some(Ended::Late),
            Err(RecvTimeoutError::Timeout) => {}
            Err(RecvTimeoutError::Disconnected) => break,
        }
    }
    // Its output is closed; it may still hang on its way out.
    while spent.look() < limit {
        match child.try_wait() {
            Ok(None) => thread::sleep(Duration::from_millis(1)),
            Ok(Some(_)) | Err(_) => return None,
        }
    }
    Some(Ended::Late)
}

/// The name in `test a::b ... FAILED`.
fn failed(line: &str) -> Option<&str> {
    let rest = line.strip_prefix("test ")?.strip_suffix("FAILED")?;
    let (name, _) = rest.split_once(" ... ")?;
    Some(name.strip_suffix(" - should panic").unwrap_or(name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_in_which_this_process_was_stopped_counts_little() {
        let long_ago = Instant::now().checked_sub(Duration::from_secs(100)).unwrap();
        let mut spent = Spent { sum: Duration::from_secs(5), looked: long_ago };
        assert_eq!(spent.look(), Duration::from_secs(6));
        assert!(spent.look() < Duration::from_secs(7));
    }

    #[test]
    fn a_failed_test_is_told_from_one_that_passed() {
        assert_eq!(failed("test gate::a_call ... FAILED"), Some("gate::a_call"));
        assert_eq!(failed("test gate::a_call ... ok"), None);
        assert_eq!(failed("test result: FAILED. 1 passed; 1 failed"), None);
    }
}
