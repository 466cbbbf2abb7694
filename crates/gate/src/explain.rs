//! Verdicts without acts: what would become of a call, for policy authors, tests and support.
//!
//! Untrusted: as in the path of a call.
//! Guarantees: it stops before leave would be given; nothing is executed and nothing recorded.
//! Does not: know what calls before it would have changed; it counts them as if they had run.

use std::{
    collections::{BTreeSet, HashMap},
    sync::Arc,
    time::Instant,
};

use model::{CallFacts, ClientFacts, Code, Fault, Group, LocalTime, Operation, SessionFacts};
use policy::{Circumstances, Policy, Reason, Verdict, config::Settings, taint::brought};
use serde::Serialize;

use crate::{
    counters::{Counted, Counters, Spent},
    gate::registry::values,
    host::Host,
    judge::{Judge, Planned, on_registry, refusal_of},
    refusal::Refusal,
    spelled::Spelled,
    stages::{Call, Resolved},
    taint::Taint,
};

/// What would become of a call.
#[derive(Debug, Clone, Serialize)]
pub struct Explanation {
    /// `allow`, `ask`, `preview` or `deny`.
    pub verdict: &'static str,
    /// The code that the caller would get; none where it would run. Where the policy permits a dry run only that is what a caller gets,
    /// and `DENIED_BY_POLICY` stands for the act.
    pub code: Option<Code>,
    /// Why. At least one where the verdict is not `allow`.
    pub reasons: Vec<Reason>,
    /// What it would do, as planned; secrets by their length only.
    pub operation: Option<Operation>,
    /// What that means: `read`, `input`, `change`, `destroy`, `execute`, `egress`.
    pub effects: BTreeSet<Group>,
    /// What the session has used so far, this call included.
    pub limits: Used,
    /// Which step of its request the rest is about, from 1, where the request has several.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub step: Option<u32>,
}

/// What is told of a call that nobody makes.
#[derive(Debug, Clone, Default)]
pub struct Told {
    /// When it would come; now, by the machine's clock, where that is not told.
    pub time: Option<LocalTime>,
    /// Who would make it.
    pub client: ClientFacts,
}

/// The session of a call that stands alone.
const ALONE: &str = "explain";

/// What a session has used.
#[derive(Debug, Clone, Copy, Serialize)]
pub struct Used {
    #[serde(flatten)]
    spent: Spent,
    /// After how many milliseconds the call may be tried again, where waiting would help.
    #[serde(skip_serializing_if = "Option::is_none")]
    retry_after_ms: Option<u64>,
}

/// What is counted of a session.
#[derive(Debug)]
struct Past {
    counted: Counted,
    taint: Taint,
    begun: Instant,
}

impl Default for Past {
    fn default() -> Self {
        Self { counted: Counted::default(), taint: Taint::default(), begun: Instant::now() }
    }
}

/// Explains calls against one machine and one configuration.
#[derive(Debug)]
pub struct Explainer {
    judge: Judge,
    counters: Counters,
    sessions: HashMap<String, Past>,
    /// The session that would have written to the clipboard last, and the number of the content that is there in truth: with
    /// another number someone else has written since.
    wrote: Option<(String, u32)>,
}

impl Explainer {
    /// With `policy`, or where there is none with what is built in for the settings' profile.
    pub fn new(host: Arc<dyn Host>, settings: Settings, policy: Option<Policy>) -> Self {
        let counters = Counters::new(&settings.limits);
        let judge = Judge::new(host, settings, policy);
        Self { judge, counters, sessions: HashMap::new(), wrote: None }
    }

    /// What would become of a call. Calls of one `session` share its limits, as if those that may run had run; a call
    /// without one stands alone.
    pub async fn explain(&mut self, session: Option<&str>, call: Call, told: Told) -> Explanation {
        let spelled = Spelled::of(&call);
        let mut explanation = self.explain_plainly(session, call, told).await;
        if let Some(spelled) = spelled {
            explanation.reasons.iter_mut().for_each(|reason| reason.text = spelled.said(&reason.text));
        }
        explanation
    }

    /// What would become of calls that one request makes, up to the first that would be refused: the strictest of their verdicts, with
    /// the number of its step. They share the limits of `session`, and where there is none those of one that is theirs alone.
    ///
    /// Without any call it is as if nothing was asked for.
    pub async fn explain_steps(
        &mut self,
        session: Option<&str>,
        calls: Vec<Call>,
        told: Told,
    ) -> Explanation {
        let before = session.is_none().then(|| (self.sessions.remove(ALONE), self.wrote.take()));
        let session = session.unwrap_or(ALONE);
        let mut worst = Explanation::denied(Code::InvalidArgument, "there is no step");
        for (step, call) in (1..).zip(calls) {
            let explained = self.explain(Some(session), call, told.clone()).await;
            let limits = explained.limits;
            if worst.step.is_none() || explained.severity() > worst.severity() {
                worst = Explanation { step: Some(step), ..explained };
            }
            worst.limits = Used { spent: limits.spent, ..worst.limits };
            if worst.severity() == Explanation::DENIED {
                break;
            }
        }
        if let Some((past, wrote)) = before {
            self.sessions.remove(ALONE);
            self.sessions.extend(past.map(|past| (ALONE.to_owned(), past)));
            self.wrote = wrote;
        }
        worst
    }

    async fn explain_plainly(&mut self, session: Option<&str>, mut call: Call, told: Told) -> Explanation {
        let settings = &self.judge.settings;
        let mut alone = Past::default();
        let past = match session {
            None => &mut alone,
            Some(id) => self.sessions.entry(id.to_owned()).or_default(),
        };
        let Past { counted, taint, begun } = past;
        let now_ms = u64::try_from(begun.elapsed().as_millis()).unwrap_or(u64::MAX);
        let about = CallFacts {
            time: told.time.unwrap_or_else(|| self.judge.host.local_time()),
            session: SessionFacts { age_minutes: now_ms / 60_000, ..counted.facts() },
            client: told.client,
            clock: None,
        };
        let planned = match self.judge.plan(&mut call) {
            Ok(planned) => planned,
            Err(refusal) => return refused(refusal.fault, refusal.operation, BTreeSet::new(), counted),
        };
        let deadline = planned.deadline;
        if on_registry(&planned.operation)
            && let Err(fault) = self.counters.admit_to_registry(counted, now_ms)
        {
            return refused(fault, Some(planned.operation), BTreeSet::new(), counted);
        }
        let (mut resolved, dry_run) = match resolve(&self.judge, &call, planned, about).await {
            Ok(resolved) => resolved,
            Err(refusal) => return refused(refusal.fault, refusal.operation, BTreeSet::new(), counted),
        };
        if let (Some(clipboard), Some(id), Some((writer, sequence))) =
            (&mut resolved.facts.clipboard, session, &self.wrote)
            && (writer.as_str(), *sequence) == (id, clipboard.sequence)
        {
            (clipboard.ours, clipboard.excluded) = (true, false);
        }
        let sources = taint.sources(begun.elapsed(), settings.limits.taint_minutes);
        let id = session.unwrap_or(ALONE);
        let circumstances = Circumstances { session: id, taint: &sources, call: &resolved.call };
        let (mut verdict, effects) = self.judge.decide(&circumstances, &resolved);
        resolved.below = self.judge.below(&circumstances, &resolved, &verdict);
        let kind = resolved.operation.kind();
        let is_refused = refusal_of(&verdict, kind, dry_run).is_some();
        let dry_run = dry_run || matches!(verdict, Verdict::Preview { .. });
        let changes = if is_refused { Ok(None) } else { self.judge.found(&call, &resolved, deadline).await };
        let Resolved { operation, facts, below, barred, .. } = resolved;
        let values = match changes {
            Ok(changes) => values(changes.as_ref()),
            Err(fault) => {
                let by_policy = [
                    Code::DeniedByPolicy,
                    Code::PolicyError,
                    Code::ApprovalUnavailable,
                    Code::ApprovalRequired,
                ];
                let judged = by_policy.contains(&fault.code);
                let mut explanation = refused(fault, Some(operation), effects, counted);
                let reasons = below.filter(|_| judged).map(|below| below.first()).unwrap_or_default();
                if !reasons.is_empty() {
                    explanation.reasons = reasons;
                }
                return explanation;
            }
        };
        if let Some(below) = &below {
            below.tell(&mut verdict);
        }
        let admitted = match &verdict {
            _ if is_refused => Ok(()),
            _ if dry_run => self.counters.admit_dry_run(counted, now_ms, kind, &effects, values),
            Verdict::Allow { .. } => self.counters.admit(counted, now_ms, kind, &effects, values).map(drop),
            // Nobody is asked about what the limits refuse; and nobody has said yes here.
            Verdict::Ask { .. } => self.counters.would_admit(counted, now_ms, kind, &effects, values),
            Verdict::Preview { .. } | Verdict::Deny { .. } => Ok(()),
        };
        if let Err(fault) = admitted {
            return refused(fault, Some(operation), effects, counted);
        }
        if dry_run && !is_refused {
            taint.mark(brought(&operation, &facts), begun.elapsed());
            if let Some(fault) = barred {
                return refused(fault, Some(operation), effects, counted);
            }
        }
        let (code, reasons) = match &verdict {
            Verdict::Allow { .. } => {
                if !dry_run {
                    taint.mark(brought(&operation, &facts), begun.elapsed());
                    if let (Operation::ClipboardWrite(_), Some(id), Some(before)) =
                        (&operation, session, facts.clipboard)
                    {
                        self.wrote = Some((id.to_owned(), before.sequence));
                    }
                }
                (None, Vec::new())
            }
            Verdict::Ask { reasons } => (Some(Code::ApprovalRequired), reasons.clone()),
            Verdict::Preview { reasons } => (Some(Code::DeniedByPolicy), reasons.clone()),
            Verdict::Deny { code, reasons } => (Some(*code), reasons.clone()),
        };
        let limits = Used { spent: counted.spent, retry_after_ms: None };
        let operation = Some(operation);
        Explanation { verdict: verdict.name(), code, reasons, operation, effects, limits, step: None }
    }
}

#[cfg(test)]
impl Explainer {
    /// Has a session begun so long ago.
    pub(crate) fn begun_before(&mut self, session: &str, ago: std::time::Duration) {
        let begun = Instant::now().checked_sub(ago).unwrap();
        self.sessions.entry(session.to_owned()).or_default().begun = begun;
    }
}

impl Explanation {
    /// A deny without a plan.
    #[must_use]
    pub fn denied(code: Code, text: impl Into<String>) -> Self {
        let reasons = vec![Reason { policy: "plan".to_owned(), text: text.into() }];
        let limits = Used { spent: Spent::default(), retry_after_ms: None };
        let (operation, effects) = (None, BTreeSet::new());
        Self { verdict: "deny", code: Some(code), reasons, operation, effects, limits, step: None }
    }

    /// That of a refusal.
    const DENIED: u8 = 3;

    /// How strict its verdict is.
    fn severity(&self) -> u8 {
        match self.verdict {
            "allow" => 0,
            "ask" => 1,
            "preview" => 2,
            _ => Self::DENIED,
        }
    }
}

/// What a call is about, and whether it is only to be shown.
async fn resolve(
    judge: &Judge,
    call: &Call,
    planned: Planned,
    mut about: CallFacts,
) -> Result<(Resolved, bool), Box<Refusal>> {
    let Planned { operation, deadline, dry_run } = planned;
    let wanted = judge.wanted(operation.kind());
    about.clock = wanted.clock.then(|| judge.host.process_clock()).flatten();
    if about.client.signer.is_none() && wanted.signer {
        about.client.signer = Some(judge.signer(&about.client.path).await);
    }
    Ok((judge.resolve(call, operation, deadline, about).await?, dry_run))
}

/// A call that ends before the policy is asked, or by a limit after it.
fn refused(
    fault: Fault,
    operation: Option<Operation>,
    effects: BTreeSet<Group>,
    counted: &Counted,
) -> Explanation {
    let limits = Used { spent: counted.spent, retry_after_ms: fault.retry_after_ms };
    let of_limits = [Code::RateLimited, Code::Cooldown, Code::BudgetExhausted].contains(&fault.code);
    let policy = match &operation {
        _ if of_limits => "limits",
        Some(_) => "facts",
        None => "plan",
    };
    let reasons = vec![Reason { policy: policy.to_owned(), text: fault.message }];
    Explanation { verdict: "deny", code: Some(fault.code), reasons, operation, effects, limits, step: None }
}
