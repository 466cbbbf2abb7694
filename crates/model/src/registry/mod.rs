//! Keys of the registry: what a caller writes, and the one name that the kernel has for it.
//!
//! Untrusted: every path and name that a caller gives.
//! Guarantees: a [`RegistryPath`] can be read in one way only; on one machine, all its spellings come to the same
//! [`RegistryKeyName`].
//! Does not: know which keys are there, nor links that are not the system's own; whoever opens a key asks the kernel
//! for its name and compares.

mod data;
mod links;
mod machine;
mod name;
mod outcome;
mod path;
mod reg_file;
mod tree;
mod upcase;
mod value;
mod wow64;

pub use data::{BadData, RegistryData, SecretData};
pub use machine::{BadSid, Machine, Sid, View};
pub use name::{KeyNames, RegistryKeyName};
pub use outcome::{RegistryHit, RegistryKeyInfo, RegistryNotes, RegistryOutcome, RegistryValue, ValueChange};
pub use path::{BadRegistryPath, Hive, RegistryPath};
pub use reg_file::{BadRegFile, LARGEST_REG_FILE, MOST_REG_KEYS, RegFault, RegFile, read_reg_file};
pub use tree::{KeyTree, Part};
pub use upcase::upcase;
pub use value::{BadValueName, LINK_VALUE, LONGEST_VALUE_NAME, UnknownValueType, ValueType, value_name};

#[cfg(test)]
#[path = "../tests/registry.rs"]
mod tests;
