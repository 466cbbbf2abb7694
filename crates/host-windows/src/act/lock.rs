//! The second lock: whom nothing is ever done to, whatever was judged before.
//!
//! Untrusted: the caller's belief that the target was checked.
//! Guarantees: windows of winwarden itself, and of processes that are elevated while this one is not, are refused;
//! so is a window whose process is no longer the one that was judged, and one whose elevation cannot be read.
//! Does not: replace policy, which refuses all of these first and for more reasons.

use model::{Code, Elevation, Fault, WindowInfo, ui::escape};

use crate::system::{TopLevel, process_facts};

/// Refuses `window` where it is winwarden's own (its process is this one or among `own`), elevated, or not what it
/// was.
pub(super) fn refuse_forbidden(window: &WindowInfo, own: &[u32]) -> Result<(), Fault> {
    let title = escape(&window.title, 80);
    let (_, pid) = TopLevel(window.key.handle).owner();
    if pid == 0 || pid != window.key.pid {
        return Err(Fault::new(Code::StaleElement, format!("window `{title}` is gone"))
            .hint("list the windows again"));
    }
    let process = process_facts(pid, own);
    if process.own {
        return Err(Fault::new(Code::OwnWindow, format!("window `{title}` belongs to winwarden itself")));
    }
    match process.elevation {
        Elevation::Same => Ok(()),
        Elevation::Higher | Elevation::Unknown => {
            Err(Fault::new(Code::ElevatedTarget, format!("window `{title}` belongs to an elevated process"))
                .hint("winwarden never operates programs that run with more rights than it has"))
        }
    }
}
