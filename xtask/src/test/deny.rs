//! `cargo deny`: bans, licences and sources always, advisories where their database can be reached.

use std::{process::Command, time::Duration};

use super::{Task, tally::Tally};
use crate::{
    build::own_cargo,
    fault::Fault,
    process::{logged, succeeds, watched},
    progress::Step,
};

/// Where the advisories are.
const DATABASE: &str = "https://github.com/RustSec/advisory-db";

/// Checks the dependencies; installs `cargo-deny` first where it is missing.
pub fn run(task: &Task) -> Result<Tally, Fault> {
    install(task)?;
    let mut tally = Tally::default();
    for part in ["bans", "licenses", "sources"] {
        tally.ended(&format!("cargo deny check {part}"), check(task, part));
    }
    if reachable(task) {
        tally.ended("cargo deny check advisories", check(task, "advisories"));
    } else {
        tally.skip("advisories", format!("not checked: {DATABASE} cannot be reached from here"));
    }
    Ok(tally)
}

fn check(task: &Task, part: &str) -> Result<(), Fault> {
    let mut cargo = own_cargo(task.places, "deny");
    cargo.args(["--locked", "--workspace", "--all-features", "--color", "never", "--log-level", "error"]);
    logged(cargo.args(["check", part]), &task.log(&format!("deny-{part}")))
}

fn install(task: &Task) -> Result<(), Fault> {
    if succeeds(own_cargo(task.places, "deny").arg("--version")) {
        return Ok(());
    }
    let step =
        Step::begin("cargo-deny", "building it from its crate into your cargo folder, once (a few minutes)");
    let mut cargo = Command::new("cargo");
    cargo.args(["install", "--locked", "--debug", "cargo-deny"]).env_remove("CARGO_TARGET_DIR");
    let done = logged(&mut cargo, &task.places.log("cargo-deny"));
    step.end(done, "run `cargo install --locked --debug cargo-deny` and read what it says")
}

fn reachable(task: &Task) -> bool {
    let mut git = Command::new("git");
    git.args(["ls-remote", "--exit-code", DATABASE, "HEAD"]).env("GIT_TERMINAL_PROMPT", "0");
    let ended = watched(&mut git, &task.log("deny-database"), Duration::from_secs(20));
    ended.is_ok_and(|status| status.success())
}
