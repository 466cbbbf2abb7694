//! A window whose controls scroll up and down.

use windows::Win32::UI::Controls::SetScrollInfo;
use windows::Win32::UI::WindowsAndMessaging::{
    GetScrollInfo, SB_BOTTOM, SB_LINEDOWN, SB_LINEUP, SB_PAGEDOWN, SB_PAGEUP, SB_THUMBPOSITION,
    SB_THUMBTRACK, SB_TOP, SB_VERT, SCROLLBAR_COMMAND, SCROLLINFO, SIF_ALL, SIF_PAGE, SIF_POS, SIF_RANGE,
    SW_ERASE, SW_INVALIDATE, SW_SCROLLCHILDREN, ScrollWindowEx, WM_MOUSEWHEEL, WM_SIZE, WM_VSCROLL,
};

use super::window::{Message, Window};

const LINE: i32 = 40;

/// Scrolls a window whose contents are `height` pixels high, when the message asks for it. Gives the new position.
pub fn scroll(window: Window, message: Message, height: i32) -> Option<i32> {
    let page = window.inside().1;
    let mut bar =
        SCROLLINFO { cbSize: size_of::<SCROLLINFO>() as u32, fMask: SIF_ALL, ..SCROLLINFO::default() };
    // SAFETY: the structure says its size and what it wants; it stays zero for a window without a bar.
    let _ = unsafe { GetScrollInfo(window.0, SB_VERT, &raw mut bar) };
    let wanted = match message.number {
        WM_SIZE => {
            bar.nMax = height - 1;
            bar.nPage = u32::try_from(page).unwrap_or(0);
            bar.nPos
        }
        WM_MOUSEWHEEL => bar.nPos - i32::from(message.high().cast_signed()) * LINE * 3 / 120,
        WM_VSCROLL if message.lparam == 0 => match SCROLLBAR_COMMAND(i32::from(message.low())) {
            SB_LINEUP => bar.nPos - LINE,
            SB_LINEDOWN => bar.nPos + LINE,
            SB_PAGEUP => bar.nPos - page,
            SB_PAGEDOWN => bar.nPos + page,
            SB_TOP => 0,
            SB_BOTTOM => height,
            SB_THUMBPOSITION | SB_THUMBTRACK => bar.nTrackPos,
            _ => return None,
        },
        _ => return None,
    };
    let before = bar.nPos;
    bar.nPos = wanted.clamp(0, (height - page).max(0));
    bar.fMask = SIF_RANGE | SIF_PAGE | SIF_POS;
    let flags = SW_SCROLLCHILDREN | SW_INVALIDATE | SW_ERASE;
    // SAFETY: the structure is complete; no rectangles or regions are passed.
    unsafe {
        SetScrollInfo(window.0, SB_VERT, &raw const bar, true);
        if bar.nPos != before {
            ScrollWindowEx(window.0, 0, before - bar.nPos, None, None, None, None, flags);
        }
    }
    Some(bar.nPos)
}
