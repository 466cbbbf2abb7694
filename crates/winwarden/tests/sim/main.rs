//! The built executable over real stdio, on simulated machines: what an agent sees and does, and what is kept of it.
#![cfg(not(windows))] // the executable for Windows simulates nothing

#[cfg(test)]
mod about;
#[cfg(test)]
mod acting;
#[cfg(test)]
mod below;
#[cfg(test)]
#[path = "../client/mod.rs"]
#[expect(dead_code, reason = "the tests of the protocol use the rest")]
mod client;
#[cfg(test)]
mod clipboard;
#[cfg(test)]
mod covered;
#[cfg(test)]
mod dialogs;
#[cfg(test)]
mod dry_run;
#[cfg(test)]
mod explain;
#[cfg(test)]
mod hanging;
#[cfg(test)]
mod judged_keys;
#[cfg(test)]
mod keys;
#[cfg(test)]
mod launching;
#[cfg(test)]
mod looking;
#[cfg(test)]
mod notices;
#[cfg(test)]
mod past;
#[cfg(test)]
mod pictures;
#[cfg(test)]
mod readme;
#[cfg(test)]
mod refused;
#[cfg(test)]
mod registry;
#[cfg(test)]
mod secrets;
#[cfg(test)]
mod sessions;
#[cfg(test)]
mod settings;
#[cfg(test)]
mod stage;
#[cfg(test)]
mod stale;
#[cfg(test)]
mod state;
#[cfg(test)]
mod terminal;
#[cfg(test)]
mod waiting;
#[cfg(test)]
mod windows;
#[cfg(test)]
mod world_file;
