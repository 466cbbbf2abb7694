//! What came of an operation that was carried out.

use serde::{Deserialize, Serialize};

use crate::{
    ElementVerb, PictureFormat, PictureFrame, Point, Rect, SnapshotId, WindowRef,
    registry::RegistryOutcome,
    ui::{Changes, Node, Tree, WindowKey},
};

/// What an operation brought: hosts fill it, the gate adds the refs, tools put it into words.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Outcome {
    /// For `status`.
    Status(Status),
    /// For `window_list`: front to back.
    Windows(WindowList),
    /// For `display_list`.
    Displays(DisplayList),
    /// For `app_list`.
    Apps(AppList),
    /// For `snapshot`.
    Snapshot(Snapshot),
    /// For `find`.
    Found(Found),
    /// For `read_text`.
    Text(TextRead),
    /// For `screenshot`.
    Picture(Picture),
    /// For `wait_for`.
    Waited(Waited),
    /// For `clipboard_read`.
    Clipboard(TextRead),
    /// For operations on the registry.
    Registry(Box<RegistryOutcome>),
    /// For everything else that acts.
    Acted(Box<Acted>),
}

/// A top-level window.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WindowInfo {
    /// Its ref; hosts leave it out.
    #[serde(default, rename = "ref", skip_serializing_if = "Option::is_none")]
    pub reference: Option<WindowRef>,
    /// Which one, for the host.
    pub key: WindowKey,
    /// Title.
    pub title: String,
    /// Window class.
    pub class: String,
    /// File name of its process' executable; empty where it may not be read.
    pub process: String,
    /// Where it is.
    pub rect: Rect,
    /// How it is shown.
    pub state: WindowState,
    /// Whether it is the foreground window.
    pub foreground: bool,
    /// Whether it answers messages.
    pub responding: bool,
}

impl WindowInfo {
    /// Whether title or process name contains `query` (in lower case) in any case.
    #[must_use]
    pub fn mentions(&self, query: &str) -> bool {
        [&self.title, &self.process].iter().any(|text| text.to_lowercase().contains(query))
    }
}

/// How a window is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum WindowState {
    /// At its own size.
    Normal,
    /// Not on the screen.
    Minimized,
    /// As large as its display.
    Maximized,
}

/// The top-level windows.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct WindowList {
    /// Front to back.
    pub windows: Vec<WindowInfo>,
}

/// A display.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DisplayInfo {
    /// Its number, from 1; the primary display is 1.
    pub number: u32,
    /// The system's name for it.
    pub name: String,
    /// Where it is on the virtual desktop.
    pub rect: Rect,
    /// The part that the taskbar leaves.
    pub work_area: Rect,
    /// Its scale in percent: 100, 125, 150, …
    pub scale_percent: u32,
    /// Whether it is the primary one.
    pub primary: bool,
}

/// The displays.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct DisplayList {
    /// The primary one first.
    pub displays: Vec<DisplayInfo>,
}

/// A program that can be launched by name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AppInfo {
    /// The name that `app_launch` takes.
    pub name: String,
    /// The full path or application id behind it.
    pub target: String,
}

/// Programs that can be launched by name.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct AppList {
    /// Sorted by name.
    pub apps: Vec<AppInfo>,
    /// How many more there are.
    pub more: u32,
}

/// A tree, or what changed in one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Snapshot {
    /// Its id; the gate gives it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<SnapshotId>,
    /// The whole tree (empty where only the changes were asked for).
    pub tree: Tree,
    /// What changed since the snapshot that was named; the gate works it out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub changes: Option<Changes<Node>>,
    /// The same of windows, where the desktop was asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub window_changes: Option<Changes<WindowInfo>>,
}

/// Elements that match.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Found {
    /// In reading order.
    pub elements: Vec<Node>,
    /// How many more matched.
    pub more: u32,
    /// What could not be looked at, in words.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub notes: Vec<String>,
}

/// Text that was read.
#[derive(Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct TextRead {
    /// The text, from the offset that was asked for.
    pub text: String,
    /// What stands before it, for the gate alone: what a text holds may show only with what is around it.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub before: String,
    /// What stands behind it, for the gate alone.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub after: String,
    /// The length of the whole in characters.
    pub total_chars: u64,
    /// The offset to go on at, where something is left.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next_offset: Option<u64>,
    /// What could not be read, in words.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub notes: Vec<String>,
}

impl TextRead {
    /// How many characters of what stands around a part come with it, on each side.
    pub const AROUND: usize = 16_384;

    /// At most `max_chars` characters of a text from the character `offset` on, with what stands around them.
    #[must_use]
    pub fn part(text: &str, offset: u32, max_chars: u32, notes: Vec<String>) -> Self {
        let at = |count: usize| text.char_indices().nth(count).map_or(text.len(), |(at, _)| at);
        let (offset, max_chars) = (offset as usize, max_chars as usize);
        let end = offset.saturating_add(max_chars);
        let slice = |from: usize, to: usize| text.get(at(from)..at(to)).unwrap_or_default().to_owned();
        let (total, next) = (text.chars().count() as u64, end as u64);
        Self {
            text: slice(offset, end),
            before: slice(offset.saturating_sub(Self::AROUND), offset),
            after: slice(end, end.saturating_add(Self::AROUND)),
            total_chars: total,
            next_offset: (next < total).then_some(next),
            notes,
        }
    }
}

impl std::fmt::Debug for TextRead {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("TextRead").field("total_chars", &self.total_chars).finish_non_exhaustive()
    }
}

/// A picture that was taken.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub struct Picture {
    /// What it shows and at what size; the gate gives the id (hosts write `p1`).
    pub frame: PictureFrame,
    /// Its format.
    pub format: PictureFormat,
    /// The file's bytes, base64.
    pub base64: String,
    /// Elements whose refs are to be, or are, drawn in.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub marks: Vec<Node>,
    /// Windows that were painted over, and other remarks, in words.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub notes: Vec<String>,
}

impl std::fmt::Debug for Picture {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Picture")
            .field("frame", &self.frame)
            .field("format", &self.format)
            .finish_non_exhaustive()
    }
}

/// A small picture of a window, for a person.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Preview {
    /// In pixels.
    pub width: u32,
    /// In pixels.
    pub height: u32,
    /// Red, green, blue and 255 for each pixel, from the upper left; base64.
    pub base64: String,
    /// What is meant, in pixels of this picture.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mark: Option<Rect>,
}

impl std::fmt::Debug for Preview {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Preview({}x{}, {:?})", self.width, self.height, self.mark)
    }
}

/// How a wait ended: with its condition fulfilled (else it is a `TIMEOUT`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Waited {
    /// After how many milliseconds.
    pub elapsed_ms: u64,
    /// The element that was waited for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub element: Option<Node>,
    /// The window that was waited for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub window: Option<WindowInfo>,
}

/// How an act reached its target.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Means {
    /// A UI Automation pattern of the element.
    Pattern,
    /// A control message.
    Message,
    /// Synthesized keyboard or mouse input.
    Input,
    /// A call of the system.
    System,
}

/// What an act did and what it changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Acted {
    /// How it was done.
    pub means: Means,
    /// The element it was done to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub element: Option<Node>,
    /// The pattern used, where the caller named one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub verb: Option<ElementVerb>,
    /// Where the pointer pressed, physical pixels.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub point: Option<Point>,
    /// The foreground window afterwards.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub foreground: Option<WindowInfo>,
    /// Whether that is another one than before.
    pub foreground_changed: bool,
    /// The focused element afterwards, where another one had the focus before or the act was to give it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub focused: Option<Node>,
    /// Windows that were not there before.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub opened: Vec<WindowInfo>,
    /// Windows that are no longer there.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub closed: Vec<WindowInfo>,
    /// What the target holds afterwards, where that can be read and was asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub read_back: Option<ReadBack>,
    /// The clipboard's sequence number after a write; the gate keeps it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub clipboard: Option<u32>,
    /// The process that was started.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pid: Option<u32>,
    /// Whatever else the caller should know, in words; never typed text.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub notes: Vec<String>,
}

/// Whether a field holds what was put into it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum ReadBack {
    /// It holds the text (for `insert`: where it was put).
    Holds {
        /// Characters in the field.
        chars: u64,
    },
    /// It holds something else.
    Differs {
        /// Characters in the field.
        chars: u64,
    },
    /// It is a password field: nothing is read back.
    Password,
    /// It cannot be read.
    Unreadable,
}

/// What a session may use, and has.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Budget {
    /// The limit's name.
    pub name: String,
    /// How much is used.
    pub used: u64,
    /// How much there is; none where it is unlimited.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub most: Option<u64>,
}

/// What `status` tells.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Status {
    /// winwarden's version.
    pub version: String,
    /// The session, as the audit names it.
    pub session: String,
    /// How it stands, in words.
    pub standing: String,
    /// How old it is, seconds.
    pub age_seconds: u64,
    /// What it has used of its budgets.
    pub budgets: Vec<Budget>,
    /// What a person should know of how it came to be.
    pub notes: Vec<String>,
    /// Where this runs: Windows, Wine or simulator, with its version.
    pub platform: String,
    /// What there is of a desktop, in words: session, desktop, elevation.
    pub desktop: String,
    /// Toolsets that are on.
    pub toolsets: Vec<String>,
    /// What is missing here and what follows from it, in words.
    pub limitations: Vec<String>,
    /// What is to be known of the machine, in words.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub notices: Vec<String>,
    /// The audit file.
    pub audit: String,
    /// Calls so far.
    pub calls: u64,
    /// Of those, refused.
    pub refused: u64,
    /// How often the worker was replaced.
    pub worker_restarts: u64,
    /// What the session has read that others wrote, each source in a line.
    pub taint: Vec<String>,
}
