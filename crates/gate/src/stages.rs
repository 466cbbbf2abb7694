//! The stages of a call as types: each can only be made from the one before, and only here.
//!
//! Untrusted: everything a tool or a host hands in.
//! Guarantees: a [`Permit`] exists only for an operation that was judged, admitted and approved; a [`Recorded`]
//! only for a call whose end stands in the audit; a [`Rendered`] only for a [`Recorded`].
//! Does not: check what is inside them; that is the pipeline's work.

use std::{collections::BTreeSet, sync::Arc};

use model::{CallFacts, Code, Facts, Fault, Group, Operation, Outcome, tool::Reply, tool::Tool};
use policy::{Verdict, in_words as reasons_in_words};
use serde_json::{Map, Value, json};
use tokio_util::sync::CancellationToken;

use crate::{
    approvals::Approval, approver::Approver, below::Below, change::Told, host::Locator, places::Admission,
    registry::Before, spelled::Spelled,
};

/// A call as it came in.
#[derive(Debug, Clone)]
pub struct Call {
    /// The tool it names.
    pub tool: Arc<dyn Tool>,
    /// Its arguments.
    pub arguments: Map<String, Value>,
    /// The client's own id for the request, as JSON.
    pub request_id: Value,
    /// Which step of the request it is, from 1, where the request has several.
    pub step: Option<u32>,
    /// What the client says it is (`clientInfo`), as JSON: recorded as claimed, believed by no one.
    pub claimed: Value,
    /// A way to ask a person through whoever calls, where there is one.
    pub approver: Option<Arc<dyn Approver>>,
    /// Ends it early.
    pub cancel: CancellationToken,
}

/// An operation with what is known about its targets and the call.
#[derive(Debug)]
pub(crate) struct Resolved {
    pub(crate) operation: Operation,
    pub(crate) locators: Vec<Locator>,
    pub(crate) facts: Facts,
    /// What is known of the call besides.
    pub(crate) call: CallFacts,
    /// What policies say of keys that it meets, once it is judged and where that can differ.
    pub(crate) below: Option<Arc<Below>>,
    /// The failure that it would run into, for its dry run.
    pub(crate) barred: Option<Fault>,
}

/// An operation that the policy does not refuse.
#[derive(Debug)]
pub(crate) struct Judged {
    pub(crate) resolved: Resolved,
    pub(crate) verdict: Verdict,
    pub(crate) effects: BTreeSet<Group>,
}

impl Judged {
    /// Whether the policy permits it as a dry run and no more.
    pub(crate) const fn is_preview(&self) -> bool {
        matches!(self.verdict, Verdict::Preview { .. })
    }
}

/// A judged operation that is within all limits; holds its place in the queue until dropped.
#[derive(Debug)]
pub struct Admitted {
    pub(crate) resolved: Resolved,
    pub(crate) verdict: Verdict,
    pub(crate) effects: BTreeSet<Group>,
    pub(crate) admission: Admission,
}

/// An admitted operation that needs no approval, or has it.
#[derive(Debug)]
pub struct Approved {
    pub(crate) resolved: Resolved,
    pub(crate) verdict: Verdict,
    pub(crate) approval: Option<Approval>,
    /// What was there to be changed when a person was asked, if one was.
    pub(crate) asked_about: Option<Option<Before>>,
    pub(crate) admission: Admission,
}

/// Leave to carry out one operation on the targets its facts name.
///
/// It contains the operation: what was judged is what runs. It cannot be copied, stored for later or made outside
/// this crate.
#[derive(Debug)]
pub struct Permit {
    pub(crate) approved: Approved,
    pub(crate) before: Option<Before>,
}

impl Permit {
    /// What is to be done.
    #[must_use]
    pub const fn operation(&self) -> &Operation {
        &self.approved.resolved.operation
    }

    /// What was known when it was judged: the targets are found again and compared before they are touched.
    #[must_use]
    pub const fn facts(&self) -> &Facts {
        &self.approved.resolved.facts
    }

    /// What is there before it, where that can be put back.
    #[must_use]
    pub const fn before(&self) -> Option<&Before> {
        self.before.as_ref()
    }

    /// Its targets as the caller named them, refs turned into what was seen; for waits, whose targets may not exist.
    #[must_use]
    pub fn locators(&self) -> &[Locator] {
        &self.approved.resolved.locators
    }
}

/// A call whose end stands in the audit.
#[derive(Debug)]
#[must_use = "a call that was carried out is owed a reply"]
pub struct Recorded {
    pub(crate) tool: Arc<dyn Tool>,
    pub(crate) ended: Ended,
}

/// How a call ended.
#[derive(Debug)]
pub(crate) enum Ended {
    /// It was carried out.
    Done(Operation, Box<Outcome>),
    /// It was planned and judged, and nothing was done.
    Shown(Box<Shown>),
    /// It was refused or failed.
    Failed(Fault),
}

/// What would have been done.
#[derive(Debug)]
pub(crate) struct Shown {
    /// As it is recorded: typed text and the like by their length only.
    pub(crate) operation: Value,
    pub(crate) target: Option<String>,
    pub(crate) verdict: Verdict,
    pub(crate) effects: BTreeSet<Group>,
    /// What it would change in the registry, without secrets, and the operation for the tool to put it in words.
    pub(crate) changes: Option<(Operation, Outcome)>,
    /// What it would put in place of what.
    pub(crate) told: Told,
}

impl Shown {
    fn render(&self, tool: &dyn Tool) -> Result<Reply, Fault> {
        let effects: Vec<&str> = self.effects.iter().map(|group| group.name()).collect();
        let verdict = match &self.verdict {
            Verdict::Allow { .. } => "it would be done".to_owned(),
            Verdict::Ask { reasons } => format!("a person would be asked: {}", reasons_in_words(reasons)),
            Verdict::Preview { reasons } => {
                format!("policy permits a dry run only: {}", reasons_in_words(reasons))
            }
            Verdict::Deny { reasons, .. } => format!("it would be refused: {}", reasons_in_words(reasons)),
        };
        let target = self.target.as_deref().map(|target| format!("\ntarget: {target}")).unwrap_or_default();
        let changes = self.changes.as_ref().map(|(operation, outcome)| in_words(tool, operation, outcome));
        let changes = changes.transpose()?;
        let told = self.told.in_words();
        let would = changes.as_ref().map(|reply| format!("\nwhat it would change:\n{}", reply.text));
        let text = format!(
            "dry run: nothing was done; {verdict}{target}\neffects: {}\noperation: {}{told}{}",
            effects.join(", "),
            self.operation,
            would.unwrap_or_default()
        );
        let mut structured = json!({
            "dry_run": true,
            "verdict": self.verdict.name(),
            "operation": self.operation,
            "target": self.target,
            "effects": effects,
        });
        if let Some(fields) = structured.as_object_mut() {
            self.told.put_into(fields);
        }
        if let (Some(changes), Some(fields)) =
            (changes.and_then(|reply| reply.structured), structured.as_object_mut())
        {
            fields.insert("changes".to_owned(), changes);
        }
        Ok(Reply { text, structured: Some(structured), ..Reply::default() })
    }
}

/// An outcome in the words of its tool, which may panic.
fn in_words(tool: &dyn Tool, operation: &Operation, outcome: &Outcome) -> Result<Reply, Fault> {
    std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| tool.render(operation, outcome)))
        .map_err(|_| Fault::new(Code::Internal, "the result could not be put into words"))
}

/// A reply that may leave the gate.
#[derive(Debug, Clone, PartialEq)]
pub struct Rendered {
    reply: Result<Reply, Fault>,
}

impl Recorded {
    /// Puts the end of the call into words. A tool that panics makes it an `INTERNAL` failure.
    #[must_use]
    pub fn render(self) -> Rendered {
        let reply = match self.ended {
            Ended::Failed(fault) => Err(fault),
            Ended::Shown(shown) => shown.render(self.tool.as_ref()),
            Ended::Done(operation, outcome) => in_words(self.tool.as_ref(), &operation, &outcome),
        };
        Rendered { reply }
    }
}

impl Rendered {
    /// The same, with a key in the caller's own spelling where the call failed.
    pub(crate) fn spelled(mut self, spelled: Option<&Spelled>) -> Self {
        if let (Some(spelled), Err(fault)) = (spelled, &mut self.reply) {
            spelled.tell(fault);
        }
        self
    }

    /// The reply's words, or the failure.
    ///
    /// # Errors
    /// The fault that the call ended with.
    pub fn into_reply(self) -> Result<Reply, Fault> {
        self.reply
    }
}
