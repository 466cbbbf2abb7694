//! Running other programs.

use std::{
    fs::{self, File},
    io::Read,
    path::Path,
    process::{Child, Command, ExitStatus, Stdio},
    thread,
    time::{Duration, Instant},
};

use crate::{
    fault::{Fault, OnFile},
    progress::seconds,
};

/// Longer than anything takes.
const HOURS: Duration = Duration::from_secs(3 * 60 * 60);

/// Where a program of this name lies on `PATH` (or in the folders of system programs), if it does.
pub fn find(program: &str) -> Option<std::path::PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&path)
        .chain(["/usr/local/sbin", "/usr/sbin", "/sbin"].map(Into::into))
        .map(|folder| folder.join(format!("{program}{}", std::env::consts::EXE_SUFFIX)))
        .find(|file| file.is_file())
}

/// Runs it with the terminal as its own; its stdout goes to stderr.
pub fn run(command: &mut Command) -> Result<(), Fault> {
    let status = command.stdin(Stdio::null()).stdout(stderr()).status();
    let status = status.map_err(|source| start_fault(command, source))?;
    succeeded(command, status, String::new())
}

/// Runs it with its output in `log`, and a line every ten seconds that says it still does.
pub fn logged(command: &mut Command, log: &Path) -> Result<(), Fault> {
    let status = watched(command, log, HOURS)?;
    succeeded(command, status, tail(log, 12))
}

/// As [`logged`], for a program whose failure means something: gives how it ended. It is killed after `limit`.
pub fn watched(command: &mut Command, log: &Path, limit: Duration) -> Result<ExitStatus, Fault> {
    let (file, again) = (new_log(log)?, File::options().append(true).open(log).doing("write", log)?);
    command.stdin(Stdio::null()).stdout(file).stderr(again);
    let mut child = command.spawn().map_err(|source| start_fault(command, source))?;
    let status = wait_telling(&mut child, log, limit).map_err(|source| start_fault(command, source))?;
    status.ok_or_else(|| Fault::Late {
        what: "it did not end",
        seconds: limit.as_secs(),
        tail: tail(log, 12),
    })
}

/// Runs it with its stderr in `log`, and gives what it printed on stdout.
pub fn logged_output(command: &mut Command, log: &Path) -> Result<String, Fault> {
    let output = command.stdin(Stdio::null()).stderr(new_log(log)?).output();
    let output = output.map_err(|source| start_fault(command, source))?;
    succeeded(command, output.status, tail(log, 40))?;
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

/// Runs it and gives what it printed on stdout; its stderr shows only when it fails.
pub fn capture(command: &mut Command) -> Result<String, Fault> {
    let output = command.stdin(Stdio::null()).output().map_err(|source| start_fault(command, source))?;
    let errors = String::from_utf8_lossy(&output.stderr).into_owned();
    succeeded(command, output.status, errors)?;
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

/// Whether it runs and succeeds; it prints nothing.
pub fn succeeds(command: &mut Command) -> bool {
    let status = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).status();
    status.is_ok_and(|status| status.success())
}

/// The last lines of a file, for an error message.
pub fn tail(file: &Path, lines: usize) -> String {
    let mut bytes = Vec::new();
    if File::open(file).and_then(|mut file| file.read_to_end(&mut bytes)).is_err() {
        return String::new();
    }
    let text = String::from_utf8_lossy(&bytes);
    let all: Vec<&str> = text.lines().filter(|line| !line.trim().is_empty()).collect();
    all.get(all.len().saturating_sub(lines)..).unwrap_or_default().join("\n")
}

/// The program and its arguments, at most 160 characters.
pub fn shown(command: &Command) -> String {
    let words: Vec<_> = std::iter::once(command.get_program())
        .chain(command.get_args())
        .map(|word| word.to_string_lossy())
        .collect();
    let line = words.join(" ");
    if line.chars().count() > 160 { line.chars().take(157).chain("...".chars()).collect() } else { line }
}

/// The error of a program that could not be started.
pub fn start_fault(command: &Command, source: std::io::Error) -> Fault {
    Fault::Start { program: command.get_program().to_string_lossy().into_owned(), source }
}

/// Our stderr, as another program's stdout.
fn stderr() -> Stdio {
    std::io::stderr().into()
}

fn succeeded(command: &Command, status: ExitStatus, tail: String) -> Result<(), Fault> {
    if status.success() { Ok(()) } else { Err(Fault::Command { command: shown(command), status, tail }) }
}

/// A new log file. It is appended to, so that two writers do not overwrite each other.
fn new_log(log: &Path) -> Result<File, Fault> {
    if let Some(folder) = log.parent() {
        fs::create_dir_all(folder).doing("make the folder", folder)?;
    }
    File::create(log).doing("write", log)?;
    File::options().append(true).open(log).doing("write", log)
}

/// How it ended; nothing where it had to be killed.
fn wait_telling(child: &mut Child, log: &Path, limit: Duration) -> std::io::Result<Option<ExitStatus>> {
    let began = Instant::now();
    let mut told = Instant::now();
    loop {
        if let Some(status) = child.try_wait()? {
            return Ok(Some(status));
        }
        if began.elapsed() > limit {
            child.kill()?;
            child.wait()?;
            return Ok(None);
        }
        if told.elapsed() > Duration::from_secs(10) {
            told = Instant::now();
            let last: String = tail(log, 1).trim().chars().take(90).collect();
            eprintln!("    … {}: {last}", seconds(began.elapsed()));
        }
        thread::sleep(Duration::from_millis(40));
    }
}
