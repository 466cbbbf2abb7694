//! Decisions read back from the audit, to be judged again.
//!
//! Untrusted: the records; anyone who may write the file may have written them.
//! Guarantees: a decision is given back only with everything that it was judged by. What a record keeps back (texts, keys
//! that type a character) is given back as such: its length is known, and no policy sees more of it.
//! Does not: guess. A record that lacks a fact is not judged again.

use std::collections::BTreeSet;

use model::{CallFacts, Facts, Operation};
use policy::taint::Source;
use serde::Deserialize;
use serde_json::{Value, json};

/// A call as the policy judged it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Past {
    /// The session.
    pub session: String,
    /// Its number in the session.
    pub seq: u64,
    /// When, as recorded.
    pub time: String,
    /// The tool.
    pub tool: String,
    /// The target in a line for people.
    pub target: Option<String>,
    /// What would have been done.
    pub operation: Operation,
    /// What was known about its target.
    pub facts: Facts,
    /// Where text came from that the session had read before.
    pub taint: BTreeSet<Source>,
    /// When it came, what its session had done before, and who called.
    pub call: CallFacts,
    /// The policy's word: `allow`, `ask`, `preview` or `deny`.
    pub verdict: String,
    /// The policies behind it.
    pub policies: BTreeSet<String>,
    /// Whether a person approved it.
    pub approved: bool,
}

/// The decision that a record is of; nothing for the outcome of a decision that has a record of its own, and for calls that
/// ended before the policy was asked.
///
/// # Errors
/// Why it cannot be judged again.
pub fn decision(record: &Value) -> Option<Result<Past, String>> {
    let judgement = record.get("judgement").filter(|judgement| judgement.is_object())?;
    if record.get("intent").is_some() {
        return None;
    }
    Some(past(record, judgement))
}

fn past(record: &Value, judgement: &Value) -> Result<Past, String> {
    let text = |of: &Value, name: &str| of.get(name).and_then(Value::as_str).map(ToOwned::to_owned);
    let operation = record.get("operation").filter(|operation| operation.is_object());
    let operation = operation.ok_or("it does not say what would have been done")?;
    let operation = Operation::deserialize(as_serialized(operation.clone()))
        .map_err(|error| format!("its operation: {error}"))?;
    let facts = record.get("facts").ok_or("it has no facts")?;
    if facts.to_string().contains("[redacted: ") {
        return Err("a secret was taken out of its facts".to_owned());
    }
    let taint = record.get("tainted_by").ok_or("it does not tell what the session had read before")?;
    let taint = BTreeSet::deserialize(taint).map_err(|error| format!("what had been read: {error}"))?;
    let facts = Facts::deserialize(facts).map_err(|error| format!("its facts: {error}"))?;
    let call = record.get("circumstances").ok_or("it does not tell when it was judged, and who called")?;
    if call.to_string().contains("[redacted: ") {
        return Err("a secret was taken out of its circumstances".to_owned());
    }
    let call = CallFacts::deserialize(call).map_err(|error| format!("its circumstances: {error}"))?;
    if operation.takes_input() && facts.targets.is_empty() {
        return Err("its facts have no target".to_owned());
    }
    let of_clipboard = matches!(operation, Operation::ClipboardRead(_) | Operation::ClipboardWrite(_));
    if of_clipboard && facts.clipboard.is_none() {
        return Err("its facts do not tell of the clipboard".to_owned());
    }
    if matches!(operation, Operation::AppLaunch(_)) && facts.launch.is_none() {
        return Err("its facts do not say what would have been started".to_owned());
    }
    if operation.registry_keys().len() != facts.registry.len() {
        return Err("its facts do not tell of its keys".to_owned());
    }
    let named = judgement.get("policies").and_then(Value::as_array).into_iter().flatten();
    let reasons = judgement.get("reasons").and_then(Value::as_array).into_iter().flatten();
    let behind =
        named.filter_map(Value::as_str).chain(reasons.filter_map(|reason| reason.get("policy")?.as_str()));
    Ok(Past {
        session: text(record, "session").unwrap_or_default(),
        seq: record.get("seq").and_then(Value::as_u64).unwrap_or_default(),
        time: text(record, "time").unwrap_or_default(),
        tool: text(record, "tool").unwrap_or_default(),
        target: text(record, "target"),
        verdict: text(judgement, "verdict").ok_or("it has no verdict")?,
        policies: behind.map(ToOwned::to_owned).collect(),
        approved: record.get("approval").is_some(),
        taint,
        call,
        operation,
        facts,
    })
}

/// An operation of the audit in the form in which operations are serialized: what `Audit::redacted` took out stands by its
/// length, and a character that was typed by a key stands as one.
pub(crate) fn as_serialized(mut operation: Value) -> Value {
    for place in ["/text", "/value", "/condition/text_appears/text", "/sought/text/text"] {
        if let Some(text) = operation.pointer_mut(place)
            && let Some(chars) = text.get("chars").and_then(Value::as_u64)
        {
            *text = json!(format!("[{chars} characters]"));
        }
    }
    for key in operation.pointer_mut("/keys").and_then(Value::as_array_mut).into_iter().flatten() {
        if *key == "[character]" {
            *key = json!("A");
        }
    }
    operation
}

#[cfg(test)]
#[path = "tests/past.rs"]
mod tests;
