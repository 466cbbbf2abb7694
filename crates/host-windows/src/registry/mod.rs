//! The registry of Windows, through the kernel's own calls.
//!
//! Untrusted: every key and value, and whoever changes them meanwhile.
//! Guarantees: a key that is given out is the one that the kernel calls by the name that was asked for: neither it nor a key
//! above it is a link, but for the system's own, which are known by their names and not followed; no link is made.
//! Does not: judge; follow what a link says, ever.

#[cfg(any(windows, test))] // what calls no system is tested everywhere
mod layout;
#[cfg(any(windows, test))]
mod names;

#[cfg(windows)]
mod key;
#[cfg(windows)]
mod native;
#[cfg(windows)]
mod security;
#[cfg(windows)]
mod status;
#[cfg(windows)]
mod system;
#[cfg(windows)]
mod watch;

#[cfg(windows)]
pub use system::SystemRegistry;
