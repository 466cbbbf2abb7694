//! Where programs lie: folders of the file system in Cedar's terms, the same id for every spelling.
//!
//! Untrusted: policies that people write, and the paths that the system reports.
//! Guarantees: a policy that names a folder by any spelling of its full path means that folder with all below it; of a path that
//! does not tell where it leads it is known how far it does.
//! Does not: follow links or short names, or know whether another machine's share is a folder of this one; the system reports
//! where a program really lies.

use std::iter;

use model::paths::{self, Misleading, Unnameable};

use crate::spelling::Wrong;

/// The type of files and folders.
pub(crate) const PATH: &str = "Path";

/// Where a program lies, as far as its path tells. Both in the form in which paths are compared.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Place {
    /// Its file.
    Whole(String),
    /// The innermost folder of which it is known that it lies there; empty where none is.
    Within(String),
}

impl Place {
    /// Where the program at this path lies, as the system tells the path.
    pub(crate) fn of(path: &str) -> Self {
        let straight = paths::straightened(path);
        if straight.is_empty() {
            return Self::Within(String::new()); // not known, or named by way of a network
        }
        let mut end = 0;
        for part in straight.split('\\') {
            let is_drive = end == 0;
            if !is_drive
                && (paths::is_short(part) || paths::refuse_misleading(part).is_err() || part.contains(':'))
            {
                let known = straight.get(..end - 1).unwrap_or_default();
                return Self::Within(paths::folded(known));
            }
            end += part.len() + 1;
        }
        Self::Whole(paths::folded(&straight))
    }

    /// What it is known to lie in, the innermost first.
    pub(crate) fn known(&self) -> impl Iterator<Item = &str> {
        let (Self::Whole(known) | Self::Within(known)) = self;
        above(known)
    }

    /// Whether it may lie in this one, of which that is not known.
    pub(crate) fn may_be_in(&self, id: &str) -> bool {
        match self {
            Self::Whole(_) => false,
            Self::Within(known) if known.is_empty() => true,
            Self::Within(known) => id.strip_prefix(known.as_str()).is_some_and(|rest| rest.starts_with('\\')),
        }
    }
}

/// A file or folder and those that it lies in, up to its drive, by their ids.
pub(crate) fn above(id: &str) -> impl Iterator<Item = &str> {
    let innermost = (!id.is_empty()).then_some(id);
    iter::successors(innermost, |id| id.rsplit_once('\\').map(|(folder, _)| folder))
}

/// The id of a file or folder that a person names.
///
/// # Errors
/// Why it can never be one.
pub(crate) fn id(path: &str) -> Result<String, Wrong> {
    let right = r#"write the full path on a drive of this machine, such as `Path::"C:\\Tools"`"#;
    let why = match paths::place(path) {
        Ok(straight) => return Ok(paths::folded(&straight)),
        Err(Unnameable::Relative) => format!("is no full path; {right}"),
        Err(Unnameable::Network) => format!("lies on another machine, or is a device; {right}"),
        Err(Unnameable::Misleading(wrong @ Misleading::Characters)) => {
            format!("{wrong}; a folder holds for all below it, without a wildcard")
        }
        Err(Unnameable::Misleading(Misleading::Stream)) => {
            "names a stream inside a file; name the file or its folder".to_owned()
        }
        Err(Unnameable::Misleading(wrong)) => format!("{wrong}; {right}"),
        Err(Unnameable::Short) => {
            "has a short name (`~1`); write the long one, which the system tells".to_owned()
        }
        Err(Unnameable::Folder) => "names a folder".to_owned(),
    };
    Err(format!("`{PATH}::{path:?}` {why}"))
}

/// Whether an id is that of a whole drive.
pub(crate) fn is_drive(id: &str) -> bool {
    id.ends_with(':')
}

/// An id as people write it.
pub(crate) fn shown(id: &str) -> String {
    let (letter, rest) = id.split_at_checked(1).unwrap_or((id, ""));
    let slash = if rest == ":" { "\\" } else { "" };
    format!("{}{rest}{slash}", letter.to_ascii_uppercase())
}

#[cfg(test)]
#[path = "tests/place.rs"]
pub(crate) mod tests;
