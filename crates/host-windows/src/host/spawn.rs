//! Starting the worker process with nothing of ours but two pipes.

use std::{
    ffi::c_void,
    fs::File,
    io,
    os::windows::{
        ffi::OsStrExt,
        io::{AsRawHandle, FromRawHandle, OwnedHandle},
    },
    path::Path,
    time::Duration,
};

use windows::{
    Win32::{
        Foundation::{
            DUPLICATE_SAME_ACCESS, DuplicateHandle, HANDLE, HANDLE_FLAG_INHERIT, SetHandleInformation,
            WAIT_OBJECT_0,
        },
        System::{
            Console::{GetStdHandle, STD_ERROR_HANDLE},
            Diagnostics::Debug::ReadProcessMemory,
            Pipes::CreatePipe,
            Threading::{
                CREATE_UNICODE_ENVIRONMENT, CreateProcessW, DETACHED_PROCESS, DeleteProcThreadAttributeList,
                EXTENDED_STARTUPINFO_PRESENT, GetCurrentProcess, InitializeProcThreadAttributeList,
                LPPROC_THREAD_ATTRIBUTE_LIST, PROC_THREAD_ATTRIBUTE_HANDLE_LIST,
                PROC_THREAD_ATTRIBUTE_JOB_LIST, PROCESS_INFORMATION, STARTF_USESTDHANDLES, STARTUPINFOEXW,
                TerminateProcess, UpdateProcThreadAttribute, WaitForSingleObject,
            },
            WindowsProgramming::QueryProcessCycleTime,
        },
    },
    core::{PCWSTR, PWSTR},
};

use super::{environment::scrubbed, job::Job, supervise::command_line};

/// Bytes that a pipe holds.
const PIPE: u32 = 1 << 16;

/// A worker that was started.
#[derive(Debug)]
pub(super) struct Started {
    pub(super) process: Process,
    pub(super) replies: File,
    pub(super) orders: File,
    /// What of its confinement this system does not hold.
    pub(super) limitations: Vec<String>,
}

/// The worker process, in its job; ended when dropped.
#[derive(Debug)]
pub(super) struct Process {
    handle: OwnedHandle,
    pid: u32,
    job: Job,
}

impl Process {
    fn raw(&self) -> HANDLE {
        HANDLE(self.handle.as_raw_handle())
    }

    /// Its id.
    pub(super) const fn pid(&self) -> u32 {
        self.pid
    }

    /// Lets it outlive this process by as long as it wants to: it gets a handle of its job, which ends all in it when
    /// the last one is closed. Without one it ends with this process.
    pub(super) fn may_end_by_itself(&self) {
        let mut theirs = HANDLE::default();
        // SAFETY: both processes and the job are live; the new handle is the worker's, and closed with it.
        let lent = unsafe {
            DuplicateHandle(
                GetCurrentProcess(),
                self.job.raw(),
                self.raw(),
                &raw mut theirs,
                0,
                false,
                DUPLICATE_SAME_ACCESS,
            )
        };
        if let Err(error) = lent {
            tracing::warn!(%error, "the worker will not release keys when this process is killed");
        }
    }

    /// Ends it at once.
    pub(super) fn kill(&self) {
        // SAFETY: the handle is live. It fails where the process has ended, which is what is wanted.
        let _ = unsafe { TerminateProcess(self.raw(), 1) };
    }

    /// How much it has run so far, in no unit: a number that grows whenever it runs. `beats` is the address of its
    /// beats, for Wine counts no cycles; a wrong one is an error, or a number that does not matter.
    pub(super) fn ran(&self, beats: u64) -> Option<u64> {
        let (mut cycles, mut beaten) = (0, 0_u64);
        // SAFETY: the handle is live; the number lives through the call.
        unsafe { QueryProcessCycleTime(self.raw(), &raw mut cycles) }.ok()?;
        let address = std::ptr::with_exposed_provenance(usize::try_from(beats).ok()?);
        let size = size_of_val(&beaten);
        // SAFETY: the handle is live; so many bytes fit into the number, which lives through the call.
        unsafe { ReadProcessMemory(self.raw(), address, (&raw mut beaten).cast(), size, None) }.ok()?;
        Some(cycles.wrapping_add(beaten))
    }

    /// Whether it ends by itself within a time.
    pub(super) fn ends_within(&self, time: Duration) -> bool {
        let milliseconds = u32::try_from(time.as_millis()).unwrap_or(u32::MAX - 1);
        // SAFETY: the handle is live.
        unsafe { WaitForSingleObject(self.raw(), milliseconds) == WAIT_OBJECT_0 }
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        self.kill();
    }
}

/// Starts `executable` as a worker, in a job of its own.
///
/// # Errors
/// The pipes, the job or the process cannot be made.
pub(super) fn start(executable: &Path) -> io::Result<Started> {
    let (job, limitations) = Job::new()?;
    let (read, orders) = pipe(Side::Read)?;
    let (replies, write) = pipe(Side::Write)?;
    let diagnostics = standard_error();
    let mut inherited = vec![raw(&read), raw(&write)];
    inherited.extend(diagnostics.as_ref().map(raw));
    let jobs = [job.raw()];
    let attributes = Attributes::new(&inherited, &jobs)?;

    let mut info = STARTUPINFOEXW::default();
    info.StartupInfo.cb = u32::try_from(size_of::<STARTUPINFOEXW>()).map_err(io::Error::other)?;
    info.StartupInfo.dwFlags = STARTF_USESTDHANDLES; // stdin and stdout stay none
    info.StartupInfo.hStdError = diagnostics.as_ref().map_or(HANDLE::default(), raw);
    info.lpAttributeList = attributes.list;
    let line = command_line(executable, raw(&read).0.expose_provenance(), raw(&write).0.expose_provenance());
    let mut line: Vec<u16> = line.encode_wide().chain([0]).collect();
    let application: Vec<u16> = executable.as_os_str().encode_wide().chain([0]).collect();
    let environment = block(&scrubbed(std::env::vars_os()));
    let mut made = PROCESS_INFORMATION::default();
    // No console, so no console host; programs it starts get their own.
    let flags = CREATE_UNICODE_ENVIRONMENT | EXTENDED_STARTUPINFO_PRESENT | DETACHED_PROCESS;
    // SAFETY: both texts end with a zero and the line may be written to; the environment is a block of UTF-16 as the
    // flag says; `info` is as long as it says, as the flag says, and its list and handles live through the call.
    unsafe {
        CreateProcessW(
            PCWSTR(application.as_ptr()),
            Some(PWSTR(line.as_mut_ptr())),
            None,
            None,
            true,
            flags,
            Some(environment.as_ptr().cast()),
            None,
            &raw const info.StartupInfo,
            &raw mut made,
        )
    }?;
    // SAFETY: both handles are new and owned by nothing else.
    let (handle, _thread) = unsafe {
        (OwnedHandle::from_raw_handle(made.hProcess.0), OwnedHandle::from_raw_handle(made.hThread.0))
    };
    let process = Process { handle, pid: made.dwProcessId, job };
    Ok(Started { process, replies: File::from(replies), orders: File::from(orders), limitations })
}

fn raw(handle: &OwnedHandle) -> HANDLE {
    HANDLE(handle.as_raw_handle())
}

/// The end of a pipe that the worker gets.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Side {
    Read,
    Write,
}

/// A pipe without a name, of which the worker inherits one end: its reading and its writing end.
fn pipe(worker: Side) -> io::Result<(OwnedHandle, OwnedHandle)> {
    let (mut read, mut write) = (HANDLE::default(), HANDLE::default());
    // SAFETY: both live through the call; without attributes neither end is inherited.
    unsafe { CreatePipe(&raw mut read, &raw mut write, None, PIPE) }?;
    // SAFETY: both are new and owned by nothing else.
    let ends = unsafe { (OwnedHandle::from_raw_handle(read.0), OwnedHandle::from_raw_handle(write.0)) };
    let inherited = if worker == Side::Read { raw(&ends.0) } else { raw(&ends.1) };
    // SAFETY: the handle is live.
    unsafe { SetHandleInformation(inherited, HANDLE_FLAG_INHERIT.0, HANDLE_FLAG_INHERIT) }?;
    Ok(ends)
}

/// Our stderr once more, to be inherited; nothing where we have none.
fn standard_error() -> Option<OwnedHandle> {
    // SAFETY: takes a constant.
    let own =
        unsafe { GetStdHandle(STD_ERROR_HANDLE) }.ok().filter(|own| !own.is_invalid() && !own.0.is_null())?;
    let mut copy = HANDLE::default();
    // SAFETY: a pseudo handle needs no closing; `copy` lives through the call.
    unsafe {
        let process = GetCurrentProcess();
        DuplicateHandle(process, own, process, &raw mut copy, 0, true, DUPLICATE_SAME_ACCESS)
    }
    .ok()?;
    // SAFETY: the handle is new and owned by nothing else.
    Some(unsafe { OwnedHandle::from_raw_handle(copy.0) })
}

/// An environment as the system takes it: each `name=value` ended by a zero, all of it by another.
fn block(variables: &[(std::ffi::OsString, std::ffi::OsString)]) -> Vec<u16> {
    let mut block: Vec<u16> = Vec::new();
    for (name, value) in variables {
        block.extend(name.encode_wide().chain([u16::from(b'=')]).chain(value.encode_wide()).chain([0]));
    }
    block.extend([0, 0]);
    block
}

/// What a process is made with: what it inherits, and the job that it is born in, so that it is in it even where this
/// process ends in the middle.
struct Attributes<'a> {
    list: LPPROC_THREAD_ATTRIBUTE_LIST,
    /// Where it lies, as whole words: the system wants it aligned.
    _room: Vec<usize>,
    _handles: [&'a [HANDLE]; 2],
}

impl<'a> Attributes<'a> {
    /// Just these handles, all of them inheritable, and these jobs.
    fn new(handles: &'a [HANDLE], jobs: &'a [HANDLE]) -> io::Result<Self> {
        let mut size = 0;
        // SAFETY: asks for the size, which is all that this form of the call gives.
        let _ = unsafe { InitializeProcThreadAttributeList(None, 2, None, &raw mut size) };
        let mut room = vec![0_usize; size.div_ceil(size_of::<usize>())];
        let list = LPPROC_THREAD_ATTRIBUTE_LIST(room.as_mut_ptr().cast());
        // SAFETY: the list has as much room as was asked for, in memory that does not move with the vector.
        unsafe { InitializeProcThreadAttributeList(Some(list), 2, None, &raw mut size) }?;
        let attributes = Self { list, _room: room, _handles: [handles, jobs] };
        attributes.set(PROC_THREAD_ATTRIBUTE_HANDLE_LIST, handles)?;
        attributes.set(PROC_THREAD_ATTRIBUTE_JOB_LIST, jobs)?;
        Ok(attributes)
    }

    fn set(&self, which: u32, handles: &'a [HANDLE]) -> io::Result<()> {
        let address: *const c_void = handles.as_ptr().cast();
        let which = usize::try_from(which).map_err(io::Error::other)?;
        // SAFETY: the list is initialised; the handles outlive it, and their size is given in bytes.
        unsafe {
            UpdateProcThreadAttribute(self.list, 0, which, Some(address), size_of_val(handles), None, None)
        }
        .map_err(io::Error::from)
    }
}

impl Drop for Attributes<'_> {
    fn drop(&mut self) {
        // SAFETY: the list was initialised and is deleted once, before its memory goes.
        unsafe { DeleteProcThreadAttributeList(self.list) };
    }
}
