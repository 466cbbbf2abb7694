//! Where configuration lies.

use std::{
    env, fs,
    io::{self, Read},
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
    /// A file is no text.
    #[error("`{}` is no text in UTF-8: line {line} holds other bytes", .path.display())]
    NotText {
        /// Which.
        path: PathBuf,
        /// The first line that is none, from 1.
        line: usize,
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
#[derive(Debug, Clone, PartialEq, Eq, Default)]
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

/// What a person configured: `named`, which must exist, or the file in their folder. What is there and cannot be read is told to
/// `unreadable`.
pub fn user(named: Option<&Path>, unreadable: &mut Vec<Unreadable>) -> Source {
    match named.map_or_else(user_folder, |named| Ok(named.to_owned())) {
        Ok(file) if named.is_some() => read(file, true, unreadable),
        Ok(folder) => read(folder.join(FILE), false, unreadable),
        Err(nowhere) => {
            unreadable.push(nowhere);
            Source::default()
        }
    }
}

/// What the machine's administrators configured, if they did. What is there and cannot be read, or could have been written by
/// others, is told to `unreadable`.
pub fn machine(unreadable: &mut Vec<Unreadable>) -> Option<Source> {
    trusted(&platform::machine_folder()?, unreadable)
}

/// The configuration in a folder that nobody but the system and its administrators may write.
fn trusted(folder: &Path, unreadable: &mut Vec<Unreadable>) -> Option<Source> {
    match fs::symlink_metadata(folder) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return None,
        Err(source) => {
            unreadable.push(Unreadable::File { path: folder.to_owned(), source });
            return None;
        }
        Ok(_) => {}
    }
    let policies = policy_files(&folder.join(POLICIES)).unwrap_or_default(); // what fails is told when they are read
    let places = [folder.to_owned(), folder.join(FILE), folder.join(POLICIES)].into_iter().chain(policies);
    let untrusted: Vec<Unreadable> = places
        .filter(|place| place.symlink_metadata().is_ok())
        .filter_map(|place| platform::written_by_administrators_only(&place).err())
        .map(|why| Unreadable::Untrusted { folder: folder.to_owned(), why })
        .collect();
    if !untrusted.is_empty() {
        unreadable.extend(untrusted);
        return None;
    }
    Some(read(folder.join(FILE), false, unreadable))
}

fn read(file: PathBuf, must_exist: bool, unreadable: &mut Vec<Unreadable>) -> Source {
    let text = match text(&file) {
        Ok(text) => Some(text),
        Err(Unreadable::File { source, .. }) if !must_exist && is_absent(&file, &source) => None,
        Err(error) => {
            unreadable.push(error);
            None
        }
    };
    let policies = policies(&policies_beside(&file), unreadable);
    Source { policies, file, text }
}

/// The folder of policies beside a file of settings.
pub fn policies_beside(file: &Path) -> PathBuf {
    file.parent().unwrap_or(Path::new("")).join(POLICIES)
}

/// Whether a file of the folder counts: policies, and groups of programs.
pub fn is_policy(path: &Path) -> bool {
    let name = path.file_name().unwrap_or_default().to_string_lossy().to_ascii_lowercase();
    name.ends_with(".cedar") || name.ends_with(".entities.json")
}

/// The `.cedar` and `.entities.json` files of a folder, by path; none where there is no such folder. What is there and cannot be
/// read is told to `unreadable`.
pub fn policies(folder: &Path, unreadable: &mut Vec<Unreadable>) -> Vec<(PathBuf, String)> {
    let paths = policy_files(folder).unwrap_or_else(|error| {
        unreadable.push(error);
        Vec::new()
    });
    let (mut read, mut failed) = (Vec::new(), Vec::new());
    for path in paths {
        match text(&path) {
            Ok(text) => read.push((path, text)),
            Err(error) => failed.push(error),
        }
    }
    unreadable.extend(failed);
    read
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
    let mut bytes = Vec::new();
    // Not all that can be read has an end, or a size.
    let file = fs::File::open(path).map_err(failed)?;
    file.take(LARGEST.saturating_add(1)).read_to_end(&mut bytes).map_err(failed)?;
    if u64::try_from(bytes.len()).unwrap_or(u64::MAX) > LARGEST {
        return Err(Unreadable::Large(path.to_owned()));
    }
    let text = String::from_utf8(bytes).map_err(|error| {
        let known = error.as_bytes().get(..error.utf8_error().valid_up_to()).unwrap_or_default();
        let line = known.iter().filter(|byte| **byte == b'\n').count() + 1;
        Unreadable::NotText { path: path.to_owned(), line }
    })?;
    Ok(text.strip_prefix('\u{feff}').map(ToOwned::to_owned).unwrap_or(text))
}

#[cfg(all(test, unix))]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    /// What a folder of the machine comes to.
    fn machine(folder: &Path) -> Result<Option<Source>, Vec<Unreadable>> {
        let mut unreadable = Vec::new();
        let source = trusted(folder, &mut unreadable);
        if unreadable.is_empty() { Ok(source) } else { Err(unreadable) }
    }

    fn is_untrusted(folder: &Path) -> bool {
        matches!(&machine(folder), Err(all) if matches!(all[..], [Unreadable::Untrusted { .. }]))
    }

    fn person(file: PathBuf, must_exist: bool) -> Result<Source, Vec<Unreadable>> {
        let mut unreadable = Vec::new();
        let source = read(file, must_exist, &mut unreadable);
        if unreadable.is_empty() { Ok(source) } else { Err(unreadable) }
    }

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
            assert_eq!(machine(folder.path()).unwrap().unwrap().text.as_deref(), Some("badge = false"));
            set(&file, 0o664);
            assert!(is_untrusted(folder.path()));
            set(&file, 0o644);
            let policies = folder.path().join(POLICIES);
            fs::create_dir(&policies).unwrap();
            set(&policies, 0o755);
            for name in ["a.cedar", "a.entities.json"] {
                let policy = policies.join(name);
                fs::write(&policy, "").unwrap();
                set(&policy, 0o644);
                assert!(machine(folder.path()).is_ok(), "{name}");
                set(&policy, 0o666);
                assert!(is_untrusted(folder.path()), "{name}");
                fs::remove_file(&policy).unwrap();
                std::os::unix::fs::symlink(&file, &policy).unwrap();
                assert!(is_untrusted(folder.path()), "a link: {name}");
                fs::remove_file(&policy).unwrap();
            }
            set(folder.path(), 0o777);
        }
        assert!(is_untrusted(folder.path()));
    }

    #[test]
    fn what_is_not_there_is_no_configuration_unless_it_was_named() {
        let folder = tempfile::tempdir().unwrap();
        assert_eq!(machine(&folder.path().join("none")).unwrap(), None);
        let file = folder.path().join(FILE);
        assert_eq!(person(file.clone(), false).unwrap().text, None);
        assert!(matches!(&person(file, true).unwrap_err()[..], [Unreadable::File { .. }]));
    }

    #[test]
    fn a_link_that_leads_nowhere_is_not_taken_for_nothing() {
        for name in [FILE, POLICIES] {
            let folder = tempfile::tempdir().unwrap();
            std::os::unix::fs::symlink("nowhere", folder.path().join(name)).unwrap();
            let read = person(folder.path().join(FILE), false).unwrap_err();
            assert!(matches!(read[..], [Unreadable::File { .. }]), "{name}: {read:?}");
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
        let source = person(folder.path().join(FILE), false).unwrap();
        let texts: Vec<&str> = source.policies.iter().map(|(_, text)| text.as_str()).collect();
        assert_eq!(texts, ["a", "b", "c"]);
    }

    #[test]
    fn a_file_without_an_end_is_too_large_and_one_without_a_size_is_read() {
        assert!(matches!(text(Path::new("/dev/zero")), Err(Unreadable::Large(_))));
        assert_eq!(text(Path::new("/dev/null")).unwrap(), "");
        let size = fs::metadata("/proc/self/status").unwrap().len();
        assert_eq!((size, text(Path::new("/proc/self/status")).unwrap().is_empty()), (0, false));
    }

    #[test]
    fn what_cannot_be_read_is_told_file_by_file_and_the_rest_is_read() {
        let folder = tempfile::tempdir().unwrap();
        let policies = folder.path().join(POLICIES);
        fs::create_dir(&policies).unwrap();
        fs::write(folder.path().join(FILE), b"badge = true\n\n# \xff\xfe").unwrap();
        fs::write(policies.join("a.cedar"), b"\xff\xfep\0").unwrap();
        fs::write(policies.join("b.cedar"), "b").unwrap();
        std::os::unix::fs::symlink("nowhere", policies.join("c.cedar")).unwrap();
        let mut unreadable = Vec::new();
        let source = read(folder.path().join(FILE), false, &mut unreadable);
        assert_eq!(source.policies, [(policies.join("b.cedar"), "b".to_owned())]);
        let told: Vec<String> = unreadable.iter().map(ToString::to_string).collect();
        for (told, part) in told.iter().zip([
            "winwarden.toml` is no text in UTF-8: line 3 holds",
            "a.cedar` is no text in UTF-8: line 1 holds",
            "c.cedar`: No such file",
        ]) {
            assert!(told.contains(part), "{told}");
        }
        assert_eq!(told.len(), 3);
    }
}
