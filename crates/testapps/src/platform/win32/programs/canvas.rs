//! Draws everything itself: no child controls, only the pointer reaches it. A cover can stand in front.

use std::cell::Cell;
use std::rc::Rc;

use clap::Parser;
use serde_json::json;
use windows::Win32::Foundation::{COLORREF, RECT};
use windows::Win32::Graphics::Gdi::{
    BeginPaint, CreateSolidBrush, DeleteObject, EndPaint, FillRect, HDC, PAINTSTRUCT, SetBkMode, TRANSPARENT,
    TextOutW,
};
use windows::Win32::UI::WindowsAndMessaging::{
    SW_SHOWNOACTIVATE, WM_LBUTTONDBLCLK, WM_LBUTTONDOWN, WM_MBUTTONDOWN, WM_PAINT, WM_RBUTTONDOWN,
    WS_EX_NOACTIVATE, WS_EX_TOOLWINDOW, WS_EX_TOPMOST, WS_POPUP,
};

use crate::Program;
use crate::ids;
use crate::journal::Journal;
use crate::platform::win32::Failure;
use crate::platform::win32::frame::Frame;
use crate::platform::win32::held;
use crate::platform::win32::loops::Navigation;
use crate::platform::win32::options::{self, Place, Shared};
use crate::platform::win32::stage::Stage;
use crate::platform::win32::window::{Message, Window};

/// A window without child controls.
#[derive(Debug, Parser)]
#[command(name = "canvas")]
struct Options {
    #[command(flatten)]
    shared: Shared,
    /// Puts another window in front of this part, in pixels of the inside.
    #[arg(long, value_name = "X,Y,W,H", value_parser = options::place)]
    cover: Option<Place>,
}

/// What is drawn: name, place and colour (0x00BBGGRR).
const AREAS: [(&str, Place, u32); 4] = [
    ("red", Place::new(20, 20, 160, 100), 0x0020_20D0),
    ("green", Place::new(200, 20, 160, 100), 0x0020_A020),
    ("blue", Place::new(20, 140, 160, 100), 0x00D0_4020),
    ("yellow", Place::new(200, 140, 160, 100), 0x0020_D0E0),
];

/// Opens the window and runs it.
pub fn run() -> Result<(), Failure> {
    let options = Options::parse();
    let stage = Stage::new(Program::Canvas, "Canvas", options.shared.clone())?;
    let journal = Rc::clone(&stage.journal);
    let cover: Rc<Cell<Option<Window>>> = Rc::default();
    let inner = Rc::clone(&cover);
    let frame = Frame { has_controls: false, ..stage.frame(400, 300) };
    let window = stage.open(&frame, move |window, message| match message.number {
        WM_PAINT => {
            paint(window);
            Some(0)
        }
        ids::ACT => {
            inner.take()?.destroy();
            Some(1)
        }
        _ => clicked(&journal, window, message, &AREAS, "clicked"),
    })?;
    stage.show(window, json!({"areas": AREAS.map(|(name, _, _)| name)}));
    if let Some(place) = options.cover {
        cover.set(Some(open_cover(&stage, window, place)?));
    }
    stage.run(Navigation::None, None);
    Ok(())
}

/// A window in front of a part of the canvas; not owned by it, so that it looks like another program's.
fn open_cover(stage: &Stage, canvas: Window, place: Place) -> Result<Window, Failure> {
    let (x, y) = canvas.on_screen(place.x, place.y);
    let frame = Frame {
        style: WS_POPUP,
        extended: WS_EX_TOPMOST | WS_EX_TOOLWINDOW | WS_EX_NOACTIVATE,
        has_controls: false,
        ..Frame::new("Cover", 0, 0)
    };
    let journal = Rc::clone(&stage.journal);
    let cover = stage.open(&frame.placed(Place { x, y, ..place }), move |window, message| {
        clicked(&journal, window, message, &[], "cover_clicked")
    })?;
    cover.show(SW_SHOWNOACTIVATE);
    cover.update();
    stage.announce(cover, json!({"cover": true}));
    Ok(cover)
}

fn clicked(
    journal: &Journal,
    window: Window,
    message: Message,
    areas: &[(&str, Place, u32)],
    event: &str,
) -> Option<isize> {
    let (button, count) = match message.number {
        WM_LBUTTONDOWN => ("left", 1),
        WM_LBUTTONDBLCLK => ("left", 2),
        WM_RBUTTONDOWN => ("right", 1),
        WM_MBUTTONDOWN => ("middle", 1),
        _ => return None,
    };
    let (x, y) = message.point();
    let screen = window.on_screen(x, y);
    let within = |place: &Place| {
        (place.x..place.x + place.width).contains(&x) && (place.y..place.y + place.height).contains(&y)
    };
    let area = areas.iter().find(|(_, place, _)| within(place)).map(|(name, _, _)| *name);
    let details = json!({
        "at": [x, y],
        "screen": [screen.0, screen.1],
        "button": button,
        "count": count,
        "area": area,
        "modifiers": held::modifiers(),
    });
    journal.event(event, details);
    Some(0)
}

fn paint(window: Window) {
    let mut painting = PAINTSTRUCT::default();
    // SAFETY: within WM_PAINT; the structure is ours and goes to EndPaint below.
    let surface = unsafe { BeginPaint(window.0, &raw mut painting) };
    for (name, place, colour) in AREAS {
        draw(surface, name, place, colour);
    }
    // SAFETY: the structure that BeginPaint filled.
    let _ = unsafe { EndPaint(window.0, &raw const painting) };
}

fn draw(surface: HDC, name: &str, place: Place, colour: u32) {
    let rectangle =
        RECT { left: place.x, top: place.y, right: place.x + place.width, bottom: place.y + place.height };
    let text: Vec<u16> = name.encode_utf16().collect();
    // SAFETY: the surface is valid until EndPaint; the brush is freed here, once; the text has its length.
    unsafe {
        let brush = CreateSolidBrush(COLORREF(colour));
        FillRect(surface, &raw const rectangle, brush);
        let _ = DeleteObject(brush.into());
        SetBkMode(surface, TRANSPARENT);
        let _ = TextOutW(surface, place.x + 8, place.y + 8, &text);
    }
}
