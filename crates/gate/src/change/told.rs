//! What an agent is told of what it would change.

use model::{AppLaunchRequest, Facts, Operation, TypeMode, ui::quote};
use serde::Serialize;
use serde_json::{Map, Value, json};

use super::{
    sides::{NOT_KNOWN, Side, Turn, turned},
    value_of,
};
use crate::{host::Present, stages::Resolved};

/// What an act would change: of a text, an element, a window, the clipboard or what runs.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct Told {
    text: Option<Text>,
    turn: Option<Turn>,
    clipboard: Option<Clipboard>,
    launch: Option<Launch>,
}

/// A text that would be put somewhere.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
struct Text {
    /// What is there, without secrets; none where that is not known or not to be told.
    #[serde(skip_serializing_if = "Option::is_none")]
    before: Option<String>,
    /// How many characters would be put there.
    characters: usize,
    /// Whether they would take the place of what is there.
    replaces: bool,
}

/// What is replaced on the clipboard. It is not read: that is an act of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
struct Clipboard {
    /// Whether this session put there what it holds.
    ours: bool,
}

/// What would be started.
#[derive(Debug, Clone, PartialEq, Serialize)]
struct Launch {
    path: String,
    /// As they are recorded: without secrets.
    arguments: Value,
    working_directory: String,
}

impl Told {
    /// Of an operation, which `recorded` is without secrets; `present` is its target, where an agent may be told of it.
    pub(crate) fn of(resolved: &Resolved, present: Option<&Present>, recorded: &Value) -> Self {
        let Resolved { operation, facts, .. } = resolved;
        Self {
            text: text(resolved, present),
            turn: present.and_then(|present| turned(operation, present)),
            clipboard: match operation {
                Operation::ClipboardWrite(_) => {
                    facts.clipboard.map(|clipboard| Clipboard { ours: clipboard.ours })
                }
                _ => None,
            },
            launch: match operation {
                Operation::AppLaunch(request) => launch(request, facts, recorded),
                _ => None,
            },
        }
    }

    /// In lines, each with what ends the line before.
    pub(crate) fn in_words(&self) -> String {
        let mut lines = Vec::new();
        if let Some(clipboard) = self.clipboard {
            let whose = if clipboard.ours { " (this session put it there)" } else { "" };
            lines.push(format!("before: what is on the clipboard, which is not read{whose}"));
        }
        if let Some(Text { before, characters, replaces }) = &self.text {
            lines.extend(before.as_deref().map(|before| format!("before: {}", quote(before))));
            let how = if *replaces { "in its place" } else { "more" };
            lines.push(format!("after: {characters} characters {how}"));
        }
        if let Some(Turn { what, before, after }) = self.turn {
            lines.push(format!("before: {what} {}", before.in_words()));
            let after = after.map_or_else(|| NOT_KNOWN.to_owned(), Side::in_words);
            lines.push(format!("after: {what} {after}"));
        }
        if let Some(Launch { path, arguments, working_directory }) = &self.launch {
            lines.push(format!("would start: {path}"));
            lines.push(format!("arguments: {arguments}"));
            lines.push(format!("working directory: {working_directory}"));
        }
        lines.iter().flat_map(|line| ["\n", line]).collect()
    }

    /// The same among the fields of a reply.
    pub(crate) fn put_into(&self, fields: &mut Map<String, Value>) {
        if let Some(text) = &self.text {
            fields.insert("text".to_owned(), json!(text));
        }
        if let Some(Turn { what, before, after }) = self.turn {
            let after = after.map_or_else(|| json!({}), |after| json!({ what: after.json() }));
            fields.insert("state".to_owned(), json!({ "before": { what: before.json() }, "after": after }));
        }
        if let Some(clipboard) = self.clipboard {
            fields.insert("clipboard".to_owned(), json!(clipboard));
        }
        if let Some(launch) = &self.launch {
            fields.insert("launch".to_owned(), json!(launch));
        }
    }
}

/// Of an operation that brings a text; none of a password field.
fn text(resolved: &Resolved, present: Option<&Present>) -> Option<Text> {
    let Resolved { operation, facts, .. } = resolved;
    let element = facts.targets.first().and_then(|target| target.element.as_ref());
    if element.is_some_and(|element| element.password) {
        return None;
    }
    let (text, replaces) = match operation {
        Operation::TypeText(request) => (&request.text, request.mode == TypeMode::Replace),
        Operation::ElementAction(request) => (request.value.as_ref()?, true),
        Operation::ClipboardWrite(request) => (&request.text, true),
        _ => return None,
    };
    let before = present.and_then(|present| value_of(present.element.as_ref()?));
    Some(Text { before, characters: text.expose().chars().count(), replaces })
}

/// Of a program that would be started.
fn launch(request: &AppLaunchRequest, facts: &Facts, recorded: &Value) -> Option<Launch> {
    let path = facts.launch.as_ref()?.path.clone();
    let folder = path.rsplit_once('\\').map_or("", |(folder, _)| folder);
    let chosen = recorded.get("working_directory").and_then(Value::as_str);
    let working_directory = match (&request.working_directory, chosen) {
        (Some(_), Some(chosen)) => chosen.to_owned(),
        _ => folder.to_owned(),
    };
    Some(Launch {
        path,
        arguments: recorded.get("arguments").cloned().unwrap_or_default(),
        working_directory,
    })
}
