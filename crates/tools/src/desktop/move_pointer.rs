//! `move_pointer`: the mouse pointer, without pressing.

use model::{
    MovePointerRequest, Operation, Outcome,
    tool::{Hints, Plan, Reply},
};
use schemars::JsonSchema;
use serde::Deserialize;

use crate::{
    arguments::Check,
    native::{About, Native, OPERATES},
    target::TargetArguments,
    words::{acted, aim},
};

pub(crate) struct MovePointer;

#[derive(Deserialize, JsonSchema)]
pub(crate) struct Arguments {
    #[serde(flatten)]
    target: TargetArguments,
}

impl Native for MovePointer {
    type Arguments = Arguments;

    const ABOUT: About = About {
        name: "move_pointer",
        title: "Move the pointer",
        description: "Move the mouse pointer without pressing, to show tooltips or hover menus.",
        toolset: "desktop",
        // A program may answer hovering, by opening a menu for instance.
        hints: Hints { destructive: false, idempotent: true, ..OPERATES },
        gives_pictures: false,
    };

    fn plan(arguments: Arguments, check: &mut Check) -> Option<Plan> {
        let request = MovePointerRequest { target: arguments.target.required("", check)? };
        Some(Plan::new(Operation::MovePointer(request), None))
    }

    fn render(operation: &Operation, outcome: &Outcome) -> Option<Reply> {
        let (Operation::MovePointer(request), Outcome::Acted(done)) = (operation, outcome) else {
            return None;
        };
        Some(acted(&format!("moved the pointer to {}", aim(done, Some(&request.target))), done))
    }
}
