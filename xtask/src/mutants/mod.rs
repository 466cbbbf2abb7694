//! `./x mutants`: changes `policy` and `gate` in every small way that cargo-mutants knows, and sees which tests notice.
//!
//! A build for each of three thousand changes takes days. So all are built at once, in a copy, each behind a switch; a
//! variable of the environment says which one a process is. Tests are first run without any, to learn which mutants each
//! comes by, and then each mutant with the tests that come by it.

use std::{
    io::{self, Write},
    time::Duration,
};

use crate::{fault::Fault, places::Places, progress::Step};

mod build;
mod copy;
mod listed;
mod recorded;
mod report;
mod run;
mod sites;
mod trial;
mod weave;

use copy::Copy;
use listed::Mutant;
use report::Report;
pub use report::Which;
use trial::{Fate, Trials};

/// Tries the mutants whose names hold `word`; of those `which` are wanted.
///
/// # Errors
/// There is no cargo-mutants, or the copy with the mutants cannot be built.
pub fn run(places: &Places, word: Option<&str>, which: Which, each: Duration) -> Result<(), Fault> {
    if !cfg!(unix) {
        return Err(Fault::missing(
            "mutants are tried where there is a shell to bound their memory: on Linux",
        ));
    }
    let _lock = places.lock("mutants")?;
    let mutants = listed::list(places)?;
    let copy = Copy::make(places, &mutants)?;
    let built = build::build(places, &copy, &mutants)?;
    let report = Report::begin(places, &mutants, &built)?;
    let mut wanted: Vec<&Mutant> = mutants
        .iter()
        .filter(|mutant| built.within.contains(&mutant.number))
        .filter(|mutant| word.is_none_or(|word| mutant.name.contains(word)))
        .filter(|mutant| report.is_wanted(mutant, which))
        .collect();
    // In no order: what is known when it is ended early is then a fair sample.
    wanted.sort_by_key(|mutant| mutant.number.wrapping_mul(7919) % mutants.len());
    let scratch = std::env::temp_dir().join(format!("x-mutants-{}", std::process::id()));
    let known = places.target().join("mutants").join("recorded.json");
    let numbers: String = mutants.iter().map(|mutant| mutant.name.as_str()).collect();
    let trials =
        Trials::record(built.programs.clone(), &scratch, &known, &crate::places::key(&numbers), each)?;
    let step = Step::begin("mutants", &format!("try {} of {}", wanted.len(), mutants.len()));
    trials.all(&wanted, &|mutant, fate| {
        let done = report.add(mutant, fate)?;
        match fate {
            Fate::Missed { tried, of } => {
                eprintln!("    {done}/{}: missed by {tried} of {of}: {}", wanted.len(), mutant.name);
            }
            Fate::TimedOut(_) => eprintln!("    {done}/{}: timed out: {}", wanted.len(), mutant.name),
            Fate::Caught(_) if done.is_multiple_of(100) => step.note(&format!("{done} tried")),
            Fate::Caught(_) => {}
        }
        Ok(())
    })?;
    crate::places::remove(&scratch)?;
    let told = report.end()?;
    let _ = io::stdout().write_all(told.as_bytes());
    Ok(())
}
