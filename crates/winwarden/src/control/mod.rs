//! `winwarden stop`, `resume` and `approvals`: how a terminal reaches the servers of its user.
//!
//! Untrusted: whoever connects, for the agent may have started them; and what answers, for any program of the user can
//! put an entry into the folder.
//! Guarantees: only the same user connects. Stopping and refusing need nothing. Who looks at questions, says yes or
//! resumes descends from no process of the session, which is looked at, and a caller of whom that cannot be told is
//! refused. A terminal says its code to the executable that it is itself, and to no other.
//! Does not: keep a program of the session from having another program, which was there before, do the asking; that
//! one still lacks the code.

mod command;
mod lineage;
mod serve;
mod wire;

use std::{
    fs, io,
    path::{Path, PathBuf},
};

pub use self::{
    command::{approvals, resume, stop},
    lineage::Processes,
    serve::start,
};

/// Someone at the other end of a line.
#[derive(Debug)]
pub struct Peer<S> {
    /// What they say and hear.
    pub stream: S,
    /// Their process, where the system tells.
    pub pid: Option<u32>,
}

/// The folder in which servers can be found.
fn folder(home: &Path) -> PathBuf {
    home.join("servers")
}

/// The servers that have an entry, by their names, which begin with the process id; not all need be there any more.
fn entries(home: &Path) -> Vec<(u32, String)> {
    let read = fs::read_dir(folder(home)).into_iter().flatten();
    let mut all: Vec<(u32, String)> = read
        .filter_map(|entry| {
            let name = entry.ok()?.file_name().into_string().ok()?;
            Some((name.split_once('-')?.0.parse().ok()?, name))
        })
        .collect();
    all.sort();
    all
}

/// The entry of this server, taken away when dropped.
#[derive(Debug)]
pub struct Entry(PathBuf);

impl Entry {
    fn new(home: &Path, name: &str) -> io::Result<Self> {
        let folder = folder(home);
        fs::create_dir_all(&folder)?;
        let entry = Self(folder.join(name));
        fs::write(&entry.0, [])?;
        Ok(entry)
    }
}

impl Drop for Entry {
    fn drop(&mut self) {
        // It stays where a server was killed, too; the next one takes it away.
        let _ = fs::remove_file(&self.0);
    }
}
