//! What the system tells of a control without asking the control.

use std::sync::OnceLock;

use model::{Point, Rect, ui::ElementId};
use windows::Win32::{
    Foundation::{HWND, LPARAM, POINT, RECT},
    Graphics::Gdi::ClientToScreen,
    UI::Input::KeyboardAndMouse::IsWindowEnabled,
    UI::WindowsAndMessaging::{
        EnumChildWindows, EnumThreadWindows, GA_PARENT, GA_ROOT, GET_ANCESTOR_FLAGS, GWL_STYLE, GWLP_ID,
        GetAncestor, GetClassNameW, GetClientRect, GetWindowLongPtrW, GetWindowLongW, GetWindowRect,
        GetWindowThreadProcessId, InternalGetWindowText, IsWindow, IsWindowVisible, RealGetWindowClassW,
        WINDOW_LONG_PTR_INDEX,
    },
};
use windows::core::BOOL;

use super::{
    kind::{Kind, kind},
    text,
};
use crate::input::handle;

pub(super) const WS_VISIBLE: u32 = 0x1000_0000;
pub(super) const WS_DISABLED: u32 = 0x0800_0000;
pub(super) const WS_VSCROLL: u32 = 0x0020_0000;
pub(super) const WS_HSCROLL: u32 = 0x0010_0000;
pub(super) const WS_TABSTOP: u32 = 0x0001_0000;

/// A control as the system sees it.
#[derive(Debug, Clone)]
pub(super) struct Control {
    pub(super) handle: u64,
    pub(super) class: String,
    pub(super) kind: Kind,
    pub(super) style: u32,
    pub(super) id: i32,
    pub(super) rect: Rect,
    text: OnceLock<String>,
}

impl Control {
    /// Looks at a control; `None` where it is gone.
    pub(super) fn look(window: u64) -> Option<Self> {
        let style = style(window)?;
        Self::with_style(window, style)
    }

    /// The same where its style is known already.
    pub(super) fn with_style(window: u64, style: u32) -> Option<Self> {
        Self::of_class(window, class(window)?, style)
    }

    /// The same where its class is known, too.
    pub(super) fn of_class(window: u64, class: String, style: u32) -> Option<Self> {
        let mut kind = kind(&class, style);
        if kind == Kind::Other {
            kind = super::kind::kind(&real_class(window), style);
        }
        let rect = rect(window)?;
        let id = long(window, GWLP_ID);
        Some(Self { handle: window, class, kind, style, id, rect, text: OnceLock::new() })
    }

    /// Its text as the system keeps it, without asking the control: read once.
    pub(super) fn text(&self) -> &str {
        self.text.get_or_init(|| internal_text(self.handle, text::NAME))
    }

    /// What tells it from every other.
    pub(super) fn element_id(&self) -> ElementId {
        ElementId::Handle { handle: self.handle, control: self.id, class: self.class.clone() }
    }

    pub(super) const fn is_visible(&self) -> bool {
        self.style & WS_VISIBLE != 0
    }

    pub(super) const fn is_disabled(&self) -> bool {
        self.style & WS_DISABLED != 0
    }
}

/// The value of a handle; 0 for none.
pub(super) fn value(window: HWND) -> u64 {
    window.0.expose_provenance() as u64
}

/// Whether it exists.
pub(super) fn exists(window: u64) -> bool {
    // SAFETY: takes any value for a window.
    unsafe { IsWindow(Some(handle(window))) }.as_bool()
}

/// Whether it and all it lies in are shown.
pub(super) fn is_shown(window: u64) -> bool {
    // SAFETY: takes any value for a window.
    unsafe { IsWindowVisible(handle(window)) }.as_bool()
}

/// Whether it takes input itself.
pub(super) fn is_enabled(window: u64) -> bool {
    // SAFETY: takes any value for a window.
    unsafe { IsWindowEnabled(handle(window)) }.as_bool()
}

/// Its style; `None` where it is gone.
pub(super) fn style(window: u64) -> Option<u32> {
    // SAFETY: takes any value for a window.
    let style = unsafe { GetWindowLongW(handle(window), GWL_STYLE) }.cast_unsigned();
    (style != 0 || exists(window)).then_some(style)
}

fn long(window: u64, which: WINDOW_LONG_PTR_INDEX) -> i32 {
    // SAFETY: takes any value for a window.
    let long = unsafe { GetWindowLongPtrW(handle(window), which) };
    i32::try_from(long & 0xFFFF_FFFF).unwrap_or_else(|_| (long & 0xFFFF_FFFF).cast_unsigned() as u32 as i32)
}

/// Its class; `None` where it is gone.
fn class(window: u64) -> Option<String> {
    let mut units = [0_u16; 256];
    // SAFETY: the slice lives through the call, which writes no more than its length.
    let length = unsafe { GetClassNameW(handle(window), &mut units) };
    let length = usize::try_from(length).ok().filter(|length| *length > 0)?;
    Some(text::decode(units.get(..length)?, 256))
}

/// The class that it builds on, where it is one of the system's.
fn real_class(window: u64) -> String {
    let mut units = [0_u16; 256];
    // SAFETY: the slice lives through the call, which writes no more than its length.
    let length = unsafe { RealGetWindowClassW(handle(window), &mut units) };
    text::decode(units.get(..length as usize).unwrap_or_default(), 256)
}

/// Its text as the system keeps it, without asking the control; at most `most` characters.
pub(super) fn internal_text(window: u64, most: usize) -> String {
    // A character has at most two units, and the last one is NUL.
    let mut units = vec![0_u16; most.saturating_mul(2).saturating_add(1)];
    // SAFETY: the slice lives through the call, which writes no more than its length.
    let length = unsafe { InternalGetWindowText(handle(window), &mut units) };
    let length = usize::try_from(length).unwrap_or_default();
    text::decode(units.get(..length).unwrap_or_default(), most)
}

/// Its rectangle in physical pixels; `None` where it is gone.
pub(super) fn rect(window: u64) -> Option<Rect> {
    let mut rect = RECT::default();
    // SAFETY: `rect` lives through the call.
    unsafe { GetWindowRect(handle(window), &raw mut rect) }.ok()?;
    Some(from_rect(rect))
}

pub(super) const fn from_rect(rect: RECT) -> Rect {
    Rect::new(rect.left, rect.top, rect.right, rect.bottom)
}

/// Its inner part in physical pixels; `None` where it is gone.
pub(super) fn client(window: u64) -> Option<Rect> {
    let mut inner = RECT::default();
    // SAFETY: `inner` lives through the call.
    unsafe { GetClientRect(handle(window), &raw mut inner) }.ok()?;
    let mut corner = POINT::default();
    // SAFETY: `corner` lives through the call.
    let found = unsafe { ClientToScreen(handle(window), &raw mut corner) }.as_bool();
    found.then(|| moved(from_rect(inner), Point { x: corner.x, y: corner.y }))
}

/// A rectangle moved by a point.
pub(super) const fn moved(rect: Rect, by: Point) -> Rect {
    Rect::new(
        rect.left.saturating_add(by.x),
        rect.top.saturating_add(by.y),
        rect.right.saturating_add(by.x),
        rect.bottom.saturating_add(by.y),
    )
}

fn ancestor(window: u64, which: GET_ANCESTOR_FLAGS) -> u64 {
    // SAFETY: takes any value for a window.
    value(unsafe { GetAncestor(handle(window), which) })
}

/// What it lies in.
pub(super) fn parent(window: u64) -> u64 {
    ancestor(window, GA_PARENT)
}

/// The top-level window it is in.
pub(super) fn top(window: u64) -> u64 {
    ancestor(window, GA_ROOT)
}

/// The thread and process that own it; 0 where it is gone.
pub(super) fn owner(window: u64) -> (u32, u32) {
    let mut pid = 0;
    // SAFETY: `pid` lives through the call.
    let thread = unsafe { GetWindowThreadProcessId(handle(window), Some(&raw mut pid)) };
    (thread, pid)
}

/// All windows inside, of any depth, each after what it lies in; at most `most`.
pub(super) fn inside(window: u64, most: usize) -> Vec<u64> {
    let mut found = Found { windows: Vec::new(), most };
    let list = LPARAM((&raw mut found).expose_provenance().cast_signed());
    // SAFETY: `collect` gets back the address of `found`, which outlives the call.
    let _ = unsafe { EnumChildWindows(Some(handle(window)), Some(collect), list) };
    found.windows
}

/// The top-level windows of a thread that are shown.
pub(super) fn tops_of(thread: u32) -> Vec<u64> {
    let mut found = Found { windows: Vec::new(), most: 1000 };
    let list = LPARAM((&raw mut found).expose_provenance().cast_signed());
    // SAFETY: `collect` gets back the address of `found`, which outlives the call.
    let _ = unsafe { EnumThreadWindows(thread, Some(collect), list) };
    found.windows.retain(|window| is_shown(*window));
    found.windows
}

struct Found {
    windows: Vec<u64>,
    most: usize,
}

extern "system" fn collect(window: HWND, list: LPARAM) -> BOOL {
    let list: *mut Found = std::ptr::with_exposed_provenance_mut(list.0.cast_unsigned());
    // SAFETY: the callers pass the address of a list of theirs, which lives as long as the enumeration and which
    // nothing else touches meanwhile.
    let found = unsafe { &mut *list };
    found.windows.push(value(window));
    (found.windows.len() < found.most).into()
}
