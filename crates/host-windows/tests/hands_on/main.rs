//! Keyboard, mouse and camera on a real desktop, with the test programs as targets.
//!
//! Needs a desktop (Windows, or Wine on a virtual display) and the programs of `crates/testapps` built beside the
//! test. Tests take the desktop in turn, whatever runs them.
#![cfg(windows)]
#![cfg(test)] // says to clippy that helpers are test code too

mod acting;
mod figures;
mod mouse;
mod pictures;
mod program;
mod system;
mod typing;
