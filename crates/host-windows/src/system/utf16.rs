//! Text as the system's functions take and give it.

/// The first `length` units as text.
pub(crate) fn first(units: &[u16], length: i32) -> String {
    String::from_utf16_lossy(units.get(..usize::try_from(length).unwrap_or_default()).unwrap_or_default())
}

/// The units before the first NUL, or all of them, as text.
pub(crate) fn until_nul(units: &[u16]) -> String {
    String::from_utf16_lossy(units.split(|unit| *unit == 0).next().unwrap_or_default())
}

/// The units of `text` and a NUL.
pub(crate) fn with_nul(text: &str) -> Vec<u16> {
    text.encode_utf16().chain([0]).collect()
}

/// What a function gives that fills a buffer and tells how many units it has written, or how many it needs: 0 and
/// needs over 32,768 are failures.
#[cfg(windows)]
pub(crate) fn filled(mut fill: impl FnMut(&mut [u16]) -> u32) -> Option<String> {
    let mut units = vec![0; 512];
    for _ in 0..3 {
        let length = fill(&mut units) as usize;
        match length {
            0 | 32_769.. => return None,
            _ if length < units.len() => {
                units.truncate(length);
                return Some(String::from_utf16_lossy(&units));
            }
            _ => units.resize(length + 1, 0),
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_ends_at_its_length_or_its_nul_and_never_behind_the_buffer() {
        let units: Vec<u16> = "ab\0cd".encode_utf16().collect();
        assert_eq!(first(&units, 2), "ab");
        assert_eq!(first(&units, -1), "");
        assert_eq!(first(&units, 99), "");
        assert_eq!(until_nul(&units), "ab");
        assert_eq!(until_nul(&[]), "");
        assert_eq!(with_nul("é𝄞"), [0xe9, 0xd834, 0xdd1e, 0]);
    }
}
