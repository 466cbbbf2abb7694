//! A font of eleven glyphs, for refs such as `e41`: five columns by seven rows.

/// Columns of a glyph.
pub(crate) const WIDTH: usize = 5;
/// Rows of a glyph.
pub(crate) const HEIGHT: usize = 7;

/// The rows of a character's glyph from the top, bit 4 being the left column; a full block where there is none.
pub(crate) const fn glyph(c: char) -> [u8; HEIGHT] {
    match c {
        'e' => [0b00000, 0b00000, 0b01110, 0b10001, 0b11111, 0b10000, 0b01110],
        '0' => [0b01110, 0b10001, 0b10011, 0b10101, 0b11001, 0b10001, 0b01110],
        '1' => [0b00100, 0b01100, 0b00100, 0b00100, 0b00100, 0b00100, 0b01110],
        '2' => [0b01110, 0b10001, 0b00001, 0b00110, 0b01000, 0b10000, 0b11111],
        '3' => [0b11111, 0b00010, 0b00100, 0b00010, 0b00001, 0b10001, 0b01110],
        '4' => [0b00010, 0b00110, 0b01010, 0b10010, 0b11111, 0b00010, 0b00010],
        '5' => [0b11111, 0b10000, 0b11110, 0b00001, 0b00001, 0b10001, 0b01110],
        '6' => [0b00110, 0b01000, 0b10000, 0b11110, 0b10001, 0b10001, 0b01110],
        '7' => [0b11111, 0b00001, 0b00010, 0b00100, 0b01000, 0b01000, 0b01000],
        '8' => [0b01110, 0b10001, 0b10001, 0b01110, 0b10001, 0b10001, 0b01110],
        '9' => [0b01110, 0b10001, 0b10001, 0b01111, 0b00001, 0b00010, 0b01100],
        _ => [0b11111; HEIGHT],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_two_characters_of_a_ref_look_alike() {
        let all: Vec<char> = "e0123456789".chars().collect();
        for (index, a) in all.iter().enumerate() {
            for b in all.iter().skip(index + 1) {
                let differing: u32 = glyph(*a).iter().zip(glyph(*b)).map(|(x, y)| (x ^ y).count_ones()).sum();
                assert!(differing >= 3, "{a} {b}");
            }
        }
    }
}
