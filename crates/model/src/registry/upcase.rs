//! Upper case as NT compares the names of keys: one UTF-16 unit becomes one.
//!
//! Source: the table of `RtlUpcaseUnicodeChar` (`l_intl.nls`), which Microsoft publishes as "Windows 8 Upper Case Mapping
//! Table" (`[MS-UCODEREF]` 3.1.5.3). Derived from the Unicode Character Database: a character of the basic plane has an
//! upper case where Unicode's simple upper case of it is another one, the simple lower case of that leads back, and both
//! are in Unicode 5.1. The published table has these rows and no others.
//!
//! Unicode's own folding differs in what does not lead back (dotless i, long s, the micro sign, final sigma and titlecase
//! letters are themselves here), in what becomes several characters (so is sharp s), in letters that came after Unicode 5.1
//! (Georgian, Cherokee), and in all beyond the basic plane. Wine folds later letters as well: names that differ in nothing
//! else are two keys here and one there, of which the kernel then tells the name.

use std::borrow::Cow;

/// First and last character, their step, and what is added to become upper case.
type Run = (u16, u16, u16, i32);

#[rustfmt::skip]
const RUNS: &[Run] = &[
    (0x00e0, 0x00f6, 1, -32), (0x00f8, 0x00fe, 1, -32), (0x00ff, 0x00ff, 1, 121), (0x0101, 0x012f, 2, -1),
    (0x0133, 0x0137, 2, -1), (0x013a, 0x0148, 2, -1), (0x014b, 0x0177, 2, -1), (0x017a, 0x017e, 2, -1),
    (0x0180, 0x0180, 1, 195), (0x0183, 0x0185, 2, -1), (0x0188, 0x0188, 1, -1), (0x018c, 0x018c, 1, -1),
    (0x0192, 0x0192, 1, -1), (0x0195, 0x0195, 1, 97), (0x0199, 0x0199, 1, -1), (0x019a, 0x019a, 1, 163),
    (0x019e, 0x019e, 1, 130), (0x01a1, 0x01a5, 2, -1), (0x01a8, 0x01a8, 1, -1), (0x01ad, 0x01ad, 1, -1),
    (0x01b0, 0x01b0, 1, -1), (0x01b4, 0x01b6, 2, -1), (0x01b9, 0x01b9, 1, -1), (0x01bd, 0x01bd, 1, -1),
    (0x01bf, 0x01bf, 1, 56), (0x01c6, 0x01c6, 1, -2), (0x01c9, 0x01c9, 1, -2), (0x01cc, 0x01cc, 1, -2),
    (0x01ce, 0x01dc, 2, -1), (0x01dd, 0x01dd, 1, -79), (0x01df, 0x01ef, 2, -1), (0x01f3, 0x01f3, 1, -2),
    (0x01f5, 0x01f5, 1, -1), (0x01f9, 0x021f, 2, -1), (0x0223, 0x0233, 2, -1), (0x023c, 0x023c, 1, -1),
    (0x0242, 0x0242, 1, -1), (0x0247, 0x024f, 2, -1), (0x0250, 0x0250, 1, 10783),
    (0x0251, 0x0251, 1, 10780), (0x0253, 0x0253, 1, -210), (0x0254, 0x0254, 1, -206),
    (0x0256, 0x0257, 1, -205), (0x0259, 0x0259, 1, -202), (0x025b, 0x025b, 1, -203),
    (0x0260, 0x0260, 1, -205), (0x0263, 0x0263, 1, -207), (0x0268, 0x0268, 1, -209),
    (0x0269, 0x0269, 1, -211), (0x026b, 0x026b, 1, 10743), (0x026f, 0x026f, 1, -211),
    (0x0271, 0x0271, 1, 10749), (0x0272, 0x0272, 1, -213), (0x0275, 0x0275, 1, -214),
    (0x027d, 0x027d, 1, 10727), (0x0280, 0x0280, 1, -218), (0x0283, 0x0283, 1, -218),
    (0x0288, 0x0288, 1, -218), (0x0289, 0x0289, 1, -69), (0x028a, 0x028b, 1, -217),
    (0x028c, 0x028c, 1, -71), (0x0292, 0x0292, 1, -219), (0x0371, 0x0373, 2, -1), (0x0377, 0x0377, 1, -1),
    (0x037b, 0x037d, 1, 130), (0x03ac, 0x03ac, 1, -38), (0x03ad, 0x03af, 1, -37), (0x03b1, 0x03c1, 1, -32),
    (0x03c3, 0x03cb, 1, -32), (0x03cc, 0x03cc, 1, -64), (0x03cd, 0x03ce, 1, -63), (0x03d7, 0x03d7, 1, -8),
    (0x03d9, 0x03ef, 2, -1), (0x03f2, 0x03f2, 1, 7), (0x03f8, 0x03f8, 1, -1), (0x03fb, 0x03fb, 1, -1),
    (0x0430, 0x044f, 1, -32), (0x0450, 0x045f, 1, -80), (0x0461, 0x0481, 2, -1), (0x048b, 0x04bf, 2, -1),
    (0x04c2, 0x04ce, 2, -1), (0x04cf, 0x04cf, 1, -15), (0x04d1, 0x0523, 2, -1), (0x0561, 0x0586, 1, -48),
    (0x1d79, 0x1d79, 1, 35332), (0x1d7d, 0x1d7d, 1, 3814), (0x1e01, 0x1e95, 2, -1), (0x1ea1, 0x1eff, 2, -1),
    (0x1f00, 0x1f07, 1, 8), (0x1f10, 0x1f15, 1, 8), (0x1f20, 0x1f27, 1, 8), (0x1f30, 0x1f37, 1, 8),
    (0x1f40, 0x1f45, 1, 8), (0x1f51, 0x1f57, 2, 8), (0x1f60, 0x1f67, 1, 8), (0x1f70, 0x1f71, 1, 74),
    (0x1f72, 0x1f75, 1, 86), (0x1f76, 0x1f77, 1, 100), (0x1f78, 0x1f79, 1, 128), (0x1f7a, 0x1f7b, 1, 112),
    (0x1f7c, 0x1f7d, 1, 126), (0x1f80, 0x1f87, 1, 8), (0x1f90, 0x1f97, 1, 8), (0x1fa0, 0x1fa7, 1, 8),
    (0x1fb0, 0x1fb1, 1, 8), (0x1fb3, 0x1fb3, 1, 9), (0x1fc3, 0x1fc3, 1, 9), (0x1fd0, 0x1fd1, 1, 8),
    (0x1fe0, 0x1fe1, 1, 8), (0x1fe5, 0x1fe5, 1, 7), (0x1ff3, 0x1ff3, 1, 9), (0x214e, 0x214e, 1, -28),
    (0x2170, 0x217f, 1, -16), (0x2184, 0x2184, 1, -1), (0x24d0, 0x24e9, 1, -26), (0x2c30, 0x2c5e, 1, -48),
    (0x2c61, 0x2c61, 1, -1), (0x2c65, 0x2c65, 1, -10795), (0x2c66, 0x2c66, 1, -10792),
    (0x2c68, 0x2c6c, 2, -1), (0x2c73, 0x2c73, 1, -1), (0x2c76, 0x2c76, 1, -1), (0x2c81, 0x2ce3, 2, -1),
    (0x2d00, 0x2d25, 1, -7264), (0xa641, 0xa65f, 2, -1), (0xa663, 0xa66d, 2, -1), (0xa681, 0xa697, 2, -1),
    (0xa723, 0xa72f, 2, -1), (0xa733, 0xa76f, 2, -1), (0xa77a, 0xa77c, 2, -1), (0xa77f, 0xa787, 2, -1),
    (0xa78c, 0xa78c, 1, -1), (0xff41, 0xff5a, 1, -32),
];

/// A text in upper case, as names of keys and values are compared.
#[must_use]
pub fn upcase(text: &str) -> Cow<'_, str> {
    if text.bytes().all(|byte| byte.is_ascii() && !byte.is_ascii_lowercase()) {
        return Cow::Borrowed(text);
    }
    let mut folded = String::with_capacity(text.len());
    push_upcase(&mut folded, text);
    Cow::Owned(folded)
}

/// Appends a text in upper case.
pub(super) fn push_upcase(to: &mut String, text: &str) {
    if text.is_ascii() {
        let from = to.len();
        to.push_str(text);
        if let Some(added) = to.get_mut(from..) {
            added.make_ascii_uppercase();
        }
    } else {
        to.extend(text.chars().map(of_char));
    }
}

fn of_char(c: char) -> char {
    if c.is_ascii() {
        return c.to_ascii_uppercase();
    }
    let Ok(unit) = u16::try_from(u32::from(c)) else { return c };
    let after = RUNS.partition_point(|(first, ..)| *first <= unit);
    match after.checked_sub(1).and_then(|at| RUNS.get(at)) {
        Some((first, last, step, add)) if unit <= *last && (unit - first) % step == 0 => {
            u32::from(c).checked_add_signed(*add).and_then(char::from_u32).unwrap_or(c)
        }
        Some(_) | None => c,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_character_becomes_the_one_that_leads_back_to_it() {
        let mut changed = 0;
        for c in (0x80..=0xffff).filter_map(char::from_u32).filter(|c| of_char(*c) != *c) {
            let upper = of_char(c);
            assert_eq!(of_char(upper), upper, "{c:?} is upper case twice");
            assert!(upper.to_lowercase().eq([c]), "{c:?} -> {upper:?}");
            changed += 1;
        }
        assert_eq!(changed, 947);
    }

    #[test]
    fn what_unicode_folds_and_nt_does_not_stays() {
        for same in [
            "\u{131}",
            "\u{17f}",
            "\u{df}",
            "\u{b5}",
            "\u{3c2}",
            "\u{1c5}",
            "\u{212a}",
            "\u{10d0}",
            "\u{ab70}",
            "\u{525}",
            "\u{10428}",
        ] {
            assert_eq!(upcase(same), same, "{same:?}");
        }
        for (lower, upper) in [
            ("stra\u{df}e", "STRA\u{df}E"),
            ("\u{ff}", "\u{178}"),
            ("\u{1c6}", "\u{1c4}"),
            ("\u{1f80}", "\u{1f88}"),
            ("\u{2c65}", "\u{23a}"),
            ("\u{2d00}", "\u{10a0}"),
            ("\u{ff41}b", "\u{ff21}B"),
        ] {
            assert_eq!(upcase(lower), upper);
        }
    }

    #[test]
    fn no_other_character_becomes_an_ascii_one() {
        assert!((0x80..=0xffff).filter_map(char::from_u32).all(|c| !of_char(c).is_ascii()));
    }
}
