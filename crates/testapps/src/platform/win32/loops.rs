//! The message loop, and pauses in it.

use std::thread;
use std::time::Duration;

use windows::Win32::UI::WindowsAndMessaging::{
    DispatchMessageW, GA_ROOT, GetAncestor, GetMessageW, HACCEL, IsDialogMessageW, MSG,
    TranslateAcceleratorW, TranslateMessage,
};

/// How keys move between the controls of a window.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Navigation {
    /// Tab, arrows and access keys work, as in a dialog.
    Dialog,
    /// Every key goes to the window that has the focus.
    None,
}

/// Handles messages until the last window is closed.
pub fn run(navigation: Navigation, accelerators: Option<HACCEL>) {
    let mut message = MSG::default();
    // SAFETY: writes to a message of ours; -1 (a fault) ends the loop as 0 does.
    while unsafe { GetMessageW(&raw mut message, None, 0, 0) }.0 > 0 {
        // SAFETY: takes a handle and a number.
        let root = unsafe { GetAncestor(message.hwnd, GA_ROOT) };
        if let Some(table) = accelerators
            // SAFETY: the table lives as long as the process, the message is the one just taken.
            && unsafe { TranslateAcceleratorW(root, table, &raw const message) } != 0
        {
            continue;
        }
        // SAFETY: the message is the one just taken; a window that is no dialog is allowed here.
        let moved = || unsafe { IsDialogMessageW(root, &raw const message) }.as_bool();
        if navigation == Navigation::Dialog && !root.is_invalid() && moved() {
            continue;
        }
        // SAFETY: the message is the one just taken.
        unsafe {
            let _ = TranslateMessage(&raw const message);
            DispatchMessageW(&raw const message);
        }
    }
}

/// Holds this thread, its windows with it; for ever when nothing is given.
pub fn hold(milliseconds: Option<u64>) {
    match milliseconds {
        Some(milliseconds) => thread::sleep(Duration::from_millis(milliseconds)),
        None => loop {
            thread::sleep(Duration::from_secs(3600));
        },
    }
}

/// Ends the process after a time, whatever its other threads do.
pub fn end_after(milliseconds: u64) {
    thread::spawn(move || {
        thread::sleep(Duration::from_millis(milliseconds));
        std::process::exit(0);
    });
}
