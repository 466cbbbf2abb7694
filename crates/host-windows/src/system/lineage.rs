//! Whose child a process is, for who has to tell the person's programs from the session's.

use std::{
    path::PathBuf,
    time::{Duration, SystemTime},
};

use super::processes::Process;

/// From 1601, where the system's time begins, to 1970.
const EPOCH: Duration = Duration::from_secs(11_644_473_600);

/// The id of the process that started it, which another may have been given since.
#[must_use]
pub fn process_parent(pid: u32) -> Option<u32> {
    Process::open(pid)?.parent_id()
}

/// When it started, in 100 ns units since 1601 by the wall clock.
#[must_use]
pub fn process_started(pid: u32) -> Option<u64> {
    Some(Process::open(pid)?.started()).filter(|started| *started != 0)
}

/// How long ago, by the wall clock.
#[must_use]
pub fn process_age(pid: u32) -> Option<Duration> {
    let started = process_started(pid)?;
    let since = Duration::from_secs(started / 10_000_000) + Duration::from_nanos(started % 10_000_000 * 100);
    let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).ok()? + EPOCH;
    Some(now.saturating_sub(since))
}

/// Full path of its executable.
#[must_use]
pub fn process_path(pid: u32) -> Option<PathBuf> {
    Some(Process::open(pid)?.path()).filter(|path| !path.is_empty()).map(PathBuf::from)
}
