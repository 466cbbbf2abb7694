//! The file that a simulated machine lives on in.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use thiserror::Error;

use crate::world::{BadWorld, World};

/// Why a simulated machine cannot be started.
#[derive(Debug, Error)]
pub enum OpenError {
    /// The file cannot be read.
    #[error("cannot read `{}`: {source}", path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// It holds no world.
    #[error("`{}` is not a world:\n  {source}", path.display())]
    Bad {
        /// The file.
        path: PathBuf,
        /// What is wrong, with JSON pointers.
        source: BadWorld,
    },
}

/// Reads the world to begin with: from `state` where that exists, else from `world`.
pub(crate) fn read(world: &Path, state: Option<&Path>) -> Result<World, OpenError> {
    let from = state.filter(|state| state.exists()).unwrap_or(world);
    let text =
        fs::read_to_string(from).map_err(|source| OpenError::Unreadable { path: from.to_owned(), source })?;
    World::parse(&text).map_err(|source| OpenError::Bad { path: from.to_owned(), source })
}

/// Where the world is written, and what stands there.
#[derive(Debug)]
pub(crate) struct StateFile {
    path: PathBuf,
    written: String,
}

impl StateFile {
    /// Writes to `path` from now on; `now` is the world as it was read.
    pub(crate) fn new(path: PathBuf, now: &World) -> Self {
        Self { path, written: now.to_json() }
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// Writes the world if it is another than before: whoever reads the file sees the one or the other, never a part.
    pub(crate) fn save(&mut self, world: &World) -> io::Result<()> {
        let text = world.to_json();
        if text == self.written {
            return Ok(());
        }
        let mut beside = self.path.clone().into_os_string();
        beside.push(format!(".{}.tmp", std::process::id()));
        let beside = PathBuf::from(beside);
        fs::write(&beside, &text).and_then(|()| fs::rename(&beside, &self.path)).inspect_err(|_| {
            // Whatever was written of it is of no use; the failure that counts is told.
            let _ = fs::remove_file(&beside);
        })?;
        self.written = text;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_world_is_written_whole_when_it_changed_and_read_again() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("state.json");
        let mut world = World::parse(r#"{"user": {"name": "ada"}}"#).unwrap();
        let mut file = StateFile::new(path.clone(), &world);
        file.save(&world).unwrap();
        assert!(!path.exists(), "nothing changed");
        world.user.name = "grace".into();
        file.save(&world).unwrap();
        assert_eq!(read(Path::new("/nowhere"), Some(&path)).unwrap(), world);
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1, "something was left beside it");
    }

    #[test]
    fn a_folder_that_is_gone_is_an_error_and_leaves_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("gone").join("state.json");
        let mut file = StateFile::new(path, &World::default());
        let changed = World::parse(r#"{"user": {"name": "grace"}}"#).unwrap();
        assert_eq!(file.save(&changed).unwrap_err().kind(), io::ErrorKind::NotFound);
    }
}
