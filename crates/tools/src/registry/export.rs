//! `registry_export`: a key with all below it as the text of a `.reg` file.

use std::fmt::Write as _;

use model::{
    Operation, Outcome, RegistryExportRequest,
    registry::RegistryOutcome,
    tool::{Plan, Reply},
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::{key::KeyArguments, words::notes};
use crate::{
    arguments::Check,
    native::{About, LOOKS_AT_SYSTEM, Native},
    schema,
    structured::json,
    words::{count, screen_text},
};

pub(crate) struct RegistryExport;

/// Bytes of text that an export has at most where nothing is said.
const USUAL_BYTES: u32 = 100_000;

#[derive(Deserialize, JsonSchema)]
pub(crate) struct Arguments {
    #[serde(flatten)]
    key: KeyArguments,
    /// More is LIMIT_EXCEEDED
    #[schemars(range(min = 1_000, max = 5_000_000), extend("default" = USUAL_BYTES))]
    max_bytes: Option<u32>,
    #[schemars(range(min = 100, max = 60_000))]
    timeout_ms: Option<u32>,
}

#[derive(Serialize, JsonSchema)]
struct Form<'a> {
    /// A .reg file, its lines ended by CR LF.
    text: &'a str,
    /// Keys in it.
    keys: u32,
    /// Values that were taken out: they look like secrets.
    withheld: u32,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    notes: Vec<String>,
}

impl Native for RegistryExport {
    type Arguments = Arguments;

    const ABOUT: About = About {
        name: "registry_export",
        title: "Export a registry key",
        description: "A registry key with all below it as the text of a .reg file, which registry_import takes.",
        toolset: "registry",
        hints: LOOKS_AT_SYSTEM,
        gives_pictures: false,
    };

    fn plan(arguments: Arguments, check: &mut Check) -> Option<Plan> {
        let Arguments { key, max_bytes, timeout_ms } = arguments;
        let request =
            RegistryExportRequest { key: key.key(check)?, max_bytes: max_bytes.unwrap_or(USUAL_BYTES) };
        Some(Plan::new(Operation::RegistryExport(request), timeout_ms))
    }

    fn render(_: &Operation, outcome: &Outcome) -> Option<Reply> {
        let Outcome::Registry(outcome) = outcome else { return None };
        let RegistryOutcome::Exported { text: file, keys, withheld, notes: said } = &**outcome else {
            return None;
        };
        let mut text = screen_text(file);
        if *withheld > 0 {
            let values = usize::try_from(*withheld).map_or_else(|_| String::new(), |n| count(n, "value"));
            text.push_str(&format!("; {values} left out: they look like secrets\n"));
        }
        let notes = notes(said);
        for note in &notes {
            let _ = writeln!(text, "; {note}");
        }
        let form = Form { text: file, keys: *keys, withheld: *withheld, notes };
        Some(Reply { text, structured: json(&form), ..Reply::default() })
    }

    fn output_schema() -> Option<Map<String, Value>> {
        Some(schema::of_result::<Form<'static>>())
    }
}
