//! What the system tells of a top-level window without asking the window itself.

use model::{Facts, Rect, WindowInfo, WindowState, ui::WindowKey};
use windows::{
    Win32::{
        Foundation::{HWND, LPARAM, RECT},
        Graphics::Dwm::{
            DWMWA_CLOAKED, DWMWA_EXTENDED_FRAME_BOUNDS, DWMWINDOWATTRIBUTE, DwmGetWindowAttribute,
        },
        System::Console::GetConsoleWindow,
        UI::WindowsAndMessaging::{
            EnumWindows, GUITHREADINFO, GWL_EXSTYLE, GWL_STYLE, GetClassNameW, GetDesktopWindow,
            GetForegroundWindow, GetGUIThreadInfo, GetWindowLongW, GetWindowRect, GetWindowThreadProcessId,
            InternalGetWindowText, IsHungAppWindow, IsIconic, IsWindow, IsZoomed, WINDOW_EX_STYLE,
            WINDOW_STYLE, WS_VISIBLE,
        },
    },
    core::BOOL,
};

use super::{processes::Processes, utf16};
use crate::input::handle;

/// Units of a title as facts hold it: a character has at most two, and the last one is NUL.
const TITLE_UNITS: usize = (Facts::CHARS + 1) * 2 + 1;
/// Characters of a title in lists.
const LISTED_TITLE: usize = 500;

/// The top-level windows that are shown, front to back. Tool tips are not among them: they come and go by
/// themselves.
pub(crate) fn shown() -> Vec<u64> {
    let mut all: Vec<u64> = Vec::with_capacity(64);
    // SAFETY: `remember` gets back the address of `all`, which outlives the call.
    let listed =
        unsafe { EnumWindows(Some(remember), LPARAM((&raw mut all).expose_provenance().cast_signed())) };
    if listed.is_err() {
        return Vec::new(); // no desktop, or one that this process may not open
    }
    all.retain(|window| TopLevel(*window).is_shown());
    all
}

extern "system" fn remember(window: HWND, all: LPARAM) -> BOOL {
    let all: *mut Vec<u64> = std::ptr::with_exposed_provenance_mut(all.0.cast_unsigned());
    // SAFETY: `shown` passes the address of its vector, which lives as long as the enumeration and which nothing
    // else touches meanwhile.
    unsafe { &mut *all }.push(window.0.expose_provenance() as u64);
    true.into()
}

/// The process that owns the console window of this process, where it has one: what is typed there reaches us, and
/// closing it ends us. It may be the console's host, or the program that the console was opened for.
pub(crate) fn console_owner() -> Option<u32> {
    // SAFETY: a plain call.
    let console = unsafe { GetConsoleWindow() };
    let (_, owner) = TopLevel(console.0.expose_provenance() as u64).owner();
    (owner != 0).then_some(owner)
}

/// A top-level window.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct TopLevel(pub(crate) u64);

impl TopLevel {
    /// The one in front; 0 for none. Under Wine that may be the desktop, which holds all windows, winwarden's too: it is
    /// none.
    pub(crate) fn in_front() -> Self {
        // SAFETY: takes nothing.
        let front = unsafe { GetForegroundWindow() };
        // SAFETY: takes nothing.
        let is_window = front != unsafe { GetDesktopWindow() };
        Self(if is_window { front.0.expose_provenance() as u64 } else { 0 })
    }

    const fn hwnd(self) -> HWND {
        handle(self.0)
    }

    /// Its style bits; none where it is gone.
    pub(crate) fn style(self) -> WINDOW_STYLE {
        // SAFETY: takes any value for a window.
        WINDOW_STYLE(unsafe { GetWindowLongW(self.hwnd(), GWL_STYLE) }.cast_unsigned())
    }

    /// Its extended style bits; none where it is gone.
    pub(crate) fn extended_style(self) -> WINDOW_EX_STYLE {
        // SAFETY: takes any value for a window.
        WINDOW_EX_STYLE(unsafe { GetWindowLongW(self.hwnd(), GWL_EXSTYLE) }.cast_unsigned())
    }

    /// Whether it exists.
    pub(crate) fn exists(self) -> bool {
        // SAFETY: takes any value for a window.
        unsafe { IsWindow(Some(self.hwnd())) }.as_bool()
    }

    /// Whether it is minimized.
    pub(crate) fn is_minimized(self) -> bool {
        // SAFETY: takes any value for a window.
        unsafe { IsIconic(self.hwnd()) }.as_bool()
    }

    /// Its rectangle with the invisible borders by which it is sized; empty where it is gone.
    pub(crate) fn outer_rect(self) -> Rect {
        let mut rect = RECT::default();
        // SAFETY: `rect` lives through the call.
        match unsafe { GetWindowRect(self.hwnd(), &raw mut rect) } {
            Ok(()) => Rect::new(rect.left, rect.top, rect.right, rect.bottom),
            Err(_) => Rect::default(),
        }
    }

    /// The rectangle a person sees.
    pub(crate) fn rect(self) -> Rect {
        let mut rect = RECT::default();
        match self.attribute(DWMWA_EXTENDED_FRAME_BOUNDS, &mut rect) {
            true => Rect::new(rect.left, rect.top, rect.right, rect.bottom),
            false => self.outer_rect(), // no desktop composition, as on Wine
        }
    }

    /// Reads an attribute that the window manager keeps; whether it has it.
    fn attribute<T>(self, which: DWMWINDOWATTRIBUTE, value: &mut T) -> bool {
        let Ok(size) = u32::try_from(size_of::<T>()) else { return false };
        // SAFETY: the pointer and size are those of `value`, a plain value the callers give the attribute's own type.
        unsafe { DwmGetWindowAttribute(self.hwnd(), which, (&raw mut *value).cast(), size) }.is_ok()
    }

    fn is_shown(self) -> bool {
        let mut cloaked = 0_u32;
        self.style().contains(WS_VISIBLE)
            && !(self.attribute(DWMWA_CLOAKED, &mut cloaked) && cloaked != 0)
            && !self.outer_rect().is_empty()
            && self.class() != "tooltips_class32"
    }

    /// Its class.
    pub(crate) fn class(self) -> String {
        let mut units = [0_u16; 256];
        // SAFETY: the slice lives through the call, which writes no more than its length.
        let length = unsafe { GetClassNameW(self.hwnd(), &mut units) };
        utf16::first(&units, length)
    }

    /// Its title.
    pub(crate) fn title(self) -> String {
        let mut units = vec![0_u16; TITLE_UNITS];
        // SAFETY: the slice lives through the call, which writes no more than its length.
        let length = unsafe { InternalGetWindowText(self.hwnd(), &mut units) };
        utf16::first(&units, length)
    }

    /// The thread that owns it, and that thread's process; 0 where it is gone.
    pub(crate) fn owner(self) -> (u32, u32) {
        let mut pid = 0;
        // SAFETY: `pid` lives through the call.
        let thread = unsafe { GetWindowThreadProcessId(self.hwnd(), Some(&raw mut pid)) };
        (thread, pid)
    }

    /// What of its thread's windows has the keyboard; 0 for none.
    pub(crate) fn keyboard(self) -> u64 {
        let (thread, _) = self.owner();
        let size = u32::try_from(size_of::<GUITHREADINFO>()).unwrap_or_default();
        let mut info = GUITHREADINFO { cbSize: size, ..GUITHREADINFO::default() };
        // SAFETY: `info` lives through the call and tells its own size. Thread 0 would mean the foreground thread.
        let read = thread != 0 && unsafe { GetGUIThreadInfo(thread, &raw mut info) }.is_ok();
        if read { info.hwndFocus.0.expose_provenance() as u64 } else { 0 }
    }

    /// Whether it hangs: has not looked at its messages for five seconds.
    pub(crate) fn hangs(self) -> bool {
        // SAFETY: takes any value for a window.
        unsafe { IsHungAppWindow(self.hwnd()) }.as_bool()
    }

    /// Whether it is maximized.
    pub(crate) fn is_maximized(self) -> bool {
        // SAFETY: takes any value for a window.
        unsafe { IsZoomed(self.hwnd()) }.as_bool()
    }

    /// How it is shown.
    pub(crate) fn state(self) -> WindowState {
        match (self.is_minimized(), self.is_maximized()) {
            (true, _) => WindowState::Minimized,
            (false, true) => WindowState::Maximized,
            (false, false) => WindowState::Normal,
        }
    }

    /// All of it; nothing where it is gone.
    pub(crate) fn info(self) -> Option<WindowInfo> {
        self.info_with(&mut Processes::default())
    }

    /// All of it, with the processes that were looked at already.
    pub(crate) fn info_with(self, processes: &mut Processes) -> Option<WindowInfo> {
        let (_, pid) = self.owner();
        if pid == 0 {
            return None;
        }
        let process = processes.about(pid);
        Some(WindowInfo {
            reference: None,
            key: WindowKey { handle: self.0, pid, started: process.started },
            title: self.title().chars().take(LISTED_TITLE).collect(),
            class: self.class(),
            process: process.path.rsplit('\\').next().unwrap_or_default().to_owned(),
            rect: self.rect(),
            state: self.state(),
            foreground: self == Self::in_front(),
            responding: !self.hangs(),
        })
    }
}
