//! `drag`: press at one place, release at another.

use model::{
    Button, DragRequest, Operation, Outcome, Target,
    tool::{Plan, Reply},
};
use schemars::JsonSchema;
use serde::Deserialize;

use super::click::{Modifier, buttons, held, modifier_keys};
use crate::{
    arguments::Check,
    native::{About, Native, OPERATES},
    target::TargetArguments,
    words::{acted, key_names, named},
};

pub(crate) struct Drag;

#[derive(Deserialize, JsonSchema)]
pub(crate) struct Arguments {
    #[schemars(required)]
    from: Option<TargetArguments>,
    #[schemars(required)]
    to: Option<TargetArguments>,
    #[serde(default)]
    #[schemars(schema_with = "buttons")]
    button: Option<Button>,
    #[serde(default)]
    #[schemars(schema_with = "modifier_keys")]
    modifiers: Option<Vec<Modifier>>,
    #[schemars(range(min = 100, max = 60_000))]
    timeout_ms: Option<u32>,
}

impl Native for Drag {
    type Arguments = Arguments;

    const ABOUT: About = About {
        name: "drag",
        title: "Drag",
        description: "Press a mouse button on one target, move, release on another: move things, draw.",
        toolset: "desktop",
        // Dropping a file moves or overwrites it.
        hints: OPERATES,
        gives_pictures: false,
    };

    fn plan(arguments: Arguments, check: &mut Check) -> Option<Plan> {
        let Arguments { from, to, button, modifiers, timeout_ms } = arguments;
        let mut end = |target: Option<TargetArguments>, of| target.and_then(|t| t.required(of, check));
        let (from, to): (Option<Target>, Option<Target>) = (end(from, "from"), end(to, "to"));
        let request = DragRequest {
            from: from?,
            to: to?,
            button: button.unwrap_or_default(),
            modifiers: held(modifiers),
        };
        Some(Plan::new(Operation::Drag(request), timeout_ms))
    }

    fn render(operation: &Operation, outcome: &Outcome) -> Option<Reply> {
        let (Operation::Drag(request), Outcome::Acted(done)) = (operation, outcome) else { return None };
        let keys = key_names(request.modifiers);
        let (from, to) = (named(&request.from), named(&request.to));
        Some(acted(&format!("{keys}dragged {from} to {to}"), done))
    }
}
