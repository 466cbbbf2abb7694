//! The port to a person: what is asked, and how they can answer.

use std::{
    collections::BTreeSet,
    fmt,
    future::Future,
    pin::Pin,
    time::{Duration, Instant},
};

use model::{Group, Preview, SecretText};
use policy::{Reason, config::Channel};
use serde_json::Value;

use crate::change::{Change, Line};

/// A way to ask a person.
pub trait Approver: Send + Sync + fmt::Debug {
    /// Which way it is.
    fn channel(&self) -> Channel;

    /// Begins what takes long to get ready, and returns at once.
    fn prepare(&self) {}

    /// When the person last used mouse or keyboard, where this channel sees that; what programs send does not count.
    fn last_user_input(&self) -> Option<Instant> {
        None
    }

    /// Whether a person who is asked by it sees the question's code, and nobody else does.
    fn shows_codes(&self) -> bool {
        false
    }

    /// Shows how the session stands, where this channel has something that is always there.
    fn show(&self, _: &Standing) {}

    /// Asks, and waits for the answer. The future is dropped when the time is over or the call is cancelled: the
    /// question is then withdrawn.
    fn ask<'a>(&'a self, question: &'a Question) -> Pin<Box<dyn Future<Output = Answer> + Send + 'a>>;
}

/// How a session stands, for whoever sits before it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Standing {
    /// Calls are answered.
    Working {
        /// What the person should know of it.
        note: Option<String>,
    },
    /// Nothing is done while the workstation is locked.
    Locked,
    /// Nothing is done until a person resumes it.
    Stopped {
        /// Why, in words.
        why: String,
        /// What a person types at a terminal to resume.
        code: Option<SecretText>,
    },
}

/// What a person is asked: whether this operation may be done to this target.
#[derive(Debug, Clone, PartialEq)]
pub struct Question {
    /// What it is called at a terminal; empty where it cannot be answered there.
    pub id: String,
    /// What a person types at a terminal to say yes; only channels that show it to nobody else get it.
    pub code: Option<SecretText>,
    /// The tool that was called.
    pub tool: &'static str,
    /// What would be done, as it is recorded: typed text and the like by their length only.
    pub operation: Value,
    /// The target in a line, where there is one.
    pub target: Option<String>,
    /// What it would change, for channels that only a person reads.
    pub change: Change,
    /// The target as it looks now, for channels that show it.
    pub picture: Option<Preview>,
    /// Who asks: the program that started the server, and what the client says it is.
    pub by: String,
    /// Why a person is asked.
    pub reasons: Vec<Reason>,
    /// What the operation would do.
    pub effects: BTreeSet<Group>,
    /// What the session has read before that others wrote, each source in a line.
    pub taint: Vec<String>,
    /// How long the question stands.
    pub wait: Duration,
}

impl Question {
    /// The operation, with nothing in its texts that could hide or reorder what is read.
    #[must_use]
    pub fn in_one_line(&self) -> String {
        model::ui::plain(&self.operation.to_string(), usize::MAX)
    }

    /// In full, for channels that only a person reads.
    #[must_use]
    pub fn in_full(&self) -> String {
        let mut text = self.to_string();
        let Change { before, after, lines } = &self.change;
        let after = after.as_ref().map(SecretText::expose);
        for (name, what) in [("It holds now", before.as_deref()), ("It would put there", after)] {
            if let Some(what) = what {
                text.push_str(&format!("\n{name}: {}", model::ui::plain(what, usize::MAX)));
            }
        }
        for Line { label, text: line } in lines {
            text.push_str(&format!("\n{label}: {}", line.expose()));
        }
        text
    }
}

impl fmt::Display for Question {
    /// A line for each thing that matters; what is typed by its length only.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "An agent wants to use `{}`.", self.tool)?;
        if let Some(target) = &self.target {
            writeln!(f, "Target: {target}")?;
        }
        writeln!(f, "In full: {}", self.in_one_line())?;
        let effects: Vec<&str> = self.effects.iter().map(|group| group.name()).collect();
        writeln!(f, "Effects: {}", effects.join(", "))?;
        writeln!(f, "Asked by: {}", self.by)?;
        for reason in &self.reasons {
            writeln!(f, "Why you are asked: {} (policy `{}`)", reason.text, reason.policy)?;
        }
        for read in &self.taint {
            writeln!(f, "Before this it read what others wrote: {read}")?;
        }
        write!(f, "It cannot be undone.")
    }
}

/// What a person says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Answer {
    /// Yes, this time.
    Once,
    /// Yes, and for the same act on the same target for a while.
    ForThisTarget,
    /// No.
    No,
    /// No, and the session is to stop.
    NoAndStop,
    /// Nothing: the question was closed, or its channel ended.
    Nothing,
    /// This channel cannot ask now.
    Unavailable,
}
