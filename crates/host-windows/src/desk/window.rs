//! Windows, controls and fonts, as far as the desk needs them.

use windows::{
    Win32::{
        Foundation::{HWND, LPARAM, POINT, RECT, SIZE, WPARAM},
        Graphics::Gdi::{
            COLOR_3DFACE, CreateFontIndirectW, DRAW_TEXT_FORMAT, DT_CALCRECT, DT_EDITCONTROL, DT_NOPREFIX,
            DT_WORDBREAK, DeleteObject, DrawTextW, GetDC, GetMonitorInfoW, GetSysColorBrush,
            GetTextExtentExPointW, HDC, HFONT, HGDIOBJ, HMONITOR, LOGFONTW, MONITOR_DEFAULTTOPRIMARY,
            MONITORINFO, MonitorFromPoint, MonitorFromWindow, ReleaseDC, SelectObject,
        },
        System::LibraryLoader::GetModuleHandleW,
        UI::{
            HiDpi::SystemParametersInfoForDpi,
            WindowsAndMessaging::{
                CreateWindowExW, DestroyWindow, GetForegroundWindow, HMENU, IDC_ARROW, LoadCursorW,
                NONCLIENTMETRICSW, RegisterClassExW, SPI_GETNONCLIENTMETRICS, SWP_NOACTIVATE, SWP_NOZORDER,
                SendMessageW, SetWindowPos, WINDOW_EX_STYLE, WINDOW_STYLE, WM_SETFONT, WNDCLASSEXW, WNDPROC,
                WS_CHILD, WS_VISIBLE,
            },
        },
    },
    core::{PCWSTR, Result, w},
};

use crate::system::with_nul;

/// The class of all windows of a desk.
const CLASS: PCWSTR = w!("winwarden-desk");

/// How text is laid out wherever it is measured or painted, which static controls do alike.
pub(super) const LAID_OUT: DRAW_TEXT_FORMAT =
    DRAW_TEXT_FORMAT(DT_NOPREFIX.0 | DT_WORDBREAK.0 | DT_EDITCONTROL.0);

/// A handle as a number.
pub(super) fn number(window: HWND) -> u64 {
    window.0.expose_provenance() as u64
}

/// Makes the class known, once for the process.
pub(super) fn register(procedure: WNDPROC) {
    let class = WNDCLASSEXW {
        cbSize: size_of::<WNDCLASSEXW>() as u32,
        lpfnWndProc: procedure,
        // SAFETY: no name means this program.
        hInstance: unsafe { GetModuleHandleW(None) }.unwrap_or_default().into(),
        // SAFETY: a cursor of the system's.
        hCursor: unsafe { LoadCursorW(None, IDC_ARROW) }.unwrap_or_default(),
        // SAFETY: takes any index; such a brush is never deleted.
        hbrBackground: unsafe { GetSysColorBrush(COLOR_3DFACE) },
        lpszClassName: CLASS,
        ..WNDCLASSEXW::default()
    };
    // SAFETY: the structure tells its own size; it and the constant name live through the call. It fails where the
    // class is there, which is as good.
    unsafe { RegisterClassExW(&raw const class) };
}

/// A top-level window, destroyed with all in it when dropped on its thread.
#[derive(Debug)]
pub(super) struct Window(HWND);

impl Window {
    /// Makes one that is not shown yet.
    ///
    /// # Errors
    /// The system has no room for it.
    pub fn new(
        title: &str,
        style: WINDOW_STYLE,
        extended: WINDOW_EX_STYLE,
        parent: Option<HWND>,
        at: POINT,
    ) -> Result<Self> {
        let title = with_nul(title);
        let name = PCWSTR(title.as_ptr());
        // SAFETY: the class is registered, its name constant; the title ends with a NUL and lives through the call.
        unsafe { CreateWindowExW(extended, CLASS, name, style, at.x, at.y, 0, 0, parent, None, None, None) }
            .map(Self)
    }

    pub const fn raw(&self) -> HWND {
        self.0
    }

    /// A control in it, yet without a place.
    ///
    /// # Errors
    /// The system has no room for it.
    pub fn control(
        &self,
        class: PCWSTR,
        text: &str,
        style: WINDOW_STYLE,
        extended: WINDOW_EX_STYLE,
        id: u16,
    ) -> Result<HWND> {
        let text = with_nul(text);
        let (text, style) = (PCWSTR(text.as_ptr()), style | WS_CHILD | WS_VISIBLE);
        let id = HMENU(std::ptr::without_provenance_mut(usize::from(id)));
        // SAFETY: a class of the system's; the text ends with a NUL and lives through the call; for a child the menu is its
        // id.
        unsafe {
            CreateWindowExW(extended, class, text, style, 0, 0, 0, 0, Some(self.0), Some(id), None, None)
        }
    }
}

impl Drop for Window {
    fn drop(&mut self) {
        // SAFETY: made by `new` on this thread; one that is gone already makes it fail.
        let _ = unsafe { DestroyWindow(self.0) };
    }
}

/// Gives a window or control its place.
pub(super) fn place(window: HWND, at: RECT) {
    let (width, height) = (at.right - at.left, at.bottom - at.top);
    // SAFETY: takes any window.
    let _ =
        unsafe { SetWindowPos(window, None, at.left, at.top, width, height, SWP_NOZORDER | SWP_NOACTIVATE) };
}

/// A rectangle by its upper left corner and size.
pub(super) const fn rect(x: i32, y: i32, width: i32, height: i32) -> RECT {
    RECT { left: x, top: y, right: x + width, bottom: y + height }
}

/// The display that the person looks at, or the primary one: where it is free to be used.
pub(super) fn work_area(foreground: bool) -> RECT {
    // SAFETY: plain calls, which take any window and point.
    let monitor: HMONITOR = unsafe {
        if foreground {
            MonitorFromWindow(GetForegroundWindow(), MONITOR_DEFAULTTOPRIMARY)
        } else {
            MonitorFromPoint(POINT::default(), MONITOR_DEFAULTTOPRIMARY)
        }
    };
    let mut about = MONITORINFO { cbSize: size_of::<MONITORINFO>() as u32, ..MONITORINFO::default() };
    // SAFETY: `about` lives through the call and tells its own size.
    if unsafe { GetMonitorInfoW(monitor, &raw mut about) }.as_bool() {
        about.rcWork
    } else {
        rect(0, 0, 800, 600)
    }
}

/// A length at 96 dots per inch, at `dpi`.
pub(super) fn scaled(length: i32, dpi: u32) -> i32 {
    let dpi = i32::try_from(dpi).unwrap_or(96);
    (length.saturating_mul(dpi) + 48) / 96
}

/// The system's fonts for one density.
#[derive(Debug)]
pub(super) struct Fonts {
    /// That of messages.
    pub text: Font,
    /// The same, bold.
    pub strong: Font,
    /// The same, bold and larger.
    pub heading: Font,
}

impl Fonts {
    pub fn of(dpi: u32) -> Self {
        let size = size_of::<NONCLIENTMETRICSW>() as u32;
        let mut metrics = NONCLIENTMETRICSW { cbSize: size, ..NONCLIENTMETRICSW::default() };
        let room = Some((&raw mut metrics).cast());
        // SAFETY: `metrics` lives through the call and has the size that is given. Where it fails, the font is the system's
        // own choice.
        let _ = unsafe { SystemParametersInfoForDpi(SPI_GETNONCLIENTMETRICS.0, size, room, 0, dpi) };
        let text = metrics.lfMessageFont;
        let strong = LOGFONTW { lfWeight: 700, ..text };
        let heading = LOGFONTW { lfHeight: text.lfHeight * 4 / 3, lfWeight: 700, ..text };
        Self { text: Font::of(&text), strong: Font::of(&strong), heading: Font::of(&heading) }
    }
}

/// A font, deleted when dropped.
#[derive(Debug)]
pub(super) struct Font(HFONT);

impl Font {
    fn of(like: &LOGFONTW) -> Self {
        // SAFETY: `like` lives through the call.
        Self(unsafe { CreateFontIndirectW(like) })
    }

    pub const fn raw(&self) -> HFONT {
        self.0
    }

    /// Has a control use it, which must not outlive it.
    pub fn give(&self, control: HWND) {
        let font = WPARAM(self.0.0.expose_provenance());
        // SAFETY: the font is live.
        unsafe { SendMessageW(control, WM_SETFONT, Some(font), Some(LPARAM(1))) };
    }

    /// What a text takes when it is broken into lines of at most `width`.
    pub fn measure(&self, text: &str, width: i32) -> SIZE {
        let (mut units, mut room): (Vec<u16>, _) = (text.encode_utf16().collect(), rect(0, 0, width, 0));
        let screen = Screen::with(self);
        // SAFETY: all live through the call.
        unsafe { DrawTextW(screen.context, &mut units, &raw mut room, LAID_OUT | DT_CALCRECT) };
        SIZE { cx: room.right, cy: room.bottom }
    }
}

impl Drop for Font {
    fn drop(&mut self) {
        // SAFETY: made by `of`; whatever used it is gone.
        let _ = unsafe { DeleteObject(self.0.into()) };
    }
}

/// The screen's device context with a font chosen, to measure with.
#[derive(Debug)]
pub(super) struct Screen {
    pub context: HDC,
    before: HGDIOBJ,
}

impl Screen {
    pub fn with(font: &Font) -> Self {
        // SAFETY: the whole screen's; given back when dropped.
        let context = unsafe { GetDC(None) };
        // SAFETY: both are live.
        Self { context, before: unsafe { SelectObject(context, font.0.into()) } }
    }

    /// How many of these UTF-16 units fit a width.
    pub fn fits(&self, units: &[u16], width: i32) -> usize {
        let (mut most, mut size) = (0, SIZE::default());
        let length = i32::try_from(units.len().min(4096)).unwrap_or_default();
        let text = PCWSTR(units.as_ptr());
        // SAFETY: as many units as are said live through the call, as does the room for what it tells.
        let _ = unsafe {
            GetTextExtentExPointW(self.context, text, length, width, Some(&raw mut most), None, &raw mut size)
        };
        usize::try_from(most).unwrap_or_default()
    }
}

impl Drop for Screen {
    fn drop(&mut self) {
        // SAFETY: the context is the one that `with` got, and gets back the font it had.
        unsafe {
            SelectObject(self.context, self.before);
            ReleaseDC(None, self.context);
        }
    }
}
