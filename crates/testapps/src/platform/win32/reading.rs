//! Reads the controls of another process's window, one call after the other.

use windows::Win32::Foundation::{HWND, LPARAM, RECT, WPARAM};
use windows::Win32::UI::WindowsAndMessaging::{
    BM_GETCHECK, CB_GETCURSEL, ES_PASSWORD, EnumChildWindows, FindWindowW, GWL_STYLE, GWLP_ID, GetClassNameW,
    GetWindowLongPtrW, GetWindowRect, InternalGetWindowText, IsWindow, LB_GETCOUNT, LB_GETCURSEL,
    SMTO_ABORTIFHUNG, SendMessageTimeoutW, WM_GETTEXT,
};
use windows::core::{BOOL, PCWSTR};

use super::window::{Window, wide};

/// Units of a text that are read at most.
const ROOM: usize = 1024;
/// How long an answer may take, in milliseconds.
const PATIENCE: u32 = 1000;

/// What was asked of the controls, in calls.
#[derive(Clone, Copy, Debug, Default)]
pub struct Calls {
    /// Calls that only ask Windows.
    pub direct: u32,
    /// Messages that the window's thread had to answer.
    pub messages: u32,
    /// Messages that were not answered in time.
    pub unanswered: u32,
    /// UTF-16 units of text that were read.
    pub units: usize,
}

/// The window of this handle, if it is one.
pub fn by_handle(number: isize) -> Option<Window> {
    let window = Window::from_number(number);
    // SAFETY: takes a handle of any value.
    unsafe { IsWindow(Some(window.0)) }.as_bool().then_some(window)
}

/// A top-level window by its title.
pub fn by_title(title: &str) -> Option<Window> {
    let title = wide(title);
    // SAFETY: no class; the title ends with a NUL and outlives the call.
    unsafe { FindWindowW(PCWSTR::null(), PCWSTR(title.as_ptr())) }.ok().map(Window)
}

/// All child windows, of any depth.
pub fn children(window: Window) -> Vec<Window> {
    let mut found: Vec<Window> = Vec::new();
    // SAFETY: the argument points to the list, which outlives the call; nothing else uses it meanwhile.
    let _ = unsafe { EnumChildWindows(Some(window.0), Some(collect), LPARAM((&raw mut found) as isize)) };
    found
}

unsafe extern "system" fn collect(handle: HWND, list: LPARAM) -> BOOL {
    // SAFETY: `children` passes a pointer to its own list and waits.
    let list = unsafe { &mut *(list.0 as *mut Vec<Window>) };
    list.push(Window(handle));
    true.into()
}

/// Reads class, rectangle, style, id and text of a control; with `states` also what is chosen in it.
pub fn read(control: Window, states: bool, calls: &mut Calls) {
    let class = class(control, calls);
    rectangle(control, calls);
    let style = style(control, calls);
    id(control, calls);
    text(control, &class, style, calls);
    if states {
        state(control, &class, style, calls);
    }
}

/// Reads the class.
pub fn class(control: Window, calls: &mut Calls) -> String {
    calls.direct += 1;
    let mut class = [0; 64];
    // SAFETY: the buffer is passed with its length.
    let length = unsafe { GetClassNameW(control.0, &mut class) };
    String::from_utf16_lossy(class.get(..usize::try_from(length).unwrap_or(0)).unwrap_or(&[]))
}

/// Reads the rectangle.
pub fn rectangle(control: Window, calls: &mut Calls) -> RECT {
    calls.direct += 1;
    let mut rectangle = RECT::default();
    // SAFETY: writes to a rectangle of ours; it stays empty for a stale handle.
    let _ = unsafe { GetWindowRect(control.0, &raw mut rectangle) };
    rectangle
}

/// Reads the style.
pub fn style(control: Window, calls: &mut Calls) -> u32 {
    calls.direct += 1;
    // SAFETY: takes a handle and a number.
    (unsafe { GetWindowLongPtrW(control.0, GWL_STYLE) } & 0xFFFF_FFFF) as u32
}

/// Reads the control id.
pub fn id(control: Window, calls: &mut Calls) -> isize {
    calls.direct += 1;
    // SAFETY: takes a handle and a number.
    unsafe { GetWindowLongPtrW(control.0, GWLP_ID) }
}

/// Reads the text: of edits and combo boxes by a message, of others from Windows itself. Passwords stay unread.
pub fn text(control: Window, class: &str, style: u32, calls: &mut Calls) {
    let mut text = [0; ROOM];
    let length = match class {
        "Edit" if style & ES_PASSWORD as u32 != 0 => 0,
        "Edit" | "ComboBox" => message(control, WM_GETTEXT, ROOM, text.as_mut_ptr() as isize, calls),
        _ => {
            calls.direct += 1;
            // SAFETY: the buffer is passed with its length.
            usize::try_from(unsafe { InternalGetWindowText(control.0, &mut text) }).unwrap_or(0)
        }
    };
    calls.units += length.min(ROOM);
}

fn state(control: Window, class: &str, style: u32, calls: &mut Calls) {
    match class {
        // Check boxes, radio buttons and three-state boxes, automatic or not.
        "Button" if [2, 3, 4, 5, 6, 9].contains(&(style & 0xF)) => {
            message(control, BM_GETCHECK, 0, 0, calls);
        }
        "ComboBox" => {
            message(control, CB_GETCURSEL, 0, 0, calls);
        }
        "ListBox" => {
            message(control, LB_GETCOUNT, 0, 0, calls);
            message(control, LB_GETCURSEL, 0, 0, calls);
        }
        _ => {}
    }
}

fn message(control: Window, number: u32, wparam: usize, lparam: isize, calls: &mut Calls) -> usize {
    calls.messages += 1;
    let mut reply = 0;
    // SAFETY: the second argument is 0, or for WM_GETTEXT a buffer of `wparam` units that outlives the call: past
    // the time-out Windows writes to it no more.
    let answered = unsafe {
        SendMessageTimeoutW(
            control.0,
            number,
            WPARAM(wparam),
            LPARAM(lparam),
            SMTO_ABORTIFHUNG,
            PATIENCE,
            Some(&raw mut reply),
        )
    };
    if answered.0 == 0 {
        calls.unanswered += 1;
        return 0;
    }
    reply
}
