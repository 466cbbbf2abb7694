//! What the kernel writes into a buffer when it is asked about a key: lengths and offsets, then text or data.
//!
//! Source: `KEY_BASIC_INFORMATION`, `KEY_FULL_INFORMATION`, `KEY_NAME_INFORMATION`, `KEY_VALUE_FULL_INFORMATION` and
//! `KEY_VALUE_PARTIAL_INFORMATION` of the Windows Driver Kit's documentation.

use gate::registry::About;

/// 1 January 1970 in the kernel's time: tenths of microseconds since 1601.
const UNIX_EPOCH: i64 = 116_444_736_000_000_000;

/// Bytes of a value that come before its name or data.
pub(super) const VALUE_FULL: usize = 20;
pub(super) const VALUE_PARTIAL: usize = 12;

/// What of a value was written: how much there is of it stands in front of what had room.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Value<'a> {
    /// Its type's number.
    pub(super) kind: u32,
    /// How many bytes of data it has.
    pub(super) length: u32,
    /// These, where all of them had room.
    pub(super) data: Option<&'a [u8]>,
}

fn number(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_le_bytes(bytes.get(at..at.checked_add(4)?)?.try_into().ok()?))
}

fn part(bytes: &[u8], at: u32, length: u32) -> Option<&[u8]> {
    let at = usize::try_from(at).ok()?;
    bytes.get(at..at.checked_add(usize::try_from(length).ok()?)?)
}

fn text(bytes: &[u8]) -> String {
    let units: Vec<u16> = bytes.as_chunks::<2>().0.iter().map(|unit| u16::from_le_bytes(*unit)).collect();
    String::from_utf16_lossy(&units)
}

/// Milliseconds since 1970 of a time of the kernel's; none for the time 0, which stands for none.
fn unix_ms(bytes: &[u8]) -> Option<i64> {
    let time = i64::from_le_bytes(bytes.get(..8)?.try_into().ok()?);
    (time != 0).then(|| time.saturating_sub(UNIX_EPOCH).div_euclid(10_000))
}

/// The name of a key, from the root of all names.
pub(super) fn name(bytes: &[u8]) -> Option<String> {
    Some(text(part(bytes, 4, number(bytes, 0)?)?))
}

/// The name of a subkey.
pub(super) fn subkey(bytes: &[u8]) -> Option<String> {
    Some(text(part(bytes, 16, number(bytes, 12)?)?))
}

/// Counts, class and time of a key.
pub(super) fn about(bytes: &[u8]) -> Option<About> {
    // Where there is no class, its place is none either.
    let class = match number(bytes, 16)? {
        0 => None,
        length => Some(text(part(bytes, number(bytes, 12)?, length)?)),
    };
    Some(About {
        subkeys: number(bytes, 20)?,
        values: number(bytes, 32)?,
        last_write_ms: unix_ms(bytes),
        class,
    })
}

/// A value that was asked for by its name.
pub(super) fn value(bytes: &[u8]) -> Option<Value<'_>> {
    let length = number(bytes, 8)?;
    Some(Value { kind: number(bytes, 4)?, length, data: part(bytes, 12, length) })
}

/// A value that was asked for by its number, and how many bytes its name has.
pub(super) fn numbered(bytes: &[u8]) -> Option<(Value<'_>, u32)> {
    let length = number(bytes, 12)?;
    // Where there is no data, its place may be none.
    let data = if length == 0 { Some([].as_slice()) } else { part(bytes, number(bytes, 8)?, length) };
    Some((Value { kind: number(bytes, 4)?, length, data }, number(bytes, 16)?))
}

/// The name of a value that was asked for by its number, where all of it had room.
pub(super) fn value_name(bytes: &[u8]) -> Option<String> {
    Some(text(part(bytes, 20, number(bytes, 16)?)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn numbers(all: &[u32]) -> Vec<u8> {
        all.iter().flat_map(|number| number.to_le_bytes()).collect()
    }

    fn units(text: &str) -> Vec<u8> {
        text.encode_utf16().flat_map(u16::to_le_bytes).collect()
    }

    #[test]
    fn a_name_is_as_long_as_it_says_and_may_hold_a_nul() {
        assert_eq!(name(&[numbers(&[6]), units("a\0bcd")].concat()).unwrap(), "a\0b");
        assert_eq!(name(&[numbers(&[12]), units("ab")].concat()), None);
        assert_eq!(subkey(&[numbers(&[0, 0, 0, 4]), units("Ab")].concat()).unwrap(), "Ab");
        assert_eq!(name(&[]), None);
    }

    #[test]
    fn a_time_is_in_milliseconds_since_1970_and_none_where_it_is_0() {
        let full = |time: i64| {
            [time.to_le_bytes().to_vec(), numbers(&[0, 44, 4, 3, 0, 0, 9, 0, 0]), units("Cl")].concat()
        };
        let told = about(&full(UNIX_EPOCH + 12_345_678)).unwrap();
        assert_eq!(
            told,
            About { subkeys: 3, values: 9, last_write_ms: Some(1234), class: Some("Cl".to_owned()) }
        );
        assert_eq!(about(&full(0)).unwrap().last_write_ms, None);
        let none = [vec![1; 8], numbers(&[0, u32::MAX, 0, 3, 0, 0, 9, 0, 0])].concat();
        assert_eq!(about(&none).unwrap().class, None);
    }

    #[test]
    fn data_that_had_no_room_is_told_by_its_length_alone() {
        let whole = [numbers(&[0, 3, 5]), vec![1, 2, 3, 4, 5]].concat();
        assert_eq!(value(&whole).unwrap(), Value { kind: 3, length: 5, data: Some(&[1, 2, 3, 4, 5]) });
        assert_eq!(
            value(whole.get(..VALUE_PARTIAL + 2).unwrap()).unwrap(),
            Value { kind: 3, length: 5, data: None }
        );
        let whole = [numbers(&[0, 1, 24, 3, 4]), units("ab"), vec![7, 8, 9]].concat();
        let (of, name) = numbered(&whole).unwrap();
        assert_eq!((of.data.unwrap(), name), ([7, 8, 9].as_slice(), 4));
        let (of, _) = numbered(whole.get(..VALUE_FULL + 2).unwrap()).unwrap();
        assert_eq!((of.data, of.length), (None, 3));
        assert_eq!(value_name(&whole).unwrap(), "ab");
        assert_eq!(value_name(whole.get(..VALUE_FULL + 2).unwrap()), None);
    }
}
