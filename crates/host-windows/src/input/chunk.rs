//! Text in pieces small enough that little arrives after a stop.

/// Characters that are sent before the target must have taken them.
pub const CHUNK: usize = 32;

/// Cuts text into pieces of at most [`CHUNK`] characters.
///
/// A line break or tab ends its piece, for it may move the keyboard elsewhere, which is looked at before the next
/// piece. What belongs to the character before it (accents, joined emoji) stays with it, unless the whole takes
/// more than a piece.
pub fn chunks(text: &str) -> impl Iterator<Item = &str> {
    let mut rest = text;
    std::iter::from_fn(move || {
        let (piece, left) = rest.split_at_checked(first_chunk(rest)?)?;
        rest = left;
        Some(piece)
    })
}

/// Bytes of the first piece; nothing where no text is left.
fn first_chunk(text: &str) -> Option<usize> {
    let mut chars = text.char_indices().peekable();
    let mut before = chars.peek()?.1;
    let mut cut = None; // the last place where a cut splits nothing
    let mut count = 0;
    while let Some((at, c)) = chars.next() {
        if count > 0 && !belongs_to(before, c) {
            cut = Some(at);
        }
        if count == CHUNK {
            return Some(cut.filter(|cut| *cut > 0).unwrap_or(at));
        }
        count += 1;
        let ends = match c {
            '\r' => chars.peek().is_none_or(|(_, next)| *next != '\n'),
            '\n' | '\t' => true,
            _ => false,
        };
        if ends {
            return Some(at + c.len_utf8());
        }
        before = c;
    }
    Some(text.len())
}

/// Whether `c` forms one visible character with what stands before it.
///
/// The common ranges of Unicode's "Grapheme_Extend" and emoji sequences (UAX #29): enough to cut well; a cut
/// elsewhere is not wrong, for the target receives the same text.
fn belongs_to(before: char, c: char) -> bool {
    const JOINER: char = '\u{200d}';
    before == JOINER
        || (before == '\r' && c == '\n')
        || (is_regional(before) && is_regional(c))
        || matches!(u32::from(c),
            0x0300..=0x036F | 0x0483..=0x0489 | 0x0591..=0x05BD | 0x05BF | 0x05C1..=0x05C2 | 0x05C4..=0x05C5
            | 0x0610..=0x061A | 0x064B..=0x065F | 0x0670 | 0x06D6..=0x06DC | 0x06DF..=0x06E4 | 0x0730..=0x074A
            | 0x0900..=0x0903 | 0x093A..=0x094F | 0x0981..=0x0983 | 0x09BC..=0x09CD | 0x0A3C..=0x0A4D
            | 0x0B3C..=0x0B57 | 0x0BBE..=0x0BCD | 0x0C3E..=0x0C56 | 0x0CBC..=0x0CD6 | 0x0D3E..=0x0D4D
            | 0x0E31 | 0x0E34..=0x0E3A | 0x0E47..=0x0E4E | 0x0F71..=0x0F84 | 0x1AB0..=0x1AFF | 0x1DC0..=0x1DFF
            | 0x200C..=0x200D | 0x20D0..=0x20F0 | 0x302A..=0x302F | 0x3099..=0x309A | 0xFE00..=0xFE0F
            | 0xFE20..=0xFE2F | 0x1F3FB..=0x1F3FF | 0xE0020..=0xE007F | 0xE0100..=0xE01EF)
}

const fn is_regional(c: char) -> bool {
    matches!(c, '\u{1F1E6}'..='\u{1F1FF}')
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn cut(text: &str) -> Vec<&str> {
        chunks(text).collect()
    }

    #[test]
    fn pieces_are_full_and_nothing_is_lost() {
        let text = "x".repeat(70);
        assert_eq!(cut(&text).iter().map(|piece| piece.len()).collect::<Vec<_>>(), [32, 32, 6]);
        assert!(cut("").is_empty());
    }

    #[test]
    fn an_accent_stays_with_its_letter() {
        let text = format!("{}e\u{301}y", "x".repeat(31));
        assert_eq!(cut(&text), ["x".repeat(31).as_str(), "e\u{301}y"]);
    }

    #[test]
    fn a_joined_emoji_and_a_flag_stay_whole() {
        let family = "👩\u{200d}👩\u{200d}👧";
        assert_eq!(cut(&format!("{}{family}", "x".repeat(30)))[1], family);
        assert_eq!(cut(&format!("{}🇩🇪", "x".repeat(31)))[1], "🇩🇪");
    }

    #[test]
    fn a_line_break_or_tab_ends_its_piece() {
        assert_eq!(cut("a\nb\tc\r\nd\re"), ["a\n", "b\t", "c\r\n", "d\r", "e"]);
    }

    #[test]
    fn a_line_break_of_two_characters_is_not_cut_in_two() {
        let text = format!("{}\r\nb", "x".repeat(31));
        assert_eq!(cut(&text), ["x".repeat(31).as_str(), "\r\n", "b"]);
    }

    #[test]
    fn a_pile_of_accents_is_cut_all_the_same() {
        let text = format!("e{}", "\u{301}".repeat(100));
        assert!(cut(&text).iter().all(|piece| piece.chars().count() <= CHUNK));
        assert_eq!(cut(&text).concat(), text);
    }

    proptest! {
        #[test]
        fn any_text_comes_out_whole_in_pieces_that_are_neither_empty_nor_too_long(text in ".{0,200}") {
            let pieces = cut(&text);
            prop_assert_eq!(pieces.concat(), text.as_str());
            prop_assert!(pieces.iter().all(|piece| (1..=CHUNK).contains(&piece.chars().count())));
        }
    }
}
