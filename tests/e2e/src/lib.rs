//! What end-to-end tests, the demonstration and the benchmarks share: an MCP client over stdio, programs on the test
//! desktop, and a session of winwarden with a home folder of its own.
#![forbid(unsafe_code)]

mod client;
mod desk;
mod eventually;
mod processes;
mod program;
mod reply;
mod session;
mod trouble;

pub use client::Client;
pub use desk::{Desk, Turn};
pub use eventually::eventually;
pub use processes::{Process, processes};
pub use program::Program;
pub use reply::{Picture, Reply};
pub use session::Session;
pub use trouble::Trouble;
