//! From a call's JSON to typed arguments, with every fault of the call at once.
//!
//! Untrusted: the arguments, their names included.
//! Guarantees: what passes fulfils the schema that clients are given; no fault shows what stands in `text`, `value`
//! or `arguments`; a fault's size is bounded.
//! Does not: look at the machine, so a well-formed ref may still be unknown.

mod check;
mod hold;
mod in_words;
mod nearest;
mod read;

pub(crate) use check::Check;
pub(crate) use hold::unknown_word;
pub(crate) use in_words::{accepted, given};
pub(crate) use nearest::{like, nearest, resembling};
pub(crate) use read::read;
