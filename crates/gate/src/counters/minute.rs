//! A rate that is exact: no more than so many calls of one minute, in whatever time they come.

use std::{cmp::Ordering, time::Duration};

use model::{Code, Fault};
use policy::config::Amount;
use serde::{Deserialize, Serialize};

/// Calls of the minute that began with the first of them: so many and no more, however fast or slowly they come.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Minute {
    begun_ms: u64,
    calls: u64,
}

impl Minute {
    const MS: u64 = 60_000;

    pub(super) fn take(&mut self, name: &str, per_minute: Amount, now_ms: u64) -> Result<(), Fault> {
        let Amount::Most(most) = per_minute else { return Ok(()) };
        let ends_ms = self.begun_ms.saturating_add(Self::MS);
        if self.calls == 0 || now_ms >= ends_ms {
            *self = Self { begun_ms: now_ms, calls: 0 };
        } else if self.calls >= most {
            let wait = Duration::from_millis(ends_ms.saturating_sub(now_ms));
            let fault = Fault::new(Code::RateLimited, format!("the limit `{name}` is {most}"));
            return Err(fault.retry_after(wait));
        }
        self.calls += 1;
        Ok(())
    }

    /// Lets it end later.
    pub(super) fn later(&mut self, ms: u64) {
        self.begun_ms = self.begun_ms.saturating_add(ms);
    }

    /// The same minute as two who counted know it; of two minutes the later.
    pub(crate) fn joined(self, other: Self) -> Self {
        match self.begun_ms.cmp(&other.begun_ms) {
            Ordering::Less => other,
            Ordering::Greater => self,
            Ordering::Equal => Self { calls: self.calls.max(other.calls), ..self },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_minute_has_so_many_calls_however_slowly_they_come() {
        let mut minute = Minute::default();
        for call in 0..3 {
            assert_eq!(minute.take("m", Amount::Most(3), 1_000 + call * 15_000), Ok(()), "{call}");
        }
        let fault = minute.take("m", Amount::Most(3), 60_999).unwrap_err();
        assert_eq!((fault.code, fault.retry_after_ms), (Code::RateLimited, Some(1)));
        assert_eq!(minute.take("m", Amount::Most(3), 61_000), Ok(()));
        assert_eq!(minute.take("m", Amount::Unlimited, 61_000), Ok(()));
    }

    #[test]
    fn a_minute_that_ends_later_has_no_more_calls_until_then() {
        let mut minute = Minute::default();
        assert_eq!(minute.take("m", Amount::Most(1), 1_000), Ok(()));
        minute.later(5_000);
        let fault = minute.take("m", Amount::Most(1), 65_000).unwrap_err();
        assert_eq!(fault.retry_after_ms, Some(1_000));
        assert_eq!(minute.take("m", Amount::Most(1), 66_000), Ok(()));
    }

    #[test]
    fn of_what_two_know_of_a_minute_the_more_counts() {
        let minute = |begun_ms, calls| Minute { begun_ms, calls };
        assert_eq!(minute(5, 2).joined(minute(5, 3)), minute(5, 3));
        assert_eq!(minute(5, 9).joined(minute(6, 1)), minute(6, 1));
        assert_eq!(minute(7, 1).joined(minute(6, 9)), minute(7, 1));
    }
}
