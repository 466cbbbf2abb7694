//! Every configuration that was ever loaded, to go back to.
//!
//! One folder per configuration below `config-history`, named by the time of its first use and its digest.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use time::{OffsetDateTime, macros::format_description};

use super::{Loaded, files};

const FOLDER: &str = "config-history";
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
    let short: String = loaded.digest.chars().take(SHORT).collect();
    if last.as_ref().is_some_and(|last| last.name.ends_with(&short)) {
        return Ok(false);
    }
    let now = OffsetDateTime::now_utc()
        .format(format_description!("[year][month][day]T[hour][minute][second]Z"))
        .map_err(io::Error::other)?;
    let name = format!("{now}-{short}");
    let unfinished = home.join(FOLDER).join(format!(".{name}-{}", std::process::id()));
    fs::create_dir_all(unfinished.join("policies"))?;
    if let Some(text) = &loaded.user.text {
        fs::write(unfinished.join(files::FILE), text)?;
    }
    for (path, text) in &loaded.user.policies {
        fs::write(unfinished.join("policies").join(path.file_name().unwrap_or_default()), text)?;
    }
    match fs::rename(&unfinished, home.join(FOLDER).join(&name)) {
        // Another server was started with it in the same second.
        Err(_) if home.join(FOLDER).join(&name).is_dir() => fs::remove_dir_all(&unfinished)?,
        renamed => renamed?,
    }
    Ok(last.is_some())
}

/// Puts a configuration of before back in place of the person's; the present one is in the history once it was loaded.
pub fn restore(entry: &Entry, to: &Path) -> io::Result<()> {
    let policies = to.join("policies");
    fs::create_dir_all(&policies)?;
    for old in fs::read_dir(&policies)? {
        let old = old?.path();
        if files::is_policy(&old) {
            fs::remove_file(old)?;
        }
    }
    for kept in fs::read_dir(entry.folder.join("policies"))? {
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
