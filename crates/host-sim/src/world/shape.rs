//! Keys that stand twice in one object: such a file has two readings, and a JSON value keeps one of them.

use std::{cell::RefCell, collections::BTreeSet, fmt};

use serde::de::{DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor};

use super::reader::step;

/// A fault for each key that its object already has, with its JSON pointer.
///
/// # Errors
/// It is no JSON.
pub(super) fn keys(text: &str) -> serde_json::Result<Vec<String>> {
    let found = RefCell::default();
    let mut reader = serde_json::Deserializer::from_str(text);
    Look { pointer: String::new(), found: &found }.deserialize(&mut reader)?;
    reader.end()?;
    Ok(found.into_inner())
}

/// A value at which is looked.
struct Look<'a> {
    pointer: String,
    found: &'a RefCell<Vec<String>>,
}

impl Look<'_> {
    fn inside(&self, name: &str) -> Self {
        Self { pointer: step(&self.pointer, name), found: self.found }
    }
}

impl<'de> DeserializeSeed<'de> for Look<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, reader: D) -> Result<(), D::Error> {
        reader.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Look<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_bool<E>(self, _: bool) -> Result<(), E> {
        Ok(())
    }

    fn visit_i64<E>(self, _: i64) -> Result<(), E> {
        Ok(())
    }

    fn visit_u64<E>(self, _: u64) -> Result<(), E> {
        Ok(())
    }

    fn visit_f64<E>(self, _: f64) -> Result<(), E> {
        Ok(())
    }

    fn visit_str<E>(self, _: &str) -> Result<(), E> {
        Ok(())
    }

    fn visit_unit<E>(self) -> Result<(), E> {
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<(), A::Error> {
        let mut index = 0_usize;
        while items.next_element_seed(self.inside(&index.to_string()))?.is_some() {
            index += 1;
        }
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<(), A::Error> {
        let mut names = BTreeSet::new();
        while let Some(name) = entries.next_key::<String>()? {
            let inside = self.inside(&name);
            if !names.insert(name) {
                self.found.borrow_mut().push(format!("{}: the key stands twice", inside.pointer));
            }
            entries.next_value_seed(inside)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_may_stand_in_two_objects_and_not_twice_in_one() {
        assert_eq!(
            keys(r#"{"a": [{"b": 1.5}, {"b": -1}], "b": {"a": null, "c": "x", "d": true}}"#).unwrap(),
            [""; 0]
        );
        assert_eq!(
            keys(r#"{"a": 1, "b": [0, {"c": 1, "c": 1}], "a": 2}"#).unwrap(),
            ["/b/1/c: the key stands twice", "/a: the key stands twice"]
        );
    }

    #[test]
    fn a_key_that_is_written_in_another_way_is_the_same_key() {
        assert_eq!(keys(r#"{"a": 1, "\u0061": 2}"#).unwrap(), ["/a: the key stands twice"]);
    }

    #[test]
    fn what_is_no_json_is_said() {
        assert!(keys("{").is_err() && keys("{} {}").is_err());
    }
}
