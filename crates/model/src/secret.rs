//! Text that must never reach a log, an audit record or an error message.

use std::fmt;

use serde::{Serialize, Serializer};
use serde_json::Value;
use zeroize::{Zeroize, Zeroizing};

/// Text that an agent types, sets or puts on the clipboard.
///
/// Wiped from memory when dropped. `Debug`, `Display` and `Serialize` show its length only; the text itself
/// leaves through [`SecretText::expose`], which only the hosts call.
#[derive(Clone, PartialEq, Eq)]
pub struct SecretText(Zeroizing<String>);

impl SecretText {
    /// Takes `text` over.
    #[must_use]
    pub fn new(text: String) -> Self {
        Self(Zeroizing::new(text))
    }

    /// The text itself: for the place that types it, and for nothing that is written anywhere.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// Its length in characters (Unicode scalar values).
    #[must_use]
    pub fn chars(&self) -> usize {
        self.0.chars().count()
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
    fn what_is_wiped_holds_nothing_more() {
        let mut value = json!({"text": "hunter2", "more": ["hunter2", {"deep": "hunter2"}], "n": 1});
        wipe(&mut value);
        assert_eq!(value, Value::Null);
    }
}
