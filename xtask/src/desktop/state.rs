//! What is remembered of a desktop that is up, and which processes are its own.

use std::{
    fs,
    path::{Path, PathBuf},
};

use crate::{
    fault::{Fault, OnFile},
    process::succeeds,
};

/// Every process of a desktop carries this, with the desktop's folder as its value.
pub const MARK: &str = "WINWARDEN_TEST_DESKTOP";

/// A process: its id alone may have been given to another since.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Process {
    /// Its id.
    pub pid: u32,
    /// When it started, in clock ticks since the machine did.
    pub started: u64,
}

impl Process {
    /// The process that has this id now.
    pub fn now(pid: u32) -> Option<Self> {
        let stat = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
        let (_, after_name) = stat.rsplit_once(')')?;
        let mut fields = after_name.split_whitespace();
        let state = fields.next()?;
        let started = fields.nth(18)?.parse().ok()?;
        (state != "Z").then_some(Self { pid, started })
    }

    /// Whether it still runs.
    pub fn runs(self) -> bool {
        Self::now(self.pid) == Some(self)
    }

    /// Sends it a signal, if it is still the one meant.
    pub fn signal(self, name: &str) {
        if self.runs() {
            succeeds(std::process::Command::new("sh").args(["-c", &format!("kill -{name} {}", self.pid)]));
        }
    }

    /// Its command line, for people.
    pub fn shown(self) -> String {
        let bytes = fs::read(format!("/proc/{}/cmdline", self.pid)).unwrap_or_default();
        String::from_utf8_lossy(&bytes).trim_end_matches('\0').replace('\0', " ")
    }

    /// Its memory in bytes: resident, and of that what no file backs.
    pub fn memory(self) -> Option<(u64, u64)> {
        let status = fs::read_to_string(format!("/proc/{}/status", self.pid)).ok()?;
        let field = |name: &str| {
            let line = status.lines().find(|line| line.starts_with(name))?;
            line.split_whitespace().nth(1)?.parse::<u64>().ok().map(|kib| kib * 1024)
        };
        Some((field("VmRSS:")?, field("RssAnon:")?))
    }

    fn name(self) -> String {
        fs::read_to_string(format!("/proc/{}/comm", self.pid)).unwrap_or_default().trim().to_owned()
    }
}

/// A desktop that was brought up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct State {
    /// The number of its X display.
    pub display: u32,
    /// The X server.
    pub xserver: Process,
    /// Wine's server.
    pub wineserver: Process,
}

impl State {
    /// Whether both servers still run.
    pub fn up(self) -> bool {
        self.xserver.runs() && self.wineserver.runs()
    }

    /// Reads what [`State::write`] wrote.
    pub fn read(folder: &Path) -> Option<Self> {
        let text = fs::read_to_string(file(folder)).ok()?;
        let mut numbers = text.split_whitespace().map(str::parse::<u64>);
        let mut next = || numbers.next()?.ok();
        let display = u32::try_from(next()?).ok()?;
        let xserver = Process { pid: u32::try_from(next()?).ok()?, started: next()? };
        let wineserver = Process { pid: u32::try_from(next()?).ok()?, started: next()? };
        Some(Self { display, xserver, wineserver })
    }

    /// Writes it down, whole or not at all.
    pub fn write(self, folder: &Path) -> Result<(), Fault> {
        let text = format!(
            "{} {} {} {} {}\n",
            self.display,
            self.xserver.pid,
            self.xserver.started,
            self.wineserver.pid,
            self.wineserver.started
        );
        let new = folder.join("state.new");
        fs::write(&new, text).doing("write", &new)?;
        fs::rename(&new, file(folder)).doing("write", &file(folder))
    }

    /// Forgets it.
    pub fn forget(folder: &Path) -> Result<(), Fault> {
        match fs::remove_file(file(folder)) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                Err(Fault::File { doing: "remove", path: file(folder), source: error })
            }
            _ => Ok(()),
        }
    }
}

fn file(folder: &Path) -> PathBuf {
    folder.join("state")
}

/// Every process of the desktop in `folder`.
pub fn members(folder: &Path) -> Vec<Process> {
    let mark = format!("{MARK}={}", folder.display());
    let entries = fs::read_dir("/proc").into_iter().flatten();
    let pids = entries.filter_map(|entry| entry.ok()?.file_name().to_str()?.parse::<u32>().ok());
    pids.filter(|pid| {
        let environment = fs::read(format!("/proc/{pid}/environ")).unwrap_or_default();
        environment.split(|byte| *byte == 0).any(|variable| variable == mark.as_bytes())
    })
    .filter_map(Process::now)
    .collect()
}

/// The desktop's process whose program's name begins so.
pub fn member_named(folder: &Path, name: &str) -> Option<Process> {
    members(folder).into_iter().find(|process| process.name().starts_with(name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_process_is_known_by_its_start_too() {
        let own = Process::now(std::process::id()).unwrap();
        assert!(own.runs());
        assert!(!Process { started: own.started + 1, ..own }.runs());
    }

    #[test]
    fn a_state_reads_back_as_it_was_written() {
        let folder = std::env::temp_dir();
        let process = Process { pid: 7, started: 99 };
        let state = State { display: 101, xserver: process, wineserver: process };
        state.write(&folder).unwrap();
        assert_eq!(State::read(&folder), Some(state));
        State::forget(&folder).unwrap();
        State::forget(&folder).unwrap();
        assert_eq!(State::read(&folder), None);
    }
}
