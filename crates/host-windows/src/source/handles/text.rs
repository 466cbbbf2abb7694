//! Text that another process gave: bounded, and always valid.

/// Longest name, in characters: as much as facts hold.
pub(super) const NAME: usize = model::Facts::CHARS + 1;
/// Longest value in a tree, in characters.
pub(super) const VALUE: usize = model::ui::Content::SHOWN;

/// UTF-16 units as text of at most `most` characters; what is no character becomes U+FFFD.
pub(super) fn decode(units: &[u16], most: usize) -> String {
    char::decode_utf16(units.iter().copied())
        .take(most)
        .map(|unit| unit.unwrap_or(char::REPLACEMENT_CHARACTER))
        .collect()
}

/// The same up to the first NUL, for text that ends with one.
pub(super) fn decode_z(units: &[u16], most: usize) -> String {
    decode(units.split(|unit| *unit == 0).next().unwrap_or_default(), most)
}

/// The same from bytes, little end first.
pub(super) fn decode_bytes(bytes: &[u8], most: usize) -> String {
    let units: Vec<u16> = bytes
        .as_chunks::<2>()
        .0
        .iter()
        .map(|unit| u16::from_le_bytes(*unit))
        .take_while(|unit| *unit != 0)
        .collect();
    decode(&units, most)
}

/// A text as it is shown where `&` marks the access key: `&&` is `&`, other `&` go, and what follows a tab goes.
pub(super) fn without_mnemonic(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        if c != '&' {
            shown.push(c);
        } else if let Some(next) = chars.next() {
            shown.push(next);
        }
    }
    shown
}

/// The name that a label gives to what stands after it.
pub(super) fn label_name(text: &str) -> String {
    without_mnemonic(text).trim().trim_end_matches([':', '：']).trim_end().to_owned()
}

/// Text for an edit, which breaks lines by `\r\n`, as UTF-16 with a NUL.
pub(super) fn for_edit(text: &str) -> Vec<u16> {
    let mut units = Vec::with_capacity(text.len() + 1);
    let mut before = 0;
    for unit in text.encode_utf16() {
        if unit == 0x0A && before != 0x0D {
            units.push(0x0D);
        }
        units.push(unit);
        before = unit;
    }
    units.push(0);
    units
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn halves_of_pairs_and_too_long_texts_are_bounded() {
        assert_eq!(decode(&[0x41, 0xD83D, 0x42], 10), "A\u{FFFD}B");
        assert_eq!(decode(&vec![0x61; 100_000], VALUE).len(), VALUE);
        assert_eq!(decode(&[0xD83D, 0xDCA3, 0x41], 1), "\u{1F4A3}");
    }

    #[test]
    fn text_ends_with_its_nul() {
        assert_eq!(decode_z(&[0x61, 0, 0x62], 10), "a");
        assert_eq!(decode_bytes(&[0x61, 0, 0x62, 0, 0, 0, 0x63, 0, 0x64], 10), "ab");
        assert_eq!(decode_bytes(&[], 10), "");
    }

    #[test]
    fn access_keys_go_and_doubled_ampersands_stay_one() {
        assert_eq!(without_mnemonic("&Save && &quit &amp;"), "Save & quit amp;");
        assert_eq!(without_mnemonic("end&"), "end");
        assert_eq!(label_name("N&otes: "), "Notes");
        assert_eq!(label_name(" : "), "");
    }

    #[test]
    fn every_line_break_becomes_the_edits_own() {
        let text = |units: Vec<u16>| String::from_utf16(&units).unwrap();
        assert_eq!(text(for_edit("a\nb\r\nc")), "a\r\nb\r\nc\0");
        assert_eq!(text(for_edit("")), "\0");
    }
}
