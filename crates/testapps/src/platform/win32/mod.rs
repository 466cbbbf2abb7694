//! The programs on Windows.

mod control;
mod dialog;
mod frame;
mod held;
mod loops;
mod menu;
mod notices;
mod options;
mod programs;
mod reading;
mod scrolling;
mod stage;
mod subclass;
mod window;

use std::process::ExitCode;

use crate::Program;

/// Why a program cannot go on.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    /// Windows refused.
    #[error("windows refused: {0}")]
    Windows(#[from] ::windows::core::Error),
    /// The log cannot be opened, or another process not started.
    #[error("input or output failed: {0}")]
    Io(#[from] std::io::Error),
    /// No name is of the kind that was asked for.
    #[error("no kind of name `{0}`")]
    NoKind(String),
    /// No window is what was asked for.
    #[error("no window `{0}`")]
    NoWindow(String),
}

/// Runs `program` until its last window closes; the exit code is 1 when it could not start.
pub fn start(program: Program) -> ExitCode {
    let ended = match program {
        Program::BareLoop => programs::bareloop::run(),
        Program::Canvas => programs::canvas::run(),
        Program::Controls => programs::controls::run(),
        Program::Form => programs::form::run(),
        Program::Hang => programs::hang::run(),
        Program::Keys => programs::keys::run(),
        Program::Modal => programs::modal::run(),
        Program::Morph => programs::morph::run(),
        Program::Names => programs::names::run(),
        Program::SlowEdit => programs::slowedit::run(),
        Program::Twins => programs::twins::run(),
        Program::Vanish => programs::vanish::run(),
    };
    match ended {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("`{}` stopped: {failure}", program.name());
            ExitCode::FAILURE
        }
    }
}
