//! The path of a call, in one place.
//!
//! Untrusted: the call's arguments, whatever hosts and tools give back, and that either may panic.
//! Guarantees: nothing is executed that was not planned, resolved, judged, admitted, approved and recorded, in that
//! order; every call leaves a record, and only a recorded call gets a reply.
//! Does not: know what is right; that is the policy's word.

mod about;
mod act;
mod ask;
mod begin;
mod cover;
mod desk;
mod halt;
mod portrait;
mod present;
mod put_back;
mod read;
pub(crate) mod registry;
mod reserve;
mod status;
mod write;

use std::{
    io,
    path::PathBuf,
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

use model::{Code, Fault, Group, Kind, Operation};
use policy::{Circumstances, Policy, config::Settings};
use serde_json::{Value, json};
use thiserror::Error;
use tokio::sync::OnceCell;
use tokio_util::sync::CancellationToken;

use self::{
    begin::Bound,
    halt::{Halt, frozen},
    registry::values,
    reserve::Reserved,
};
use crate::{
    approvals::Approvals,
    approver::Approver,
    audit::Audit,
    clock::Clock,
    counters::Counters,
    host::Host,
    judge::{Judge, Planned, on_registry, refusal_of},
    places::{Admission, Places, hands_rest},
    refusal::Refusal,
    spelled::Spelled,
    stages::{Admitted, Approved, Call, Judged, Permit, Recorded, Rendered, Resolved},
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
    /// Whether it is elevated; nothing where that cannot be known.
    pub elevated: Option<bool>,
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
    /// What tells the time that sessions live in.
    pub clock: Arc<dyn Clock>,
    /// The digest of the configuration; the record of the server says it.
    pub configuration: String,
    /// Whether that is another one than that of the last session.
    pub configuration_changed: bool,
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
    home: PathBuf,
    principal: Principal,
    clock: Arc<dyn Clock>,
    configuration: String,
    configuration_changed: bool,
    places: Places,
    counters: Counters,
    approvals: Approvals,
    /// Ways to ask a person that every call has.
    approvers: Vec<Arc<dyn Approver>>,
    /// The session that calls belong to, once one has come.
    bound: Mutex<Option<Bound>>,
    /// Who signed the client, once a policy has asked.
    signer: OnceCell<String>,
    /// What the client said it is before any call.
    greeted: Mutex<Option<Value>>,
    /// Calls on their way.
    running: AtomicUsize,
    halt: Mutex<Halt>,
    audit: Audit,
    /// Set when an outcome could not be recorded: from then on nothing but looking is done.
    audit_failed: AtomicBool,
    calls: AtomicU64,
    refused: AtomicU64,
}

impl Gate {
    /// Opens the folders for audit and sessions; a session begins, or goes on, with the first call.
    ///
    /// # Errors
    /// They cannot be made or written.
    pub fn open(config: GateConfig, host: Arc<dyn Host>) -> Result<Self, OpenError> {
        let failed = |source| OpenError { home: config.home.clone(), source };
        let Principal { transport, parent, parent_pid, user, .. } = &config.principal;
        let principal =
            json!({ "transport": transport, "parent": parent, "parent_pid": parent_pid, "user": user });
        let audit = Audit::new(&config.home, principal).map_err(failed)?;
        Ok(Self {
            places: Places::new(&config.settings.limits),
            counters: Counters::new(&config.settings.limits),
            approvals: Approvals::new(&config.settings),
            approvers: config.approvers,
            bound: Mutex::default(),
            signer: OnceCell::new(),
            greeted: Mutex::default(),
            running: AtomicUsize::new(0),
            halt: Mutex::default(),
            home: config.home,
            principal: config.principal,
            clock: config.clock,
            configuration: config.configuration,
            configuration_changed: config.configuration_changed,
            judge: Judge::new(host, config.settings, config.policy),
            version: config.version,
            audit,
            audit_failed: AtomicBool::new(false),
            calls: AtomicU64::new(0),
            refused: AtomicU64::new(0),
        })
    }

    /// Begins what the first call will need, and returns at once: the client has its first answer before this.
    pub fn prepare(&self) {
        self.judge.prepare();
        if self.configuration_changed {
            self.show();
        }
        self.approvers.iter().for_each(|approver| approver.prepare());
    }

    /// Walks a call to its reply.
    pub async fn answer(&self, mut call: Call) -> Rendered {
        let _running = Running::new(&self.running);
        let spelled = Spelled::of(&call);
        let dry_run = self.judge.is_asked_dry(&call);
        let recorded = match self.walk(&mut call).await {
            Ok(recorded) => recorded,
            Err(refusal) => {
                self.mark_candidates(&call, &refusal.fault).await;
                self.record_refusal(&call, Refusal { dry_run: dry_run || refusal.dry_run, ..*refusal })
            }
        };
        recorded.render().spelled(spelled.as_ref())
    }

    /// Ends a call for a reason that lies before the path, such as a request that holds no call of its own.
    pub fn refuse(&self, mut call: Call, fault: Fault) -> Rendered {
        std::mem::take(&mut call.arguments).values_mut().for_each(model::wipe);
        let _running = Running::new(&self.running);
        // A session that cannot begin has no record either, which is what the caller is then told.
        let _ = self.begin(&call.claimed);
        self.record_refusal(&call, *Refusal::unplanned(fault)).render()
    }

    /// The path of a call: eleven stages, of which the transport's is behind us and `render` ahead.
    async fn walk(&self, call: &mut Call) -> Result<Recorded, Box<Refusal>> {
        let begun = self.begin(&call.claimed);
        let halted = self.stopping();
        let Planned { operation, deadline, dry_run } = self.plan(call, begun.is_ok())?;
        if let Err(fault) = begun
            && operation.kind() != Kind::Status
        {
            return Err(Refusal::of(fault, operation));
        }
        if let Err(fault) = self.open_to(&operation) {
            return Err(Refusal::of(fault, operation));
        }
        let about = self.about_call(operation.kind()).await;
        let left = time_left(&operation);
        let looked = Instant::now();
        let resolved = self.judge.resolve(call, operation, deadline, about).await?;
        let judged = self.decide(resolved, dry_run)?;
        let (judged, changes) = self.preview(call, judged, left(deadline, looked)).await?;
        if dry_run || judged.is_preview() {
            let present = self.present_to_tell(call, &judged.resolved, deadline).await;
            return self.record_dry_run(call, judged, changes, present);
        }
        // What a person takes to answer does not count.
        let deadline = left(deadline, looked);
        let (admitted, reserved) = self.admit(call, judged, values(changes.as_ref())).await?;
        let approved = self.approve(call, admitted, changes.as_ref(), deadline).await?;
        let kept = Instant::now();
        let permit = self.permit(call, approved, deadline, &halted).await?;
        let deadline = left(deadline, kept);
        let intent = self.record_intent(call, &permit)?;
        reserved.spend();
        let begun = Instant::now();
        let mut ended = self.execute_unless_stopped(call, &permit, deadline).await;
        let put_back = self.put_back(call, &permit, &mut ended).await;
        Ok(self.record_outcome(call, permit, intent, begun.elapsed(), ended, put_back))
    }

    /// Stage 4: the policy's word.
    fn decide(&self, mut resolved: Resolved, dry_run: bool) -> Result<Judged, Box<Refusal>> {
        let (taint, session) = (self.taint(), self.session_id());
        let circumstances = Circumstances { session: &session, taint: &taint, call: &resolved.call };
        let (verdict, effects) = self.judge.decide(&circumstances, &resolved);
        resolved.below = self.judge.below(&circumstances, &resolved, &verdict);
        match refusal_of(&verdict, resolved.operation.kind(), dry_run) {
            None => Ok(Judged { resolved, verdict, effects }),
            Some(fault) => Err(resolved.refused(fault, Some(verdict))),
        }
    }

    /// Stage 5: within the session's limits, of which what it would use is reserved; a place among the running calls, and
    /// the keyboard where it is needed.
    async fn admit(
        &self,
        call: &Call,
        judged: Judged,
        values: u64,
    ) -> Result<(Admitted, Reserved), Box<Refusal>> {
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
        let admitted = match self.count(kind, &effects, values) {
            Ok(reserved) => {
                let turn = self.take_turn(call, &resolved.operation).await;
                turn.map(|admission| (admission, reserved))
            }
            Err(fault) => Err(fault),
        };
        match admitted {
            Ok((admission, reserved)) => Ok((Admitted { resolved, verdict, effects, admission }, reserved)),
            Err(fault) => Err(resolved.refused(fault, Some(verdict))),
        }
    }

    /// A place among the running calls. Input waits until the person's own hands rest, and no longer once they are asked.
    async fn take_turn(&self, call: &Call, operation: &Operation) -> Result<Admission, Fault> {
        let place = self.places.take(operation, &call.cancel);
        if !operation.takes_input() {
            return place.await;
        }
        let last = || self.approvers.iter().filter_map(|approver| approver.last_user_input()).max();
        let turn = async {
            let admission = place.await?;
            hands_rest(last, &call.cancel).await?;
            Ok(admission)
        };
        tokio::select! {
            biased;
            () = self.approvals.opened() => Err(frozen()),
            turn = turn => turn,
        }
    }

    /// Stage 7: what undo will need is taken here, where there is any; in this version nothing is undone with it, and policy
    /// accepts that. A stop since the call came drops it, though it was allowed, and though the session goes on by now.
    async fn permit(
        &self,
        call: &Call,
        approved: Approved,
        deadline: Duration,
        halted: &CancellationToken,
    ) -> Result<Permit, Box<Refusal>> {
        let before = match self.before(call, &approved, deadline).await {
            Ok(before) => before,
            Err(fault) => return Err(approved.resolved.refused(fault, Some(approved.verdict))),
        };
        if halted.is_cancelled() && approved.resolved.operation.kind() != Kind::Status {
            let fault =
                Fault::new(Code::SessionStopped, "the session was stopped meanwhile; nothing was done");
            return Err(approved.resolved.refused(fault, Some(approved.verdict)));
        }
        Ok(Permit { approved, before })
    }
}

/// What is left of a call's time since a moment. A call on the registry has one time for all that is done for it, but for waiting;
/// any other has all of it for the act, which may be on a window that is slow to answer.
fn time_left(operation: &Operation) -> impl Fn(Duration, Instant) -> Duration + use<> {
    let is_one = on_registry(operation) && operation.kind() != Kind::RegistryWait;
    move |time, since| if is_one { time.saturating_sub(since.elapsed()) } else { time }
}

/// A call on its way, until this is dropped.
struct Running<'a>(&'a AtomicUsize);

impl<'a> Running<'a> {
    fn new(count: &'a AtomicUsize) -> Self {
        count.fetch_add(1, Ordering::AcqRel);
        Self(count)
    }
}

impl Drop for Running<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::AcqRel);
    }
}

#[cfg(test)]
#[path = "tests/gate.rs"]
mod tests;
