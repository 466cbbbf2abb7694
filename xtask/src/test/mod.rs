//! `./x test`: every check and test, step by step, and a summary that ends with one line `N passed, N failed`.

use std::{
    io::{self, Write},
    process::ExitCode,
    time::Instant,
};

use crate::{
    fault::{Fault, OnFile},
    places::Places,
    progress::seconds,
};

mod clients;
mod deny;
mod desktop;
mod house;
mod libtest;
mod lint;
mod linux;
mod sources;
mod tally;
mod windows;

use tally::{Report, Tally};

/// What a step is given.
#[derive(Debug)]
struct Task<'a> {
    places: &'a Places,
    /// Only tests whose name holds this.
    filter: Option<&'a str>,
}

/// A step.
struct Check {
    name: &'static str,
    what: &'static str,
    /// Whether it runs tests that a name can choose from.
    has_tests: bool,
    /// Whether it is run on this system.
    here: bool,
    run: fn(&Task) -> Result<Tally, Fault>,
}

const CHECKS: [Check; 11] = [
    Check { name: "format", what: "cargo fmt", has_tests: false, here: true, run: lint::format },
    Check {
        name: "house",
        what: "sizes, lints, workflows, threat model",
        has_tests: false,
        here: true,
        run: house::run,
    },
    Check { name: "clippy", what: "clippy on this system", has_tests: false, here: true, run: lint::clippy },
    Check {
        name: "clippy-windows",
        what: "clippy for Windows",
        has_tests: false,
        here: cfg!(unix),
        run: lint::clippy_windows,
    },
    Check {
        name: "tests",
        what: "unit, property and integration tests on this system",
        has_tests: true,
        here: true,
        run: linux::tests,
    },
    Check {
        name: "doc-tests",
        what: "examples in the documentation of the code",
        has_tests: false,
        here: true,
        run: linux::doc_tests,
    },
    Check {
        name: "windows",
        what: "unit and hands-on tests on the test desktop",
        has_tests: true,
        here: cfg!(unix),
        run: windows::tests,
    },
    Check {
        name: "release",
        what: "the shipped executable: header, size, paths",
        has_tests: false,
        here: true,
        run: desktop::release,
    },
    Check {
        name: "e2e",
        what: "the shipped executable against real programs",
        has_tests: true,
        here: true,
        run: desktop::end_to_end,
    },
    Check {
        name: "clients",
        what: "clients that are not ours, both eras",
        has_tests: false,
        here: true,
        run: clients::run,
    },
    Check {
        name: "deny",
        what: "licences, sources, bans, advisories of dependencies",
        has_tests: false,
        here: true,
        run: deny::run,
    },
];

/// `cargo xtask test [words]`: words that name steps choose those; another word chooses tests by their name.
///
/// # Errors
/// The words are not understood, or the output folder cannot be made.
pub fn run(places: &Places, words: &[String]) -> Result<ExitCode, Fault> {
    let (chosen, filter) = choose(words)?;
    let output = places.test_output();
    std::fs::create_dir_all(&output).doing("make the folder", &output)?;
    let task = Task { places, filter };
    let began = Instant::now();
    let mut report = Report::default();
    for (index, check) in chosen.iter().enumerate() {
        eprintln!(
            "==> {}/{} {}: {} ({} so far)",
            index + 1,
            chosen.len(),
            check.name,
            check.what,
            seconds(began.elapsed())
        );
        let start = Instant::now();
        let done = (check.run)(&task);
        let tally = report.take(check.name, start.elapsed(), done);
        let skipped = if tally.skipped.is_empty() {
            String::new()
        } else {
            format!(", {} not run", tally.skipped.len())
        };
        eprintln!(
            "    {}: {} passed, {} failed{skipped} in {}",
            check.name,
            tally.passed,
            tally.failed,
            seconds(start.elapsed())
        );
        tally.failures.iter().for_each(|failure| eprintln!("    | {failure}"));
    }
    let _ = io::stdout().write_all(report.summary().as_bytes());
    match report.totals() {
        (0, 0) => Err(Fault::check("no test has this name")),
        (_, 0) => Ok(ExitCode::SUCCESS),
        _ => Ok(ExitCode::FAILURE),
    }
}

fn choose(words: &[String]) -> Result<(Vec<&'static Check>, Option<&str>), Fault> {
    let here = || CHECKS.iter().filter(|check| check.here);
    let named = |check: &Check, word: &str| {
        check.name == word || check.name.strip_prefix(word).is_some_and(|rest| rest.starts_with('-'))
    };
    let (steps, names): (Vec<&String>, Vec<&String>) =
        words.iter().partition(|word| CHECKS.iter().any(|check| named(check, word)));
    let filter = match names.as_slice() {
        [] => None,
        [name] => Some(name.as_str()),
        _ => {
            return Err(Fault::usage(format!(
                "accepted: steps ({}), and one part of a test's name",
                steps_in_words()
            )));
        }
    };
    let chosen: Vec<&Check> = if steps.is_empty() {
        here().filter(|check| filter.is_none() || check.has_tests).collect()
    } else {
        here().filter(|check| steps.iter().any(|word| named(check, word))).collect()
    };
    if chosen.is_empty() {
        Err(Fault::usage("this step is not run on this system"))
    } else {
        Ok((chosen, filter))
    }
}

fn steps_in_words() -> String {
    CHECKS.map(|check| check.name).join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(words: &[&str]) -> (Vec<&'static str>, Option<String>) {
        let words: Vec<String> = words.iter().map(ToString::to_string).collect();
        let (chosen, filter) = choose(&words).unwrap();
        (chosen.iter().map(|check| check.name).collect(), filter.map(str::to_owned))
    }

    #[test]
    fn words_choose_steps_and_another_word_the_tests_in_them() {
        assert_eq!(names(&["e2e", "notepad"]), (vec!["e2e"], Some("notepad".into())));
        assert_eq!(names(&["format", "deny"]), (vec!["format", "deny"], None));
        let (steps, filter) = names(&["hang"]);
        assert!(steps.contains(&"tests") && !steps.contains(&"clippy"), "{steps:?}");
        assert_eq!(filter.as_deref(), Some("hang"));
    }

    #[test]
    fn without_words_every_step_of_this_system_is_run() {
        assert_eq!(names(&[]).0.len(), CHECKS.iter().filter(|check| check.here).count());
    }

    #[test]
    fn two_names_of_tests_are_refused() {
        assert!(choose(&["one".into(), "two".into()]).is_err());
    }
}
