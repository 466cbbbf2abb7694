//! The structured forms: what the text says, for programs.

use model::registry::{RegistryData, RegistryKeyInfo, RegistryValue, ValueChange, ValueType};
use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::Serialize;
use serde_json::{Value, json};

use super::words::{is_exact, moment, notes};

/// A value.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct ValueForm {
    /// "" for the default one.
    name: String,
    #[serde(flatten)]
    data: Option<DataForm>,
    /// An expand-string with its variables replaced.
    #[serde(skip_serializing_if = "Option::is_none")]
    expanded: Option<String>,
    /// The data was taken out: it looks like a secret.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    withheld: bool,
}

/// Type and data.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct DataForm {
    #[serde(rename = "type")]
    kind: &'static str,
    /// Of a type that has no name.
    #[serde(skip_serializing_if = "Option::is_none")]
    type_number: Option<u32>,
    /// Text; a list of texts; a number (decimal text above 53 bits); else base64.
    #[schemars(schema_with = "anything")]
    data: Value,
    /// Bytes, without the end of a text.
    size: usize,
    /// Every byte, where the text does not say all.
    #[serde(skip_serializing_if = "Option::is_none")]
    base64: Option<String>,
}

fn anything(_: &mut SchemaGenerator) -> Schema {
    Schema::default()
}

impl From<&RegistryData> for DataForm {
    fn from(data: &RegistryData) -> Self {
        const EXACT: u64 = 1 << 53;
        let shown = match (data.as_texts(), data.as_number()) {
            (Some(texts), _) => json!(texts),
            (None, Some(number)) if number < EXACT => json!(number),
            (None, _) => json!(data.in_words()),
        };
        let type_number = match data.kind {
            ValueType::Other(number) => Some(number),
            _ => None,
        };
        Self {
            kind: data.kind.name(),
            type_number,
            data: shown,
            size: data.size(),
            base64: (!is_exact(data)).then(|| data.as_base64()),
        }
    }
}

impl From<&RegistryValue> for ValueForm {
    fn from(value: &RegistryValue) -> Self {
        Self {
            name: value.name.clone(),
            data: value.data.as_ref().map(DataForm::from),
            expanded: value.expanded.clone(),
            withheld: value.data.is_none(),
        }
    }
}

/// What is known of a key.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct InfoForm {
    subkeys: u32,
    /// The first of their names.
    subkey_names: Vec<String>,
    values: u32,
    /// RFC 3339, UTC.
    #[serde(skip_serializing_if = "Option::is_none")]
    last_changed: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    class: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    security: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    notes: Vec<String>,
}

impl From<&RegistryKeyInfo> for InfoForm {
    fn from(info: &RegistryKeyInfo) -> Self {
        Self {
            subkeys: info.subkeys,
            subkey_names: info.subkey_names.clone(),
            values: info.values,
            last_changed: info.last_write_ms.and_then(moment),
            class: info.class.clone(),
            security: info.security.clone(),
            notes: notes(&info.notes),
        }
    }
}

/// What was changed.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct ChangedForm {
    /// Keys, each before those below it.
    created: Vec<String>,
    deleted: Vec<String>,
    values: Vec<ChangeForm>,
    /// How many more values were changed.
    more: u32,
}

#[derive(Debug, Serialize, JsonSchema)]
struct ChangeForm {
    path: String,
    name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    before: Option<DataForm>,
    #[serde(skip_serializing_if = "Option::is_none")]
    after: Option<DataForm>,
    /// Neither side is shown: one looks like a secret.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    withheld: bool,
}

pub(super) fn changed_form(
    created: &[String],
    deleted: &[String],
    values: &[ValueChange],
    more: u32,
) -> ChangedForm {
    let change = |change: &ValueChange| ChangeForm {
        path: change.path.clone(),
        name: change.name.clone(),
        before: change.before.as_ref().map(DataForm::from),
        after: change.after.as_ref().map(DataForm::from),
        withheld: change.before.is_none() && change.after.is_none(),
    };
    ChangedForm {
        created: created.to_vec(),
        deleted: deleted.to_vec(),
        values: values.iter().map(change).collect(),
        more,
    }
}
