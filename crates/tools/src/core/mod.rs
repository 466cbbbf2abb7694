//! The toolset that steers a session.

mod run_steps;
mod status;

pub(crate) use run_steps::RunSteps;
pub use run_steps::{RUN_STEPS, Step, steps};
pub(crate) use status::Status;
