//! `find`: elements by role, part of a name, or id.

use model::{
    FindRequest, Operation, Outcome,
    tool::{Plan, Reply},
    ui::line,
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::{
    arguments::Check,
    native::{About, LOOKS_AT_PROGRAMS, Native},
    schema,
    structured::{ElementEntry, entries, json},
    target::{role, window},
    words::{count, one_line},
};

pub(crate) struct Find;

#[derive(Deserialize, JsonSchema)]
pub(crate) struct Arguments {
    /// Default: foreground
    #[schemars(length(min = 1, max = 500))]
    window: Option<String>,
    role: Option<String>,
    /// Part of it, any case
    #[schemars(length(max = 500))]
    name: Option<String>,
    #[schemars(length(max = 500))]
    automation_id: Option<String>,
    #[schemars(range(min = 1, max = 200), extend("default" = 20))]
    limit: Option<u32>,
    #[schemars(range(min = 100, max = 60_000))]
    timeout_ms: Option<u32>,
}

#[derive(Serialize, JsonSchema)]
struct Form {
    /// In reading order.
    elements: Vec<ElementEntry>,
    /// How many more matched.
    more: u32,
    #[serde(skip_serializing_if = "<[String]>::is_empty")]
    notes: Vec<String>,
}

impl Native for Find {
    type Arguments = Arguments;

    const ABOUT: About = About {
        name: "find",
        title: "Find elements",
        description: "Elements by role (UI Automation's: Button, Edit, TreeItem...), name or automation_id, with refs. \
                      Quicker than a snapshot when you know what you want.",
        toolset: "desktop",
        hints: LOOKS_AT_PROGRAMS,
        gives_pictures: false,
    };

    fn plan(arguments: Arguments, check: &mut Check) -> Option<Plan> {
        let Arguments { window: place, role: role_name, name, automation_id, limit, timeout_ms } = arguments;
        let given = [
            ("role", role_name.is_some()),
            ("name", name.is_some()),
            ("automation_id", automation_id.is_some()),
        ];
        if !given.iter().any(|(path, is)| *is || check.is_faulty(path)) {
            check.refuse(
                "give at least one of `role`, `name` and `automation_id`; to see everything use snapshot",
            );
        }
        let request = FindRequest {
            window: window(place),
            role: role(role_name, "role", check),
            name,
            automation_id,
            limit: limit.unwrap_or(20),
        };
        Some(Plan::new(Operation::Find(request), timeout_ms))
    }

    fn render(_: &Operation, outcome: &Outcome) -> Option<Reply> {
        let Outcome::Found(found) = outcome else { return None };
        let mut text = count(found.elements.len(), "element");
        if found.more > 0 {
            text.push_str(&format!(", {} more match: narrow it or raise limit", found.more));
        }
        for element in &found.elements {
            text.push('\n');
            text.push_str(&line(element));
        }
        for note in &found.notes {
            text.push_str("\nnote: ");
            text.push_str(&one_line(note));
        }
        let form = Form { elements: entries(&found.elements), more: found.more, notes: found.notes.clone() };
        Some(Reply { text, structured: json(&form), ..Reply::default() })
    }

    fn output_schema() -> Option<Map<String, Value>> {
        Some(schema::of_result::<Form>())
    }
}
