//! Asking a person, one question at a time.
//!
//! Untrusted: what a channel answers beyond a yes; clients, for what is dangerous.
//! Guarantees: only a yes leads on; silence, a closed question, a channel that ends or a call that is cancelled is a
//! no, and nothing happens later; three refusals of one kind in a row are not followed by a fourth question within a
//! minute.
//! Does not: know whether the person understood what they were shown.

use std::{
    collections::HashMap,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

use model::{Code, Facts, Fault, Group, Kind, Operation};
use policy::config::{Channel, Settings};
use serde_json::{Value, json};
use tokio_util::sync::CancellationToken;

use crate::approver::{Answer, Approver, Question};

/// How long an approval for a target lasts.
const STANDS: Duration = Duration::from_secs(30 * 60);
/// Refusals of one kind in a row after which nobody is asked for a while.
const WEARY: u32 = 3;
/// For how long.
const REST: Duration = Duration::from_secs(60);

/// What is asked and what was answered in a session.
#[derive(Debug)]
pub(crate) struct Approvals {
    channels: Vec<Channel>,
    trust_client: bool,
    pub(crate) wait: Duration,
    /// One question at a time: a person reads one.
    turn: tokio::sync::Mutex<()>,
    open: AtomicUsize,
    memory: Mutex<Memory>,
}

#[derive(Debug, Default)]
struct Memory {
    /// Until when an act on a target needs no new question.
    granted: HashMap<Act, Instant>,
    /// The last refusal of an act.
    refused: HashMap<Act, Instant>,
    /// Refusals in a row of a kind, and the last of them.
    row: HashMap<Kind, (u32, Instant)>,
}

/// An operation on its targets, apart from what an agent can word differently: text, counts, coordinates.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct Act {
    kind: Kind,
    target: String,
}

impl Act {
    /// What an operation does to what its facts name. Without a target it is the operation itself.
    pub(crate) fn of(operation: &Operation, facts: &Facts) -> Self {
        let targets: Vec<Value> = facts
            .targets
            .iter()
            .map(|target| {
                let element =
                    target.element.as_ref().map(|element| json!([element.key, element.role, element.name]));
                json!([target.window.key, target.window.process, element])
            })
            .collect();
        let target = match operation {
            // The same program with other arguments is another act.
            Operation::AppLaunch(request) => json!([facts.launch, request]),
            _ if targets.is_empty() => json!(operation),
            _ => json!(targets),
        };
        Self { kind: operation.kind(), target: target.to_string() }
    }
}

/// How an approval came about, for the record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Approval {
    /// A person said yes through this channel.
    Given(Channel),
    /// A person said yes to the same act before.
    Standing,
}

impl Approval {
    pub(crate) fn record(self) -> Value {
        match self {
            Self::Given(channel) => json!({ "channel": channel }),
            Self::Standing => json!({ "standing": true }),
        }
    }
}

/// A question that is open; input is frozen meanwhile.
struct Open<'a>(&'a AtomicUsize);

impl<'a> Open<'a> {
    fn new(count: &'a AtomicUsize) -> Self {
        count.fetch_add(1, Ordering::AcqRel);
        Self(count)
    }
}

impl Drop for Open<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::AcqRel);
    }
}

/// What came of asking.
#[derive(Debug)]
pub(crate) enum Asked {
    /// It may be done.
    Yes(Approval),
    /// It may not.
    No(Fault),
    /// It may not, and the session is to stop.
    Stop(Fault),
}

impl Approvals {
    pub(crate) fn new(settings: &Settings) -> Self {
        Self {
            channels: settings.channels.clone(),
            trust_client: settings.trust_client_elicitation,
            wait: settings.approval_wait,
            turn: tokio::sync::Mutex::default(),
            open: AtomicUsize::new(0),
            memory: Mutex::default(),
        }
    }

    /// Whether a person is being asked.
    pub(crate) fn open(&self) -> bool {
        self.open.load(Ordering::Acquire) > 0
    }

    /// Asks through the first channel that can, unless the same act was answered.
    pub(crate) async fn ask(
        &self,
        act: &Act,
        question: &Question,
        approvers: &[Arc<dyn Approver>],
        cancel: &CancellationToken,
    ) -> Asked {
        let came = Instant::now();
        if let Some(known) = self.known(act, came) {
            return known;
        }
        let asking = async {
            let _turn = self.turn.lock().await;
            // Who waited with the same request gets the same answer.
            if let Some(known) = self.known(act, came) {
                return known;
            }
            let _open = Open::new(&self.open);
            for channel in self.channels_for(question) {
                let Some(approver) = approvers.iter().find(|approver| approver.channel() == channel) else {
                    continue;
                };
                let answer = tokio::time::timeout(self.wait, approver.ask(question)).await;
                match answer {
                    Ok(Answer::Unavailable) => {}
                    Ok(answer) => return self.answered(act, answer, channel),
                    Err(_) => return self.refused(act, "nobody answered in time"),
                }
            }
            Asked::No(
                Fault::new(
                    Code::ApprovalUnavailable,
                    "a person would have to approve this, and there is no way to ask one",
                )
                .hint("ask the person to do it, or to change the settings"),
            )
        };
        tokio::select! {
            asked = asking => asked,
            () = cancel.cancelled() => {
                Asked::No(Fault::new(Code::Cancelled, "the call was cancelled while a person was asked; nothing was done"))
            }
        }
    }

    /// The channels that count for a question: a client's answer may be the agent's own.
    fn channels_for(&self, question: &Question) -> Vec<Channel> {
        let grave = [Group::Destroy, Group::Execute, Group::Egress];
        let grave = grave.iter().any(|group| question.effects.contains(group));
        let counts = |channel: &Channel| self.trust_client || !grave || *channel != Channel::Elicitation;
        self.channels.iter().copied().filter(counts).collect()
    }

    /// What is known without asking: a yes that stands, or a no that came meanwhile or too often.
    /// Whether nobody would be asked now.
    pub(crate) fn is_answered(&self, act: &Act) -> bool {
        self.known(act, Instant::now()).is_some()
    }

    fn known(&self, act: &Act, came: Instant) -> Option<Asked> {
        let memory = self.memory();
        let now = Instant::now();
        if memory.granted.get(act).is_some_and(|until| *until > now) {
            return Some(Asked::Yes(Approval::Standing));
        }
        if memory.refused.get(act).is_some_and(|when| *when >= came) {
            let message = "a person refused the same request";
            return Some(Asked::No(Fault::new(Code::ApprovalDenied, message)));
        }
        let (count, last) = *memory.row.get(&act.kind)?;
        let left = REST.saturating_sub(last.elapsed());
        if count < WEARY || left.is_zero() {
            return None;
        }
        let message =
            format!("a person refused `{}` {count} times in a row and is not asked again at once", act.kind);
        Some(Asked::No(Fault::new(Code::ApprovalDenied, message).retry_after(left)))
    }

    fn answered(&self, act: &Act, answer: Answer, channel: Channel) -> Asked {
        match answer {
            Answer::Once | Answer::ForThisTarget => {
                let mut memory = self.memory();
                memory.row.remove(&act.kind);
                if answer == Answer::ForThisTarget {
                    memory.granted.insert(act.clone(), Instant::now() + STANDS);
                }
                Asked::Yes(Approval::Given(channel))
            }
            Answer::No => self.refused(act, "a person refused it"),
            Answer::NoAndStop => match self.refused(act, "a person refused it and stopped the session") {
                Asked::No(fault) => Asked::Stop(fault),
                asked => asked,
            },
            Answer::Nothing | Answer::Unavailable => {
                self.refused(act, "the question was closed without an answer")
            }
        }
    }

    fn refused(&self, act: &Act, why: &str) -> Asked {
        let (mut memory, now) = (self.memory(), Instant::now());
        memory.refused.insert(act.clone(), now);
        let row = memory.row.entry(act.kind).or_insert((0, now));
        *row = (row.0.saturating_add(1), now);
        Asked::No(
            Fault::new(Code::ApprovalDenied, format!("{why}; nothing was done"))
                .hint("do not ask for it again in other words; go on without it, or tell the person"),
        )
    }

    /// A panic while it was held has left an answer out.
    fn memory(&self) -> MutexGuard<'_, Memory> {
        self.memory.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
#[path = "tests/approvals.rs"]
mod tests;
