//! What is painted and not a control: the picture of a target, and texts that no program is to read.

use windows::{
    Win32::{
        Foundation::{COLORREF, HWND, RECT},
        Graphics::Gdi::{
            BI_RGB, BITMAPINFO, BITMAPINFOHEADER, BeginPaint, COLOR_HIGHLIGHT, COLOR_WINDOW,
            COLOR_WINDOWFRAME, DIB_RGB_COLORS, DrawTextW, EndPaint, FillRect, FrameRect, GetSysColor,
            GetSysColorBrush, HALFTONE, HDC, PAINTSTRUCT, SRCCOPY, SYS_COLOR_INDEX, SelectObject, SetBkMode,
            SetStretchBltMode, SetTextColor, StretchDIBits, TRANSPARENT,
        },
        UI::WindowsAndMessaging::{
            DI_NORMAL, DrawIconEx, HICON, IMAGE_ICON, LR_SHARED, LoadImageW, OIC_WARNING,
        },
    },
    core::PCWSTR,
};

use super::{
    Image,
    window::{Font, LAID_OUT, rect, scaled},
};

/// A window's turn to paint itself, ended when dropped.
#[derive(Debug)]
pub(super) struct Paint {
    window: HWND,
    about: PAINTSTRUCT,
    context: HDC,
}

impl Paint {
    pub fn begin(window: HWND) -> Self {
        let mut about = PAINTSTRUCT::default();
        // SAFETY: `about` lives through the call; ended when dropped.
        let context = unsafe { BeginPaint(window, &raw mut about) };
        Self { window, about, context }
    }

    pub fn text(&self, text: &str, font: &Font, mut at: RECT, colour: SYS_COLOR_INDEX) {
        let mut units: Vec<u16> = text.encode_utf16().collect();
        // SAFETY: all live through the calls; the font that was chosen before is chosen again.
        unsafe {
            SetBkMode(self.context, TRANSPARENT);
            SetTextColor(self.context, COLORREF(GetSysColor(colour)));
            let before = SelectObject(self.context, font.raw().into());
            DrawTextW(self.context, &mut units, &raw mut at, LAID_OUT);
            SelectObject(self.context, before);
        }
    }

    pub fn fill(&self, at: RECT, colour: SYS_COLOR_INDEX) {
        // SAFETY: the rectangle lives through the call; such a brush is never deleted.
        unsafe { FillRect(self.context, &raw const at, GetSysColorBrush(colour)) };
    }

    fn frame(&self, at: RECT, colour: SYS_COLOR_INDEX) {
        // SAFETY: as above.
        unsafe { FrameRect(self.context, &raw const at, GetSysColorBrush(colour)) };
    }

    /// The system's sign for a warning.
    pub fn warning(&self, at: RECT) {
        let (width, height) = (at.right - at.left, at.bottom - at.top);
        let name = PCWSTR(std::ptr::without_provenance(OIC_WARNING as usize));
        // SAFETY: an icon of the system's, which is shared and never destroyed.
        let icon = unsafe { LoadImageW(None, name, IMAGE_ICON, width, height, LR_SHARED) };
        let Ok(icon) = icon else { return };
        // SAFETY: the icon is live.
        let _ = unsafe {
            DrawIconEx(self.context, at.left, at.top, HICON(icon.0), width, height, 0, None, DI_NORMAL)
        };
    }
}

impl Drop for Paint {
    fn drop(&mut self) {
        // SAFETY: ends what `begin` began.
        let _ = unsafe { EndPaint(self.window, &raw const self.about) };
    }
}

/// A picture in the order of bytes that the system paints.
#[derive(Debug)]
pub(super) struct Painting {
    width: i32,
    height: i32,
    bgrx: Vec<u8>,
    mark: Option<model::Rect>,
}

impl Painting {
    /// Nothing where the pixels are not as many as the size says, or there are none.
    pub fn of(image: Image) -> Option<Self> {
        let Image { width, height, rgba: mut bytes, mark } = image;
        let (width, height) = (i32::try_from(width).ok()?, i32::try_from(height).ok()?);
        let length =
            usize::try_from(width).ok()?.checked_mul(usize::try_from(height).ok()?)?.checked_mul(4)?;
        if length == 0 || bytes.len() != length {
            return None;
        }
        bytes.chunks_exact_mut(4).for_each(|pixel| {
            if let [red, _, blue, _] = pixel {
                std::mem::swap(red, blue);
            }
        });
        Some(Self { width, height, bgrx: bytes, mark })
    }

    /// The largest size within a box that keeps its sides in proportion.
    pub fn within(&self, width: i32, height: i32) -> (i32, i32) {
        let by_width = i64::from(self.height) * i64::from(width) / i64::from(self.width);
        match i32::try_from(by_width) {
            Ok(by_width) if by_width <= height => (width, by_width.max(1)),
            _ => {
                let by_height = i64::from(self.width) * i64::from(height) / i64::from(self.height);
                (i32::try_from(by_height).unwrap_or(width).max(1), height)
            }
        }
    }

    /// Paints it with a frame around it and one around what is meant.
    pub fn paint(&self, paint: &Paint, at: RECT, dpi: u32) {
        let (width, height) = (at.right - at.left, at.bottom - at.top);
        let header = BITMAPINFOHEADER {
            biSize: size_of::<BITMAPINFOHEADER>() as u32,
            biWidth: self.width,
            biHeight: -self.height, // from the top
            biPlanes: 1,
            biBitCount: 32,
            biCompression: BI_RGB.0,
            ..BITMAPINFOHEADER::default()
        };
        let about = BITMAPINFO { bmiHeader: header, ..BITMAPINFO::default() };
        let pixels = Some(self.bgrx.as_ptr().cast());
        // SAFETY: `of` has seen that there are as many bytes as the header says; all live through the calls.
        unsafe {
            SetStretchBltMode(paint.context, HALFTONE);
            StretchDIBits(
                paint.context,
                at.left,
                at.top,
                width,
                height,
                0,
                0,
                self.width,
                self.height,
                pixels,
                &raw const about,
                DIB_RGB_COLORS,
                SRCCOPY,
            );
        }
        if let Some(mark) = self.mark {
            // Never so small that nobody sees it, never outside.
            let least = scaled(4, dpi);
            let across = |from: i32| at.left + stretched(from, width, self.width);
            let down = |from: i32| at.top + stretched(from, height, self.height);
            let mut frame = RECT {
                left: (across(mark.left) - least).max(at.left),
                top: (down(mark.top) - least).max(at.top),
                right: (across(mark.right) + least).min(at.right),
                bottom: (down(mark.bottom) + least).min(at.bottom),
            };
            for line in 0..scaled(4, dpi) {
                let outer = line == 0 || line == scaled(4, dpi) - 1;
                paint.frame(frame, if outer { COLOR_WINDOW } else { COLOR_HIGHLIGHT });
                frame = rect(
                    frame.left + 1,
                    frame.top + 1,
                    frame.right - frame.left - 2,
                    frame.bottom - frame.top - 2,
                );
            }
        }
        paint.frame(rect(at.left - 1, at.top - 1, width + 2, height + 2), COLOR_WINDOWFRAME);
    }
}

fn stretched(length: i32, to: i32, of: i32) -> i32 {
    let length = i64::from(length) * i64::from(to) / i64::from(of.max(1));
    i32::try_from(length.clamp(-100_000, 100_000)).unwrap_or_default()
}
