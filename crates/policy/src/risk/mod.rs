//! What a control or a key does, by the words on it and by convention.
//!
//! Untrusted: every name, id and text; a program may write what it likes on its buttons.
//! Guarantees: an answer names what the words say, in the languages of `data/risk.toml`, however they are dressed up;
//! it can raise a risk and never lowers one.
//! Does not: know what a program does. A control without telling words has no risk here, and that is no promise.

mod chord;
mod control;
mod set;
mod table;
pub(crate) mod words;

pub use chord::{activates, closes, is_for_the_shell, moves_on, names_a_button, of_chord};
pub use control::{confirms, confirms_id, of_control, of_question};
pub use set::{Risk, RiskSet};

#[cfg(test)]
mod tests;
