//! Which items of a long list are read.

use std::ops::Range;

/// Lists of at most so many items are read whole.
pub(super) const WHOLE: u64 = 100;
/// Of longer ones at least so many are read.
const LEAST: u64 = 50;

/// The items to read: all of a short list; of a long one what is shown and some more, from the first shown one on.
pub(super) fn shown(count: u64, first_shown: u64, a_page: u64, most: usize) -> Range<u64> {
    let most = u64::try_from(most).unwrap_or(u64::MAX);
    if count <= WHOLE.min(most) {
        return 0..count;
    }
    let wanted = a_page.saturating_add(1).clamp(LEAST, WHOLE * 2).min(most).min(count);
    let from = first_shown.min(count - wanted);
    from..from + wanted
}

/// What to say of a list that was not read whole; nothing where it was.
pub(super) fn note(what: &str, name: &str, range: &Range<u64>, count: u64) -> Option<String> {
    if range.start == 0 && range.end >= count {
        return None;
    }
    let name = model::ui::escape(name, 60);
    let (from, to) = (range.start.saturating_add(1), range.end);
    Some(if range.is_empty() {
        format!("none of the {count} items of {what} `{name}` were read")
    } else {
        format!(
            "{what} `{name}` has {count} items, of which {from} to {to} are given; scroll it to see others"
        )
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn short_lists_are_whole_and_long_ones_are_where_they_are_scrolled_to() {
        assert_eq!(shown(0, 0, 10, 300), 0..0);
        assert_eq!(shown(100, 40, 10, 300), 0..100);
        assert_eq!(shown(10_000, 0, 12, 300), 0..50);
        assert_eq!(shown(10_000, 4000, 60, 300), 4000..4061);
        assert_eq!(shown(10_000, 9990, 12, 300), 9950..10_000);
        assert_eq!(shown(10_000, 5, 12, 3), 5..8);
        assert_eq!(note("List", "", &(0..9), 9), None);
        assert!(note("List", "Files", &(50..100), 10_000).unwrap().contains("51 to 100"));
    }

    proptest! {
        #[test]
        fn whatever_a_list_claims_the_range_is_in_it_and_bounded(
            count: u64, first: u64, page: u64, most in 0..5000_usize
        ) {
            let range = shown(count, first, page, most);
            prop_assert!(range.end <= count && range.start <= range.end);
            prop_assert!(range.end - range.start <= (most as u64).min(WHOLE * 2));
        }
    }
}
