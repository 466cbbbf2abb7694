//! The desk as the gate holds it: a thread, and what it is told.

use std::{
    fmt, io,
    sync::{
        atomic::{AtomicU64, Ordering},
        mpsc::{Receiver, Sender, channel},
    },
    thread::{self, JoinHandle},
    time::{Duration, Instant},
};

use windows::Win32::{
    Foundation::{HWND, LPARAM, WPARAM},
    UI::WindowsAndMessaging::PostMessageW,
};

use super::{
    Answer, Badge, DeskConfig, DeskEvent, Question,
    hooks::LastInput,
    pump::{self, WAKE},
};

/// What the thread is told.
#[derive(Debug)]
pub(super) enum Order {
    Ask(Asking),
    Withdraw(u64),
    Show(Badge),
    End,
}

/// A question on its way.
#[derive(Debug)]
pub(super) struct Asking {
    pub number: u64,
    pub question: Question,
    pub answer: Sender<Answer>,
    /// When it expires.
    pub until: Instant,
}

/// The gate's windows, hooks and hot keys; all gone when dropped, questions unanswered.
#[derive(Debug)]
pub struct Desk {
    thread: Option<JoinHandle<()>>,
    line: Line,
    input: LastInput,
    asked: AtomicU64,
}

impl Desk {
    /// Starts the thread; what happens comes to `events`.
    ///
    /// # Errors
    /// There is no desktop, or it gives no windows or hooks, without which no answer could be told from a program's.
    pub fn start(config: DeskConfig, events: Sender<DeskEvent>) -> io::Result<Self> {
        let (orders, taken) = channel();
        let (ready, is_ready) = channel();
        let input = LastInput::none_yet();
        let heard = input.clone();
        let thread = thread::Builder::new().name("desk".to_owned());
        let thread = thread.spawn(move || pump::run(config, events, heard, taken, &ready))?;
        let ended = |_| io::Error::other("the thread of the desk ended");
        let window = is_ready.recv().map_err(ended)??;
        Ok(Self { thread: Some(thread), line: Line { orders, window }, input, asked: AtomicU64::new(0) })
    }

    /// When the person last used mouse or keyboard, since the start; what programs send does not count. Never waits.
    #[must_use]
    pub fn last_user_input(&self) -> Option<Instant> {
        self.input.get()
    }

    /// Shows a question once those before it are answered. It is withdrawn when what this gives is dropped.
    pub fn ask(&self, question: Question) -> Asked {
        let (answer, answers) = channel();
        let number = self.asked.fetch_add(1, Ordering::Relaxed);
        let now = Instant::now();
        let until = now.checked_add(question.expires_in).unwrap_or(now + Duration::from_secs(86_400));
        self.line.tell(Order::Ask(Asking { number, question, answer, until }));
        Asked { answers, number, line: self.line.clone() }
    }

    /// Shows another badge.
    pub fn show(&self, badge: Badge) {
        self.line.tell(Order::Show(badge));
    }
}

impl Drop for Desk {
    fn drop(&mut self) {
        self.line.tell(Order::End);
        if self.thread.take().is_some_and(|thread| thread.join().is_err()) {
            tracing::error!("the thread of the desk panicked");
        }
    }
}

/// A question that was asked; withdrawn when dropped.
pub struct Asked {
    answers: Receiver<Answer>,
    number: u64,
    line: Line,
}

impl Asked {
    /// Where the answer comes. One at most does; where the desk ends before, none does, and the sender is gone.
    #[must_use]
    pub const fn answers(&self) -> &Receiver<Answer> {
        &self.answers
    }
}

impl fmt::Debug for Asked {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Asked").field("number", &self.number).finish_non_exhaustive()
    }
}

impl Drop for Asked {
    fn drop(&mut self) {
        self.line.tell(Order::Withdraw(self.number));
    }
}

/// The way to the thread.
#[derive(Debug, Clone)]
struct Line {
    orders: Sender<Order>,
    /// Its window without a picture, as a number.
    window: usize,
}

impl Line {
    /// Nobody takes orders once the desk has ended, and nobody has to.
    fn tell(&self, order: Order) {
        if self.orders.send(order).is_ok() {
            let window = HWND(std::ptr::with_exposed_provenance_mut(self.window));
            // SAFETY: takes any value for a window; the message carries nothing.
            let _ = unsafe { PostMessageW(Some(window), WAKE, WPARAM(0), LPARAM(0)) };
        }
    }
}
