//! The one file that chooses the platform.

#[cfg(not(windows))]
mod badge;
#[cfg(windows)]
mod desk;
#[cfg(not(windows))]
mod linux;
#[cfg(not(windows))]
mod simulated;
#[cfg(windows)]
mod windows;

#[cfg(not(windows))]
pub use linux::{Line, MachineClock, MachineProcesses, connect};
#[cfg(not(windows))]
pub use simulated::{Machine, harden, machine_folder, principal, run_worker, written_by_administrators_only};
#[cfg(windows)]
pub use windows::{
    Line, Machine, MachineClock, MachineProcesses, connect, harden, machine_folder, principal, run_worker,
    written_by_administrators_only,
};

/// Refuses to serve elevated unless the command line says that it may be.
fn may_be_elevated(elevated: bool, options: &crate::command::Serve) -> Result<(), &'static str> {
    if elevated && !options.allow_elevated {
        return Err("winwarden would be elevated, and so would be whatever an agent does: start it without \
                    elevation, or with `--allow-elevated` where that is wanted");
    }
    Ok(())
}
