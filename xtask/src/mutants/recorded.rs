//! What tests reach, kept from one run to the next for test programs that are still the same.

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
    time::{Duration, SystemTime},
};

use serde_json::{Map, Value, json};

use super::build::Program;
use crate::{
    fault::{Fault, OnFile},
    places,
};

/// What a test was seen to do without a mutant.
#[derive(Debug, Clone, Default)]
pub struct Seen {
    /// Whether it passed.
    pub passed: bool,
    /// How long it took.
    pub takes: Duration,
    /// The mutants it came by.
    pub reaches: BTreeSet<usize>,
}

/// What is kept.
#[derive(Debug)]
pub struct Recorded {
    file: PathBuf,
    all: Map<String, Value>,
}

impl Recorded {
    /// Reads what was kept; nothing where it cannot be.
    pub fn read(file: &Path) -> Self {
        let all = fs::read_to_string(file).ok().and_then(|text| serde_json::from_str(&text).ok());
        Self { file: file.to_owned(), all: all.unwrap_or_default() }
    }

    /// What is known of a test of a program with this key.
    pub fn get(&self, key: &str, name: &str) -> Option<Seen> {
        let seen = self.all.get(key)?.get(name)?;
        let reaches = seen.get("reaches")?.as_array()?;
        Some(Seen {
            passed: seen.get("passed")?.as_bool()?,
            takes: Duration::from_millis(seen.get("ms")?.as_u64()?),
            reaches: reaches.iter().filter_map(|one| usize::try_from(one.as_u64()?).ok()).collect(),
        })
    }

    /// Keeps these in place of all that was.
    ///
    /// # Errors
    /// The file cannot be written.
    pub fn keep<'a>(&self, all: impl Iterator<Item = (&'a str, &'a str, &'a Seen)>) -> Result<(), Fault> {
        let mut kept: Map<String, Value> = Map::new();
        for (key, name, Seen { passed, takes, reaches }) in all {
            let ms = u64::try_from(takes.as_millis()).unwrap_or(u64::MAX);
            let seen = json!({"passed": passed, "ms": ms, "reaches": reaches});
            if let Some(of) = kept.entry(key).or_insert_with(|| json!({})).as_object_mut() {
                of.insert(name.to_owned(), seen);
            }
        }
        fs::write(&self.file, json!(kept).to_string()).doing("write", &self.file)
    }
}

/// What tells whether a program is still the same: its file, that of the executable it may start, and which mutants have
/// which numbers.
pub fn key(program: &Program, mutants: &str) -> String {
    let changed = |file: &Path| fs::metadata(file).and_then(|known| known.modified()).ok();
    let started = program.file.ancestors().nth(2).map(|folder| folder.join("winwarden"));
    let started = started.filter(|_| program.package == "winwarden").and_then(|file| changed(&file));
    let since =
        |time: Option<SystemTime>| time.and_then(|time| time.duration_since(SystemTime::UNIX_EPOCH).ok());
    let of = format!("{:?} {:?} {mutants}", since(changed(&program.file)), since(started));
    format!("{} {}", program.target, places::key(&format!("{} {of}", program.file.display())))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_kept_is_read_again_for_the_same_program_alone() {
        let file = std::env::temp_dir().join(format!("xtask-recorded-{}", std::process::id()));
        let takes = Duration::from_millis(3);
        let seen = Seen { passed: true, takes, reaches: BTreeSet::from([1, 7]) };
        Recorded::read(&file).keep([("gate 1", "a_test", &seen)].into_iter()).unwrap();
        let again = Recorded::read(&file);
        let found = again.get("gate 1", "a_test").unwrap();
        assert_eq!((found.passed, found.takes, found.reaches), (true, takes, BTreeSet::from([1, 7])));
        assert!(again.get("gate 2", "a_test").is_none());
        fs::remove_file(&file).unwrap();
    }
}
