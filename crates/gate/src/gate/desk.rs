//! What another process of the user may ask and say of this server: the terminal's side of the gate.

use std::time::Duration;

use super::Gate;
use crate::{
    approver::{Answer, Standing},
    terminal::{NotDone, OpenQuestion},
};

impl Gate {
    /// The questions that are open.
    #[must_use]
    pub fn questions(&self) -> Vec<OpenQuestion> {
        self.approvals.terminal.questions()
    }

    /// Says yes to a question, with the code that is shown with it; `lasts` says it for the same act on the same target
    /// for a while.
    ///
    /// # Errors
    /// There is no such question, nothing shows a code, or this is not it.
    pub fn allow(&self, id: &str, code: &str, lasts: bool) -> Result<(), NotDone> {
        let answer = if lasts { Answer::ForThisTarget } else { Answer::Once };
        self.approvals.terminal.allow(id, code, answer)
    }

    /// Says no to a question; `stops` stops the session too.
    ///
    /// # Errors
    /// There is no such question.
    pub fn deny(&self, id: &str, stops: bool) -> Result<(), NotDone> {
        self.approvals.terminal.deny(id, if stops { Answer::NoAndStop } else { Answer::No })
    }

    /// How the session stands, in a word: `working`, `stopped`, `locked`.
    #[must_use]
    pub fn state(&self) -> &'static str {
        match self.standing() {
            Standing::Working { .. } => "working",
            Standing::Locked => "locked",
            Standing::Stopped { .. } => "stopped",
        }
    }

    /// How old the session is; nothing before the first call.
    #[must_use]
    pub fn age(&self) -> Duration {
        let age = self.session().map_or(0, |session| session.look(|_, now| now));
        Duration::from_millis(age)
    }

    /// The processes that the session started, by their ids.
    #[must_use]
    pub fn launched(&self) -> Vec<u32> {
        self.session().map(|session| session.look(|state, _| state.launched.clone())).unwrap_or_default()
    }
}
