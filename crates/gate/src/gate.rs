//! The path of a call, in one place.
//!
//! Untrusted: the call's arguments, whatever hosts and tools give back, and that either may panic.
//! Guarantees: nothing is executed that was not planned, resolved, judged, admitted, approved and recorded, in that
//! order; every call leaves a record, and only a recorded call gets a reply.
//! Does not: know what is right; that is the policy's word.

use std::{
    io,
    path::PathBuf,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use model::{
    Code, Fault, Group, Kind, Operation, Outcome, Status,
    ui::{Node, quote},
};
use policy::{Policy, Verdict, config::Settings};
use serde_json::{Value, json};
use thiserror::Error;
use time::{OffsetDateTime, macros::format_description};
use tokio_util::sync::CancellationToken;

use crate::{
    approvals::{Act, Approval, Approvals, Asked},
    approver::{Approver, Question},
    audit::{self, Audit, Phase, Record},
    counters::Counters,
    deadline::within,
    host::{Host, Run},
    judge::{Judge, Planned, refusal_of, run},
    places::{Admission, Places, hands_rest},
    refusal::Refusal,
    stages::{Admitted, Approved, Call, Ended, Judged, Permit, Recorded, Rendered, Resolved, Shown},
};

/// Who is at the other end of the transport.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Principal {
    /// The transport: `stdio`.
    pub transport: String,
    /// Full path of the process that started this server; empty where it cannot be known.
    pub parent: String,
    /// Its process id; 0 where it cannot be known.
    pub parent_pid: u32,
    /// The operating system's user.
    pub user: String,
}

/// What a gate is opened with.
#[derive(Debug)]
pub struct GateConfig {
    /// The folder for audit and other state.
    pub home: PathBuf,
    /// Who calls.
    pub principal: Principal,
    /// What holds for its sessions; the toolsets in it are for `status`.
    pub settings: Settings,
    /// The policies, where there are more than those of the profile.
    pub policy: Option<Policy>,
    /// Ways to ask a person, beside those that a call brings.
    pub approvers: Vec<Arc<dyn Approver>>,
    /// winwarden's version, for `status`.
    pub version: String,
}

/// Why a gate cannot be opened.
#[derive(Debug, Error)]
#[error("cannot write the audit below `{home}`: {source}")]
pub struct OpenError {
    home: PathBuf,
    source: io::Error,
}

/// The gate of one server process.
#[derive(Debug)]
pub struct Gate {
    judge: Judge,
    version: String,
    session: String,
    /// The program that started the server.
    parent: String,
    places: Places,
    counters: Mutex<Counters>,
    approvals: Approvals,
    /// Ways to ask a person that every call has.
    approvers: Vec<Arc<dyn Approver>>,
    stopped: Mutex<CancellationToken>,
    audit: Audit,
    /// Set when an outcome could not be recorded: from then on nothing but looking is done.
    audit_failed: AtomicBool,
    calls: AtomicU64,
    refused: AtomicU64,
}

impl Gate {
    /// Starts a session: its audit file exists when this returns.
    ///
    /// # Errors
    /// The audit file cannot be made.
    pub fn open(config: GateConfig, host: Arc<dyn Host>) -> Result<Self, OpenError> {
        let failed = |source| OpenError { home: config.home.clone(), source };
        let session = session_id().map_err(failed)?;
        let Principal { transport, parent, parent_pid, user } = &config.principal;
        let principal =
            json!({ "transport": transport, "parent": parent, "parent_pid": parent_pid, "user": user });
        let audit = Audit::create(&config.home, &session, principal).map_err(failed)?;
        Ok(Self {
            places: Places::new(&config.settings.limits),
            counters: Mutex::new(Counters::new(&config.settings.limits)),
            approvals: Approvals::new(&config.settings),
            approvers: config.approvers,
            stopped: Mutex::default(),
            parent: config.principal.parent,
            judge: Judge::new(host, config.settings, config.policy),
            version: config.version,
            session,
            audit,
            audit_failed: AtomicBool::new(false),
            calls: AtomicU64::new(0),
            refused: AtomicU64::new(0),
        })
    }

    /// The session's id, as the audit names it.
    #[must_use]
    pub fn session(&self) -> &str {
        &self.session
    }

    /// Begins what the first call will need, and returns at once: the client has its first answer before this.
    pub fn prepare(&self) {
        self.judge.prepare();
        self.approvers.iter().for_each(|approver| approver.prepare());
    }

    /// Walks a call to its reply.
    pub async fn answer(&self, mut call: Call) -> Rendered {
        let recorded = match self.walk(&mut call).await {
            Ok(recorded) => recorded,
            Err(refusal) => self.record_refusal(&call, *refusal),
        };
        recorded.render()
    }

    /// The path of a call: eleven stages, of which the transport's is behind us and `render` ahead.
    async fn walk(&self, call: &mut Call) -> Result<Recorded, Box<Refusal>> {
        let Planned { operation, deadline, dry_run } = Judge::plan(call)?;
        if let Err(fault) = self.open_to(&operation) {
            return Err(Refusal::of(fault, operation));
        }
        let dry_run = dry_run || (self.judge.settings.dry_run && operation.kind().group() != Group::Read);
        let resolved = self.judge.resolve(call, operation, deadline).await?;
        let judged = self.decide(resolved, dry_run)?;
        if dry_run {
            return self.record_dry_run(call, judged);
        }
        let admitted = self.admit(call, judged).await?;
        let approved = self.approve(call, admitted, deadline).await?;
        let permit = self.permit(approved)?;
        let intent = self.record_intent(call, &permit)?;
        let begun = Instant::now();
        let ended = self.execute_unless_stopped(call, &permit, deadline).await;
        Ok(self.record_outcome(call, permit, intent, begun.elapsed(), ended))
    }

    /// Stage 4: the policy's word.
    fn decide(&self, resolved: Resolved, dry_run: bool) -> Result<Judged, Box<Refusal>> {
        let (verdict, effects) = self.judge.decide(&self.session, &resolved);
        match refusal_of(&verdict, dry_run) {
            None => Ok(Judged { resolved, verdict, effects }),
            Some(fault) => Err(resolved.refused(fault, Some(verdict))),
        }
    }

    /// Stage 5: within the session's limits; a place among the running calls, and the keyboard where it is needed.
    async fn admit(&self, call: &Call, judged: Judged) -> Result<Admitted, Box<Refusal>> {
        let Judged { resolved, verdict, effects } = judged;
        let kind = resolved.operation.kind();
        if self.audit_failed.load(Ordering::Acquire) && kind.group() != Group::Read {
            let fault = Fault::new(
                Code::AuditFailed,
                "an earlier outcome could not be recorded, so nothing more is changed",
            );
            return Err(resolved.refused(fault, Some(verdict)));
        }
        // Once more: a person may have been asked, or have stopped the session, while the targets were looked up.
        if let Err(fault) = self.open_to(&resolved.operation) {
            return Err(resolved.refused(fault, Some(verdict)));
        }
        let counted = self.counters().admit(kind, &effects);
        let admitted = match counted {
            Ok(()) => self.take_turn(call, &resolved.operation).await,
            Err(fault) => Err(fault),
        };
        match admitted {
            Ok(admission) => Ok(Admitted { resolved, verdict, effects, admission }),
            Err(fault) => Err(resolved.refused(fault, Some(verdict))),
        }
    }

    /// Whether such an operation can be done now at all, whatever its target.
    fn open_to(&self, operation: &Operation) -> Result<(), Fault> {
        if operation.kind() != Kind::Status && self.stopping().is_cancelled() {
            return Err(Fault::new(Code::SessionStopped, "a person stopped this session")
                .hint("only `status` answers until they resume it"));
        }
        if operation.takes_input() && self.approvals.open() {
            let message = "a person is being asked; meanwhile nothing gives input";
            return Err(Fault::new(Code::InputFrozen, message));
        }
        Ok(())
    }

    /// A place among the running calls; input waits until the person's own hands rest.
    async fn take_turn(&self, call: &Call, operation: &Operation) -> Result<Admission, Fault> {
        let admission = self.places.take(operation, &call.cancel).await?;
        if operation.takes_input() {
            let last = || self.approvers.iter().filter_map(|approver| approver.last_user_input()).max();
            hands_rest(last, &call.cancel).await?;
        }
        Ok(admission)
    }

    /// Stage 6: a person's yes, where the verdict asks for it; the targets must then still be what they were.
    async fn approve(
        &self,
        call: &Call,
        admitted: Admitted,
        deadline: Duration,
    ) -> Result<Approved, Box<Refusal>> {
        let Admitted { resolved, verdict, effects, admission } = admitted;
        let Verdict::Ask { reasons } = &verdict else {
            return Ok(Approved { resolved, verdict, approval: None, admission });
        };
        let question = Question {
            tool: call.tool.card().name,
            operation: self.audit.redacted(&resolved.operation),
            target: audit::target(&resolved.facts),
            by: self.asker(call),
            reasons: reasons.clone(),
            effects,
            wait: self.approvals.wait,
        };
        let act = Act::of(&resolved.operation, &resolved.facts);
        let approvers: Vec<_> = call.approver.iter().chain(&self.approvers).cloned().collect();
        let approval = match self.approvals.ask(&act, &question, &approvers, &call.cancel).await {
            Asked::Yes(approval) => approval,
            Asked::No(fault) => return Err(resolved.refused(fault, Some(verdict))),
            Asked::Stop(fault) => {
                self.stop();
                return Err(resolved.refused(fault, Some(verdict)));
            }
        };
        let again = self.judge.resolve(call, resolved.operation.clone(), deadline).await;
        match again {
            Ok(again) if again.facts == resolved.facts => {
                Ok(Approved { resolved: again, verdict, approval: Some(approval), admission })
            }
            _ => {
                let message = "the target is not what it was when a person approved; nothing was done";
                let fault = Fault::new(Code::ApprovalStale, message)
                    .hint("look again, then call again: the person is asked anew");
                Err(resolved.refused(fault, Some(verdict)))
            }
        }
    }

    /// Who asks, in words: what is known, then what is claimed.
    fn asker(&self, call: &Call) -> String {
        let claimed = |field| call.claimed.get(field).and_then(Value::as_str).unwrap_or("nothing");
        let known = if self.parent.is_empty() { "a program that is not known" } else { &self.parent };
        format!("{known}; it calls itself {} {}", quote(claimed("name")), quote(claimed("version")))
    }

    /// Stops the session: what runs is cancelled, and all but `status` is refused until [`resume`](Self::resume).
    pub fn stop(&self) {
        self.stopping().cancel();
    }

    /// Lets a stopped session go on.
    pub fn resume(&self) {
        let mut stopped = self.stopped.lock().unwrap_or_else(PoisonError::into_inner);
        if stopped.is_cancelled() {
            *stopped = CancellationToken::new();
        }
    }

    /// Cancelled once the session is stopped.
    fn stopping(&self) -> CancellationToken {
        self.stopped.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Stage 7: what undo will need is taken here; in this version nothing can be undone, and policy accepts that.
    #[expect(
        clippy::unused_self,
        clippy::unnecessary_wraps,
        reason = "the stage has the shape of the others"
    )]
    fn permit(&self, approved: Approved) -> Result<Permit, Box<Refusal>> {
        Ok(Permit { approved })
    }

    /// Stage 8: on disk before anything happens.
    fn record_intent(&self, call: &Call, permit: &Permit) -> Result<u64, Box<Refusal>> {
        let Approved { resolved, verdict, approval, .. } = &permit.approved;
        let record = Record {
            operation: Some(&resolved.operation),
            facts: Some(&resolved.facts),
            verdict: Some(verdict),
            approval: approval.map(Approval::record),
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

    /// Stage 9, ended as by a cancel when the session is stopped: what was half done in input is taken back.
    async fn execute_unless_stopped(
        &self,
        call: &Call,
        permit: &Permit,
        deadline: Duration,
    ) -> Result<Outcome, Fault> {
        let stopped = self.stopping();
        let execute = self.execute(call, permit, deadline);
        tokio::pin!(execute);
        tokio::select! {
            ended = &mut execute => return ended,
            () = stopped.cancelled(), if permit.operation().kind() != Kind::Status => call.cancel.cancel(),
        }
        execute.await
    }

    /// Stage 9: the host does it, within the deadline; what it shows is named.
    async fn execute(&self, call: &Call, permit: &Permit, deadline: Duration) -> Result<Outcome, Fault> {
        let operation = permit.operation();
        if operation.kind() == Kind::Status {
            return Ok(Outcome::Status(self.status()));
        }
        let mut run = run(call, deadline);
        let mut shown = Vec::new();
        if let Operation::Screenshot(request) = operation
            && request.marks
        {
            let marked = self.marks(permit, &run, deadline).await?;
            run.marks = marked.iter().filter_map(|node| Some((node.reference?, node.rect))).collect();
            shown = marked;
        }
        let mut ended = within(deadline, self.judge.host.execute(permit, &run)).await;
        if let Ok(Outcome::Picture(picture)) = &mut ended {
            picture.marks = shown;
        }
        let mut memory = self.judge.memory();
        match &mut ended {
            Ok(outcome) => memory.name_outcome(operation, outcome)?,
            Err(fault) => memory.name_fault(fault),
        }
        ended
    }

    /// The elements that a picture will show, with their names.
    async fn marks(&self, permit: &Permit, run: &Run, deadline: Duration) -> Result<Vec<Node>, Fault> {
        let mut nodes = within(deadline, self.judge.host.survey(permit, run)).await?;
        let mut memory = self.judge.memory();
        for node in &mut nodes {
            memory.name_element(node);
        }
        Ok(nodes)
    }

    /// Stage 10: the outcome, without which nothing more will be changed.
    fn record_outcome(
        &self,
        call: &Call,
        permit: Permit,
        intent: u64,
        elapsed: Duration,
        ended: Result<Outcome, Fault>,
    ) -> Recorded {
        let Approved { resolved, verdict, admission, .. } = permit.approved;
        drop(admission);
        let record = Record {
            operation: Some(&resolved.operation),
            facts: Some(&resolved.facts),
            verdict: Some(&verdict),
            code: ended.as_ref().err().map(|fault| fault.code),
            intent: Some(intent),
            elapsed_us: Some(u64::try_from(elapsed.as_micros()).unwrap_or(u64::MAX)),
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

    /// The one record of a call that only shows what would be done: its verdict is that of the act.
    fn record_dry_run(&self, call: &Call, judged: Judged) -> Result<Recorded, Box<Refusal>> {
        let Judged { resolved, verdict, effects } = judged;
        if let Err(fault) = self.counters().admit_dry_run() {
            return Err(resolved.refused(fault, Some(verdict)));
        }
        let record = Record {
            operation: Some(&resolved.operation),
            facts: Some(&resolved.facts),
            verdict: Some(&verdict),
            dry_run: true,
            ..Record::new(Phase::Outcome, call)
        };
        let ended = match self.write_last(&record) {
            Ok(()) => Ended::Shown(Shown {
                operation: self.audit.redacted(&resolved.operation),
                target: audit::target(&resolved.facts),
                verdict,
                effects,
            }),
            Err(fault) => Ended::Failed(fault),
        };
        Ok(Recorded { tool: Arc::clone(&call.tool), ended })
    }

    /// A refused call's one record.
    fn record_refusal(&self, call: &Call, refusal: Refusal) -> Recorded {
        let Refusal { fault, operation, facts, verdict } = refusal;
        self.refused.fetch_add(1, Ordering::Relaxed);
        let record = Record {
            operation: operation.as_ref(),
            facts: facts.as_ref(),
            verdict: verdict.as_ref(),
            code: Some(fault.code),
            ..Record::new(Phase::Outcome, call)
        };
        let ended = self.write_last(&record).map_or_else(Ended::Failed, |()| Ended::Failed(fault));
        Recorded { tool: Arc::clone(&call.tool), ended }
    }

    fn write_last(&self, record: &Record<'_>) -> Result<(), Fault> {
        self.calls.fetch_add(1, Ordering::Relaxed);
        self.audit.write(record).map(drop).map_err(|error| {
            self.audit_failed.store(true, Ordering::Release);
            Fault::new(Code::AuditFailed, format!("the outcome could not be recorded: {error}"))
        })
    }

    fn status(&self) -> Status {
        let report = self.judge.host.report();
        Status {
            version: self.version.clone(),
            session: self.session.clone(),
            platform: report.platform,
            desktop: report.desktop,
            toolsets: self.judge.settings.toolsets.clone(),
            limitations: report.limitations,
            audit: self.audit.path().display().to_string(),
            calls: self.calls.load(Ordering::Relaxed),
            refused: self.refused.load(Ordering::Relaxed),
            worker_restarts: report.worker_restarts,
        }
    }

    /// A panic while they were held has counted a call that was not made.
    fn counters(&self) -> MutexGuard<'_, Counters> {
        self.counters.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// `YYYYMMDDTHHMMSSmmmZ-` (UTC, milliseconds) and 8 random hexadecimal digits: sorts by time, unique among servers started at once.
fn session_id() -> io::Result<String> {
    let mut random = [0; 4];
    getrandom::fill(&mut random).map_err(io::Error::other)?;
    let time = OffsetDateTime::now_utc()
        .format(format_description!("[year][month][day]T[hour][minute][second][subsecond digits:3]Z"))
        .map_err(io::Error::other)?;
    Ok(format!("{time}-{:08x}", u32::from_ne_bytes(random)))
}

#[cfg(test)]
#[path = "tests/gate.rs"]
mod tests;
