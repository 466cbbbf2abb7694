//! `./x`: sets up, builds, tests and shows winwarden. Each subcommand installs what it needs and is missing.
#![forbid(unsafe_code)]

use std::{process::ExitCode, time::Duration};

use clap::{Parser, Subcommand};

mod bench;
mod build;
mod demo;
mod desktop;
mod dist;
mod fault;
mod mutants;
mod places;
mod process;
mod progress;
mod setup;
mod test;

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
    /// Show winwarden at work: a small job in real programs, narrated
    Demo {
        /// On a simulated desktop: needs neither root nor Wine
        #[arg(long)]
        sim: bool,
    },
    /// Run every check and test; words choose steps (format, clippy, e2e …), another word tests by name
    Test {
        /// Names of steps, and part of a test's name
        #[arg(value_name = "FILTER")]
        words: Vec<String>,
    },
    /// Measure, and compare with the goals: a table and test-output/bench.json; a word chooses the parts of that name
    Bench {
        /// Part of a part's name: start, guard, snapshot, type_text …
        #[arg(value_name = "FILTER")]
        word: Option<String>,
    },
    /// Change `policy` and `gate` in every small way that cargo-mutants knows, and see which tests notice
    Mutants {
        /// Part of a mutant's name: a file, a function, an operator …
        #[arg(value_name = "FILTER")]
        word: Option<String>,
        /// Only those that no test noticed the last time
        #[arg(long)]
        missed: bool,
        /// Only those that no run has come to, to go on after one that was ended
        #[arg(long, conflicts_with = "missed")]
        rest: bool,
        /// How long tests are tried with one mutant, by their usual time, seconds
        #[arg(long, default_value_t = 60)]
        each: u64,
    },
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
        Task::Demo { sim } => demo::run(&places, sim),
        Task::Test { words } => test::run(&places, &words),
        Task::Bench { word } => bench::run(&places, word.as_deref()).map(|()| ExitCode::SUCCESS),
        Task::Mutants { word, missed, rest, each } => {
            let which = match (missed, rest) {
                (true, _) => mutants::Which::Missed,
                (false, true) => mutants::Which::Rest,
                (false, false) => mutants::Which::All,
            };
            mutants::run(&places, word.as_deref(), which, Duration::from_secs(each))
                .map(|()| ExitCode::SUCCESS)
        }
        Task::Desktop(task) => desktop::run(&places, task),
        Task::Dist => dist::run(&places).map(|()| ExitCode::SUCCESS),
    });
    done.unwrap_or_else(|fault| tell(&fault))
}

fn tell(fault: &Fault) -> ExitCode {
    eprintln!("x: {fault}");
    ExitCode::from(fault.exit_code())
}
