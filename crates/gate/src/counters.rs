//! What a session has done so far, against what it may do: rates, cooldown and budgets.
//!
//! Untrusted: nothing; effects and operations come from the policy and the plan.
//! Guarantees: time is the session's own, which no setting of a clock changes; a call that is refused by one limit is
//! counted by none.
//! Does not: undo a count when a call that was tried fails, or undo what was counted in a rate.

mod minute;

use std::{
    collections::BTreeSet,
    num::NonZeroU32,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use governor::{
    Quota, RateLimiter,
    clock::Clock,
    middleware::NoOpMiddleware,
    nanos::Nanos,
    state::{NotKeyed, StateStore},
};
use model::{Code, Fault, Group, Kind, SessionFacts};
use policy::config::{Amount, Limits};
use serde::{Deserialize, Serialize};

use self::minute::Minute;

/// The limits of a session, which hold what it has counted against.
#[derive(Debug)]
pub(crate) struct Counters {
    limits: Limits,
    reads: Bucket,
    input: Bucket,
    changes: Bucket,
}

/// What was counted. Times are those of the session.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Counted {
    pub(crate) spent: Spent,
    /// Calls within the limits, but for `status`.
    #[serde(default)]
    pub(crate) calls: u64,
    last_destruction_ms: Option<u64>,
    pub(crate) rates: Rates,
}

/// What a call would use, to be given back where it is not tried.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Uses {
    pub(crate) spent: Spent,
    /// Of what destroys: since when the next one waits for it, and since when it would without it.
    cooldown: Option<(u64, Option<u64>)>,
}

/// What was used of the budgets.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Spent {
    pub(crate) destructive_acts: u64,
    pub(crate) launches: u64,
    /// Values of the registry that were written or deleted.
    #[serde(default)]
    pub(crate) registry_values: u64,
}

/// When each rate has recovered from its calls (the "theoretical arrival time" of GCRA), nanoseconds.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Rates {
    pub(crate) reads_ns: u64,
    input_ns: u64,
    changes_ns: u64,
    #[serde(default)]
    pub(crate) registry: Minute,
}

impl Counted {
    /// Lets what has to wait wait for longer.
    pub(crate) fn later(&mut self, ms: u64) {
        let Rates { reads_ns, input_ns, changes_ns, registry } = &mut self.rates;
        registry.later(ms);
        for rate in [reads_ns, input_ns, changes_ns] {
            *rate = rate.saturating_add(ms.saturating_mul(1_000_000));
        }
        if let Some(last) = &mut self.last_destruction_ms {
            *last = last.saturating_add(ms);
        }
    }

    /// As policies see it, but for the session's age.
    pub(crate) const fn facts(&self) -> SessionFacts {
        let Spent { destructive_acts, launches, .. } = self.spent;
        SessionFacts { age_minutes: 0, calls: self.calls, destructive_acts, launches }
    }

    /// Takes back what an act would have used that was not tried. Another that destroyed or would destroy since is still waited for.
    pub(crate) fn give_back(&mut self, uses: Uses) {
        let Uses { spent, cooldown } = uses;
        if let Some((since, before)) = cooldown
            && self.last_destruction_ms == Some(since)
        {
            self.last_destruction_ms = before;
        }
        let Spent { destructive_acts, launches, registry_values } = &mut self.spent;
        *registry_values = registry_values.saturating_sub(spent.registry_values);
        *destructive_acts = destructive_acts.saturating_sub(spent.destructive_acts);
        *launches = launches.saturating_sub(spent.launches);
    }
}

/// A rate, if there is one.
#[derive(Debug)]
struct Bucket {
    name: &'static str,
    per_minute: Amount,
    rate: Option<RateLimiter<NotKeyed, Recovery, SessionTime, NoOpMiddleware<Duration>>>,
    time: SessionTime,
    recovery: Recovery,
}

/// The session's time as a rate sees it, nanoseconds.
#[derive(Debug, Clone, Default)]
struct SessionTime(Arc<AtomicU64>);

impl Clock for SessionTime {
    type Instant = Duration;

    fn now(&self) -> Duration {
        Duration::from_nanos(self.0.load(Ordering::Relaxed))
    }
}

/// When a rate has recovered, nanoseconds; 0 where nothing was counted.
#[derive(Debug, Clone, Default)]
struct Recovery(Arc<AtomicU64>);

impl StateStore for Recovery {
    type Key = NotKeyed;

    fn measure_and_replace<T, F, E>(&self, _: &NotKeyed, f: F) -> Result<T, E>
    where
        F: Fn(Option<Nanos>) -> Result<(T, Nanos), E>,
    {
        // Whoever counts has the counters to themselves.
        let before = self.0.load(Ordering::Relaxed);
        let (outcome, after) = f((before > 0).then(|| Nanos::new(before)))?;
        self.0.store(after.as_u64(), Ordering::Relaxed);
        Ok(outcome)
    }
}

impl Bucket {
    fn new(name: &'static str, per_minute: Amount) -> Self {
        let (time, recovery) = (SessionTime::default(), Recovery::default());
        let rate = match per_minute {
            Amount::Unlimited => None,
            // None at all is refused without asking.
            Amount::Most(most) => NonZeroU32::new(u32::try_from(most).unwrap_or(u32::MAX))
                .map(|most| RateLimiter::new(Quota::per_minute(most), recovery.clone(), time.clone())),
        };
        Self { name, per_minute, rate, time, recovery }
    }

    fn take(&self, recovered_ns: &mut u64, now_ms: u64) -> Result<(), Fault> {
        let refused = |wait: Option<Duration>| {
            let most = match self.per_minute {
                Amount::Most(most) => most,
                Amount::Unlimited => return Ok(()),
            };
            let fault = Fault::new(Code::RateLimited, format!("the limit `{}` is {most}", self.name));
            Err(wait.map_or_else(|| fault.clone(), |wait| fault.clone().retry_after(wait)))
        };
        let Some(rate) = &self.rate else { return refused(None) };
        self.time.0.store(now_ms.saturating_mul(1_000_000), Ordering::Relaxed);
        self.recovery.0.store(*recovered_ns, Ordering::Relaxed);
        rate.check().or_else(|until| refused(Some(until.wait_time_from(self.time.now()))))?;
        *recovered_ns = self.recovery.0.load(Ordering::Relaxed);
        Ok(())
    }
}

impl Counters {
    pub(crate) fn new(limits: &Limits) -> Self {
        Self {
            reads: Bucket::new("reads_per_minute", limits.reads_per_minute),
            input: Bucket::new("input_per_minute", limits.input_per_minute),
            changes: Bucket::new("changes_per_minute", limits.changes_per_minute),
            limits: limits.clone(),
        }
    }

    /// Counts a call of this kind and these effects, or refuses it; what it uses of the budgets. `status` is never refused.
    pub(crate) fn admit(
        &self,
        counted: &mut Counted,
        now_ms: u64,
        kind: Kind,
        effects: &BTreeSet<Group>,
        registry_values: u64,
    ) -> Result<Uses, Fault> {
        if kind == Kind::Status {
            return Ok(Uses::default());
        }
        let (destroys, launches) = (effects.contains(&Group::Destroy), kind == Kind::AppLaunch);
        self.within_session(now_ms)?;
        if destroys {
            self.cooled_down(counted, now_ms)?;
            within("destructive_acts", self.limits.destructive_acts, counted.spent.destructive_acts)?;
        }
        if launches {
            within("launches", self.limits.launches, counted.spent.launches)?;
        }
        if registry_values > 0 {
            // So many at once as are left, or none of them.
            let spent = counted.spent.registry_values.saturating_add(registry_values - 1);
            within("registry_values", self.limits.registry_values, spent)?;
        }
        self.take(&mut counted.rates, now_ms, effects.last().copied())?;
        let cooldown = destroys.then(|| (now_ms, counted.last_destruction_ms.replace(now_ms)));
        let spent =
            Spent { destructive_acts: u64::from(destroys), launches: u64::from(launches), registry_values };
        counted.calls += 1;
        counted.spent.destructive_acts += spent.destructive_acts;
        counted.spent.launches += spent.launches;
        counted.spent.registry_values += spent.registry_values;
        Ok(Uses { spent, cooldown })
    }

    /// Counts a call that concerns the registry, whatever becomes of it, or refuses it.
    pub(crate) fn admit_to_registry(&self, counted: &mut Counted, now_ms: u64) -> Result<(), Fault> {
        let per_minute = self.limits.registry_requests_per_minute;
        counted.rates.registry.take("registry.requests_per_minute", per_minute, now_ms)
    }

    /// Counts a call that only shows what would be done as one that looks, or refuses it as the act would be refused, of which
    /// nothing is counted.
    pub(crate) fn admit_dry_run(
        &self,
        counted: &mut Counted,
        now_ms: u64,
        kind: Kind,
        effects: &BTreeSet<Group>,
        registry_values: u64,
    ) -> Result<(), Fault> {
        self.would_admit(counted, now_ms, kind, effects, registry_values)?;
        self.take(&mut counted.rates, now_ms, None)
    }

    /// Whether a call would be admitted now; nothing is counted.
    pub(crate) fn would_admit(
        &self,
        counted: &Counted,
        now_ms: u64,
        kind: Kind,
        effects: &BTreeSet<Group>,
        registry_values: u64,
    ) -> Result<(), Fault> {
        self.admit(&mut counted.clone(), now_ms, kind, effects, registry_values).map(drop)
    }

    /// Counts in the rate of the gravest effect.
    fn take(&self, rates: &mut Rates, now_ms: u64, gravest: Option<Group>) -> Result<(), Fault> {
        match gravest {
            None | Some(Group::Read) => self.reads.take(&mut rates.reads_ns, now_ms),
            Some(Group::Input) => self.input.take(&mut rates.input_ns, now_ms),
            Some(Group::Change | Group::Destroy | Group::Execute | Group::Egress) => {
                self.changes.take(&mut rates.changes_ns, now_ms)
            }
        }
    }

    /// Whether a session of this age has any time left.
    pub(crate) fn within_session(&self, now_ms: u64) -> Result<(), Fault> {
        let Amount::Most(minutes) = self.limits.session_minutes else { return Ok(()) };
        if now_ms < minutes.saturating_mul(60_000) {
            return Ok(());
        }
        Err(exhausted("session_minutes", minutes))
    }

    /// Each budget with what was used of it.
    pub(crate) fn budgets(&self, counted: &Counted, now_ms: u64) -> Vec<model::Budget> {
        let budget = |name: &str, used, most| {
            let most = match most {
                Amount::Most(most) => Some(most),
                Amount::Unlimited => None,
            };
            model::Budget { name: name.to_owned(), used, most }
        };
        vec![
            budget("destructive_acts", counted.spent.destructive_acts, self.limits.destructive_acts),
            budget("launches", counted.spent.launches, self.limits.launches),
            budget("registry_values", counted.spent.registry_values, self.limits.registry_values),
            budget("session_minutes", now_ms / 60_000, self.limits.session_minutes),
        ]
    }

    fn cooled_down(&self, counted: &Counted, now_ms: u64) -> Result<(), Fault> {
        let Some(last) = counted.last_destruction_ms else { return Ok(()) };
        let since = Duration::from_millis(now_ms.saturating_sub(last));
        let left = self.limits.cooldown.saturating_sub(since);
        if left.is_zero() {
            return Ok(());
        }
        let cooldown = self.limits.cooldown.as_millis();
        let message =
            format!("the limit `cooldown_ms` is {cooldown}: destructive acts do not follow at once");
        Err(Fault::new(Code::Cooldown, message).retry_after(left))
    }
}

fn within(name: &str, most: Amount, spent: u64) -> Result<(), Fault> {
    match most {
        Amount::Most(most) if spent >= most => Err(exhausted(name, most)),
        Amount::Most(_) | Amount::Unlimited => Ok(()),
    }
}

fn exhausted(name: &str, most: u64) -> Fault {
    Fault::new(Code::BudgetExhausted, format!("the limit `{name}` of this session is {most}"))
        .hint("waiting does not help: tell the person what is left to do")
}

#[cfg(test)]
#[path = "tests/counters.rs"]
mod tests;
