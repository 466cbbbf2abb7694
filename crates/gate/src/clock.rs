//! The port to time that outlives a process.
//!
//! Untrusted: the wall clock, which programs and people set; what was written about a moment before.
//! Guarantees: the wall clock counts only where no other does, across a start of the machine, and then only forward.
//! Does not: tell how long a machine was off whose wall clock was set back meanwhile.

use std::{fmt, time::Duration};

use serde::{Deserialize, Serialize};

/// Two clocks that differ by less tick alike, milliseconds.
const COARSE_MS: u64 = 2_000;

/// Clocks of a machine that every process on it reads alike.
pub trait Clock: Send + Sync + fmt::Debug {
    /// Which start of the machine this is; none where the system does not tell.
    fn boot(&self) -> Option<&str>;

    /// What they show.
    fn now(&self) -> Moment;
}

/// What the clocks of a machine show.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Moment {
    /// Since the machine started, sleep included. Nothing sets it.
    pub since_boot: Duration,
    /// Since 1970, by the wall clock.
    pub wall: Duration,
}

/// A moment as it is written down.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Stamp {
    boot: Option<String>,
    since_boot_ms: u64,
    wall_ms: u64,
}

/// How long something is ago: exactly where both are the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Ago {
    /// At least, milliseconds.
    pub(crate) least: u64,
    /// At most, as far as the wall clock tells, milliseconds.
    pub(crate) most: u64,
}

impl Stamp {
    pub(crate) fn of(clock: &dyn Clock) -> Self {
        let Moment { since_boot, wall } = clock.now();
        let boot = clock.boot().map(str::to_owned);
        Self { boot, since_boot_ms: millis(since_boot), wall_ms: millis(wall) }
    }

    /// How long it is ago; none where it lies ahead on the same start of the machine, which no clock of it ever said.
    pub(crate) fn ago(&self, clock: &dyn Clock) -> Option<Ago> {
        let now = Self::of(clock);
        let since = now.since_boot_ms.checked_sub(self.since_boot_ms);
        let by_wall = now.wall_ms.saturating_sub(self.wall_ms);
        let most = |least: u64| if by_wall > least.saturating_add(COARSE_MS) { by_wall } else { least };
        match (&self.boot, &now.boot) {
            (Some(then), Some(now)) if then == now => since.map(|since| Ago { least: since, most: since }),
            (Some(_), Some(_)) => {
                let least = now.since_boot_ms;
                Some(Ago { least, most: most(least) })
            }
            // Which start it was is not known: where the clock is behind, it has begun anew.
            _ => {
                let least = since.unwrap_or(now.since_boot_ms);
                Some(Ago { least, most: most(least) })
            }
        }
    }

    /// How long it is ago, for one that this process has made.
    pub(crate) fn elapsed_ms(&self, clock: &dyn Clock) -> u64 {
        millis(clock.now().since_boot).saturating_sub(self.since_boot_ms)
    }
}

fn millis(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}

#[cfg(test)]
pub(crate) mod tests {
    use std::sync::Mutex;

    use super::*;

    /// A machine whose clocks a test sets.
    #[derive(Debug)]
    pub(crate) struct SetClock {
        boot: Option<String>,
        now: Mutex<Moment>,
    }

    impl SetClock {
        pub(crate) fn new(boot: Option<&str>, since_boot: u64, wall: u64) -> Self {
            let now = Moment { since_boot: Duration::from_secs(since_boot), wall: Duration::from_secs(wall) };
            Self { boot: boot.map(str::to_owned), now: Mutex::new(now) }
        }

        /// Lets time pass.
        pub(crate) fn pass(&self, time: Duration) {
            let mut now = self.now.lock().unwrap();
            now.since_boot += time;
            now.wall += time;
        }

        /// Sets the wall clock, seconds since 1970.
        pub(crate) fn set_wall(&self, wall: u64) {
            self.now.lock().unwrap().wall = Duration::from_secs(wall);
        }
    }

    impl Clock for SetClock {
        fn boot(&self) -> Option<&str> {
            self.boot.as_deref()
        }

        fn now(&self) -> Moment {
            *self.now.lock().unwrap()
        }
    }

    fn ago(then: &SetClock, now: &SetClock) -> Option<(u64, u64)> {
        Stamp::of(then).ago(now).map(|ago| (ago.least / 1_000, ago.most / 1_000))
    }

    #[test]
    fn on_one_start_of_the_machine_the_wall_clock_counts_for_nothing() {
        let then = SetClock::new(Some("a"), 100, 5_000);
        for wall in [0, 5_000, 9_000_000] {
            assert_eq!(ago(&then, &SetClock::new(Some("a"), 160, wall)), Some((60, 60)));
        }
        assert_eq!(ago(&then, &SetClock::new(Some("a"), 99, 6_000)), None, "it lies ahead");
    }

    #[test]
    fn across_starts_the_wall_clock_counts_forward_alone() {
        let then = SetClock::new(Some("a"), 100, 5_000);
        assert_eq!(ago(&then, &SetClock::new(Some("b"), 30, 9_000)), Some((30, 4_000)));
        assert_eq!(ago(&then, &SetClock::new(Some("b"), 30, 1_000)), Some((30, 30)));
    }

    #[test]
    fn where_starts_have_no_names_a_clock_that_is_behind_has_begun_anew() {
        let then = SetClock::new(None, 100, 5_000);
        assert_eq!(ago(&then, &SetClock::new(None, 160, 1_000)), Some((60, 60)));
        assert_eq!(ago(&then, &SetClock::new(None, 160, 5_900)), Some((60, 900)));
        assert_eq!(ago(&then, &SetClock::new(None, 20, 5_050)), Some((20, 50)));
    }
}
