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
        Arc, Mutex, MutexGuard, OnceLock, PoisonError,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use model::{Code, Facts, Fault, Kind, Operation, Outcome, Status, tool::Plan, ui::Node};
use policy::{Policy, Verdict};
use serde_json::json;
use thiserror::Error;
use time::{OffsetDateTime, macros::format_description};

use crate::{
    audit::{Audit, Phase, Record},
    deadline::within,
    host::{Host, Lookup, Run},
    limits::Limits,
    memory::Memory,
    refusal::Refusal,
    stages::{Admitted, Approved, Call, Ended, Permit, Recorded, Rendered, Resolved},
};

/// How long an execution may take where the call does not say.
const DEFAULT_DEADLINE: Duration = Duration::from_secs(10);
/// How long it may take at most.
const MAX_DEADLINE: Duration = Duration::from_secs(60);
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
#[derive(Debug, Clone)]
pub struct GateConfig {
    /// The folder for audit and other state.
    pub home: PathBuf,
    /// Who calls.
    pub principal: Principal,
    /// The toolsets that are on, for `status`.
    pub toolsets: Vec<String>,
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
    host: Arc<dyn Host>,
    config: GateConfig,
    session: String,
    policy: Arc<OnceLock<Option<Policy>>>,
    limits: Limits,
    memory: Mutex<Memory>,
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
            host,
            config,
            session,
            policy: Arc::default(),
            limits: Limits::new(),
            memory: Mutex::default(),
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
        self.host.prepare();
        if self.policy.get().is_some() {
            return;
        }
        let policy = Arc::clone(&self.policy);
        std::thread::spawn(move || policy.get_or_init(|| Policy::built_in().ok()).is_some());
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
        let Plan { operation, timeout_ms } = plan(call)?;
        let deadline =
            timeout_ms.map_or(DEFAULT_DEADLINE, |ms| Duration::from_millis(ms.into())).min(MAX_DEADLINE);
        let resolved = self.resolve(call, operation, deadline).await?;
        let (resolved, verdict) = self.decide(resolved)?;
        let admitted = self.admit(call, resolved, verdict).await?;
        let approved = approve(admitted)?;
        let permit = self.permit(approved)?;
        let intent = self.record_intent(call, &permit)?;
        let begun = Instant::now();
        let ended = self.execute(call, &permit, deadline).await;
        Ok(self.record_outcome(call, permit, intent, begun.elapsed(), ended))
    }

    /// Stage 3: find the targets and read the facts about them.
    async fn resolve(
        &self,
        call: &Call,
        operation: Operation,
        deadline: Duration,
    ) -> Result<Resolved, Box<Refusal>> {
        let lookup = match self.memory().lookup(&operation) {
            Ok(Some(lookup)) => lookup,
            Ok(None) => return Ok(Resolved { operation, locators: Vec::new(), facts: Facts::default() }),
            Err(fault) => return Err(Refusal::of(fault, operation)),
        };
        let (locators, optional) = (lookup.locators.clone(), lookup.optional);
        match self.look(call, lookup, deadline).await {
            Ok(mut facts) if optional || facts.targets.len() == locators.len() => {
                for target in &mut facts.targets {
                    target.window.reference = Some(self.memory().name_window(target.window.key));
                }
                Ok(Resolved { operation, locators, facts })
            }
            Ok(_) => {
                Err(Refusal::of(Fault::new(Code::Internal, "a target is missing from the facts"), operation))
            }
            Err(mut fault) => {
                self.memory().name_fault(&mut fault);
                Err(Refusal::of(fault, operation))
            }
        }
    }

    async fn look(&self, call: &Call, lookup: Lookup, deadline: Duration) -> Result<Facts, Fault> {
        let run = run(call, deadline);
        within(deadline, self.host.resolve(lookup, &run)).await
    }

    /// Stage 4: the policy's word, which a missing policy makes a deny.
    fn decide(&self, resolved: Resolved) -> Result<(Resolved, Verdict), Box<Refusal>> {
        let policy = self.policy.get_or_init(|| Policy::built_in().ok());
        let Some(policy) = policy else {
            let fault =
                Fault::new(Code::PolicyError, "the policy could not be loaded, so nothing is permitted");
            return Err(resolved.refused(fault, None));
        };
        let verdict = policy.decide(&self.session, &resolved.operation, &resolved.facts);
        match verdict {
            Verdict::Allow { .. } | Verdict::Ask { .. } => Ok((resolved, verdict)),
            Verdict::Preview { ref reasons } => {
                let fault = Fault::new(
                    Code::DeniedByPolicy,
                    format!("only a dry run is permitted: {}", words(reasons)),
                );
                Err(resolved.refused(fault, Some(verdict)))
            }
            Verdict::Deny { code, ref reasons } => {
                let fault = Fault::new(code, format!("refused: {}", words(reasons)))
                    .hint("this is decided on the target, not on the tool: do not retry it another way; tell the person");
                Err(resolved.refused(fault, Some(verdict)))
            }
        }
    }

    /// Stage 5: a place among the running calls, and the keyboard where it is needed.
    async fn admit(
        &self,
        call: &Call,
        resolved: Resolved,
        verdict: Verdict,
    ) -> Result<Admitted, Box<Refusal>> {
        if self.audit_failed.load(Ordering::Acquire)
            && resolved.operation.kind().group() != model::Group::Read
        {
            let fault = Fault::new(
                Code::AuditFailed,
                "an earlier outcome could not be recorded, so nothing more is changed",
            );
            return Err(resolved.refused(fault, Some(verdict)));
        }
        match self.limits.admit(&resolved.operation, &call.cancel).await {
            Ok(admission) => Ok(Admitted { resolved, verdict, admission }),
            Err(fault) => Err(resolved.refused(fault, Some(verdict))),
        }
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
        let Admitted { resolved, verdict, .. } = &permit.approved.0;
        let record = Record {
            operation: Some(&resolved.operation),
            facts: Some(&resolved.facts),
            verdict: Some(verdict),
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
        let mut ended = within(deadline, self.host.execute(permit, &run)).await;
        if let Ok(Outcome::Picture(picture)) = &mut ended {
            picture.marks = shown;
        }
        let mut memory = self.memory();
        match &mut ended {
            Ok(outcome) => memory.name_outcome(operation, outcome)?,
            Err(fault) => memory.name_fault(fault),
        }
        ended
    }

    /// The elements that a picture will show, with their names.
    async fn marks(&self, permit: &Permit, run: &Run, deadline: Duration) -> Result<Vec<Node>, Fault> {
        let mut nodes = within(deadline, self.host.survey(permit, run)).await?;
        let mut memory = self.memory();
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
        let Admitted { resolved, verdict, admission } = permit.approved.0;
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
        let report = self.host.report();
        Status {
            version: self.config.version.clone(),
            session: self.session.clone(),
            platform: report.platform,
            desktop: report.desktop,
            toolsets: self.config.toolsets.clone(),
            limitations: report.limitations,
            audit: self.audit.path().display().to_string(),
            calls: self.calls.load(Ordering::Relaxed),
            refused: self.refused.load(Ordering::Relaxed),
            worker_restarts: report.worker_restarts,
        }
    }

    /// A panic while it was held has left at worst a name unused.
    fn memory(&self) -> MutexGuard<'_, Memory> {
        self.memory.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Stage 2: the tool turns arguments into an operation. The arguments, which may hold secrets, end here.
fn plan(call: &mut Call) -> Result<Plan, Box<Refusal>> {
    let planned = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| call.tool.plan(&call.arguments)));
    std::mem::take(&mut call.arguments).values_mut().for_each(model::wipe);
    let fault = match planned {
        Ok(Ok(plan)) => return Ok(plan),
        Ok(Err(fault)) => fault,
        Err(_) => Fault::new(Code::Internal, "the call could not be planned; nothing was done"),
    };
    Err(Box::new(Refusal { fault, operation: None, facts: None, verdict: None }))
}

/// Stage 6: there is no channel to ask a person through, so a verdict that asks is a refusal.
fn approve(admitted: Admitted) -> Result<Approved, Box<Refusal>> {
    let Verdict::Ask { reasons } = &admitted.verdict else { return Ok(Approved(admitted)) };
    let message =
        format!("a person would have to approve this, and there is no way to ask one: {}", words(reasons));
    let fault = Fault::new(Code::ApprovalUnavailable, message)
        .hint("ask the person to do it, or to change the policy");
    Err(admitted.resolved.refused(fault, Some(admitted.verdict)))
}

fn words(reasons: &[policy::Reason]) -> String {
    reasons
        .iter()
        .map(|reason| format!("{} (policy `{}`)", reason.text, reason.policy))
        .collect::<Vec<_>>()
        .join("; ")
}

fn run(call: &Call, deadline: Duration) -> Run {
    Run { deadline: Instant::now() + deadline, cancel: call.cancel.clone(), marks: Arc::default() }
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
