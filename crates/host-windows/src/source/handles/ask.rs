//! Messages to a window that may not answer: each with a time-out that never outlasts the job.

use std::{
    collections::HashMap,
    sync::{
        Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};

use model::{
    Code, Fault,
    ui::{Content, escape},
};
use windows::Win32::{
    Foundation::{ERROR_ACCESS_DENIED, GetLastError, LPARAM, SetLastError, WIN32_ERROR, WPARAM},
    UI::WindowsAndMessaging::{
        PostMessageW, SMTO_ABORTIFHUNG, SMTO_ERRORONEXIT, SendMessageTimeoutW, WM_GETTEXT, WM_GETTEXTLENGTH,
    },
};

use super::{control, landing::Landing, remote::Closed, text};
use crate::{
    input::{go_on, handle},
    source::Job,
};

/// A single answer is waited for at most so long while a whole tree is read.
const PATIENCE: Duration = Duration::from_secs(2);

/// Why there is no answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Silence {
    /// The control is gone.
    Gone,
    /// Its thread does not answer.
    Deaf,
    /// The system lets no message of ours reach it.
    Refused,
    /// The memory of its process cannot be used.
    Closed(Closed),
    /// The job is over: cancelled, or its time is up.
    Over(Fault),
}

/// A message that asks for a number or a text, and its first parameter; the second is 0, or room for the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct Question {
    pub(super) message: u32,
    first: usize,
}

/// What a control answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Answer {
    /// A number.
    Number(isize),
    /// A text.
    Text(String),
}

/// What was answered, by control.
type Answers = HashMap<u64, HashMap<Question, Answer>>;

/// Asks the controls of one window; from several threads, too.
#[derive(Debug)]
pub(super) struct Ask<'a> {
    job: &'a Job,
    /// The window's title, for messages.
    title: String,
    /// When to stop asking.
    until: Instant,
    patience: Duration,
    deaf: AtomicBool,
    /// One for each thread that asks for a text.
    landings: Mutex<Vec<Landing>>,
    /// What was answered while a tree is read: nothing is asked twice.
    answers: Option<Mutex<Answers>>,
}

impl<'a> Ask<'a> {
    /// For an act or a single look: all the time there is.
    pub(super) fn all_the_time(window: u64, job: &'a Job) -> Self {
        let title = control::internal_text(window, 200);
        let patience = Duration::from_secs(60);
        Self {
            job,
            title,
            until: job.deadline,
            patience,
            deaf: AtomicBool::new(false),
            landings: Mutex::default(),
            answers: None,
        }
    }

    /// For a tree: stops early enough to give what was read by then.
    pub(super) fn for_tree(window: u64, job: &'a Job) -> Self {
        let left = job.deadline.saturating_duration_since(Instant::now());
        let until = Instant::now() + left.saturating_sub((left / 5).min(Duration::from_millis(500)));
        // One that does not answer leaves time for what needs no answer.
        let patience = PATIENCE.min(until.saturating_duration_since(Instant::now()) / 2);
        let answers = Some(Mutex::default());
        Self { until, patience, answers, ..Self::all_the_time(window, job) }
    }

    /// Knows from now on what a control answers.
    pub(super) fn know(&self, control: u64, known: impl IntoIterator<Item = (Question, Answer)>) {
        if let Some(answers) = &self.answers {
            lock(answers).entry(control).or_default().extend(known);
        }
    }

    /// Takes all that was answered, by control.
    pub(super) fn take_answers(&self) -> Answers {
        self.answers.as_ref().map(|answers| std::mem::take(&mut *lock(answers))).unwrap_or_default()
    }

    fn known(&self, control: u64, question: Question) -> Option<Answer> {
        lock(self.answers.as_ref()?).get(&control)?.get(&question).cloned()
    }

    /// Whether a message was not answered; none is sent after that.
    pub(super) fn is_deaf(&self) -> bool {
        self.deaf.load(Ordering::Relaxed)
    }

    /// Whether the time to read is over.
    pub(super) fn is_late(&self) -> bool {
        Instant::now() >= self.until
    }

    /// Goes on, unless cancelled or past the deadline.
    pub(super) fn go_on(&self) -> Result<(), Fault> {
        go_on(self.job)
            .map_err(|fault| if fault.code == Code::Timeout { self.not_responding() } else { fault })
    }

    /// The failure of a window that does not answer.
    pub(super) fn not_responding(&self) -> Fault {
        let message = format!("window `{}` did not answer in time", escape(&self.title, 80));
        Fault::new(Code::TargetNotResponding, message).hint("it may be busy; try again later")
    }

    /// Why an element could not be asked, as the failure of the call.
    pub(super) fn fault(&self, silence: Silence) -> Fault {
        match silence {
            Silence::Gone => Fault::new(Code::StaleElement, "the element went away"),
            Silence::Deaf => self.not_responding(),
            Silence::Refused => {
                let message = format!("window `{}` takes no messages from here", escape(&self.title, 80));
                Fault::new(Code::NotSupportedByTarget, message)
            }
            Silence::Closed(closed) => {
                let message = format!("window `{}`: {}", escape(&self.title, 80), closed.words());
                Fault::new(Code::NotSupportedByTarget, message)
            }
            Silence::Over(fault) => fault,
        }
    }

    /// Sends a message that carries numbers, or an address in the memory of the target.
    pub(super) fn send(&self, to: u64, message: u32, first: usize, second: isize) -> Result<isize, Silence> {
        let question = Question { message, first };
        if second == 0
            && let Some(Answer::Number(known)) = self.known(to, question)
        {
            return Ok(known);
        }
        // SAFETY: neither parameter is an address in this process.
        let reply = unsafe { self.send_with(to, message, first, second) }?;
        if second == 0 {
            self.know(to, [(question, Answer::Number(reply))]);
        }
        Ok(reply)
    }

    /// Sends a message.
    ///
    /// # Safety
    /// An address in `second` must be what the message takes, with the room it says, for as long as this lasts:
    /// past the time-out the system reads and writes it no more.
    unsafe fn send_with(&self, to: u64, message: u32, first: usize, second: isize) -> Result<isize, Silence> {
        self.go_on().map_err(Silence::Over)?;
        if self.is_deaf() {
            return Err(Silence::Deaf);
        }
        let left = self.until.saturating_duration_since(Instant::now()).min(self.patience);
        let left = u32::try_from(left.as_millis()).unwrap_or(u32::MAX).max(1);
        let mut reply = 0_usize;
        // SAFETY: takes this thread's own error number.
        unsafe { SetLastError(WIN32_ERROR(0)) };
        // SAFETY: `reply` lives through the call; the caller vouches for what `second` points to.
        let answered = unsafe {
            SendMessageTimeoutW(
                handle(to),
                message,
                WPARAM(first),
                LPARAM(second),
                SMTO_ABORTIFHUNG | SMTO_ERRORONEXIT,
                left,
                Some(&raw mut reply),
            )
        };
        if answered.0 != 0 {
            return Ok(reply.cast_signed());
        }
        // SAFETY: reads this thread's own error number.
        let error = unsafe { GetLastError() };
        if !control::exists(to) {
            return Err(Silence::Gone);
        }
        if error == ERROR_ACCESS_DENIED {
            return Err(Silence::Refused);
        }
        self.deaf.store(true, Ordering::Relaxed);
        self.go_on().map_err(Silence::Over)?;
        Err(Silence::Deaf)
    }

    /// Sends a message that takes a NUL-terminated text.
    pub(super) fn send_text(
        &self,
        to: u64,
        message: u32,
        first: usize,
        units: &[u16],
    ) -> Result<isize, Silence> {
        debug_assert!(units.last() == Some(&0));
        let address = units.as_ptr().expose_provenance().cast_signed();
        // SAFETY: the units end with a NUL and live through the call; the system copies them to the target.
        unsafe { self.send_with(to, message, first, address) }
    }

    /// Sends a message that fills in a plain structure which the system carries over.
    ///
    /// # Safety
    /// `value` must be what the message writes to.
    pub(super) unsafe fn send_value<T: Copy>(
        &self,
        to: u64,
        message: u32,
        first: usize,
        value: &mut T,
    ) -> Result<isize, Silence> {
        let address = (&raw mut *value).expose_provenance().cast_signed();
        // SAFETY: `value` lives through the call, and the caller vouches for its type.
        unsafe { self.send_with(to, message, first, address) }
    }

    /// The text of a control by `WM_GETTEXT`, at most `most` characters.
    pub(super) fn window_text(&self, to: u64, most: usize) -> Result<String, Silence> {
        let question = Question { message: WM_GETTEXT, first: most };
        if let Some(Answer::Text(known)) = self.known(to, question) {
            return Ok(known);
        }
        let mut units = vec![0_u16; most.saturating_mul(2).saturating_add(2)];
        let address = units.as_mut_ptr().expose_provenance().cast_signed();
        // SAFETY: the buffer has the room that is said and lives through the call.
        let length = unsafe { self.send_with(to, WM_GETTEXT, units.len(), address) }?;
        let length = usize::try_from(length).unwrap_or_default().min(units.len() - 1);
        if length == 0 && !control::exists(to) {
            return Err(Silence::Gone); // it went away over the question
        }
        let text = text::decode_z(units.get(..length).unwrap_or_default(), most);
        self.know(to, [(question, Answer::Text(text.clone()))]);
        Ok(text)
    }

    /// The content of a field: its beginning, and only where that fills its room also how long it is and what lies
    /// behind.
    pub(super) fn content(&self, to: u64) -> Result<Content, Silence> {
        let beginning = self.window_text(to, Content::SHOWN)?;
        if beginning.chars().count() < Content::SHOWN {
            return Ok(Content::new(&beginning, 0));
        }
        let length = usize::try_from(self.send(to, WM_GETTEXTLENGTH, 0, 0)?).unwrap_or_default();
        let text = self.window_text(to, length.clamp(Content::SHOWN, Content::READ))?;
        // A control may say that it has more than it gives, and counts in UTF-16 units.
        let unread =
            if length > Content::READ { length - text.encode_utf16().count().min(length) } else { 0 };
        Ok(Content::new(&text, unread as u64))
    }

    /// The same with no more room than the control says it needs, at most `most` characters.
    pub(super) fn whole_text(&self, to: u64, most: usize) -> Result<String, Silence> {
        let length = self.send(to, WM_GETTEXTLENGTH, 0, 0)?;
        self.window_text(to, usize::try_from(length).unwrap_or_default().min(most))
    }

    /// The text of an entry (`LB_GETTEXT`, `CB_GETLBTEXT`): the message names no room, so whatever the target
    /// sends lands where more than fits ends in front of a page that cannot be written.
    pub(super) fn entry_text(
        &self,
        to: u64,
        message: u32,
        index: usize,
        most: usize,
    ) -> Result<String, Silence> {
        let question = Question { message, first: index };
        if let Some(Answer::Text(known)) = self.known(to, question) {
            return Ok(known);
        }
        let mut landing = lock(&self.landings).pop().unwrap_or_default();
        let Some(address) = landing.clear() else { return Ok(String::new()) };
        // SAFETY: the landing takes any length: what goes beyond it meets a page that may not be written.
        let length = unsafe { self.send_with(to, message, index, address) }?;
        let text = landing.text(usize::try_from(length).unwrap_or_default(), most);
        lock(&self.landings).push(landing);
        self.know(to, [(question, Answer::Text(text.clone()))]);
        Ok(text)
    }

    /// Posts a message: what handles it may take its time, or open a dialog.
    pub(super) fn post(&self, to: u64, message: u32, first: usize, second: isize) -> Result<(), Silence> {
        self.go_on().map_err(Silence::Over)?;
        // SAFETY: neither parameter is an address in this process.
        match unsafe { PostMessageW(Some(handle(to)), message, WPARAM(first), LPARAM(second)) } {
            Ok(()) => Ok(()),
            Err(_) if !control::exists(to) => Err(Silence::Gone),
            Err(_) => Err(Silence::Refused),
        }
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
