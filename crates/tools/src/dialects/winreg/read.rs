//! `read_value` and `get_key_info`.

use model::{
    Operation, Outcome, RegistryReadRequest,
    registry::RegistryOutcome,
    tool::{Plan, Reply},
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::{TOOLSET, as_json, key, value::ValueForm};
use crate::{
    arguments::Check,
    native::{About, LOOKS_AT_SYSTEM, Native},
    registry::{key::checked_name, words::moment},
    schema,
};

pub(super) struct ReadValue;

#[derive(Deserialize, JsonSchema)]
pub(super) struct NamedValue {
    #[schemars(required)]
    pub(super) path: Option<String>,
    /// "" for the default one
    #[schemars(required)]
    pub(super) value_name: Option<String>,
}

impl Native for ReadValue {
    type Arguments = NamedValue;

    const ABOUT: About = About {
        name: "read_value",
        title: "Read a registry value",
        description: "A value of a registry key with its data and type.",
        toolset: TOOLSET,
        hints: LOOKS_AT_SYSTEM,
        gives_pictures: false,
    };

    fn plan(NamedValue { path, value_name }: NamedValue, check: &mut Check) -> Option<Plan> {
        if let Some(name) = &value_name {
            checked_name(name, "value_name", check);
        }
        let (key, values) = (key(path, check)?, vec![value_name?]);
        let request = RegistryReadRequest { key, values, info: false, security: false, expand: false };
        Some(Plan::new(Operation::RegistryRead(request), None))
    }

    fn render(_: &Operation, outcome: &Outcome) -> Option<Reply> {
        let Outcome::Registry(outcome) = outcome else { return None };
        let RegistryOutcome::Read { path, values, .. } = &**outcome else { return None };
        as_json(&ValueForm::of(path, values.first()?))
    }

    fn output_schema() -> Option<Map<String, Value>> {
        Some(schema::of_result::<ValueForm<'static>>())
    }
}

pub(super) struct GetKeyInfo;

#[derive(Deserialize, JsonSchema)]
pub(super) struct OneKey {
    #[schemars(required)]
    pub(super) path: Option<String>,
}

#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct InfoForm<'a> {
    path: &'a str,
    name: &'a str,
    sub_key_count: u32,
    value_count: u32,
    /// The first of them.
    sub_key_names: &'a [String],
    /// RFC 3339, UTC; empty where the system does not tell
    last_write_time: String,
    exists: bool,
}

impl Native for GetKeyInfo {
    type Arguments = OneKey;

    const ABOUT: About = About {
        name: "get_key_info",
        title: "What is known of a registry key",
        description: "How many subkeys and values a registry key has, the names of subkeys, and when it was last changed.",
        toolset: TOOLSET,
        hints: LOOKS_AT_SYSTEM,
        gives_pictures: false,
    };

    fn plan(OneKey { path }: OneKey, check: &mut Check) -> Option<Plan> {
        let (key, values) = (key(path, check)?, Vec::new());
        let request = RegistryReadRequest { key, values, info: true, security: false, expand: false };
        Some(Plan::new(Operation::RegistryRead(request), None))
    }

    fn render(_: &Operation, outcome: &Outcome) -> Option<Reply> {
        let Outcome::Registry(outcome) = outcome else { return None };
        let RegistryOutcome::Read { path, info: Some(info), .. } = &**outcome else { return None };
        as_json(&InfoForm {
            path,
            name: path.rsplit('\\').next().unwrap_or(path),
            sub_key_count: info.subkeys,
            value_count: info.values,
            sub_key_names: &info.subkey_names,
            last_write_time: info.last_write_ms.and_then(moment).unwrap_or_default(),
            exists: true,
        })
    }

    fn output_schema() -> Option<Map<String, Value>> {
        Some(schema::of_result::<InfoForm<'static>>())
    }
}
