//! `click`: press an element, or the mouse on it.

use model::{
    Button, ClickRequest, Operation, Outcome,
    keys::Modifiers,
    tool::{Plan, Reply},
};
use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::Deserialize;

use crate::{
    arguments::Check,
    native::{About, Native, OPERATES},
    schema::one_of,
    target::TargetArguments,
    words::{acted, aim, key_names},
};

pub(crate) struct Click;

#[derive(Deserialize, JsonSchema)]
pub(crate) struct Arguments {
    #[serde(flatten)]
    target: TargetArguments,
    #[serde(default)]
    #[schemars(schema_with = "buttons")]
    button: Option<Button>,
    #[schemars(range(min = 1, max = 3), extend("default" = 1))]
    count: Option<u8>,
    #[serde(default)]
    #[schemars(schema_with = "modifier_keys")]
    modifiers: Option<Vec<Modifier>>,
    #[schemars(range(min = 100, max = 60_000))]
    timeout_ms: Option<u32>,
}

/// A key that is held meanwhile.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Modifier {
    Ctrl,
    Alt,
    Shift,
    Win,
}

pub(crate) fn buttons(_: &mut SchemaGenerator) -> Schema {
    one_of(&["left", "right", "middle"])
}

pub(crate) fn modifier_keys(_: &mut SchemaGenerator) -> Schema {
    schemars::json_schema!({"type": "array", "items": one_of(&["ctrl", "alt", "shift", "win"]), "maxItems": 4})
}

/// All that are held.
pub(crate) fn held(keys: Option<Vec<Modifier>>) -> Modifiers {
    let mut modifiers = Modifiers::default();
    for key in keys.unwrap_or_default() {
        match key {
            Modifier::Ctrl => modifiers.ctrl = true,
            Modifier::Alt => modifiers.alt = true,
            Modifier::Shift => modifiers.shift = true,
            Modifier::Win => modifiers.win = true,
        }
    }
    modifiers
}

impl Native for Click {
    type Arguments = Arguments;

    const ABOUT: About = About {
        name: "click",
        title: "Click",
        description: "Click a button, menu item, link, check box, list entry.",
        toolset: "desktop",
        hints: OPERATES,
        gives_pictures: false,
    };

    fn plan(arguments: Arguments, check: &mut Check) -> Option<Plan> {
        let Arguments { target, button, count, modifiers, timeout_ms } = arguments;
        let request = ClickRequest {
            target: target.required("", check)?,
            button: button.unwrap_or_default(),
            count: count.unwrap_or(1),
            modifiers: held(modifiers),
        };
        Some(Plan::new(Operation::Click(request), timeout_ms))
    }

    fn render(operation: &Operation, outcome: &Outcome) -> Option<Reply> {
        let (Operation::Click(request), Outcome::Acted(done)) = (operation, outcome) else { return None };
        let times = match request.count {
            1 => "clicked",
            2 => "double-clicked",
            _ => "triple-clicked",
        };
        let button = match request.button {
            Button::Left => "",
            Button::Right => "right-",
            Button::Middle => "middle-",
        };
        let keys = key_names(request.modifiers);
        Some(acted(&format!("{keys}{button}{times} {}", aim(done, Some(&request.target))), done))
    }
}
