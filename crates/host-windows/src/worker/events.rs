//! What the system itself tells of windows: made, shown, hidden, gone, named or enabled anew (`SetWinEventHook`), or
//! gone with their process.
//!
//! Untrusted: that an event comes, and that it comes once. It is a reason to look and nothing more.
//! Guarantees: the callback runs on a thread of ours (out of context), and does nothing but ring.
//! Does not: tell of what a program draws by itself, nor of programs with more rights than we have.

use std::{
    cell::RefCell,
    sync::mpsc::{SyncSender, sync_channel},
    thread,
};

use windows::Win32::{
    Foundation::{HWND, LPARAM, WAIT_FAILED, WAIT_OBJECT_0, WPARAM},
    System::Threading::{GetCurrentThreadId, INFINITE, OpenProcess, PROCESS_SYNCHRONIZE},
    UI::{
        Accessibility::{HWINEVENTHOOK, SetWinEventHook, UnhookWinEvent},
        WindowsAndMessaging::{
            EVENT_OBJECT_CLOAKED, EVENT_OBJECT_CREATE, EVENT_OBJECT_NAMECHANGE, EVENT_OBJECT_REORDER,
            EVENT_OBJECT_STATECHANGE, EVENT_OBJECT_UNCLOAKED, EVENT_OBJECT_VALUECHANGE, MSG,
            MWMO_INPUTAVAILABLE, MsgWaitForMultipleObjectsEx, OBJID_CARET, OBJID_CURSOR, PM_NOREMOVE,
            PM_REMOVE, PeekMessageW, PostThreadMessageW, QS_ALLINPUT, WINEVENT_OUTOFCONTEXT, WM_QUIT,
        },
    },
};

use crate::{source::Ring, system::Owned};

/// The events that tell: not those between, of which a moved pointer alone makes hundreds.
const TELLING: [(u32, u32); 4] = [
    (EVENT_OBJECT_CREATE, EVENT_OBJECT_REORDER), // destroyed, shown and hidden lie between
    (EVENT_OBJECT_STATECHANGE, EVENT_OBJECT_STATECHANGE),
    (EVENT_OBJECT_NAMECHANGE, EVENT_OBJECT_VALUECHANGE),
    (EVENT_OBJECT_CLOAKED, EVENT_OBJECT_UNCLOAKED),
];

thread_local! {
    /// What the events of this thread's hooks ring.
    static RING: RefCell<Option<Ring>> = const { RefCell::new(None) };
}

/// Rings on each event, until dropped.
#[derive(Debug)]
pub(super) struct WinEvents {
    /// The thread that has the hooks and takes their events in.
    thread: u32,
}

impl WinEvents {
    /// Those of one process, or of all, and the end of the process `lives`; nothing where this system or session tells
    /// none.
    pub(super) fn of(process: Option<u32>, lives: Option<u32>, ring: Ring) -> Option<Self> {
        let (ready, hooked) = sync_channel(1);
        let pump = thread::Builder::new().name("events".to_owned());
        pump.spawn(move || take_in(process.unwrap_or_default(), lives, ring, &ready)).ok()?;
        hooked.recv().ok().map(|thread| Self { thread })
    }
}

impl Drop for WinEvents {
    fn drop(&mut self) {
        // SAFETY: takes any thread id. That thread ends only at this message, so the id is still its own.
        let posted = unsafe { PostThreadMessageW(self.thread, WM_QUIT, WPARAM(0), LPARAM(0)) };
        if let Err(error) = posted {
            tracing::debug!(%error, "a thread that takes in events stays");
        }
    }
}

/// The life of the thread: says its id once its hooks are there, and takes in events until it is told to end.
fn take_in(process: u32, lives: Option<u32>, ring: Ring, ready: &SyncSender<u32>) {
    RING.set(Some(ring.clone()));
    let mut message = MSG::default();
    // SAFETY: `message` lives through the call, which gives this thread its queue.
    let _ = unsafe { PeekMessageW(&raw mut message, None, 0, 0, PM_NOREMOVE) };
    let hooks: Vec<Hook> = TELLING.iter().filter_map(|range| Hook::of(*range, process)).collect();
    // SAFETY: a plain call.
    if hooks.len() < TELLING.len() || ready.send(unsafe { GetCurrentThreadId() }).is_err() {
        return;
    }
    // The windows of a process that is ended by force may go without an event.
    // SAFETY: takes any process id.
    let opened = lives.and_then(|pid| unsafe { OpenProcess(PROCESS_SYNCHRONIZE, false, pid) }.ok());
    let mut lives = opened.map(Owned::new);
    loop {
        let handle = lives.as_ref().map(Owned::raw);
        let (all, flags) = (QS_ALLINPUT, MWMO_INPUTAVAILABLE);
        // SAFETY: the handle, where there is one, is live.
        let woken = unsafe { MsgWaitForMultipleObjectsEx(Some(handle.as_slice()), INFINITE, all, flags) };
        if woken == WAIT_FAILED {
            return;
        }
        if handle.is_some() && woken == WAIT_OBJECT_0 {
            ring.ring();
            lives = None;
        }
        // SAFETY: `message` lives through the call; the events come to `told` inside it.
        while unsafe { PeekMessageW(&raw mut message, None, 0, 0, PM_REMOVE) }.as_bool() {
            if message.message == WM_QUIT {
                return;
            }
        }
    }
}

/// One range of events; on the thread that made it.
struct Hook(HWINEVENTHOOK);

impl Hook {
    fn of((first, last): (u32, u32), process: u32) -> Option<Self> {
        // SAFETY: no module, as is right out of context; the callback is a function of this program.
        let hook =
            unsafe { SetWinEventHook(first, last, None, Some(told), process, 0, WINEVENT_OUTOFCONTEXT) };
        (!hook.is_invalid()).then_some(Self(hook))
    }
}

impl Drop for Hook {
    fn drop(&mut self) {
        // SAFETY: made by `of` on this thread, undone only here.
        let _ = unsafe { UnhookWinEvent(self.0) };
    }
}

extern "system" fn told(
    _: HWINEVENTHOOK,
    _event: u32,
    _: HWND,
    object: i32,
    _child: i32,
    _thread: u32,
    _time: u32,
) {
    // These two come and go by themselves.
    if object == OBJID_CARET.0 || object == OBJID_CURSOR.0 {
        return;
    }
    RING.with_borrow(|ring| ring.iter().for_each(Ring::ring));
}

#[cfg(test)]
mod tests {
    use std::{
        process::{Command, Stdio},
        time::{Duration, Instant},
    };

    use windows::{
        Win32::UI::{
            Input::KeyboardAndMouse::EnableWindow,
            WindowsAndMessaging::{
                CreateWindowExW, DestroyWindow, SW_SHOWNOACTIVATE, ShowWindow, WINDOW_EX_STYLE,
                WS_OVERLAPPEDWINDOW,
            },
        },
        core::w,
    };

    use super::*;
    use crate::source::Bell;

    /// Until nothing has rung for a moment.
    fn calm(bell: &Bell) {
        while bell.hears(Instant::now() + Duration::from_millis(100)) {}
    }

    #[test]
    fn a_window_that_is_made_shown_disabled_and_destroyed_rings_each_time() {
        let bell = Bell::default();
        let _events = WinEvents::of(Some(std::process::id()), None, bell.ring()).unwrap();
        calm(&bell);
        let expect = |what: &str| {
            assert!(bell.hears(Instant::now() + Duration::from_secs(10)), "{what} is not told");
            calm(&bell);
        };
        // SAFETY: a class of the system's, and constants.
        let window = unsafe {
            let (class, style) = (w!("Static"), WS_OVERLAPPEDWINDOW);
            CreateWindowExW(WINDOW_EX_STYLE(0), class, w!("a"), style, 0, 0, 9, 9, None, None, None, None)
        }
        .unwrap();
        expect("a new window");
        // SAFETY: the window is this thread's.
        let _ = unsafe { ShowWindow(window, SW_SHOWNOACTIVATE) };
        expect("a window that is shown");
        // SAFETY: as above.
        let _ = unsafe { EnableWindow(window, false) };
        expect("a window that is disabled");
        // SAFETY: as above.
        unsafe { DestroyWindow(window) }.unwrap();
        expect("the end of a window");
    }

    #[test]
    fn the_end_of_a_process_rings_though_it_never_had_a_window() {
        let bell = Bell::default();
        let mut program =
            Command::new("cmd.exe").stdin(Stdio::piped()).stdout(Stdio::null()).spawn().unwrap();
        let _events = WinEvents::of(Some(program.id()), Some(program.id()), bell.ring()).unwrap();
        calm(&bell);
        program.kill().unwrap();
        assert!(bell.hears(Instant::now() + Duration::from_secs(10)), "the end is not told");
        program.wait().unwrap();
    }

    #[test]
    fn events_of_another_process_do_not_ring_and_none_do_once_the_listener_is_gone() {
        let bell = Bell::default();
        let other = WinEvents::of(Some(u32::MAX - 3), None, bell.ring());
        let all = WinEvents::of(None, None, Bell::default().ring()).unwrap();
        let thread = all.thread;
        drop((other, all));
        // SAFETY: takes any thread id.
        while unsafe { PostThreadMessageW(thread, 0, WPARAM(0), LPARAM(0)) }.is_ok() {
            thread::yield_now();
        }
        assert!(!bell.hears(Instant::now()));
    }
}
