//! The real keyboard and mouse: `SendInput`, and the key state of the target's thread.

use std::time::Duration;

use model::{Button, Point, Rect};
use windows::Win32::{
    Foundation::HWND,
    System::Threading::{AttachThreadInput, GetCurrentThreadId},
    UI::{
        Input::KeyboardAndMouse::{
            GetAsyncKeyState, GetKeyState, GetKeyboardLayout, HKL, INPUT, INPUT_0, INPUT_KEYBOARD,
            INPUT_MOUSE, KEYBD_EVENT_FLAGS, KEYBDINPUT, KEYEVENTF_EXTENDEDKEY, KEYEVENTF_KEYUP,
            KEYEVENTF_UNICODE, MAPVK_VK_TO_VSC, MOUSE_EVENT_FLAGS, MOUSEEVENTF_ABSOLUTE, MOUSEEVENTF_HWHEEL,
            MOUSEEVENTF_LEFTDOWN, MOUSEEVENTF_LEFTUP, MOUSEEVENTF_MIDDLEDOWN, MOUSEEVENTF_MIDDLEUP,
            MOUSEEVENTF_MOVE, MOUSEEVENTF_RIGHTDOWN, MOUSEEVENTF_RIGHTUP, MOUSEEVENTF_VIRTUALDESK,
            MOUSEEVENTF_WHEEL, MOUSEINPUT, MapVirtualKeyExW, SendInput, VIRTUAL_KEY, VkKeyScanExW,
        },
        WindowsAndMessaging::{
            GetSystemMetrics, GetWindowThreadProcessId, MSG, PM_NOREMOVE, PeekMessageW, SM_CXVIRTUALSCREEN,
            SM_CYVIRTUALSCREEN, SM_SWAPBUTTON, SM_XVIRTUALSCREEN, SM_YVIRTUALSCREEN,
        },
    },
};

use super::{
    event::{Event, Vk},
    hands::{Hands, Shifts},
    pointer::absolute,
};

/// The session's keyboard and mouse, with the target's thread watched.
#[derive(Debug)]
pub struct SystemHands {
    layout: HKL,
    screen: Rect,
    /// The person has the buttons swapped: the system swaps what is sent as well.
    swapped: bool,
    attached: Option<Attached>,
}

impl SystemHands {
    /// Hands for the thread that owns `window`; where there is no such window, hands that see nothing.
    #[must_use]
    pub fn aimed_at(window: u64) -> Self {
        // SAFETY: takes any value for a window and writes to no memory of ours.
        let thread = unsafe { GetWindowThreadProcessId(handle(window), None) };
        // SAFETY: takes any thread id; an unknown one gives no layout.
        let layout = unsafe { GetKeyboardLayout(thread) };
        // SAFETY: takes a constant.
        let swapped = unsafe { GetSystemMetrics(SM_SWAPBUTTON) } != 0;
        Self { layout, screen: virtual_screen(), swapped, attached: Attached::to(thread) }
    }

    fn input(&self, event: Event) -> INPUT {
        match event {
            Event::KeyDown(vk) => self.key(vk, KEYBD_EVENT_FLAGS::default()),
            Event::KeyUp(vk) => self.key(vk, KEYEVENTF_KEYUP),
            Event::UnitDown(unit) => unit_input(unit, KEYEVENTF_UNICODE),
            Event::UnitUp(unit) => unit_input(unit, KEYEVENTF_UNICODE | KEYEVENTF_KEYUP),
            Event::Move(point) => self.mouse(MOUSE_EVENT_FLAGS::default(), 0, Some(point)),
            Event::ButtonDown(button, point) => self.mouse(self.flags(button, true), 0, Some(point)),
            Event::ButtonUp(button, point) => self.mouse(self.flags(button, false), 0, point),
            Event::Wheel(turn, point) => self.mouse(MOUSEEVENTF_WHEEL, turn, Some(point)),
            Event::WheelSideways(turn, point) => self.mouse(MOUSEEVENTF_HWHEEL, turn, Some(point)),
        }
    }

    fn key(&self, vk: Vk, flags: KEYBD_EVENT_FLAGS) -> INPUT {
        // SAFETY: takes any code and layout.
        let scan = unsafe { MapVirtualKeyExW(u32::from(vk.0), MAPVK_VK_TO_VSC, Some(self.layout)) };
        let extended = if vk.is_extended() { KEYEVENTF_EXTENDEDKEY } else { KEYBD_EVENT_FLAGS::default() };
        let scan = u16::try_from(scan & 0xff).unwrap_or_default();
        keyboard(KEYBDINPUT {
            wVk: VIRTUAL_KEY(vk.0),
            wScan: scan,
            dwFlags: flags | extended,
            ..KEYBDINPUT::default()
        })
    }

    /// A mouse event, with its place in it: the system's own idea of where the pointer is may be old.
    fn mouse(&self, flags: MOUSE_EVENT_FLAGS, turn: i32, point: Option<Point>) -> INPUT {
        let mut input =
            MOUSEINPUT { dwFlags: flags, mouseData: turn.cast_unsigned(), ..MOUSEINPUT::default() };
        if let Some(point) = point {
            (input.dx, input.dy) = absolute(point, self.screen);
            input.dwFlags |= MOUSEEVENTF_MOVE | MOUSEEVENTF_ABSOLUTE | MOUSEEVENTF_VIRTUALDESK;
        }
        INPUT { r#type: INPUT_MOUSE, Anonymous: INPUT_0 { mi: input } }
    }

    /// The physical button that the system makes `button` of.
    fn physical(&self, button: Button) -> Button {
        match (button, self.swapped) {
            (Button::Left, true) => Button::Right,
            (Button::Right, true) => Button::Left,
            (other, _) => other,
        }
    }

    fn flags(&self, button: Button, down: bool) -> MOUSE_EVENT_FLAGS {
        match (self.physical(button), down) {
            (Button::Left, true) => MOUSEEVENTF_LEFTDOWN,
            (Button::Left, false) => MOUSEEVENTF_LEFTUP,
            (Button::Right, true) => MOUSEEVENTF_RIGHTDOWN,
            (Button::Right, false) => MOUSEEVENTF_RIGHTUP,
            (Button::Middle, true) => MOUSEEVENTF_MIDDLEDOWN,
            (Button::Middle, false) => MOUSEEVENTF_MIDDLEUP,
        }
    }
}

fn unit_input(unit: u16, flags: KEYBD_EVENT_FLAGS) -> INPUT {
    keyboard(KEYBDINPUT { wScan: unit, dwFlags: flags, ..KEYBDINPUT::default() })
}

const fn keyboard(input: KEYBDINPUT) -> INPUT {
    INPUT { r#type: INPUT_KEYBOARD, Anonymous: INPUT_0 { ki: input } }
}

impl Hands for SystemHands {
    fn play(&mut self, events: &[Event]) -> usize {
        let mut inputs: Vec<INPUT> = events.iter().map(|event| self.input(*event)).collect();
        let Ok(size) = i32::try_from(size_of::<INPUT>()) else { return 0 };
        // SAFETY: the slice lives through the call, and `size` is that of its elements.
        let taken = unsafe { SendInput(&inputs, size) } as usize;
        for input in &mut inputs {
            // What was typed need not lie around in freed memory.
            // SAFETY: a reference to a live value of a type without a destructor.
            unsafe { std::ptr::write_volatile(input, INPUT::default()) };
        }
        taken
    }

    fn is_down(&self, vk: Vk) -> bool {
        // SAFETY: takes any code.
        unsafe { GetAsyncKeyState(i32::from(vk.0)) < 0 }
    }

    fn seen_down(&self, vk: Vk) -> Option<bool> {
        self.attached.as_ref()?;
        // SAFETY: takes any code.
        Some(unsafe { GetKeyState(i32::from(vk.0)) } < 0)
    }

    fn key_for(&self, c: char) -> Option<(Vk, Shifts)> {
        let mut units = [0; 2];
        let [unit] = c.encode_utf16(&mut units) else { return None };
        // SAFETY: takes any unit and layout.
        let found = unsafe { VkKeyScanExW(*unit, self.layout) };
        let [key, shifts] = found.to_le_bytes();
        let bit = |bit: u8| shifts & bit != 0;
        (found != -1 && shifts < 8)
            .then(|| (Vk(u16::from(key)), Shifts { shift: bit(1), ctrl: bit(2), alt: bit(4) }))
    }

    fn pause(&self, time: Duration) {
        std::thread::sleep(time);
    }
}

/// This thread's input state joined to another's, until dropped.
///
/// Joined, this thread reads the other's key state. It has no windows and takes no input messages, so it can hold
/// up nothing.
#[derive(Debug)]
pub(crate) struct Attached {
    own: u32,
    other: u32,
}

impl Attached {
    /// Joins them; nothing where that is refused.
    pub(crate) fn to(other: u32) -> Option<Self> {
        let mut message = MSG::default();
        // SAFETY: `message` lives through the call. Called for what it does besides: it gives this thread the queue
        // that attaching needs.
        let _ = unsafe { PeekMessageW(&raw mut message, None, 0, 0, PM_NOREMOVE) };
        // SAFETY: reads this thread's own id.
        let own = unsafe { GetCurrentThreadId() };
        // SAFETY: takes any two thread ids, and refuses those it cannot join.
        let joined = other != 0 && own != other && unsafe { AttachThreadInput(own, other, true) }.as_bool();
        joined.then_some(Self { own, other })
    }
}

impl Drop for Attached {
    fn drop(&mut self) {
        // SAFETY: takes any two thread ids; these two were joined by `to`. A thread that is gone is no longer joined.
        let _ = unsafe { AttachThreadInput(self.own, self.other, false) };
    }
}

/// A window handle as the system's functions take it.
pub(crate) const fn handle(window: u64) -> HWND {
    HWND(std::ptr::with_exposed_provenance_mut(window as usize))
}

/// All displays together, in physical pixels.
pub(crate) fn virtual_screen() -> Rect {
    // SAFETY: takes a constant.
    let metric = |index| unsafe { GetSystemMetrics(index) };
    let (left, top) = (metric(SM_XVIRTUALSCREEN), metric(SM_YVIRTUALSCREEN));
    let (width, height) = (metric(SM_CXVIRTUALSCREEN), metric(SM_CYVIRTUALSCREEN));
    Rect::new(left, top, left.saturating_add(width), top.saturating_add(height))
}
