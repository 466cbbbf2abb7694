//! The particulars of operations that look.

use serde::{Deserialize, Serialize};

use crate::{PictureId, Rect, SnapshotId, Target, WindowSelector, ui::Role};

/// For [`Operation::Status`](crate::Operation::Status).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct StatusRequest {}

/// For [`Operation::WindowList`](crate::Operation::WindowList).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct WindowListRequest {}

/// For [`Operation::DisplayList`](crate::Operation::DisplayList).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct DisplayListRequest {}

/// For [`Operation::AppList`](crate::Operation::AppList).
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct AppListRequest {
    /// Only names that contain this, in any case.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub query: Option<String>,
    /// At most so many, 1 to 500.
    pub limit: u32,
}

/// What a snapshot shows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Scope {
    /// The foreground window.
    Foreground,
    /// One window.
    Window(WindowSelector),
    /// One element and what is in it.
    Element(Target),
    /// The desktop: every top-level window, without its content.
    Desktop,
}

/// How much of a tree is wanted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TreeLimits {
    /// Leave out what can be neither operated nor typed into, unless it groups what can.
    pub interactive_only: bool,
    /// At most so many elements, 1 to 5,000.
    pub max_elements: u32,
    /// At most so many levels below the root, 1 to 64.
    pub max_depth: u32,
    /// Only elements whose name, value or id contains this in any case, and what they lie in.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub query: Option<String>,
}

impl Default for TreeLimits {
    fn default() -> Self {
        Self { interactive_only: true, max_elements: 300, max_depth: 64, query: None }
    }
}

/// For [`Operation::Snapshot`](crate::Operation::Snapshot).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SnapshotRequest {
    /// What to show.
    pub scope: Scope,
    /// How much of it.
    pub limits: TreeLimits,
    /// Show only what changed since this snapshot.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub since: Option<SnapshotId>,
    /// Give the structured form beside the text.
    pub structured: bool,
}

/// For [`Operation::Find`](crate::Operation::Find). At least one of role, name and id is given.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FindRequest {
    /// The window to look in; the foreground window where none is given.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub window: Option<WindowSelector>,
    /// Control type.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub role: Option<Role>,
    /// Part of the name, in any case.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Whole UI Automation id.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub automation_id: Option<String>,
    /// At most so many, 1 to 200.
    pub limit: u32,
}

/// For [`Operation::ReadText`](crate::Operation::ReadText).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReadTextRequest {
    /// The element; where none is given, all the text of `window`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub target: Option<Target>,
    /// The window; the foreground window where neither is given.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub window: Option<WindowSelector>,
    /// First character wanted, 0 for the start.
    pub offset: u32,
    /// At most so many characters, 1 to 200,000.
    pub max_chars: u32,
}

/// What a picture shows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Area {
    /// A display by the number that `display_list` gives; the primary one where none is given.
    Display(Option<u32>),
    /// A window, as the screen shows it.
    Window(WindowSelector),
    /// Part of the virtual desktop.
    Region(Rect),
}

/// File format of a picture.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PictureFormat {
    /// Lossless; best for text and small areas.
    Png,
    /// Lossy; smallest and quickest for whole screens.
    Jpeg,
    /// Lossless, smaller than PNG.
    Webp,
}

impl PictureFormat {
    /// Its media type.
    #[must_use]
    pub const fn mime(self) -> &'static str {
        match self {
            Self::Png => "image/png",
            Self::Jpeg => "image/jpeg",
            Self::Webp => "image/webp",
        }
    }
}

/// For [`Operation::Screenshot`](crate::Operation::Screenshot).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ScreenshotRequest {
    /// What to show.
    pub area: Area,
    /// In which format.
    pub format: PictureFormat,
    /// At most so many bytes, 10,000 to 5,000,000: quality, then scale, go down until it fits.
    pub max_bytes: u32,
    /// At most so many pixels wide, 64 to 8,192; larger pictures are scaled down.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_width: Option<u32>,
    /// Draw the refs of the elements of the window shown into the picture.
    pub marks: bool,
}

/// What to wait for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Condition {
    /// Something matches the selector.
    ElementExists(Target),
    /// Nothing does any more.
    ElementGone(Target),
    /// It exists and is enabled.
    ElementEnabled(Target),
    /// The text stands in the window or element, in any case.
    TextAppears {
        /// Where to look; the foreground window where none is given.
        window: Option<WindowSelector>,
        /// What to look for.
        text: String,
    },
    /// A window of this title exists.
    WindowAppears(WindowSelector),
    /// None does any more.
    WindowGone(WindowSelector),
    /// The window answers messages and its tree stays equal for 150 ms.
    WindowIdle(Option<WindowSelector>),
    /// Nothing: just let so many milliseconds pass.
    Duration(u32),
}

/// For [`Operation::WaitFor`](crate::Operation::WaitFor).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WaitForRequest {
    /// What to wait for.
    pub condition: Condition,
    /// At most so many milliseconds, 50 to 60,000.
    pub timeout_ms: u32,
}

/// For [`Operation::ClipboardRead`](crate::Operation::ClipboardRead).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClipboardReadRequest {
    /// At most so many characters, 1 to 200,000.
    pub max_chars: u32,
}

/// A picture that was given, so that its pixels can be given back as coordinates.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct PictureFrame {
    /// Its id.
    pub id: PictureId,
    /// What it shows, in physical pixels.
    pub area: Rect,
    /// Its own width in pixels.
    pub width: u32,
    /// Its own height in pixels.
    pub height: u32,
}
