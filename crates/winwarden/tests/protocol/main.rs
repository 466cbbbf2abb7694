//! The built executable over real stdio, on a simulated machine: what any client may rely on.
#![cfg(not(windows))] // the executable for Windows simulates nothing

#[cfg(test)]
mod approval;
#[cfg(test)]
mod calls;
#[cfg(test)]
#[path = "../client/mod.rs"]
mod client;
#[cfg(test)]
mod command_line;
#[cfg(test)]
mod eras;
#[cfg(test)]
mod export;
#[cfg(test)]
mod hostile;
#[cfg(test)]
mod rounds;
#[cfg(test)]
mod secrets;
#[cfg(test)]
mod session;
#[cfg(test)]
mod steps;
