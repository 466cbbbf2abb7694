//! Texts that are judged by more than themselves: a field by its label, a part by the whole, a word by its neighbours.

use std::ops::Range;

use super::{SAID, spans};

/// What a field holds, where something of it is a secret: `[redacted: KIND]` stands in its place. The field's label
/// counts as a name beside it.
#[must_use]
pub fn field(label: &str, value: &str) -> Option<String> {
    let label = label.trim_end();
    let sign = if label.is_empty() || label.ends_with([':', '：', '=']) { " " } else { ": " };
    let whole = format!("{label}{sign}{value}");
    part(&whole, whole.len() - value.len()..whole.len())
}

/// Part of a text (in bytes, on character boundaries), where something of it is a secret or belongs to one.
#[must_use]
pub fn part(whole: &str, range: Range<usize>) -> Option<String> {
    let mut spans = spans(whole);
    spans.retain(|span| span.range.start < range.end && span.range.end > range.start);
    if spans.is_empty() {
        return None;
    }
    let mut clean = String::with_capacity(range.len());
    let mut at = range.start;
    for span in spans {
        clean.push_str(whole.get(at..span.range.start).unwrap_or_default());
        clean.push_str(SAID);
        clean.push_str(span.kind.name());
        clean.push(']');
        at = span.range.end;
    }
    clean.push_str(whole.get(at..range.end).unwrap_or_default());
    Some(clean)
}

/// Words that follow each other, such as a program's arguments: what one says of the next counts.
#[must_use]
pub fn words(words: &[&str]) -> Vec<String> {
    let whole = words.join(" ");
    let mut at = 0;
    words
        .iter()
        .map(|word| {
            let range = at..at + word.len();
            at = range.end + 1;
            part(&whole, range).unwrap_or_else(|| (*word).to_owned())
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_label_makes_a_field_a_secret() {
        for label in ["API key", "Password:", "Ihr Passwort"] {
            assert!(
                field(label, "4711x9Kq").is_some_and(|shown| shown.starts_with("[redacted: ")),
                "{label}"
            );
        }
        assert_eq!(field("Verification code", "471199").as_deref(), Some("[redacted: code]"));
        assert_eq!(field("Name", "4711x9Kq"), None);
        assert_eq!(field("", "4711x9Kq"), None);
    }

    #[test]
    fn a_part_is_judged_by_the_whole() {
        let whole = "id ghp_abcdefghijklmnopqrstuvwxyz0123456789 end";
        for from in 3..whole.len() - 4 {
            for to in from + 1..whole.len() {
                let shown = part(whole, from..to).unwrap_or_else(|| whole.get(from..to).unwrap().to_owned());
                assert!(shown.contains("[redacted: token]"), "{from}..{to}: {shown}");
                assert!(!shown.contains("ghp") && !shown.contains("6789"), "{from}..{to}: {shown}");
            }
        }
        assert_eq!(part(whole, 0..3), None);
    }

    #[test]
    fn an_argument_is_judged_by_the_one_before_it() {
        let shown = words(&["/u", "me", "--password", "hunter2", "-v"]);
        assert_eq!(shown, ["/u", "me", "--password", "[redacted: password]", "-v"]);
    }
}
