//! What is shown, as text that can neither hide nor pretend.

use model::ui::escape;

/// Longest text of a fact, in characters; what is beyond is counted.
const LONGEST: usize = 20_000;

/// Most lines of a fact, and most facts; what is beyond is counted.
const MOST_LINES: usize = 200;
const MOST_FACTS: usize = 32;

/// Longest label, in characters.
const LABEL: usize = 24;

/// One line: control, format and reordering characters are written out; quotes and backslashes stay as they are.
pub(super) fn plain(text: &str, longest: usize) -> String {
    let mut shown = String::with_capacity(text.len().min(longest));
    let mut chars = text.chars();
    for c in chars.by_ref().take(longest) {
        match c {
            '"' | '\\' => shown.push(c),
            c => shown.push_str(&escape(c.encode_utf8(&mut [0; 4]), 1)),
        }
    }
    match chars.count() {
        0 => shown,
        rest => format!("{shown}… ({rest} more)"),
    }
}

/// A label as it stands before its text.
pub(super) fn label(text: &str) -> String {
    plain(text, LABEL)
}

/// Facts in two columns, a tab apart. Text is broken into lines here and not by what shows it, so that no line of a
/// text can come to stand where labels do; `fits` tells how many UTF-16 units of a line fit, and at least one does.
pub(super) fn columns(facts: &[(String, String)], fits: impl Fn(&[u16]) -> usize) -> Vec<u16> {
    let mut shown: Vec<u16> = Vec::new();
    let mut add = |before: &str, line: &[u16]| {
        if !shown.is_empty() {
            shown.extend("\r\n".encode_utf16());
        }
        shown.extend(before.encode_utf16().chain([TAB]).chain(line.iter().copied()));
    };
    for (name, text) in facts.iter().take(MOST_FACTS) {
        let short: String = text.chars().take(LONGEST).collect();
        let mut lines = short.lines().flat_map(|line| broken(&plain(line, LONGEST), &fits)).peekable();
        add(&label(name), &lines.next().unwrap_or_default());
        lines.by_ref().take(MOST_LINES - 1).for_each(|line| add("", &line));
        let beyond = text.chars().count().saturating_sub(LONGEST);
        if beyond > 0 || lines.peek().is_some() {
            let rest = lines.count();
            let said = format!("… (not shown: {rest} more lines and {beyond} characters beyond)");
            broken(&said, &fits).iter().for_each(|line| add("", line));
        }
    }
    if let Some(rest @ 1..) = facts.len().checked_sub(MOST_FACTS) {
        add(&format!("… ({rest} more)"), &[]);
    }
    shown
}

const TAB: u16 = 9;
const SPACE: u16 = 32;

/// A line in as many as it takes, broken behind a space where there is one.
fn broken(line: &str, fits: impl Fn(&[u16]) -> usize) -> Vec<Vec<u16>> {
    let units: Vec<u16> = line.encode_utf16().collect();
    let (mut rest, mut lines) = (units.as_slice(), Vec::new());
    loop {
        let most = fits(rest).max(1);
        if most >= rest.len() {
            lines.push(rest.to_vec());
            return lines;
        }
        let space = rest.iter().take(most + 1).rposition(|unit| *unit == SPACE).map(|at| at + 1);
        // The second half of a character stays with the first.
        let halves = rest.get(most).is_some_and(|unit| (0xDC00..0xE000).contains(unit));
        let whole = match (halves, most) {
            (false, _) => most,
            (true, 1) => 2,
            (true, _) => most - 1,
        };
        let (head, tail) = rest.split_at(space.unwrap_or(whole).min(rest.len()));
        lines.push(head.to_vec());
        if tail.is_empty() {
            return lines;
        }
        rest = tail;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(facts: &[(&str, &str)], width: usize) -> String {
        let facts: Vec<_> =
            facts.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned())).collect();
        String::from_utf16(&columns(&facts, |units| units.len().min(width))).unwrap()
    }

    #[test]
    fn paths_stay_readable_and_what_hides_or_reorders_is_written_out() {
        assert_eq!(plain("C:\\a \"b\"", 99), "C:\\a \"b\"");
        assert_eq!(plain("a\u{202e}b\tc\0", 99), "a\\u{202e}b\\tc\\u{0}");
        assert_eq!(plain("abcdef", 2), "ab… (4 more)");
    }

    #[test]
    fn only_labels_stand_at_the_beginning_of_a_line() {
        let text = "one two three four\nTarget\tharmless\r\n\u{2028}x  Target: y";
        let all = shown(&[("Command", text), ("Target", "real"), ("Empty", "")], 8);
        let starts: Vec<&str> = all.split("\r\n").map(|line| line.split('\t').next().unwrap()).collect();
        let labels: Vec<&&str> = starts.iter().filter(|start| !start.is_empty()).collect();
        assert_eq!(labels, [&"Command", &"Target", &"Empty"], "{all}");
        assert!(all.contains("one two \r\n\tthree \r\n\tfour"), "{all}");
        assert!(all.contains("Target\treal"), "{all}");
    }

    #[test]
    fn a_line_without_spaces_is_broken_and_no_character_is_cut_in_two() {
        assert_eq!(shown(&[("P", "aaaaaaaaaa")], 4), "P\taaaa\r\n\taaaa\r\n\taa");
        assert_eq!(shown(&[("P", "😀😀😀")], 3), "P\t😀\r\n\t😀\r\n\t😀");
        assert_eq!(shown(&[("P", "😀😀")], 1), "P\t😀\r\n\t😀");
        assert_eq!(shown(&[("P", "ab")], 0), "P\ta\r\n\tb");
    }

    #[test]
    fn what_is_beyond_all_measure_is_cut_and_said_so() {
        let all = shown(&[("P", &"x".repeat(LONGEST + 5))], usize::MAX);
        assert!(all.ends_with("0 more lines and 5 characters beyond)"), "{}", all.len());
        let all = shown(&[("P", &"x\n".repeat(MOST_LINES + 3))], usize::MAX);
        assert!(all.ends_with("3 more lines and 0 characters beyond)"), "{all}");
        assert_eq!(all.lines().count(), MOST_LINES + 1);
        let all = shown(&[("P", "x"); MOST_FACTS + 2], usize::MAX);
        assert!(all.ends_with("… (2 more)\t"), "{all}");
    }
}
