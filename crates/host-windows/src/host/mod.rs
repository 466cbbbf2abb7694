//! The gate's side: starts the worker, asks it, replaces it when it does not come back.
//!
//! Untrusted: the worker's answers, and that there are any.
//! Guarantees: every call ends by its deadline; a worker that ends, says what is no message or does not answer is
//! replaced; the worker sees nothing of this process but two pipes and a scrubbed environment, and ends after it.
//! Does not: keep the worker from doing what it was told; what it is told went through the gate.

mod environment;
mod link;
mod outlet;
mod silence;

#[cfg(windows)]
mod ask;
#[cfg(windows)]
mod job;
#[cfg(windows)]
mod registry;
#[cfg(windows)]
mod spawn;
#[cfg(windows)]
mod supervise;

#[cfg(windows)]
pub use ask::WorkerHost;
pub use environment::scrubbed;
pub use link::{Asked, Health, Link, Next, NotGiven, Ordered, Outgoing, lost};
pub use outlet::{Pipe, Queue};
