//! `snapshot`: a window, an element or the desktop as a tree of elements.

use std::fmt::Write as _;

use model::{
    Operation, Outcome, Scope, Snapshot as Look, SnapshotId, SnapshotRequest, TreeLimits,
    tool::{Plan, Reply},
    ui::{Changes, DIFF_ADDED, DIFF_CHANGED, DIFF_REMOVED, line, tree_text},
};
use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::{Deserialize, Serialize};
use serde_json::Value;

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
    changes: Option<Value>,
    cut: bool,
    notes: Vec<String>,
}

#[derive(Serialize)]
struct ChangesForm<E> {
    added: Vec<E>,
    changed: Vec<E>,
    removed: Vec<E>,
    unchanged: u32,
}

impl<T, E: for<'a> From<&'a T>> From<&Changes<T>> for ChangesForm<E> {
    fn from(changes: &Changes<T>) -> Self {
        Self {
            added: entries(&changes.added),
            changed: entries(&changes.changed),
            removed: entries(&changes.removed),
            unchanged: changes.unchanged,
        }
    }
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
        match (&look.changes, &look.window_changes) {
            (Some(changes), _) => text.push_str(&changes_text(changes, line)),
            (None, Some(changes)) => text.push_str(&changes_text(changes, window_line)),
            (None, None) => text.push_str(&tree_text(&look.tree)),
        }
        for missing in missing(look, &request.limits) {
            let _ = writeln!(text, "{missing}");
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
    let of_elements = look.changes.as_ref().map(numbers);
    match of_elements.or_else(|| look.window_changes.as_ref().map(numbers)) {
        Some([added, changed, removed, unchanged]) => {
            let since = since.map_or_else(String::new, |since| format!(" since {since}"));
            let _ = write!(
                text,
                ",{since}: {added} added, {changed} changed, {removed} removed, {unchanged} unchanged"
            );
        }
        None if look.tree.unmatched => text.push_str(", no match"),
        None => {
            let _ = write!(text, ", {}", count(shown(look), things(look)));
        }
    }
    text
}

/// How many were added, changed, removed and left as they were.
fn numbers<T>(changes: &Changes<T>) -> [usize; 4] {
    let Changes { added, changed, removed, unchanged } = changes;
    [added.len(), changed.len(), removed.len(), *unchanged as usize]
}

/// What a snapshot lists.
const fn things(look: &Look) -> &'static str {
    if look.tree.window.is_none() { "window" } else { "element" }
}

/// How many of them it lists, or compared with those of another.
fn shown(look: &Look) -> usize {
    let compared = |[added, changed, _, unchanged]: [usize; 4]| added + changed + unchanged;
    match (&look.changes, &look.window_changes) {
        (Some(changes), _) => compared(numbers(changes)),
        (None, Some(changes)) => compared(numbers(changes)),
        (None, None) => look.tree.nodes.len() + look.tree.windows.len(),
    }
}

fn changes_text<T>(changes: &Changes<T>, line: impl Fn(&T) -> String) -> String {
    let mut text = String::new();
    let parts =
        [(DIFF_ADDED, &changes.added), (DIFF_CHANGED, &changes.changed), (DIFF_REMOVED, &changes.removed)];
    for (sign, those) in parts {
        for one in those {
            let _ = writeln!(text, "{sign} {}", line(one));
        }
    }
    text
}

/// What is not there, and how to get it.
fn missing(look: &Look, limits: &TreeLimits) -> Vec<String> {
    let mut missing = Vec::new();
    if look.tree.cut {
        missing.push(cut(look, limits));
    }
    if look.tree.unmatched {
        let elsewhere = if look.tree.window.is_none() {
            "; contents of windows are not looked at here"
        } else if limits.interactive_only {
            "; with interactive_only false also what can be neither operated nor typed into is looked at"
        } else {
            ""
        };
        missing.push(format!("nothing matches the query{elsewhere}"));
    }
    missing
}

fn cut(look: &Look, limits: &TreeLimits) -> String {
    let shown = shown(look);
    let narrow = if look.tree.window.is_none() { "query" } else { "query or element" };
    if shown >= limits.max_elements as usize {
        let things = things(look);
        format!(
            "cut at {}: raise max_elements (up to 5000), or narrow it with {narrow}",
            count(shown, things)
        )
    } else if limits.max_depth < TreeLimits::default().max_depth {
        format!("cut below depth {}: raise max_depth, or narrow it with {narrow}", limits.max_depth)
    } else {
        format!("cut: there is more than could be read; narrow it with {narrow}, or give more timeout_ms")
    }
}

fn form(look: &Look, limits: &TreeLimits) -> Form {
    let elements = if look.changes.is_none() { entries(&look.tree.nodes) } else { Vec::new() };
    let changes = look.changes.as_ref().map(ChangesForm::<ElementEntry>::from);
    let changed = changes.iter().flat_map(|changes| [&changes.added, &changes.changed, &changes.removed]);
    let cuts_values = changed.flatten().chain(&elements).any(ElementEntry::is_cut);
    let window_changes = look.window_changes.as_ref().map(ChangesForm::<WindowEntry>::from);
    let mut notes = missing(look, limits);
    if cuts_values {
        notes.push("a value goes on where value_chars is given: read_text has all of it".to_owned());
    }
    notes.extend(look.tree.notes.iter().cloned());
    Form {
        snapshot: look.id.map(String::from),
        window: look.tree.window.as_ref().map(WindowEntry::from),
        windows: entries(&look.tree.windows),
        elements,
        changes: changes.and_then(|changes| json(&changes)).or_else(|| json(&window_changes?)),
        cut: look.tree.cut || cuts_values,
        notes,
    }
}
