//! The job the worker runs in: it takes no more than its share.
//!
//! A worker that is not ready yet ends with the gate, which holds the job's only handle. One that is ready gets a handle of
//! its own: keys and buttons that are down when the gate goes would stay down, so it watches the gate, releases them and
//! ends.

use std::{
    ffi::c_void,
    io,
    os::windows::io::{AsRawHandle, FromRawHandle, OwnedHandle},
};

use windows::{
    Win32::{
        Foundation::HANDLE,
        System::{
            JobObjects::{
                CreateJobObjectW, JOB_OBJECT_CPU_RATE_CONTROL_ENABLE, JOB_OBJECT_CPU_RATE_CONTROL_HARD_CAP,
                JOB_OBJECT_LIMIT_DIE_ON_UNHANDLED_EXCEPTION, JOB_OBJECT_LIMIT_KILL_ON_JOB_CLOSE,
                JOB_OBJECT_LIMIT_PROCESS_MEMORY, JOB_OBJECT_LIMIT_SILENT_BREAKAWAY_OK,
                JOBOBJECT_CPU_RATE_CONTROL_INFORMATION, JOBOBJECT_CPU_RATE_CONTROL_INFORMATION_0,
                JOBOBJECT_EXTENDED_LIMIT_INFORMATION, JOBOBJECTINFOCLASS, JobObjectCpuRateControlInformation,
                JobObjectExtendedLimitInformation, SetInformationJobObject,
            },
            LibraryLoader::{GetModuleHandleW, GetProcAddress},
        },
    },
    core::{s, w},
};

/// Memory that the worker may commit.
const MEMORY: usize = 1 << 30;
/// Its share of all processors, in hundredths of a percent.
const CPU: u32 = 50_00;

/// A job with its limits set.
#[derive(Debug)]
pub(super) struct Job(OwnedHandle);

impl Job {
    /// Makes a job; and says what of its limits this system does not hold.
    ///
    /// # Errors
    /// It cannot be made.
    pub(super) fn new() -> io::Result<(Self, Vec<String>)> {
        // SAFETY: no name, and the default security.
        let job = unsafe { CreateJobObjectW(None, None) }?;
        // SAFETY: the handle is new and owned by nothing else.
        let job = Self(unsafe { OwnedHandle::from_raw_handle(job.0) });
        let mut limits = JOBOBJECT_EXTENDED_LIMIT_INFORMATION::default();
        // The worker's own children are the programs that a person's agent has started: they stay when it goes, and
        // are no part of its share.
        limits.BasicLimitInformation.LimitFlags = JOB_OBJECT_LIMIT_SILENT_BREAKAWAY_OK
            | JOB_OBJECT_LIMIT_DIE_ON_UNHANDLED_EXCEPTION
            | JOB_OBJECT_LIMIT_KILL_ON_JOB_CLOSE
            | JOB_OBJECT_LIMIT_PROCESS_MEMORY;
        limits.ProcessMemoryLimit = MEMORY;
        job.set(JobObjectExtendedLimitInformation, &limits)?;
        let mut missing = Vec::new();
        let rate = JOBOBJECT_CPU_RATE_CONTROL_INFORMATION {
            ControlFlags: JOB_OBJECT_CPU_RATE_CONTROL_ENABLE | JOB_OBJECT_CPU_RATE_CONTROL_HARD_CAP,
            Anonymous: JOBOBJECT_CPU_RATE_CONTROL_INFORMATION_0 { CpuRate: CPU },
        };
        if job.set(JobObjectCpuRateControlInformation, &rate).is_err() {
            missing.push("this system does not cap the worker's share of the processors".to_owned());
        }
        if is_wine() {
            missing.push("Wine does not hold the worker to its memory limit".to_owned());
        }
        Ok((job, missing))
    }

    /// Sets one kind of limits, whose type `T` is that of `class`.
    fn set<T>(&self, class: JOBOBJECTINFOCLASS, limits: &T) -> io::Result<()> {
        let size = u32::try_from(size_of::<T>()).map_err(io::Error::other)?;
        let address: *const c_void = (&raw const *limits).cast();
        // SAFETY: the job is live; pointer and size are those of `limits`, which both callers give the class' own type.
        unsafe { SetInformationJobObject(self.raw(), class, address, size) }.map_err(io::Error::from)
    }

    /// Its handle, as long as this lives.
    pub(super) fn raw(&self) -> HANDLE {
        HANDLE(self.0.as_raw_handle())
    }
}

/// Whether this is Wine: its `ntdll` says so.
fn is_wine() -> bool {
    // SAFETY: takes a constant name; `ntdll` is in every process for all its life.
    let Ok(ntdll) = (unsafe { GetModuleHandleW(w!("ntdll.dll")) }) else { return false };
    // SAFETY: the module is live; takes a constant name.
    unsafe { GetProcAddress(ntdll, s!("wine_get_version")) }.is_some()
}
