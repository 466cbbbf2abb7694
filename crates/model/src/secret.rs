//! Text that must never reach a log, an audit record or an error message.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error};
use serde_json::Value;
use zeroize::{Zeroize, Zeroizing};

/// Text that an agent types, sets or puts on the clipboard.
///
/// Wiped from memory when dropped. `Debug`, `Display` and `Serialize` show its length only; the text itself
/// leaves through [`SecretText::expose`], which only the hosts call. What is read back from such a record has that
/// length and no text.
#[derive(Clone, PartialEq, Eq)]
pub struct SecretText(Held);

#[derive(Clone, PartialEq, Eq)]
enum Held {
    Text(Zeroizing<String>),
    /// Of a record: how many characters it had.
    Length(usize),
}

impl SecretText {
    /// Takes `text` over.
    #[must_use]
    pub fn new(text: String) -> Self {
        Self(Held::Text(Zeroizing::new(text)))
    }

    /// The text itself: for the place that types it, and for nothing that is written anywhere. Nothing, where only its
    /// length is known.
    #[must_use]
    pub fn expose(&self) -> &str {
        match &self.0 {
            Held::Text(text) => text,
            Held::Length(_) => "",
        }
    }

    /// Its length in characters (Unicode scalar values).
    #[must_use]
    pub fn chars(&self) -> usize {
        match &self.0 {
            Held::Text(text) => text.chars().count(),
            Held::Length(chars) => *chars,
        }
    }
}

impl fmt::Debug for SecretText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SecretText({} characters)", self.chars())
    }
}

impl fmt::Display for SecretText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "[{} characters]", self.chars())
    }
}

impl Serialize for SecretText {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for SecretText {
    /// Reads what `Serialize` wrote, `[7 characters]`: a text itself is refused, for a record holds none.
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let shown = String::deserialize(deserializer)?;
        let chars = shown.strip_prefix('[').and_then(|rest| rest.strip_suffix(" characters]"));
        let chars = chars.and_then(|chars| chars.parse().ok());
        chars
            .map(|chars| Self(Held::Length(chars)))
            .ok_or_else(|| D::Error::custom("a text is recorded by its length only"))
    }
}

/// Overwrites every text in `value` and leaves null: for JSON that may hold what an agent typed.
///
/// Names of members are kept by a map that cannot be written into; they are dropped as they are.
pub fn wipe(value: &mut Value) {
    match std::mem::take(value) {
        Value::String(mut text) => text.zeroize(),
        Value::Array(mut items) => items.iter_mut().for_each(wipe),
        Value::Object(mut members) => members.values_mut().for_each(wipe),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn no_way_of_printing_shows_the_text() {
        let secret = SecretText::new("hunter2".into());
        let shown = format!("{secret:?} {secret} {}", serde_json::to_string(&secret).unwrap());
        assert!(!shown.contains("hunter2"), "{shown}");
        assert!(shown.contains("7 characters"));
    }

    #[test]
    fn what_is_read_back_has_a_length_and_no_text() {
        let shown = serde_json::to_string(&SecretText::new("hunter2".into())).unwrap();
        let back: SecretText = serde_json::from_str(&shown).unwrap();
        assert_eq!((back.chars(), back.expose()), (7, ""));
        assert_eq!(serde_json::to_string(&back).unwrap(), shown);
        for no_length in ["\"hunter2\"", "\"[x characters]\"", "7"] {
            assert!(serde_json::from_str::<SecretText>(no_length).is_err(), "{no_length}");
        }
    }

    #[test]
    fn what_is_wiped_holds_nothing_more() {
        let mut value = json!({"text": "hunter2", "more": ["hunter2", {"deep": "hunter2"}], "n": 1});
        wipe(&mut value);
        assert_eq!(value, Value::Null);
    }
}
