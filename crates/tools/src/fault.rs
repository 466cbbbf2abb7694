//! A failed call as its caller reads it.

use std::fmt::Write as _;

use model::{Fault, ui::Node};
use serde::Serialize;
use serde_json::Value;

use crate::{
    structured::{ElementEntry, WindowEntry, entries, json},
    words::{brief, one_line, window_line},
};

/// The failure in words: code and message, what to do next, and the elements and windows that may have been meant;
/// never what stands in a field, for that may be what was typed.
#[must_use]
pub fn fault_text(fault: &Fault) -> String {
    text_as(fault.code.as_str(), fault, hint(fault))
}

/// The same under another code and with another hint.
pub(crate) fn text_as(code: &str, fault: &Fault, hint: &str) -> String {
    let mut text = format!("{code}: {}", one_line(&fault.message));
    if !hint.is_empty() {
        let _ = write!(text, "\nhint: {}", one_line(hint));
    }
    if let Some(wait) = fault.retry_after_ms {
        let _ = write!(text, "\nretry_after_ms: {wait}");
    }
    for node in &fault.elements {
        let _ = write!(text, "\n {}", brief(node));
    }
    for window in &fault.windows {
        let _ = write!(text, "\n {}", window_line(window));
    }
    text
}

/// The failure for programs: `code`, `message`, `hint`, `retry_after_ms` where waiting helps, and candidates by their refs.
#[must_use]
pub fn fault_structured(fault: &Fault) -> Value {
    structured_as(fault.code.as_str(), fault, hint(fault))
}

/// The same under another code and with another hint.
pub(crate) fn structured_as(code: &'static str, fault: &Fault, hint: &str) -> Value {
    let form = FaultForm {
        code,
        message: &fault.message,
        hint,
        retry_after_ms: fault.retry_after_ms,
        elements: entries(&without_values(&fault.elements)),
        windows: entries(&fault.windows),
    };
    json(&form).unwrap_or_default()
}

/// What to do next: the failure's own words, or those for its code.
fn hint(fault: &Fault) -> &str {
    if fault.hint.is_empty() { fault.code.hint() } else { &fault.hint }
}

fn without_values(nodes: &[Node]) -> Vec<Node> {
    nodes.iter().map(|node| Node { value: None, ..node.clone() }).collect()
}

#[derive(Serialize)]
struct FaultForm<'a> {
    code: &'static str,
    message: &'a str,
    hint: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    retry_after_ms: Option<u64>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    elements: Vec<ElementEntry>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    windows: Vec<WindowEntry>,
}
