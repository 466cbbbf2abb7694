//! The worker: does what the gate permitted, one thread for each window it talks to.

use std::io;

/// Serves the gate over two inherited pipe handles until the first is closed.
///
/// # Errors
/// The handles are no pipes.
pub fn run(_read: u64, _write: u64) -> io::Result<()> {
    Ok(())
}
