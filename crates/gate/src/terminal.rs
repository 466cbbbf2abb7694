//! The terminal as a channel: what another process of the user may answer, and with which proof.
//!
//! Untrusted: whoever asks; the agent may have started them.
//! Guarantees: a yes needs the code of this very question, which only a channel shows that nobody but the person sees;
//! a code holds once, and not after the question; three wrong ones are a no.
//! Does not: know who types; who may ask at all is for whoever takes the requests.

use std::{
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use model::SecretText;
use thiserror::Error;
use tokio::sync::Notify;

use crate::approver::{Answer, Question};

/// Codes that may be tried.
pub(crate) const TRIES: u8 = 3;

/// Why something that was asked for at a terminal was not done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum NotDone {
    /// There is none of this id, or it was answered.
    #[error("there is no such open question")]
    NoQuestion,
    /// A yes could be anybody's.
    #[error(
        "nothing shows a code for it that only a person sees, so it cannot be allowed here: answer where it is asked"
    )]
    NoCode,
    /// It is another code.
    #[error("this is not the code; {0} more tries")]
    WrongCode(u8),
    /// It was one too many.
    #[error("this is not the code, for the third time: the answer is no")]
    TriedTooOften,
    /// There is nothing to resume.
    #[error("the session is not stopped")]
    NotStopped,
    /// The session's state, or the record of this, cannot be written.
    #[error("the session's state or its record cannot be written")]
    NotWritten,
}

/// A question as a terminal shows it.
#[derive(Debug, Clone, PartialEq)]
pub struct OpenQuestion {
    /// What it is called.
    pub id: String,
    /// In full.
    pub text: String,
    /// The tool that was called.
    pub tool: &'static str,
    /// The target in a line, where there is one.
    pub target: Option<String>,
    /// How long it is still open.
    pub left: Duration,
    /// Whether it can be allowed at a terminal.
    pub has_code: bool,
}

/// What was said at a terminal, or elsewhere.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Said {
    Answer(Answer),
    /// Too many codes were wrong.
    TriedTooOften,
}

/// The question that is open, if one is.
#[derive(Debug, Default)]
pub(crate) struct Terminal {
    open: Arc<Mutex<Option<Open>>>,
}

#[derive(Debug)]
struct Open {
    question: Question,
    until: Instant,
    code: Option<Code>,
    said: Option<Said>,
    news: Arc<Notify>,
}

/// A question that can be answered at a terminal, until this is dropped.
#[derive(Debug)]
pub(crate) struct Asked {
    open: Arc<Mutex<Option<Open>>>,
    news: Arc<Notify>,
}

impl Terminal {
    /// Opens a question, which gets its id, and its code where something shows one. One at a time is open.
    pub(crate) fn open(&self, question: &mut Question, shows_codes: bool) -> Asked {
        let code = shows_codes.then(Code::new).flatten();
        question.id = random_text(8, 16).unwrap_or_default();
        let mut listed = question.clone();
        listed.code = None;
        question.code = code.as_ref().map(Code::shown);
        let news = Arc::new(Notify::new());
        let open = Open {
            until: Instant::now() + question.wait,
            question: listed,
            code,
            said: None,
            news: Arc::clone(&news),
        };
        *held(&self.open) = Some(open);
        Asked { open: Arc::clone(&self.open), news }
    }

    /// What is open.
    pub(crate) fn questions(&self) -> Vec<OpenQuestion> {
        let of = |open: &Open| OpenQuestion {
            id: open.question.id.clone(),
            text: open.question.in_full(),
            tool: open.question.tool,
            target: open.question.target.clone(),
            left: open.until.saturating_duration_since(Instant::now()),
            has_code: open.code.is_some(),
        };
        held(&self.open).iter().filter(|open| open.said.is_none()).map(of).collect()
    }

    /// A yes, with the question's code.
    pub(crate) fn allow(&self, id: &str, code: &str, answer: Answer) -> Result<(), NotDone> {
        let mut open = held(&self.open);
        let open = find(&mut open, id)?;
        match open.code.as_mut().ok_or(NotDone::NoCode)?.check(code) {
            Checked::Right => open.say(Said::Answer(answer)),
            Checked::Wrong(left) => return Err(NotDone::WrongCode(left)),
            Checked::Spent => {
                open.say(Said::TriedTooOften);
                return Err(NotDone::TriedTooOften);
            }
        }
        Ok(())
    }

    /// A no, which needs no proof.
    pub(crate) fn deny(&self, id: &str, answer: Answer) -> Result<(), NotDone> {
        let mut open = held(&self.open);
        find(&mut open, id)?.say(Said::Answer(answer));
        Ok(())
    }
}

impl Open {
    fn say(&mut self, said: Said) {
        self.said = Some(said);
        self.news.notify_one();
    }
}

impl Asked {
    /// What is said to it; waits for that.
    pub(crate) async fn said(&self) -> Said {
        loop {
            if let Some(said) = held(&self.open).as_ref().and_then(|open| open.said) {
                return said;
            }
            self.news.notified().await;
        }
    }
}

impl Drop for Asked {
    fn drop(&mut self) {
        *held(&self.open) = None;
    }
}

fn find<'a>(open: &'a mut Option<Open>, id: &str) -> Result<&'a mut Open, NotDone> {
    open.as_mut().filter(|open| open.question.id == id && open.said.is_none()).ok_or(NotDone::NoQuestion)
}

/// A panic while it was held has left an answer out.
fn held(open: &Mutex<Option<Open>>) -> MutexGuard<'_, Option<Open>> {
    open.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Six digits that hold once.
#[derive(Debug)]
pub(crate) struct Code {
    digits: SecretText,
    wrong: u8,
}

/// What comes of a try.
#[derive(Debug, PartialEq, Eq)]
#[must_use]
pub(crate) enum Checked {
    Right,
    /// Not it; so many tries are left.
    Wrong(u8),
    /// Not it, and nothing is from now on.
    Spent,
}

impl Code {
    /// None where the system gives no random numbers.
    pub(crate) fn new() -> Option<Self> {
        Some(Self { digits: SecretText::new(random_text(6, 10)?), wrong: 0 })
    }

    pub(crate) fn shown(&self) -> SecretText {
        self.digits.clone()
    }

    /// Spaces do not count.
    pub(crate) fn check(&mut self, typed: &str) -> Checked {
        let typed = SecretText::new(typed.split_whitespace().collect());
        if self.wrong >= TRIES {
            return Checked::Spent;
        }
        if typed == self.digits {
            return Checked::Right;
        }
        self.wrong += 1;
        match TRIES - self.wrong {
            0 => Checked::Spent,
            left => Checked::Wrong(left),
        }
    }
}

/// So many random digits to this base, at most 16.
fn random_text(digits: usize, base: u8) -> Option<String> {
    let mut text = String::new();
    while text.len() < digits {
        let mut random = [0];
        getrandom::fill(&mut random).ok()?;
        let [byte] = random;
        // What does not come out even is thrown again: each digit is as likely.
        if byte < u8::MAX / base * base {
            text.push(char::from_digit(u32::from(byte % base), u32::from(base))?);
        }
    }
    Some(text)
}

#[cfg(test)]
#[path = "tests/terminal.rs"]
mod tests;
