//! `window_list`: the top-level windows.

use model::{
    Operation, Outcome, WindowListRequest,
    tool::{Plan, Reply},
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::{
    arguments::Check,
    native::{About, LOOKS_AT_SYSTEM, Native},
    schema,
    structured::{WindowEntry, entries, json},
    words::{count, window_line},
};

pub(crate) struct WindowList;

#[derive(Deserialize, JsonSchema)]
pub(crate) struct Arguments {}

#[derive(Serialize, JsonSchema)]
struct Form {
    /// Front to back.
    windows: Vec<WindowEntry>,
}

impl Native for WindowList {
    type Arguments = Arguments;

    const ABOUT: About = About {
        name: "window_list",
        title: "List windows",
        description: "Windows, front to back: ref, title, program, place, state. Use it to find the one to work in.",
        toolset: "desktop",
        hints: LOOKS_AT_SYSTEM,
        gives_pictures: false,
    };

    fn plan(Arguments {}: Arguments, _: &mut Check) -> Option<Plan> {
        Some(Plan::new(Operation::WindowList(WindowListRequest {}), None))
    }

    fn render(_: &Operation, outcome: &Outcome) -> Option<Reply> {
        let Outcome::Windows(list) = outcome else { return None };
        let mut text = count(list.windows.len(), "window");
        for window in &list.windows {
            text.push('\n');
            text.push_str(&window_line(window));
        }
        let structured = json(&Form { windows: entries(&list.windows) });
        Some(Reply { text, structured, ..Reply::default() })
    }

    fn output_schema() -> Option<Map<String, Value>> {
        Some(schema::of_result::<Form>())
    }
}
