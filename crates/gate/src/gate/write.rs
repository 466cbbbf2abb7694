//! Stages 8 and 10: what is on disk before an act and after it.

use std::{
    io,
    sync::{Arc, atomic::Ordering},
    time::Duration,
};

use model::{Code, Fault, Outcome, registry::RegistryOutcome};
use serde_json::Value;

use super::{Gate, registry::values};
use crate::{
    approvals::{Approval, Denial},
    audit::{self, Phase, Record},
    change::Told,
    host::Present,
    person::{By, What},
    redaction::Redaction,
    refusal::Refusal,
    stages::{Approved, Call, Ended, Judged, Permit, Recorded, Shown},
};

/// So many launched processes are remembered.
const MOST_LAUNCHED: usize = 256;

impl Gate {
    /// Stage 8: on disk before anything happens.
    pub(super) fn record_intent(&self, call: &Call, permit: &Permit) -> Result<u64, Box<Refusal>> {
        let Approved { resolved, verdict, approval, .. } = &permit.approved;
        let record = Record {
            operation: Some(&resolved.operation),
            facts: Some(&resolved.facts),
            verdict: Some(verdict),
            approval: approval.map(Approval::record),
            circumstances: Some(&resolved.call),
            tainted_by: Some(self.taint()),
            ..Record::new(Phase::Intent, call)
        };
        self.audit.write(&record).map_err(|error| {
            let fault = Fault::new(
                Code::AuditFailed,
                format!("nothing was done: the audit cannot be written: {error}"),
            );
            Refusal::of(fault, resolved.operation.clone())
        })
    }

    /// Stage 10: the outcome, without which nothing more will be changed.
    pub(super) fn record_outcome(
        &self,
        call: &Call,
        permit: Permit,
        intent: u64,
        elapsed: Duration,
        ended: Result<Outcome, Fault>,
        put_back: Option<Value>,
    ) -> Recorded {
        let Approved { resolved, verdict, admission, .. } = permit.approved;
        drop(admission);
        let below = resolved.below.as_ref().and_then(|below| below.record());
        let taint = self.mark(&resolved.operation, &resolved.facts);
        if let Ok(Outcome::Acted(acted)) = &ended
            && let Some(pid) = acted.pid
        {
            self.note_launch(pid);
        }
        let record = Record {
            operation: Some(&resolved.operation),
            facts: Some(&resolved.facts),
            verdict: Some(&verdict),
            code: ended.as_ref().err().map(|fault| fault.code),
            intent: Some(intent),
            taint,
            elapsed_us: Some(u64::try_from(elapsed.as_micros()).unwrap_or(u64::MAX)),
            below,
            put_back,
            ..Record::new(Phase::Outcome, call)
        };
        let ended = match (self.write_last(&record), ended) {
            (Ok(()), Ok(outcome)) => Ended::Done(resolved.operation, Box::new(outcome)),
            (Ok(()), Err(fault)) => Ended::Failed(fault),
            (Err(fault), Ok(_)) => {
                Ended::Failed(fault.hint("it was done; nothing more will be changed in this session"))
            }
            (Err(fault), Err(_)) => {
                Ended::Failed(fault.hint("it was tried; nothing more will be changed in this session"))
            }
        };
        Recorded { tool: Arc::clone(&call.tool), ended }
    }

    /// The one record of a call that only shows what would be done: its verdict is that of the act, and so is its failure
    /// where that is known already.
    pub(super) fn record_dry_run(
        &self,
        call: &Call,
        judged: Judged,
        changes: Option<RegistryOutcome>,
        present: Option<Present>,
    ) -> Result<Recorded, Box<Refusal>> {
        let Judged { mut resolved, verdict, effects } = judged;
        let mut barred = resolved.barred.take();
        if let Some(fault) = &mut barred {
            Redaction::always().fault(fault);
        }
        let counted = self.session().and_then(|session| {
            let (kind, values) = (resolved.operation.kind(), values(changes.as_ref()));
            session.note(|state, now| {
                self.counters.admit_dry_run(&mut state.counters, now, kind, &effects, values)
            })
        });
        if let Err(fault) = counted {
            return Err(Box::new(Refusal { dry_run: true, ..*resolved.refused(fault, Some(verdict)) }));
        }
        let tainted_by = Some(self.taint());
        // The reply names the target.
        let taint = self.mark(&resolved.operation, &resolved.facts);
        let record = Record {
            operation: Some(&resolved.operation),
            facts: Some(&resolved.facts),
            verdict: Some(&verdict),
            code: barred.as_ref().map(|fault| fault.code),
            dry_run: true,
            circumstances: Some(&resolved.call),
            tainted_by,
            taint,
            ..Record::new(Phase::Outcome, call)
        };
        let operation = self.audit.redacted(&resolved.operation);
        let ended = match self.write_last(&record).and(barred.map_or(Ok(()), Err)) {
            Ok(()) => Ended::Shown(Box::new(Shown {
                told: Told::of(&resolved, present.as_ref(), &operation),
                operation,
                target: audit::target(Some(&resolved.operation), Some(&resolved.facts)),
                verdict,
                effects,
                changes: changes.map(|changes| (resolved.operation.clone(), self.shown(&resolved, changes))),
            })),
            Err(fault) => Ended::Failed(fault),
        };
        Ok(Recorded { tool: Arc::clone(&call.tool), ended })
    }

    /// A refused call's one record.
    pub(super) fn record_refusal(&self, call: &Call, refusal: Refusal) -> Recorded {
        let Refusal { mut fault, operation, facts, verdict, call: about, answer, below, dry_run } = refusal;
        Redaction::always().fault(&mut fault);
        self.refused.fetch_add(1, Ordering::Relaxed);
        let record = Record {
            operation: operation.as_ref(),
            facts: facts.as_ref(),
            verdict: verdict.as_ref(),
            code: Some(fault.code),
            answer: answer.map(Denial::record),
            circumstances: about.as_ref().filter(|_| verdict.is_some()),
            tainted_by: verdict.as_ref().map(|_| self.taint()),
            below: below.and_then(|below| below.record()),
            dry_run,
            ..Record::new(Phase::Outcome, call)
        };
        let ended = self.write_last(&record).map_or_else(Ended::Failed, |()| Ended::Failed(fault));
        Recorded { tool: Arc::clone(&call.tool), ended }
    }

    /// Who descends from it may not answer for the person.
    fn note_launch(&self, pid: u32) {
        let noted = self.session().and_then(|session| {
            session.update(|state, _| {
                if state.launched.len() >= MOST_LAUNCHED {
                    state.launched.remove(0);
                }
                state.launched.push(pid);
                Ok(())
            })
        });
        if let Err(fault) = noted {
            tracing::warn!(%fault, "a program that was started is not known after a restart");
        }
    }

    /// What a person did to the session, beside answering; none is about a call.
    pub(super) fn record_event(&self, what: What, by: &By, code: Option<Code>) -> io::Result<()> {
        self.audit.write_event(&by.record(what), code).map(drop)
    }

    fn write_last(&self, record: &Record<'_>) -> Result<(), Fault> {
        self.calls.fetch_add(1, Ordering::Relaxed);
        self.audit.write(record).map(drop).map_err(|error| {
            self.audit_failed.store(true, Ordering::Release);
            Fault::new(Code::AuditFailed, format!("the outcome could not be recorded: {error}"))
        })
    }
}
