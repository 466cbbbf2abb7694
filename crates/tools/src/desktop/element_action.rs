//! `element_action`: an element's own pattern.

use model::{
    ElementActionRequest, ElementVerb, Operation, Outcome, SecretText,
    tool::{Plan, Reply},
};
use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::Deserialize;

use crate::{
    arguments::Check,
    native::{About, Native, OPERATES},
    schema::one_of,
    target::TargetArguments,
    words::{acted, aim, count},
};

pub(crate) struct ElementAction;

#[derive(Deserialize, JsonSchema)]
pub(crate) struct Arguments {
    #[serde(flatten)]
    target: TargetArguments,
    #[schemars(required, schema_with = "actions")]
    action: Option<ElementVerb>,
    /// For set_value
    #[schemars(length(max = 100_000))]
    value: Option<String>,
    #[schemars(range(min = 100, max = 60_000))]
    timeout_ms: Option<u32>,
}

fn actions(_: &mut SchemaGenerator) -> Schema {
    one_of(&["invoke", "toggle", "expand", "collapse", "select", "set_value", "scroll_into_view", "focus"])
}

impl Native for ElementAction {
    type Arguments = Arguments;

    const ABOUT: About = About {
        name: "element_action",
        title: "Use an element's pattern",
        description: "Use an element's own pattern: expand tree items, select list entries, toggle, set sliders and fields.",
        toolset: "desktop",
        // Toggling twice is not toggling once.
        hints: OPERATES,
        gives_pictures: false,
    };

    fn plan(arguments: Arguments, check: &mut Check) -> Option<Plan> {
        let Arguments { target, action, value, timeout_ms } = arguments;
        let given = value.is_some() || check.is_faulty("value");
        match action {
            Some(ElementVerb::SetValue) if !given => {
                check.refuse_argument("value", "`value` is missing; action set_value needs it");
            }
            Some(ElementVerb::SetValue) | None => {}
            Some(_) if given => check.refuse("`value` goes with action set_value only"),
            Some(_) => {}
        }
        let target = target.required("", check);
        let value = value.map(SecretText::new);
        let request = ElementActionRequest { target: target?, action: action?, value };
        Some(Plan::new(Operation::ElementAction(request), timeout_ms))
    }

    fn render(operation: &Operation, outcome: &Outcome) -> Option<Reply> {
        let (Operation::ElementAction(request), Outcome::Acted(done)) = (operation, outcome) else {
            return None;
        };
        let chars = request.value.as_ref().map_or(0, SecretText::chars);
        let aim = aim(done, Some(&request.target));
        let did = match request.action {
            ElementVerb::Invoke => format!("invoked {aim}"),
            ElementVerb::Toggle => format!("toggled {aim}"),
            ElementVerb::Expand => format!("expanded {aim}"),
            ElementVerb::Collapse => format!("collapsed {aim}"),
            ElementVerb::Select => format!("selected {aim}"),
            ElementVerb::SetValue => format!("set the value of {aim} to {}", count(chars, "character")),
            ElementVerb::ScrollIntoView => format!("scrolled {aim} into view"),
            ElementVerb::Focus => format!("focused {aim}"),
        };
        Some(acted(&did, done))
    }
}
