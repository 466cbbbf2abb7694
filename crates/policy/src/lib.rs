//! Decisions from data: an operation and the facts about its target go in, a [`Verdict`] comes out.
//!
//! Policies are [Cedar](https://www.cedarpolicy.com); `policies/schema.cedarschema` says what they can speak of and
//! `policies/default.cedar` is the set that is built in.
#![forbid(unsafe_code)]

pub mod config;
mod effects;
mod engine;
pub mod protected;
pub mod redact;
mod request;
pub mod risk;
mod verdict;
pub mod web;

pub use engine::{BrokenPolicy, Policy};
pub use verdict::{Reason, Verdict};
