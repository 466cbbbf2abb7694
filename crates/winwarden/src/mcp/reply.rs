//! Replies and failures as MCP's results of tool calls.

use model::{Fault, tool::Reply};
use rmcp::model::{CallToolResult, ContentBlock};
use serde_json::{Value, json};
use tools::dialects::{Dialect, winreg};

/// A reply or failure as MCP's result of a tool call, with the codes of `dialect`.
pub fn result(ended: Result<Reply, Fault>, dialect: Option<Dialect>) -> CallToolResult {
    match ended {
        Ok(reply) => {
            let mut result = CallToolResult::success(content(reply.text, reply.picture));
            result.structured_content = reply.structured;
            result
        }
        Err(fault) => match dialect {
            None => failed(&fault),
            Some(Dialect::Winreg) => error(winreg::fault_text(&fault), winreg::fault_structured(&fault)),
        },
    }
}

/// A failure as MCP's result of a tool call.
pub fn failed(fault: &Fault) -> CallToolResult {
    error(tools::fault_text(fault), tools::fault_structured(fault))
}

fn error(text: String, structured: Value) -> CallToolResult {
    let mut result = CallToolResult::error(vec![ContentBlock::text(text)]);
    result.structured_content = Some(structured);
    result
}

/// Text, and the picture behind it.
fn content(text: String, picture: Option<(&'static str, String)>) -> Vec<ContentBlock> {
    let picture = picture.map(|(mime, base64)| ContentBlock::image(base64, mime));
    [ContentBlock::text(text)].into_iter().chain(picture).collect()
}

/// What came of several steps, of which the last may have failed: that first, then each one's content in its order, under its
/// number.
pub fn steps(names: &[String], ended: Vec<Result<Reply, Fault>>) -> CallToolResult {
    let (count, done) = (names.len(), ended.len());
    let mut blocks = Vec::new();
    let mut structured: Vec<Value> = Vec::new();
    let mut failure = None;
    for (number, (name, step)) in (1..).zip(names.iter().zip(ended)) {
        let head = format!("step {number} of {count}, {name}:\n");
        match step {
            Ok(reply) => {
                structured.push(done_step(name, &reply));
                blocks.extend(content(head + &reply.text, reply.picture));
            }
            Err(fault) => {
                let told = tools::fault_text(&fault);
                let message = told.lines().next().and_then(|line| line.split_once(": "));
                let message = message.map_or("", |(_, message)| message);
                let first = format!("{} at step {number} of {count} ({name}): {message}", fault.code);
                blocks.insert(0, ContentBlock::text(first));
                blocks.push(ContentBlock::text(head + &told));
                structured.push(with(json!({ "tool": name }), tools::fault_structured(&fault)));
                failure = Some(fault);
            }
        }
    }
    let left = count - done;
    let mut told = json!({ "steps": structured, "left": left });
    let mut result = match &failure {
        None => CallToolResult::success(blocks),
        Some(fault) => {
            if left > 0 {
                blocks.push(ContentBlock::text(format!("not tried: the {left} after it")));
            }
            told = with(told, tools::fault_structured(fault));
            CallToolResult::error(blocks)
        }
    };
    result.structured_content = Some(told);
    result
}

/// A step that was done, for programs: its structure, else its text, for some clients show the model nothing else.
fn done_step(name: &str, reply: &Reply) -> Value {
    let told = match &reply.structured {
        Some(result) => json!({ "tool": name, "result": result }),
        None => json!({ "tool": name, "text": reply.text }),
    };
    match &reply.picture {
        Some((mime, _)) => with(told, json!({ "picture": format!("{mime}, in the content") })),
        None => told,
    }
}

/// An object with the fields of another.
fn with(mut object: Value, more: Value) -> Value {
    if let (Some(object), Value::Object(more)) = (object.as_object_mut(), more) {
        object.extend(more);
    }
    object
}
