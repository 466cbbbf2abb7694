//! A value as `read_value` and `enumerate_values` give it.

use model::registry::RegistryValue;
use schemars::JsonSchema;
use serde::Serialize;

#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct ValueForm<'a> {
    name: &'a str,
    /// Numbers decimal, binary base64, several texts joined by line breaks.
    data: String,
    #[serde(rename = "type")]
    kind: String,
    path: &'a str,
    size_bytes: usize,
    exists: bool,
}

impl<'a> ValueForm<'a> {
    pub(super) fn of(path: &'a str, value: &'a RegistryValue) -> Self {
        let (data, kind, size_bytes) = match &value.data {
            Some(data) => (data.in_words(), data.kind.to_string(), data.size()),
            None => ("[withheld: it looks like a secret]".to_owned(), "Unknown".to_owned(), 0),
        };
        Self { name: &value.name, data, kind, path, size_bytes, exists: true }
    }
}
