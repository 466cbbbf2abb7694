//! Where things lie: in the checkout, and in the user's cache folder.

use std::{
    env,
    ffi::OsString,
    fs::{self, File},
    path::{Path, PathBuf},
};

use crate::fault::{Fault, OnFile};

/// The folders everything else is found from.
#[derive(Debug, Clone)]
pub struct Places {
    /// The checkout.
    pub project: PathBuf,
    /// `$XDG_CACHE_HOME/winwarden`, else what this checkout used before, else `~/.cache/winwarden` (on Windows
    /// `%LOCALAPPDATA%\winwarden\cache`).
    pub cache: PathBuf,
}

impl Places {
    /// Finds them.
    ///
    /// # Errors
    /// No home folder, or the cache folder cannot be made.
    pub fn find() -> Result<Self, Fault> {
        let project = project_folder();
        let remembered = Remembered::of(&project);
        let cache = cache_folder(&|name| env::var_os(name), &remembered)
            .ok_or_else(|| Fault::missing("no home folder: set HOME or XDG_CACHE_HOME"))?;
        fs::create_dir_all(&cache).doing("make the folder", &cache)?;
        let cache = plain(cache.canonicalize().doing("find", &cache)?);
        remembered.keep(&cache);
        Ok(Self { project, cache })
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

/// The cache folder of a checkout, on file: an MCP client gives its server few variables and sometimes a home of its
/// own, and `./x desktop run` must find the desktop all the same.
struct Remembered(PathBuf);

impl Remembered {
    fn of(project: &Path) -> Self {
        Self(project.join("target").join("xtask").join("cache-folder"))
    }

    fn folder(&self) -> Option<PathBuf> {
        fs::read_to_string(&self.0).ok().map(PathBuf::from).filter(|folder| folder.is_dir())
    }

    fn keep(&self, cache: &Path) {
        if self.folder().as_deref() != Some(cache)
            && let Some(cache) = cache.to_str()
        {
            // Without it only such clients are worse off.
            let _ = self.0.parent().map(fs::create_dir_all);
            let _ = fs::write(&self.0, cache);
        }
    }
}

fn cache_folder(variable: &dyn Fn(&str) -> Option<OsString>, remembered: &Remembered) -> Option<PathBuf> {
    let set = |name: &str| variable(name).filter(|value| !value.is_empty()).map(PathBuf::from);
    if cfg!(windows) {
        return set("LOCALAPPDATA").map(|folder| folder.join("winwarden").join("cache"));
    }
    let base = set("XDG_CACHE_HOME").filter(|path| path.is_absolute()).map(|base| base.join("winwarden"));
    let own = || set("HOME").map(|home| home.join(".cache").join("winwarden"));
    base.or_else(|| remembered.folder()).or_else(own)
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

    #[cfg(unix)]
    #[test]
    fn a_client_with_a_home_of_its_own_finds_what_the_checkout_used() {
        let project = env::temp_dir().join(format!("xtask-places-{}", std::process::id()));
        let remembered = Remembered::of(&project);
        let found = |variables: &[(&str, &str)]| {
            cache_folder(
                &|name| variables.iter().find(|known| known.0 == name).map(|known| known.1.into()),
                &remembered,
            )
        };
        let own = [("HOME", "/home/me")];
        assert_eq!(found(&own), Some("/home/me/.cache/winwarden".into()));
        let cache = project.join("cache");
        fs::create_dir_all(&cache).unwrap();
        remembered.keep(&cache);
        assert_eq!(found(&own), Some(cache.clone()));
        assert_eq!(found(&[]), Some(cache.clone()));
        assert_eq!(
            found(&[("XDG_CACHE_HOME", "/cache"), ("HOME", "/home/me")]),
            Some("/cache/winwarden".into())
        );
        remove(&cache).unwrap();
        assert_eq!(found(&own), Some("/home/me/.cache/winwarden".into()));
        remove(&project).unwrap();
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
