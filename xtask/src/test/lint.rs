//! Format and clippy.

use std::process::Command;

use super::{Task, tally::Tally};
use crate::{
    build::{own_cargo, windows_cargo, windows_packages},
    fault::Fault,
    process::logged,
    setup::windows_rust,
};

/// `cargo fmt --check`.
pub fn format(task: &Task) -> Result<Tally, Fault> {
    let mut tally = Tally::default();
    tally.ended(
        "cargo fmt --all",
        logged(own_cargo(task.places, "fmt").args(["--all", "--", "--check"]), &task.log("format")),
    );
    Ok(tally)
}

/// Clippy on this system, all packages, targets and features, warnings denied.
pub fn clippy(task: &Task) -> Result<Tally, Fault> {
    let mut cargo = own_cargo(task.places, "clippy");
    cargo.args(["--locked", "--workspace", "--all-targets", "--all-features", "--", "--deny", "warnings"]);
    Ok(clippy_with(cargo, task, "clippy"))
}

/// Clippy for Windows, of the packages that have code for it.
pub fn clippy_windows(task: &Task) -> Result<Tally, Fault> {
    let mut cargo = windows_cargo(task.places, windows_rust(task.places)?, "clippy");
    cargo.args(["--locked", "--all-targets"]).args(windows_packages());
    cargo.args(["--", "--deny", "warnings"]);
    Ok(clippy_with(cargo, task, "clippy-windows"))
}

fn clippy_with(mut cargo: Command, task: &Task, name: &str) -> Tally {
    let log = task.log(name);
    let mut tally = Tally::default();
    tally.ended(name, logged(cargo.env("CARGO_TERM_COLOR", "never"), &log));
    tally
}

impl Task<'_> {
    /// The log of a step, kept for whoever wants to read all of it.
    pub fn log(&self, name: &str) -> std::path::PathBuf {
        self.places.test_output().join("logs").join(format!("{name}.log"))
    }
}
