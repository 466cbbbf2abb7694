//! The real Windows: the gate's side of the worker, and the worker itself.
//!
//! The only shipped crate with `unsafe`; UTF-16, handles and HRESULTs never leave it.

pub mod act;
pub mod capture;
pub mod desk;
pub mod host;
pub mod input;
pub mod registry;
pub mod source;
pub mod system;
pub mod wire;
pub mod worker;

#[cfg(windows)]
pub use host::WorkerHost;
#[cfg(windows)]
pub use registry::SystemRegistry;
#[cfg(windows)]
pub use system::{
    Line, MachineClock, connect, desktop_state, harden, is_elevated, principal, process_age, process_parent,
    process_path, process_started, program_data, written_by_administrators_only,
};
#[cfg(windows)]
pub use worker::run as run_worker;
