//! The Model Context Protocol: what clients say, and what they are answered.

mod elicitation;
mod frame;
pub mod json;
mod prompts;
mod reply;
mod rounds;
mod running;
mod server;
mod standard;
mod steps;
mod transport;

pub use server::{Server, model_sees, wire_tool};
pub use standard::{input, output};
pub use steps::read as steps;
pub use transport::Stdio;
