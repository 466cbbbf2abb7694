//! The test desktop: a Windows to run programs on. On Linux a virtual display with Wine, one per checkout;
//! on Windows the desktop that is there.

use std::{
    io,
    path::{Path, PathBuf},
    process::{ChildStderr, ExitCode, Stdio},
    sync::mpsc::{self, Receiver},
    thread,
    time::Duration,
};

use clap::Subcommand;

use crate::{fault::Fault, places::Places, process::start_fault};

#[cfg(unix)]
mod display;
#[cfg(unix)]
mod linux;
#[cfg(unix)]
mod prefix;
#[cfg(unix)]
mod program;
#[cfg(unix)]
mod state;
#[cfg(windows)]
mod windows;

#[cfg(unix)]
pub use linux::Desktop;
#[cfg(windows)]
pub use windows::Desktop;

/// What to do with the desktop.
#[derive(Debug, Subcommand)]
pub enum Task {
    /// Bring it up, if it is not
    Start,
    /// End it and everything that runs on it
    Stop,
    /// Say whether it is up, where, and what runs on it
    Status,
    /// Run a Windows program on it, with stdin, stdout, stderr and exit code attached
    Run {
        /// A Linux path (dist/winwarden.exe) or a program of Windows (notepad), then its arguments
        #[arg(required = true, trailing_var_arg = true, allow_hyphen_values = true, value_name = "PROGRAM")]
        words: Vec<String>,
    },
    /// Save what a person would see as a PNG picture
    Shot {
        /// The file to write
        file: PathBuf,
    },
}

/// `cargo xtask desktop …`.
///
/// # Errors
/// What went wrong; a program that ran and failed is no error but its exit code.
pub fn run(places: &Places, task: Task) -> Result<ExitCode, Fault> {
    let desktop = Desktop::of(places);
    match task {
        Task::Start => desktop.start().map(|()| ExitCode::SUCCESS),
        Task::Stop => desktop.stop().map(|()| ExitCode::SUCCESS),
        Task::Status => Ok(desktop.status()),
        Task::Run { words } => attach(&desktop, &words),
        Task::Shot { file } => shot(&desktop, &file).map(|()| ExitCode::SUCCESS),
    }
}

/// Runs a program with our own stdin and stdout as its own and its stderr passed on, and ends as it ends.
fn attach(desktop: &Desktop, words: &[String]) -> Result<ExitCode, Fault> {
    let (program, arguments) = words.split_first().ok_or_else(|| Fault::usage("no program given"))?;
    let here = std::env::current_dir().unwrap_or_default();
    let mut command = desktop.command(program, arguments, &here)?;
    command.stderr(Stdio::piped());
    let mut child = command.spawn().map_err(|source| start_fault(&command, source))?;
    let told = child.stderr.take().map(pass_on);
    let status = child.wait().map_err(|source| start_fault(&command, source))?;
    if let Some(told) = told {
        let _ = told.recv_timeout(REST);
    }
    Ok(code_of(status))
}

/// How long what a program said last is waited for, once it has ended.
const REST: Duration = Duration::from_millis(200);

/// Passes on what comes to our own stderr; says when that was all. The first program on a desktop has Wine start its
/// `explorer.exe`, which takes the same stderr and keeps it: a client that waits for its end would wait for that.
fn pass_on(mut from: ChildStderr) -> Receiver<()> {
    let (sender, receiver) = mpsc::channel();
    thread::spawn(move || {
        let _ = io::copy(&mut from, &mut io::stderr());
        let _ = sender.send(());
    });
    receiver
}

/// The exit code as a shell gives it: 128 and the signal's number for a program that was killed.
fn code_of(status: std::process::ExitStatus) -> ExitCode {
    #[cfg(unix)]
    let code = std::os::unix::process::ExitStatusExt::signal(&status).map(|signal| 128 + signal);
    #[cfg(windows)]
    let code = status.code().map(|code| std::process::exit(code));
    let code = code.or(status.code()).unwrap_or(1);
    u8::try_from(code).map_or(ExitCode::FAILURE, ExitCode::from)
}

fn shot(desktop: &Desktop, file: &Path) -> Result<(), Fault> {
    desktop.start()?;
    desktop.shot(file)?;
    eprintln!("the picture is {}", file.display());
    Ok(())
}

/// A command to run, as the words before a program: how tests and clients are told to reach the desktop.
pub fn runner() -> Result<Vec<String>, Fault> {
    if cfg!(windows) {
        return Ok(Vec::new());
    }
    let own = std::env::current_exe().map_err(|source| Fault::Start { program: "xtask".into(), source })?;
    Ok(vec![own.to_string_lossy().into_owned(), "desktop".into(), "run".into(), "--".into()])
}
