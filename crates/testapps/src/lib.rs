//! Small Windows programs that the end-to-end tests and benchmarks drive; never shipped.
//!
//! Each program shows one behaviour. It prints one line of JSON when its window is up and one for every
//! event that really reached it, so that a test can tell what happened from what was reported.
//! `README.md` lists programs, options, control ids and events.

pub mod hostile_names;
pub mod ids;
pub mod journal;
mod platform;
mod program;
pub mod registry;

pub use platform::start;
pub use program::Program;
