//! `run_steps`: several calls in one request.

use std::sync::OnceLock;

use model::{
    Code, Fault, Operation, Outcome,
    tool::{Card, Hints, Plan, Reply, Schemas, Tool},
};
use serde_json::{Map, Value, json};

use crate::{arguments::like, schema::or_failure};

/// The tool that is no operation: whoever serves calls runs its steps one by one, each as a call of its own.
#[derive(Debug, Default)]
pub(crate) struct RunSteps(OnceLock<Schemas>);

/// Its name.
pub const RUN_STEPS: &str = "run_steps";
/// Steps of one request, at most.
const MOST: usize = 20;

/// One call of several.
#[derive(Debug, Clone, PartialEq)]
pub struct Step {
    /// The tool it names.
    pub tool: String,
    /// Its arguments.
    pub arguments: Map<String, Value>,
}

const CARD: Card = Card {
    name: RUN_STEPS,
    title: "Run steps",
    description: "Up to 20 calls in one request, in order, until one fails; each is judged and recorded as if alone. Use it when no step needs the result of another.",
    toolset: "core",
    hints: Hints { read_only: false, destructive: true, idempotent: false, open_world: true },
    gives_pictures: false,
};

fn schemas() -> Schemas {
    let input = json!({
        "type": "object",
        "additionalProperties": false,
        "required": ["steps"],
        "properties": { "steps": {
            "type": "array", "minItems": 1, "maxItems": MOST,
            "items": {
                "type": "object",
                "required": ["tool"],
                "propertyNames": { "enum": ["tool", "arguments"] },
            },
        } },
    });
    let input = if let Value::Object(input) = input { input } else { Map::new() };
    let output = json!({
        "type": "object",
        "required": ["steps", "left"],
        "properties": {
            "steps": { "type": "array", "items": {
                "type": "object",
                "required": ["tool"],
                "properties": {
                    "tool": { "type": "string" },
                    "result": { "type": "object" },
                    "text": { "type": "string" },
                    "picture": { "type": "string" },
                },
            } },
            "left": { "type": "integer", "minimum": 0 },
        },
    });
    let output = if let Value::Object(output) = output { Some(or_failure(output)) } else { None };
    Schemas { input, output }
}

impl Tool for RunSteps {
    fn card(&self) -> &Card {
        &CARD
    }

    fn schemas(&self) -> &Schemas {
        self.0.get_or_init(schemas)
    }

    /// It has no plan: its steps have.
    fn plan(&self, arguments: &Map<String, Value>) -> Result<Plan, Fault> {
        let steps = steps(arguments, &[])?.len();
        let message =
            format!("`run_steps` is no call of its own: each of its {steps} steps is judged by itself");
        Err(Fault::new(Code::InvalidArgument, message))
    }

    fn render(&self, _: &Operation, _: &Outcome) -> Reply {
        Reply::default()
    }
}

/// The steps that arguments name; `offered` are the tools there are, where that is to be looked at.
///
/// # Errors
/// `INVALID_ARGUMENT`, naming everything that is wrong with them.
pub fn steps(arguments: &Map<String, Value>, offered: &[&str]) -> Result<Vec<Step>, Fault> {
    let mut wrong: Vec<String> = arguments
        .keys()
        .filter(|name| *name != "steps")
        .map(|name| format!("`{}` is not an argument; there is `steps`", model::ui::escape(name, 64)))
        .collect();
    let given = match arguments.get("steps") {
        Some(Value::Array(given)) => given.as_slice(),
        Some(_) => {
            wrong.push("`steps` must be an array".to_owned());
            &[]
        }
        None => {
            wrong.push("`steps` is missing".to_owned());
            &[]
        }
    };
    if wrong.is_empty() && !(1..=MOST).contains(&given.len()) {
        wrong.push(format!("`steps` must have 1 to {MOST} entries, not {}", given.len()));
    }
    let mut steps = Vec::new();
    for (index, step) in given.iter().take(MOST).enumerate() {
        match read(step, offered) {
            Ok(step) => steps.push(step),
            Err(faults) => {
                wrong.extend(faults.into_iter().map(|(field, why)| format!("`steps[{index}]{field}` {why}")));
            }
        }
    }
    if wrong.is_empty() { Ok(steps) } else { Err(Fault::new(Code::InvalidArgument, wrong.join("; "))) }
}

/// One step, or which of its fields is wrong, and how.
fn read(step: &Value, offered: &[&str]) -> Result<Step, Vec<(String, String)>> {
    let Value::Object(fields) = step else {
        return Err(vec![(String::new(), "must be an object with `tool` and `arguments`".to_owned())]);
    };
    let mut wrong: Vec<(String, String)> = fields
        .keys()
        .filter(|name| !["tool", "arguments"].contains(&name.as_str()))
        .map(|name| {
            (
                format!(".{}", model::ui::escape(name, 64)),
                "is not an argument; there are `tool`, `arguments`".to_owned(),
            )
        })
        .collect();
    let mut refuse = |field: &str, why: String| wrong.push((field.to_owned(), why));
    let arguments = match fields.get("arguments") {
        None => Map::new(),
        Some(Value::Object(arguments)) => arguments.clone(),
        Some(_) => {
            refuse(".arguments", "must be an object".to_owned());
            Map::new()
        }
    };
    let tool = match fields.get("tool") {
        Some(Value::String(tool)) if tool == RUN_STEPS => {
            refuse(".tool", "cannot be `run_steps` itself".to_owned());
            String::new()
        }
        Some(Value::String(tool)) => {
            if !offered.is_empty() && !offered.contains(&tool.as_str()) {
                let like = like(tool, offered.iter().copied());
                let like = like.map(|like| format!("; did you mean `{like}`?")).unwrap_or_default();
                refuse(
                    ".tool",
                    format!("is `{}`, which this server does not offer{like}", model::ui::escape(tool, 64)),
                );
            }
            tool.clone()
        }
        Some(_) => {
            refuse(".tool", "must be a string".to_owned());
            String::new()
        }
        None => {
            refuse(".tool", "is missing".to_owned());
            String::new()
        }
    };
    if wrong.is_empty() { Ok(Step { tool, arguments }) } else { Err(wrong) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fault(arguments: Value) -> String {
        let Value::Object(arguments) = arguments else { panic!() };
        steps(&arguments, &["click", "status"]).unwrap_err().message
    }

    #[test]
    fn steps_are_read_in_their_order() {
        let Value::Object(arguments) =
            json!({"steps": [{"tool": "click", "arguments": {"element": "e1"}}, {"tool": "status"}]})
        else {
            panic!()
        };
        let steps = steps(&arguments, &["click", "status"]).unwrap();
        assert_eq!(steps.iter().map(|step| step.tool.as_str()).collect::<Vec<_>>(), ["click", "status"]);
        assert_eq!(steps[0].arguments["element"], "e1");
    }

    #[test]
    fn everything_that_is_wrong_is_told_at_once() {
        let message = fault(
            json!({"steps": [{"tol": "click"}, {"tool": "clik", "arguments": 1}, {"tool": "run_steps"}, 4], "x": 1}),
        );
        for part in [
            "`x` is not an argument",
            "`steps[0].tol`",
            "`steps[0].tool` is missing",
            "`steps[1].tool` is `clik`, which this server does not offer; did you mean `click`?",
            "`steps[1].arguments` must be an object",
            "`steps[2].tool` cannot be `run_steps` itself",
            "`steps[3]` must be an object",
        ] {
            assert!(message.contains(part), "{part}: {message}");
        }
        assert!(fault(json!({})).contains("`steps` is missing"));
        assert!(fault(json!({"steps": []})).contains("1 to 20 entries, not 0"));
        let many = vec![json!({"tool": "status"}); 21];
        assert!(fault(json!({"steps": many})).contains("1 to 20 entries, not 21"));
    }
}
