//! `winwarden policy`: the instruments of who writes policies. None of them changes anything.

mod arguments;
mod check;
mod describe;
mod past;
mod plan;
mod replay;
mod review;
mod sources;
mod test;

use std::{error::Error, process::ExitCode};

pub use arguments::Command;

/// Does what the command says.
pub fn run(command: &Command) -> Result<ExitCode, Box<dyn Error>> {
    match command {
        Command::Check { folder } => check::run(folder),
        Command::Describe { choice, json } => describe::run(choice, *json),
        Command::Replay { audit, given, profile } => replay::run(audit.as_deref(), given, profile.as_deref()),
        Command::Review { audit, choice } => review::run(audit.as_deref(), choice),
        Command::Test { files, given } => test::run(files, given),
    }
}
