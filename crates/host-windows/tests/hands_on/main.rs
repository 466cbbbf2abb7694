//! Keyboard, mouse and camera on a real desktop, with the test programs as targets.
//!
//! Needs a desktop (Windows, or Wine on a virtual display) and the programs of `crates/testapps` built beside the
//! test. Tests take the desktop in turn, whatever runs them.
#![cfg(windows)]

#[cfg(test)]
mod acting;
#[cfg(test)]
mod again;
#[cfg(test)]
mod clipboard;
#[cfg(test)]
mod desk;
#[cfg(test)]
mod handles;
#[cfg(test)]
mod large;
#[cfg(test)]
mod mouse;
#[cfg(test)]
mod pictures;
#[cfg(test)]
mod program;
#[cfg(test)]
mod registry;
#[cfg(test)]
mod system;
#[cfg(test)]
mod typing;
#[cfg(test)]
mod uia;
