//! The gate's own windows: the approval dialog, the badge, and the key that stops everything. Used by `serve`, never by
//! the worker.
//!
//! Untrusted: every message to these windows, for any program can send one; and what a question shows, which came from
//! a client or a screen.
//! Guarantees: an answer counts only together with a press of that button by a person (low-level hooks tell a device
//! from a program: [`presses`]) that began once the buttons were on; a code is painted, and stands in no window's text; one that
//! is withdrawn, expires or loses its desk is no consent.
//! Does not: keep another program of the same user from closing the dialog (that denies), from covering it for a
//! moment, or from reading the screen where the system cannot leave a window out of pictures.
//!
//! One thread has all of it, and is there from [`Desk::start`] until the [`Desk`] is dropped. Nothing of `user32` is
//! called before.

#[cfg(any(windows, test))]
mod presses;
#[cfg(any(windows, test))]
mod words;

#[cfg(windows)]
mod badge;
#[cfg(windows)]
mod dialog;
#[cfg(windows)]
mod drawing;
#[cfg(windows)]
mod front;
#[cfg(windows)]
mod hooks;
#[cfg(windows)]
mod pump;
#[cfg(windows)]
mod start;
#[cfg(windows)]
mod stop_key;
#[cfg(windows)]
mod window;

use std::{fmt, time::Duration};

use model::{Rect, SecretText, keys::Chord};

#[cfg(windows)]
pub use start::{Asked, Desk};

/// What a desk is to have.
#[derive(Debug, Clone, Copy)]
pub struct DeskConfig {
    /// The key that stops everything, wherever the keyboard is.
    pub stop_key: Chord,
    /// Whether [`Badge::Working`] is shown; the one that resumes always is.
    pub badge: bool,
}

/// What happened at the desk.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DeskEvent {
    /// The stop key was pressed. What the hooks hear to be a program's does not count; one that forges the system's own
    /// message does stop, which harms nobody.
    StopKey,
    /// The person pressed Stop on the badge.
    StopButton,
    /// The person pressed Resume on the badge.
    ResumeButton,
    /// The session was locked. As any program can pretend either, this may pause and not more.
    Locked,
    /// The session was unlocked. Whether it is has to be looked at before anything goes on.
    Unlocked,
    /// The stop key belongs to another program, as the text says; while the hooks hear it, it stops all the same.
    KeyNotRegistered(String),
}

/// What a person is asked. Every text is shown without the characters that hide or reorder others.
#[derive(Debug, Clone)]
pub struct Question {
    /// Who wants what, in one sentence.
    pub heading: String,
    /// Everything there is to know, each with a short label.
    pub facts: Vec<(String, String)>,
    /// The target as it looks now.
    pub picture: Option<Image>,
    /// What of it cannot be undone.
    pub irreversible: Option<String>,
    /// What a person types at a terminal instead.
    pub code: Option<SecretText>,
    /// How long the question stays.
    pub expires_in: Duration,
}

/// A picture, and what of it is meant.
#[derive(Clone)]
pub struct Image {
    /// In pixels.
    pub width: u32,
    /// In pixels.
    pub height: u32,
    /// Four bytes for each pixel, from the upper left; the fourth is ignored. Of another length, no picture is shown.
    pub rgba: Vec<u8>,
    /// What is framed, in pixels of this picture.
    pub mark: Option<Rect>,
}

impl fmt::Debug for Image {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { width, height, mark, .. } = self;
        write!(f, "Image({width}x{height}, {mark:?})")
    }
}

/// What the person said.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[must_use]
pub enum Answer {
    /// Yes, this time.
    Once,
    /// Yes, and for this target from now on.
    ForThisTarget,
    /// No.
    No,
    /// No, and the session is to stop.
    NoAndStop,
    /// The dialog was closed without an answer: no.
    Closed,
    /// Nobody answered in time: no.
    Expired,
}

/// What the badge shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Badge {
    /// Nothing; it is not there.
    Hidden,
    /// An agent is at work, with a button that stops it.
    Working {
        /// Which agent.
        label: String,
    },
    /// Sessions are stopped, with a button that resumes them.
    Stopped {
        /// Which sessions.
        label: String,
        /// What a person types at a terminal to resume.
        code: Option<SecretText>,
    },
}
