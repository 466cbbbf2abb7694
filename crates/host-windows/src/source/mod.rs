//! Ways of seeing a window's elements: UI Automation, and the tree of window handles.

#[cfg(any(windows, test))]
mod bell;
mod choose;
#[cfg(any(windows, test))]
mod handles;
#[cfg(windows)]
mod uia;

use std::{
    sync::{Arc, atomic::AtomicBool},
    time::Instant,
};

use model::{
    Fault, Means, Point, SecretText, TreeLimits, WindowInfo,
    ui::{ElementKey, Node, Tree},
};

#[cfg(any(windows, test))]
pub(crate) use bell::{Bell, Ring};
pub use choose::{Glance, WindowSource};
#[cfg(windows)]
pub use handles::{Handles, default_button, unread};
#[cfg(windows)]
pub(crate) use uia::Listening;
#[cfg(windows)]
pub use uia::Uia;

/// What a look at a window leaves to the next one, and takes from the last.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Recall {
    /// It stands alone.
    #[default]
    Nothing,
    /// All is read anew, and kept for the next.
    Keep,
    /// What cannot have changed unseen since the last is not read again, and all is kept.
    Use,
}

/// What a piece of work is held to. Sources look at it between any two calls into another process.
#[derive(Debug, Clone)]
pub struct Job {
    /// When it must have ended; no single call into another process may outlast it.
    pub deadline: Instant,
    /// Set when the caller cancelled.
    pub cancelled: Arc<AtomicBool>,
    /// What a tree may take from the last one.
    pub recall: Recall,
}

/// One way of seeing and operating the elements of one window; lives on that window's own thread.
pub trait Source {
    /// Reads the elements below `root` (below the window itself where none is given), root first, in reading order,
    /// at most as deep and as many as `limits` says (`limits.interactive_only` and `query` are only hints here:
    /// the caller prunes). Elements that vanish meanwhile are left out and counted in a note.
    ///
    /// # Errors
    /// `TARGET_NOT_RESPONDING` past the deadline, `CANCELLED`, `STALE_ELEMENT` for a root that is gone.
    fn tree(
        &mut self,
        window: &WindowInfo,
        root: Option<&ElementKey>,
        limits: &TreeLimits,
        job: &Job,
    ) -> Result<Tree, Fault>;

    /// Reads one element anew by its key, as it is now; `None` where it is gone.
    ///
    /// # Errors
    /// As for `tree`.
    fn read(&mut self, key: &ElementKey, job: &Job) -> Result<Option<Node>, Fault>;

    /// The innermost element at a point in physical pixels.
    ///
    /// # Errors
    /// As for `tree`.
    fn at(&mut self, window: &WindowInfo, point: Point, job: &Job) -> Result<Option<Node>, Fault>;

    /// The element that has the keyboard.
    ///
    /// # Errors
    /// As for `tree`.
    fn focused(&mut self, window: &WindowInfo, job: &Job) -> Result<Option<Node>, Fault>;

    /// The whole text of an element (a field's content, else its name); never a password.
    ///
    /// # Errors
    /// As for `tree`.
    fn text(&mut self, key: &ElementKey, job: &Job) -> Result<String, Fault>;

    /// Operates an element by its own pattern or control message.
    ///
    /// # Errors
    /// `NOT_SUPPORTED_BY_TARGET` where it has none for this (the caller may then use the pointer or the keyboard),
    /// `ELEMENT_DISABLED`, and those of `tree`.
    fn act(&mut self, key: &ElementKey, act: &Act, job: &Job) -> Result<Means, Fault>;
}

/// What can be done to an element without mouse or keyboard.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Act {
    /// Press it.
    Invoke,
    /// Switch it.
    Toggle,
    /// Open it.
    Expand,
    /// Close it.
    Collapse,
    /// Choose it.
    Select,
    /// Replace its content.
    SetValue(SecretText),
    /// Put text where its caret is, in place of what is selected (`EM_REPLACESEL`).
    InsertText(SecretText),
    /// Bring it into view.
    ScrollIntoView,
    /// Give it the keyboard.
    Focus,
    /// Scroll it by notches of the wheel: positive is down and right.
    Scroll {
        /// To the right.
        x: i32,
        /// Downwards.
        y: i32,
    },
}
