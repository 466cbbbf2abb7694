//! The toolset that reads and changes the registry.

pub(crate) mod data;
mod delete;
mod export;
mod form;
mod import;
pub(crate) mod key;
mod list;
mod read;
mod search;
mod wait;
pub(crate) mod words;
mod write;

pub(crate) use delete::RegistryDelete;
pub(crate) use export::RegistryExport;
pub(crate) use import::RegistryImport;
pub(crate) use list::RegistryList;
pub(crate) use read::RegistryRead;
pub(crate) use search::RegistrySearch;
pub(crate) use wait::RegistryWait;
pub(crate) use write::RegistryWrite;

use model::tool::Hints;

/// Annotations of a tool that changes the registry: what was there is gone, and doing it twice is as doing it once.
const CHANGES: Hints = Hints { read_only: false, destructive: true, idempotent: true, open_world: false };

#[cfg(test)]
#[path = "../tests/registry.rs"]
mod tests;
