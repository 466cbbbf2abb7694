//! What people do to a session besides answering: who stopped it, who let it go on.
//!
//! Untrusted: a command at a terminal may come from what the agent started; that is told, and no more made of it here.
//! Guarantees: what is recorded names the way by which it came, and the process behind a command as the system tells it.
//! Does not: know which person it was, or whether a command was a person's.

use policy::config::Channel;
use serde_json::{Value, json};

/// By what a session is stopped, paused, resumed, or freed of its taint.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum By {
    /// The stop key.
    Key,
    /// A button of the badge.
    Badge,
    /// The answer to a question, through this channel; through the client it may be the agent's own.
    Answer(Channel),
    /// A command of this process.
    Terminal(Caller),
    /// The workstation, whoever locked it.
    Workstation,
}

/// The process that gave a command.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Caller {
    /// Its id, where the system tells.
    pub pid: Option<u32>,
    /// Full path of its executable; empty where it cannot be known.
    pub program: String,
    /// Whether it descends from what the session started; nothing where that cannot be told.
    pub of_session: Option<bool>,
}

impl By {
    /// As it is recorded.
    pub(crate) fn record(&self, what: What) -> Value {
        match self {
            Self::Key => json!({ "what": what.name(), "by": "key" }),
            Self::Badge => json!({ "what": what.name(), "by": "badge" }),
            Self::Workstation => json!({ "what": what.name(), "by": "workstation" }),
            Self::Answer(channel) => json!({ "what": what.name(), "by": "answer", "channel": channel }),
            Self::Terminal(Caller { pid, program, of_session }) => json!({
                "what": what.name(),
                "by": "terminal",
                "pid": pid,
                "program": program,
                "of_session": of_session,
            }),
        }
    }
}

/// What is done to a session.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum What {
    Stop,
    Resume,
    ClearTaint,
    Lock,
    Unlock,
}

impl What {
    const fn name(self) -> &'static str {
        match self {
            Self::Stop => "stop",
            Self::Resume => "resume",
            Self::ClearTaint => "clear_taint",
            Self::Lock => "lock",
            Self::Unlock => "unlock",
        }
    }
}
