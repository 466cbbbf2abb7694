//! The life of the desk's thread: takes messages and orders in until it is told to end.
//!
//! A window's messages may come while the thread is inside the system on behalf of the same windows (a dialog that is
//! dragged about, a window being made). State is therefore borrowed for the time of one message, and a message that
//! comes inside another is left to the system.

use std::{
    cell::RefCell,
    collections::VecDeque,
    io,
    sync::mpsc::{Receiver, Sender},
    time::{Duration, Instant},
};

use windows::Win32::{
    Foundation::{HWND, LPARAM, LRESULT, POINT, WPARAM},
    System::RemoteDesktop::{
        NOTIFY_FOR_THIS_SESSION, WTSRegisterSessionNotification, WTSUnRegisterSessionNotification,
    },
    UI::{
        HiDpi::{DPI_AWARENESS_CONTEXT_PER_MONITOR_AWARE_V2, SetThreadDpiAwarenessContext},
        WindowsAndMessaging::{
            DefWindowProcW, DispatchMessageW, GetMessageW, HWND_MESSAGE, MSG, PostQuitMessage, SetTimer,
            TranslateMessage, WINDOW_EX_STYLE, WINDOW_STYLE, WM_APP, WM_CLOSE, WM_HOTKEY, WM_TIMER,
            WM_WTSSESSION_CHANGE, WTS_SESSION_LOCK, WTS_SESSION_UNLOCK,
        },
    },
};

use super::{
    Answer, Badge, DeskConfig, DeskEvent,
    badge::BadgeWindow,
    dialog::Dialog,
    hooks::{Heard, Hooks, LastInput, hot_key},
    presses::Presses,
    start::{Asking, Order},
    stop_key::{HotKeys, StopKey},
    window::{Window, number, register},
};

/// There are orders.
pub(super) const WAKE: u32 = WM_APP;

/// How often hooks are set anew.
const RENEWAL: Duration = Duration::from_secs(60);

thread_local! {
    static PUMP: RefCell<Option<Pump>> = const { RefCell::new(None) };
}

/// What the thread has; given back in this order when it ends.
struct Pump {
    dialog: Option<Dialog>,
    badge: Option<BadgeWindow>,
    _hot_keys: Option<HotKeys>,
    hooks: Hooks,
    _session: Option<SessionNotices>,
    /// Takes orders, hot keys and notices of the session; never seen.
    hidden: Window,
    waiting: VecDeque<Asking>,
    orders: Receiver<Order>,
    events: Sender<DeskEvent>,
    has_badge: bool,
    /// It was told to end.
    ends: bool,
}

/// Runs until told to end; first says the number of the hidden window, or why there is none.
pub(super) fn run(
    config: DeskConfig,
    events: Sender<DeskEvent>,
    input: LastInput,
    orders: Receiver<Order>,
    ready: &Sender<io::Result<usize>>,
) {
    // SAFETY: a constant; where a system lacks it, it scales the windows itself.
    unsafe { SetThreadDpiAwarenessContext(DPI_AWARENESS_CONTEXT_PER_MONITOR_AWARE_V2) };
    let said = match Pump::new(config, events, input, orders) {
        Ok(pump) => {
            let hidden = pump.hidden.raw().0.expose_provenance();
            PUMP.set(Some(pump));
            ready.send(Ok(hidden))
        }
        Err(error) => ready.send(Err(error.into())),
    };
    if said.is_ok() && PUMP.with_borrow(Option::is_some) {
        take_messages();
    }
    // Taken out first: what its windows say while they go finds nothing.
    drop(PUMP.take());
}

fn take_messages() {
    let mut message = MSG::default();
    loop {
        // SAFETY: `message` lives through the call.
        match unsafe { GetMessageW(&raw mut message, None, 0, 0) }.0 {
            ..0 => return,
            // Any program can tell a thread to quit; what it was told here counts.
            0 if with(|pump| pump.ends).unwrap_or(true) => return,
            0 => continue,
            1.. => {}
        }
        let taken = with(|pump| pump.key(&message)).unwrap_or_default();
        if !taken {
            // SAFETY: `message` lives through the calls.
            unsafe {
                let _ = TranslateMessage(&raw const message);
                DispatchMessageW(&raw const message);
            }
        }
    }
}

fn with<T>(what: impl FnOnce(&mut Pump) -> T) -> Option<T> {
    PUMP.with(|pump| pump.try_borrow_mut().ok()?.as_mut().map(what))
}

/// The procedure of all windows of the desk.
extern "system" fn procedure(window: HWND, message: u32, first: WPARAM, second: LPARAM) -> LRESULT {
    match with(|pump| pump.message(window, message, first, second)).flatten() {
        Some(result) => result,
        // SAFETY: passes on what was given. Nothing is borrowed meanwhile.
        None => unsafe { DefWindowProcW(window, message, first, second) },
    }
}

impl Pump {
    fn new(
        config: DeskConfig,
        events: Sender<DeskEvent>,
        input: LastInput,
        orders: Receiver<Order>,
    ) -> windows::core::Result<Self> {
        register(Some(procedure));
        let nowhere = POINT::default();
        let hidden = Window::new("", WINDOW_STYLE(0), WINDOW_EX_STYLE(0), Some(HWND_MESSAGE), nowhere)?;
        let untold = |why: String| {
            let _ = events.send(DeskEvent::KeyNotRegistered(format!("{}: {why}", config.stop_key)));
        };
        let (mut stop_key, mut hot_keys) = (None, None);
        match StopKey::of(config.stop_key) {
            Ok(key) => {
                let (got, failed) = key.register(hidden.raw());
                if let Some(error) = failed.first() {
                    untold(error.message().trim_end_matches(['.', ' ', '\r', '\n']).to_owned());
                }
                (stop_key, hot_keys) = (Some(key), Some(got));
            }
            Err(why) => untold(why),
        }
        let heard = Heard { input, stop_key, presses: Presses::default(), events: events.clone() };
        let hooks = Hooks::set(heard)?;
        let session = SessionNotices::to(hidden.raw());
        // SAFETY: the window is this thread's; the timer goes with it.
        unsafe { SetTimer(Some(hidden.raw()), 1, RENEWAL.as_millis() as u32, None) };
        Ok(Self {
            dialog: None,
            badge: None,
            _hot_keys: hot_keys,
            hooks,
            _session: session,
            hidden,
            waiting: VecDeque::new(),
            orders,
            events,
            has_badge: config.badge,
            ends: false,
        })
    }

    /// A key that a dialog takes before its controls do.
    fn key(&mut self, message: &MSG) -> bool {
        let Some(taken) = self.dialog.as_ref().and_then(|dialog| dialog.key(message)) else { return false };
        if let Some(answer) = taken {
            self.close(answer);
        }
        true
    }

    /// A message to one of the windows; nothing where the system is to handle it.
    fn message(&mut self, window: HWND, message: u32, first: WPARAM, second: LPARAM) -> Option<LRESULT> {
        if window == self.hidden.raw() {
            match message {
                WAKE => self.take_orders(),
                WM_HOTKEY => hot_key(),
                WM_TIMER => self.hooks.renew(),
                WM_WTSSESSION_CHANGE => self.session_changed(u32::try_from(first.0).unwrap_or_default()),
                WM_CLOSE => {} // it stays
                _ => return None,
            }
            return Some(LRESULT(0));
        }
        if let Some(dialog) = self.dialog.as_mut().filter(|dialog| dialog.is(window)) {
            let (result, answer) = dialog.message(message, first, second);
            if let Some(answer) = answer {
                self.close(answer);
            }
            self.expire_waiting();
            return result;
        }
        let badge = self.badge.as_mut().filter(|badge| badge.is(window))?;
        let (result, pressed) = badge.message(message, first);
        if let Some(event) = pressed {
            let _ = self.events.send(event);
        }
        result
    }

    fn session_changed(&self, what: u32) {
        let event = match what {
            WTS_SESSION_LOCK => DeskEvent::Locked,
            WTS_SESSION_UNLOCK => DeskEvent::Unlocked,
            _ => return,
        };
        let _ = self.events.send(event); // nobody listens once the gate ends
    }

    fn take_orders(&mut self) {
        while let Ok(order) = self.orders.try_recv() {
            match order {
                Order::Ask(asking) => self.waiting.push_back(asking),
                Order::Withdraw(number) => {
                    self.waiting.retain(|asking| asking.number != number);
                    self.dialog.take_if(|dialog| dialog.number() == number);
                }
                Order::Show(badge) => self.show(badge),
                Order::End => {
                    self.ends = true;
                    // SAFETY: a plain call. It ends also what the system does while a window is dragged.
                    unsafe { PostQuitMessage(0) };
                }
            }
        }
        self.ask_next();
    }

    /// Answers the open question, and shows the next.
    fn close(&mut self, answer: Answer) {
        if let Some(dialog) = self.dialog.take() {
            dialog.answer(answer);
        }
        self.ask_next();
    }

    /// Answers those that nobody has seen in time.
    fn expire_waiting(&mut self) {
        let now = Instant::now();
        self.waiting.retain(|asking| {
            let late = asking.until <= now;
            if late {
                let _ = asking.answer.send(Answer::Expired); // who asked may have left
            }
            !late
        });
    }

    fn ask_next(&mut self) {
        self.expire_waiting();
        while self.dialog.is_none() {
            let Some(asking) = self.waiting.pop_front() else { return };
            self.hooks.renew();
            match Dialog::show(asking) {
                Ok(dialog) => self.dialog = Some(dialog),
                // Its sender is gone with it, which is no consent.
                Err(error) => tracing::error!(%error, "a question cannot be shown"),
            }
        }
    }

    fn show(&mut self, badge: Badge) {
        let before = self.badge.take();
        // What a person stopped waits for a person, who must see it.
        let unwanted = !self.has_badge && matches!(badge, Badge::Working { .. });
        if unwanted || badge == Badge::Hidden {
            return;
        }
        let place = before.as_ref().and_then(BadgeWindow::place);
        self.hooks.renew();
        match BadgeWindow::show(badge, place) {
            Ok(badge) => self.badge = badge,
            Err(error) => tracing::error!(%error, "the badge cannot be shown"),
        }
    }
}

/// Notices of the session being locked and unlocked, until dropped.
struct SessionNotices(HWND);

impl SessionNotices {
    fn to(window: HWND) -> Option<Self> {
        // SAFETY: the window is this thread's.
        match unsafe { WTSRegisterSessionNotification(window, NOTIFY_FOR_THIS_SESSION) } {
            Ok(()) => Some(Self(window)),
            Err(error) => {
                tracing::warn!(%error, window = number(window), "locking the session will not be noticed");
                None
            }
        }
    }
}

impl Drop for SessionNotices {
    fn drop(&mut self) {
        // SAFETY: registered by `to`; the window is still there.
        let _ = unsafe { WTSUnRegisterSessionNotification(self.0) };
    }
}
