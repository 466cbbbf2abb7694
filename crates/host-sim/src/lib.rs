//! A make-believe Windows in memory: for tests, demonstrations and authors of policies.
//!
//! A [`World`] is read from a file, and what is done to the machine changes it; [`SimHost`] is that machine behind the
//! gate's port. It judges nothing, but like the real host it refuses a second time what must never be touched. Never
//! part of a Windows executable.
#![forbid(unsafe_code)]

mod desktop;
mod host;
mod registry;
mod state;
mod world;

pub use host::SimHost;
pub use state::OpenError;
pub use world::{BadWorld, World};
