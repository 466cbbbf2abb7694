//! The path of a call, in one place.
//!
//! Untrusted: the call's arguments, whatever hosts and tools give back, and that either may panic.
//! Guarantees: nothing is executed that was not planned, resolved, judged, admitted, approved and recorded, in that
//! order; every call leaves a record, and only a recorded call gets a reply.
//! Does not: know what is right; that is the policy's word.

mod act;
mod ask;
mod cover;
mod portrait;
mod read;
mod write;

use std::{
    io,
    path::PathBuf,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    time::Instant,
};

use model::{Code, Fault, Group, Kind, Operation};
use policy::{Circumstances, Policy, config::Settings};
use serde_json::json;
use thiserror::Error;
use time::{OffsetDateTime, macros::format_description};
use tokio_util::sync::CancellationToken;

use crate::{
    approvals::Approvals,
    approver::Approver,
    audit::Audit,
    counters::Counters,
    host::{Host, Notice},
    judge::{Judge, Planned, refusal_of},
    places::{Admission, Places, hands_rest},
    refusal::Refusal,
    stages::{Admitted, Approved, Call, Judged, Permit, Recorded, Rendered, Resolved},
    taint::Taint,
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
    taint: Mutex<Taint>,
    begun: Instant,
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
            taint: Mutex::default(),
            begun: Instant::now(),
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

    /// What is to be said of the machine until the configuration acknowledges it, in words.
    #[must_use]
    pub fn notices(&self) -> Vec<String> {
        self.unacknowledged(&self.judge.host.report().notices)
    }

    fn unacknowledged(&self, notices: &[Notice]) -> Vec<String> {
        let known = &self.judge.settings.acknowledge;
        let new = notices.iter().filter(|notice| !known.iter().any(|name| name == notice.name()));
        new.map(Notice::to_string).collect()
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
            Err(refusal) => {
                self.mark_candidates(&call, &refusal.fault).await;
                self.record_refusal(&call, *refusal)
            }
        };
        recorded.render()
    }

    /// Ends a call for a reason that lies before the path, such as a request that holds no call of its own.
    pub fn refuse(&self, mut call: Call, fault: Fault) -> Rendered {
        std::mem::take(&mut call.arguments).values_mut().for_each(model::wipe);
        let refusal = Refusal { fault, operation: None, facts: None, verdict: None };
        self.record_refusal(&call, refusal).render()
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
        let taint = self.taint();
        let circumstances = Circumstances { session: &self.session, taint: &taint };
        let (verdict, effects) = self.judge.decide(&circumstances, &resolved);
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
