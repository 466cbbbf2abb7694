//! One element of a tree, and what tells it from every other.

use serde::{Deserialize, Serialize};

use super::{Rest, Role};
use crate::{ElementRef, Rect};

/// Which top-level window: handle and process together, for the system gives handles and process ids anew.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct WindowKey {
    /// The window handle.
    pub handle: u64,
    /// Process id.
    pub pid: u32,
    /// When the process started, as the system counts.
    pub started: u64,
}

/// Which element, as the source that found it tells elements apart.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ElementId {
    /// A control with a window handle of its own.
    Handle {
        /// The handle.
        handle: u64,
        /// Its control id.
        control: i32,
        /// Its window class.
        class: String,
    },
    /// Part of such a control: a list entry, tree item, tab, menu item.
    Item {
        /// The control's handle.
        handle: u64,
        /// Where the item lives in it: indices or item handles, outermost first.
        path: Vec<u64>,
    },
    /// UI Automation's runtime id.
    Runtime(Vec<i32>),
    /// A place in a UI Automation tree whose provider gives no runtime ids: child indices from the window down.
    Path(Vec<u32>),
}

/// Which element, for good: where it is and what was seen there. A later look that finds something else at the
/// same place has found another element.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct ElementKey {
    /// The top-level window it is in.
    pub window: WindowKey,
    /// Which of its elements.
    pub id: ElementId,
}

/// A tri-state switch.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Toggle {
    /// Off.
    Off,
    /// On.
    On,
    /// Neither.
    Mixed,
}

/// What an element is at the moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct States {
    /// Cannot be operated.
    #[serde(skip_serializing_if = "is_false")]
    pub disabled: bool,
    /// Has the keyboard.
    #[serde(skip_serializing_if = "is_false")]
    pub focused: bool,
    /// Not on the screen.
    #[serde(skip_serializing_if = "is_false")]
    pub offscreen: bool,
    /// A password field: its value is never read.
    #[serde(skip_serializing_if = "is_false")]
    pub password: bool,
    /// Its value cannot be changed.
    #[serde(skip_serializing_if = "is_false")]
    pub read_only: bool,
    /// Whether it is the, or a, chosen one; `None` where it cannot be chosen.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub selected: Option<bool>,
    /// Its switch; `None` where it has none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub checked: Option<Toggle>,
    /// Whether it is open; `None` where it cannot be opened.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expanded: Option<bool>,
    /// It can take the keyboard.
    #[serde(skip_serializing_if = "is_false")]
    pub focusable: bool,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde's skip_serializing_if passes a reference")]
const fn is_false(value: &bool) -> bool {
    !*value
}

/// What an element's own patterns or control messages can do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Patterns {
    /// It can be pressed.
    #[serde(skip_serializing_if = "is_false")]
    pub invoke: bool,
    /// It can be switched.
    #[serde(skip_serializing_if = "is_false")]
    pub toggle: bool,
    /// It can be opened and closed.
    #[serde(skip_serializing_if = "is_false")]
    pub expand_collapse: bool,
    /// It can be chosen.
    #[serde(skip_serializing_if = "is_false")]
    pub select: bool,
    /// It holds a value that can be set.
    #[serde(skip_serializing_if = "is_false")]
    pub value: bool,
    /// It can be scrolled.
    #[serde(skip_serializing_if = "is_false")]
    pub scroll: bool,
    /// It can be brought into view.
    #[serde(skip_serializing_if = "is_false")]
    pub scroll_into_view: bool,
}

/// One element.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Node {
    /// Its ref; hosts leave it out.
    #[serde(default, rename = "ref", skip_serializing_if = "Option::is_none")]
    pub reference: Option<ElementRef>,
    /// Which element, for the host.
    pub key: ElementKey,
    /// Levels below the root of its tree.
    pub depth: u32,
    /// Control type.
    pub role: Role,
    /// Name: its label, never the content of a field.
    pub name: String,
    /// UI Automation id; for a classic control its control id in decimal; may be empty.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub automation_id: String,
    /// Content of a field, at most its first [`Content::SHOWN`](super::Content::SHOWN) characters; never of a password field.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub value: Option<String>,
    /// How the content goes on where the value is only its beginning.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rest: Option<Box<Rest>>,
    /// What it is at the moment.
    #[serde(default)]
    pub states: States,
    /// What can be done to it.
    #[serde(default)]
    pub patterns: Patterns,
    /// Where it is.
    pub rect: Rect,
}
