//! The real Windows: the gate's side of the worker, and the worker itself.
//!
//! The only shipped crate with `unsafe`; UTF-16, handles and HRESULTs never leave it.

pub mod act;
pub mod capture;
pub mod input;
pub mod source;
