//! `read_text`: the text of an element or window.

use model::{
    Operation, Outcome, ReadTextRequest,
    tool::{Plan, Reply},
};
use schemars::JsonSchema;
use serde::Deserialize;

use crate::{
    arguments::Check,
    native::{About, LOOKS_AT_PROGRAMS, Native},
    target::{TargetArguments, window},
    words::read_text,
};

pub(crate) struct ReadText;

#[derive(Deserialize, JsonSchema)]
pub(crate) struct Arguments {
    #[serde(flatten)]
    target: TargetArguments,
    /// All its text; default: foreground
    #[schemars(length(min = 1, max = 500))]
    window: Option<String>,
    #[schemars(range(max = 2_000_000_000))]
    offset: Option<u32>,
    #[schemars(range(min = 1, max = 200_000), extend("default" = 20_000))]
    max_chars: Option<u32>,
    #[schemars(range(min = 100, max = 60_000))]
    timeout_ms: Option<u32>,
}

impl Native for ReadText {
    type Arguments = Arguments;

    const ABOUT: About = About {
        name: "read_text",
        title: "Read text",
        description: "The full text of an element or window: documents, long fields, logs.",
        toolset: "desktop",
        hints: LOOKS_AT_PROGRAMS,
        gives_pictures: false,
    };

    fn plan(arguments: Arguments, check: &mut Check) -> Option<Plan> {
        let Arguments { target, window: place, offset, max_chars, timeout_ms } = arguments;
        if let (Some(way), true) = (target.ways("", check).first(), place.is_some()) {
            check.refuse(format!("`{way}` and `window` are given; only one of them can say what to read"));
        }
        let request = ReadTextRequest {
            target: target.optional("", check),
            window: window(place),
            offset: offset.unwrap_or(0),
            max_chars: max_chars.unwrap_or(20_000),
        };
        Some(Plan::new(Operation::ReadText(request), timeout_ms))
    }

    fn render(operation: &Operation, outcome: &Outcome) -> Option<Reply> {
        let (Operation::ReadText(request), Outcome::Text(read)) = (operation, outcome) else { return None };
        let what = if request.target.is_some() { "the element" } else { "the window" };
        Some(read_text(read, request.offset.into(), what, |next| format!("go on with offset {next}")))
    }
}
