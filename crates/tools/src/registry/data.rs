//! The data of a value as a caller writes it.

use model::{
    Code, ValueToWrite,
    registry::{BadData, RegistryData, ValueType},
    ui::escape,
    wipe,
};
use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::Deserialize;
use serde_json::Value;

use super::key::checked_name;
use crate::arguments::Check;

/// A value to write.
#[derive(Debug, Deserialize, JsonSchema)]
pub(crate) struct ValueArgument {
    /// "" for the default one
    #[schemars(required)]
    name: Option<String>,
    /// String, ExpandString, MultiString, DWord, QWord, Binary, None, or REG_…
    #[serde(rename = "type")]
    #[schemars(required)]
    kind: Option<String>,
    /// Text; number (also text, decimal or 0x); base64; for MultiString a list of texts
    #[schemars(required, schema_with = "anything")]
    data: Option<Value>,
}

fn anything(_: &mut SchemaGenerator) -> Schema {
    Schema::default()
}

impl ValueArgument {
    /// The value; what is wrong with it is told to `check`, and never shows its data.
    pub(super) fn read(self, at: &str, check: &mut Check) -> Option<ValueToWrite> {
        let Self { name, kind, data } = self;
        if let Some(name) = &name {
            checked_name(name, &format!("{at}.name"), check);
        }
        let kind = kind.and_then(|kind| value_type(&kind, &format!("{at}.type"), check));
        let (name, kind, mut data) = (name?, kind?, data?);
        let read = of_json(kind, &data);
        wipe(&mut data);
        let at = format!("{at}.data");
        let told = |bad| check.refuse_as(code_of(&bad), &at, format!("`{at}` is no data of a {kind}: {bad}"));
        Some(ValueToWrite { name, data: read.map_err(told).ok()?.into() })
    }
}

/// The type that is given as the argument `path`.
pub(crate) fn value_type(given: &str, path: &str, check: &mut Check) -> Option<ValueType> {
    let unknown = |unknown| {
        let problem = format!("`{path}` is \"{}\": {unknown}", escape(given, 40));
        check.refuse_as(Code::InvalidValueType, path, problem);
    };
    ValueType::named(given).map_err(unknown).ok()
}

/// Why something is no data of a type.
#[derive(Debug, thiserror::Error)]
enum Unfit {
    #[error("{0}")]
    Bad(#[from] BadData),
    #[error("it is not a text")]
    NoText,
    #[error("it is not a list of texts")]
    NoTexts,
    #[error("it holds a NUL, which ends the text for most programs")]
    Nul,
    #[error("links in the registry are never made")]
    Link,
}

const fn code_of(unfit: &Unfit) -> Code {
    match unfit {
        Unfit::Link => Code::RegistryLink,
        Unfit::Bad(_) | Unfit::NoText | Unfit::NoTexts | Unfit::Nul => Code::InvalidValueType,
    }
}

fn of_json(kind: ValueType, data: &Value) -> Result<RegistryData, Unfit> {
    match (kind, data) {
        (ValueType::Link, _) => Err(Unfit::Link),
        (ValueType::MultiString, Value::Array(items)) => {
            let items: Option<Vec<&str>> = items.iter().map(Value::as_str).collect();
            Ok(RegistryData::texts(items.ok_or(Unfit::NoTexts)?)?)
        }
        (ValueType::MultiString, _) => Err(Unfit::NoTexts),
        (ValueType::DWord | ValueType::QWord, Value::Number(number)) => {
            Ok(RegistryData::parse(kind, &number.to_string())?)
        }
        (ValueType::String | ValueType::ExpandString, Value::String(text)) if text.contains('\0') => {
            Err(Unfit::Nul)
        }
        (_, Value::String(text)) => Ok(RegistryData::parse(kind, text)?),
        _ => Err(Unfit::NoText),
    }
}

/// What a text means where all data are texts, and several of them are joined by line breaks.
///
/// # Errors
/// What is wrong with it.
pub(crate) fn of_text(kind: ValueType, text: &str) -> Result<RegistryData, String> {
    let data = if kind == ValueType::MultiString {
        let lines = text.strip_suffix('\n').unwrap_or(text);
        Value::from_iter(lines.split('\n').filter(|_| !lines.is_empty()))
    } else {
        Value::from(text)
    };
    let read = of_json(kind, &data).map_err(|unfit| unfit.to_string());
    wipe(&mut { data });
    read
}
