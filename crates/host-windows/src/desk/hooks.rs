//! What the person does with mouse and keyboard, as low-level hooks hear it before any window.
//!
//! A callback holds all input of the desktop up while it runs: it notes, and calls nothing that can wait.

use std::{
    cell::RefCell,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
        mpsc::Sender,
    },
    time::Instant,
};

use windows::Win32::{
    Foundation::{LPARAM, LRESULT, POINT, WPARAM},
    UI::{
        Input::KeyboardAndMouse::{VIRTUAL_KEY, VK_RETURN, VK_SPACE},
        WindowsAndMessaging::{
            CallNextHookEx, GetForegroundWindow, HC_ACTION, HHOOK, HOOKPROC, KBDLLHOOKSTRUCT, LLKHF_INJECTED,
            LLKHF_UP, LLMHF_INJECTED, MSLLHOOKSTRUCT, SetWindowsHookExW, UnhookWindowsHookEx, WH_KEYBOARD_LL,
            WH_MOUSE_LL, WINDOWS_HOOK_ID, WM_LBUTTONDOWN, WM_LBUTTONUP, WM_RBUTTONDOWN, WM_RBUTTONUP,
            WindowFromPoint,
        },
    },
};

use super::{
    DeskEvent,
    presses::{Button, Presses, With},
    stop_key::StopKey,
    window::number,
};

thread_local! {
    /// What this thread's hooks have heard.
    static HEARD: RefCell<Option<Heard>> = const { RefCell::new(None) };
}

/// When the person last touched mouse or keyboard.
#[derive(Debug, Clone)]
pub(super) struct LastInput {
    since: Instant,
    /// Milliseconds from `since`, and one more; 0 is never.
    after: Arc<AtomicU64>,
}

impl LastInput {
    pub fn none_yet() -> Self {
        Self { since: Instant::now(), after: Arc::default() }
    }

    pub fn get(&self) -> Option<Instant> {
        let after = self.after.load(Ordering::Relaxed).checked_sub(1)?;
        self.since.checked_add(std::time::Duration::from_millis(after))
    }

    fn note(&self, now: Instant) {
        let after = u64::try_from(now.saturating_duration_since(self.since).as_millis()).unwrap_or(u64::MAX);
        self.after.store(after.saturating_add(1), Ordering::Relaxed);
    }
}

/// What is known of the person.
#[derive(Debug)]
pub(super) struct Heard {
    pub input: LastInput,
    pub stop_key: Option<StopKey>,
    pub presses: Presses,
    pub events: Sender<DeskEvent>,
}

impl Heard {
    fn stop(&self) {
        let _ = self.events.send(DeskEvent::StopKey); // nobody listens once the gate ends
    }

    fn key(&mut self, about: &KBDLLHOOKSTRUCT, front: u64) {
        let now = Instant::now();
        let (injected, up) = (about.flags.contains(LLKHF_INJECTED), about.flags.contains(LLKHF_UP));
        let key = VIRTUAL_KEY(u16::try_from(about.vkCode).unwrap_or_default());
        if !injected {
            self.input.note(now);
        }
        if !up && self.stop_key.as_mut().is_some_and(|stop| stop.hears(key, injected, now)) {
            self.stop();
        }
        let with = match key {
            VK_SPACE => With::Space,
            VK_RETURN => With::Enter,
            _ => return,
        };
        match (injected, up) {
            (true, _) => self.presses.injected(),
            (false, true) => self.presses.up(with, front, now),
            (false, false) => self.presses.down(with, front, now),
        }
    }

    fn mouse(&mut self, message: u32, injected: bool, at: u64) {
        let now = Instant::now();
        if !injected {
            self.input.note(now);
        }
        match (message, injected) {
            // Whichever of them the person has made the first.
            (WM_LBUTTONDOWN | WM_RBUTTONDOWN | WM_LBUTTONUP | WM_RBUTTONUP, true) => self.presses.injected(),
            (WM_LBUTTONDOWN | WM_RBUTTONDOWN, false) => self.presses.down(With::Pointer, at, now),
            (WM_LBUTTONUP | WM_RBUTTONUP, false) => self.presses.up(With::Pointer, at, now),
            _ => {}
        }
    }
}

/// Does something with what was heard on this thread; nothing while there are no hooks.
pub(super) fn heard<T>(what: impl FnOnce(&mut Heard) -> T) -> Option<T> {
    HEARD.with(|heard| heard.try_borrow_mut().ok()?.as_mut().map(what))
}

/// Whether a person pressed this button just now.
pub(super) fn is_pressed(button: Button) -> bool {
    heard(|heard| heard.presses.take(button, Instant::now())).unwrap_or_default()
}

/// The system has called the hot key.
pub(super) fn hot_key() {
    heard(|heard| {
        if heard.stop_key.as_mut().is_some_and(|stop| stop.rings(Instant::now())) {
            heard.stop();
        }
    });
}

/// Both hooks, given back when dropped.
#[derive(Debug)]
pub(super) struct Hooks {
    mouse: Hook,
    keyboard: Hook,
}

impl Hooks {
    /// # Errors
    /// The system does not give them.
    pub fn set(known: Heard) -> windows::core::Result<Self> {
        HEARD.set(Some(known));
        let mouse = Hook::set(WH_MOUSE_LL, Some(mouse))?;
        Ok(Self { mouse, keyboard: Hook::set(WH_KEYBOARD_LL, Some(keyboard))? })
    }

    /// Sets them anew: the system takes hooks away, without a word, from a process that was held up too often.
    pub fn renew(&mut self) {
        for (hook, id, procedure) in [
            (&mut self.mouse, WH_MOUSE_LL, mouse as Procedure),
            (&mut self.keyboard, WH_KEYBOARD_LL, keyboard),
        ] {
            match Hook::set(id, Some(procedure)) {
                Ok(new) => *hook = new,
                Err(error) => tracing::warn!(%error, "a hook could not be renewed"),
            }
        }
    }
}

type Procedure = unsafe extern "system" fn(i32, WPARAM, LPARAM) -> LRESULT;

#[derive(Debug)]
struct Hook(HHOOK);

impl Hook {
    fn set(id: WINDOWS_HOOK_ID, procedure: HOOKPROC) -> windows::core::Result<Self> {
        // SAFETY: the callback is a function of this program; low-level hooks need no module.
        unsafe { SetWindowsHookExW(id, procedure, None, 0) }.map(Self)
    }
}

impl Drop for Hook {
    fn drop(&mut self) {
        // SAFETY: set by `set`, undone only here.
        let _ = unsafe { UnhookWindowsHookEx(self.0) };
    }
}

unsafe extern "system" fn mouse(code: i32, message: WPARAM, about: LPARAM) -> LRESULT {
    if u32::try_from(code) == Ok(HC_ACTION) {
        let event: *const MSLLHOOKSTRUCT = std::ptr::with_exposed_provenance(about.0.cast_unsigned());
        // SAFETY: with this code the system passes such a structure, which lives through the call.
        let (POINT { x, y }, flags) = unsafe { ((*event).pt, (*event).flags) };
        let message = u32::try_from(message.0).unwrap_or_default();
        let presses = [WM_LBUTTONDOWN, WM_RBUTTONDOWN, WM_LBUTTONUP, WM_RBUTTONUP].contains(&message);
        // SAFETY: takes any point.
        let at = if presses { number(unsafe { WindowFromPoint(POINT { x, y }) }) } else { 0 };
        heard(|heard| heard.mouse(message, flags & LLMHF_INJECTED != 0, at));
    }
    // SAFETY: passes on what was given.
    unsafe { CallNextHookEx(None, code, message, about) }
}

unsafe extern "system" fn keyboard(code: i32, message: WPARAM, about: LPARAM) -> LRESULT {
    if u32::try_from(code) == Ok(HC_ACTION) {
        let event: *const KBDLLHOOKSTRUCT = std::ptr::with_exposed_provenance(about.0.cast_unsigned());
        // SAFETY: with this code the system passes such a structure, which lives through the call.
        let event = unsafe { *event };
        // SAFETY: a plain call.
        let front = number(unsafe { GetForegroundWindow() });
        heard(|heard| heard.key(&event, front));
    }
    // SAFETY: passes on what was given.
    unsafe { CallNextHookEx(None, code, message, about) }
}
