//! Programs that can be started by name, and starting them.
//!
//! Untrusted: the caller's path and arguments, everything that is registered (a program of the same user may have
//! written it), and links.
//! Guarantees: what runs is the file that was judged, from a local drive, without a shell and with exactly the
//! arguments that were given; never elevated; with the user's own environment and nothing of winwarden's.
//! Does not: say whether the program, its DLLs or its arguments are harmless.

mod command_line;
mod environment;
#[cfg(windows)]
mod file;
mod image;
#[cfg(windows)]
mod launch;
#[cfg(windows)]
mod registered;
#[cfg(windows)]
mod shell;
#[cfg(windows)]
mod start;

#[cfg(windows)]
pub use {
    launch::{launch, launch_facts},
    registered::app_list,
};
