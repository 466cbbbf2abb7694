//! What test programs print, read back: libtest's own lines, and nextest's summary.

use super::tally::Tally;

/// Reads the output of one or more test programs; nothing where there is no summary in it.
pub fn read(output: &str) -> Option<Tally> {
    let mut tally = Tally::default();
    let mut summaries = 0_u32;
    for line in output.lines().map(str::trim) {
        if let Some(counts) = line.strip_prefix("test result: ") {
            summaries += 1;
            tally.passed += before(counts, "passed");
            tally.failed += before(counts, "failed");
        } else if let Some(counts) = line.strip_prefix("Summary [") {
            summaries += 1;
            tally.passed += before(counts, "passed");
            tally.failed +=
                ["failed", "timed out", "exec failed"].map(|word| before(counts, word)).iter().sum::<u32>();
        } else if let Some((name, ended)) =
            line.strip_prefix("test ").and_then(|rest| rest.rsplit_once(" ... "))
        {
            if ended == "FAILED" {
                tally.failures.push(name.to_owned());
            } else if let Some(reason) = ended.strip_prefix("ignored") {
                let reason = reason.trim_start_matches(", ");
                tally.skip(name, if reason.is_empty() { "ignored, without a reason" } else { reason });
            }
        } else if let Some(rest) = line.strip_prefix("FAIL [").or(line.strip_prefix("TIMEOUT [")) {
            let name = rest.split_once(']').map_or(rest, |(_, name)| name).trim();
            if !tally.failures.iter().any(|known| known == name) {
                tally.failures.push(name.to_owned());
            }
        }
    }
    (summaries > 0).then_some(tally)
}

/// The number before a word: `12 passed`.
fn before(counts: &str, word: &str) -> u32 {
    let found = counts.match_indices(word).find_map(|(at, _)| {
        let number = counts.get(..at)?.trim_end().rsplit([' ', ',', ';']).next()?;
        number.parse().ok()
    });
    found.unwrap_or(0)
}

/// What a failed test said, from `output`: libtest's `failures:` part, else the end.
pub fn failures(output: &str) -> String {
    let part = output.find("\nfailures:\n").or_else(|| output.find("FAIL [")).and_then(|at| output.get(at..));
    let lines: Vec<&str> = part.unwrap_or(output).lines().collect();
    let shown = if part.is_some() {
        lines.get(..lines.len().min(80))
    } else {
        lines.get(lines.len().saturating_sub(40)..)
    };
    shown.unwrap_or_default().join("\n")
}

/// Tests that carry `#[ignore = "reason"]` in a source, which nextest counts without naming them.
pub fn ignored_in(source: &str) -> Vec<(String, String)> {
    let mut found = Vec::new();
    let mut lines = source.lines().map(str::trim);
    while let Some(line) = lines.next() {
        let Some(rest) = line.strip_prefix("#[ignore") else { continue };
        let reason = rest.split('"').nth(1).unwrap_or("ignored, without a reason").to_owned();
        let name = lines.by_ref().find_map(|line| {
            let (_, after) = line.split_once("fn ")?;
            after.split('(').next()
        });
        found.extend(name.map(|name| (name.to_owned(), reason)));
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn libtest_summaries_add_up_and_failed_and_ignored_tests_are_named() {
        let output = "test a::b ... ok\ntest a::c ... FAILED\ntest figures ... ignored, measures\n\
                      test result: FAILED. 1 passed; 1 failed; 1 ignored; 0 measured; 0 filtered out\n\
                      test result: ok. 20 passed; 0 failed; 0 ignored\n";
        let tally = read(output).unwrap();
        assert_eq!((tally.passed, tally.failed), (21, 1));
        assert_eq!(tally.failures, ["a::c"]);
        assert_eq!(tally.skipped[0].why, "measures");
    }

    #[test]
    fn nextest_summaries_count_what_timed_out_as_failed() {
        let output = "        FAIL [   0.002s] gate a_test\n  TIMEOUT [ 60.0s] gate other\n\
                      Summary [   0.9s] 12 tests run: 9 passed (1 slow), 1 failed, 2 timed out, 3 skipped\n\
                      FAIL [   0.002s] gate a_test\n";
        let tally = read(output).unwrap();
        assert_eq!((tally.passed, tally.failed), (9, 3));
        assert_eq!(tally.failures, ["gate a_test", "gate other"]);
    }

    #[test]
    fn a_program_that_never_came_to_its_tests_gives_nothing() {
        assert_eq!(read("error: could not compile"), None);
    }

    #[test]
    fn an_ignored_test_is_found_with_its_reason() {
        let source = "#[test]\n#[ignore = \"measures\"]\nfn figures() {\n";
        assert_eq!(ignored_in(source), [("figures".to_owned(), "measures".to_owned())]);
    }
}
