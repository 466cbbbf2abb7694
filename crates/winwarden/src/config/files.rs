//! Where configuration lies.

use std::{
    env, fs, io,
    path::{Path, PathBuf},
};

use thiserror::Error;

use crate::{home, platform};

/// The name of the file.
pub const FILE: &str = "winwarden.toml";
/// The folder of policies beside it.
const POLICIES: &str = "policies";
/// Bytes of a file that are read; more is no configuration.
const LARGEST: u64 = 4 << 20;

/// A configuration that cannot be read, or may not be trusted.
#[derive(Debug, Error)]
pub enum Unreadable {
    /// There is no such place.
    #[error(transparent)]
    Home(#[from] home::NoHome),
    /// A file cannot be read.
    #[error("cannot read `{}`: {source}", .path.display())]
    File {
        /// Which.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// A file is too large.
    #[error("`{}` is larger than {LARGEST} bytes", .0.display())]
    Large(PathBuf),
    /// Others could write the machine's configuration.
    #[error("the machine's configuration in `{}` cannot be trusted: {why}", .folder.display())]
    Untrusted {
        /// The folder.
        folder: PathBuf,
        /// Who could, or why that cannot be told.
        why: String,
    },
}

/// A folder with a `winwarden.toml` and policies, as far as there are any.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Source {
    /// The file.
    pub file: PathBuf,
    /// Its text; none where there is no such file.
    pub text: Option<String>,
    /// The `.cedar` and `.entities.json` files in the folder beside it, by path.
    pub policies: Vec<(PathBuf, String)>,
}

/// The person's folder: what `WINWARDEN_HOME` names, else `%APPDATA%\winwarden`, or `$XDG_CONFIG_HOME/winwarden`
/// (`~/.config/winwarden`) on Linux.
pub fn user_folder() -> Result<PathBuf, Unreadable> {
    let set = |name: &str| env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
    if set(home::VARIABLE).is_some() {
        return Ok(home::folder()?);
    }
    let base = if cfg!(windows) {
        set("APPDATA")
    } else {
        set("XDG_CONFIG_HOME").or_else(|| set("HOME").map(|home| home.join(".config")))
    };
    let base = base.filter(|base| base.is_absolute()).ok_or(home::NoHome::Unknown)?;
    Ok(base.join("winwarden"))
}

/// What a person configured: `named`, which must exist, or the file in their folder.
///
/// # Errors
/// Something is there and cannot be read.
pub fn user(named: Option<&Path>) -> Result<Source, Unreadable> {
    match named {
        Some(file) => read(file.to_owned(), true),
        None => read(user_folder()?.join(FILE), false),
    }
}

/// What the machine's administrators configured, if they did.
///
/// # Errors
/// Something is there that cannot be read, or that others could have written.
pub fn machine() -> Result<Option<Source>, Unreadable> {
    platform::machine_folder().map_or(Ok(None), |folder| trusted(&folder))
}

/// The configuration in a folder that nobody but the system and its administrators may write.
fn trusted(folder: &Path) -> Result<Option<Source>, Unreadable> {
    match fs::symlink_metadata(folder) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(source) => return Err(Unreadable::File { path: folder.to_owned(), source }),
        Ok(_) => {}
    }
    let check = |place: &Path| {
        platform::written_by_administrators_only(place)
            .map_err(|why| Unreadable::Untrusted { folder: folder.to_owned(), why })
    };
    for place in [folder.to_owned(), folder.join(FILE), folder.join(POLICIES)] {
        if place.symlink_metadata().is_ok() {
            check(&place)?;
        }
    }
    policy_files(&folder.join(POLICIES))?.iter().try_for_each(|file| check(file))?;
    read(folder.join(FILE), false).map(Some)
}

fn read(file: PathBuf, must_exist: bool) -> Result<Source, Unreadable> {
    let text = match text(&file) {
        Err(Unreadable::File { source, .. }) if !must_exist && is_absent(&file, &source) => None,
        read => Some(read?),
    };
    let policies = policies(&file.parent().unwrap_or(Path::new("")).join(POLICIES))?;
    Ok(Source { policies, file, text })
}

/// Whether a file of the folder counts: policies, and groups of programs.
pub fn is_policy(path: &Path) -> bool {
    let name = path.file_name().unwrap_or_default().to_string_lossy().to_ascii_lowercase();
    name.ends_with(".cedar") || name.ends_with(".entities.json")
}

/// The `.cedar` and `.entities.json` files of a folder, by path; none where there is no such folder.
///
/// # Errors
/// Something is there and cannot be read.
pub fn policies(folder: &Path) -> Result<Vec<(PathBuf, String)>, Unreadable> {
    policy_files(folder)?.into_iter().map(|path| Ok((path.clone(), text(&path)?))).collect()
}

/// Their paths, in order.
fn policy_files(folder: &Path) -> Result<Vec<PathBuf>, Unreadable> {
    let mut paths = match fs::read_dir(folder) {
        Ok(entries) => entries.map(|entry| Ok(entry?.path())).collect::<io::Result<Vec<_>>>(),
        Err(error) if is_absent(folder, &error) => Ok(Vec::new()),
        Err(error) => Err(error),
    }
    .map_err(|source| Unreadable::File { path: folder.to_owned(), source })?;
    paths.retain(|path| is_policy(path));
    paths.sort();
    Ok(paths)
}

/// Whether nothing is there at all; a link that leads nowhere is something.
fn is_absent(path: &Path, error: &io::Error) -> bool {
    error.kind() == io::ErrorKind::NotFound && path.symlink_metadata().is_err()
}

/// A file's text, without the byte order mark that some editors put there.
pub fn text(path: &Path) -> Result<String, Unreadable> {
    let failed = |source| Unreadable::File { path: path.to_owned(), source };
    if fs::metadata(path).map_err(failed)?.len() > LARGEST {
        return Err(Unreadable::Large(path.to_owned()));
    }
    let text = fs::read_to_string(path).map_err(failed)?;
    Ok(text.strip_prefix('\u{feff}').map(ToOwned::to_owned).unwrap_or(text))
}

#[cfg(all(test, unix))]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    #[test]
    fn a_machine_folder_that_others_may_write_stops_the_start() {
        let folder = tempfile::tempdir().unwrap();
        let set = |path: &Path, mode| fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
        set(folder.path(), 0o755);
        let file = folder.path().join(FILE);
        fs::write(&file, "badge = false").unwrap();
        set(&file, 0o644);
        let ours = fs::metadata(&file).map(|file| std::os::unix::fs::MetadataExt::uid(&file)).unwrap();
        if ours == 0 {
            assert_eq!(trusted(folder.path()).unwrap().unwrap().text.as_deref(), Some("badge = false"));
            set(&file, 0o664);
            assert!(matches!(trusted(folder.path()), Err(Unreadable::Untrusted { .. })));
            set(&file, 0o644);
            let policies = folder.path().join(POLICIES);
            fs::create_dir(&policies).unwrap();
            set(&policies, 0o755);
            for name in ["a.cedar", "a.entities.json"] {
                let policy = policies.join(name);
                fs::write(&policy, "").unwrap();
                set(&policy, 0o644);
                assert!(trusted(folder.path()).is_ok(), "{name}");
                set(&policy, 0o666);
                assert!(matches!(trusted(folder.path()), Err(Unreadable::Untrusted { .. })), "{name}");
                fs::remove_file(&policy).unwrap();
                std::os::unix::fs::symlink(&file, &policy).unwrap();
                assert!(
                    matches!(trusted(folder.path()), Err(Unreadable::Untrusted { .. })),
                    "a link: {name}"
                );
                fs::remove_file(&policy).unwrap();
            }
            set(folder.path(), 0o777);
        }
        assert!(matches!(trusted(folder.path()), Err(Unreadable::Untrusted { .. })));
    }

    #[test]
    fn what_is_not_there_is_no_configuration_unless_it_was_named() {
        let folder = tempfile::tempdir().unwrap();
        assert_eq!(trusted(&folder.path().join("none")).unwrap(), None);
        let file = folder.path().join(FILE);
        assert_eq!(read(file.clone(), false).unwrap().text, None);
        assert!(matches!(read(file, true), Err(Unreadable::File { .. })));
    }

    #[test]
    fn a_link_that_leads_nowhere_is_not_taken_for_nothing() {
        for name in [FILE, POLICIES] {
            let folder = tempfile::tempdir().unwrap();
            std::os::unix::fs::symlink("nowhere", folder.path().join(name)).unwrap();
            let read = read(folder.path().join(FILE), false);
            assert!(matches!(read, Err(Unreadable::File { .. })), "{name}: {read:?}");
        }
    }

    #[test]
    fn policies_are_the_cedar_files_beside_the_settings() {
        let folder = tempfile::tempdir().unwrap();
        let policies = folder.path().join(POLICIES);
        fs::create_dir(&policies).unwrap();
        for (name, text) in [
            ("b.cedar", "b"),
            ("a.CEDAR", "\u{feff}a"),
            ("c.entities.json", "c"),
            ("other.json", "o"),
            ("notes.txt", "n"),
        ] {
            fs::write(policies.join(name), text).unwrap();
        }
        let source = read(folder.path().join(FILE), false).unwrap();
        let texts: Vec<&str> = source.policies.iter().map(|(_, text)| text.as_str()).collect();
        assert_eq!(texts, ["a", "b", "c"]);
    }
}
