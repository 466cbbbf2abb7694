//! `registry_import`: what a `.reg` file says.

use model::{
    Code, Operation, Outcome, RegistryImportRequest, SecretText,
    registry::read_reg_file,
    tool::{Plan, Reply},
};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::{Map, Value};

use super::{
    CHANGES,
    form::ChangedForm,
    key::{view, views},
    words::changed,
};
use crate::{
    arguments::Check,
    native::{About, Native},
    schema,
};

pub(crate) struct RegistryImport;

#[derive(Deserialize, JsonSchema)]
pub(crate) struct Arguments {
    /// Windows Registry Editor Version 5.00 …
    #[schemars(required, length(max = 5_000_000))]
    text: Option<String>,
    /// Of 64-bit or 32-bit programs
    #[serde(default)]
    #[schemars(schema_with = "views", extend("default" = 64))]
    view: Option<u32>,
    #[schemars(range(min = 100, max = 60_000))]
    timeout_ms: Option<u32>,
}

impl Native for RegistryImport {
    type Arguments = Arguments;

    const ABOUT: About = About {
        name: "registry_import",
        title: "Import into the registry",
        description: "Do what the text of a .reg file says, each of its keys judged by itself, all or nothing. Try it with dry_run first.",
        toolset: "registry",
        hints: CHANGES,
        gives_pictures: false,
    };

    fn plan(arguments: Arguments, check: &mut Check) -> Option<Plan> {
        let Arguments { text, view: bits, timeout_ms } = arguments;
        let text = SecretText::new(text?);
        let changes = match read_reg_file(text.expose(), view(bits)) {
            Ok(changes) => changes,
            Err(bad) => {
                let code = if bad.is_too_much() { Code::LimitExceeded } else { Code::InvalidArgument };
                check.refuse_as(code, "text", format!("`text`: {bad}"));
                return None;
            }
        };
        if changes.is_empty() {
            check.refuse_argument("text", "`text` names no key");
        }
        let request = RegistryImportRequest { changes };
        Some(Plan::new(Operation::RegistryImport(request), timeout_ms))
    }

    fn render(_: &Operation, outcome: &Outcome) -> Option<Reply> {
        let Outcome::Registry(outcome) = outcome else { return None };
        changed(outcome)
    }

    fn output_schema() -> Option<Map<String, Value>> {
        Some(schema::of_change::<ChangedForm>())
    }
}
