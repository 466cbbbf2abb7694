//! Which tests reach which mutants, and whether one of them notices.

use std::{
    collections::{BTreeSet, HashMap},
    fs,
    path::{Path, PathBuf},
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
    thread,
    time::Duration,
};

use super::{
    build::Program,
    listed::Mutant,
    recorded::{self, Recorded, Seen},
    run::{Ended, With, run, tests_of},
};
use crate::{
    fault::{Fault, OnFile},
    places,
    progress::Step,
};

/// How many run at once.
const AT_ONCE: usize = 2;
/// The least time that tests are given, and how often their usual time.
const LEAST: Duration = Duration::from_secs(10);
const TIMES: u32 = 6;
/// Tests that take longer without a mutant are left out.
const LONGEST: Duration = Duration::from_secs(60);
/// Tests that together take no longer than this go into one run.
const TOGETHER: Duration = Duration::from_secs(1);
/// Crates whose tests know no time, thread or process: what fails there once fails again.
const STEADY: [&str; 3] = ["policy", "model", "tools"];
/// Test programs that only try what the compiler takes.
const NOT_RUN: [&str; 1] = ["stages"];

/// A test that passes without a mutant.
#[derive(Debug)]
pub struct Test {
    /// Which program it is in.
    pub program: usize,
    /// Its name there.
    pub name: String,
    /// How long it takes.
    pub takes: Duration,
    /// The mutants it comes by.
    pub reaches: BTreeSet<usize>,
}

/// What became of a mutant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fate {
    /// This test fails with it.
    Caught(String),
    /// These tests no longer end.
    TimedOut(String),
    /// None of those tests that were tried minds.
    Missed {
        /// So many were tried.
        tried: usize,
        /// So many come by it.
        of: usize,
    },
}

/// Everything that mutants are tried with.
#[derive(Debug)]
pub struct Trials {
    programs: Vec<Program>,
    tests: Vec<Test>,
    scratch: PathBuf,
    /// When no more tests of one mutant are begun, by the time they usually take.
    each: Duration,
    /// Tests that noticed a mutant of a file, with its function, the last one last.
    noticed: Mutex<HashMap<String, Vec<(String, usize)>>>,
}

impl Trials {
    /// Runs each test once without a mutant, in a process of its own, and notes what it reaches. What is known of programs
    /// that are the same is taken from `known`; `mutants` tells whether their numbers are.
    ///
    /// # Errors
    /// A program cannot be started, or nothing passes at all.
    pub fn record(
        programs: Vec<Program>,
        scratch: &Path,
        known: &Path,
        mutants: &str,
        each: Duration,
    ) -> Result<Self, Fault> {
        places::remove(scratch)?;
        fs::create_dir_all(scratch).doing("make the folder", scratch)?;
        let mut named = Vec::new();
        for (number, program) in programs.iter().enumerate() {
            if !NOT_RUN.contains(&program.target.as_str()) {
                let key = recorded::key(program, mutants);
                named.extend(tests_of(program)?.into_iter().map(|name| (number, key.clone(), name)));
            }
        }
        let recorded = Recorded::read(known);
        let step = Step::begin("mutants", &format!("record what {} tests reach", named.len()));
        let seen = in_parallel(&named, |number, (program, key, name)| {
            if let Some(seen) = recorded.get(key, name) {
                return Ok(seen);
            }
            let Some(of) = programs.get(*program) else { return Ok(Seen::default()) };
            let file = scratch.join(format!("reached-{number}"));
            let (ended, takes) = run(of, &[name], With::Record(&file), scratch, LONGEST)?;
            let reached = fs::read_to_string(&file).unwrap_or_default();
            let _ = fs::remove_file(&file);
            let reaches = reached.lines().filter_map(|line| line.parse().ok()).collect();
            Ok(Seen { passed: ended == Ended::Passed, takes, reaches })
        })?;
        recorded.keep(
            named.iter().zip(&seen).map(|((_, key, name), seen)| (key.as_str(), name.as_str(), seen)),
        )?;
        let mut tests = Vec::new();
        for ((program, _, name), seen) in named.into_iter().zip(seen) {
            if !seen.passed {
                eprintln!(
                    "    mutants: {name} does not pass within {} s without a mutant and is left out",
                    LONGEST.as_secs()
                );
            } else if !seen.reaches.is_empty() {
                tests.push(Test { program, name, takes: seen.takes, reaches: seen.reaches });
            }
        }
        step.note(&format!("{} of them reach some", tests.len()));
        if tests.is_empty() {
            return Err(Fault::check("no test reaches any mutant: recording does not work"));
        }
        Ok(Self { programs, tests, scratch: scratch.to_owned(), each, noticed: Mutex::default() })
    }

    /// Tries each mutant, and tells what became of it.
    ///
    /// # Errors
    /// A test program cannot be started, or what it is told to fails.
    pub fn all(
        &self,
        mutants: &[&Mutant],
        told: &(dyn Fn(&Mutant, &Fate) -> Result<(), Fault> + Sync),
    ) -> Result<(), Fault> {
        in_parallel(mutants, |_, mutant| told(mutant, &self.one(mutant)?)).map(drop)
    }

    fn one(&self, mutant: &Mutant) -> Result<Fate, Fault> {
        let reaching: Vec<usize> = self
            .tests
            .iter()
            .enumerate()
            .filter(|(_, test)| test.reaches.contains(&mutant.number))
            .map(|(number, _)| number)
            .collect();
        let mut tried = Duration::ZERO;
        let mut missed = 0;
        for group in self.groups(mutant, &reaching) {
            if tried > self.each {
                break;
            }
            tried += group.iter().filter_map(|test| Some(self.tests.get(*test)?.takes)).sum::<Duration>();
            missed += group.len();
            if let Some(fate) = self.group(mutant, &group)? {
                return Ok(fate);
            }
        }
        Ok(Fate::Missed { tried: missed, of: reaching.len() })
    }

    /// The tests in the order in which they are tried, those in one run together: what noticed a neighbour, then the quick ones.
    fn groups(&self, mutant: &Mutant, reaching: &[usize]) -> Vec<Vec<usize>> {
        let noticed = self.noticed.lock().unwrap_or_else(PoisonError::into_inner);
        let known = noticed.get(&mutant.file).map(Vec::as_slice).unwrap_or_default();
        let reached = || known.iter().rev().filter(|(_, test)| reaching.contains(test));
        let (same, other): (Vec<_>, Vec<_>) =
            reached().partition(|(function, _)| *function == mutant.function);
        let mut first: Vec<usize> = Vec::new();
        for (_, test) in same.into_iter().take(3).chain(other.into_iter().take(2)) {
            if !first.contains(test) {
                first.push(*test);
            }
        }
        drop(noticed);
        let mut rest: Vec<(usize, &Test)> = reaching
            .iter()
            .filter(|test| !first.contains(test))
            .filter_map(|number| Some((*number, self.tests.get(*number)?)))
            .collect();
        rest.sort_by_key(|(_, test)| test.takes);
        let mut groups: Vec<Vec<usize>> = first.into_iter().map(|test| vec![test]).collect();
        // The last group of each program, and what it takes.
        let mut open: HashMap<usize, (usize, Duration)> = HashMap::new();
        for (number, test) in rest {
            let last = open.get(&test.program).copied();
            match last.filter(|(_, takes)| *takes + test.takes <= TOGETHER) {
                Some((at, takes)) => {
                    open.insert(test.program, (at, takes + test.takes));
                    groups.get_mut(at).into_iter().for_each(|group| group.push(number));
                }
                None => {
                    open.insert(test.program, (groups.len(), test.takes));
                    groups.push(vec![number]);
                }
            }
        }
        groups
    }

    /// Runs one group; a failure counts where it happens again.
    fn group(&self, mutant: &Mutant, group: &[usize]) -> Result<Option<Fate>, Fault> {
        let tests: Vec<&Test> = group.iter().filter_map(|number| self.tests.get(*number)).collect();
        let Some(program) = tests.first().and_then(|test| self.programs.get(test.program)) else {
            return Ok(None);
        };
        let names: Vec<&str> = tests.iter().map(|test| test.name.as_str()).collect();
        let usual: Duration = tests.iter().map(|test| test.takes).sum();
        let limit = (usual * TIMES).max(LEAST);
        let with = With::Mutant(mutant.number);
        let shown = |names: &[&str]| format!("{}::{}", program.package, names.join(" "));
        match run(program, &names, with, &self.scratch, limit)?.0 {
            Ended::Passed => Ok(None),
            Ended::Late => Ok(Some(Fate::TimedOut(shown(&names)))),
            Ended::Failed(name) => {
                let again = name.as_deref().map_or_else(|| names.clone(), |name| vec![name]);
                let steady = STEADY.contains(&program.package.as_str()) && name.is_some();
                if !steady && run(program, &again, with, &self.scratch, limit)?.0 == Ended::Passed {
                    eprintln!("    mutants: {} fails with {} only sometimes", shown(&again), mutant.name);
                    return Ok(None);
                }
                self.note(mutant, group.iter().zip(&names).find(|(_, one)| again.contains(one)));
                Ok(Some(Fate::Caught(shown(&again))))
            }
        }
    }

    fn note(&self, mutant: &Mutant, test: Option<(&usize, &&str)>) {
        let mut noticed = self.noticed.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((test, _)) = test {
            let known = noticed.entry(mutant.file.clone()).or_default();
            let new = (mutant.function.clone(), *test);
            known.retain(|known| *known != new);
            known.push(new);
        }
    }
}

/// Does something with each, [`AT_ONCE`] at a time, and gives what came of it in their order.
fn in_parallel<T: Sync, R: Send>(
    all: &[T],
    work: impl Fn(usize, &T) -> Result<R, Fault> + Sync,
) -> Result<Vec<R>, Fault> {
    let next = AtomicUsize::new(0);
    let one = || {
        let mut done = Vec::new();
        loop {
            let number = next.fetch_add(1, Ordering::Relaxed);
            let Some(item) = all.get(number) else { return Ok::<_, Fault>(done) };
            done.push((number, work(number, item)?));
        }
    };
    let done: Vec<_> = thread::scope(|scope| {
        let workers: Vec<_> = (0..AT_ONCE).map(|_| scope.spawn(one)).collect();
        workers.into_iter().map(|worker| worker.join()).collect()
    });
    let mut results = Vec::new();
    for part in done {
        results.extend(part.unwrap_or_else(|_| Err(Fault::check("a worker ended in its middle")))?);
    }
    results.sort_by_key(|(number, _)| *number);
    Ok(results.into_iter().map(|(_, result)| result).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_done_in_parallel_comes_back_in_order() {
        let all: Vec<usize> = (0..50).collect();
        assert_eq!(in_parallel(&all, |_, number| Ok(number * 2)).unwrap()[49], 98);
        assert!(
            in_parallel(&all, |number, _| if number == 7 { Err(Fault::check("no")) } else { Ok(()) })
                .is_err()
        );
    }
}
