//! `type_text`: text into a field.

use model::{
    Operation, Outcome, SecretText, TypeMode, TypeTextRequest,
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

pub(crate) struct TypeText;

#[derive(Deserialize, JsonSchema)]
pub(crate) struct Arguments {
    /// Default target: the focused element
    #[schemars(required, length(max = 100_000))]
    text: Option<String>,
    #[serde(flatten)]
    target: TargetArguments,
    #[serde(default)]
    #[schemars(schema_with = "modes", extend("default" = "insert"))]
    mode: Option<TypeMode>,
    /// Press Enter after
    submit: Option<bool>,
    #[schemars(range(min = 100, max = 60_000))]
    timeout_ms: Option<u32>,
}

fn modes(_: &mut SchemaGenerator) -> Schema {
    one_of(&["insert", "replace"])
}

impl Native for TypeText {
    type Arguments = Arguments;

    const ABOUT: About = About {
        name: "type_text",
        title: "Type text",
        description: "Type text into a field, at the caret or in place of what is there. The reply says whether the field holds it.",
        toolset: "desktop",
        // It may replace what is there.
        hints: OPERATES,
        gives_pictures: false,
    };

    fn plan(arguments: Arguments, check: &mut Check) -> Option<Plan> {
        let Arguments { text, target, mode, submit, timeout_ms } = arguments;
        let target = target.optional("", check);
        let (text, mode, submit) =
            (SecretText::new(text?), mode.unwrap_or_default(), submit.unwrap_or(false));
        if text.chars() == 0 && mode == TypeMode::Insert && !submit {
            check.refuse_argument(
                "text",
                "`text` is empty; accepted: text, or mode `replace` to empty the field",
            );
        }
        let request = TypeTextRequest { target, text, mode, submit };
        Some(Plan::new(Operation::TypeText(request), timeout_ms))
    }

    fn render(operation: &Operation, outcome: &Outcome) -> Option<Reply> {
        let (Operation::TypeText(request), Outcome::Acted(done)) = (operation, outcome) else { return None };
        let chars = count(request.text.chars(), "character");
        let mut aim = aim(done, request.target.as_ref());
        if aim.is_empty() {
            aim.push_str("the focused element");
        }
        let enter = if request.submit { " and pressed Enter" } else { "" };
        let did = match request.mode {
            TypeMode::Insert => format!("typed {chars} into {aim}{enter}"),
            TypeMode::Replace => format!("replaced the text of {aim} by {chars}{enter}"),
        };
        Some(acted(&did, done))
    }
}
