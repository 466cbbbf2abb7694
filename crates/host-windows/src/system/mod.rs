//! What the system tells and does without asking any window: windows, displays, programs, clipboard, session.

mod apps;
mod clipboard;
mod displays;
mod harden;
mod processes;
mod session;
mod windows;

pub use harden::harden;
pub use session::principal;
pub(crate) use {
    apps::{app_list, launch, launch_facts},
    clipboard::{read as clipboard_read, write as clipboard_write},
    displays::display_list,
    session::{desktop_state, report},
    windows::{by_title, control, facts, window_list},
};
