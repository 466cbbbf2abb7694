//! Which controls told of a change: the system's events (`SetWinEventHook`), taken in by a thread of their own.
//!
//! The hooks are for every process: a window may hold controls of another one. Where a control lies tells no event
//! here; the system is asked for it each time.

use std::{
    cell::RefCell,
    collections::HashMap,
    sync::{
        Arc, Mutex, PoisonError, Weak,
        mpsc::{Sender, channel},
    },
    thread,
    time::Duration,
};

use windows::Win32::{
    Foundation::{HWND, LPARAM, WPARAM},
    System::Threading::GetCurrentThreadId,
    UI::{
        Accessibility::{HWINEVENTHOOK, SetWinEventHook, UnhookWinEvent},
        WindowsAndMessaging::{
            CreateWindowExW, DestroyWindow, DispatchMessageW, EVENT_OBJECT_CREATE,
            EVENT_OBJECT_LOCATIONCHANGE, EVENT_OBJECT_NAMECHANGE, EVENT_OBJECT_PARENTCHANGE,
            EVENT_OBJECT_STATECHANGE, GetMessageW, LB_ADDSTRING, LB_DELETESTRING, LB_INSERTSTRING, MSG,
            PM_NOREMOVE, PM_REMOVE, PeekMessageW, PostThreadMessageW, SendMessageW, WINDOW_EX_STYLE,
            WINEVENT_OUTOFCONTEXT, WM_APP, WM_NULL, WM_QUIT, WS_POPUP,
        },
    },
};
use windows::core::w;

use super::control;

/// Asks the thread to say that it has taken in everything up to now.
const TELL: u32 = WM_APP;
/// How long that may take, and its start.
const PATIENCE: Duration = Duration::from_millis(500);
/// Controls that are remembered to have changed; with more, all have.
const MOST: usize = 20_000;

/// All events but those of places: every move of the pointer is one.
const EVENTS: [(u32, u32); 2] =
    [(EVENT_OBJECT_CREATE, EVENT_OBJECT_STATECHANGE), (EVENT_OBJECT_NAMECHANGE, EVENT_OBJECT_PARENTCHANGE)];
const _: () = assert!(
    EVENT_OBJECT_STATECHANGE + 1 == EVENT_OBJECT_LOCATIONCHANGE
        && EVENT_OBJECT_LOCATIONCHANGE + 1 == EVENT_OBJECT_NAMECHANGE
);

/// A moment in the order of events.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub(super) struct Moment(u64);

/// When each control told of a change the last time.
#[derive(Debug, Default)]
struct Changes {
    now: Moment,
    /// What happened up to then is forgotten.
    from: Moment,
    last: HashMap<u64, Moment>,
}

impl Changes {
    fn note(&mut self, control: u64) {
        self.now = Moment(self.now.0 + 1);
        if self.last.len() >= MOST {
            self.last.clear();
            self.from = self.now;
        }
        self.last.insert(control, self.now);
    }

    fn is_as_at(&self, control: u64, then: Moment) -> bool {
        then >= self.from && self.last.get(&control).is_none_or(|last| *last <= then)
    }
}

thread_local! {
    /// Those that the hooks of this thread have seen.
    static SEEN: RefCell<Option<Arc<Mutex<Changes>>>> = const { RefCell::new(None) };
}

/// The thread that takes in events; it ends with this.
#[derive(Debug)]
pub(super) struct Watch {
    thread: u32,
    /// Whether a list box tells of its entries here: no document promises it.
    pub(super) tells_of_entries: bool,
    changes: Arc<Mutex<Changes>>,
    asked: Arc<Mutex<Vec<Sender<()>>>>,
}

impl Watch {
    /// The one of this process, started where there is none; `None` where the system refuses.
    pub(super) fn shared() -> Option<Arc<Self>> {
        static ONE: Mutex<Weak<Watch>> = Mutex::new(Weak::new());
        let mut one = ONE.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(watch) = one.upgrade() {
            return Some(watch);
        }
        let watch = Arc::new(Self::start()?);
        *one = Arc::downgrade(&watch);
        Some(watch)
    }

    fn start() -> Option<Self> {
        let (changes, asked) = (Arc::default(), Arc::default());
        let (own, own_asked) = (Arc::clone(&changes), Arc::clone(&asked));
        let (ready, started) = channel();
        let run = move || run(&own, &own_asked, &ready);
        thread::Builder::new().name("events".to_owned()).spawn(run).ok()?;
        let (thread, tells_of_entries) = started.recv_timeout(PATIENCE).ok()?;
        Some(Self { thread, tells_of_entries, changes, asked })
    }

    /// This moment: all that happened before it is known now. `None` where the thread does not answer.
    pub(super) fn now(&self) -> Option<Moment> {
        let (told, answer) = channel();
        lock(&self.asked).push(told);
        // SAFETY: takes any thread number and no address.
        unsafe { PostThreadMessageW(self.thread, TELL, WPARAM(0), LPARAM(0)) }.ok()?;
        answer.recv_timeout(PATIENCE).ok()?;
        Some(lock(&self.changes).now)
    }

    /// Whether a control told of no change since then.
    pub(super) fn is_as_at(&self, control: u64, then: Moment) -> bool {
        lock(&self.changes).is_as_at(control, then)
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        // SAFETY: takes any thread number and no address. The thread takes its hooks back and ends.
        let _ = unsafe { PostThreadMessageW(self.thread, WM_QUIT, WPARAM(0), LPARAM(0)) };
    }
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A hook, taken back when dropped, on the thread that set it.
struct Hook(HWINEVENTHOOK);

impl Drop for Hook {
    fn drop(&mut self) {
        // SAFETY: the hook was set by this thread and is taken back once.
        let _ = unsafe { UnhookWinEvent(self.0) };
    }
}

/// Takes in events until told to end. Says nothing, and ends, where a hook is refused.
fn run(changes: &Arc<Mutex<Changes>>, asked: &Mutex<Vec<Sender<()>>>, ready: &Sender<(u32, bool)>) {
    SEEN.set(Some(Arc::clone(changes)));
    let mut message = MSG::default();
    // SAFETY: `message` lives through the call, which makes the queue that the thread is asked through.
    let _ = unsafe { PeekMessageW(&raw mut message, None, 0, 0, PM_NOREMOVE) };
    let mut hooks = Vec::new();
    for (first, last) in EVENTS {
        // SAFETY: `seen` may be called at any time while this thread gets messages; no module goes with it.
        let hook = unsafe { SetWinEventHook(first, last, None, Some(seen), 0, 0, WINEVENT_OUTOFCONTEXT) };
        if hook.is_invalid() {
            return;
        }
        hooks.push(Hook(hook));
    }
    // SAFETY: takes nothing.
    let _ = ready.send((unsafe { GetCurrentThreadId() }, tell_of_entries(changes)));
    // SAFETY: `message` lives through the call.
    while unsafe { GetMessageW(&raw mut message, None, 0, 0) }.0 > 0 {
        if message.message == TELL && message.hwnd.is_invalid() {
            // Whatever came before the question is taken in by looking until nothing is left.
            if take_in() {
                return;
            }
            for waiting in lock(asked).drain(..) {
                let _ = waiting.send(());
            }
        } else {
            // SAFETY: the message was just got.
            unsafe { DispatchMessageW(&raw const message) };
        }
    }
}

/// Takes in what has come until now; whether the thread is to end.
fn take_in() -> bool {
    let mut message = MSG::default();
    // SAFETY: `message` lives through the call.
    while unsafe { PeekMessageW(&raw mut message, None, 0, 0, PM_REMOVE) }.as_bool() {
        if message.message == WM_QUIT {
            return true;
        }
    }
    false
}

/// Tries whether list boxes tell of entries that come and go, on one of this thread that is never shown.
fn tell_of_entries(changes: &Mutex<Changes>) -> bool {
    let (list_box, style) = (w!("ListBox"), WINDOW_EX_STYLE::default());
    // SAFETY: a class of the system's, with no data of ours.
    let list =
        unsafe { CreateWindowExW(style, list_box, None, WS_POPUP, 0, 0, 9, 9, None, None, None, None) };
    let Ok(list) = list else { return false };
    // Under Wine a thread learns that there are hooks when it gets a message.
    // SAFETY: takes this thread's own number and no address.
    let _ = unsafe { PostThreadMessageW(GetCurrentThreadId(), WM_NULL, WPARAM(0), LPARAM(0)) };
    let entry = LPARAM(w!("an entry").as_ptr().expose_provenance().cast_signed());
    let tells = [LB_ADDSTRING, LB_INSERTSTRING, LB_DELETESTRING].into_iter().all(|message| {
        take_in();
        let then = lock(changes).now;
        // SAFETY: the window is this thread's own; the text ends with a NUL and lives for ever.
        unsafe { SendMessageW(list, message, Some(WPARAM(0)), Some(entry)) };
        take_in();
        !lock(changes).is_as_at(control::value(list), then)
    });
    // SAFETY: the window is this thread's own.
    let _ = unsafe { DestroyWindow(list) };
    tells
}

extern "system" fn seen(_: HWINEVENTHOOK, _: u32, window: HWND, _: i32, _: i32, _: u32, _: u32) {
    if !window.is_invalid() {
        SEEN.with_borrow(|changes| {
            if let Some(changes) = changes {
                lock(changes).note(control::value(window));
            }
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_told_of_a_change_later_is_not_as_it_was_then() {
        let mut changes = Changes::default();
        changes.note(1);
        let then = changes.now;
        assert!(changes.is_as_at(1, then) && changes.is_as_at(2, then));
        changes.note(2);
        assert!(changes.is_as_at(1, then) && !changes.is_as_at(2, then));
        assert!(changes.is_as_at(2, changes.now));
    }

    #[test]
    fn where_too_many_change_all_have() {
        let mut changes = Changes::default();
        let then = changes.now;
        for control in 0..=MOST as u64 {
            changes.note(control);
        }
        assert!(!changes.is_as_at(u64::MAX, then) && changes.is_as_at(u64::MAX, changes.now));
        assert!(changes.last.len() <= MOST);
    }
}
