//! The structured forms: what the text says, for programs. Refs only; never the keys that hosts go by.

use model::{
    Rect, WindowInfo, WindowState,
    ui::{Node, Toggle},
};
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value;

/// A rectangle, physical pixels; `right` and `bottom` lie outside.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
pub(crate) struct Sides {
    left: i32,
    top: i32,
    right: i32,
    bottom: i32,
}

/// A window.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub(crate) struct WindowEntry {
    #[serde(rename = "ref", skip_serializing_if = "Option::is_none")]
    reference: Option<String>,
    title: String,
    class: String,
    process: String,
    rect: Sides,
    state: WindowStateName,
    foreground: bool,
    responding: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
enum WindowStateName {
    Normal,
    Minimized,
    Maximized,
}

/// An element.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub(crate) struct ElementEntry {
    #[serde(rename = "ref", skip_serializing_if = "Option::is_none")]
    reference: Option<String>,
    depth: u32,
    role: &'static str,
    name: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    automation_id: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    value: Option<String>,
    /// Of the whole content, where `value` is only its beginning
    #[serde(skip_serializing_if = "Option::is_none")]
    value_chars: Option<u64>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    states: Vec<&'static str>,
    rect: Sides,
}

impl ElementEntry {
    /// Whether its value is only the beginning.
    pub(crate) const fn is_cut(&self) -> bool {
        self.value_chars.is_some()
    }
}

impl From<Rect> for Sides {
    fn from(Rect { left, top, right, bottom }: Rect) -> Self {
        Self { left, top, right, bottom }
    }
}

impl From<&WindowInfo> for WindowEntry {
    fn from(window: &WindowInfo) -> Self {
        Self {
            reference: window.reference.map(String::from),
            title: window.title.clone(),
            class: window.class.clone(),
            process: window.process.clone(),
            rect: window.rect.into(),
            state: match window.state {
                WindowState::Normal => WindowStateName::Normal,
                WindowState::Minimized => WindowStateName::Minimized,
                WindowState::Maximized => WindowStateName::Maximized,
            },
            foreground: window.foreground,
            responding: window.responding,
        }
    }
}

impl From<&Node> for ElementEntry {
    fn from(node: &Node) -> Self {
        let shown = node.value.as_ref().filter(|_| !node.states.password);
        Self {
            reference: node.reference.map(String::from),
            depth: node.depth,
            role: node.role.name(),
            name: node.name.clone(),
            automation_id: node.automation_id.clone(),
            value: shown.cloned(),
            value_chars: node.rest.as_ref().filter(|_| shown.is_some()).map(|rest| rest.chars),
            states: states(node),
            rect: node.rect.into(),
        }
    }
}

fn states(node: &Node) -> Vec<&'static str> {
    let states = node.states;
    [
        (states.disabled, "disabled"),
        (states.focused, "focused"),
        (states.offscreen, "offscreen"),
        (states.password, "password"),
        (states.read_only, "read_only"),
        (states.selected == Some(true), "selected"),
        (states.checked == Some(Toggle::On), "checked"),
        (states.checked == Some(Toggle::Off), "unchecked"),
        (states.checked == Some(Toggle::Mixed), "mixed"),
        (states.expanded == Some(true), "expanded"),
        (states.expanded == Some(false), "collapsed"),
    ]
    .into_iter()
    .filter_map(|(is_so, word)| is_so.then_some(word))
    .collect()
}

/// Entries for each of `items`.
pub(crate) fn entries<'a, T, E: From<&'a T>>(items: &'a [T]) -> Vec<E> {
    items.iter().map(E::from).collect()
}

/// The JSON of a structured form. All of ours are maps with text keys, which cannot fail.
pub(crate) fn json(form: &impl Serialize) -> Option<Value> {
    serde_json::to_value(form).ok()
}
