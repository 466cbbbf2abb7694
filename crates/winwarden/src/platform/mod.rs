//! The one file that chooses the platform.

#[cfg(not(windows))]
mod simulated;
#[cfg(windows)]
mod windows;

#[cfg(not(windows))]
pub use simulated::{Machine, harden, principal, run_worker};
#[cfg(windows)]
pub use windows::{Machine, harden, principal, run_worker};
