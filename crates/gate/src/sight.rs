//! What a picture can show, and what of it may be shown.

use std::fmt;

use model::{Rect, WindowFacts, ui::WindowKey};
use serde::{Deserialize, Serialize};

/// A window that a picture can show.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sight {
    /// Which one, as policy sees it.
    pub window: WindowFacts,
    /// Where it is, physical pixels.
    pub place: Rect,
}

/// The texts that stand in a window.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Texts {
    /// The window.
    pub window: WindowKey,
    /// Where it was when they were read.
    pub place: Rect,
    /// How much of them was read.
    pub looked: Looked,
    /// What was read.
    pub written: Vec<Written>,
}

/// How much of a window's texts was read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Looked {
    /// All that it tells.
    Whole,
    /// A part: it draws its own text, has much of it, or the time was up.
    Part,
    /// It does not answer, or is gone.
    Silent,
}

/// A text on the screen.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Written {
    /// Where it stands, physical pixels.
    pub rect: Rect,
    /// What stands there, label and content; nothing of a password field.
    pub text: String,
    /// Whether it is a password field.
    pub password: bool,
}

impl fmt::Debug for Written {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Written").field("rect", &self.rect).finish_non_exhaustive()
    }
}

/// What a picture may show; all else is painted over.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Cover {
    /// The windows.
    pub shown: Vec<Uncovered>,
    /// Of those, how many may hold secrets that were not looked for.
    pub unread: usize,
}

/// A window that may be shown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Uncovered {
    /// Which one.
    pub key: WindowKey,
    /// Where it must still be for `spots` to be in their place; `None` where it may have moved.
    pub place: Option<Rect>,
    /// What in it is painted over all the same, physical pixels.
    pub spots: Vec<Rect>,
}

/// How much was painted over.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Painted {
    /// Windows of winwarden.
    pub own: usize,
    /// Windows that may not be shown.
    pub windows: usize,
    /// Secrets in windows that may.
    pub spots: usize,
}

impl Cover {
    /// Whether anything of a window may be shown.
    #[must_use]
    pub fn shows(&self, key: &WindowKey) -> bool {
        self.shown.iter().any(|shown| shown.key == *key)
    }

    /// What in a window is painted over, if it is shown where it is now; nothing where all of it is painted over.
    #[must_use]
    pub fn spots(&self, handle: u64, pid: u32, place: Rect) -> Option<&[Rect]> {
        let shown = self.shown.iter().find(|shown| (shown.key.handle, shown.key.pid) == (handle, pid))?;
        shown.place.is_none_or(|judged| judged == place).then_some(shown.spots.as_slice())
    }

    /// What a picture does not show, in words.
    #[must_use]
    pub fn notes(&self, painted: Painted) -> Vec<String> {
        let note = |count: usize, words: &str| (count > 0).then(|| format!("{words}: {count}"));
        [
            note(painted.own, "windows of winwarden painted over"),
            note(painted.windows, "windows that may not be shown painted over"),
            note(painted.spots, "passwords and other secrets painted over"),
            note(self.unread, "windows whose texts were not, or not all, looked through for secrets"),
        ]
        .into_iter()
        .flatten()
        .collect()
    }
}
