//! The gate's own windows, with a person and with programs that pretend to be one.

mod badge;
mod dialog;
mod person;
mod stop;
