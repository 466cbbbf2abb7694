//! The programs where there is no Windows.

use std::process::ExitCode;

use crate::Program;

/// Says that `program` needs Windows; the exit code is 2.
pub fn start(program: Program) -> ExitCode {
    eprintln!("`{}` needs Windows", program.name());
    ExitCode::from(2)
}
