//! A pulse for the gate to read: whether this process is run at all, where the system does not count its cycles (Wine).

use std::{
    io,
    sync::{
        Condvar, Mutex, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    thread,
    time::Duration,
};

/// Between two beats: as the gate looks.
const PERIOD: Duration = Duration::from_millis(25);
/// How many beats follow the last order, so that there are some when the next one comes: ten seconds.
const AFTER: u32 = 400;

static BEATS: AtomicU64 = AtomicU64::new(0);
/// A new worker's first order may be a large one, which takes longer to read than a frozen worker is waited for.
static LEFT: Mutex<u32> = Mutex::new(AFTER);
static ORDERED: Condvar = Condvar::new();

/// Starts the thread that beats; where the beats are counted.
///
/// # Errors
/// It cannot be started.
pub(super) fn start() -> io::Result<u64> {
    thread::Builder::new().name("beats".to_owned()).spawn(beat)?;
    Ok((&raw const BEATS).expose_provenance() as u64)
}

/// Has it beat for a while: there is an order.
pub(super) fn go_on() {
    *LEFT.lock().unwrap_or_else(PoisonError::into_inner) = AFTER;
    ORDERED.notify_one();
}

fn beat() {
    let mut left = LEFT.lock().unwrap_or_else(PoisonError::into_inner);
    loop {
        BEATS.fetch_add(1, Ordering::Relaxed);
        left = if *left == 0 {
            ORDERED.wait(left).unwrap_or_else(PoisonError::into_inner)
        } else {
            *left -= 1;
            ORDERED.wait_timeout(left, PERIOD).unwrap_or_else(PoisonError::into_inner).0
        };
    }
}
