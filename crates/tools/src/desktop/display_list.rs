//! `display_list`: the displays.

use model::{
    DisplayInfo, DisplayListRequest, Operation, Outcome,
    tool::{Plan, Reply},
    ui::escape,
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::{
    arguments::Check,
    native::{About, LOOKS_AT_SYSTEM, Native},
    schema,
    structured::{Sides, entries, json},
    words::{count, size},
};

pub(crate) struct DisplayList;

#[derive(Deserialize, JsonSchema)]
pub(crate) struct Arguments {}

#[derive(Serialize, JsonSchema)]
struct Form {
    /// The primary one first.
    displays: Vec<Entry>,
}

#[derive(Serialize, JsonSchema)]
struct Entry {
    number: u32,
    name: String,
    rect: Sides,
    /// What the taskbar leaves.
    work_area: Sides,
    scale_percent: u32,
    primary: bool,
}

impl From<&DisplayInfo> for Entry {
    fn from(display: &DisplayInfo) -> Self {
        Self {
            number: display.number,
            name: display.name.clone(),
            rect: display.rect.into(),
            work_area: display.work_area.into(),
            scale_percent: display.scale_percent,
            primary: display.primary,
        }
    }
}

impl Native for DisplayList {
    type Arguments = Arguments;

    const ABOUT: About = About {
        name: "display_list",
        title: "List displays",
        description: "Displays with number, place in physical pixels and scale. Use it to work on another display.",
        toolset: "desktop",
        hints: LOOKS_AT_SYSTEM,
        gives_pictures: false,
    };

    fn plan(Arguments {}: Arguments, _: &mut Check) -> Option<Plan> {
        Some(Plan::new(Operation::DisplayList(DisplayListRequest {}), None))
    }

    fn render(_: &Operation, outcome: &Outcome) -> Option<Reply> {
        let Outcome::Displays(list) = outcome else { return None };
        let mut text = count(list.displays.len(), "display");
        for display in &list.displays {
            text.push('\n');
            text.push_str(&line(display));
        }
        let structured = json(&Form { displays: entries(&list.displays) });
        Some(Reply { text, structured, ..Reply::default() })
    }

    fn output_schema() -> Option<Map<String, Value>> {
        Some(schema::of_result::<Form>())
    }
}

fn line(display: &DisplayInfo) -> String {
    let DisplayInfo { number, name, rect, work_area, scale_percent, primary } = display;
    let primary = if *primary { ", primary" } else { "" };
    let (rect, work_area) = (size(*rect), size(*work_area));
    format!("{number}: {} {rect}, {scale_percent}%{primary}; work area {work_area}", escape(name, 60))
}
