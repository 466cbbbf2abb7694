//! Tests on this system: by nextest where it is installed, else by cargo itself.

use std::{process::Command, time::Duration};

use super::{Task, libtest, sources, tally::Tally};
use crate::{
    build::{own_cargo, test_programs},
    fault::Fault,
    process::{succeeds, tail, watched},
};

/// How long a run may take, builds included.
const LIMIT: Duration = Duration::from_secs(45 * 60);

/// Unit, property and integration tests of all packages.
pub fn tests(task: &Task) -> Result<Tally, Fault> {
    if cfg!(windows) {
        // The hands-on tests find them beside themselves.
        test_programs(task.places)?;
    }
    // On Windows the desktop is shared: one program of tests at a time, as cargo does it.
    let nextest = cfg!(unix) && succeeds(own_cargo(task.places, "nextest").arg("--version"));
    let mut cargo = own_cargo(task.places, if nextest { "nextest" } else { "test" });
    if nextest {
        cargo.args(["run", "--no-fail-fast", "--no-tests", "pass", "--status-level", "fail"]);
        cargo.args(["--final-status-level", "none", "--failure-output", "final"]);
    } else {
        cargo.args(["--no-fail-fast", "--lib", "--bins", "--tests"]);
    }
    cargo.args(["--locked", "--workspace"]);
    cargo.args(task.filter);
    let mut tally = judged(cargo, task, "tests")?;
    if nextest && task.filter.is_none() {
        ignored(task, &mut tally)?;
    }
    Ok(tally)
}

/// Examples in the documentation.
pub fn doc_tests(task: &Task) -> Result<Tally, Fault> {
    let mut cargo = own_cargo(task.places, "test");
    cargo.args(["--locked", "--workspace", "--doc", "--no-fail-fast"]);
    judged(cargo, task, "doc-tests")
}

/// Runs tests and reads what they print; a build that fails is one failure.
pub fn judged(mut command: Command, task: &Task, name: &str) -> Result<Tally, Fault> {
    let log = task.log(name);
    let status = watched(command.env("CARGO_TERM_COLOR", "never"), &log, LIMIT)?;
    let output = sources::text(&log)?;
    Ok(verdict(name, status.success(), &output, &log))
}

/// What the output of test programs comes to, whose end said `success`.
pub fn verdict(name: &str, success: bool, output: &str, log: &std::path::Path) -> Tally {
    let Some(mut tally) = libtest::read(output) else {
        let mut tally = Tally::default();
        let lines = tail(log, 40).lines().map(str::to_owned).collect::<Vec<_>>();
        tally.check(&format!("{name} did not come to its tests; see {}", log.display()), &lines);
        return tally;
    };
    if !success && tally.failed == 0 {
        tally.check(&format!("{name} ended with a failure; see {}", log.display()), &[tail(log, 20)]);
    } else if tally.failed > 0 {
        eprintln!("{}", libtest::failures(output));
        tally.failures.push(format!("all of it is in {}", log.display()));
    }
    tally
}

fn ignored(task: &Task, tally: &mut Tally) -> Result<(), Fault> {
    for file in sources::files(&task.places.project, ".rs")? {
        let source = sources::text(&file)?;
        let short = sources::short(&task.places.project, &file);
        // The steps that run these say so themselves.
        let elsewhere =
            ["crates/host-windows/tests/", "tests/e2e/tests/"].iter().any(|folder| short.starts_with(folder));
        for (name, reason) in libtest::ignored_in(&source).into_iter().filter(|_| !elsewhere) {
            tally.skip(name, reason);
        }
    }
    Ok(())
}
