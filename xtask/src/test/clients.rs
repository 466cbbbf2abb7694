//! Clients that are not ours: the official Python client and the MCP inspector.

use std::{process::Command, time::Duration};

use super::{Task, sources, tally::Tally};
use crate::{
    desktop::{self, Desktop},
    dist,
    fault::{Fault, OnFile},
    process::watched,
    setup,
};

const LIMIT: Duration = Duration::from_secs(15 * 60);

/// Runs `tests/clients/run.py` against the shipped executable on the desktop.
pub fn run(task: &Task) -> Result<Tally, Fault> {
    let (python, npm) = (setup::python_with_venv(task.places)?, setup::npm(task.places));
    npm?;
    Desktop::of(task.places).start()?;
    let server = dist::windows(task.places)?;
    let pictures = task.places.test_output().join("clients");
    std::fs::create_dir_all(&pictures).doing("make the folder", &pictures)?;
    let home = pictures.join("home");
    crate::places::remove(&home)?;
    std::fs::create_dir_all(&home).doing("make the folder", &home)?;
    let mut command = Command::new(python);
    command.arg(task.places.project.join("tests").join("clients").join("run.py"));
    command.arg("--pictures").arg(&pictures).arg("--").args(desktop::runner()?).arg(&server);
    command.args(["serve", "--profile", "lab"]);
    command.env("WINWARDEN_HOME", &home).env("WINWARDEN_TEST_CACHE", &task.places.cache);
    let log = task.log("clients");
    let status = watched(&mut command, &log, LIMIT)?;
    let output = sources::text(&log)?;
    let mut tally = Tally::default();
    for line in output.lines() {
        if line.starts_with("ok ") {
            tally.passed += 1;
        } else if let Some(what) = line.strip_prefix("FAILED ") {
            tally.failed += 1;
            tally.failures.push(what.chars().take(600).collect());
        }
    }
    if tally.failed == 0 && (!status.success() || tally.passed == 0) {
        tally.check("tests/clients/run.py", &[crate::process::tail(&log, 20)]);
    }
    Ok(tally)
}
