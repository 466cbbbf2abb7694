//! Processes: path, start time, elevation, parent.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

use model::{Elevation, ProcessFacts};
use windows::{
    Wdk::System::Threading::{NtQueryInformationProcess, ProcessBasicInformation},
    Win32::{
        Foundation::{CloseHandle, FILETIME, HANDLE},
        Security::{
            GetTokenInformation, TOKEN_ELEVATION, TOKEN_ELEVATION_TYPE, TOKEN_INFORMATION_CLASS, TOKEN_QUERY,
            TokenElevation, TokenElevationType, TokenElevationTypeFull,
        },
        System::Threading::{
            GetCurrentProcess, GetCurrentProcessId, GetProcessTimes, OpenProcess, OpenProcessToken,
            PROCESS_NAME_WIN32, PROCESS_QUERY_LIMITED_INFORMATION, QueryFullProcessImageNameW,
        },
    },
    core::PWSTR,
};

use super::utf16;

/// So many paths are remembered; programs that come and go by thousands make the memory start anew.
const REMEMBERED: usize = 2_000;

/// A handle that is closed when dropped.
#[derive(Debug)]
pub(crate) struct Owned(HANDLE);

impl Owned {
    /// Takes over a handle that was just opened.
    pub(crate) const fn new(handle: HANDLE) -> Self {
        Self(handle)
    }

    /// The handle, as long as this lives.
    pub(crate) const fn raw(&self) -> HANDLE {
        self.0
    }
}

impl Drop for Owned {
    fn drop(&mut self) {
        // SAFETY: the handle was taken over from whoever opened it and is closed only here.
        let _ = unsafe { CloseHandle(self.0) };
    }
}

/// A process that may be looked at.
#[derive(Debug)]
pub(crate) struct Process(Owned);

impl Process {
    /// Opens it; nothing where it is gone or may not be looked at.
    pub(crate) fn open(pid: u32) -> Option<Self> {
        // SAFETY: takes any process id.
        let opened = unsafe { OpenProcess(PROCESS_QUERY_LIMITED_INFORMATION, false, pid) };
        opened.ok().map(|handle| Self(Owned::new(handle)))
    }

    /// This one.
    pub(crate) fn current() -> Self {
        // SAFETY: takes nothing; closing the pseudo handle does nothing.
        Self(Owned::new(unsafe { GetCurrentProcess() }))
    }

    /// Full path of its executable; empty where it may not be read.
    pub(crate) fn path(&self) -> String {
        let mut units = vec![0_u16; 32_768];
        let mut length = 32_768;
        let buffer = PWSTR(units.as_mut_ptr());
        // SAFETY: `buffer` has room for `length` units and lives through the call.
        let found =
            unsafe { QueryFullProcessImageNameW(self.0.raw(), PROCESS_NAME_WIN32, buffer, &raw mut length) };
        let length = if found.is_ok() { i32::try_from(length).unwrap_or_default() } else { 0 };
        utf16::first(&units, length)
    }

    /// When it started, in 100 ns units since 1601; 0 where it may not be read.
    pub(crate) fn started(&self) -> u64 {
        let (mut created, mut other) = (FILETIME::default(), [FILETIME::default(); 3]);
        let [exited, kernel, user] = &mut other;
        // SAFETY: all four times live through the call.
        let found = unsafe { GetProcessTimes(self.0.raw(), &raw mut created, exited, kernel, user) };
        let time = u64::from(created.dwHighDateTime) << 32 | u64::from(created.dwLowDateTime);
        if found.is_ok() { time } else { 0 }
    }

    /// The id of the process that started it, which another may have been given since.
    pub(crate) fn parent_id(&self) -> Option<u32> {
        // `PROCESS_BASIC_INFORMATION`: six fields of a pointer's size, the last of which is the parent's id.
        let mut info = [0_usize; 6];
        let size = u32::try_from(size_of_val(&info)).ok()?;
        let mut written = 0;
        // SAFETY: the pointer and size are those of `info`, which is laid out as the class wants.
        let status = unsafe {
            NtQueryInformationProcess(
                self.0.raw(),
                ProcessBasicInformation,
                (&raw mut info).cast(),
                size,
                &raw mut written,
            )
        };
        let [.., pid] = info;
        u32::try_from(pid).ok().filter(|pid| *pid != 0 && status.is_ok())
    }

    /// The process that started it, where that still runs: a process that is younger has only been given its id.
    pub(crate) fn parent(&self) -> Option<(u32, Self)> {
        let pid = self.parent_id()?;
        let parent = Self::open(pid)?;
        let (ours, theirs) = (self.started(), parent.started());
        (theirs != 0 && theirs <= ours).then_some((pid, parent))
    }

    /// Its token, to be read.
    pub(crate) fn token(&self) -> Option<Owned> {
        let mut token = HANDLE::default();
        // SAFETY: `token` lives through the call.
        unsafe { OpenProcessToken(self.0.raw(), TOKEN_QUERY, &raw mut token) }.ok()?;
        Some(Owned::new(token))
    }

    /// Whether it is elevated (`TokenElevation`; the integrity level says nothing on Wine); nothing where that cannot
    /// be read.
    pub(crate) fn is_elevated(&self) -> Option<bool> {
        let elevation: TOKEN_ELEVATION = of_token(&self.token()?, TokenElevation)?;
        Some(elevation.TokenIsElevated != 0)
    }

    /// Whether it is elevated beside a lesser token that its user has too. Where User Account Control is off there is
    /// none, and everything an administrator starts has the same rights.
    pub(crate) fn is_raised(&self) -> bool {
        let raised = || of_token::<TOKEN_ELEVATION_TYPE>(&self.token()?, TokenElevationType);
        self.is_elevated() != Some(false) && raised() == Some(TokenElevationTypeFull)
    }

    /// Its elevation compared with that of this process.
    pub(crate) fn elevation(&self) -> Elevation {
        if Self::current().is_elevated() == Some(true) {
            return Elevation::Same;
        }
        match self.is_elevated() {
            Some(false) => Elevation::Same,
            Some(true) => Elevation::Higher,
            None => Elevation::Unknown,
        }
    }
}

/// Reads a fixed-size part of a token; `T` is a plain value and the type of `class`.
fn of_token<T: Default>(token: &Owned, class: TOKEN_INFORMATION_CLASS) -> Option<T> {
    let mut value = T::default();
    let mut size = u32::try_from(size_of::<T>()).ok()?;
    let room = Some((&raw mut value).cast());
    // SAFETY: the pointer and size are those of `value`.
    unsafe { GetTokenInformation(token.raw(), class, room, size, &raw mut size) }.ok()?;
    Some(value)
}

/// This process' id.
pub(crate) fn own_id() -> u32 {
    // SAFETY: takes nothing.
    unsafe { GetCurrentProcessId() }
}

/// What policy is to know about a process; `own` are the process ids of winwarden beside this one.
pub(crate) fn facts(pid: u32, own: &[u32]) -> ProcessFacts {
    let process = Process::open(pid);
    ProcessFacts {
        pid,
        started: process.as_ref().map_or(0, Process::started),
        path: process.as_ref().map_or_else(String::new, Process::path),
        elevation: process.as_ref().map_or(Elevation::Unknown, Process::elevation),
        own: pid == own_id() || own.contains(&pid),
    }
}

/// Whether a process is `ancestor`, or was started by it or by one that was.
pub(crate) fn descends(pid: u32, ancestor: u32) -> bool {
    const GENERATIONS: usize = 8;
    let mut next = Some((pid, None::<Process>));
    for _ in 0..GENERATIONS {
        let Some((pid, process)) = next else { return false };
        if pid == ancestor {
            return true;
        }
        let parent = process.or_else(|| Process::open(pid)).and_then(|process| process.parent());
        next = parent.map(|(pid, process)| (pid, Some(process)));
    }
    false
}

/// A process as a list of windows shows it.
#[derive(Debug, Clone)]
pub(crate) struct About {
    /// When it started; 0 where it may not be read.
    pub(crate) started: u64,
    /// Full path of its executable; empty where it may not be read.
    pub(crate) path: Arc<str>,
}

/// Processes that were looked at in one go: each is opened once, and its path is read once in its life.
#[derive(Debug, Default)]
pub(crate) struct Processes(HashMap<u32, About>);

impl Processes {
    /// What there is to say about a process.
    pub(crate) fn about(&mut self, pid: u32) -> &About {
        self.0.entry(pid).or_insert_with(|| look(pid))
    }
}

/// Paths by process id and start time.
type Paths = HashMap<(u32, u64), Arc<str>>;

fn look(pid: u32) -> About {
    static PATHS: Mutex<Option<Paths>> = Mutex::new(None);
    let Some(process) = Process::open(pid) else { return About { started: 0, path: "".into() } };
    let started = process.started();
    let mut paths = PATHS.lock().unwrap_or_else(PoisonError::into_inner);
    let paths = paths.get_or_insert_default();
    if let Some(path) = paths.get(&(pid, started)) {
        return About { started, path: Arc::clone(path) };
    }
    let path: Arc<str> = process.path().into();
    if started != 0 && !path.is_empty() {
        if paths.len() >= REMEMBERED {
            paths.clear();
        }
        paths.insert((pid, started), Arc::clone(&path));
    }
    About { started, path }
}
