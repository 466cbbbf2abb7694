//! The built executable over real stdio, on a simulated machine: what any client may rely on.
#![cfg(not(windows))] // the executable for Windows simulates nothing

mod calls;
#[path = "../client/mod.rs"]
mod client;
mod command_line;
mod eras;
mod export;
mod hostile;
mod secrets;
mod session;
