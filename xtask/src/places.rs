//! Where things lie: in the checkout, and in the user's cache folder.

use std::{
    env,
    fs::{self, File},
    path::{Path, PathBuf},
};

use crate::fault::{Fault, OnFile};

/// The folders everything else is found from.
#[derive(Debug, Clone)]
pub struct Places {
    /// The checkout.
    pub project: PathBuf,
    /// `$XDG_CACHE_HOME/winwarden` (on Windows `%LOCALAPPDATA%\winwarden\cache`).
    pub cache: PathBuf,
}

impl Places {
    /// Finds them.
    ///
    /// # Errors
    /// No home folder, or the cache folder cannot be made.
    pub fn find() -> Result<Self, Fault> {
        let cache =
            cache_folder().ok_or_else(|| Fault::missing("no home folder: set HOME or XDG_CACHE_HOME"))?;
        fs::create_dir_all(&cache).doing("make the folder", &cache)?;
        let cache = cache.canonicalize().doing("find", &cache)?;
        Ok(Self { project: project_folder(), cache: plain(cache) })
    }

    /// Where the checkout's own compiler builds.
    pub fn target(&self) -> PathBuf {
        env::var_os("CARGO_TARGET_DIR")
            .map_or_else(|| self.project.join("target"), |dir| self.project.join(dir))
    }

    /// Where programs for Windows are built on Linux: another compiler may do it, so it has a folder of its own.
    pub fn target_windows(&self) -> PathBuf {
        self.project.join("target-windows")
    }

    /// What `dist` makes.
    pub fn dist(&self) -> PathBuf {
        self.project.join("dist")
    }

    /// What tests leave to look at.
    pub fn test_output(&self) -> PathBuf {
        self.project.join("test-output")
    }

    /// A log file of this name.
    pub fn log(&self, name: &str) -> PathBuf {
        self.cache.join("logs").join(format!("{name}.log"))
    }

    /// The state of this checkout's test desktop.
    pub fn desktop(&self) -> PathBuf {
        let name = self.project.file_name().map_or_else(|| "root".into(), |name| name.to_string_lossy());
        self.cache.join("desktops").join(format!("{name}-{}", key(&self.project.to_string_lossy())))
    }

    /// Waits until no other `xtask` of this user holds the lock of this name, and takes it.
    ///
    /// # Errors
    /// The lock file cannot be made.
    pub fn lock(&self, name: &str) -> Result<Lock, Fault> {
        let path = self.cache.join("locks").join(name);
        let folder = self.cache.join("locks");
        fs::create_dir_all(&folder).doing("make the folder", &folder)?;
        let file =
            File::options().create(true).truncate(false).write(true).open(&path).doing("open", &path)?;
        if file.try_lock().is_err() {
            eprintln!("    waiting for another winwarden checkout or terminal (lock `{name}`)");
            file.lock().doing("lock", &path)?;
        }
        Ok(Lock { _file: file })
    }
}

/// A held lock; given back when dropped, also by a process that dies.
#[derive(Debug)]
pub struct Lock {
    _file: File,
}

/// A short name for a text: FNV-1a, 64 bits, 8 hex digits of it.
pub fn key(text: &str) -> String {
    let hash = text.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    });
    format!("{:08x}", hash & 0xffff_ffff)
}

/// Puts a whole folder in place at once: `make` fills a new one beside it, which then takes its name.
///
/// # Errors
/// Those of `make`, which then leaves nothing behind, and of the file system.
pub fn build_whole(folder: &Path, make: impl FnOnce(&Path) -> Result<(), Fault>) -> Result<(), Fault> {
    let parent = folder.parent().unwrap_or(folder);
    let name = folder.file_name().unwrap_or_default().to_string_lossy();
    let unfinished = parent.join(format!(".{name}.unfinished"));
    remove(&unfinished)?;
    fs::create_dir_all(&unfinished).doing("make the folder", &unfinished)?;
    if let Err(fault) = make(&unfinished) {
        remove(&unfinished)?;
        return Err(fault);
    }
    remove(folder)?;
    fs::rename(&unfinished, folder).doing("put in place", folder)
}

/// Removes a folder with everything in it, if it is there.
///
/// # Errors
/// Something in it cannot be removed.
pub fn remove(folder: &Path) -> Result<(), Fault> {
    if folder.symlink_metadata().is_err() {
        return Ok(());
    }
    fs::remove_dir_all(folder).doing("remove", folder)
}

fn cache_folder() -> Option<PathBuf> {
    let set = |name: &str| env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
    if cfg!(windows) {
        return set("LOCALAPPDATA").map(|folder| folder.join("winwarden").join("cache"));
    }
    let base = set("XDG_CACHE_HOME").filter(|path| path.is_absolute());
    base.or_else(|| set("HOME").map(|home| home.join(".cache"))).map(|base| base.join("winwarden"))
}

/// The checkout this program was built in, found from where the program lies so that a moved checkout is found too.
fn project_folder() -> PathBuf {
    let own = env::current_exe().and_then(|exe| exe.canonicalize()).map(plain).unwrap_or_default();
    let built = Path::new(env!("CARGO_MANIFEST_DIR"));
    own.ancestors()
        .chain(built.ancestors())
        .find(|folder| folder.join("xtask").join("Cargo.toml").is_file())
        .unwrap_or(built)
        .to_owned()
}

/// Without the `\\?\` that Windows puts before a canonical path.
pub fn plain(path: PathBuf) -> PathBuf {
    path.to_str().and_then(|text| text.strip_prefix(r"\\?\")).map_or_else(|| path.clone(), PathBuf::from)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_short_and_steady() {
        assert_eq!(key("/home/me/winwarden"), key("/home/me/winwarden"));
        assert_ne!(key("/home/me/winwarden"), key("/home/me/winwarden2"));
        assert_eq!(key("").len(), 8);
    }

    #[test]
    fn a_folder_that_could_not_be_finished_is_not_there() {
        let folder = env::temp_dir().join(format!("xtask-{}", std::process::id()));
        let made = build_whole(&folder.join("made"), |new| {
            fs::write(new.join("half"), "").doing("write", new)?;
            Err(Fault::missing("the other half"))
        });
        assert!(made.is_err());
        assert_eq!(fs::read_dir(&folder).unwrap().count(), 0);
        build_whole(&folder.join("made"), |new| fs::write(new.join("all"), "").doing("write", new)).unwrap();
        assert!(folder.join("made").join("all").is_file());
        remove(&folder).unwrap();
    }
}
