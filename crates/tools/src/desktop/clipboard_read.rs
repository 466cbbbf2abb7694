//! `clipboard_read`: the clipboard's text.

use model::{
    ClipboardReadRequest, Operation, Outcome,
    tool::{Plan, Reply},
};
use schemars::JsonSchema;
use serde::Deserialize;

use crate::{
    arguments::Check,
    native::{About, LOOKS_AT_PROGRAMS, Native},
    words::read_text,
};

pub(crate) struct ClipboardRead;

#[derive(Deserialize, JsonSchema)]
pub(crate) struct Arguments {
    #[schemars(range(min = 1, max = 200_000), extend("default" = 20_000))]
    max_chars: Option<u32>,
}

impl Native for ClipboardRead {
    type Arguments = Arguments;

    const ABOUT: About = About {
        name: "clipboard_read",
        title: "Read the clipboard",
        description: "The clipboard's text. Use it after copying in a program.",
        toolset: "desktop",
        // What is on the clipboard may come from any program.
        hints: LOOKS_AT_PROGRAMS,
        gives_pictures: false,
    };

    fn plan(arguments: Arguments, _: &mut Check) -> Option<Plan> {
        let request = ClipboardReadRequest { max_chars: arguments.max_chars.unwrap_or(20_000) };
        Some(Plan::new(Operation::ClipboardRead(request), None))
    }

    fn render(_: &Operation, outcome: &Outcome) -> Option<Reply> {
        let Outcome::Clipboard(read) = outcome else { return None };
        Some(read_text(read, 0, "the clipboard", |_| "raise max_chars".into()))
    }
}
