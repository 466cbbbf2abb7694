//! Decisions from data: an operation and the facts about its target go in, a [`Verdict`] comes out.
#![forbid(unsafe_code)]

mod verdict;

pub use verdict::{Reason, Verdict};
