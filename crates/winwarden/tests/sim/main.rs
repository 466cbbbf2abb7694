//! The built executable over real stdio, on simulated machines: what an agent sees and does, and what is kept of it.
#![cfg(not(windows))] // the executable for Windows simulates nothing

mod acting;
#[path = "../client/mod.rs"]
#[expect(dead_code, reason = "the tests of the protocol use the rest")]
mod client;
mod hanging;
mod keys;
mod launching;
mod looking;
mod pictures;
mod refused;
mod secrets;
mod stage;
mod stale;
mod state;
mod waiting;
mod windows;
mod world_file;
