//! `write_value`, `delete_value` and `delete_key`.

use model::{
    Code, Deleted, Operation, Outcome, RegistryDeleteRequest, RegistryWriteRequest, SecretText, ValueToWrite,
    registry::{RegistryOutcome, ValueType},
    tool::{Hints, Plan, Reply},
    ui::quote,
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::{
    TOOLSET, key,
    read::{NamedValue, OneKey},
};
use crate::{
    arguments::Check,
    native::{About, Native},
    registry::{
        data::{of_text, value_type},
        key::checked_name,
    },
    schema,
    structured::json,
    words::one_line,
};

const CHANGES: Hints = Hints { read_only: false, destructive: true, idempotent: true, open_world: false };
const DELETES: Hints = Hints { read_only: false, destructive: true, idempotent: false, open_world: false };

/// Whether something was changed, as the gate lets it be told.
fn is_changed(outcome: &Outcome) -> Option<()> {
    let Outcome::Registry(outcome) = outcome else { return None };
    matches!(**outcome, RegistryOutcome::Changed { .. }).then_some(())
}

pub(super) struct WriteValue;

#[derive(Deserialize, JsonSchema)]
pub(super) struct Write {
    #[schemars(required)]
    path: Option<String>,
    /// "" for the default one
    #[schemars(required)]
    value_name: Option<String>,
    /// Numbers decimal or 0x, Binary base64, MultiString joined by line breaks
    #[schemars(required)]
    value_data: Option<String>,
    /// String, DWord, QWord, Binary, MultiString, ExpandString
    #[schemars(required)]
    value_type: Option<String>,
}

#[derive(Serialize, JsonSchema)]
struct Written<'a> {
    written: bool,
    path: String,
    name: &'a str,
    #[serde(rename = "type")]
    kind: String,
}

impl Native for WriteValue {
    type Arguments = Write;

    const ABOUT: About = About {
        name: "write_value",
        title: "Write a registry value",
        description: "Write a value of a registry key; a key that is not there is created.",
        toolset: TOOLSET,
        hints: CHANGES,
        gives_pictures: false,
    };

    fn plan(arguments: Write, check: &mut Check) -> Option<Plan> {
        let Write { path, value_name, value_data, value_type: kind } = arguments;
        let value_data = value_data.map(SecretText::new);
        if let Some(name) = &value_name {
            checked_name(name, "value_name", check);
        }
        let key = key(path, check);
        let kind = kind.and_then(|kind| value_type(&kind, "value_type", check));
        let kind = kind.filter(|kind| {
            // Others are read and not written.
            let writes = !matches!(kind, ValueType::None | ValueType::Link | ValueType::Other(_));
            if !writes {
                let problem = format!("`value_type` is {kind}, which is not written");
                check.refuse_as(Code::InvalidValueType, "value_type", problem);
            }
            writes
        });
        let (kind, value_data) = (kind?, value_data?);
        let data = of_text(kind, value_data.expose()).map_err(|why| {
            let problem = format!("`value_data` is no data of a {kind}: {why}");
            check.refuse_as(Code::InvalidValueType, "value_data", problem);
        });
        let values = vec![ValueToWrite { name: value_name?, data: data.ok()?.into() }];
        let request = RegistryWriteRequest { key: key?, values, create_key: true };
        Some(Plan::new(Operation::RegistryWrite(request), None))
    }

    fn render(operation: &Operation, outcome: &Outcome) -> Option<Reply> {
        is_changed(outcome)?;
        let Operation::RegistryWrite(request) = operation else { return None };
        let value = request.values.first()?;
        let (path, kind) = (request.key.path.to_string(), value.data.kind().to_string());
        let text = format!("wrote {} ({kind}) of {}", quote(&value.name), one_line(&path));
        let form = Written { written: true, path, name: &value.name, kind };
        Some(Reply { text, structured: json(&form), ..Reply::default() })
    }

    fn output_schema() -> Option<Map<String, Value>> {
        Some(schema::of_change::<Written<'static>>())
    }
}

#[derive(Serialize, JsonSchema)]
struct Gone<'a> {
    deleted: bool,
    path: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<&'a str>,
}

pub(super) struct DeleteValue;

impl Native for DeleteValue {
    type Arguments = NamedValue;

    const ABOUT: About = About {
        name: "delete_value",
        title: "Delete a registry value",
        description: "Delete a value of a registry key; one that is not there is an error.",
        toolset: TOOLSET,
        hints: DELETES,
        gives_pictures: false,
    };

    fn plan(NamedValue { path, value_name }: NamedValue, check: &mut Check) -> Option<Plan> {
        if let Some(name) = &value_name {
            checked_name(name, "value_name", check);
        }
        let (key, what) = (key(path, check)?, Deleted::Values(vec![value_name?]));
        Some(Plan::new(Operation::RegistryDelete(RegistryDeleteRequest { key, what }), None))
    }

    fn render(operation: &Operation, outcome: &Outcome) -> Option<Reply> {
        is_changed(outcome)?;
        let Operation::RegistryDelete(request) = operation else { return None };
        let Deleted::Values(names) = &request.what else { return None };
        let (path, name) = (request.key.path.to_string(), names.first()?);
        let text = format!("deleted {} of {}", quote(name), one_line(&path));
        let form = Gone { deleted: true, path, name: Some(name) };
        Some(Reply { text, structured: json(&form), ..Reply::default() })
    }

    fn output_schema() -> Option<Map<String, Value>> {
        Some(schema::of_change::<Gone<'static>>())
    }
}

pub(super) struct DeleteKey;

impl Native for DeleteKey {
    type Arguments = OneKey;

    const ABOUT: About = About {
        name: "delete_key",
        title: "Delete a registry key",
        description: "Delete a registry key with all below it; one that is not there is an error.",
        toolset: TOOLSET,
        hints: DELETES,
        gives_pictures: false,
    };

    fn plan(OneKey { path }: OneKey, check: &mut Check) -> Option<Plan> {
        let (key, what) = (key(path, check)?, Deleted::Key { recursive: true, keys: None });
        Some(Plan::new(Operation::RegistryDelete(RegistryDeleteRequest { key, what }), None))
    }

    fn render(operation: &Operation, outcome: &Outcome) -> Option<Reply> {
        is_changed(outcome)?;
        let Operation::RegistryDelete(request) = operation else { return None };
        let path = request.key.path.to_string();
        let text = format!("deleted {}", one_line(&path));
        Some(Reply { text, structured: json(&Gone { deleted: true, path, name: None }), ..Reply::default() })
    }

    fn output_schema() -> Option<Map<String, Value>> {
        Some(schema::of_change::<Gone<'static>>())
    }
}
