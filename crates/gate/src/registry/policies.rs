//! Asking policies about keys that an operation meets and does not name.
//!
//! Untrusted: the machine's registry; a gate that is slow to answer.
//! Guarantees: a key that was not judged is not used: silence, an error and an answer too few are refusals, and none of them
//! lasts longer than the call; children of one key are asked about together.
//! Does not: know policies, or judge by the rules, which come first.

use std::{
    cell::{Cell, RefCell},
    collections::HashMap,
    fmt,
    time::Instant,
};

use model::{Code, Fault, registry::RegistryKeyName};
use serde::{Deserialize, Serialize};

use super::work::{Work, shown};

/// Names in one question at most.
pub const MOST_NAMES: usize = 1_024;
/// Verdicts that are kept, so that nobody is asked twice.
const MOST_KEPT: usize = 20_000;
/// Keys of which it is told that what lies below them needs approval.
const MOST_NOTED: usize = 20;

/// Who knows what policies say; asked where the operation runs, in whichever process that is.
pub trait Policies: Send + Sync + fmt::Debug {
    /// What policies say of each key of a question, in its order. Blocks, until `until` at most.
    ///
    /// # Errors
    /// `TIMEOUT`, `CANCELLED`, `LIMIT_EXCEEDED`: no key of the question may be used.
    fn judge(
        &self,
        question: &Question,
        until: Instant,
        cancelled: &dyn Fn() -> bool,
    ) -> Result<Vec<Said>, Fault>;
}

/// Keys of which it is not known what policies say.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Question {
    /// Which of the operation's keys led to them.
    pub index: usize,
    /// Whether they are created with one below; else what is done with the named key is done with them.
    pub created: bool,
    /// The kernel's names for them, at most [`MOST_NAMES`].
    pub names: Vec<String>,
}

/// What policies say of a key.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Said {
    /// It may be used.
    Yes,
    /// It may be, if a person says so, and nobody has asked one.
    Asks,
    /// It may not.
    No {
        /// With which code.
        code: Code,
        /// The reasons, each with its policy.
        why: String,
    },
}

/// Policies, as one run of an operation asks them.
#[derive(Debug, Default)]
pub struct Asker<'a> {
    policies: Option<&'a dyn Policies>,
    index: Cell<usize>,
    known: RefCell<HashMap<(usize, bool, String), Said>>,
    noted: RefCell<Vec<String>>,
}

impl<'a> Asker<'a> {
    /// Asks these; nobody where no policy can tell keys apart.
    #[must_use]
    pub fn new(policies: Option<&'a dyn Policies>) -> Self {
        Self { policies, ..Self::default() }
    }

    pub(super) const fn is_idle(&self) -> bool {
        self.policies.is_none()
    }

    /// From here on keys are met because of the operation's key at `index`.
    pub(super) fn at(&self, index: usize) {
        self.index.set(index);
    }

    pub(super) fn index(&self) -> usize {
        self.index.get()
    }

    /// Notes that below a key, by the caller's path, something was left out that needs approval.
    pub(super) fn note(&self, path: &str) {
        let mut noted = self.noted.borrow_mut();
        if noted.len() < MOST_NOTED && !noted.iter().any(|known| known == path) {
            noted.push(path.to_owned());
        }
    }

    /// What was noted.
    pub(super) fn noted(&self) -> Vec<String> {
        self.noted.take()
    }

    fn known(&self, created: bool, name: &RegistryKeyName) -> Option<Said> {
        let key = (self.index.get(), created, name.folded().to_owned());
        self.known.borrow().get(&key).cloned()
    }

    fn keep(&self, created: bool, name: &RegistryKeyName, said: Said) {
        let mut known = self.known.borrow_mut();
        if known.len() >= MOST_KEPT {
            known.clear();
        }
        known.insert((self.index.get(), created, name.folded().to_owned()), said);
    }
}

impl Work<'_> {
    /// What policies say of a key that is met. Where that is not known yet, those that `others` tells of, of which the same will be
    /// asked soon, are asked about with it.
    pub(super) fn word(
        &self,
        name: &RegistryKeyName,
        others: impl FnOnce() -> Result<Vec<RegistryKeyName>, Fault>,
    ) -> Result<Said, Fault> {
        self.word_on(false, name, others)
    }

    fn word_on(
        &self,
        created: bool,
        name: &RegistryKeyName,
        others: impl FnOnce() -> Result<Vec<RegistryKeyName>, Fault>,
    ) -> Result<Said, Fault> {
        let Some(policies) = self.policies.policies else { return Ok(Said::Yes) };
        if let Some(said) = self.policies.known(created, name) {
            return Ok(said);
        }
        let mut names = vec![name.clone()];
        names.extend(others()?);
        names.truncate(MOST_NAMES);
        let question = Question {
            index: self.policies.index(),
            created,
            names: names.iter().map(|name| name.as_str().to_owned()).collect(),
        };
        let said = policies.judge(&question, self.deadline, self.cancelled)?;
        self.step()?;
        if said.len() != names.len() {
            return Err(Fault::new(Code::PolicyError, "not every key below was judged"));
        }
        for (name, said) in names.iter().zip(&said).skip(1) {
            self.policies.keep(created, name, said.clone());
        }
        let said =
            said.into_iter().next().ok_or_else(|| Fault::new(Code::PolicyError, "no key was judged"))?;
        self.policies.keep(created, name, said.clone());
        Ok(said)
    }

    /// Whether a key that is not there may be created with one below it.
    pub(super) fn creatable(&self, name: &RegistryKeyName, path: &str) -> Result<(), Fault> {
        if self.policies.is_idle() || self.names(self.policies.index(), path)?.contains(name) {
            return Ok(());
        }
        match self.word_on(true, name, || Ok(Vec::new()))? {
            Said::Yes => Ok(()),
            Said::Asks => {
                let message = format!("`{}` is not there, and creating it needs approval", shown(path));
                Err(Fault::new(Code::ApprovalRequired, message).hint("create it in a call of its own"))
            }
            Said::No { code, why } => Err(denied(code, &format!("`{}`: {why}", shown(path)))),
        }
    }

    /// Whether a key may be deleted with `whole`, which lies above it; it does not tell which.
    pub(super) fn deletable(
        &self,
        name: &RegistryKeyName,
        (whole, above): (&str, &str),
        others: impl FnOnce() -> Result<Vec<RegistryKeyName>, Fault>,
    ) -> Result<(), Fault> {
        match self.word(name, others)? {
            Said::Yes => Ok(()),
            Said::Asks => {
                let message = format!(
                    "keys below `{}` need approval, and a call for `{}` does not ask for it",
                    shown(above),
                    shown(whole)
                );
                let hint = "delete them in calls of their own, in which a person is asked";
                Err(Fault::new(Code::ApprovalRequired, message).hint(hint))
            }
            Said::No { code, why } => {
                Err(denied(code, &format!("`{}` holds a key that may not be deleted: {why}", shown(whole))))
            }
        }
    }
}

fn denied(code: Code, words: &str) -> Fault {
    Fault::new(code, format!("refused: {words}"))
        .hint("this is decided on the key, not on the tool: do not retry it another way; tell the person")
}
