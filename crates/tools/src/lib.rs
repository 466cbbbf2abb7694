//! What clients see: twenty-nine native tools, one file each, that say what they take, plan a call and put its result
//! into words. They can neither judge nor execute.
#![forbid(unsafe_code)]

mod arguments;
mod core;
mod desktop;
pub mod dialects;
mod fault;
mod instructions;
mod native;
mod registry;
mod schema;
mod structured;
mod target;
mod toolset;
mod words;

pub use self::core::{RUN_STEPS, Step, steps};
pub use fault::{fault_structured, fault_text};
pub use instructions::INSTRUCTIONS;
pub use toolset::{DEFAULT_TOOLSETS, TOOLSETS, UnknownName, all, select};
