//! Top-level windows: their list, their facts, and what can be done to them as a whole.

use model::{Acted, Code, Fault, WindowFacts, WindowInfo, WindowList, WindowVerb, ui::WindowKey};

use crate::{act::Desk, source::Job};

/// The top-level windows that are shown, front to back; never asks a window, so a hung one costs nothing.
pub(crate) fn window_list() -> Result<WindowList, Fault> {
    Ok(WindowList::default())
}

/// The one window with this whole title: exact case preferred, else any case; `NOT_FOUND`, `AMBIGUOUS` with candidates.
pub(crate) fn by_title(_: &str) -> Result<WindowInfo, Fault> {
    Err(Fault::new(Code::Internal, "unfinished"))
}

/// What policy is to know about a window; `own` are the process ids of winwarden. `STALE_ELEMENT` where it is gone or
/// another process' by now.
pub(crate) fn facts(_: WindowKey, _own: &[u32]) -> Result<(WindowInfo, WindowFacts), Fault> {
    Err(Fault::new(Code::Internal, "unfinished"))
}

/// Focuses, minimizes, maximizes, restores, closes, moves or sizes a window, and tells what changed.
pub(crate) fn control(_: &WindowInfo, _: WindowVerb, _: &mut dyn Desk, _: &Job) -> Result<Acted, Fault> {
    Err(Fault::new(Code::Internal, "unfinished"))
}
