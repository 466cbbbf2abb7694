//! Top-level windows: their class, their procedure, their end.

use std::cell::Cell;
use std::rc::Rc;
use std::sync::atomic::{AtomicUsize, Ordering};

use windows::Win32::Foundation::{HWND, LPARAM, LRESULT, WPARAM};
use windows::Win32::Graphics::Gdi::{COLOR_BTNFACE, HBRUSH};
use windows::Win32::System::LibraryLoader::GetModuleHandleW;
use windows::Win32::UI::WindowsAndMessaging::{
    CREATESTRUCTW, CS_DBLCLKS, CW_USEDEFAULT, CreateWindowExW, DefWindowProcW, GWLP_USERDATA,
    GetNextDlgTabItem, GetWindowLongPtrW, HMENU, IDC_ARROW, IsChild, LoadCursorW, PostQuitMessage,
    RegisterClassExW, SetWindowLongPtrW, WA_INACTIVE, WINDOW_EX_STYLE, WINDOW_STYLE, WM_ACTIVATE,
    WM_NCCREATE, WM_NCDESTROY, WM_SETFOCUS, WNDCLASSEXW, WS_OVERLAPPEDWINDOW,
};
use windows::core::PCWSTR;

use super::notices;
use super::options::Place;
use super::window::{Message, Window, wide};
use crate::journal::Journal;

/// What a window does with a message: a reply, or nothing to leave it to the system.
pub type Handler = Rc<dyn Fn(Window, Message) -> Option<isize>>;

/// A top-level window to open.
#[derive(Clone, Copy, Debug)]
pub struct Frame<'a> {
    /// Its title.
    pub title: &'a str,
    /// Where it stands; `None` leaves the corner to the system.
    pub corner: Option<(i32, i32)>,
    /// Width and height with borders.
    pub size: (i32, i32),
    /// Its style.
    pub style: WINDOW_STYLE,
    /// Its extended style.
    pub extended: WINDOW_EX_STYLE,
    /// Its menu bar.
    pub menu: Option<HMENU>,
    /// The window it belongs to.
    pub owner: Option<Window>,
    /// Whether it gives the focus on to its controls, as a dialog does.
    pub has_controls: bool,
}

impl<'a> Frame<'a> {
    /// An ordinary window with controls, of this title and size.
    pub fn new(title: &'a str, width: i32, height: i32) -> Self {
        Self {
            title,
            corner: None,
            size: (width, height),
            style: WS_OVERLAPPEDWINDOW,
            extended: WINDOW_EX_STYLE(0),
            menu: None,
            owner: None,
            has_controls: true,
        }
    }

    /// The same at a place.
    pub fn placed(mut self, place: Place) -> Self {
        self.corner = Some((place.x, place.y));
        self.size = (place.width, place.height);
        self
    }
}

/// What a window procedure needs; the window owns one count of it.
struct Owned {
    journal: Rc<Journal>,
    handler: Handler,
    has_controls: bool,
    last_focus: Cell<Option<Window>>,
}

/// Windows of this process that are open.
static OPEN: AtomicUsize = AtomicUsize::new(0);

/// Registers the class of a program's windows.
pub fn register(class: &str) -> windows::core::Result<()> {
    let class = wide(class);
    // SAFETY: no name means this executable, which stays loaded; a predefined cursor needs no instance.
    let (instance, cursor) = unsafe { (GetModuleHandleW(None)?, LoadCursorW(None, IDC_ARROW)?) };
    let description = WNDCLASSEXW {
        cbSize: size_of::<WNDCLASSEXW>() as u32,
        style: CS_DBLCLKS,
        lpfnWndProc: Some(procedure),
        hInstance: instance.into(),
        hCursor: cursor,
        hbrBackground: HBRUSH((COLOR_BTNFACE.0 + 1) as isize as *mut _),
        lpszClassName: PCWSTR(class.as_ptr()),
        ..WNDCLASSEXW::default()
    };
    // SAFETY: the description is complete, its texts outlive the call and the procedure is never unloaded.
    if unsafe { RegisterClassExW(&raw const description) } == 0 {
        return Err(windows::core::Error::from_thread());
    }
    Ok(())
}

/// Opens a window of a registered class, not yet shown.
pub fn open(
    class: &str,
    frame: &Frame<'_>,
    journal: Rc<Journal>,
    handler: Handler,
) -> windows::core::Result<Window> {
    let (class, title) = (wide(class), wide(frame.title));
    let (x, y) = frame.corner.unwrap_or((CW_USEDEFAULT, CW_USEDEFAULT));
    let owned =
        Rc::new(Owned { journal, handler, has_controls: frame.has_controls, last_focus: Cell::new(None) });
    // SAFETY: the texts end with a NUL and outlive the call; the last argument points to a value that outlives
    // the call and is read in WM_NCCREATE only, by the procedure of our own class.
    let window = unsafe {
        CreateWindowExW(
            frame.extended,
            PCWSTR(class.as_ptr()),
            PCWSTR(title.as_ptr()),
            frame.style,
            x,
            y,
            frame.size.0,
            frame.size.1,
            frame.owner.map(|owner| owner.0),
            frame.menu,
            Some(GetModuleHandleW(None)?.into()),
            Some((&raw const owned).cast()),
        )?
    };
    Ok(Window(window))
}

unsafe extern "system" fn procedure(handle: HWND, number: u32, wparam: WPARAM, lparam: LPARAM) -> LRESULT {
    let window = Window(handle);
    let message = Message { number, wparam: wparam.0, lparam: lparam.0 };
    if number == WM_NCCREATE {
        // SAFETY: Windows passes a CREATESTRUCTW here, and `open` put a pointer to its own `Rc<Owned>` into it.
        unsafe { adopt(handle, lparam.0 as *const CREATESTRUCTW) };
    }
    // SAFETY: the slot holds nothing, or the count that `adopt` put there and `let_go` has not taken yet.
    let owned = unsafe { owned(handle) };
    let reply = owned.as_ref().and_then(|owned| {
        notices::record(&owned.journal, window, message);
        keep_focus(owned, window, message);
        (owned.handler)(window, message)
    });
    if number == WM_NCDESTROY {
        // SAFETY: this is the last message of a window; nothing reads the slot after it.
        unsafe { let_go(handle) };
    }
    match reply {
        Some(reply) => LRESULT(reply),
        // SAFETY: passes on exactly what this procedure got.
        None => unsafe { DefWindowProcW(handle, number, wparam, lparam) },
    }
}

/// Stores one count of what the window owns.
///
/// # Safety
/// `created` is what `WM_NCCREATE` of a window made by [`open`] points to.
unsafe fn adopt(handle: HWND, created: *const CREATESTRUCTW) {
    // SAFETY: the caller promises both pointers.
    let owned: &Rc<Owned> = unsafe { &*(*created).lpCreateParams.cast() };
    // SAFETY: writes a number into the window's own slot.
    unsafe { SetWindowLongPtrW(handle, GWLP_USERDATA, Rc::into_raw(Rc::clone(owned)) as isize) };
    OPEN.fetch_add(1, Ordering::Relaxed);
}

/// What the window owns, kept alive for the caller even when the window goes away meanwhile.
///
/// # Safety
/// The window's slot was written by [`adopt`] or never.
unsafe fn owned(handle: HWND) -> Option<Rc<Owned>> {
    // SAFETY: reads a number.
    let slot = unsafe { GetWindowLongPtrW(handle, GWLP_USERDATA) } as *const Owned;
    if slot.is_null() {
        return None;
    }
    // SAFETY: the slot came from `Rc::into_raw` and its count is still held by the window.
    unsafe {
        Rc::increment_strong_count(slot);
        Some(Rc::from_raw(slot))
    }
}

/// Drops the window's count; the last window ends the message loop.
///
/// # Safety
/// As [`owned`], once, at the end of the window.
unsafe fn let_go(handle: HWND) {
    // SAFETY: takes the number out of the slot, so that nothing can use it again.
    let slot = unsafe { SetWindowLongPtrW(handle, GWLP_USERDATA, 0) } as *const Owned;
    if slot.is_null() {
        return;
    }
    // SAFETY: the slot came from `Rc::into_raw` and was emptied just now.
    drop(unsafe { Rc::from_raw(slot) });
    if OPEN.fetch_sub(1, Ordering::Relaxed) == 1 {
        // SAFETY: takes a number.
        unsafe { PostQuitMessage(0) };
    }
}

/// Gives the focus back to the control that had it when the window was left, as a dialog does.
fn keep_focus(owned: &Owned, window: Window, message: Message) {
    if !owned.has_controls {
        return;
    }
    match message.number {
        WM_ACTIVATE if u32::from(message.low()) == WA_INACTIVE => {
            // SAFETY: takes two handles.
            let focused = Window::focused().filter(|one| unsafe { IsChild(window.0, one.0) }.as_bool());
            if focused.is_some() {
                owned.last_focus.set(focused);
            }
        }
        WM_SETFOCUS => {
            // SAFETY: takes handles and a flag; finds nothing in a window without controls.
            let first = || unsafe { GetNextDlgTabItem(window.0, None, false) }.ok().map(Window);
            // SAFETY: takes two handles; a control that is gone is no child any more.
            let last = owned.last_focus.get().filter(|one| unsafe { IsChild(window.0, one.0) }.as_bool());
            if let Some(control) = last.or_else(first) {
                control.focus();
            }
        }
        _ => {}
    }
}
