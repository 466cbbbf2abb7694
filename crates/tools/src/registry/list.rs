//! `registry_list`: what is in a key.

use std::fmt::Write as _;

use model::{
    Operation, Outcome, RegistryListRequest,
    registry::RegistryOutcome,
    tool::{Plan, Reply},
    ui::escape,
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::{
    form::ValueForm,
    key::KeyArguments,
    words::{SHORT, more, notes, tell, value},
};
use crate::{
    arguments::Check,
    native::{About, LOOKS_AT_SYSTEM, Native},
    schema,
    structured::{entries, json},
    words::one_line,
};

pub(crate) struct RegistryList;

#[derive(Deserialize, JsonSchema)]
pub(crate) struct Arguments {
    #[serde(flatten)]
    key: KeyArguments,
    /// Default: both keys and values
    keys: Option<bool>,
    values: Option<bool>,
    /// Levels of subkeys
    #[schemars(range(min = 1, max = 10), extend("default" = 1))]
    depth: Option<u32>,
    #[schemars(range(min = 1, max = 1_000), extend("default" = 100))]
    limit: Option<u32>,
    #[schemars(length(min = 1, max = 70_000))]
    cursor: Option<String>,
    /// Also expand-strings with variables replaced
    expanded: Option<bool>,
    #[schemars(range(min = 100, max = 60_000))]
    timeout_ms: Option<u32>,
}

#[derive(Serialize, JsonSchema)]
struct Form<'a> {
    path: &'a str,
    /// Relative to `path`, each before those below it.
    keys: &'a [String],
    values: Vec<ValueForm>,
    /// Where to go on.
    #[serde(skip_serializing_if = "Option::is_none")]
    cursor: Option<&'a String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    notes: Vec<String>,
}

impl Native for RegistryList {
    type Arguments = Arguments;

    const ABOUT: About = About {
        name: "registry_list",
        title: "List a registry key",
        description: "Subkeys and values of a registry key, with types and sizes, in parts. Use it to find out what is there.",
        toolset: "registry",
        hints: LOOKS_AT_SYSTEM,
        gives_pictures: false,
    };

    fn plan(arguments: Arguments, check: &mut Check) -> Option<Plan> {
        let Arguments { key, keys, values, depth, limit, cursor, expanded, timeout_ms } = arguments;
        let (keys, values) = match (keys, values) {
            (None, None) => (true, true),
            (keys, values) => (keys.unwrap_or(values == Some(false)), values.unwrap_or(keys == Some(false))),
        };
        if !keys && !values {
            check.refuse("`keys` and `values` are both false; one of them can be");
        }
        if depth.is_some_and(|depth| depth > 1) && !keys {
            check.refuse_argument("depth", "`depth` is for keys, which are not to be listed");
        }
        let request = RegistryListRequest {
            key: key.key(check)?,
            keys,
            values,
            depth: depth.unwrap_or(1),
            limit: limit.unwrap_or(100),
            cursor,
            whole: false,
            expand: expanded.unwrap_or(false),
        };
        Some(Plan::new(Operation::RegistryList(request), timeout_ms))
    }

    fn render(operation: &Operation, outcome: &Outcome) -> Option<Reply> {
        let (Operation::RegistryList(request), Outcome::Registry(outcome)) = (operation, outcome) else {
            return None;
        };
        let RegistryOutcome::List { path, keys, values, cursor, notes: said } = &**outcome else {
            return None;
        };
        let mut text = one_line(path);
        if request.keys {
            text.push_str(if keys.is_empty() { "\nno keys" } else { "\nkeys:" });
        }
        for key in keys {
            // Backslashes separate, and stay as they are; a name alone could be taken for a line of ours.
            let _ = write!(text, "\n \"{}\"", escape(key, 1_000).replace(r"\\", r"\"));
        }
        if request.values {
            text.push_str(if values.is_empty() { "\nno values" } else { "\nvalues:" });
        }
        for one in values {
            let _ = write!(text, "\n {}", value(one, SHORT));
        }
        let notes = notes(said);
        tell(&mut text, &notes);
        more(&mut text, cursor.as_ref());
        let form = Form { path, keys, values: entries(values), cursor: cursor.as_ref(), notes };
        Some(Reply { text, structured: json(&form), ..Reply::default() })
    }

    fn output_schema() -> Option<Map<String, Value>> {
        Some(schema::of_result::<Form<'static>>())
    }
}
