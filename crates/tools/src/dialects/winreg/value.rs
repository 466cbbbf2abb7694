//! A value as `read_value` and `enumerate_values` give it.

use model::registry::{RegistryValue, ValueType};
use schemars::JsonSchema;
use serde::Serialize;

#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct ValueForm<'a> {
    name: &'a str,
    /// Numbers decimal, binary base64, several texts joined by line breaks.
    data: String,
    #[serde(rename = "type")]
    kind: &'static str,
    path: &'a str,
    size_bytes: usize,
    exists: bool,
}

impl<'a> ValueForm<'a> {
    pub(super) fn of(path: &'a str, value: &'a RegistryValue) -> Self {
        let (data, kind, size_bytes) = match &value.data {
            Some(data) => (data.in_words(), name(data.kind), data.size()),
            None => ("[withheld: it looks like a secret]".to_owned(), "Unknown", 0),
        };
        Self { name: &value.name, data, kind, path, size_bytes, exists: true }
    }
}

/// The type's name in this dialect, which has none for that of links.
fn name(kind: ValueType) -> &'static str {
    if kind == ValueType::Link { "Unknown" } else { kind.name() }
}
