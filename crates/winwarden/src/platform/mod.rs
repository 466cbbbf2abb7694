//! The one file that chooses the platform.

#[cfg(windows)]
mod desk;
#[cfg(not(windows))]
mod simulated;
#[cfg(windows)]
mod windows;

#[cfg(not(windows))]
pub use simulated::{Machine, harden, machine_folder, principal, run_worker, written_by_administrators_only};
#[cfg(windows)]
pub use windows::{Machine, harden, machine_folder, principal, run_worker, written_by_administrators_only};
