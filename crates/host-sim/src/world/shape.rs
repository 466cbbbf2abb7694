//! What a JSON value does not show of its file: keys that stand twice in one object, of which it keeps one, and levels that
//! are more than it is read to.

use std::{
    cell::{Cell, RefCell},
    collections::BTreeSet,
    fmt,
};

use serde::de::{DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};

use super::reader::{fault_at, step};

/// Lists and objects that may lie in one another; one less than the parser takes.
const MOST_LEVELS: usize = 126;

/// A fault for each key that its object already has, with its JSON pointer; and for the first list or object that lies too deep,
/// behind which nothing is looked at.
///
/// # Errors
/// It is no JSON.
pub(super) fn faults(text: &str) -> serde_json::Result<Vec<String>> {
    let found = Found::default();
    let mut reader = serde_json::Deserializer::from_str(text);
    let looked = Look { pointer: String::new(), level: 0, found: &found }.deserialize(&mut reader);
    if !found.too_deep.get() {
        looked.and_then(|()| reader.end())?;
    }
    Ok(found.faults.into_inner())
}

#[derive(Default)]
struct Found {
    faults: RefCell<Vec<String>>,
    too_deep: Cell<bool>,
}

/// A value at which is looked.
struct Look<'a> {
    pointer: String,
    /// Lists and objects that it lies in.
    level: usize,
    found: &'a Found,
}

impl Look<'_> {
    fn inside(&self, name: &str) -> Self {
        Self { pointer: step(&self.pointer, name), level: self.level + 1, found: self.found }
    }

    /// Looks no further where this list or object is one too many.
    fn enter<E: Error>(&self) -> Result<(), E> {
        if self.level < MOST_LEVELS {
            return Ok(());
        }
        let fault = fault_at(&self.pointer, format_args!("more than {MOST_LEVELS} levels deep"));
        self.found.faults.borrow_mut().push(fault);
        self.found.too_deep.set(true);
        Err(E::custom("too deep"))
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
        self.enter()?;
        let mut index = 0_usize;
        while items.next_element_seed(self.inside(&index.to_string()))?.is_some() {
            index += 1;
        }
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<(), A::Error> {
        self.enter()?;
        let mut names = BTreeSet::new();
        while let Some(name) = entries.next_key::<String>()? {
            let inside = self.inside(&name);
            if !names.insert(name) {
                let fault = fault_at(&inside.pointer, "the key stands twice");
                self.found.faults.borrow_mut().push(fault);
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
            faults(r#"{"a": [{"b": 1.5}, {"b": -1}], "b": {"a": null, "c": "x", "d": true}}"#).unwrap(),
            [""; 0]
        );
        assert_eq!(
            faults(r#"{"a": 1, "b": [0, {"c": 1, "c": 1}], "a": 2}"#).unwrap(),
            ["/b/1/c: the key stands twice", "/a: the key stands twice"]
        );
    }

    #[test]
    fn a_key_that_is_written_in_another_way_is_the_same_key() {
        assert_eq!(faults(r#"{"a": 1, "\u0061": 2}"#).unwrap(), ["/a: the key stands twice"]);
    }

    #[test]
    fn the_first_level_that_is_too_many_is_told_by_its_pointer_and_what_the_parser_would_not_take_is() {
        let nested = |levels: usize| format!("{}{}", "[".repeat(levels), "]".repeat(levels));
        assert_eq!(faults(&nested(MOST_LEVELS)).unwrap(), [""; 0]);
        let deep = format!("{}: more than 126 levels deep", "/0".repeat(MOST_LEVELS));
        for text in [nested(MOST_LEVELS + 1), nested(100_000), "[".repeat(100_000)] {
            assert_eq!(faults(&text).unwrap(), [deep.as_str()], "{}", text.len());
        }
        assert!(serde_json::from_str::<serde_json::Value>(&nested(MOST_LEVELS + 2)).is_err());
        assert!(serde_json::from_str::<serde_json::Value>(&nested(MOST_LEVELS)).is_ok());
    }

    #[test]
    fn what_is_no_json_is_said() {
        assert!(faults("{").is_err() && faults("{} {}").is_err());
    }
}
