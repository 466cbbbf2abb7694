//! Reports keys, mouse buttons and wheel as they arrive.

use std::rc::Rc;

use clap::Parser;
use serde_json::{Value, json};
use windows::Win32::Foundation::{LPARAM, WPARAM};
use windows::Win32::UI::Input::KeyboardAndMouse::{ReleaseCapture, SetCapture};
use windows::Win32::UI::WindowsAndMessaging::{
    DefWindowProcW, WM_CHAR, WM_DEADCHAR, WM_KEYDOWN, WM_KEYUP, WM_LBUTTONDBLCLK, WM_LBUTTONDOWN,
    WM_LBUTTONUP, WM_MBUTTONDBLCLK, WM_MBUTTONDOWN, WM_MBUTTONUP, WM_MOUSEHWHEEL, WM_MOUSEMOVE,
    WM_MOUSEWHEEL, WM_RBUTTONDBLCLK, WM_RBUTTONDOWN, WM_RBUTTONUP, WM_SYSCHAR, WM_SYSKEYDOWN, WM_SYSKEYUP,
    WM_TIMER, WM_XBUTTONDBLCLK, WM_XBUTTONDOWN, WM_XBUTTONUP,
};

use crate::Program;
use crate::ids;
use crate::journal::{Journal, merged};
use crate::platform::win32::Failure;
use crate::platform::win32::frame::Frame;
use crate::platform::win32::held;
use crate::platform::win32::loops::{self, Navigation};
use crate::platform::win32::options::Shared;
use crate::platform::win32::stage::Stage;
use crate::platform::win32::window::{Message, Window};

/// Reports what arrives.
#[derive(Debug, Parser)]
#[command(name = "keys")]
struct Options {
    #[command(flatten)]
    shared: Shared,
    /// Reports every move of the pointer, not only while a button is down.
    #[arg(long)]
    moves: bool,
    /// Reports what is held down when nothing came for this time.
    #[arg(long, value_name = "MS", default_value_t = 500)]
    idle: u32,
    /// How long each character takes.
    #[arg(long, value_name = "MS", default_value_t = 0)]
    delay: u64,
}

const TIMER: usize = 1;
/// `MK_LBUTTON`, `MK_RBUTTON`, `MK_MBUTTON`, `MK_XBUTTON1` and `MK_XBUTTON2` in the argument of a mouse message.
const ANY_BUTTON: usize = 0x73;

/// Opens the window and runs it.
pub fn run() -> Result<(), Failure> {
    let options = Options::parse();
    let stage = Stage::new(Program::Keys, "Keys", options.shared.clone())?;
    let journal = Rc::clone(&stage.journal);
    let frame = Frame { has_controls: false, ..stage.frame(480, 360) };
    let window = stage.open(&frame, move |window, message| {
        match message.number {
            WM_TIMER if message.wparam == TIMER => {
                window.stop_timer(TIMER);
                return held(&journal, "idle");
            }
            ids::ACT => return held(&journal, "report"),
            _ => {}
        }
        let details = key(message).or_else(|| mouse(window, message, options.moves))?;
        let event = if is_key(message.number) { "key" } else { "mouse" };
        journal.event(event, merged(details, json!({"modifiers": held::modifiers()})));
        window.start_timer(TIMER, options.idle);
        if options.delay > 0 && message.number == WM_CHAR {
            loops::hold(Some(options.delay));
        }
        // The system's own use of a key, as Alt for the menu and Alt+F4, still happens.
        // SAFETY: passes on the message just received, within its call.
        let reply = unsafe {
            DefWindowProcW(window.0, message.number, WPARAM(message.wparam), LPARAM(message.lparam))
        };
        Some(reply.0)
    })?;
    stage.show(window, Value::Null);
    stage.run(Navigation::None, None);
    Ok(())
}

/// Reports what is held down; gives how many keys and buttons that are.
fn held(journal: &Journal, event: &str) -> Option<isize> {
    let held = held::now();
    journal.event(event, json!({"held": held}));
    isize::try_from(held.len()).ok()
}

fn is_key(number: u32) -> bool {
    kind_of_key(number).is_some()
}

fn kind_of_key(number: u32) -> Option<&'static str> {
    Some(match number {
        WM_KEYDOWN => "down",
        WM_KEYUP => "up",
        WM_CHAR => "char",
        WM_DEADCHAR => "dead_char",
        WM_SYSKEYDOWN => "sys_down",
        WM_SYSKEYUP => "sys_up",
        WM_SYSCHAR => "sys_char",
        _ => return None,
    })
}

fn key(message: Message) -> Option<Value> {
    let kind = kind_of_key(message.number)?;
    let code = if kind.ends_with("char") { "code" } else { "vk" };
    let bits = message.lparam;
    Some(json!({
        "kind": kind,
        code: message.wparam,
        "repeat": bits & 0xFFFF,
        "scan": (bits >> 16) & 0xFF,
        "extended": bits & (1 << 24) != 0,
        "was_down": bits & (1 << 30) != 0,
    }))
}

fn mouse(window: Window, message: Message, moves: bool) -> Option<Value> {
    let x_button = if message.high() == 1 { "x1" } else { "x2" };
    let (kind, button) = match message.number {
        WM_LBUTTONDOWN => ("down", "left"),
        WM_LBUTTONUP => ("up", "left"),
        WM_LBUTTONDBLCLK => ("double", "left"),
        WM_RBUTTONDOWN => ("down", "right"),
        WM_RBUTTONUP => ("up", "right"),
        WM_RBUTTONDBLCLK => ("double", "right"),
        WM_MBUTTONDOWN => ("down", "middle"),
        WM_MBUTTONUP => ("up", "middle"),
        WM_MBUTTONDBLCLK => ("double", "middle"),
        WM_XBUTTONDOWN => ("down", x_button),
        WM_XBUTTONUP => ("up", x_button),
        WM_XBUTTONDBLCLK => ("double", x_button),
        WM_MOUSEMOVE if moves || message.wparam & ANY_BUTTON != 0 => ("move", ""),
        WM_MOUSEWHEEL | WM_MOUSEHWHEEL => return Some(wheel(message)),
        _ => return None,
    };
    capture(window, message, kind);
    let (x, y) = message.point();
    let screen = window.on_screen(x, y);
    let details = json!({"kind": kind, "at": [x, y], "screen": [screen.0, screen.1]});
    Some(if button.is_empty() { details } else { merged(details, json!({"button": button})) })
}

fn wheel(message: Message) -> Value {
    let kind = if message.number == WM_MOUSEWHEEL { "wheel" } else { "horizontal_wheel" };
    let (x, y) = message.point();
    json!({"kind": kind, "delta": message.high().cast_signed(), "screen": [x, y]})
}

/// Keeps the pointer's messages coming while a button is down, even outside the window.
fn capture(window: Window, message: Message, kind: &str) {
    if kind == "down" || kind == "double" {
        // SAFETY: takes a handle of this thread. The reply is who had it before.
        unsafe { SetCapture(window.0) };
    } else if kind == "up" && message.wparam & ANY_BUTTON == 0 {
        // SAFETY: takes nothing; a capture that is lost already is no fault.
        let _ = unsafe { ReleaseCapture() };
    }
}
