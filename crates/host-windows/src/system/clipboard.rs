//! The clipboard's text.

use model::{Code, Fault, SecretText};

use crate::source::Job;

/// The whole text; empty where the clipboard is empty.
pub(crate) fn read(_: &Job) -> Result<String, Fault> {
    Err(Fault::new(Code::Internal, "unfinished"))
}

/// Puts text there in place of everything else.
pub(crate) fn write(_: &SecretText, _: &Job) -> Result<(), Fault> {
    Err(Fault::new(Code::Internal, "unfinished"))
}
