//! Decisions from data: an operation and the facts about its target go in, a [`Verdict`] comes out.
//!
//! Policies are [Cedar](https://www.cedarpolicy.com); `policies/schema.cedarschema` says what they can speak of and
//! `policies/` holds what is built in: what always holds, and a set for each profile.
#![forbid(unsafe_code)]

mod apart;
mod below;
pub mod cases;
pub mod config;
pub mod describe;
mod drop;
mod effects;
mod engine;
mod fact;
mod groups;
pub mod import;
mod key;
pub mod lint;
mod load;
mod long;
mod memo;
mod never;
mod never_files;
mod on_registry;
mod place;
mod policy;
pub mod protected;
pub mod redact;
pub mod registry;
mod request;
pub mod risk;
mod service;
mod sieve;
mod spelling;
mod spoken;
pub mod taint;
mod to_come;
mod verdict;
pub mod web;
mod within;
mod workspace;

pub use below::Met;
pub use load::{BrokenPolicy, PolicyText};
pub use long::is_for_length;
pub use policy::{Circumstances, Policy, Wanted};
pub use verdict::{Reason, Verdict, in_words};
pub use workspace::names_program;
