//! Settings: what they are, how a file of them is read, and which of several sources counts.
//!
//! Untrusted: every text that is read.
//! Guarantees: a setting that is unknown, of the wrong type, out of range or a name that does not exist is a fault with
//! its line; nothing is guessed, and the machine's file bounds all others.
//! Does not: open files; whose they are and who may write them is for who does.

mod describe;
mod environment;
mod fault;
mod layer;
mod merge;
mod setting;
mod settings;
mod stop_key;

pub use describe::{json_schema, template};
pub use fault::{Fault, Faults, Place};
pub(crate) use layer::meant;
use layer::nearest;
pub use layer::{Layer, Names, Origin};
pub use merge::{Effective, merge};
pub use setting::{Form, Narrower, SETTINGS, Setting, Value};
pub use settings::{Amount, Channel, Limits, Profile, Settings};

#[cfg(test)]
#[path = "../tests/config.rs"]
mod tests;
