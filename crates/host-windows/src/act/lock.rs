//! The second lock: whom nothing is ever done to, whatever was judged before.
//!
//! Untrusted: the caller's belief that the target was checked.
//! Guarantees: windows of winwarden itself, and of processes that are elevated while this one is not, are refused;
//! so is a window whose process is no longer the one that was judged, and one whose elevation cannot be read.
//! Does not: replace policy, which refuses all of these first and for more reasons.

use model::{Code, Fault, WindowInfo, ui::escape};
use windows::Win32::{
    Foundation::{CloseHandle, HANDLE},
    Security::{GetTokenInformation, TOKEN_ELEVATION, TOKEN_QUERY, TokenElevation},
    System::Threading::{GetCurrentProcess, GetCurrentProcessId, OpenProcessToken},
};

use super::top_level::{Process, TopLevel};

/// Refuses `window` where it is winwarden's own (its process is this one or among `own`), elevated, or not what it
/// was.
pub(super) fn refuse_forbidden(window: &WindowInfo, own: &[u32]) -> Result<(), Fault> {
    let title = escape(&window.title, 80);
    let (_, pid) = TopLevel(window.key.handle).owner();
    if pid == 0 || pid != window.key.pid {
        return Err(Fault::new(Code::StaleElement, format!("window `{title}` is gone"))
            .hint("list the windows again"));
    }
    // SAFETY: takes nothing.
    if pid == unsafe { GetCurrentProcessId() } || own.contains(&pid) {
        return Err(Fault::new(Code::OwnWindow, format!("window `{title}` belongs to winwarden itself")));
    }
    // SAFETY: a pseudo handle, which needs no closing.
    let ours = is_elevated(unsafe { GetCurrentProcess() });
    let theirs = Process::open(pid).and_then(|process| is_elevated(process.raw()));
    if ours != Some(true) && theirs != Some(false) {
        return Err(Fault::new(
            Code::ElevatedTarget,
            format!("window `{title}` belongs to an elevated process"),
        )
        .hint("winwarden never operates programs that run with more rights than it has"));
    }
    Ok(())
}

/// Whether a process is elevated; nothing where that cannot be read.
fn is_elevated(process: HANDLE) -> Option<bool> {
    let mut token = HANDLE::default();
    // SAFETY: `token` lives through the call.
    unsafe { OpenProcessToken(process, TOKEN_QUERY, &raw mut token) }.ok()?;
    let mut elevation = TOKEN_ELEVATION::default();
    let mut size = u32::try_from(size_of::<TOKEN_ELEVATION>()).ok()?;
    let room = Some((&raw mut elevation).cast());
    // SAFETY: the pointer and size are those of `elevation`, whose type is that of `TokenElevation`.
    let read = unsafe { GetTokenInformation(token, TokenElevation, room, size, &raw mut size) };
    // SAFETY: opened above and closed only here.
    let _ = unsafe { CloseHandle(token) };
    read.is_ok().then_some(elevation.TokenIsElevated != 0)
}
