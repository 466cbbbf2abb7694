//! Text that was on the screen or the clipboard, as it is given to the agent.

use std::fmt::Write as _;

use model::{TextRead, tool::Reply};

use super::one_line;

/// The text as it stands, apart from characters that would act on the reader's display instead of being read:
/// controls other than tab and line break, explicit bidi embeddings, overrides and isolates (U+202A to U+202E,
/// U+2066 to U+2069), line and paragraph separators, and tag characters (U+E0000 to U+E0FFF), which hide text.
/// These become `\u{…}`. Marks and joiners that languages and emoji need stay.
pub(crate) fn screen_text(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '\n' | '\t' => shown.push(c),
            '\r' if chars.peek() == Some(&'\n') => shown.push(c),
            c if acts_on_the_display(c) => {
                // Writing to a String cannot fail.
                let _ = write!(shown, "\\u{{{:x}}}", u32::from(c));
            }
            c => shown.push(c),
        }
    }
    shown
}

fn acts_on_the_display(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{e0000}'..='\u{e0fff}')
}

/// Text of `what` that was read from `offset`; where that is not all of it, then how much there is and how to get
/// the rest, as `rest` says for the offset to go on at.
pub(crate) fn read_text(read: &TextRead, offset: u64, what: &str, rest: impl Fn(u64) -> String) -> Reply {
    let mut text = screen_text(&read.text);
    let mut told = Vec::new();
    let end = offset.saturating_add(u64::try_from(read.text.chars().count()).unwrap_or(u64::MAX));
    if read.total_chars == 0 && read.text.is_empty() {
        told.push(format!("{what} holds no text"));
    } else if let Some(next) = read.next_offset {
        let total = read.total_chars;
        told.push(format!("characters {offset} to {end} of {total}; {}", rest(next)));
    } else if offset > 0 {
        told.push(format!("characters {offset} to {end} of {}: the end", read.total_chars));
    }
    told.extend(read.notes.iter().map(|note| one_line(note)));
    if !told.is_empty() {
        if !text.is_empty() && !text.ends_with('\n') {
            text.push('\n');
        }
        let _ = write!(text, "[{}]", told.join("; "));
    }
    Reply { text, ..Reply::default() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_given_as_it_stands() {
        let text = "Grüße\t\"x\" \\ \r\n\u{5e9}\u{200f} 👩\u{200d}👧";
        assert_eq!(screen_text(text), text);
    }

    #[test]
    fn what_would_act_on_the_display_is_escaped() {
        let text = "a\0\u{1b}[2J\rb\u{202e}c\u{2028}\u{e0041}\u{85}";
        assert_eq!(screen_text(text), r"a\u{0}\u{1b}[2J\u{d}b\u{202e}c\u{2028}\u{e0041}\u{85}");
    }

    #[test]
    fn a_part_says_how_to_get_the_rest() {
        let read = TextRead {
            text: "abc".into(),
            total_chars: 10,
            next_offset: Some(5),
            notes: vec!["one page".into()],
            ..TextRead::default()
        };
        let rest = |next| format!("go on at {next}");
        let text = read_text(&read, 2, "the element", rest).text;
        assert_eq!(text, "abc\n[characters 2 to 5 of 10; go on at 5; one page]");
        let none = read_text(&TextRead::default(), 0, "the element", rest).text;
        assert_eq!(none, "[the element holds no text]");
    }
}
