//! The real desktop.

use std::time::Duration;

use model::{Fault, Point, Rect, WindowInfo};
use windows::Win32::{
    Foundation::{HWND, LPARAM, POINT, WPARAM},
    UI::WindowsAndMessaging::{
        BringWindowToTop, GA_ROOT, GA_ROOTOWNER, GET_ANCESTOR_FLAGS, GW_ENABLEDPOPUP, GetAncestor, GetWindow,
        IsChild, SMTO_ABORTIFHUNG, SW_RESTORE, SendMessageTimeoutW, SetForegroundWindow, ShowWindowAsync,
        WM_NULL, WS_CAPTION, WS_DISABLED, WindowFromPoint,
    },
};

use super::{
    desk::{Desk, Spot, Stance},
    lock,
};
use crate::{
    input::{Attached, Event, Hands, SystemHands, Vk, handle, virtual_screen},
    system::{TopLevel, shown},
};

/// The session's desktop.
#[derive(Debug, Clone, Default)]
pub struct SystemDesk {
    /// Processes of winwarden beside this one.
    own: Vec<u32>,
}

impl SystemDesk {
    /// The desktop, with the process ids of winwarden's other processes, whose windows are never touched.
    #[must_use]
    pub const fn new(own: Vec<u32>) -> Self {
        Self { own }
    }
}

/// The value of a handle; 0 for none.
fn value(window: HWND) -> u64 {
    window.0.expose_provenance() as u64
}

fn ancestor(window: u64, which: GET_ANCESTOR_FLAGS) -> u64 {
    // SAFETY: takes any value for a window.
    value(unsafe { GetAncestor(handle(window), which) })
}

/// The dialog that a window waits for; 0 where there is none to be seen.
fn dialog_of(window: u64) -> u64 {
    // SAFETY: takes any value for a window.
    let popup = unsafe { GetWindow(handle(window), GW_ENABLEDPOPUP) }.map_or(0, value);
    if popup != 0 && popup != window {
        return popup;
    }
    // Wine does not tell; the dialog is the foremost of the windows that it owns and that takes input.
    let is_dialog = |top: &u64| {
        *top != window
            && ancestor(*top, GA_ROOTOWNER) == window
            && !TopLevel(*top).style().contains(WS_DISABLED)
    };
    shown().into_iter().find(is_dialog).unwrap_or(0)
}

impl Desk for SystemDesk {
    fn foreground(&self) -> u64 {
        TopLevel::in_front().0
    }

    fn keyboard(&self, window: u64) -> u64 {
        TopLevel(window).keyboard()
    }

    fn at(&self, point: Point) -> Option<Spot> {
        // SAFETY: takes any point; asks no other thread.
        let inner = value(unsafe { WindowFromPoint(POINT { x: point.x, y: point.y }) });
        (inner != 0).then(|| Spot { inner, top: ancestor(inner, GA_ROOT) })
    }

    fn is_within(&self, inner: u64, outer: u64) -> bool {
        // SAFETY: takes any values for windows.
        inner == outer || unsafe { IsChild(handle(outer), handle(inner)) }.as_bool()
    }

    fn top_of(&self, control: u64) -> u64 {
        ancestor(control, GA_ROOT)
    }

    fn is_popup_of(&self, top: u64, window: u64) -> bool {
        if top == 0 || top == window || TopLevel(top).style().contains(WS_CAPTION) {
            return false;
        }
        let is_menu =
            || TopLevel(top).class() == "#32768" && TopLevel(top).owner() == TopLevel(window).owner();
        ancestor(top, GA_ROOTOWNER) == window || is_menu()
    }

    fn stance(&self, window: u64) -> Option<Stance> {
        let top = TopLevel(window);
        if !top.exists() {
            return None;
        }
        let blocked_by = top.style().contains(WS_DISABLED).then(|| dialog_of(window));
        Some(Stance { rect: top.rect(), minimized: top.is_minimized(), blocked_by })
    }

    fn screen(&self) -> Rect {
        virtual_screen()
    }

    fn call_forward(&mut self, window: u64, try_harder: bool) {
        if TopLevel(window).is_minimized() {
            // SAFETY: takes any value for a window; only posts the request.
            let _ = unsafe { ShowWindowAsync(handle(window), SW_RESTORE) };
        }
        let mut joined = None;
        if try_harder {
            // The system lets the process that played the last input choose the foreground window, and threads that
            // share an input state with the one that has it.
            SystemHands::aimed_at(0).play(&[Event::KeyDown(Vk::MARKER), Event::KeyUp(Vk::MARKER)]);
            joined = Attached::to(TopLevel(self.foreground()).owner().0);
            // SAFETY: takes any value for a window.
            let _ = unsafe { BringWindowToTop(handle(window)) };
        }
        // SAFETY: takes any value for a window. Whether it worked is looked at afterwards.
        let _ = unsafe { SetForegroundWindow(handle(window)) };
        drop(joined);
    }

    fn tops(&self) -> Vec<u64> {
        // Those in which the gate asks and tells the person are nothing that an act has opened or closed.
        let of_others = |top: &u64| Some(&TopLevel(*top).owner().1) != self.own.first();
        shown().into_iter().filter(of_others).collect()
    }

    fn info(&self, window: u64) -> Option<WindowInfo> {
        TopLevel(window).info()
    }

    fn answers(&self, window: u64, within: Duration) -> bool {
        // 0 would mean for ever on Wine.
        let within = u32::try_from(within.as_millis()).unwrap_or(u32::MAX).max(1);
        // SAFETY: takes any value for a window; the message carries nothing, and no result is asked for.
        let answered = unsafe {
            SendMessageTimeoutW(handle(window), WM_NULL, WPARAM(0), LPARAM(0), SMTO_ABORTIFHUNG, within, None)
        };
        answered.0 != 0
    }

    fn hands(&self, window: u64) -> Box<dyn Hands> {
        Box::new(SystemHands::aimed_at(window))
    }

    fn refuse_forbidden(&self, window: &WindowInfo) -> Result<(), Fault> {
        lock::refuse_forbidden(window, &self.own)
    }

    fn pause(&self, time: Duration) {
        std::thread::sleep(time);
    }
}
