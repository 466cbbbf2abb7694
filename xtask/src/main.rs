//! `./x`: sets up, builds, tests and shows winwarden. Each subcommand installs what it needs and is missing.
#![forbid(unsafe_code)]

use std::process::ExitCode;

use clap::{Parser, Subcommand};

mod build;
mod desktop;
mod dist;
mod fault;
mod places;
mod process;
mod progress;
mod setup;

use fault::Fault;
use places::Places;

/// Sets up, builds, tests and shows winwarden.
#[derive(Debug, Parser)]
#[command(name = "x", disable_help_subcommand = true)]
struct Arguments {
    #[command(subcommand)]
    command: Task,
}

#[derive(Debug, Subcommand)]
enum Task {
    /// Install what is missing: a compiler for Windows, Wine 10, programs for tests
    Setup,
    /// The test desktop: start, stop, status, run, shot
    #[command(subcommand)]
    Desktop(desktop::Task),
    /// Build the release executables: dist/winwarden.exe and dist/winwarden
    Dist,
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let done = Places::find().and_then(|places| match arguments.command {
        Task::Setup => setup::run(&places).map(|()| ExitCode::SUCCESS),
        Task::Desktop(task) => desktop::run(&places, task),
        Task::Dist => dist::run(&places).map(|()| ExitCode::SUCCESS),
    });
    done.unwrap_or_else(|fault| tell(&fault))
}

fn tell(fault: &Fault) -> ExitCode {
    eprintln!("x: {fault}");
    ExitCode::from(fault.exit_code())
}
