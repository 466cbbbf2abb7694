//! The shipped executable: what it is made of, and what it does on a real desktop.

use std::{env, fs};

use super::{Task, linux::judged, tally::Tally};
use crate::{
    build::{own_cargo, release_for_windows, test_programs},
    desktop::{self, Desktop},
    dist,
    fault::{Fault, OnFile},
    setup::qt_applications,
};

/// The largest it may be, in bytes.
const LARGEST: u64 = 15_000_000;

/// Programs that the scenarios start, and that none of them may leave behind.
const STARTED: [&str; 8] = [
    "winwarden.exe",
    "notepad.exe",
    "regedit.exe",
    "winemine.exe",
    "wordpad.exe",
    "assistant.exe",
    "designer.exe",
    "cmd.exe",
];

/// Builds it and looks at the file.
pub fn release(task: &Task) -> Result<Tally, Fault> {
    let mut tally = Tally::default();
    let built = release_for_windows(task.places)?;
    tally.ended("DEP and high-entropy ASLR in the header", dist::check_header(&built));
    let bytes = fs::read(&built).doing("read", &built)?;
    let size = u64::try_from(bytes.len()).unwrap_or(u64::MAX);
    let large = (size > LARGEST).then(|| format!("{size} bytes; at most {LARGEST}"));
    tally.check("the size of the executable", large.as_slice());
    let folders = [Some(task.places.project.clone()), env::home_dir()];
    let told: Vec<String> = folders
        .iter()
        .flatten()
        .map(|folder| folder.to_string_lossy().into_owned())
        .filter(|folder| folder.len() > 1 && contains(&bytes, &format!("{folder}/")))
        .map(|folder| format!("it holds `{folder}`"))
        .collect();
    tally.check("no folder of this machine in the executable", &told);
    Ok(tally)
}

fn contains(bytes: &[u8], text: &str) -> bool {
    bytes.windows(text.len()).any(|window| window == text.as_bytes())
}

/// The scenarios of `tests/e2e`, one at a time: there is one foreground window.
pub fn end_to_end(task: &Task) -> Result<Tally, Fault> {
    let test_desktop = Desktop::of(task.places);
    test_desktop.start()?;
    let server = dist::windows(task.places)?;
    let programs = test_programs(task.places)?;
    let mut cargo = own_cargo(task.places, "test");
    cargo.args(["--locked", "--workspace", "--features", "e2e/desktop", "--test", "desktop", "--"]);
    cargo.arg("--test-threads=1").args(task.filter);
    cargo.env("WINWARDEN_TEST_E2E_RUNNER", desktop::runner()?.join("\n"));
    cargo.env("WINWARDEN_TEST_E2E_SERVER", &server).env("WINWARDEN_TEST_E2E_PROGRAMS", &programs);
    cargo.env("WINWARDEN_TEST_E2E_OUTPUT", task.places.test_output());
    let qt = qt_applications(task.places);
    if let Ok(folder) = &qt {
        // Scenarios are ignored for want of Qt's programs alone.
        cargo.arg("--include-ignored").env("WINWARDEN_TEST_E2E_QT", folder);
    }
    let mut tally = judged(cargo, task, "e2e")?;
    if let Err(fault) = qt {
        tally.skip("scenarios with Qt programs", fault.to_string());
    }
    if task.filter.is_none() {
        tally.check("no program is left behind", &left_behind(&test_desktop));
    }
    Ok(tally)
}

fn left_behind(desktop: &Desktop) -> Vec<String> {
    let started = |line: &String| {
        let program = line.split(' ').next().unwrap_or_default().to_lowercase();
        STARTED.iter().any(|name| program.ends_with(name)) || program.contains("target")
    };
    desktop.programs().into_iter().filter(started).collect()
}
