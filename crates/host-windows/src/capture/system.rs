//! The real screen, by GDI.

use std::{ffi::c_void, time::Duration};

use model::{Code, Fault, Rect, WindowInfo};
use picture::Shot;
use windows::Win32::{
    Foundation::{HWND, RECT},
    Graphics::Gdi::{
        BI_RGB, BITMAPINFO, BITMAPINFOHEADER, BitBlt, CAPTUREBLT, CreateCompatibleDC, CreateDIBSection,
        DIB_RGB_COLORS, DeleteDC, DeleteObject, GdiFlush, GetDC, GetWindowRgnBox, HBITMAP, HDC, HGDIOBJ,
        RGN_ERROR, ReleaseDC, SRCCOPY, SelectObject,
    },
    Storage::Xps::{PRINT_WINDOW_FLAGS, PrintWindow},
    UI::WindowsAndMessaging::{
        PW_RENDERFULLCONTENT, WS_EX_LAYERED, WS_EX_NOREDIRECTIONBITMAP, WS_EX_TRANSPARENT,
    },
};

use super::{Camera, Layer};
use crate::{
    act::{Desk, SystemDesk, TopLevel, shown},
    input::{handle, virtual_screen},
};

/// How long a window may take to answer before it is asked to draw itself.
const PATIENCE: Duration = Duration::from_millis(200);

/// The session's screen.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemCamera;

impl Camera for SystemCamera {
    fn screen(&self) -> Rect {
        virtual_screen()
    }

    fn layers(&self) -> Vec<Layer> {
        let layer = |window: u64| {
            let top = TopLevel(window);
            let style = top.extended_style();
            Layer {
                handle: window,
                pid: top.owner().1,
                title: top.title(),
                rect: top.rect(),
                see_through: style.contains(WS_EX_TRANSPARENT),
                opaque: ![WS_EX_TRANSPARENT, WS_EX_LAYERED, WS_EX_NOREDIRECTIONBITMAP]
                    .iter()
                    .any(|clear| style.contains(*clear))
                    && !has_shape(window),
            }
        };
        shown().into_iter().filter(|window| !TopLevel(*window).is_minimized()).map(layer).collect()
    }

    fn grab(&mut self, area: Rect) -> Result<Shot, Fault> {
        let failed = |what: &str| {
            let error = windows::core::Error::from_thread();
            Fault::new(Code::CaptureFailed, format!("{what} failed: {}", error.message()))
                .hint("the session may be locked or show the secure desktop; see `status`")
        };
        let screen = ScreenDc::open().ok_or_else(|| failed("opening the screen"))?;
        let canvas = Canvas::new(screen.0, area).ok_or_else(|| failed("making room for the picture"))?;
        let (width, height) = canvas.size;
        // SAFETY: both device contexts are live; the canvas is as large as the part that is copied.
        let copied = unsafe {
            BitBlt(canvas.dc, 0, 0, width, height, Some(screen.0), area.left, area.top, SRCCOPY | CAPTUREBLT)
        };
        copied.map_err(|_| failed("copying the screen"))?;
        Shot::from_bgrx(area, canvas.bytes())
    }

    fn print(&mut self, window: &WindowInfo) -> Option<Shot> {
        let handle_of = window.key.handle;
        if TopLevel(handle_of).hangs() || !SystemDesk::default().answers(handle_of, PATIENCE) {
            return None; // drawing itself is work for the window: one that hangs would hold this thread
        }
        let area = TopLevel(handle_of).outer_rect();
        let screen = ScreenDc::open()?;
        let canvas = Canvas::new(screen.0, area)?;
        let flags = PRINT_WINDOW_FLAGS(PW_RENDERFULLCONTENT);
        // SAFETY: takes any value for a window; the canvas' device context is live and as large as the window.
        let printed = unsafe { PrintWindow(handle(handle_of), canvas.dc, flags) }.as_bool();
        if printed { Shot::from_bgrx(area, canvas.bytes()).ok() } else { None }
    }
}

/// Whether a window has another shape than its rectangle.
fn has_shape(window: u64) -> bool {
    let mut bounds = RECT::default();
    // SAFETY: takes any value for a window; `bounds` lives through the call. It fails where there is no shape.
    let shape = unsafe { GetWindowRgnBox(handle(window), &raw mut bounds) };
    shape != RGN_ERROR
}

/// The screen's device context, given back when dropped.
struct ScreenDc(HDC);

impl ScreenDc {
    fn open() -> Option<Self> {
        // SAFETY: no window means the whole screen.
        let dc = unsafe { GetDC(None) };
        (!dc.is_invalid()).then_some(Self(dc))
    }
}

impl Drop for ScreenDc {
    fn drop(&mut self) {
        // SAFETY: the context came from `GetDC` without a window, and is given back once.
        unsafe { ReleaseDC(None::<HWND>, self.0) };
    }
}

/// A bitmap in memory to draw into, four bytes a pixel, first row on top; freed when dropped.
struct Canvas {
    dc: HDC,
    bitmap: HBITMAP,
    before: HGDIOBJ,
    bits: *mut c_void,
    size: (i32, i32),
}

impl Canvas {
    fn new(like: HDC, area: Rect) -> Option<Self> {
        let size = (i32::try_from(area.width()).ok()?, i32::try_from(area.height()).ok()?);
        let header = BITMAPINFOHEADER {
            biSize: u32::try_from(size_of::<BITMAPINFOHEADER>()).ok()?,
            biWidth: size.0,
            biHeight: size.1.checked_neg()?, // negative: the first row is on top
            biPlanes: 1,
            biBitCount: 32,
            biCompression: BI_RGB.0,
            ..BITMAPINFOHEADER::default()
        };
        let info = BITMAPINFO { bmiHeader: header, ..BITMAPINFO::default() };
        let mut bits = std::ptr::null_mut();
        // SAFETY: `info` and `bits` live through the call; without a section the system makes the memory itself.
        let bitmap =
            unsafe { CreateDIBSection(Some(like), &raw const info, DIB_RGB_COLORS, &raw mut bits, None, 0) };
        let bitmap = bitmap.ok().filter(|bitmap| !bitmap.is_invalid() && !bits.is_null())?;
        // SAFETY: takes a live device context.
        let dc = unsafe { CreateCompatibleDC(Some(like)) };
        // SAFETY: both live; a bitmap of this device's kind that is selected nowhere else.
        let before = unsafe { SelectObject(dc, bitmap.into()) };
        Some(Self { dc, bitmap, before, bits, size })
    }

    /// What was drawn.
    fn bytes(&self) -> &[u8] {
        let (width, height) = self.size;
        let length = usize::try_from(i64::from(width) * i64::from(height) * 4).unwrap_or(0);
        // SAFETY: takes nothing; ends what the system still holds back of the drawing.
        let _ = unsafe { GdiFlush() };
        // SAFETY: the bitmap has four bytes a pixel and rows of whole words, so `length` bytes, all of them set by
        // the system when it made it; they live as long as `self`, and nothing draws while the slice is borrowed.
        unsafe { std::slice::from_raw_parts(self.bits.cast(), length) }
    }
}

impl Drop for Canvas {
    fn drop(&mut self) {
        // SAFETY: all three are live and are given back once, the bitmap after it was put out of the context.
        unsafe {
            SelectObject(self.dc, self.before);
            let _ = DeleteDC(self.dc);
            let _ = DeleteObject(self.bitmap.into());
        }
    }
}
