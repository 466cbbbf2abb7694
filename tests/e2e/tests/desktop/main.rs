//! The shipped executable on a real desktop, through MCP, with real programs as targets.
//!
//! Each test starts a session of its own (`Session::start`), which has the desktop alone until it is dropped, and then
//! the programs it needs (`Program::start` for ours, `Program::of_windows` for Windows' own); both end with the test.
//! `./x test e2e` builds what is needed and runs them; `./x test e2e NAME` runs those of a name.

#[cfg(test)]
mod approval;
#[cfg(test)]
mod below;
#[cfg(test)]
mod clipboard;
#[cfg(test)]
mod controls;
#[cfg(test)]
mod covered;
#[cfg(test)]
mod dialogs;
#[cfg(test)]
mod first;
#[cfg(test)]
mod hang;
#[cfg(test)]
mod input;
#[cfg(test)]
mod launch;
#[cfg(test)]
mod modal;
#[cfg(test)]
mod morph;
#[cfg(test)]
mod names;
#[cfg(test)]
mod notepad;
#[cfg(test)]
mod own;
#[cfg(test)]
mod pictures;
#[cfg(test)]
mod protocol;
#[cfg(test)]
mod qt;
#[cfg(test)]
mod quiet;
#[cfg(test)]
mod regedit;
#[cfg(test)]
mod registry;
#[cfg(test)]
mod secrets;
#[cfg(test)]
mod stage;
#[cfg(test)]
mod terminal;
#[cfg(test)]
mod twins;
#[cfg(test)]
mod vanish;
#[cfg(test)]
mod waiting;
#[cfg(test)]
mod winemine;
#[cfg(test)]
mod wordpad;
#[cfg(test)]
mod worker;
