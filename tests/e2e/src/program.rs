//! A program on the desktop, ended when dropped.

use std::{
    io::{BufRead, BufReader},
    process::{Child, Command, Stdio},
    sync::mpsc::{Receiver, RecvTimeoutError, channel},
    thread,
    time::{Duration, Instant},
};

use serde_json::Value;

use crate::{Desk, Trouble};

/// How long a program may take to put its window up.
const STARTING: Duration = Duration::from_secs(30);
/// Longest life of a test program, in milliseconds, so that none is left behind by a test that was killed.
const LIFETIME: &str = "120000";

/// A program that runs on the desktop, and what it reports (the test programs write a line of JSON for everything that
/// reaches them).
#[derive(Debug)]
pub struct Program {
    child: Child,
    lines: Receiver<Value>,
    seen: Vec<Value>,
    /// The handle of its first window; 0 for a program that is not ours.
    pub hwnd: u64,
    /// The title of its first window; empty for a program that is not ours.
    pub title: String,
}

impl Program {
    /// Starts one of our test programs and waits until its window is up.
    ///
    /// # Errors
    /// It is not built, or no window comes up.
    pub fn start(name: &str, arguments: &[&str]) -> Result<Self, Trouble> {
        let all: Vec<&str> =
            ["--lifetime", LIFETIME, "--record-text"].into_iter().chain(arguments.iter().copied()).collect();
        Self::with(Desk::get().test_program(name, &all)?)
    }

    /// Starts one of our test programs by a command of the caller's, and waits until its window is up.
    ///
    /// # Errors
    /// It cannot be started, or no window comes up.
    pub fn with(command: Command) -> Result<Self, Trouble> {
        let mut program = Self::run(command)?;
        let ready = program.wait_within(STARTING, "window", |line| line.get("ready").is_some())?;
        program.hwnd = ready.get("hwnd").and_then(Value::as_u64).unwrap_or_default();
        program.title = ready.get("title").and_then(Value::as_str).unwrap_or_default().to_owned();
        Ok(program)
    }

    /// Starts a program of Windows, such as `notepad`; wait for its window with the tool `wait_for`.
    ///
    /// # Errors
    /// It cannot be started.
    pub fn of_windows(name: &str, arguments: &[&str]) -> Result<Self, Trouble> {
        Self::run(Desk::get().command(name, arguments))
    }

    fn run(mut command: Command) -> Result<Self, Trouble> {
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null());
        let program = command.get_program().to_string_lossy().into_owned();
        let mut child = command.spawn().map_err(|source| Trouble::Start { program, source })?;
        let (sender, lines) = channel();
        if let Some(stdout) = child.stdout.take() {
            thread::spawn(move || {
                for line in BufReader::new(stdout).lines().map_while(Result::ok) {
                    if let Ok(value) = serde_json::from_str(&line)
                        && sender.send(value).is_err()
                    {
                        break;
                    }
                }
            });
        }
        Ok(Self { child, lines, seen: Vec::new(), hwnd: 0, title: String::new() })
    }

    /// The next report that fits, within ten seconds.
    ///
    /// # Errors
    /// None came.
    pub fn wait_for(&mut self, what: &str, fits: impl Fn(&Value) -> bool) -> Result<Value, Trouble> {
        self.wait_within(Duration::from_secs(10), what, fits)
    }

    /// The next report of this event, within ten seconds.
    ///
    /// # Errors
    /// None came.
    pub fn event(&mut self, event: &str) -> Result<Value, Trouble> {
        self.wait_for(event, |line| line.get("event").and_then(Value::as_str) == Some(event))
    }

    /// Everything it reported so far and reports until it is silent for `quiet`.
    pub fn reports(&mut self, quiet: Duration) -> &[Value] {
        while let Ok(line) = self.lines.recv_timeout(quiet) {
            self.seen.push(line);
        }
        &self.seen
    }

    fn wait_within(
        &mut self,
        patience: Duration,
        what: &str,
        fits: impl Fn(&Value) -> bool,
    ) -> Result<Value, Trouble> {
        let until = Instant::now() + patience;
        loop {
            let awaited = format!("report of {what}");
            let said = || self.seen.iter().map(Value::to_string).collect::<Vec<_>>().join("\n");
            match self.lines.recv_timeout(until.saturating_duration_since(Instant::now())) {
                Ok(line) => {
                    self.seen.push(line.clone());
                    if fits(&line) {
                        return Ok(line);
                    }
                }
                Err(RecvTimeoutError::Timeout) => {
                    return Err(Trouble::Late { awaited, within: patience, said: said() });
                }
                Err(RecvTimeoutError::Disconnected) => return Err(Trouble::Ended { awaited, said: said() }),
            }
        }
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
