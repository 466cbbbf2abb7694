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

    /// Takes back what an act would have used that was not tried.
    pub(crate) fn give_back(&mut self, spent: Spent) {
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
    ) -> Result<Spent, Fault> {
        if kind == Kind::Status {
            return Ok(Spent::default());
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
        if destroys {
            counted.last_destruction_ms = Some(now_ms);
        }
        let uses =
            Spent { destructive_acts: u64::from(destroys), launches: u64::from(launches), registry_values };
        counted.calls += 1;
        counted.spent.destructive_acts += uses.destructive_acts;
        counted.spent.launches += uses.launches;
        counted.spent.registry_values += uses.registry_values;
        Ok(uses)
    }

    /// Counts a call that concerns the registry, whatever becomes of it, or refuses it.
    pub(crate) fn admit_to_registry(&self, counted: &mut Counted, now_ms: u64) -> Result<(), Fault> {
        let per_minute = self.limits.registry_requests_per_minute;
        counted.rates.registry.take("registry.requests_per_minute", per_minute, now_ms)
    }

    /// Counts a call that only shows what would be done, or refuses it.
    pub(crate) fn admit_dry_run(&self, counted: &mut Counted, now_ms: u64) -> Result<(), Fault> {
        self.within_session(now_ms)?;
        self.take(&mut counted.rates, now_ms, None)
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
mod tests {
    use policy::config::{Profile, Settings};

    use super::*;

    /// A session's counters and its time.
    struct Session {
        counters: Counters,
        counted: Counted,
        now_ms: u64,
    }

    impl Session {
        fn admit(&mut self, kind: Kind, effects: &BTreeSet<Group>) -> Result<Spent, Fault> {
            self.counters.admit(&mut self.counted, self.now_ms, kind, effects, 0)
        }
    }

    fn counters(set: impl FnOnce(&mut Limits)) -> Session {
        let mut limits = Settings::of_profile(Profile::Lab).limits;
        set(&mut limits);
        Session { counters: Counters::new(&limits), counted: Counted::default(), now_ms: 7 }
    }

    fn code(session: &mut Session, kind: Kind, group: Group) -> Option<Code> {
        session.admit(kind, &BTreeSet::from([group])).err().map(|fault| fault.code)
    }

    #[test]
    fn what_a_session_has_done_is_what_policies_and_status_are_told() {
        let mut session = counters(|limits| limits.cooldown = Duration::ZERO);
        for (kind, group) in [
            (Kind::Click, Group::Destroy),
            (Kind::Click, Group::Destroy),
            (Kind::AppLaunch, Group::Execute),
            (Kind::AppLaunch, Group::Execute),
            (Kind::AppLaunch, Group::Execute),
            (Kind::Status, Group::Read),
            (Kind::Find, Group::Read),
        ] {
            assert_eq!(code(&mut session, kind, group), None);
        }
        let facts = SessionFacts { age_minutes: 0, calls: 6, destructive_acts: 2, launches: 3 };
        assert_eq!(session.counted.facts(), facts);
        let mut admit = |values| {
            let change = BTreeSet::from([Group::Change]);
            session.counters.admit(&mut session.counted, 7, Kind::RegistryWrite, &change, values).unwrap()
        };
        admit(3);
        admit(4);
        let budgets = session.counters.budgets(&session.counted, 5 * 60_000 + 7);
        let used: Vec<(&str, u64)> =
            budgets.iter().map(|budget| (budget.name.as_str(), budget.used)).collect();
        let expected =
            [("destructive_acts", 2), ("launches", 3), ("registry_values", 7), ("session_minutes", 5)];
        assert_eq!(used, expected);
    }

    #[test]
    fn a_lab_is_not_limited() {
        let mut counters = counters(|_| {});
        for _ in 0..1_000 {
            for group in [Group::Read, Group::Input, Group::Destroy, Group::Execute] {
                assert_eq!(code(&mut counters, Kind::AppLaunch, group), None);
            }
        }
    }

    #[test]
    fn each_rate_counts_its_own_group_and_says_when_to_try_again() {
        let mut counters = counters(|limits| {
            limits.reads_per_minute = Amount::Most(3);
            limits.input_per_minute = Amount::Most(2);
            limits.changes_per_minute = Amount::Most(1);
        });
        for (kind, group, most) in [
            (Kind::Snapshot, Group::Read, 3),
            (Kind::Click, Group::Input, 2),
            (Kind::ClipboardWrite, Group::Change, 1),
        ] {
            for _ in 0..most {
                assert_eq!(code(&mut counters, kind, group), None);
            }
            let fault = counters.admit(kind, &BTreeSet::from([group])).unwrap_err();
            assert_eq!(fault.code, Code::RateLimited);
            assert!(fault.retry_after_ms.is_some_and(|ms| (1..=60_000).contains(&ms)), "{fault:?}");
            assert!(fault.message.contains(&format!("is {most}")), "{fault}");
        }
        assert_eq!(code(&mut counters, Kind::Status, Group::Read), None);
    }

    #[test]
    fn a_rate_of_none_refuses_without_a_time_to_try_again() {
        let mut counters = counters(|limits| limits.reads_per_minute = Amount::Most(0));
        let fault = counters.admit(Kind::Snapshot, &BTreeSet::from([Group::Read])).unwrap_err();
        assert_eq!((fault.code, fault.retry_after_ms), (Code::RateLimited, None));
    }

    #[test]
    fn destructive_acts_wait_for_each_other_and_end() {
        let mut counters = counters(|limits| {
            limits.cooldown = Duration::from_millis(40);
            limits.destructive_acts = Amount::Most(2);
        });
        assert_eq!(code(&mut counters, Kind::Click, Group::Destroy), None);
        let fault = counters.admit(Kind::Click, &BTreeSet::from([Group::Destroy])).unwrap_err();
        assert_eq!(fault.code, Code::Cooldown);
        assert!(fault.retry_after_ms.is_some_and(|ms| (1..=40).contains(&ms)), "{fault:?}");
        assert_eq!(code(&mut counters, Kind::Click, Group::Input), None, "only destruction cools down");
        counters.now_ms += 50;
        assert_eq!(code(&mut counters, Kind::Click, Group::Destroy), None);
        counters.now_ms += 50;
        assert_eq!(code(&mut counters, Kind::Click, Group::Destroy), Some(Code::BudgetExhausted));
        assert_eq!(counters.counted.spent, Spent { destructive_acts: 2, ..Spent::default() });
    }

    #[test]
    fn what_one_limit_refuses_no_other_counts() {
        let mut counters = counters(|limits| {
            limits.launches = Amount::Most(5);
            limits.changes_per_minute = Amount::Most(1);
        });
        assert_eq!(code(&mut counters, Kind::AppLaunch, Group::Execute), None);
        assert_eq!(code(&mut counters, Kind::AppLaunch, Group::Execute), Some(Code::RateLimited));
        assert_eq!(counters.counted.spent.launches, 1);
    }

    #[test]
    fn what_is_given_back_leaves_its_budget_and_stays_in_its_rate() {
        let mut counters = counters(|limits| {
            limits.launches = Amount::Most(1);
            limits.destructive_acts = Amount::Most(1);
            limits.changes_per_minute = Amount::Most(2);
        });
        for (kind, group) in [(Kind::AppLaunch, Group::Execute), (Kind::Click, Group::Destroy)] {
            let uses = counters.admit(kind, &BTreeSet::from([group])).unwrap();
            assert_ne!(uses, Spent::default());
            counters.counted.give_back(uses);
        }
        assert_eq!(counters.counted.spent, Spent::default());
        assert_eq!(code(&mut counters, Kind::AppLaunch, Group::Execute), Some(Code::RateLimited));
    }

    #[test]
    fn a_session_whose_time_is_over_does_nothing_more_but_tell() {
        let mut counters = counters(|limits| limits.session_minutes = Amount::Most(0));
        assert_eq!(code(&mut counters, Kind::Snapshot, Group::Read), Some(Code::BudgetExhausted));
        assert_eq!(code(&mut counters, Kind::Status, Group::Read), None);
    }

    #[test]
    fn a_rate_recovers_with_the_sessions_time() {
        let mut counters = counters(|limits| limits.input_per_minute = Amount::Most(2));
        for _ in 0..2 {
            assert_eq!(code(&mut counters, Kind::Click, Group::Input), None);
        }
        assert_eq!(code(&mut counters, Kind::Click, Group::Input), Some(Code::RateLimited));
        counters.now_ms += 31_000;
        assert_eq!(code(&mut counters, Kind::Click, Group::Input), None);
        assert_eq!(code(&mut counters, Kind::Click, Group::Input), Some(Code::RateLimited));
    }

    #[test]
    fn what_was_counted_counts_on_where_it_is_read_again() {
        let set = |limits: &mut Limits| {
            limits.cooldown = Duration::from_secs(5);
            limits.changes_per_minute = Amount::Most(1);
        };
        let mut before = counters(set);
        assert_eq!(code(&mut before, Kind::Click, Group::Destroy), None);
        let written = serde_json::to_string(&before.counted).unwrap();
        let mut after = counters(set);
        after.counted = serde_json::from_str(&written).unwrap();
        assert_eq!(after.counted, before.counted);
        assert_eq!(code(&mut after, Kind::Click, Group::Destroy), Some(Code::Cooldown));
        assert_eq!(code(&mut after, Kind::ClipboardWrite, Group::Change), Some(Code::RateLimited));
        after.counted.later(1_000_000);
        after.now_ms += 70_000;
        assert_eq!(code(&mut after, Kind::Click, Group::Destroy), Some(Code::Cooldown), "it waits longer");
    }
}
