//! The files of sessions below `WINWARDEN_HOME`: one of state and one to lock for each owner.
//!
//! Untrusted: what is in them; any program of the user can write them.
//! Guarantees: who reads sees the state before a change or after it; of several servers one changes it at a time.
//! Does not: notice a well-formed state that another program has put in place of ours.

use std::{
    fs::{self, File, TryLockError},
    io::{self, Seek, SeekFrom, Write},
    path::{Path, PathBuf},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use super::state::{Owner, State, Versioned};

/// How long another server may take with the files.
const PATIENCE: Duration = Duration::from_secs(2);
/// The most that a state may be, bytes.
const MOST: u64 = 1 << 20;

/// What several servers of one owner take turns with: the lock on a file that holds how often the state was written. Held
/// in this process by one thread at a time.
#[derive(Debug)]
pub(crate) struct Turn(Mutex<File>);

/// Whose turn it is; given back when dropped.
#[derive(Debug)]
pub(crate) struct Held<'a>(MutexGuard<'a, File>);

impl Turn {
    pub(crate) fn at(path: &Path) -> io::Result<Self> {
        let file = File::options().create(true).truncate(false).read(true).write(true).open(path)?;
        Ok(Self(Mutex::new(file)))
    }

    /// Waits for the turn, but not for ever: a server may have been frozen in the middle of its own.
    pub(crate) fn take(&self) -> io::Result<Held<'_>> {
        self.take_within(PATIENCE)
    }

    pub(super) fn take_within(&self, patience: Duration) -> io::Result<Held<'_>> {
        let file = self.file();
        let begun = Instant::now();
        loop {
            match file.try_lock() {
                Ok(()) => return Ok(Held(file)),
                Err(TryLockError::Error(error)) => return Err(error),
                Err(TryLockError::WouldBlock) if begun.elapsed() > patience => {
                    return Err(io::Error::new(io::ErrorKind::TimedOut, "another server holds the session"));
                }
                Err(TryLockError::WouldBlock) => std::thread::sleep(Duration::from_micros(200)),
            }
        }
    }

    /// Of the last writing; none where that cannot be told, as while another server holds the turn on Windows.
    pub(super) fn mark(&self) -> Option<Mark> {
        Mark::read(&self.file()).ok()
    }

    fn file(&self) -> MutexGuard<'_, File> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Held<'_> {
    /// Of the last writing.
    pub(super) fn mark(&self) -> io::Result<Mark> {
        Mark::read(&self.0)
    }
}

impl Drop for Held<'_> {
    fn drop(&mut self) {
        // What cannot be unlocked is when the file is closed.
        let _ = self.0.unlock();
    }
}

/// What tells one writing of the state from another: its number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Mark(u64);

impl Mark {
    /// 0 where nothing was written yet.
    fn read(file: &File) -> io::Result<Self> {
        let mut number = [0; 8];
        let read = read_at_start(file, &mut number)?;
        Ok(Self(if read == number.len() { u64::from_le_bytes(number) } else { 0 }))
    }

    fn write(self, mut file: &File) -> io::Result<()> {
        file.seek(SeekFrom::Start(0))?;
        file.write_all(&self.0.to_le_bytes())
    }
}

/// One question to the system, wherever the file stands.
fn read_at_start(file: &File, into: &mut [u8]) -> io::Result<usize> {
    #[cfg(unix)]
    return std::os::unix::fs::FileExt::read_at(file, into, 0);
    #[cfg(windows)]
    return std::os::windows::fs::FileExt::seek_read(file, into, 0);
}

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

    /// Writes it in place of what was there. That it will be another is noted first: whoever sees so waits for the turn.
    pub(super) fn write(&self, held: &Held<'_>, state: State) -> io::Result<Mark> {
        let unfinished = self.path.with_extension("new");
        fs::write(&unfinished, serde_json::to_vec(&Versioned::First(state))?)?;
        let mark = Mark(held.mark()?.0.wrapping_add(1));
        mark.write(&held.0)?;
        fs::rename(&unfinished, &self.path)?;
        Ok(mark)
    }

    /// Puts aside what cannot be read, for a person to look at.
    pub(super) fn put_aside(&self) -> io::Result<PathBuf> {
        let aside = self.path.with_extension("unreadable");
        fs::rename(&self.path, &aside)?;
        Ok(aside)
    }
}
