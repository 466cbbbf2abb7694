//! `registry_wait`: until a key or value changes.

use model::{
    Operation, Outcome, RegistryWaitRequest,
    registry::RegistryOutcome,
    tool::{Plan, Reply},
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::{
    key::{KeyArguments, checked_name},
    words::name,
};
use crate::{
    arguments::Check,
    native::{About, LOOKS_AT_SYSTEM, Native},
    schema,
    structured::json,
    words::one_line,
};

pub(crate) struct RegistryWait;

/// How long a wait lasts where nothing is said, milliseconds.
const USUAL_MS: u32 = 10_000;

/// What the call may take beyond the wait itself, milliseconds: its end must be told as the wait's own.
const GRACE_MS: u32 = 1_000;

#[derive(Deserialize, JsonSchema)]
pub(crate) struct Arguments {
    #[serde(flatten)]
    key: KeyArguments,
    /// Only this one; default: any value or subkey
    value: Option<String>,
    #[schemars(range(min = 1, max = 60_000), extend("default" = USUAL_MS))]
    timeout_ms: Option<u32>,
}

#[derive(Serialize, JsonSchema)]
struct Form {
    elapsed_ms: u64,
}

impl Native for RegistryWait {
    type Arguments = Arguments;

    const ABOUT: About = About {
        name: "registry_wait",
        title: "Wait for the registry",
        description: "Wait until a registry key, or one of its values, changes, instead of reading it repeatedly.",
        toolset: "registry",
        hints: LOOKS_AT_SYSTEM,
        gives_pictures: false,
    };

    fn plan(arguments: Arguments, check: &mut Check) -> Option<Plan> {
        let Arguments { key, value, timeout_ms } = arguments;
        if let Some(value) = &value {
            checked_name(value, "value", check);
        }
        let timeout_ms = timeout_ms.unwrap_or(USUAL_MS);
        let request = RegistryWaitRequest { key: key.key(check)?, value, timeout_ms };
        Some(Plan::new(Operation::RegistryWait(request), Some(timeout_ms + GRACE_MS)))
    }

    fn render(operation: &Operation, outcome: &Outcome) -> Option<Reply> {
        let (Operation::RegistryWait(request), Outcome::Registry(outcome)) = (operation, outcome) else {
            return None;
        };
        let RegistryOutcome::Waited { elapsed_ms } = **outcome else { return None };
        let what = request.value.as_deref().map_or_else(String::new, |value| format!("{} of ", name(value)));
        let path = one_line(&request.key.path.to_string());
        let text = format!("{what}{path} changed after {elapsed_ms} ms");
        Some(Reply { text, structured: json(&Form { elapsed_ms }), ..Reply::default() })
    }

    fn output_schema() -> Option<Map<String, Value>> {
        Some(schema::of_result::<Form>())
    }
}
