//! The two inherited ends of the gate's pipes.

use std::{
    fs::File,
    io,
    os::windows::io::{AsRawHandle, FromRawHandle, RawHandle},
};

use windows::Win32::{
    Foundation::{HANDLE, HANDLE_FLAG_INHERIT, HANDLE_FLAGS, SetHandleInformation},
    Storage::FileSystem::{FILE_TYPE_PIPE, GetFileType},
};

/// Takes an inherited handle over, by its value on the command line.
///
/// # Errors
/// It is no pipe.
pub(super) fn inherited(value: u64) -> io::Result<File> {
    let address = usize::try_from(value).map_err(|_| io::ErrorKind::InvalidInput)?;
    let raw: RawHandle = std::ptr::with_exposed_provenance_mut(address);
    // SAFETY: takes any value for a handle.
    if raw.is_null() || unsafe { GetFileType(HANDLE(raw)) } != FILE_TYPE_PIPE {
        return Err(io::Error::new(
            io::ErrorKind::InvalidInput,
            "this is started by `winwarden serve`, which gives it two pipes",
        ));
    }
    // SAFETY: the handle is a live pipe; the gate made it for this process alone, and nothing else here owns it.
    let pipe = unsafe { File::from_raw_handle(raw) };
    // Programs that this process starts must not hold the gate's pipes open.
    // SAFETY: the handle is live.
    unsafe { SetHandleInformation(HANDLE(pipe.as_raw_handle()), HANDLE_FLAG_INHERIT.0, HANDLE_FLAGS(0)) }
        .map_err(io::Error::from)?;
    Ok(pipe)
}
