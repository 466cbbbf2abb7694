//! Asking a person, one question at a time.
//!
//! Untrusted: what a channel answers beyond a yes; clients, for what is dangerous.
//! Guarantees: only a yes leads on; silence, a closed question, a channel that ends or a call that is cancelled is a
//! no, and nothing happens later; three refusals of one kind in a row are not followed by a fourth question within a
//! minute, nor after a restart.
//! Does not: know whether the person understood what they were shown.

use std::{
    collections::{BTreeSet, HashMap},
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

use model::{Code, Facts, Fault, Group, KeyChange, Kind, Operation, ValueToWrite};
use policy::config::{Channel, Settings};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;

use crate::{
    approver::{Answer, Approver, Question},
    session::Session,
    terminal::{Said, Terminal},
};

/// How long an approval for a target lasts, milliseconds.
const STANDS_MS: u64 = 30 * 60 * 1_000;
/// So many of them stand at once; the oldest goes first.
const MOST_STANDING: usize = 200;
/// Refusals of one kind in a row after which nobody is asked for a while.
const WEARY: u32 = 3;
/// For how long, milliseconds.
const REST_MS: u64 = 60_000;

/// What is asked and what was answered in a session.
#[derive(Debug)]
pub(crate) struct Approvals {
    channels: Vec<Channel>,
    trust_client: bool,
    pub(crate) wait: Duration,
    /// One question at a time: a person reads one.
    turn: tokio::sync::Mutex<()>,
    open: AtomicUsize,
    /// Told when a question is opened.
    opened: Notify,
    /// The last refusal of an act and why, for those who wait with the same.
    refused: Mutex<HashMap<String, (Instant, &'static str)>>,
    pub(crate) terminal: Terminal,
}

/// A yes that lasts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Standing {
    /// The digest of the acts that it is for.
    act: String,
    /// Until when, in the session's time.
    until_ms: u64,
}

/// What would be done to what, for the questions whether it was refused just now, and whether a yes stands for it.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct Act {
    kind: Kind,
    /// Whether a client's own answer does not count for it.
    grave: bool,
    /// The digest of all of it: names on the screen and texts are not written down.
    whole: String,
    /// The same for a yes that lasts: an ordinary text may be another one then.
    lasting: String,
}

impl Act {
    /// An operation on what its facts name, with what it would do, on a protected program or not.
    pub(crate) fn of(
        operation: &Operation,
        facts: &Facts,
        effects: &BTreeSet<Group>,
        is_protected: bool,
    ) -> Self {
        let targets: Vec<Value> = facts
            .targets
            .iter()
            .map(|target| {
                let element =
                    target.element.as_ref().map(|element| json!([element.key, element.role, element.name]));
                json!([target.window.key, target.window.process, element])
            })
            .collect();
        let keys: Vec<_> = facts.registry.iter().map(|key| &key.names).collect();
        let about = json!([targets, facts.launch, keys, effects]);
        let text = operation.secret().map(|text| hex(&Sha256::digest(text.expose())));
        let digest = |operation: &Value, data: &Value| {
            let mut digest = Sha256::new();
            digest.update(operation.to_string());
            digest.update([0]);
            digest.update(about.to_string());
            digest.update([0]);
            digest.update(data.to_string());
            hex(&digest.finalize())
        };
        let told = json!(operation);
        let whole = digest(&told, &json!([text, data(operation)]));
        let grave = is_protected
            || [Group::Destroy, Group::Execute, Group::Egress].iter().any(|group| effects.contains(group));
        let is_ordinary = !grave && !effects.contains(&Group::Change) && text.is_some();
        let lasting = if is_ordinary { digest(&without_texts(told), &Value::Null) } else { whole.clone() };
        Self { kind: operation.kind(), grave, whole, lasting }
    }
}

/// An operation as it is written down, without the lengths of its texts.
fn without_texts(mut operation: Value) -> Value {
    if let Some(fields) = operation.as_object_mut() {
        fields.retain(|name, _| !["text", "value"].contains(&name.as_str()));
    }
    operation
}

/// Stands for data that an operation brings: other data is another act, and an operation as it is written down tells its
/// length only.
fn data(operation: &Operation) -> Vec<String> {
    let written: Vec<&ValueToWrite> = match operation {
        Operation::RegistryWrite(request) => request.values.iter().collect(),
        Operation::RegistryImport(request) => {
            let changes = request.changes.iter();
            let written = changes.flat_map(|(_, change)| match change {
                KeyChange::Write { values, .. } => values.as_slice(),
                KeyChange::Delete => &[],
            });
            written.collect()
        }
        _ => Vec::new(),
    };
    let digest = |value: &&ValueToWrite| hex(&Sha256::digest(value.data.expose().bytes));
    written.iter().map(digest).collect()
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
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
    /// It may not; with what was answered, where somebody was asked.
    No(Fault, Option<Denial>),
    /// It may not, and the session is to stop.
    Stop(Fault, Channel),
}

/// An answer that is no yes, for the record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Denial {
    channel: Channel,
    said: &'static str,
}

impl Denial {
    /// No, and the session is to stop.
    pub(crate) const fn stopping(channel: Channel) -> Self {
        Self { channel, said: "no_and_stop" }
    }

    pub(crate) fn record(self) -> Value {
        json!({ "channel": self.channel, "said": self.said })
    }
}

impl Approvals {
    pub(crate) fn new(settings: &Settings) -> Self {
        Self {
            channels: settings.channels.clone(),
            trust_client: settings.trust_client_elicitation,
            wait: settings.approval_wait,
            turn: tokio::sync::Mutex::default(),
            open: AtomicUsize::new(0),
            opened: Notify::new(),
            refused: Mutex::default(),
            terminal: Terminal::default(),
        }
    }

    /// Whether a person is being asked.
    pub(crate) fn open(&self) -> bool {
        self.open.load(Ordering::Acquire) > 0
    }

    /// Ends when a person is being asked.
    pub(crate) async fn opened(&self) {
        let mut told = std::pin::pin!(self.opened.notified());
        told.as_mut().enable();
        if !self.open() {
            told.await;
        }
    }

    /// Asks through the first channel that can, unless the same act was answered.
    pub(crate) async fn ask(
        &self,
        session: &Session,
        act: &Act,
        question: &Question,
        approvers: &[Arc<dyn Approver>],
        cancel: &CancellationToken,
    ) -> Asked {
        let came = Instant::now();
        if let Some(known) = self.known(session, act, came) {
            return known;
        }
        let asking = async {
            let _turn = self.turn.lock().await;
            // Who waited with the same request gets the same answer.
            if let Some(known) = self.known(session, act, came) {
                return known;
            }
            let _open = Open::new(&self.open);
            self.opened.notify_waiters();
            for channel in self.channels_for(act) {
                let Some(approver) = approvers.iter().find(|approver| approver.channel() == channel) else {
                    continue;
                };
                let by_terminal = self.channels.contains(&Channel::Terminal);
                let mut question = question.clone();
                let asked = by_terminal.then(|| self.terminal.open(&mut question, approver.shows_codes()));
                let at_terminal = async {
                    match &asked {
                        Some(asked) => asked.said().await,
                        None => std::future::pending().await,
                    }
                };
                let answering = async {
                    tokio::select! {
                        answer = approver.ask(&question) => (Said::Answer(answer), channel),
                        said = at_terminal => (said, Channel::Terminal),
                    }
                };
                match tokio::time::timeout(self.wait, answering).await {
                    Ok((Said::Answer(Answer::Unavailable), _)) => {}
                    Ok((Said::Answer(answer), channel)) => {
                        return self.answered(session, act, answer, channel);
                    }
                    Ok((Said::TriedTooOften, channel)) => {
                        let denial = Denial { channel, said: "wrong_codes" };
                        return self.refused(session, act, denial, "wrong codes were given at a terminal");
                    }
                    Err(_) => {
                        let denial = Denial { channel, said: "nothing_in_time" };
                        return self.refused(session, act, denial, "nobody answered in time");
                    }
                }
            }
            Asked::No(
                Fault::new(
                    Code::ApprovalUnavailable,
                    "a person would have to approve this, and there is no way to ask one",
                )
                .hint("ask the person to do it, or to change the settings"),
                None,
            )
        };
        tokio::select! {
            asked = asking => asked,
            () = cancel.cancelled() => {
                Asked::No(Fault::new(Code::Cancelled, "the call was cancelled while a person was asked; nothing was done"), None)
            }
        }
    }

    /// The channels that count for an act: a client's answer may be the agent's own.
    fn channels_for(&self, act: &Act) -> Vec<Channel> {
        let counts = |channel: &Channel| self.trust_client || !act.grave || *channel != Channel::Elicitation;
        self.channels.iter().copied().filter(counts).collect()
    }

    /// Whether nobody would be asked now.
    pub(crate) fn is_answered(&self, session: &Session, act: &Act) -> bool {
        self.known(session, act, Instant::now()).is_some()
    }

    /// What is known without asking: a yes that stands, or a no that came meanwhile or too often.
    fn known(&self, session: &Session, act: &Act, came: Instant) -> Option<Asked> {
        let (stands, row) = session.look(|state, now| {
            let mut standing = state.approvals.standing.iter();
            let row = state.approvals.row_of(act.kind);
            let left = |(count, last): (u32, u64)| (count, last.saturating_add(REST_MS).saturating_sub(now));
            (standing.any(|one| one.act == act.lasting && one.until_ms > now), row.map(left))
        });
        if stands {
            return Some(Asked::Yes(Approval::Standing));
        }
        if let Some((_, why)) = self.last_refusals().get(&act.whole).filter(|(when, _)| *when >= came) {
            let message = format!("the same was asked just before: {why}; nothing was done");
            return Some(Asked::No(Fault::new(Code::ApprovalDenied, message), None));
        }
        let (count, left) = row?;
        if count < WEARY || left == 0 {
            return None;
        }
        let message =
            format!("a person refused `{}` {count} times in a row and is not asked again at once", act.kind);
        let left = Duration::from_millis(left);
        Some(Asked::No(Fault::new(Code::ApprovalDenied, message).retry_after(left), None))
    }

    fn answered(&self, session: &Session, act: &Act, answer: Answer, channel: Channel) -> Asked {
        match answer {
            Answer::Once | Answer::ForThisTarget => {
                let stands = answer == Answer::ForThisTarget;
                let noted = session.update(|state, now| {
                    state.approvals.row.remove(act.kind.name());
                    let standing = &mut state.approvals.standing;
                    standing.retain(|one| one.until_ms > now && one.act != act.lasting);
                    if stands {
                        if standing.len() >= MOST_STANDING {
                            standing.remove(0);
                        }
                        standing.push(Standing {
                            act: act.lasting.clone(),
                            until_ms: now.saturating_add(STANDS_MS),
                        });
                    }
                    Ok(())
                });
                match noted {
                    Ok(()) => Asked::Yes(Approval::Given(channel)),
                    Err(fault) => Asked::No(fault, None),
                }
            }
            Answer::No => self.refused(session, act, Denial { channel, said: "no" }, "a person refused it"),
            Answer::NoAndStop => {
                let why = "a person refused it and stopped the session";
                match self.refused(session, act, Denial::stopping(channel), why) {
                    Asked::No(fault, _) => Asked::Stop(fault, channel),
                    asked => asked,
                }
            }
            Answer::Nothing | Answer::Unavailable => {
                let denial = Denial { channel, said: "closed" };
                self.refused(session, act, denial, "the question was closed without an answer")
            }
        }
    }

    fn refused(&self, session: &Session, act: &Act, denial: Denial, why: &'static str) -> Asked {
        self.last_refusals().insert(act.whole.clone(), (Instant::now(), why));
        let noted = session.update(|state, now| {
            let row = state.approvals.row.entry(act.kind.name().to_owned()).or_insert((0, now));
            *row = (row.0.saturating_add(1), now);
            Ok(())
        });
        if let Err(fault) = noted {
            return Asked::No(fault, Some(denial));
        }
        Asked::No(
            Fault::new(Code::ApprovalDenied, format!("{why}; nothing was done"))
                .hint("do not ask for it again in other words; go on without it, or tell the person"),
            Some(denial),
        )
    }

    /// A panic while it was held has left an answer out.
    fn last_refusals(&self) -> MutexGuard<'_, HashMap<String, (Instant, &'static str)>> {
        self.refused.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
#[path = "tests/approvals.rs"]
mod tests;

#[cfg(test)]
#[path = "tests/acts.rs"]
mod acts;
