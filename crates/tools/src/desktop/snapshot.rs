//! `snapshot`: a window, an element or the desktop as a tree of elements.

use std::fmt::Write as _;

use model::{
    Operation, Outcome, Scope, Snapshot as Look, SnapshotId, SnapshotRequest, TreeLimits,
    tool::{Plan, Reply},
    ui::{DIFF_ADDED, DIFF_CHANGED, DIFF_REMOVED, Node, TreeChanges, line, tree_text},
};
use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::{Deserialize, Serialize};

use crate::{
    arguments::Check,
    native::{About, LOOKS_AT_PROGRAMS, Native},
    schema::{patterns, text_like},
    structured::{ElementEntry, WindowEntry, entries, json},
    target::{TargetArguments, window},
    words::{count, one_line, window_brief, window_line},
};

pub(crate) struct Snapshot;

#[derive(Deserialize, JsonSchema)]
pub(crate) struct Arguments {
    #[serde(flatten)]
    target: TargetArguments,
    /// Default: foreground
    #[schemars(length(min = 1, max = 500))]
    window: Option<String>,
    /// The windows instead
    desktop: Option<bool>,
    #[schemars(extend("default" = true))]
    interactive_only: Option<bool>,
    #[schemars(range(min = 1, max = 5_000), extend("default" = 300))]
    max_elements: Option<u32>,
    #[schemars(range(min = 1, max = 64))]
    max_depth: Option<u32>,
    /// Only what contains this
    #[schemars(length(min = 1, max = 200))]
    query: Option<String>,
    /// Id: only what changed since
    #[serde(default)]
    #[schemars(schema_with = "snapshot_id")]
    since: Option<SnapshotId>,
    /// As JSON, with places
    structured: Option<bool>,
    #[schemars(range(min = 100, max = 60_000))]
    timeout_ms: Option<u32>,
}

fn snapshot_id(_: &mut SchemaGenerator) -> Schema {
    text_like(patterns::SNAPSHOT)
}

/// Given as text where it is asked for: with structure, and so an output schema, every reply would have to have it, and
/// some clients then show the model no text.
#[derive(Serialize)]
struct Form {
    #[serde(skip_serializing_if = "Option::is_none")]
    snapshot: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    window: Option<WindowEntry>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    windows: Vec<WindowEntry>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    elements: Vec<ElementEntry>,
    #[serde(skip_serializing_if = "Option::is_none")]
    changes: Option<ChangesForm>,
    cut: bool,
    notes: Vec<String>,
}

#[derive(Serialize)]
struct ChangesForm {
    added: Vec<ElementEntry>,
    changed: Vec<ElementEntry>,
    removed: Vec<ElementEntry>,
    unchanged: u32,
}

impl Native for Snapshot {
    type Arguments = Arguments;

    const ABOUT: About = About {
        name: "snapshot",
        title: "Look at a window",
        description: "Look at a window (or element, or the desktop) as text: an indented line per element with ref, role, name, \
                      value, states. Use it first, and instead of screenshots.",
        toolset: "desktop",
        hints: LOOKS_AT_PROGRAMS,
        gives_pictures: false,
    };

    fn plan(arguments: Arguments, check: &mut Check) -> Option<Plan> {
        let desktop = arguments.desktop.unwrap_or(false);
        let mut what = arguments.target.ways("", check);
        what.extend(arguments.window.is_some().then_some("window"));
        what.extend(desktop.then_some("desktop"));
        // Several ways to name an element are told by the target itself.
        if what.len() > 1 && (desktop || arguments.window.is_some()) {
            check.refuse(format!("`{}` are given; a snapshot shows one of them", what.join("` and `")));
        }
        let element = arguments.target.optional("", check);
        let scope = match (element, window(arguments.window)) {
            (Some(element), _) => Scope::Element(element),
            (None, Some(window)) => Scope::Window(window),
            (None, None) if desktop => Scope::Desktop,
            (None, None) => Scope::Foreground,
        };
        let usual = TreeLimits::default();
        let limits = TreeLimits {
            interactive_only: arguments.interactive_only.unwrap_or(usual.interactive_only),
            max_elements: arguments.max_elements.unwrap_or(usual.max_elements),
            max_depth: arguments.max_depth.unwrap_or(usual.max_depth),
            query: arguments.query,
        };
        let structured = arguments.structured.unwrap_or(false);
        let request = SnapshotRequest { scope, limits, since: arguments.since, structured };
        Some(Plan::new(Operation::Snapshot(request), arguments.timeout_ms))
    }

    fn render(operation: &Operation, outcome: &Outcome) -> Option<Reply> {
        let (Operation::Snapshot(request), Outcome::Snapshot(look)) = (operation, outcome) else {
            return None;
        };
        if request.structured {
            return Some(Reply { text: json(&form(look, &request.limits))?.to_string(), ..Reply::default() });
        }
        let mut text = header(look, request.since);
        for window in &look.tree.windows {
            text.push('\n');
            text.push_str(&window_line(window));
        }
        text.push('\n');
        match &look.changes {
            Some(changes) => text.push_str(&changes_text(changes)),
            None => text.push_str(&tree_text(&look.tree)),
        }
        if look.tree.cut {
            let _ = writeln!(text, "{}", cut(look, &request.limits));
        }
        for note in &look.tree.notes {
            let _ = writeln!(text, "note: {}", one_line(note));
        }
        text.truncate(text.trim_end().len());
        Some(Reply { text, ..Reply::default() })
    }
}

/// `s4 w3 "Untitled - Notepad" notepad.exe, 14 elements`
fn header(look: &Look, since: Option<SnapshotId>) -> String {
    let mut text = look.id.map_or_else(String::new, |id| format!("{id} "));
    match &look.tree.window {
        Some(window) => text.push_str(&window_brief(window)),
        None => text.push_str("desktop"),
    }
    match &look.changes {
        Some(changes) => {
            let since = since.map_or_else(String::new, |since| format!(" since {since}"));
            let TreeChanges { added, changed, removed, unchanged } = changes;
            let (added, changed, removed) = (added.len(), changed.len(), removed.len());
            let _ = write!(
                text,
                ",{since}: {added} added, {changed} changed, {removed} removed, {unchanged} unchanged"
            );
        }
        None if look.tree.window.is_none() => {
            let _ = write!(text, ", {}", count(look.tree.windows.len(), "window"));
        }
        None => {
            let _ = write!(text, ", {}", count(look.tree.nodes.len(), "element"));
        }
    }
    text
}

fn changes_text(changes: &TreeChanges) -> String {
    let mut text = String::new();
    let mut part = |sign: char, nodes: &[Node]| {
        for node in nodes {
            let _ = writeln!(text, "{sign} {}", line(node));
        }
    };
    part(DIFF_ADDED, &changes.added);
    part(DIFF_CHANGED, &changes.changed);
    part(DIFF_REMOVED, &changes.removed);
    text
}

fn cut(look: &Look, limits: &TreeLimits) -> String {
    let shown = look.tree.nodes.len();
    let narrow = "narrow it with query or element";
    if shown >= limits.max_elements as usize {
        format!("cut at {shown} elements: raise max_elements (up to 5000), or {narrow}")
    } else if limits.max_depth < TreeLimits::default().max_depth {
        format!("cut below depth {}: raise max_depth, or {narrow}", limits.max_depth)
    } else {
        format!("cut: there is more than could be read; {narrow}, or give more timeout_ms")
    }
}

fn form(look: &Look, limits: &TreeLimits) -> Form {
    let elements = if look.changes.is_none() { entries(&look.tree.nodes) } else { Vec::new() };
    let changes = look.changes.as_ref().map(|changes| ChangesForm {
        added: entries(&changes.added),
        changed: entries(&changes.changed),
        removed: entries(&changes.removed),
        unchanged: changes.unchanged,
    });
    let changed = changes.iter().flat_map(|changes| [&changes.added, &changes.changed, &changes.removed]);
    let cuts_values = changed.flatten().chain(&elements).any(ElementEntry::is_cut);
    let mut notes: Vec<String> = look.tree.cut.then(|| cut(look, limits)).into_iter().collect();
    if cuts_values {
        notes.push("a value goes on where value_chars is given: read_text has all of it".to_owned());
    }
    notes.extend(look.tree.notes.iter().cloned());
    Form {
        snapshot: look.id.map(String::from),
        window: look.tree.window.as_ref().map(WindowEntry::from),
        windows: entries(&look.tree.windows),
        elements,
        changes,
        cut: look.tree.cut || cuts_values,
        notes,
    }
}
