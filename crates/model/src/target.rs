//! What a call is aimed at, as its caller says it.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::{ElementRef, PictureId, Point, WindowRef, ui::Role};

/// The target of a looking or acting call.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Target {
    /// An element seen before.
    Element(ElementRef),
    /// The one element that matches.
    Find(Selector),
    /// Whatever lies at a point, if it belongs to the expected window.
    At(Place),
}

/// A description that must match exactly one element. At least one of role, name and id is given.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Selector {
    /// The window to look in; the foreground window where none is given.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub window: Option<WindowSelector>,
    /// Its UI Automation control type.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub role: Option<Role>,
    /// Its whole name; a match in exact case is preferred over one in another case.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Its UI Automation id (for a classic control, its control id in decimal).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub automation_id: Option<String>,
}

/// A window by ref or by its whole title.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum WindowSelector {
    /// A window seen before.
    Ref(WindowRef),
    /// The one window whose title is this.
    Title(String),
}

impl WindowSelector {
    /// Reads `w3` as a ref and anything else as a title.
    #[must_use]
    pub fn parse(text: &str) -> Self {
        text.parse().map_or_else(|_| Self::Title(text.to_owned()), Self::Ref)
    }
}

impl fmt::Display for WindowSelector {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Ref(window) => window.fmt(f),
            Self::Title(title) => title.fmt(f),
        }
    }
}

/// A point and the window that is expected to own it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Place {
    /// In pixels of `picture` where one is named, else in physical pixels of the virtual desktop.
    pub point: Point,
    /// The picture the point was read from.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub picture: Option<PictureId>,
    /// The window that must own what lies there.
    pub expect_window: WindowSelector,
}
