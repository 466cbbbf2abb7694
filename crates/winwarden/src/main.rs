//! winwarden: one program that lets an AI agent see and operate a Windows machine through the Model Context Protocol,
//! and does nothing that was not planned, judged and recorded.
#![forbid(unsafe_code)]

mod audit;
mod batch;
mod check;
mod command;
mod config;
mod control;
mod dialect;
mod explain;
mod home;
mod import;
mod listing;
mod log;
mod mcp;
mod platform;
mod policy;
mod serve;

use std::process::ExitCode;

use clap::Parser;
use mimalloc::MiMalloc;

use command::{Arguments, Command};

/// The system's own is the slowest part of many calls, on Wine most of all.
#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

/// Exit code of a command line or an input that cannot be used.
pub const USAGE: u8 = 2;

fn main() -> ExitCode {
    platform::harden();
    log::catch_panics();
    let done = match Arguments::parse().command {
        Command::Serve(options) => serve::run(&options),
        Command::Worker(pipes) => platform::run_worker(pipes),
        Command::Tools(options) => listing::tools(&options),
        Command::Explain(options) => explain::run(&options),
        Command::Stop(command) => control::stop(command.session.as_deref()),
        Command::Resume(command) => control::resume(&command),
        Command::Approvals(command) => control::approvals(&command),
        Command::Config(command) => config::run(&command),
        Command::Import(options) => import::run(&options),
        Command::Policy(command) => policy::run(&command),
        Command::Check(question) => check::run(&question),
        Command::Codes => listing::codes(),
        Command::Audit(command::Audit::Export { format, session }) => {
            audit::export(format, session.as_deref())
        }
    };
    done.unwrap_or_else(|error| {
        eprintln!("winwarden: {error}");
        ExitCode::from(USAGE)
    })
}
