//! When a worker that says nothing is lost, and when only the machine is busy.

use std::time::Duration;

/// How long nothing may come from a worker that has work to do before it is asked whether it is alive. Most calls are
/// shorter, and a wait of minutes costs thirteen small messages a second.
pub(super) const SILENCE: Duration = Duration::from_millis(75);
/// Between two looks at one that was asked.
pub(super) const TICK: Duration = Duration::from_millis(25);
/// The most that one look counts. Where we were not run for longer, the machine was busy or in standby, and the worker
/// has had no chance either.
const COUNTED: Duration = Duration::from_millis(50);
/// How long a worker may not run at all. Its reader is woken by the question and has a higher priority than we, so
/// where we are run seven times in a row and it never is, it is frozen. With the start of another one, a frozen worker
/// is replaced within half a second.
const FROZEN: Duration = Duration::from_millis(175);
/// How long a worker may run and not answer, or take to start: a machine that is short of memory reads it in from the
/// disk, and a scanner may hold a new process for a while.
const MUTE: Duration = Duration::from_secs(2);

/// A silence since the worker was asked.
#[derive(Debug)]
pub(super) struct Silence {
    /// How much the worker had run, as its process tells it.
    ran: Option<u64>,
    /// How long it has not run.
    still: Duration,
    /// How long it has not answered.
    mute: Duration,
}

impl Silence {
    /// Begins with how much the worker has run so far, in any unit; nothing where that cannot be told.
    pub(super) const fn new(ran: Option<u64>) -> Self {
        Self { ran, still: Duration::ZERO, mute: Duration::ZERO }
    }

    /// Takes in that `passed` has gone by without a word, and how much the worker has run; whether it is lost.
    /// `started` tells that it has once taken orders.
    pub(super) fn lasts(&mut self, passed: Duration, ran: Option<u64>, started: bool) -> bool {
        let passed = passed.min(COUNTED);
        self.mute += passed;
        self.still = if ran.is_some() && ran == self.ran { self.still + passed } else { Duration::ZERO };
        self.ran = ran;
        self.mute >= MUTE || (started && self.still >= FROZEN)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The time until a worker is lost, looked at every `pause`, that has run `ran(n)` at look `n`.
    fn lost_after(pause: Duration, ran: impl Fn(u64) -> Option<u64>, started: bool) -> Duration {
        let mut silence = Silence::new(ran(0));
        let lost = (1..).find(|look| silence.lasts(pause, ran(*look), started)).unwrap();
        pause * u32::try_from(lost).unwrap()
    }

    #[test]
    fn a_worker_that_does_not_run_is_lost_after_175_ms() {
        assert_eq!(lost_after(TICK, |_| Some(7), true), Duration::from_millis(175));
    }

    #[test]
    fn a_worker_that_runs_and_does_not_answer_is_lost_after_2_s() {
        assert_eq!(lost_after(TICK, Some, true), Duration::from_secs(2));
    }

    #[test]
    fn one_moment_in_which_it_ran_begins_the_count_anew() {
        assert_eq!(lost_after(TICK, |look| Some(look / 7), true), Duration::from_secs(2));
    }

    #[test]
    fn a_worker_that_starts_or_cannot_be_told_to_run_has_2_s() {
        assert_eq!(lost_after(TICK, |_| Some(0), false), Duration::from_secs(2));
        assert_eq!(lost_after(TICK, |_| None, true), Duration::from_secs(2));
    }

    #[test]
    fn time_in_which_nothing_was_run_counts_little_however_long_it_was() {
        let hour = Duration::from_secs(3600);
        assert!(!Silence::new(Some(1)).lasts(hour, Some(1), true));
        assert_eq!(lost_after(hour, |_| Some(1), true), hour * 4);
    }
}
