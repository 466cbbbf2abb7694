//! The worker: does what the gate permitted, one thread for each window it talks to.
//!
//! Untrusted: every window it talks to, which may lie, hang or go away at any moment.
//! Guarantees: each order ends by its deadline, whatever its window does; a window that hangs holds up its own thread
//! and nothing else; a defect ends one order, not the process; when the gate is gone, so is the worker.
//! Does not: judge anything. It does what it is told on what it was told, and refuses where that is no longer there.

mod clerks;
mod identity;
mod lanes;
#[cfg(any(windows, test))]
mod policies;
#[cfg(any(windows, test))]
mod until;

#[cfg(windows)]
mod again;
#[cfg(windows)]
mod around;
#[cfg(windows)]
mod beats;
#[cfg(windows)]
mod events;
#[cfg(windows)]
mod listen;
#[cfg(windows)]
mod locate;
#[cfg(windows)]
mod look;
#[cfg(windows)]
mod machine;
#[cfg(windows)]
mod operate;
#[cfg(windows)]
mod pipe;
#[cfg(windows)]
mod portrait;
#[cfg(windows)]
mod registry;
#[cfg(windows)]
mod serve;
#[cfg(windows)]
mod sights;
#[cfg(windows)]
mod wait;

pub use clerks::Clerks;
pub use identity::{bars, element_facts, is_same, likely, near, still_is};
pub use lanes::{Lanes, not_responding};
#[cfg(windows)]
pub use serve::run;
