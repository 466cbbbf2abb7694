//! Whether a field holds what was put into it.

use model::{ReadBack, TypeMode};

/// At most so many places are tried where a text may have been put in.
const PLACES: usize = 1000;

/// Compares what a field holds with what was put in; `before` is what it held, where that was read.
///
/// Line breaks count as the same however they are written.
#[must_use]
pub fn compare(mode: TypeMode, before: Option<&str>, put: &str, after: &str) -> ReadBack {
    let chars = after.chars().count() as u64;
    let (put, after) = (one_break(put), one_break(after));
    let holds = match (mode, before) {
        (TypeMode::Replace, _) => after == put,
        (TypeMode::Insert, Some(before)) => is_insertion(&one_break(before), &put, &after),
        (TypeMode::Insert, None) => after.contains(&put),
    };
    if holds { ReadBack::Holds { chars } } else { ReadBack::Differs { chars } }
}

/// Whether `after` is `before` with `put` in place of some part of it, or of none.
fn is_insertion(before: &str, put: &str, after: &str) -> bool {
    let same = |(a, b): &(u8, u8)| a == b;
    let start = before.bytes().zip(after.bytes()).take_while(same).count();
    let end = before.bytes().rev().zip(after.bytes().rev()).take_while(same).count();
    // What was put in may have taken the place of a selection, so what was kept may be less than `before`. At its
    // `place`, all before it and all after it must be as it was.
    let Some(kept) = after.len().checked_sub(put.len()).filter(|kept| *kept <= before.len()) else {
        return false;
    };
    let is_there = |place: usize| after.get(place..).is_some_and(|rest| rest.starts_with(put));
    (kept.saturating_sub(end)..=kept.min(start)).rev().take(PLACES).any(is_there)
}

/// `text` with every line break as `\n`.
fn one_break(text: &str) -> String {
    text.replace("\r\n", "\n").replace('\r', "\n")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn inserted(before: &str, put: &str, after: &str) -> bool {
        matches!(compare(TypeMode::Insert, Some(before), put, after), ReadBack::Holds { .. })
    }

    #[test]
    fn an_insertion_is_recognised_wherever_it_was_made() {
        assert!(inserted("", "abc", "abc"));
        assert!(inserted("hello world", "big ", "hello big world"));
        assert!(inserted("aaa", "aa", "aaaaa"));
        assert!(inserted("one\r\ntwo", "x\ny", "one\r\nx\r\nytwo"));
        assert!(inserted("Zoë", "é😀", "Zoé😀ë"));
    }

    #[test]
    fn what_was_selected_may_have_gone() {
        assert!(inserted("hello old world", "new", "hello new world"));
        assert!(inserted("all of it", "x", "x"));
    }

    #[test]
    fn lost_doubled_and_foreign_characters_are_noticed() {
        assert!(!inserted("", "abc", "abbc"));
        assert!(!inserted("", "abc", "ac"));
        assert!(!inserted("hello", "abc", "hello"));
        assert!(!inserted("hello", "abc", "Hello abc"));
        assert!(!inserted("a", "abc", "abcabc"));
    }

    #[test]
    fn replacing_wants_nothing_but_the_text() {
        let replaced = |put, after| compare(TypeMode::Replace, None, put, after);
        assert_eq!(replaced("a\nb", "a\r\nb"), ReadBack::Holds { chars: 4 });
        assert_eq!(replaced("ab", "abc"), ReadBack::Differs { chars: 3 });
        assert_eq!(replaced("", ""), ReadBack::Holds { chars: 0 });
    }

    #[test]
    fn without_the_text_before_it_is_enough_that_it_is_there() {
        assert_eq!(compare(TypeMode::Insert, None, "b", "abc"), ReadBack::Holds { chars: 3 });
        assert_eq!(compare(TypeMode::Insert, None, "x", "abc"), ReadBack::Differs { chars: 3 });
    }

    proptest! {
        #[test]
        fn every_real_insertion_holds(before in "[abé\n]{0,12}", put in "[abé\n]{0,6}", from: prop::sample::Index, to: prop::sample::Index) {
            let mut places: Vec<usize> = before.char_indices().map(|(at, _)| at).collect();
            places.push(before.len());
            let (a, b) = (*from.get(&places), *to.get(&places));
            let (a, b) = (a.min(b), a.max(b));
            let (head, rest) = before.split_at(a);
            let after = format!("{head}{put}{}", rest.split_at(b - a).1);
            prop_assert!(inserted(&before, &put, &after));
        }
    }
}
