//! `clipboard_write`: text onto the clipboard.

use model::{
    ClipboardWriteRequest, Operation, Outcome, SecretText,
    tool::{Hints, Plan, Reply},
};
use schemars::JsonSchema;
use serde::Deserialize;

use crate::{
    arguments::Check,
    native::{About, Native},
    words::{acted, count},
};

pub(crate) struct ClipboardWrite;

#[derive(Deserialize, JsonSchema)]
pub(crate) struct Arguments {
    #[schemars(required, length(max = 1_000_000))]
    text: Option<String>,
}

impl Native for ClipboardWrite {
    type Arguments = Arguments;

    const ABOUT: About = About {
        name: "clipboard_write",
        title: "Write the clipboard",
        description: "Put text on the clipboard, replacing what is there.",
        toolset: "desktop",
        // What was on the clipboard is gone.
        hints: Hints { read_only: false, destructive: true, idempotent: true, open_world: false },
        gives_pictures: false,
    };

    fn plan(arguments: Arguments, _: &mut Check) -> Option<Plan> {
        let request = ClipboardWriteRequest { text: SecretText::new(arguments.text?) };
        Some(Plan::new(Operation::ClipboardWrite(request), None))
    }

    fn render(operation: &Operation, outcome: &Outcome) -> Option<Reply> {
        let (Operation::ClipboardWrite(request), Outcome::Acted(done)) = (operation, outcome) else {
            return None;
        };
        let chars = count(request.text.chars(), "character");
        Some(acted(&format!("put {chars} on the clipboard"), done))
    }
}
