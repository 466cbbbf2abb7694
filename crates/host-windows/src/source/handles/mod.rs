//! The tree of window handles: classic controls by class, text, style and control messages.
//!
//! Untrusted: every control and its process, which may hang, lie about lengths, or go away at any moment.
//! Guarantees: no message outlasts the job, at most two are on their way at once, and none is sent to a thread that left
//! one unanswered; the text of a password field is never asked for; what is read is bounded; memory taken in a target is
//! given back, unless a message that names it may still be on its way.
//! Does not: see what a program draws itself.

#[cfg(any(windows, test))]
mod beside;
#[cfg_attr(not(windows), expect(dead_code, reason = "the rest is used on Windows"))]
mod kind;
mod menu;
mod order;
mod range;
#[cfg_attr(not(windows), expect(dead_code, reason = "the rest is used on Windows"))]
mod text;
#[cfg_attr(not(windows), expect(dead_code, reason = "the rest is used on Windows"))]
mod wire;

#[cfg(windows)]
mod acts;
#[cfg(windows)]
mod ask;
#[cfg(windows)]
mod control;
#[cfg(windows)]
mod default;
#[cfg(windows)]
mod items;
#[cfg(windows)]
mod kept;
#[cfg(windows)]
mod landing;
#[cfg(windows)]
mod menus;
#[cfg(windows)]
mod node;
#[cfg(windows)]
mod point;
#[cfg(windows)]
mod remote;
#[cfg(windows)]
mod source;
#[cfg(windows)]
mod survey;
#[cfg(windows)]
mod tree;
#[cfg(windows)]
mod unread;
#[cfg(windows)]
mod view;
#[cfg(windows)]
mod watch;

#[cfg(windows)]
pub use default::default_button;
#[cfg(windows)]
pub use source::Handles;
#[cfg(windows)]
pub use unread::unread;
