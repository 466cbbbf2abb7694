//! JSON with one reading: a name that stands twice in one object is refused, where most parsers silently take one.

use std::{cell::OnceCell, fmt};

use serde::de::{Deserialize, DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Number, Value};

/// Why a text has no reading, or more than one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Unreadable {
    /// It is not JSON, or nested more than 127 deep.
    NotJson(String),
    /// A name stands twice in one object.
    Twice(String),
}

/// Reads a JSON text (RFC 8259; names within an object must differ).
pub fn parse(text: &[u8]) -> Result<Value, Unreadable> {
    let Noted { value, twice } = serde_json::from_slice(text)
        .map_err(|error| Unreadable::NotJson(format!("line {}, column {}", error.line(), error.column())))?;
    twice.map_or(Ok(value), |name| Err(Unreadable::Twice(name)))
}

/// A JSON value, and whether it has one reading.
#[derive(Debug)]
pub struct Noted {
    /// The value; of what stands twice in one object, the last.
    pub value: Value,
    /// The first name that stands twice in one object, escaped.
    pub twice: Option<String>,
}

impl<'de> Deserialize<'de> for Noted {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let twice = OnceCell::new();
        let value = deserializer.deserialize_any(Reading { twice: &twice })?;
        Ok(Self { value, twice: twice.into_inner() })
    }
}

#[derive(Clone, Copy)]
struct Reading<'a> {
    twice: &'a OnceCell<String>,
}

impl<'de> DeserializeSeed<'de> for Reading<'_> {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Reading<'_> {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_unit<E: Error>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<Value, E> {
        Number::from_f64(value).map(Value::Number).ok_or_else(|| E::custom("a number out of range"))
    }

    fn visit_str<E: Error>(self, value: &str) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_string<E: Error>(self, value: String) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Value, A::Error> {
        let mut list = Vec::new();
        while let Some(item) = items.next_element_seed(self)? {
            list.push(item);
        }
        Ok(Value::Array(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Value, A::Error> {
        let mut map = Map::new();
        while let Some(name) = entries.next_key::<String>()? {
            if map.contains_key(&name) {
                let short: String = name.chars().take(40).collect();
                self.twice.get_or_init(|| model::ui::escape(&short, 40));
            }
            let value = entries.next_value_seed(self)?;
            map.insert(name, value);
        }
        Ok(Value::Object(map))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    #[test]
    fn ordinary_json_reads_as_everywhere() {
        let text = br#"{"a":[1,-2,2.5,true,null,"\u00e4\ud83d\ude00"],"b":{"a":{}}}"#;
        let expected = json!({"a": [1, -2, 2.5, true, null, "ä😀"], "b": {"a": {}}});
        assert_eq!(parse(text), Ok(expected));
    }

    #[test]
    fn a_name_that_stands_twice_is_refused_at_every_depth_and_in_every_spelling() {
        for text in [r#"{"a":1,"a":1}"#, r#"[{"x":{"a":1,"b":2,"\u0061":3}}]"#] {
            assert_eq!(parse(text.as_bytes()), Err(Unreadable::Twice("a".into())), "{text}");
        }
    }

    #[test]
    fn what_is_not_json_is_refused() {
        let deep = "[".repeat(100_000);
        for text in [&b"{"[..], b"{}x", b"\xff", br#""\ud800""#, b"NaN", b"1e999", deep.as_bytes()] {
            assert!(matches!(parse(text), Err(Unreadable::NotJson(_))), "{text:?}");
        }
    }

    proptest! {
        #[test]
        fn any_bytes_have_a_reading_or_a_refusal(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
            if let Ok(value) = parse(&bytes) {
                prop_assert_eq!(serde_json::from_slice::<Value>(&bytes).unwrap(), value);
            }
        }
    }
}
