//! Calls of cases: planned by the tools themselves, with what a case need not say.

use std::{collections::HashMap, sync::Arc};

use model::{Operation, tool::Tool, ui::escape};
use serde_json::{Map, Value, json};

/// Plans calls.
#[derive(Debug)]
pub struct Planner(HashMap<&'static str, Arc<dyn Tool>>);

impl Planner {
    /// With every tool there is.
    pub fn new() -> Self {
        Self(tools::all().into_iter().map(|tool| (tool.card().name, tool)).collect())
    }

    /// What a call would do; a target and texts that matter to no policy may be left out.
    ///
    /// # Errors
    /// There is no such tool, or its arguments are no plan.
    pub fn plan(&self, name: &str, given: Map<String, Value>) -> Result<Operation, String> {
        let tool = self.0.get(name).ok_or_else(|| format!("there is no tool `{}`", escape(name, 64)))?;
        let mut arguments = usual(name);
        if ["element", "find", "at", "window"].iter().any(|way| given.contains_key(*way)) {
            arguments.remove("element");
        }
        if given.contains_key("condition") {
            arguments.remove("duration_ms");
        }
        arguments.extend(given);
        let plan = tool.plan(&arguments).map_err(|fault| fault.message)?;
        Ok(plan.operation)
    }
}

/// The arguments of a call that says nothing.
fn usual(tool: &str) -> Map<String, Value> {
    let arguments = match tool {
        "click" | "move_pointer" => json!({ "element": "e1" }),
        "type_text" => json!({ "element": "e1", "text": "text" }),
        "scroll" => json!({ "element": "e1", "direction": "down" }),
        "drag" => json!({ "from": { "element": "e1" }, "to": { "element": "e2" } }),
        "element_action" => json!({ "element": "e1", "action": "invoke" }),
        "window_control" => json!({ "window": "w1", "action": "focus" }),
        "clipboard_write" => json!({ "text": "text" }),
        "find" => json!({ "role": "Button" }),
        "wait_for" => json!({ "duration_ms": 100 }),
        _ => json!({}),
    };
    if let Value::Object(arguments) = arguments { arguments } else { Map::new() }
}
