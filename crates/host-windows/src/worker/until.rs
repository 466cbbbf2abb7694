//! Looking again until something is so: at once where a bell rings, from time to time in any case.

use std::{
    ops::ControlFlow,
    time::{Duration, Instant},
};

use model::{Code, Fault};

use crate::{
    input::go_on,
    source::{Bell, Job},
};

/// Between two looks where changes do not ring, if the looks are quick; else twice as long as they take.
const TICK: Duration = Duration::from_millis(50);
/// Between two looks where they do: so late is a change seen that did not ring after all.
const SELDOM: Duration = Duration::from_millis(250);
/// Between two looks where it rang, for a start: a window that opens rings several times. Where it goes on and on,
/// twice as long after each, until it is looked as often as without a bell.
const BREATH: Duration = Duration::from_millis(10);
/// How soon a cancelled wait ends.
const STEP: Duration = Duration::from_millis(20);

/// Whether what is waited for rings when it changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Hearing {
    /// All of it is told by the system or the target itself.
    All,
    /// Some of it, or nothing.
    Part,
}

/// One look.
#[derive(Debug)]
pub(super) enum Look<T> {
    /// It is so.
    Yes(T),
    /// Not yet; what there was instead.
    NotYet(String),
}

/// How a wait without a failure ended.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Ended<T> {
    /// It is so.
    So(T),
    /// Its time is over; what was seen last, which may be nothing.
    Over(String),
}

/// Looks until it is so, or the job's time is over. `listen` lets a bell ring from now on, and is called only where the
/// first look was not the last.
///
/// # Errors
/// `CANCELLED`, and those of looking.
pub(super) fn until<T, G>(
    job: &Job,
    mut look: impl FnMut() -> Result<Look<T>, Fault>,
    listen: impl FnOnce(&Bell) -> (Hearing, G),
) -> Result<Ended<T>, Fault> {
    let (mut last, bell) = (String::new(), Bell::default());
    if let ControlFlow::Break(so) = one(&mut look, &mut last)? {
        return Ok(Ended::So(so));
    }
    let (hearing, _guard) = listen(&bell);
    let longest = if hearing == Hearing::All { SELDOM } else { TICK };
    let mut breath = BREATH;
    loop {
        // The first time again, for what happened before the bell was there.
        let looked = Instant::now();
        if let ControlFlow::Break(so) = one(&mut look, &mut last)? {
            return Ok(Ended::So(so));
        }
        let least = breath.max(looked.elapsed() * 2);
        if rest(least, None, job)? == Rest::Over {
            return Ok(Ended::Over(last));
        }
        breath = match rest(longest.saturating_sub(least), Some(&bell), job)? {
            Rest::Over => return Ok(Ended::Over(last)),
            Rest::Rung => (breath * 2).min(TICK),
            Rest::Full => BREATH,
        };
    }
}

/// One look; a look that its time has ended says nothing new.
fn one<T>(
    look: &mut impl FnMut() -> Result<Look<T>, Fault>,
    last: &mut String,
) -> Result<ControlFlow<T>, Fault> {
    match look() {
        Ok(Look::Yes(so)) => return Ok(ControlFlow::Break(so)),
        Ok(Look::NotYet(seen)) => *last = seen,
        Err(fault) if fault.code == Code::Timeout => {}
        Err(fault) => return Err(fault),
    }
    Ok(ControlFlow::Continue(()))
}

/// How a rest ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Rest {
    /// All of it has passed.
    Full,
    /// The bell rang.
    Rung,
    /// The job's time is over.
    Over,
}

/// Lets time pass, or less of it where the bell rings.
///
/// # Errors
/// `CANCELLED`.
pub(super) fn rest(time: Duration, bell: Option<&Bell>, job: &Job) -> Result<Rest, Fault> {
    let until = (Instant::now() + time).min(job.deadline);
    loop {
        match go_on(job) {
            Err(fault) if fault.code == Code::Timeout => return Ok(Rest::Over),
            ended => ended?,
        }
        let now = Instant::now();
        let step = until.min(now + STEP);
        let rung = match bell {
            Some(bell) => bell.hears(step),
            None => {
                std::thread::sleep(step.saturating_duration_since(now));
                false
            }
        };
        if Instant::now() >= job.deadline {
            return Ok(Rest::Over);
        }
        if rung {
            return Ok(Rest::Rung);
        }
        if Instant::now() >= until {
            return Ok(Rest::Full);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::{
        cell::{Cell, RefCell},
        sync::{
            Arc,
            atomic::{AtomicBool, Ordering},
        },
        thread,
    };

    use super::*;
    use crate::source::Ring;

    fn job(time: Duration) -> Job {
        Job { deadline: Instant::now() + time, cancelled: Arc::new(AtomicBool::new(false)) }
    }

    /// How often is looked in a second for what never comes, where it rings after each look or never.
    fn looks(hearing: Hearing, noisy: bool) -> u32 {
        let (mut count, ring) = (0, RefCell::new(None));
        let look = || {
            count += 1;
            ring.borrow().iter().for_each(Ring::ring);
            Ok(Look::<()>::NotYet("nothing".to_owned()))
        };
        let listen = |bell: &Bell| {
            *ring.borrow_mut() = noisy.then(|| bell.ring());
            (hearing, ())
        };
        let ended = until(&job(Duration::from_secs(1)), look, listen).unwrap();
        assert_eq!(ended, Ended::Over("nothing".to_owned()));
        count
    }

    // At most: on a slow machine there are fewer.
    #[test]
    fn where_changes_ring_it_is_looked_a_fifth_as_often() {
        assert!(looks(Hearing::All, false) <= 6);
        assert!(looks(Hearing::Part, false) <= 22);
    }

    #[test]
    fn a_bell_that_never_stops_costs_hardly_more_looks_than_none() {
        assert!(looks(Hearing::All, true) <= 26);
    }

    #[test]
    fn a_ring_is_followed_by_a_look_long_before_the_next_one_were_due() {
        let begun = Instant::now();
        let (mut count, ring) = (0, RefCell::new(None));
        let look = || {
            count += 1;
            ring.borrow().iter().for_each(Ring::ring);
            Ok(if count == 20 { Look::Yes(()) } else { Look::NotYet(String::new()) })
        };
        let listen = |bell: &Bell| {
            *ring.borrow_mut() = Some(bell.ring());
            (Hearing::All, ())
        };
        assert_eq!(until(&job(Duration::from_secs(60)), look, listen).unwrap(), Ended::So(()));
        assert!(begun.elapsed() < SELDOM * 18, "{:?}", begun.elapsed());
    }

    #[test]
    fn what_is_so_already_needs_no_bell() {
        let listen = |_: &Bell| -> (Hearing, ()) { panic!("somebody listens") };
        assert_eq!(until(&job(TICK), || Ok(Look::Yes(7)), listen).unwrap(), Ended::So(7));
    }

    #[test]
    fn what_happens_before_the_bell_is_there_is_seen_without_it() {
        let there = Cell::new(false);
        let begun = Instant::now();
        let look = || Ok(if there.get() { Look::Yes(()) } else { Look::NotYet(String::new()) });
        let listen = |_: &Bell| {
            there.set(true);
            (Hearing::All, begun)
        };
        until(&job(Duration::from_secs(60)), look, listen).unwrap();
        assert!(begun.elapsed() < SELDOM, "{:?}", begun.elapsed());
    }

    #[test]
    fn a_cancelled_wait_ends_though_nothing_rings() {
        let job = job(Duration::from_secs(60));
        let cancel = Arc::clone(&job.cancelled);
        let canceller = thread::spawn(move || {
            thread::sleep(Duration::from_millis(50));
            cancel.store(true, Ordering::Relaxed);
        });
        let begun = Instant::now();
        let look = || Ok(Look::<()>::NotYet(String::new()));
        let fault = until(&job, look, |_| (Hearing::All, ())).unwrap_err();
        assert_eq!(fault.code, Code::Cancelled);
        assert!(begun.elapsed() < Duration::from_secs(10), "{:?}", begun.elapsed());
        canceller.join().unwrap();
    }
}
