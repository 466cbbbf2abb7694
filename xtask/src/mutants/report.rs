//! What became of mutants, from one run to the next.

use std::{
    collections::BTreeMap,
    fs,
    path::PathBuf,
    sync::{Mutex, PoisonError},
};

use serde_json::{Value, json};

use super::{
    build::Built,
    listed::{Mutant, PACKAGES},
    trial::Fate,
};
use crate::{
    fault::{Fault, OnFile},
    places::Places,
};

/// After how many mutants the files are written: a run may be ended at any time.
const OFTEN: usize = 50;

/// Which mutants are tried.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Which {
    /// Every one.
    All,
    /// Those that were missed the last time.
    Missed,
    /// Those that no run has come to.
    Rest,
}

/// The files, and what stands in them.
#[derive(Debug)]
pub struct Report<'a> {
    file: PathBuf,
    list: PathBuf,
    mutants: &'a [Mutant],
    built: &'a Built,
    /// Rows of the run before, by the mutant's name.
    before: BTreeMap<String, Value>,
    fates: Mutex<BTreeMap<usize, Fate>>,
}

impl<'a> Report<'a> {
    /// Begins with what the run before has found.
    ///
    /// # Errors
    /// The folder cannot be made.
    pub fn begin(places: &Places, mutants: &'a [Mutant], built: &'a Built) -> Result<Self, Fault> {
        let folder = places.test_output();
        fs::create_dir_all(&folder).doing("make the folder", &folder)?;
        let file = folder.join("mutants.json");
        let rows =
            fs::read_to_string(&file).ok().and_then(|text| serde_json::from_str::<Vec<Value>>(&text).ok());
        let named = |row: Value| Some((text(&row, "name")?.to_owned(), row));
        let before = rows.unwrap_or_default().into_iter().filter_map(named).collect();
        Ok(Self { file, list: folder.join("mutants.txt"), mutants, built, before, fates: Mutex::default() })
    }

    /// Whether it is one of those that are wanted, by what became of it before.
    pub fn is_wanted(&self, mutant: &Mutant, which: Which) -> bool {
        let outcome = self.before.get(&mutant.name).and_then(|row| text(row, "outcome"));
        match which {
            Which::All => true,
            Which::Missed => outcome == Some("missed"),
            Which::Rest => !matches!(outcome, Some("caught" | "timed out" | "missed")),
        }
    }

    /// Adds what became of one, and gives how many there are now.
    ///
    /// # Errors
    /// The files cannot be written.
    pub fn add(&self, mutant: &Mutant, fate: &Fate) -> Result<usize, Fault> {
        let mut fates = self.fates.lock().unwrap_or_else(PoisonError::into_inner);
        fates.insert(mutant.number, fate.clone());
        if fates.len().is_multiple_of(OFTEN) {
            self.write(&fates)?;
        }
        Ok(fates.len())
    }

    /// Writes the files, and gives the table.
    ///
    /// # Errors
    /// They cannot be written.
    pub fn end(&self) -> Result<String, Fault> {
        let fates = self.fates.lock().unwrap_or_else(PoisonError::into_inner);
        let rows = self.write(&fates)?;
        let (list, file) = (self.list.display(), self.file.display());
        Ok(format!("{}\nsurvivors: {list}\neach one: {file}\n", table(&rows)))
    }

    fn write(&self, fates: &BTreeMap<usize, Fate>) -> Result<Vec<Value>, Fault> {
        let rows: Vec<Value> = self.mutants.iter().map(|mutant| self.row(mutant, fates)).collect();
        fs::write(&self.file, format!("{:#}\n", json!(rows))).doing("write", &self.file)?;
        fs::write(&self.list, survivors(&rows)).doing("write", &self.list)?;
        Ok(rows)
    }

    fn row(&self, mutant: &Mutant, fates: &BTreeMap<usize, Fate>) -> Value {
        let (outcome, by) = match fates.get(&mutant.number) {
            Some(Fate::Caught(by)) => ("caught", json!(by)),
            Some(Fate::TimedOut(by)) => ("timed out", json!(by)),
            Some(Fate::Missed { tried, of }) => ("missed", json!(format!("{tried} of {of} tests"))),
            None if self.built.unviable.contains(&mutant.number) => ("unviable", Value::Null),
            None => match (self.built.aside.get(&mutant.number), self.before.get(&mutant.name)) {
                (Some(why), _) => ("aside", json!(why)),
                (None, Some(row)) => return row.clone(),
                (None, None) => ("not tried", Value::Null),
            },
        };
        json!({"name": mutant.name, "package": mutant.package, "outcome": outcome, "by": by})
    }
}

fn text<'a>(row: &'a Value, name: &str) -> Option<&'a str> {
    row.get(name)?.as_str()
}

const OUTCOMES: [&str; 6] = ["caught", "timed out", "missed", "aside", "unviable", "not tried"];

fn table(rows: &[Value]) -> String {
    let mut table = format!("\n{:<8} {:>7}", "crate", "mutants");
    OUTCOMES.iter().for_each(|outcome| table.push_str(&format!(" {outcome:>9}")));
    table.push_str("  noticed\n");
    for package in PACKAGES.iter().copied().map(Some).chain([None]) {
        let of = |row: &&Value| package.is_none() || text(row, "package") == package;
        let count = |outcome: &str| {
            let same = |row: &&Value| text(row, "outcome") == Some(outcome);
            rows.iter().filter(of).filter(same).count()
        };
        table.push_str(&format!("{:<8} {:>7}", package.unwrap_or("both"), rows.iter().filter(of).count()));
        OUTCOMES.iter().for_each(|outcome| table.push_str(&format!(" {:>9}", count(outcome))));
        let noticed = count("caught") + count("timed out");
        let of_them = (noticed + count("missed")).max(1);
        table.push_str(&format!("  {}.{} %\n", noticed * 100 / of_them, noticed * 1000 / of_them % 10));
    }
    table
}

fn survivors(rows: &[Value]) -> String {
    let mut lines = String::new();
    for outcome in ["missed", "aside"] {
        for row in rows.iter().filter(|row| text(row, "outcome") == Some(outcome)) {
            let [name, by] = ["name", "by"].map(|part| text(row, part).unwrap_or_default());
            lines.push_str(&format!("{outcome} ({by}): {name}\n"));
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_share_is_of_those_that_were_tried() {
        let row = |package: &str, outcome: &str| json!({"name": "n", "package": package, "outcome": outcome, "by": "b"});
        let rows = [
            row("gate", "caught"),
            row("gate", "timed out"),
            row("gate", "missed"),
            row("policy", "unviable"),
        ];
        let table = table(&rows);
        let of = |package: &str| table.lines().find(|line| line.starts_with(package)).unwrap().to_owned();
        assert!(of("gate").ends_with("  66.6 %"), "{table}");
        assert!(of("policy").ends_with("  0.0 %"), "{table}");
        assert_eq!(survivors(&rows), "missed (b): n\n");
    }
}
