//! What came of the checks: counts, what was skipped and why, and the summary.

use std::{fmt::Write as _, time::Duration};

use crate::{fault::Fault, progress::seconds};

/// What came of one step.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct Tally {
    /// Checks and tests that passed.
    pub passed: u32,
    /// Those that failed.
    pub failed: u32,
    /// Those that could not be run here.
    pub skipped: Vec<Skip>,
    /// The names of those that failed, as far as they are known, with what they found.
    pub failures: Vec<String>,
}

/// Something that was not run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Skip {
    /// What.
    pub what: String,
    /// Why.
    pub why: String,
}

impl Tally {
    /// Counts one check: passed where `found` is empty, else failed once with everything it found.
    pub fn check(&mut self, name: &str, found: &[String]) {
        if found.is_empty() {
            self.passed += 1;
            return;
        }
        self.failed += 1;
        self.failures.push(name.to_owned());
        self.failures.extend(found.iter().map(|line| format!("  {line}")));
    }

    /// Counts one program's end as a check.
    pub fn ended(&mut self, name: &str, done: Result<(), Fault>) {
        match done {
            Ok(()) => self.passed += 1,
            Err(fault) => self.check(name, &[fault.to_string()]),
        }
    }

    /// Notes something that could not be run; once where it is told twice.
    pub fn skip(&mut self, what: impl Into<String>, why: impl Into<String>) {
        let skip = Skip { what: what.into(), why: why.into() };
        if !self.skipped.contains(&skip) {
            self.skipped.push(skip);
        }
    }

    /// Adds what came of a part.
    pub fn add(&mut self, part: Self) {
        self.passed += part.passed;
        self.failed += part.failed;
        self.failures.extend(part.failures);
        part.skipped.into_iter().for_each(|skip| self.skip(skip.what, skip.why));
    }
}

/// All steps of a run.
#[derive(Debug, Default)]
pub struct Report {
    steps: Vec<(&'static str, Duration, Tally)>,
}

impl Report {
    /// Takes in a step. What is missing here and cannot be installed skips the step; any other fault fails it.
    pub fn take(&mut self, name: &'static str, took: Duration, done: Result<Tally, Fault>) -> &Tally {
        let tally = done.unwrap_or_else(|fault| {
            let mut tally = Tally::default();
            match fault {
                Fault::Missing { what } => tally.skip(name, what),
                fault => tally.check(name, &[fault.to_string()]),
            }
            tally
        });
        self.steps.push((name, took, tally));
        // Just pushed.
        self.steps.last().map_or(&EMPTY, |(_, _, tally)| tally)
    }

    /// Passed and failed, of all steps.
    pub fn totals(&self) -> (u32, u32) {
        let sum = |of: fn(&Tally) -> u32| self.steps.iter().map(|(_, _, tally)| of(tally)).sum();
        (sum(|tally| tally.passed), sum(|tally| tally.failed))
    }

    /// The summary: a table of steps, what failed, what was skipped and why, and one line that counts.
    pub fn summary(&self) -> String {
        let mut text =
            format!("\n{:<16} {:>7} {:>7} {:>8}  {:>12}\n", "step", "passed", "failed", "skipped", "time");
        for (name, took, tally) in &self.steps {
            let Tally { passed, failed, skipped, .. } = tally;
            let _ = writeln!(
                text,
                "{name:<16} {passed:>7} {failed:>7} {:>8}  {:>12}",
                skipped.len(),
                seconds(*took)
            );
        }
        for (name, _, tally) in self.steps.iter().filter(|(_, _, tally)| !tally.failures.is_empty()) {
            let _ = writeln!(text, "\nfailed in {name}:");
            tally.failures.iter().for_each(|failure| text.push_str(&format!("  {failure}\n")));
        }
        let skipped: Vec<&Skip> = self.steps.iter().flat_map(|(_, _, tally)| &tally.skipped).collect();
        if !skipped.is_empty() {
            text.push_str("\nnot run here:\n");
        }
        for Skip { what, why } in skipped {
            let _ = writeln!(text, "  {what}: {why}");
        }
        let (passed, failed) = self.totals();
        let _ = writeln!(text, "\n{passed} passed, {failed} failed");
        text
    }
}

static EMPTY: Tally = Tally { passed: 0, failed: 0, skipped: Vec::new(), failures: Vec::new() };

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_line_counts_and_what_was_not_run_is_told_with_its_reason() {
        let mut report = Report::default();
        let mut good = Tally { passed: 3, ..Tally::default() };
        good.skip("advisories", "no network");
        report.take("deny", Duration::from_secs(1), Ok(good));
        report.take("e2e", Duration::ZERO, Err(Fault::missing("no Wine")));
        report.take("format", Duration::ZERO, Err(Fault::check("a file is not formatted")));
        let text = report.summary();
        assert_eq!(text.lines().last(), Some("3 passed, 1 failed"));
        assert!(text.contains("  advisories: no network") && text.contains("  e2e: no Wine"), "{text}");
        assert!(text.contains("a file is not formatted"), "{text}");
    }
}
