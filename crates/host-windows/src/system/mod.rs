//! What the system tells and does without asking any window: windows, displays, programs, clipboard, session.

#[cfg(any(windows, test))] // what of it calls no system is tested everywhere
mod apps;
#[cfg(windows)]
mod aside;
#[cfg(windows)]
mod clipboard;
#[cfg(windows)]
mod clock;
#[cfg(windows)]
mod control;
#[cfg(windows)]
mod displays;
#[cfg(windows)]
mod harden;
#[cfg(windows)]
mod line;
#[cfg(windows)]
mod lineage;
#[cfg(windows)]
mod machine;
#[cfg(windows)]
mod processes;
#[cfg(windows)]
mod session;
#[cfg(windows)]
mod signer;
#[cfg(windows)]
mod top_level;
#[cfg(any(windows, test))]
mod utf16;
#[cfg(windows)]
mod windows;

#[cfg(windows)]
pub use {
    apps::{app_list, launch, launch_facts},
    clipboard::{facts as clipboard_facts, read as clipboard_read, write as clipboard_write},
    clock::{MachineClock, local_time, process_clock},
    control::control,
    displays::display_list,
    harden::{harden, see_real_pixels},
    line::{Line, connect},
    lineage::{process_age, process_parent, process_path, process_started},
    machine::{program_data, written_by_administrators_only},
    session::{desktop_state, is_elevated, principal, report},
    signer::signer,
    windows::{by_title, facts, is_dialog, window_list},
};
#[cfg(windows)]
pub(crate) use {
    processes::{Owned, Process, descends, facts as process_facts},
    session::user_sid,
    top_level::{TopLevel, console_owner, shown},
    utf16::{until_nul, with_nul},
};
