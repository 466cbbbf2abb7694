//! Every configuration that was ever loaded, and those that one of them took the place of, to go back to.
//!
//! One folder per configuration below `config-history`, named by the time of its first use and its digest.

use std::{
    collections::BTreeMap,
    fs, io,
    path::{Path, PathBuf},
};

use sha2::{Digest, Sha256};
use time::{OffsetDateTime, macros::format_description};

use super::{Loaded, files, files::Source};

const FOLDER: &str = "config-history";
/// The folder of policies in a configuration.
const POLICIES: &str = "policies";
/// The byte order mark in UTF-8.
const MARK: &[u8] = b"\xef\xbb\xbf";
/// Characters of a digest in a name.
const SHORT: usize = 12;

/// A configuration of before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Its name: time (UTC) and digest.
    pub name: String,
    /// The folder with its files.
    pub folder: PathBuf,
}

/// Every configuration that was loaded, the newest last.
pub fn entries(home: &Path) -> io::Result<Vec<Entry>> {
    let folder = home.join(FOLDER);
    let read = match fs::read_dir(&folder) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        read => read?,
    };
    let mut all = read
        .map(|entry| {
            let entry = entry?;
            Ok(Entry { name: entry.file_name().to_string_lossy().into_owned(), folder: entry.path() })
        })
        .collect::<io::Result<Vec<_>>>()?;
    // What was being written when the process ended.
    all.retain(|entry| !entry.name.starts_with('.'));
    all.sort_by(|one, other| one.name.cmp(&other.name));
    Ok(all)
}

/// Keeps the configuration; whether it is another one than the last.
pub fn keep(home: &Path, loaded: &Loaded) -> io::Result<bool> {
    let last = entries(home)?.pop();
    let short = short(&loaded.digest);
    if last.as_ref().is_some_and(|last| last.name.ends_with(&short)) {
        return Ok(false);
    }
    let Source { text, policies, .. } = &loaded.user;
    let settings = text.iter().map(|text| (PathBuf::from(files::FILE), text.as_bytes().to_vec()));
    let policies = policies.iter().map(|(path, text)| (beside(path), text.as_bytes().to_vec()));
    store(home, &short, settings.chain(policies))?;
    Ok(last.is_some())
}

fn short(digest: &str) -> String {
    digest.chars().take(SHORT).collect()
}

/// Where a policy lies in a configuration.
fn beside(policy: &Path) -> PathBuf {
    Path::new(POLICIES).join(policy.file_name().unwrap_or_default())
}

/// Writes files as an entry, of which the name is given back.
fn store(home: &Path, short: &str, files: impl Iterator<Item = (PathBuf, Vec<u8>)>) -> io::Result<String> {
    let now = OffsetDateTime::now_utc()
        .format(format_description!("[year][month][day]T[hour][minute][second]Z"))
        .map_err(io::Error::other)?;
    let name = format!("{now}-{short}");
    let unfinished = home.join(FOLDER).join(format!(".{name}-{}", std::process::id()));
    fs::create_dir_all(unfinished.join(POLICIES))?;
    for (name, bytes) in files {
        fs::write(unfinished.join(name), bytes)?;
    }
    match fs::rename(&unfinished, home.join(FOLDER).join(&name)) {
        // Another server was started with it in the same second.
        Err(_) if home.join(FOLDER).join(&name).is_dir() => fs::remove_dir_all(&unfinished)?,
        renamed => renamed?,
    }
    Ok(name)
}

/// Keeps what lies in a person's folder where none of the entries has it; the new one's name.
pub fn keep_present(home: &Path, from: &Path, entries: &[Entry]) -> io::Result<Option<String>> {
    let present = contents(from)?;
    if present.is_empty() {
        return Ok(None);
    }
    for entry in entries {
        if contents(&entry.folder)? == present {
            return Ok(None);
        }
    }
    let mut hash = Sha256::new();
    present.values().for_each(|bytes| hash.update(bytes));
    let digest: String = hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect();
    store(home, &short(&digest), present.into_iter()).map(Some)
}

/// The files of a configuration by their places, without byte order marks, as they are kept.
fn contents(folder: &Path) -> io::Result<BTreeMap<PathBuf, Vec<u8>>> {
    let policies = match fs::read_dir(folder.join(POLICIES)) {
        Ok(entries) => entries.map(|entry| Ok(entry?.path())).collect::<io::Result<Vec<_>>>()?,
        Err(error) if error.kind() == io::ErrorKind::NotFound => Vec::new(),
        Err(error) => return Err(error),
    };
    let policies =
        policies.into_iter().filter(|path| files::is_policy(path)).map(|path| (beside(&path), path));
    let settings = (PathBuf::from(files::FILE), folder.join(files::FILE));
    let mut all = BTreeMap::new();
    for (name, path) in policies.chain([settings]) {
        match fs::read(&path) {
            Ok(bytes) => {
                drop(all.insert(name, bytes.strip_prefix(MARK).map(<[u8]>::to_vec).unwrap_or(bytes)))
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(error) => return Err(error),
        }
    }
    Ok(all)
}

/// Puts a configuration of before back in place of the person's.
pub fn restore(entry: &Entry, to: &Path) -> io::Result<()> {
    let policies = to.join(POLICIES);
    fs::create_dir_all(&policies)?;
    for old in fs::read_dir(&policies)? {
        let old = old?.path();
        if files::is_policy(&old) {
            fs::remove_file(old)?;
        }
    }
    for kept in fs::read_dir(entry.folder.join(POLICIES))? {
        let kept = kept?;
        fs::copy(kept.path(), policies.join(kept.file_name()))?;
    }
    let (kept, file) = (entry.folder.join(files::FILE), to.join(files::FILE));
    if kept.exists() {
        return fs::copy(kept, file).map(drop);
    }
    match fs::remove_file(file) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}
