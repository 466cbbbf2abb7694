//! The port to the desktop: what acting needs to see of it, in calls of microseconds.

use std::time::Duration;

use model::{Fault, Point, Rect, WindowInfo};

use crate::input::Hands;

/// The desktop with its windows. Handles are those of [`WindowKey`](model::ui::WindowKey); 0 is none.
pub trait Desk {
    /// The foreground window.
    fn foreground(&self) -> u64;

    /// The control that has the keyboard in the thread that owns `window`.
    fn keyboard(&self, window: u64) -> u64;

    /// What lies at a point, in front of all else.
    fn at(&self, point: Point) -> Option<Spot>;

    /// Whether `inner` is `outer` or lies in it.
    fn is_within(&self, inner: u64, outer: u64) -> bool;

    /// The top-level window that a control is in.
    fn top_of(&self, control: u64) -> u64;

    /// Whether the top-level window `top` is a menu, a drop-down list or the like that `window` has opened: a part of
    /// it that has no title bar of its own. Dialogs are not.
    fn is_popup_of(&self, top: u64, window: u64) -> bool;

    /// Where a window is and whether it can be operated; nothing where it is gone.
    fn stance(&self, window: u64) -> Option<Stance>;

    /// All displays together.
    fn screen(&self) -> Rect;

    /// Asks the system to show a window that is minimized and to put it in the foreground; may take effect later.
    fn call_forward(&mut self, window: u64, try_harder: bool);

    /// The top-level windows that are shown, front to back.
    fn tops(&self) -> Vec<u64>;

    /// What there is to say about a top-level window; nothing where it is gone.
    fn info(&self, window: u64) -> Option<WindowInfo>;

    /// Whether the thread that owns `window` answers a message within a time.
    fn answers(&self, window: u64, within: Duration) -> bool;

    /// Keyboard and mouse, watching the thread that owns `window`.
    fn hands(&self, window: u64) -> Box<dyn Hands>;

    /// The second lock: refuses windows of winwarden itself and of processes that are elevated while we are not.
    ///
    /// # Errors
    /// `OWN_WINDOW`, `ELEVATED_TARGET`.
    fn refuse_forbidden(&self, window: &WindowInfo) -> Result<(), Fault>;

    /// Lets a little time pass.
    fn pause(&self, time: Duration);
}

/// What lies at a point.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Spot {
    /// The innermost window or control.
    pub inner: u64,
    /// The top-level window it is in.
    pub top: u64,
}

/// Where a window is and whether it can be operated.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stance {
    /// Its rectangle.
    pub rect: Rect,
    /// It is minimized.
    pub minimized: bool,
    /// It waits for a dialog (that one, or 0 where it is not known), and takes no input.
    pub blocked_by: Option<u64>,
}
