//! `registry_delete`: values of a key, or the key.

use model::{
    Deleted, Operation, Outcome, RegistryDeleteRequest,
    tool::{Plan, Reply},
};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::{Map, Value};

use super::{
    CHANGES,
    form::ChangedForm,
    key::{KeyArguments, checked_names},
    words::changed,
};
use crate::{
    arguments::Check,
    native::{About, Native},
    schema,
};

pub(crate) struct RegistryDelete;

#[derive(Deserialize, JsonSchema)]
pub(crate) struct Arguments {
    #[serde(flatten)]
    target: KeyArguments,
    /// Only these, by their names, "" for the default one
    #[schemars(length(min = 1, max = 100))]
    values: Option<Vec<String>>,
    /// The key itself
    key: Option<bool>,
    /// With all keys below it
    recursive: Option<bool>,
    /// How many that must be, its own counted; needed with recursive
    #[schemars(range(min = 1, max = 1_000_000))]
    keys: Option<u32>,
    #[schemars(range(min = 100, max = 60_000))]
    timeout_ms: Option<u32>,
}

impl Native for RegistryDelete {
    type Arguments = Arguments;

    const ABOUT: About = About {
        name: "registry_delete",
        title: "Delete from the registry",
        description: "Delete values of a registry key, or with key the key itself. A tree takes recursive and how many keys it has: dry_run tells.",
        toolset: "registry",
        hints: CHANGES,
        gives_pictures: false,
    };

    fn plan(arguments: Arguments, check: &mut Check) -> Option<Plan> {
        let Arguments { target, values, key, recursive, keys, timeout_ms } = arguments;
        let (whole, recursive) = (key == Some(true), recursive.unwrap_or(false));
        match (&values, whole) {
            (Some(_), true) => check.refuse("`values` and `key` are given; only one of them can be deleted"),
            (None, false) if !check.is_faulty("values") => {
                check.refuse("give `values`, or `key` for the key itself")
            }
            _ => {}
        }
        for (path, given) in [("recursive", recursive), ("keys", keys.is_some())] {
            if given && !whole {
                check.refuse_argument(path, format!("`{path}` goes with `key`"));
            }
        }
        if recursive && whole && keys.is_none() && !check.is_faulty("keys") {
            check.refuse_unless_dry(
                "keys",
                "`keys` is missing: how many keys would be deleted, its own counted; dry_run tells",
            );
        }
        let target = target.key(check)?;
        checked_names(values.as_deref().unwrap_or_default(), check);
        let what = match values {
            Some(values) => Deleted::Values(values),
            None => Deleted::Key { recursive, keys },
        };
        let request = RegistryDeleteRequest { key: target, what };
        Some(Plan::new(Operation::RegistryDelete(request), timeout_ms))
    }

    fn render(_: &Operation, outcome: &Outcome) -> Option<Reply> {
        let Outcome::Registry(outcome) = outcome else { return None };
        changed(outcome)
    }

    fn output_schema() -> Option<Map<String, Value>> {
        Some(schema::of_change::<ChangedForm>())
    }
}
