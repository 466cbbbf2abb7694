//! The port to the screen.

use model::{Fault, Rect, WindowInfo};
use picture::Shot;

/// The screen and its windows.
pub trait Camera {
    /// All displays together.
    fn screen(&self) -> Rect;

    /// The windows that are shown, front to back.
    fn layers(&self) -> Vec<Layer>;

    /// The pixels of part of the screen, which lies wholly inside it.
    ///
    /// # Errors
    /// `CAPTURE_FAILED`.
    fn grab(&mut self, area: Rect) -> Result<Shot, Fault>;

    /// A window as it draws itself, wherever it is and whatever covers it; nothing where it does not.
    fn print(&mut self, window: &WindowInfo) -> Option<Shot>;
}

/// A window that is shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Layer {
    /// Its handle.
    pub handle: u64,
    /// Its process.
    pub pid: u32,
    /// Its title.
    pub title: String,
    /// What of the screen it takes up.
    pub rect: Rect,
    /// Clicks and, most likely, looks go through it.
    pub see_through: bool,
    /// Nothing behind it can be seen through any part of it.
    pub opaque: bool,
}
