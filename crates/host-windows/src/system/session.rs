//! The session this runs in: its desktop, its rights, who started it.

use gate::{HostReport, Principal};
use model::DesktopState;

/// Whether there is a desktop that takes input.
pub(crate) fn desktop_state() -> DesktopState {
    DesktopState::None
}

/// What `status` tells of this machine; `worker_restarts` is left at 0.
pub(crate) fn report() -> HostReport {
    HostReport::default()
}

/// The process that started this one, and the user.
pub fn principal() -> Principal {
    Principal::default()
}
