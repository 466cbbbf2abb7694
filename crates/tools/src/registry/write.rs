//! `registry_write`: values of a key, all of them or none.

use model::{
    Operation, Outcome, RegistryWriteRequest,
    registry::upcase,
    tool::{Plan, Reply},
};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::{Map, Value};

use super::{CHANGES, data::ValueArgument, form::ChangedForm, key::KeyArguments, words::changed};
use crate::{
    arguments::Check,
    native::{About, Native},
    schema,
};

pub(crate) struct RegistryWrite;

#[derive(Deserialize, JsonSchema)]
pub(crate) struct Arguments {
    #[serde(flatten)]
    key: KeyArguments,
    #[schemars(length(max = 100))]
    values: Option<Vec<ValueArgument>>,
    /// Where it is not there
    create_key: Option<bool>,
    #[schemars(range(min = 100, max = 60_000))]
    timeout_ms: Option<u32>,
}

impl Native for RegistryWrite {
    type Arguments = Arguments;

    const ABOUT: About = About {
        name: "registry_write",
        title: "Write the registry",
        description: "Write values of a registry key, all or none, and create the key with create_key. The reply says what each was before.",
        toolset: "registry",
        hints: CHANGES,
        gives_pictures: false,
    };

    fn plan(arguments: Arguments, check: &mut Check) -> Option<Plan> {
        let Arguments { key, values, create_key, timeout_ms } = arguments;
        let create_key = create_key.unwrap_or(false);
        let none = values.as_ref().is_none_or(Vec::is_empty);
        let mut read = Vec::new();
        for (index, value) in values.unwrap_or_default().into_iter().enumerate() {
            read.extend(value.read(&format!("values[{index}]"), check));
        }
        for (index, value) in read.iter().enumerate() {
            let folded = upcase(&value.name);
            if read.iter().take(index).any(|other| upcase(&other.name) == folded) {
                let path = format!("values[{index}].name");
                check.refuse_argument(&path, format!("`{path}` is the name of a value before it"));
            }
        }
        if none && !create_key && !check.is_faulty("values") {
            check.refuse("`values` is empty; give values, or `create_key` for a key without any");
        }
        let request = RegistryWriteRequest { key: key.key(check)?, values: read, create_key };
        Some(Plan::new(Operation::RegistryWrite(request), timeout_ms))
    }

    fn render(_: &Operation, outcome: &Outcome) -> Option<Reply> {
        let Outcome::Registry(outcome) = outcome else { return None };
        changed(outcome)
    }

    fn output_schema() -> Option<Map<String, Value>> {
        Some(schema::of_change::<ChangedForm>())
    }
}
