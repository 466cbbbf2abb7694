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

/// What came of several steps, of which the last may have failed: each one's content in its order, under its number.
pub fn steps(names: &[String], ended: Vec<Result<Reply, Fault>>) -> CallToolResult {
    let (count, done) = (names.len(), ended.len());
    let mut blocks = Vec::new();
    let mut structured: Vec<Value> = Vec::new();
    let mut failure = None;
    for (number, (name, step)) in names.iter().zip(ended).enumerate() {
        let head = format!("step {} of {count}, {name}:\n", number + 1);
        match step {
            Ok(reply) => {
                structured.push(json!({ "tool": name, "result": reply.structured }));
                blocks.extend(content(head + &reply.text, reply.picture));
            }
            Err(fault) => {
                let mut told = tools::fault_structured(&fault);
                if let Some(told) = told.as_object_mut() {
                    told.insert("tool".to_owned(), json!(name));
                }
                structured.push(told);
                blocks.push(ContentBlock::text(head + &tools::fault_text(&fault)));
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
            if let (Some(told), Value::Object(fields)) =
                (told.as_object_mut(), tools::fault_structured(fault))
            {
                told.extend(fields);
            }
            CallToolResult::error(blocks)
        }
    };
    result.structured_content = Some(told);
    result
}
