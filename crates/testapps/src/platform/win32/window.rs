//! A window handle of this process and what the programs do with it.
//!
//! A handle may be stale at any time; every call below is then refused by Windows and does nothing.

use windows::Win32::Foundation::{HWND, LPARAM, POINT, RECT, WPARAM};
use windows::Win32::Graphics::Gdi::{ClientToScreen, UpdateWindow};
use windows::Win32::UI::Input::KeyboardAndMouse::{EnableWindow, GetFocus, IsWindowEnabled, SetFocus};
use windows::Win32::UI::WindowsAndMessaging::{
    DestroyWindow, GWL_STYLE, GetClassNameW, GetClientRect, GetDlgCtrlID, GetDlgItem, GetWindowLongPtrW,
    GetWindowRect, GetWindowTextLengthW, GetWindowTextW, KillTimer, MoveWindow, PostMessageW,
    SHOW_WINDOW_CMD, SendMessageW, SetForegroundWindow, SetTimer, SetWindowTextW, ShowWindow,
};
use windows::core::PCWSTR;

use super::options::Place;

/// A window handle.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Window(pub HWND);

/// A message as a window procedure gets it.
#[derive(Clone, Copy, Debug)]
pub struct Message {
    /// Its number, as `WM_COMMAND`.
    pub number: u32,
    /// First argument.
    pub wparam: usize,
    /// Second argument.
    pub lparam: isize,
}

impl Message {
    /// The low 16 bits of the first argument: the control id of `WM_COMMAND`.
    pub const fn low(self) -> u16 {
        (self.wparam & 0xFFFF) as u16
    }

    /// The next 16 bits of the first argument: the notification of `WM_COMMAND`.
    pub const fn high(self) -> u16 {
        ((self.wparam >> 16) & 0xFFFF) as u16
    }

    /// The second argument as a point of two signed 16-bit numbers.
    pub const fn point(self) -> (i32, i32) {
        ((self.lparam & 0xFFFF) as i16 as i32, ((self.lparam >> 16) & 0xFFFF) as i16 as i32)
    }
}

/// `text` with a NUL at its end.
pub fn wide(text: &str) -> Vec<u16> {
    text.encode_utf16().chain([0]).collect()
}

impl Window {
    /// The handle as a number, as it stands in the events.
    pub fn number(self) -> isize {
        self.0.0 as isize
    }

    /// The window that a message's argument names.
    pub fn from_number(number: isize) -> Self {
        Self(HWND(number as *mut _))
    }

    /// Sends a message whose arguments are numbers.
    pub fn send(self, number: u32, wparam: usize, lparam: isize) -> isize {
        // SAFETY: the arguments are numbers, which the callers choose for messages that take numbers.
        unsafe { SendMessageW(self.0, number, Some(WPARAM(wparam)), Some(LPARAM(lparam))).0 }
    }

    /// Sends a message whose second argument is a text.
    pub fn send_text(self, number: u32, wparam: usize, text: &[u16]) -> isize {
        let text: Vec<u16> = text.iter().copied().chain([0]).collect();
        // SAFETY: the text ends with a NUL and outlives the call, which returns after the target took it.
        unsafe { SendMessageW(self.0, number, Some(WPARAM(wparam)), Some(LPARAM(text.as_ptr() as isize))).0 }
    }

    /// Sends a message whose second argument points to a value that the target may read and write.
    ///
    /// # Safety
    /// The message takes a pointer to a `T` and keeps none.
    pub unsafe fn send_value<T>(self, number: u32, wparam: usize, value: &mut T) -> isize {
        // SAFETY: the caller promises that the message takes a pointer to this type; it lives until the reply.
        unsafe {
            SendMessageW(
                self.0,
                number,
                Some(WPARAM(wparam)),
                Some(LPARAM(std::ptr::from_mut(value) as isize)),
            )
        }
        .0
    }

    /// Puts a message of numbers into the queue of the window's thread.
    pub fn post(self, number: u32, wparam: usize, lparam: isize) {
        // SAFETY: the arguments are numbers.
        let posted = unsafe { PostMessageW(Some(self.0), number, WPARAM(wparam), LPARAM(lparam)) };
        if let Err(error) = posted {
            eprintln!("cannot post: {error}");
        }
    }

    /// The child with this control id, if there is one.
    pub fn child(self, id: u16) -> Option<Self> {
        // SAFETY: takes a handle and a number.
        unsafe { GetDlgItem(Some(self.0), id.into()) }.ok().map(Self)
    }

    /// The control id; 0 where there is none.
    pub fn id(self) -> i32 {
        // SAFETY: takes a handle.
        unsafe { GetDlgCtrlID(self.0) }
    }

    /// The window class.
    pub fn class(self) -> String {
        let mut class = [0; 64];
        // SAFETY: the buffer is passed with its length.
        let length = unsafe { GetClassNameW(self.0, &mut class) };
        String::from_utf16_lossy(class.get(..usize::try_from(length).unwrap_or(0)).unwrap_or(&[]))
    }

    /// The style bits.
    pub fn style(self) -> u32 {
        // SAFETY: takes a handle and a number.
        let style = unsafe { GetWindowLongPtrW(self.0, GWL_STYLE) };
        (style & 0xFFFF_FFFF) as u32
    }

    /// Length of the text in UTF-16 units.
    pub fn text_length(self) -> usize {
        // SAFETY: takes a handle.
        usize::try_from(unsafe { GetWindowTextLengthW(self.0) }).unwrap_or(0)
    }

    /// The text, at most a million units of it.
    pub fn text(self) -> Vec<u16> {
        let mut text = vec![0; self.text_length().min(1_000_000) + 1];
        // SAFETY: the buffer is passed with its length.
        let length = unsafe { GetWindowTextW(self.0, &mut text) };
        text.truncate(usize::try_from(length).unwrap_or(0));
        text
    }

    /// Sets the text.
    pub fn set_text(self, text: &str) {
        self.set_text_units(&text.encode_utf16().collect::<Vec<_>>());
    }

    /// Sets the text, valid Unicode or not; it ends at the first NUL.
    pub fn set_text_units(self, units: &[u16]) {
        let units: Vec<u16> = units.iter().copied().chain([0]).collect();
        // SAFETY: the text ends with a NUL and outlives the call.
        if let Err(error) = unsafe { SetWindowTextW(self.0, PCWSTR(units.as_ptr())) } {
            eprintln!("cannot set a text: {error}");
        }
    }

    /// Enables or disables.
    pub fn enable(self, enabled: bool) {
        // SAFETY: takes a handle and a flag. The reply is the state before.
        let _ = unsafe { EnableWindow(self.0, enabled) };
    }

    /// Whether it takes input.
    pub fn is_enabled(self) -> bool {
        // SAFETY: takes a handle.
        unsafe { IsWindowEnabled(self.0) }.as_bool()
    }

    /// Moves and resizes; a child within its parent.
    pub fn move_to(self, place: Place) {
        // SAFETY: takes a handle, numbers and a flag.
        let _ = unsafe { MoveWindow(self.0, place.x, place.y, place.width, place.height, true) };
    }

    /// Shows, hides, minimizes and so on.
    pub fn show(self, how: SHOW_WINDOW_CMD) {
        // SAFETY: takes a handle and a number. The reply is the state before.
        let _ = unsafe { ShowWindow(self.0, how) };
    }

    /// Paints what is not painted yet.
    pub fn update(self) {
        // SAFETY: takes a handle.
        let _ = unsafe { UpdateWindow(self.0) };
    }

    /// Asks for the foreground; Windows may refuse.
    pub fn to_front(self) {
        // SAFETY: takes a handle.
        let _ = unsafe { SetForegroundWindow(self.0) };
    }

    /// Gives it the keyboard focus.
    pub fn focus(self) {
        // SAFETY: takes a handle. Fails only where there is nothing to focus.
        let _ = unsafe { SetFocus(Some(self.0)) };
    }

    /// The window of this thread that has the keyboard focus.
    pub fn focused() -> Option<Self> {
        // SAFETY: takes nothing.
        let focused = unsafe { GetFocus() };
        (!focused.is_invalid()).then_some(Self(focused))
    }

    /// Destroys it and its children.
    pub fn destroy(self) {
        // SAFETY: takes a handle; one of another thread or a stale one is refused.
        let _ = unsafe { DestroyWindow(self.0) };
    }

    /// Sends `WM_TIMER` with this id every `milliseconds` until it is stopped.
    pub fn start_timer(self, id: usize, milliseconds: u32) {
        // SAFETY: takes a handle, numbers and no function.
        if unsafe { SetTimer(Some(self.0), id, milliseconds, None) } == 0 {
            eprintln!("cannot start a timer");
        }
    }

    /// Stops a timer.
    pub fn stop_timer(self, id: usize) {
        // SAFETY: takes a handle and a number.
        let _ = unsafe { KillTimer(Some(self.0), id) };
    }

    /// Its rectangle on the screen.
    pub fn place(self) -> Place {
        let mut rectangle = RECT::default();
        // SAFETY: writes to a rectangle of ours; it stays empty for a stale handle.
        let _ = unsafe { GetWindowRect(self.0, &raw mut rectangle) };
        Place {
            x: rectangle.left,
            y: rectangle.top,
            width: rectangle.right - rectangle.left,
            height: rectangle.bottom - rectangle.top,
        }
    }

    /// Width and height of the inside.
    pub fn inside(self) -> (i32, i32) {
        let mut rectangle = RECT::default();
        // SAFETY: writes to a rectangle of ours; it stays empty for a stale handle.
        let _ = unsafe { GetClientRect(self.0, &raw mut rectangle) };
        (rectangle.right, rectangle.bottom)
    }

    /// A point of the inside as a point on the screen.
    pub fn on_screen(self, x: i32, y: i32) -> (i32, i32) {
        let mut point = POINT { x, y };
        // SAFETY: reads and writes a point of ours.
        let _ = unsafe { ClientToScreen(self.0, &raw mut point) };
        (point.x, point.y)
    }
}
