//! The line on which terminals reach a server: a named pipe that its user alone can open.
//!
//! Untrusted: whoever connects; what has taken the name before.
//! Guarantees: the pipe is new, takes no other user and nobody from another machine; who connects is told by the system.
//! Does not: know what they want.

use std::{io, os::windows::io::AsRawHandle};

use tokio::net::windows::named_pipe::{ClientOptions, NamedPipeClient, NamedPipeServer, ServerOptions};
use windows::{
    Win32::{
        Foundation::{HANDLE, HLOCAL, LocalFree},
        Security::{
            Authorization::{ConvertStringSecurityDescriptorToSecurityDescriptorW, SDDL_REVISION_1},
            PSECURITY_DESCRIPTOR, SECURITY_ATTRIBUTES,
        },
        System::Pipes::{GetNamedPipeClientProcessId, GetNamedPipeServerProcessId},
    },
    core::HSTRING,
};

use super::session::user_sid;

/// So many are heard at once.
const INSTANCES: usize = 32;

/// Where terminals reach this server.
#[derive(Debug)]
pub struct Line {
    name: String,
    next: NamedPipeServer,
}

impl Line {
    /// Opens the one of this name.
    ///
    /// # Errors
    /// Someone has the name, or the system gives no pipe.
    pub fn open(name: &str) -> io::Result<Self> {
        let name = pipe(name);
        let next = instance(&name, true)?;
        Ok(Self { name, next })
    }

    /// The next who comes, with the id of their process. Nothing is lost when this is dropped.
    ///
    /// # Errors
    /// The system's.
    pub async fn accept(&mut self) -> io::Result<(NamedPipeServer, Option<u32>)> {
        self.next.connect().await?;
        let came = std::mem::replace(&mut self.next, instance(&self.name, false)?);
        let mut pid = 0;
        // SAFETY: the handle is open as long as `came` is; `pid` lives through the call.
        let told = unsafe { GetNamedPipeClientProcessId(HANDLE(came.as_raw_handle()), &raw mut pid) };
        Ok((came, told.is_ok().then_some(pid).filter(|pid| *pid != 0)))
    }
}

/// Reaches the server that opened the line of this name; with the id of its process.
///
/// # Errors
/// There is none.
pub fn connect(name: &str) -> io::Result<(NamedPipeClient, Option<u32>)> {
    let there = ClientOptions::new().open(pipe(name))?;
    let mut pid = 0;
    // SAFETY: the handle is open as long as `there` is; `pid` lives through the call.
    let told = unsafe { GetNamedPipeServerProcessId(HANDLE(there.as_raw_handle()), &raw mut pid) };
    Ok((there, told.is_ok().then_some(pid).filter(|pid| *pid != 0)))
}

fn pipe(name: &str) -> String {
    format!(r"\\.\pipe\winwarden-{name}")
}

fn instance(name: &str, first: bool) -> io::Result<NamedPipeServer> {
    let user = user_sid().ok_or_else(|| io::Error::other("the user is not known"))?;
    // Nobody else, protected from what is inherited.
    let list = HSTRING::from(format!("D:P(A;;GA;;;{user})"));
    let mut descriptor = Descriptor(PSECURITY_DESCRIPTOR::default());
    // SAFETY: the text lives through the call; what is allocated is freed once, when the descriptor is dropped.
    unsafe {
        ConvertStringSecurityDescriptorToSecurityDescriptorW(
            &list,
            SDDL_REVISION_1,
            &raw mut descriptor.0,
            None,
        )
    }?;
    let mut attributes = SECURITY_ATTRIBUTES {
        nLength: u32::try_from(size_of::<SECURITY_ATTRIBUTES>()).unwrap_or_default(),
        lpSecurityDescriptor: descriptor.0.0,
        bInheritHandle: false.into(),
    };
    let mut options = ServerOptions::new();
    options.first_pipe_instance(first).reject_remote_clients(true).max_instances(INSTANCES);
    // SAFETY: the attributes and the descriptor in them live through the call.
    unsafe { options.create_with_security_attributes_raw(name, (&raw mut attributes).cast()) }
}

/// What the system allocated, freed when dropped.
struct Descriptor(PSECURITY_DESCRIPTOR);

impl Drop for Descriptor {
    fn drop(&mut self) {
        // SAFETY: allocated for this, or nothing, which is free to be freed.
        unsafe { LocalFree(Some(HLOCAL(self.0.0))) };
    }
}
