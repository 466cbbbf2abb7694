//! Starting a process.

use std::{ffi::c_void, time::Duration};

use model::{Code, Fault, ui::escape};
use windows::{
    Win32::{
        Foundation::{
            CloseHandle, ERROR_ACCESS_DENIED, ERROR_ELEVATION_REQUIRED, HANDLE, STILL_ACTIVE, WAIT_OBJECT_0,
        },
        Security::TOKEN_DUPLICATE,
        Security::TOKEN_QUERY,
        System::{
            Com::{CLSCTX_LOCAL_SERVER, CoCreateInstance},
            Environment::{CreateEnvironmentBlock, DestroyEnvironmentBlock},
            JobObjects::IsProcessInJob,
            Threading::{
                CREATE_BREAKAWAY_FROM_JOB, CREATE_DEFAULT_ERROR_MODE, CREATE_NEW_CONSOLE,
                CREATE_UNICODE_ENVIRONMENT, CreateProcessW, GetCurrentProcess, GetExitCodeProcess,
                OpenProcess, OpenProcessToken, PROCESS_CREATION_FLAGS, PROCESS_INFORMATION,
                PROCESS_QUERY_LIMITED_INFORMATION, PROCESS_SYNCHRONIZE, STARTUPINFOW, WaitForInputIdle,
                WaitForSingleObject,
            },
        },
        UI::Shell::{AO_NONE, ApplicationActivationManager, IApplicationActivationManager},
    },
    core::{BOOL, Error, HSTRING, PWSTR},
};

use super::file::ProgramFile;
use crate::{
    source::Job,
    system::{Owned, aside::with_shell, utf16},
};

/// A process that was started.
#[derive(Debug)]
pub(super) struct Started {
    /// Its id.
    pub(super) pid: u32,
    /// What the caller should know.
    pub(super) notes: Vec<String>,
    /// Itself, where it may be waited for.
    process: Option<Owned>,
}

impl Started {
    /// Waits until it has ended, at most so long; whether it has.
    pub(super) fn has_ended(&self, within: Duration) -> bool {
        let Some(process) = &self.process else {
            std::thread::sleep(within);
            return false;
        };
        // SAFETY: the handle is open as long as `self` lives.
        unsafe { WaitForSingleObject(process.raw(), millis(within)) == WAIT_OBJECT_0 }
    }

    /// Waits until it waits for input, at most so long. Programs of the console never do, and are not waited for.
    pub(super) fn wait_until_ready(&self, within: Duration) {
        if let Some(process) = &self.process {
            // SAFETY: the handle is open as long as `self` lives.
            unsafe { WaitForInputIdle(process.raw(), millis(within)) };
        }
    }

    /// Its exit code, where it has ended.
    pub(super) fn exit_code(&self) -> Option<u32> {
        let mut code = 0;
        // SAFETY: the handle is open as long as `self` lives, and `code` lives through the call.
        unsafe { GetExitCodeProcess(self.process.as_ref()?.raw(), &raw mut code) }.ok()?;
        (code != STILL_ACTIVE.0.cast_unsigned()).then_some(code)
    }
}

fn millis(time: Duration) -> u32 {
    u32::try_from(time.as_millis()).unwrap_or(u32::MAX)
}

/// Starts a program with a command line (its own path first) in a folder: no handle of ours, a console of its own if
/// it wants one, the user's environment, and outside the job that ends with the worker.
///
/// The file is named by its final path and held open, so that what starts is what was judged.
pub(super) fn start(file: &ProgramFile, line: &str, folder: &str) -> Result<Started, Fault> {
    let environment = environment().map_err(|error| failed(&file.path, &error))?;
    let flags = CREATE_UNICODE_ENVIRONMENT | CREATE_DEFAULT_ERROR_MODE | CREATE_NEW_CONSOLE;
    let mut notes = Vec::new();
    let apart = if is_in_job() { CREATE_BREAKAWAY_FROM_JOB } else { PROCESS_CREATION_FLAGS(0) };
    let (process, pid) = match create(file, line, folder, &environment, flags | apart) {
        Err(error) if apart.0 != 0 && error.code() == ERROR_ACCESS_DENIED.to_hresult() => {
            notes.push("the program ends when winwarden does: this job lets no process leave it".to_owned());
            create(file, line, folder, &environment, flags)
        }
        other => other,
    }
    .map_err(|error| failed(&file.path, &error))?;
    Ok(Started { pid, notes, process: Some(process) })
}

fn create(
    file: &ProgramFile,
    line: &str,
    folder: &str,
    environment: &[u16],
    flags: PROCESS_CREATION_FLAGS,
) -> windows::core::Result<(Owned, u32)> {
    let mut line = utf16::with_nul(line);
    let size = u32::try_from(size_of::<STARTUPINFOW>()).unwrap_or_default();
    let startup = STARTUPINFOW { cb: size, ..STARTUPINFOW::default() };
    let mut made = PROCESS_INFORMATION::default();
    let environment: *const c_void = environment.as_ptr().cast();
    // SAFETY: all texts end with a NUL (the environment with two) and live through the call, as the structures do;
    // `startup` tells its own size; the command line is ours to write to.
    unsafe {
        CreateProcessW(
            &HSTRING::from(&file.path),
            Some(PWSTR(line.as_mut_ptr())),
            None,
            None,
            false,
            flags,
            Some(environment),
            &HSTRING::from(folder),
            &raw const startup,
            &raw mut made,
        )?;
        let _ = CloseHandle(made.hThread);
    }
    Ok((Owned::new(made.hProcess), made.dwProcessId))
}

fn is_in_job() -> bool {
    let mut is = BOOL::default();
    // SAFETY: the pseudo handle is that of this process, and `is` lives through the call.
    unsafe { IsProcessInJob(GetCurrentProcess(), None, &raw mut is) }.is_ok() && is.as_bool()
}

/// The environment that the user's programs start with, made anew from the system's settings: nothing of this
/// process' own is in it.
fn environment() -> windows::core::Result<Vec<u16>> {
    let mut token = HANDLE::default();
    let mut block: *mut c_void = std::ptr::null_mut();
    // SAFETY: `token` and `block` live through the calls; the token is open until `_token` is dropped.
    let _token = unsafe {
        OpenProcessToken(GetCurrentProcess(), TOKEN_QUERY | TOKEN_DUPLICATE, &raw mut token)?;
        let owned = Owned::new(token);
        CreateEnvironmentBlock(&raw mut block, Some(token), false)?;
        owned
    };
    let units: *const u16 = block.cast_const().cast();
    let mut length = 0;
    // SAFETY: the block is a sequence of texts, each ended by a NUL, and ends with an empty one: every unit up to
    // that is readable.
    let found = unsafe {
        while *units.add(length) != 0 || *units.add(length + 1) != 0 {
            length += 1;
        }
        std::slice::from_raw_parts(units, length)
    };
    let kept = super::environment::without_own(found);
    // SAFETY: made by `CreateEnvironmentBlock` and freed once; `found` is not used any more.
    let _ = unsafe { DestroyEnvironmentBlock(block) };
    Ok(kept)
}

fn failed(path: &str, error: &Error) -> Fault {
    let shown = escape(path, 200);
    if error.code() == ERROR_ELEVATION_REQUIRED.to_hresult() {
        return Fault::new(Code::LaunchFailed, format!("`{shown}` wants to run elevated"))
            .hint("winwarden never raises rights; a person can start it");
    }
    let text = error.message();
    Fault::new(
        Code::LaunchFailed,
        format!("`{shown}` cannot be started: {}", text.trim_end_matches(['.', ' '])),
    )
}

/// Starts a packaged program by its application id.
pub(super) fn activate(id: &str, arguments: &str, job: &Job) -> Result<Started, Fault> {
    let (id_text, arguments) = (HSTRING::from(id), HSTRING::from(arguments));
    let activated = with_shell(job, move || {
        // SAFETY: this thread has an apartment; the texts live through the call.
        unsafe {
            let manager: IApplicationActivationManager =
                CoCreateInstance(&ApplicationActivationManager, None, CLSCTX_LOCAL_SERVER)?;
            manager.ActivateApplication(&id_text, &arguments, AO_NONE)
        }
    })?;
    let pid = activated.map_err(|error| failed(id, &error))?;
    // SAFETY: takes any process id.
    let process = unsafe { OpenProcess(PROCESS_QUERY_LIMITED_INFORMATION | PROCESS_SYNCHRONIZE, false, pid) };
    Ok(Started { pid, notes: Vec::new(), process: process.ok().map(Owned::new) })
}
