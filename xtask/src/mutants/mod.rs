//! `./x mutants`: changes `policy` and `gate` in every small way that cargo-mutants knows, and sees which tests notice.
//!
//! A build for each of three thousand changes takes days. So all are built at once, in a copy, each behind a switch; a
//! variable of the environment says which one a process is. Tests are first run without any, to learn which mutants each
//! comes by, and then each mutant with the tests that come by it.

use std::{
    collections::BTreeMap,
    fs,
    io::{self, Write},
    time::Duration,
};

use serde_json::{Value, json};

use crate::{
    fault::{Fault, OnFile},
    places::Places,
    progress::Step,
};

mod build;
mod copy;
mod listed;
mod recorded;
mod run;
mod sites;
mod trial;
mod weave;

use copy::Copy;
use listed::{Mutant, PACKAGES};
use trial::{Fate, Trials};

/// Tries the mutants whose names hold `word`; with `missed` only those that were missed the last time.
///
/// # Errors
/// There is no cargo-mutants, or the copy with the mutants cannot be built.
pub fn run(places: &Places, word: Option<&str>, missed: bool, each: Duration) -> Result<(), Fault> {
    if !cfg!(unix) {
        return Err(Fault::missing(
            "mutants are tried where there is a shell to bound their memory: on Linux",
        ));
    }
    let _lock = places.lock("mutants")?;
    let mutants = listed::list(places)?;
    let copy = Copy::make(places, &mutants)?;
    let built = build::build(places, &copy, &mutants)?;
    let file = places.test_output().join("mutants.json");
    let before = Before::read(&file);
    let wanted: Vec<&Mutant> = mutants
        .iter()
        .filter(|mutant| built.within.contains(&mutant.number))
        .filter(|mutant| word.is_none_or(|word| mutant.name.contains(word)))
        .filter(|mutant| {
            !missed || before.outcome(mutant) != Some("caught") && before.outcome(mutant) != Some("timed out")
        })
        .collect();
    let scratch = std::env::temp_dir().join(format!("x-mutants-{}", std::process::id()));
    let known = places.target().join("mutants").join("recorded.json");
    let numbers: String = mutants.iter().map(|mutant| mutant.name.as_str()).collect();
    let trials =
        Trials::record(built.programs.clone(), &scratch, &known, &crate::places::key(&numbers), each)?;
    let step = Step::begin("mutants", &format!("try {} of {}", wanted.len(), mutants.len()));
    let done = std::sync::atomic::AtomicUsize::new(0);
    let fates = trials.all(&wanted, &|mutant, fate| {
        let done = done.fetch_add(1, std::sync::atomic::Ordering::Relaxed) + 1;
        match fate {
            Fate::Missed { tried, of } => {
                eprintln!("    {done}/{}: missed by {tried} of {of}: {}", wanted.len(), mutant.name)
            }
            Fate::TimedOut(_) => eprintln!("    {done}/{}: timed out: {}", wanted.len(), mutant.name),
            Fate::Caught(_) if done.is_multiple_of(100) => step.note(&format!("{done} tried")),
            Fate::Caught(_) => {}
        }
    })?;
    crate::places::remove(&scratch)?;
    let fates: BTreeMap<usize, Fate> = wanted.iter().map(|mutant| mutant.number).zip(fates).collect();
    let all: Vec<Value> = mutants.iter().map(|mutant| row(mutant, &built, &fates, &before)).collect();
    fs::create_dir_all(places.test_output()).doing("make the folder", &places.test_output())?;
    fs::write(&file, format!("{:#}\n", json!(all))).doing("write", &file)?;
    let list = places.test_output().join("mutants.txt");
    fs::write(&list, survivors(&all)).doing("write", &list)?;
    let text = format!("{}\nsurvivors: {}\neach one: {}\n", table(&all), list.display(), file.display());
    let _ = io::stdout().write_all(text.as_bytes());
    Ok(())
}

/// What an earlier run has found.
#[derive(Debug)]
struct Before(BTreeMap<String, Value>);

impl Before {
    fn read(file: &std::path::Path) -> Self {
        let rows =
            fs::read_to_string(file).ok().and_then(|text| serde_json::from_str::<Vec<Value>>(&text).ok());
        let named = |row: Value| Some((row.get("name")?.as_str()?.to_owned(), row));
        Self(rows.unwrap_or_default().into_iter().filter_map(named).collect())
    }

    fn outcome(&self, mutant: &Mutant) -> Option<&str> {
        self.0.get(&mutant.name)?.get("outcome")?.as_str()
    }
}

fn row(mutant: &Mutant, built: &build::Built, fates: &BTreeMap<usize, Fate>, before: &Before) -> Value {
    let (outcome, by) = match fates.get(&mutant.number) {
        Some(Fate::Caught(by)) => ("caught", json!(by)),
        Some(Fate::TimedOut(by)) => ("timed out", json!(by)),
        Some(Fate::Missed { tried, of }) => ("missed", json!(format!("{tried} of {of} tests"))),
        None if built.unviable.contains(&mutant.number) => ("unviable", Value::Null),
        None => match built.aside.get(&mutant.number) {
            Some(why) => ("aside", json!(why)),
            None => match before.0.get(&mutant.name) {
                Some(row) => return row.clone(),
                None => ("not tried", Value::Null),
            },
        },
    };
    json!({"name": mutant.name, "package": mutant.package, "outcome": outcome, "by": by})
}

const OUTCOMES: [&str; 6] = ["caught", "timed out", "missed", "aside", "unviable", "not tried"];

fn table(rows: &[Value]) -> String {
    let mut text = format!("\n{:<8} {:>7}", "crate", "mutants");
    OUTCOMES.iter().for_each(|outcome| text.push_str(&format!(" {outcome:>9}")));
    text.push_str("  noticed\n");
    for package in PACKAGES.iter().copied().map(Some).chain([None]) {
        let of = |row: &&Value| package.is_none() || row.get("package").and_then(Value::as_str) == package;
        let count = |outcome: &str| {
            let same = |row: &&Value| row.get("outcome").and_then(Value::as_str) == Some(outcome);
            rows.iter().filter(of).filter(same).count()
        };
        text.push_str(&format!("{:<8} {:>7}", package.unwrap_or("both"), rows.iter().filter(of).count()));
        OUTCOMES.iter().for_each(|outcome| text.push_str(&format!(" {:>9}", count(outcome))));
        let noticed = count("caught") + count("timed out");
        let of_them = (noticed + count("missed")).max(1);
        text.push_str(&format!("  {}.{} %\n", noticed * 100 / of_them, noticed * 1000 / of_them % 10));
    }
    text
}

fn survivors(rows: &[Value]) -> String {
    let text =
        |row: &Value, name: &str| row.get(name).map(|value| value.to_string().trim_matches('"').to_owned());
    let mut lines = String::new();
    for outcome in ["missed", "aside"] {
        for row in rows.iter().filter(|row| text(row, "outcome").as_deref() == Some(outcome)) {
            let [name, by] = ["name", "by"].map(|part| text(row, part).unwrap_or_default());
            lines.push_str(&format!("{outcome} ({by}): {name}\n"));
        }
    }
    lines
}
