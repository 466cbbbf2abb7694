//! What the path of a call does besides for the registry: its own rate, and what a change comes to before it is done.
//!
//! Untrusted: what hosts say would change.
//! Guarantees: every call counts in the rate, whatever becomes of it; what a person approved is done only if what it replaces is
//! still what they were shown; what an agent is shown of a dry run has no secrets.
//! Does not: hold the registry still between the last look and the act.

use std::time::Duration;

use model::{Code, Fault, Outcome, registry::RegistryOutcome};

use super::Gate;
use crate::{
    judge::{Planned, on_registry},
    redaction::Redaction,
    refusal::Refusal,
    registry::Before,
    stages::{Approved, Call, Judged, Resolved},
};

/// The toolset of the tools whose calls concern the registry, also where they have faults.
const TOOLSET: &str = "registry";

impl Gate {
    /// Stage 2, and the rate of all that concerns the registry; not where there is no session to count in.
    pub(super) fn plan(&self, call: &mut Call, in_session: bool) -> Result<Planned, Box<Refusal>> {
        let planned = self.judge.plan(call);
        let counts = match &planned {
            Ok(planned) => on_registry(&planned.operation),
            Err(_) => call.tool.card().toolset == TOOLSET,
        };
        if !(counts && in_session) {
            return planned;
        }
        let counted = self.session().and_then(|session| {
            session.note(|state, now| self.counters.admit_to_registry(&mut state.counters, now))
        });
        match (counted, planned) {
            (Ok(()), planned) => planned,
            (Err(fault), Ok(planned)) => Err(Refusal::of(fault, planned.operation)),
            (Err(fault), Err(mut refusal)) => {
                refusal.fault = fault;
                Err(refusal)
            }
        }
    }

    /// What a change comes to, for budgets, for a dry run and for the person who is asked.
    pub(super) async fn preview(
        &self,
        call: &Call,
        judged: Judged,
        deadline: Duration,
    ) -> Result<(Judged, Option<RegistryOutcome>), Box<Refusal>> {
        let mut judged = judged;
        match self.judge.preview(call, &judged.resolved, deadline).await {
            Ok(changes) => {
                if let Some(below) = &judged.resolved.below {
                    below.tell(&mut judged.verdict);
                }
                Ok((judged, changes))
            }
            Err(fault) => Err(judged.resolved.refused(fault, Some(judged.verdict))),
        }
    }

    /// The same as an agent may see it.
    pub(super) fn shown(&self, resolved: &Resolved, changes: RegistryOutcome) -> Outcome {
        let mut outcome = Outcome::Registry(Box::new(changes));
        let redaction = Redaction::unless(|| self.reveals(resolved));
        redaction.outcome(&resolved.operation, &mut outcome);
        outcome
    }

    /// Stage 7's image of what is about to be changed, which must be the one that a person was asked about.
    pub(super) async fn before(
        &self,
        call: &Call,
        approved: &Approved,
        deadline: Duration,
    ) -> Result<Option<Before>, Fault> {
        let before = self.judge.before(call, &approved.resolved, deadline).await?;
        match &approved.asked_about {
            Some(asked_about) if *asked_about != before => {
                let message =
                    "what it would change is not what it was when a person approved; nothing was done";
                let fault = Fault::new(Code::ApprovalStale, message);
                Err(fault.hint("look again, then call again: the person is asked anew"))
            }
            Some(_) | None => Ok(before),
        }
    }
}

/// So many values a change writes and deletes.
pub(crate) fn values(changes: Option<&RegistryOutcome>) -> u64 {
    match changes {
        Some(RegistryOutcome::Changed { values, more, .. }) => {
            u64::try_from(values.len()).unwrap_or(u64::MAX).saturating_add((*more).into())
        }
        _ => 0,
    }
}
