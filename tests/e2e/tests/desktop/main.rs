//! The shipped executable on a real desktop, through MCP, with real programs as targets.
//!
//! Each test starts a session of its own (`Session::start`), which has the desktop alone until it is dropped, and then
//! the programs it needs (`Program::start` for ours, `Program::of_windows` for Windows' own); both end with the test.
//! `./x test e2e` builds what is needed and runs them; `./x test e2e NAME` runs those of a name.

mod first;
