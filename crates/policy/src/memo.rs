//! Verdicts on questions that were asked before: an agent that looks at the same window again asks the same again.
//!
//! Untrusted: every text in a question.
//! Guarantees: a verdict is given again only where all is equal that a policy can ask about: who, what, on which resource,
//! and every fact that any policy on it names.
//! Does not: outlive its set of policies, or hold more than a few questions.

use std::{
    collections::HashMap,
    sync::{Mutex, MutexGuard, PoisonError},
};

use model::{Kind, Operation, registry::Machine, ui::Role, ui::WindowKey};

use crate::{Verdict, fact::Named, on_registry::KeyGiven, request::Given};

/// So many questions are remembered.
const MOST: usize = 128;

/// What Cedar is asked, in plain terms.
#[derive(Debug, PartialEq, Eq, Hash)]
pub(crate) struct Asked {
    kind: Kind,
    session: String,
    /// Which program calls, and for whom.
    caller: [String; 2],
    subject: Subject,
    /// The facts but for `approved` and `dry_run`.
    pub(crate) facts: Named,
}

/// What the resource and all that it lies in are made of.
#[derive(Debug, PartialEq, Eq, Hash)]
enum Subject {
    Key { folded: String, machine: Machine },
    Window { key: WindowKey, program: String, element: Option<(Role, String)> },
    Program(String),
    Clipboard,
    Desktop,
}

impl Subject {
    fn of(given: &Given<'_>) -> Self {
        if let Some(KeyGiven { name, machine, .. }) = given.key {
            return Self::Key { folded: name.folded().to_owned(), machine: machine.clone() };
        }
        if let Some(target) = given.target {
            let element = target.element.as_ref();
            return Self::Window {
                key: target.window.key,
                program: target.window.process.path.clone(),
                element: element.map(|element| (element.role, element.automation_id.clone())),
            };
        }
        match (&given.facts.launch, given.operation) {
            (Some(launch), _) => Self::Program(launch.path.clone()),
            (None, Operation::ClipboardRead(_) | Operation::ClipboardWrite(_)) => Self::Clipboard,
            (None, _) => Self::Desktop,
        }
    }
}

impl Asked {
    pub(crate) fn new(given: &Given<'_>, facts: Named) -> Self {
        let session = given.circumstances.session.to_owned();
        let client = &given.circumstances.call.client;
        let caller = [client.path.clone(), client.user.clone()];
        Self { kind: given.kind, session, caller, subject: Subject::of(given), facts }
    }
}

/// The last questions and their verdicts.
#[derive(Debug, Default)]
pub(crate) struct Memo(Mutex<HashMap<Asked, Verdict>>);

impl Memo {
    pub(crate) fn verdict(&self, asked: &Asked) -> Option<Verdict> {
        self.known().get(asked).cloned()
    }

    pub(crate) fn keep(&self, asked: Asked, verdict: &Verdict) {
        let mut known = self.known();
        if known.len() >= MOST {
            known.clear();
        }
        known.insert(asked, verdict.clone());
    }

    fn known(&self) -> MutexGuard<'_, HashMap<Asked, Verdict>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
#[path = "tests/memo.rs"]
mod tests;
