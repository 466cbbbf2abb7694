//! What was in front before a person turned to the dialog. It is to be there again when their answer counts, for what
//! they allowed may go to whatever is in front.

use std::{
    thread,
    time::{Duration, Instant},
};

use windows::Win32::UI::WindowsAndMessaging::SetForegroundWindow;

use crate::{input::handle, system::TopLevel};

/// How long it may take to come back; then the answer counts all the same, and may find another target.
const PATIENCE: Duration = Duration::from_secs(1);
/// Between two looks.
const GAP: Duration = Duration::from_millis(5);

/// The window in front, and what of its thread's windows has the keyboard; 0 for none.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Front {
    window: TopLevel,
    keyboard: u64,
}

impl Front {
    pub fn now() -> Self {
        let window = TopLevel::in_front();
        Self { window, keyboard: window.keyboard() }
    }

    pub fn is(self, window: u64) -> bool {
        self.window.0 == window
    }

    /// Asks the system to bring it back, which it does for a process that is in front itself.
    pub fn bring_back(self) {
        // SAFETY: takes any value for a window.
        let _ = unsafe { SetForegroundWindow(handle(self.window.0)) };
    }

    /// Does something once it is back, on a thread of its own: nothing is held up meanwhile.
    pub fn once_back(self, then: impl FnOnce() + Send + 'static) {
        let wait = move || {
            let end = Instant::now() + PATIENCE;
            while Self::now() != self && self.window.exists() && Instant::now() < end {
                thread::sleep(GAP);
            }
            then();
        };
        if let Err(error) = thread::Builder::new().name("front".to_owned()).spawn(wait) {
            tracing::error!(%error, "an answer cannot wait for the window that was in front, and is lost");
        }
    }
}
