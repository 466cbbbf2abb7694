//! The files of sessions below `WINWARDEN_HOME`: one of state and one to lock for each owner.
//!
//! Untrusted: what is in them; any program of the user can write them.
//! Guarantees: who reads sees the state before a change or after it; of several servers one changes it at a time.
//! Does not: notice a well-formed state that another program has put in place of ours.

use std::{
    fs, io,
    path::{Path, PathBuf},
    sync::Arc,
};

use super::{
    state::{Owner, State, Versioned},
    turn::{Held, Mark, Turn},
};

/// The most that a state may be, bytes.
const MOST: u64 = 1 << 20;

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
        let mark = held.mark_next()?;
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
