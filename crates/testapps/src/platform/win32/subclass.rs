//! Takes the messages of a control before the control does.

use std::rc::Rc;

use windows::Win32::Foundation::{HWND, LPARAM, LRESULT, WPARAM};
use windows::Win32::UI::Shell::{DefSubclassProc, RemoveWindowSubclass, SetWindowSubclass};
use windows::Win32::UI::WindowsAndMessaging::WM_NCDESTROY;

use super::frame::Handler;
use super::window::{Message, Window};

const OURS: usize = 1;

/// Has `handler` see every message of `control` first; a reply keeps the message from the control.
pub fn intercept(control: Window, handler: &Handler) {
    let slot = Box::into_raw(Box::new(Rc::clone(handler)));
    // SAFETY: the procedure is never unloaded; the slot stays valid until WM_NCDESTROY takes it back.
    if !unsafe { SetWindowSubclass(control.0, Some(procedure), OURS, slot as usize) }.as_bool() {
        eprintln!("cannot intercept the messages of a control");
        // SAFETY: Windows did not take the slot, so it is still ours alone.
        drop(unsafe { Box::from_raw(slot) });
    }
}

unsafe extern "system" fn procedure(
    handle: HWND,
    number: u32,
    wparam: WPARAM,
    lparam: LPARAM,
    _: usize,
    slot: usize,
) -> LRESULT {
    let slot = slot as *mut Handler;
    // SAFETY: `intercept` made the slot, and only WM_NCDESTROY below, the last message, frees it.
    let handler = Rc::clone(unsafe { &*slot });
    if let Some(reply) = handler(Window(handle), Message { number, wparam: wparam.0, lparam: lparam.0 }) {
        return LRESULT(reply);
    }
    if number == WM_NCDESTROY {
        // SAFETY: the last message: the procedure is taken off and the slot freed once.
        unsafe {
            let _ = RemoveWindowSubclass(handle, Some(procedure), OURS);
            drop(Box::from_raw(slot));
        }
    }
    // SAFETY: passes on exactly what this procedure got.
    unsafe { DefSubclassProc(handle, number, wparam, lparam) }
}
