//! What a terminal and a server say to each other: a line of JSON each way.

use serde::{Deserialize, Serialize};

/// The most that a line may be, bytes.
pub const MOST: u64 = 1 << 20;

/// What a terminal wants.
#[derive(Debug, Serialize, Deserialize)]
#[serde(tag = "do", rename_all = "snake_case", deny_unknown_fields)]
pub enum Request {
    /// To know how the session stands and what is asked.
    State,
    /// The session stopped.
    Stop {
        /// If it is this one.
        session: Option<String>,
    },
    /// The session resumed.
    Resume {
        /// The code of the badge.
        code: String,
        /// As if it had read nothing that others wrote.
        clear_taint: bool,
    },
    /// A question answered with yes.
    Allow {
        /// Which.
        id: String,
        /// The code that is shown with it.
        code: String,
        /// Also the next times, for a while.
        lasts: bool,
    },
    /// A question answered with no.
    Deny {
        /// Which.
        id: String,
        /// The session stopped, too.
        stop: bool,
    },
}

/// What a server answers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "is", rename_all = "snake_case")]
pub enum Reply {
    /// How things stand.
    State(State),
    /// It was done, for this session.
    Done {
        /// The session's id; empty before its first call.
        session: String,
    },
    /// There is nothing here that was meant.
    NotHere,
    /// It was not done.
    Refused {
        /// Why.
        why: String,
    },
}

/// How a server's session stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct State {
    /// The session's id; empty before its first call.
    pub session: String,
    /// `working`, `stopped` or `locked`.
    pub state: String,
    /// What is asked.
    pub questions: Vec<Asked>,
}

/// A question that is open.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Asked {
    /// What it is called.
    pub id: String,
    /// The tool that was called.
    pub tool: String,
    /// The target in a line, where there is one.
    pub target: Option<String>,
    /// In full.
    pub text: String,
    /// How long it is still open.
    pub seconds_left: u64,
    /// Whether something shows a code for it.
    pub has_code: bool,
}
