//! The built executable over real stdio, on a simulated machine: what any client may rely on.

mod calls;
mod client;
mod command_line;
mod eras;
mod export;
mod hostile;
mod secrets;
mod session;
