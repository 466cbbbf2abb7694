//! Stdin and stdout as files. The library's own ask the system at every reading and writing whether they are a console,
//! which costs a call as much as the writing does; where they are one, they know what to do with it.

#[cfg(unix)]
use std::os::fd::AsFd as Standard;
#[cfg(windows)]
use std::os::windows::io::AsHandle as Standard;
use std::{
    fs::File,
    io::{self, IsTerminal, Read, Write},
};

/// Where a client writes.
pub fn input() -> Box<dyn Read + Send> {
    match once_more(&io::stdin()) {
        Some(file) => Box::new(file),
        None => Box::new(io::stdin()),
    }
}

/// Where a client reads.
pub fn output() -> Box<dyn Write + Send> {
    match once_more(&io::stdout()) {
        Some(file) => Box::new(file),
        None => Box::new(io::stdout()),
    }
}

/// The same as a file; nothing for a console, or where there is none.
fn once_more(own: &(impl Standard + IsTerminal)) -> Option<File> {
    if own.is_terminal() {
        return None;
    }
    #[cfg(unix)]
    let own = own.as_fd().try_clone_to_owned();
    #[cfg(windows)]
    let own = own.as_handle().try_clone_to_owned();
    own.ok().map(File::from)
}
