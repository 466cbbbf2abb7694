use policy::config::{Profile, Settings};

use super::*;

/// A session's counters and its time.
struct Session {
    counters: Counters,
    counted: Counted,
    now_ms: u64,
}

impl Session {
    fn admit(&mut self, kind: Kind, effects: &BTreeSet<Group>) -> Result<Uses, Fault> {
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
    let used: Vec<(&str, u64)> = budgets.iter().map(|budget| (budget.name.as_str(), budget.used)).collect();
    let expected = [("destructive_acts", 2), ("launches", 3), ("registry_values", 7), ("session_minutes", 5)];
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
        assert_ne!(uses.spent, Spent::default());
        counters.counted.give_back(uses);
    }
    assert_eq!(counters.counted.spent, Spent::default());
    assert_eq!(code(&mut counters, Kind::AppLaunch, Group::Execute), Some(Code::RateLimited));
}

#[test]
fn a_destructive_act_that_was_not_tried_is_not_waited_for_unless_another_came_since() {
    let mut session = counters(|limits| limits.cooldown = Duration::from_millis(40));
    let destroy = BTreeSet::from([Group::Destroy]);
    let first = session.admit(Kind::Click, &destroy).unwrap();
    assert_eq!(code(&mut session, Kind::Click, Group::Destroy), Some(Code::Cooldown), "it may be tried");
    session.counted.give_back(first);
    let second = session.admit(Kind::Click, &destroy).unwrap();
    session.now_ms += 50;
    session.admit(Kind::Click, &destroy).unwrap();
    session.counted.give_back(second);
    assert_eq!(code(&mut session, Kind::Click, Group::Destroy), Some(Code::Cooldown), "of the third");
}

#[test]
fn a_dry_run_is_refused_as_the_act_would_be_and_uses_nothing_of_its_limits() {
    let mut session = counters(|limits| {
        limits.reads_per_minute = Amount::Most(3);
        limits.changes_per_minute = Amount::Most(1);
        limits.launches = Amount::Most(1);
        limits.cooldown = Duration::from_millis(40);
        limits.registry_values = Amount::Most(2);
    });
    let dry = |session: &mut Session, kind, group, values| {
        let (effects, now) = (BTreeSet::from([group]), session.now_ms);
        let Session { counters, counted, .. } = session;
        counters.admit_dry_run(counted, now, kind, &effects, values).err().map(|fault| fault.code)
    };
    for _ in 0..2 {
        assert_eq!(dry(&mut session, Kind::AppLaunch, Group::Execute, 0), None);
    }
    let many = dry(&mut session, Kind::RegistryWrite, Group::Change, 3);
    assert_eq!(many, Some(Code::BudgetExhausted), "it would write more than is left");
    assert_eq!((session.counted.spent, session.counted.calls), (Spent::default(), 0));
    assert_eq!(code(&mut session, Kind::AppLaunch, Group::Execute), None);
    assert_eq!(dry(&mut session, Kind::AppLaunch, Group::Execute, 0), Some(Code::BudgetExhausted));
    assert_eq!(dry(&mut session, Kind::ClipboardWrite, Group::Change, 0), Some(Code::RateLimited));
    session.now_ms += 60_000;
    assert_eq!(code(&mut session, Kind::Click, Group::Destroy), None);
    assert_eq!(dry(&mut session, Kind::Click, Group::Destroy, 0), Some(Code::Cooldown));
    for expected in [None, None, None, Some(Code::RateLimited)] {
        assert_eq!(dry(&mut session, Kind::Click, Group::Input, 0), expected, "it counts as a look");
    }
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
