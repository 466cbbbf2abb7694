//! What a session has done so far, against what it may do: rates, cooldown and budgets.
//!
//! Untrusted: nothing; effects and operations come from the policy and the plan.
//! Guarantees: clocks are monotonic, so that turning the wall clock back changes nothing; a call that is refused by
//! one limit is counted by none.
//! Does not: undo a count when a call that was admitted fails later, for it was tried.

use std::{
    collections::BTreeSet,
    num::NonZeroU32,
    time::{Duration, Instant},
};

use governor::{
    Quota, RateLimiter,
    clock::{Clock, DefaultClock},
    state::{InMemoryState, NotKeyed},
};
use model::{Code, Fault, Group, Kind};
use policy::config::{Amount, Limits};
use serde::Serialize;

type Rate = RateLimiter<NotKeyed, InMemoryState, DefaultClock>;

/// Counters of one session.
#[derive(Debug)]
pub(crate) struct Counters {
    limits: Limits,
    reads: Bucket,
    input: Bucket,
    changes: Bucket,
    begun: Instant,
    last_destruction: Option<Instant>,
    spent: Spent,
}

/// What was used of the budgets.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub(crate) struct Spent {
    pub(crate) destructive_acts: u64,
    pub(crate) launches: u64,
}

/// A rate, if there is one.
#[derive(Debug)]
struct Bucket {
    name: &'static str,
    per_minute: Amount,
    rate: Option<Rate>,
}

impl Bucket {
    fn new(name: &'static str, per_minute: Amount) -> Self {
        let rate = match per_minute {
            Amount::Unlimited => None,
            // None at all is refused without asking.
            Amount::Most(most) => NonZeroU32::new(u32::try_from(most).unwrap_or(u32::MAX))
                .map(|most| RateLimiter::direct(Quota::per_minute(most))),
        };
        Self { name, per_minute, rate }
    }

    fn take(&self) -> Result<(), Fault> {
        let refused = |wait: Option<Duration>| {
            let most = match self.per_minute {
                Amount::Most(most) => most,
                Amount::Unlimited => return Ok(()),
            };
            let fault = Fault::new(Code::RateLimited, format!("the limit `{}` is {most}", self.name));
            Err(wait.map_or_else(|| fault.clone(), |wait| fault.clone().retry_after(wait)))
        };
        match &self.rate {
            None => refused(None),
            Some(rate) => rate
                .check()
                .or_else(|until| refused(Some(until.wait_time_from(DefaultClock::default().now())))),
        }
    }
}

impl Counters {
    /// A session that begins now.
    pub(crate) fn new(limits: &Limits) -> Self {
        Self {
            reads: Bucket::new("reads_per_minute", limits.reads_per_minute),
            input: Bucket::new("input_per_minute", limits.input_per_minute),
            changes: Bucket::new("changes_per_minute", limits.changes_per_minute),
            limits: limits.clone(),
            begun: Instant::now(),
            last_destruction: None,
            spent: Spent::default(),
        }
    }

    /// What was used so far.
    pub(crate) const fn spent(&self) -> Spent {
        self.spent
    }

    /// Counts a call of this kind and these effects, or refuses it. `status` is never refused.
    pub(crate) fn admit(&mut self, kind: Kind, effects: &BTreeSet<Group>) -> Result<(), Fault> {
        if kind == Kind::Status {
            return Ok(());
        }
        let (destroys, launches) = (effects.contains(&Group::Destroy), kind == Kind::AppLaunch);
        self.within_session()?;
        if destroys {
            self.cooled_down()?;
            within("destructive_acts", self.limits.destructive_acts, self.spent.destructive_acts)?;
        }
        if launches {
            within("launches", self.limits.launches, self.spent.launches)?;
        }
        self.bucket(effects).take()?;
        if destroys {
            self.spent.destructive_acts += 1;
            self.last_destruction = Some(Instant::now());
        }
        self.spent.launches += u64::from(launches);
        Ok(())
    }

    /// Counts a call that only shows what would be done, or refuses it.
    pub(crate) fn admit_dry_run(&self) -> Result<(), Fault> {
        self.within_session()?;
        self.reads.take()
    }

    /// The rate of the gravest effect.
    fn bucket(&self, effects: &BTreeSet<Group>) -> &Bucket {
        match effects.last() {
            None | Some(Group::Read) => &self.reads,
            Some(Group::Input) => &self.input,
            Some(Group::Change | Group::Destroy | Group::Execute | Group::Egress) => &self.changes,
        }
    }

    fn within_session(&self) -> Result<(), Fault> {
        let Amount::Most(minutes) = self.limits.session_minutes else { return Ok(()) };
        if self.begun.elapsed() < Duration::from_secs(minutes.saturating_mul(60)) {
            return Ok(());
        }
        Err(exhausted("session_minutes", minutes))
    }

    fn cooled_down(&self) -> Result<(), Fault> {
        let Some(last) = self.last_destruction else { return Ok(()) };
        let left = self.limits.cooldown.saturating_sub(last.elapsed());
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

    fn counters(set: impl FnOnce(&mut Limits)) -> Counters {
        let mut limits = Settings::of_profile(Profile::Lab).limits;
        set(&mut limits);
        Counters::new(&limits)
    }

    fn code(counters: &mut Counters, kind: Kind, group: Group) -> Option<Code> {
        counters.admit(kind, &BTreeSet::from([group])).err().map(|fault| fault.code)
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
        std::thread::sleep(Duration::from_millis(50));
        assert_eq!(code(&mut counters, Kind::Click, Group::Destroy), None);
        std::thread::sleep(Duration::from_millis(50));
        assert_eq!(code(&mut counters, Kind::Click, Group::Destroy), Some(Code::BudgetExhausted));
        assert_eq!(counters.spent(), Spent { destructive_acts: 2, launches: 0 });
    }

    #[test]
    fn what_one_limit_refuses_no_other_counts() {
        let mut counters = counters(|limits| {
            limits.launches = Amount::Most(5);
            limits.changes_per_minute = Amount::Most(1);
        });
        assert_eq!(code(&mut counters, Kind::AppLaunch, Group::Execute), None);
        assert_eq!(code(&mut counters, Kind::AppLaunch, Group::Execute), Some(Code::RateLimited));
        assert_eq!(counters.spent().launches, 1);
    }

    #[test]
    fn a_session_whose_time_is_over_does_nothing_more_but_tell() {
        let mut counters = counters(|limits| limits.session_minutes = Amount::Most(0));
        assert_eq!(code(&mut counters, Kind::Snapshot, Group::Read), Some(Code::BudgetExhausted));
        assert_eq!(code(&mut counters, Kind::Status, Group::Read), None);
    }
}
