//! A tree of elements, as a list.

use serde::{Deserialize, Serialize};

use super::Node;
use crate::WindowInfo;

/// Where a tree came from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Source {
    /// UI Automation.
    UiAutomation,
    /// The tree of window handles and their control messages.
    #[default]
    WindowHandles,
    /// Both, merged.
    Both,
}

/// Elements in reading order: each after its parent, depth one more than its parent's.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Tree {
    /// The window it belongs to; none for the desktop.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub window: Option<WindowInfo>,
    /// The windows, where the desktop was asked for.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub windows: Vec<WindowInfo>,
    /// The elements.
    pub nodes: Vec<Node>,
    /// Where they came from.
    pub source: Source,
    /// Whether elements were left out because a limit was reached.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub cut: bool,
    /// Whether a query was given that nothing fits; the gate finds out.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub unmatched: bool,
    /// What was left out, could not be read or is not available here, in words.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub notes: Vec<String>,
}
