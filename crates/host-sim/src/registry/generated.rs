//! Subkeys and values that stand in a key without being written out, however many.

use gate::registry::Read;
use model::registry::{RegistryData, ValueType, upcase};

use crate::world::Generated;

/// What is generated in a key, less what has been written out of it.
#[derive(Debug, Default)]
pub(super) struct Lazy {
    all: Generated,
    /// Where the world says so.
    at: Option<String>,
    /// Numbers of subkeys that stand in the key itself, in their order.
    keys: Vec<u32>,
    values: Vec<u32>,
    big: bool,
}

impl Lazy {
    pub(super) fn new(all: Generated, at: &str) -> Self {
        Self { all, at: Some(at.to_owned()), ..Self::default() }
    }

    /// All of it, and where the world says so.
    pub(super) fn into_all(self) -> (Generated, Option<String>) {
        (self.all, self.at)
    }

    /// Whether a subkey of this name is, or was, one of them.
    pub(super) fn names_key(&self, own: &str) -> Option<u32> {
        numbered(own, "SUBKEY").filter(|number| *number < self.all.subkeys)
    }

    /// Whether a value of this name is, or was, one of them.
    pub(super) fn names_value(&self, name: &str) -> bool {
        let number = numbered(name, "VALUE").filter(|number| *number < self.all.values);
        number.is_some() || self.all.value_bytes > 0 && upcase(name) == "BIG"
    }

    /// Notes that a subkey stands in the key itself.
    pub(super) fn cover_key(&mut self, own: &str) {
        if let Some(number) = self.names_key(own)
            && let Err(at) = self.keys.binary_search(&number)
        {
            self.keys.insert(at, number);
        }
    }

    /// Notes that a value stands in the key itself.
    pub(super) fn cover_value(&mut self, name: &str) {
        self.big |= upcase(name) == "BIG";
        if let Some(number) = numbered(name, "VALUE")
            && let Err(at) = self.values.binary_search(&number)
        {
            self.values.insert(at, number);
        }
    }

    /// How many subkeys there are besides those that stand there.
    pub(super) fn keys(&self) -> usize {
        (self.all.subkeys as usize).saturating_sub(self.keys.len())
    }

    pub(super) fn nth_key(&self, index: usize) -> Option<u32> {
        nth(&self.keys, index).filter(|number| *number < self.all.subkeys)
    }

    pub(super) fn key(&self, own: &str) -> Option<u32> {
        self.names_key(own).filter(|number| self.keys.binary_search(number).is_err())
    }

    /// How many values there are besides those that stand there.
    pub(super) fn values(&self) -> usize {
        let covered = self.values.partition_point(|number| *number < self.all.values);
        usize::from(self.has_big()) + (self.all.values as usize - covered)
    }

    pub(super) fn nth_value(&self, index: usize, most: u64) -> Option<(String, Read)> {
        let index = match (self.has_big(), index) {
            (true, 0) => return Some(self.big(most)),
            (has_big, index) => index - usize::from(has_big),
        };
        nth(&self.values, index).filter(|number| *number < self.all.values).map(value)
    }

    pub(super) fn value(&self, name: &str, most: u64) -> Option<(String, Read)> {
        if self.has_big() && upcase(name) == "BIG" {
            return Some(self.big(most));
        }
        let number = numbered(name, "VALUE").filter(|number| *number < self.all.values)?;
        self.values.binary_search(&number).is_err().then(|| value(number))
    }

    const fn has_big(&self) -> bool {
        self.all.value_bytes > 0 && !self.big
    }

    fn big(&self, most: u64) -> (String, Read) {
        let bytes = self.all.value_bytes;
        let read = if u64::from(bytes) > most {
            Read::Over(bytes.into())
        } else {
            Read::Whole(RegistryData { kind: ValueType::Binary, bytes: vec![0; bytes as usize] })
        };
        ("big".into(), read)
    }
}

/// The number at `index` of those that are not covered.
fn nth(covered: &[u32], index: usize) -> Option<u32> {
    let mut number = u32::try_from(index).ok()?;
    for covered in covered.iter().take_while(|_| true) {
        if *covered > number {
            break;
        }
        number = number.checked_add(1)?;
    }
    Some(number)
}

fn value(number: u32) -> (String, Read) {
    let data = RegistryData { kind: ValueType::DWord, bytes: number.to_le_bytes().to_vec() };
    (format!("value{number}"), Read::Whole(data))
}

/// The number in `value7`, written as it is generated.
fn numbered(name: &str, word: &str) -> Option<u32> {
    let folded = upcase(name);
    let digits = folded.strip_prefix(word)?;
    let number: u32 = digits.parse().ok()?;
    (number.to_string() == digits).then_some(number)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_stands_in_the_key_is_not_generated_a_second_time() {
        let mut lazy = Lazy::new(Generated { values: 5, subkeys: 4, value_bytes: 3 }, "");
        for name in ["value1", "VALUE2", "value9", "value01", "other"] {
            lazy.cover_value(name);
        }
        lazy.cover_key("SubKey0");
        lazy.cover_key("subkey00");
        let values: Vec<_> =
            (0..9).map_while(|index| lazy.nth_value(index, 10)).map(|(name, _)| name).collect();
        assert_eq!(values, ["big", "value0", "value3", "value4"]);
        assert_eq!(lazy.values(), values.len());
        let keys: Vec<_> = (0..9).map_while(|index| lazy.nth_key(index)).collect();
        assert_eq!((keys, lazy.keys()), (vec![1, 2, 3], 3));
        assert!(lazy.value("value2", 10).is_none() && lazy.value("Value3", 10).is_some());
        assert!(matches!(lazy.value("big", 2), Some((_, Read::Over(3)))));
    }
}
