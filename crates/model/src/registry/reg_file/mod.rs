//! The text of `.reg` files, as regedit writes and reads it.
//!
//! Untrusted: a text that is read.
//! Guarantees: it has one reading or is refused, with the line of every fault; nothing of it stands in a fault.
//! Does not: judge what a file would do.

mod read;
mod write;

pub use read::{BadRegFile, LARGEST_REG_FILE, MOST_REG_KEYS, RegFault, read_reg_file};
pub use write::RegFile;

/// The first line of files in UTF-16.
pub(super) const VERSION_5: &str = "Windows Registry Editor Version 5.00";
/// The first line of files in the code page of the machine.
pub(super) const VERSION_4: &str = "REGEDIT4";

#[cfg(test)]
#[path = "../../tests/reg_file.rs"]
mod tests;
