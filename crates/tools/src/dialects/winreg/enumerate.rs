//! `enumerate_keys` and `enumerate_values`.

use model::{
    Operation, Outcome, RegistryKey, RegistryListRequest,
    registry::RegistryOutcome,
    tool::{Plan, Reply},
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::{TOOLSET, as_json, key, read::OneKey, value::ValueForm};
use crate::{
    arguments::Check,
    native::{About, LOOKS_AT_SYSTEM, Native},
    schema,
};

#[derive(Serialize, JsonSchema)]
struct Items<T> {
    count: usize,
    items: Vec<T>,
}

/// The whole of a listing or nothing; how long it may be is set where the limits are known.
fn list(key: RegistryKey, keys: bool, depth: u32) -> Plan {
    let request = RegistryListRequest {
        key,
        keys,
        values: !keys,
        depth,
        limit: 100,
        cursor: None,
        whole: true,
        expand: false,
    };
    Plan::new(Operation::RegistryList(request), None)
}

pub(super) struct EnumerateKeys;

#[derive(Deserialize, JsonSchema)]
pub(super) struct Walk {
    #[schemars(required)]
    path: Option<String>,
    /// Levels
    #[schemars(range(min = 1), extend("default" = 1))]
    max_depth: Option<u64>,
}

impl Native for EnumerateKeys {
    type Arguments = Walk;

    const ABOUT: About = About {
        name: "enumerate_keys",
        title: "List registry keys",
        description: "The subkeys of a registry key, down to max_depth levels, by their paths below it.",
        toolset: TOOLSET,
        hints: LOOKS_AT_SYSTEM,
        gives_pictures: false,
    };

    fn plan(Walk { path, max_depth }: Walk, check: &mut Check) -> Option<Plan> {
        // Whatever is above the limit is refused for that.
        let depth = u32::try_from(max_depth.unwrap_or(1)).unwrap_or(u32::MAX);
        Some(list(key(path, check)?, true, depth))
    }

    fn render(_: &Operation, outcome: &Outcome) -> Option<Reply> {
        let Outcome::Registry(outcome) = outcome else { return None };
        let RegistryOutcome::List { keys, .. } = &**outcome else { return None };
        as_json(&Items { count: keys.len(), items: keys.clone() })
    }

    fn output_schema() -> Option<Map<String, Value>> {
        Some(schema::of_result::<Items<String>>())
    }
}

pub(super) struct EnumerateValues;

impl Native for EnumerateValues {
    type Arguments = OneKey;

    const ABOUT: About = About {
        name: "enumerate_values",
        title: "List registry values",
        description: "The values of a registry key, each with its data and type.",
        toolset: TOOLSET,
        hints: LOOKS_AT_SYSTEM,
        gives_pictures: false,
    };

    fn plan(OneKey { path }: OneKey, check: &mut Check) -> Option<Plan> {
        Some(list(key(path, check)?, false, 1))
    }

    fn render(_: &Operation, outcome: &Outcome) -> Option<Reply> {
        let Outcome::Registry(outcome) = outcome else { return None };
        let RegistryOutcome::List { path, values, .. } = &**outcome else { return None };
        let items: Vec<ValueForm<'_>> = values.iter().map(|value| ValueForm::of(path, value)).collect();
        as_json(&Items { count: items.len(), items })
    }

    fn output_schema() -> Option<Map<String, Value>> {
        Some(schema::of_result::<Items<ValueForm<'static>>>())
    }
}
