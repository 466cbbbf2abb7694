//! `registry_read`: values of a key, or what is known of it.

use std::fmt::Write as _;

use model::{
    Operation, Outcome, RegistryReadRequest,
    registry::RegistryOutcome,
    tool::{Plan, Reply},
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::{
    form::{InfoForm, ValueForm},
    key::{KeyArguments, checked_names},
    words::{WHOLE, info, value},
};
use crate::{
    arguments::Check,
    native::{About, LOOKS_AT_SYSTEM, Native},
    schema,
    structured::{entries, json},
    words::one_line,
};

pub(crate) struct RegistryRead;

#[derive(Deserialize, JsonSchema)]
pub(crate) struct Arguments {
    #[serde(flatten)]
    key: KeyArguments,
    /// Their names, "" for the default one; without any, the key itself
    #[schemars(length(min = 1, max = 1_000))]
    values: Option<Vec<String>>,
    /// Counts, class, time of last change
    info: Option<bool>,
    /// Also owner and access list
    security: Option<bool>,
    /// Also expand-strings with variables replaced
    expanded: Option<bool>,
    #[schemars(range(min = 100, max = 60_000))]
    timeout_ms: Option<u32>,
}

#[derive(Serialize, JsonSchema)]
struct Form<'a> {
    path: &'a str,
    values: Vec<ValueForm>,
    #[serde(skip_serializing_if = "Option::is_none")]
    info: Option<InfoForm>,
}

impl Native for RegistryRead {
    type Arguments = Arguments;

    const ABOUT: About = About {
        name: "registry_read",
        title: "Read the registry",
        description: "Values of a registry key by their names, or what is known of the key. To see which there are use registry_list.",
        toolset: "registry",
        hints: LOOKS_AT_SYSTEM,
        gives_pictures: false,
    };

    fn plan(arguments: Arguments, check: &mut Check) -> Option<Plan> {
        let Arguments { key, values, info, security, expanded, timeout_ms } = arguments;
        let values = values.unwrap_or_default();
        checked_names(&values, check);
        let security = security.unwrap_or(false);
        let request = RegistryReadRequest {
            key: key.key(check)?,
            info: info.unwrap_or(values.is_empty()) || security,
            values,
            security,
            expand: expanded.unwrap_or(false),
        };
        Some(Plan::new(Operation::RegistryRead(request), timeout_ms))
    }

    fn render(_: &Operation, outcome: &Outcome) -> Option<Reply> {
        let Outcome::Registry(outcome) = outcome else { return None };
        let RegistryOutcome::Read { path, values, info: about } = &**outcome else { return None };
        let mut text = one_line(path);
        for one in values {
            let _ = write!(text, "\n {}", value(one, WHOLE));
        }
        if let Some(about) = about {
            let _ = write!(text, "\n{}", info(about));
        }
        let form = Form { path, values: entries(values), info: about.as_ref().map(InfoForm::from) };
        Some(Reply { text, structured: json(&form), ..Reply::default() })
    }

    fn output_schema() -> Option<Map<String, Value>> {
        Some(schema::of_result::<Form<'static>>())
    }
}
