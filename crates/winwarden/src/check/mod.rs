//! `winwarden check`: one target judged by itself, as the tools judge it. Nothing is opened, fetched or run.

mod registry;
mod url;

use std::{error::Error, process::ExitCode};

use crate::command::Check;

/// Answers the question of the command line, or those on stdin.
pub fn run(check: &Check) -> Result<ExitCode, Box<dyn Error>> {
    match check {
        Check::Url { batch: _ } => url::batch(),
        Check::Registry(asked) => registry::run(asked),
    }
}
