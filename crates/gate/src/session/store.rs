//! The files of sessions below `WINWARDEN_HOME`: one of state and one to lock for each owner.
//!
//! Untrusted: what is in them; any program of the user can write them.
//! Guarantees: who reads sees the state before a change or after it; of several servers one changes it at a time.
//! Does not: notice a well-formed state that another program has put in place of ours.

use std::{
    fs::{self, File, TryLockError},
    io,
    path::{Path, PathBuf},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant, SystemTime},
};

use super::state::{Owner, State, Versioned};

/// How long another server may take with the files.
const PATIENCE: Duration = Duration::from_secs(2);
/// The most that a state may be, bytes.
const MOST: u64 = 1 << 20;

/// What several servers of one owner take turns with. Held in this process by one thread at a time.
#[derive(Debug)]
pub(crate) struct Turn(Mutex<File>);

/// Whose turn it is; given back when dropped.
#[derive(Debug)]
pub(crate) struct Held<'a>(MutexGuard<'a, File>);

impl Turn {
    pub(crate) fn at(path: &Path) -> io::Result<Self> {
        let file = File::options().create(true).truncate(false).write(true).open(path)?;
        Ok(Self(Mutex::new(file)))
    }

    /// Waits for the turn, but not for ever: a server may have been frozen in the middle of its own.
    pub(crate) fn take(&self) -> io::Result<Held<'_>> {
        let file = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let begun = Instant::now();
        loop {
            match file.try_lock() {
                Ok(()) => return Ok(Held(file)),
                Err(TryLockError::Error(error)) => return Err(error),
                Err(TryLockError::WouldBlock) if begun.elapsed() > PATIENCE => {
                    return Err(io::Error::new(io::ErrorKind::TimedOut, "another server holds the session"));
                }
                Err(TryLockError::WouldBlock) => std::thread::sleep(Duration::from_micros(200)),
            }
        }
    }
}

impl Drop for Held<'_> {
    fn drop(&mut self) {
        // What cannot be unlocked is when the file is closed.
        let _ = self.0.unlock();
    }
}

/// What tells one writing of a file from another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Mark(u64, Option<SystemTime>, u64);

/// The files of one owner's session.
#[derive(Debug)]
pub(super) struct Store {
    path: PathBuf,
    turn: Arc<Turn>,
}

impl Store {
    /// The folder is made where there is none.
    pub(super) fn of(home: &Path, owner: &Owner) -> io::Result<Self> {
        let folder = home.join("sessions");
        fs::create_dir_all(&folder)?;
        let name = owner.file_name();
        let turn = Arc::new(Turn::at(&folder.join(format!("{name}.lock")))?);
        Ok(Self { path: folder.join(format!("{name}.json")), turn })
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    pub(super) const fn turn(&self) -> &Arc<Turn> {
        &self.turn
    }

    /// What is written; none where nothing is.
    pub(super) fn read(&self) -> io::Result<Option<State>> {
        match fs::metadata(&self.path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(error),
            Ok(found) if found.len() > MOST => return Err(io::Error::other("it is too large")),
            Ok(_) => {}
        }
        let Versioned::First(state) = serde_json::from_slice(&fs::read(&self.path)?)?;
        Ok(Some(state))
    }

    /// Writes it in place of what was there.
    pub(super) fn write(&self, state: State) -> io::Result<()> {
        let unfinished = self.path.with_extension("new");
        fs::write(&unfinished, serde_json::to_vec(&Versioned::First(state))?)?;
        fs::rename(&unfinished, &self.path)
    }

    /// Puts aside what cannot be read, for a person to look at.
    pub(super) fn put_aside(&self) -> io::Result<PathBuf> {
        let aside = self.path.with_extension("unreadable");
        fs::rename(&self.path, &aside)?;
        Ok(aside)
    }

    /// Of the writing that is there.
    pub(super) fn mark(&self) -> Option<Mark> {
        let found = fs::metadata(&self.path).ok()?;
        #[cfg(unix)]
        let file = std::os::unix::fs::MetadataExt::ino(&found);
        #[cfg(not(unix))]
        let file = 0;
        Some(Mark(found.len(), found.modified().ok(), file))
    }
}
