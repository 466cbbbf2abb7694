//! `scroll`: the content of an element, or the wheel over it.

use model::{
    Direction, Operation, Outcome, ScrollRequest,
    tool::{Hints, Plan, Reply},
};
use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::Deserialize;

use crate::{
    arguments::Check,
    native::{About, Native, OPERATES},
    schema::one_of,
    target::TargetArguments,
    words::{acted, aim},
};

pub(crate) struct Scroll;

#[derive(Deserialize, JsonSchema)]
pub(crate) struct Arguments {
    #[schemars(required, schema_with = "directions")]
    direction: Option<Direction>,
    /// Wheel notches
    #[schemars(range(min = 1, max = 100), extend("default" = 3))]
    amount: Option<u32>,
    #[serde(flatten)]
    target: TargetArguments,
    #[schemars(range(min = 100, max = 60_000))]
    timeout_ms: Option<u32>,
}

fn directions(_: &mut SchemaGenerator) -> Schema {
    one_of(&["up", "down", "left", "right"])
}

impl Native for Scroll {
    type Arguments = Arguments;

    const ABOUT: About = About {
        name: "scroll",
        title: "Scroll",
        description: "Scroll an element (default: middle of the foreground window). To reach a known element use element_action \
                      scroll_into_view.",
        toolset: "desktop",
        // The wheel can change a slider's value, but takes nothing away.
        hints: Hints { destructive: false, ..OPERATES },
        gives_pictures: false,
    };

    fn plan(arguments: Arguments, check: &mut Check) -> Option<Plan> {
        let Arguments { direction, amount, target, timeout_ms } = arguments;
        let target = target.optional("", check);
        let request = ScrollRequest { target, direction: direction?, amount: amount.unwrap_or(3) };
        Some(Plan::new(Operation::Scroll(request), timeout_ms))
    }

    fn render(operation: &Operation, outcome: &Outcome) -> Option<Reply> {
        let (Operation::Scroll(request), Outcome::Acted(done)) = (operation, outcome) else { return None };
        let way = match request.direction {
            Direction::Up => "up",
            Direction::Down => "down",
            Direction::Left => "left",
            Direction::Right => "right",
        };
        let aim = aim(done, request.target.as_ref());
        let place = if aim.is_empty() { String::new() } else { format!(" in {aim}") };
        Some(acted(&format!("scrolled {way} by {}{place}", request.amount), done))
    }
}
