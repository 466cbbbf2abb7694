//! What of a session outlives its server, as it is written.
//!
//! Times are milliseconds of the session's own time, which begins at 0 and goes on while no server runs.

use std::collections::BTreeMap;

use model::Kind;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::{approvals::Standing, clock::Stamp, counters::Counted, taint::Taint};

/// Whose session it is: what differs in any of these has another session.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Owner {
    /// The program that started the server; empty where it is not known.
    pub(crate) parent: String,
    /// The operating system's user.
    pub(crate) user: String,
    /// What the client calls itself.
    pub(crate) client: String,
    pub(crate) profile: String,
}

impl Owner {
    /// A name for files: 32 hexadecimal digits.
    pub(crate) fn file_name(&self) -> String {
        let text = serde_json::to_vec(self).unwrap_or_default();
        Sha256::digest(text).iter().take(16).map(|byte| format!("{byte:02x}")).collect()
    }
}

/// A session's state, by the version of its form.
#[derive(Debug, Serialize, Deserialize)]
#[serde(tag = "version")]
pub(crate) enum Versioned {
    #[serde(rename = "1")]
    First(State),
}

/// A session's state: each part belongs to the module that knows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct State {
    /// The session's id, as the audit names it.
    pub(crate) id: String,
    pub(crate) owner: Owner,
    /// When the rest was so.
    pub(crate) at: Stamp,
    /// The session's time then.
    pub(crate) age_ms: u64,
    /// Until when it counts as used: a call that comes before needs nothing written.
    pub(crate) used_until_ms: u64,
    /// Whether a person stopped it.
    pub(crate) stopped: bool,
    /// Whether a person ended it: the next call begins another.
    pub(crate) ended: bool,
    pub(crate) counters: Counted,
    pub(crate) approvals: Answers,
    /// What it has read that others wrote.
    pub(crate) taint: Taint,
    /// Processes that it started, by their ids; the last ones.
    pub(crate) launched: Vec<u32>,
}

/// What people answered, as far as it lasts.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Answers {
    /// Acts that need no new question.
    pub(crate) standing: Vec<Standing>,
    /// Refusals in a row of a kind of act, by its name, and when the last was.
    pub(crate) row: BTreeMap<String, (u32, u64)>,
}

impl Answers {
    pub(crate) fn row_of(&self, kind: Kind) -> Option<(u32, u64)> {
        self.row.get(kind.name()).copied()
    }
}

impl State {
    /// A session that begins.
    pub(crate) fn new(id: String, owner: Owner, at: Stamp) -> Self {
        Self {
            id,
            owner,
            at,
            age_ms: 0,
            used_until_ms: 0,
            stopped: false,
            ended: false,
            counters: Counted::default(),
            approvals: Answers::default(),
            taint: Taint::default(),
            launched: Vec::new(),
        }
    }

    /// Brings what was read up to now; none where its times cannot be. Where it is not certain how much time has gone
    /// by, each part counts what is stricter for it: the session is older, what has to wait waits longer, what holds
    /// for a while holds shorter.
    pub(crate) fn at_present(mut self, clock: &dyn crate::Clock) -> Option<Self> {
        let ago = self.at.ago(clock)?;
        self.counters.later(ago.most - ago.least);
        for (_, last) in self.approvals.row.values_mut() {
            *last = last.saturating_add(ago.most - ago.least);
        }
        self.age_ms = self.age_ms.checked_add(ago.most)?;
        self.at = Stamp::of(clock);
        Some(self)
    }

    /// Whether so long has passed without a call. A session that a person stopped waits for a person.
    pub(crate) fn is_over(&self, idle_ms: u64) -> bool {
        self.ended || (!self.stopped && self.age_ms.saturating_sub(self.used_until_ms) >= idle_ms)
    }
}
