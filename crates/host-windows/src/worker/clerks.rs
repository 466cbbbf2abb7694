//! Threads that walk orders to their end: as many as are busy, within a bound.

use std::{
    collections::VecDeque,
    fmt,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError},
    thread,
    time::Duration,
};

/// How long a thread without work stays.
const IDLE: Duration = Duration::from_secs(30);

type Order = Box<dyn FnOnce() + Send>;

/// A pool of threads.
#[derive(Debug, Clone)]
pub struct Clerks {
    hall: Arc<Hall>,
    at_most: usize,
}

#[derive(Default)]
struct Hall {
    queue: Mutex<Queue>,
    called: Condvar,
}

#[derive(Default)]
struct Queue {
    orders: VecDeque<Order>,
    /// Threads that wait for an order.
    idle: usize,
    /// All threads.
    all: usize,
}

impl fmt::Debug for Hall {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Hall").finish_non_exhaustive()
    }
}

impl Hall {
    fn queue(&self) -> MutexGuard<'_, Queue> {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Clerks {
    /// A pool of at most so many threads; none is started yet.
    #[must_use]
    pub fn new(at_most: usize) -> Self {
        Self { hall: Arc::default(), at_most }
    }

    /// Has an order done by a thread that is free, by a new one, or by the next that will be free.
    pub fn hand(&self, order: impl FnOnce() + Send + 'static) {
        let mut queue = self.hall.queue();
        queue.orders.push_back(Box::new(order));
        if queue.idle < queue.orders.len() && queue.all < self.at_most {
            queue.all += 1;
            let hall = Arc::clone(&self.hall);
            let started = thread::Builder::new().name("clerk".to_owned()).spawn(move || work(&hall));
            if started.is_err() {
                queue.all -= 1; // one of the others will do it
            }
        }
        drop(queue);
        self.hall.called.notify_one();
    }

    /// Whether no order waits or is worked on.
    #[must_use]
    pub fn is_idle(&self) -> bool {
        let queue = self.hall.queue();
        queue.orders.is_empty() && queue.idle == queue.all
    }
}

fn work(hall: &Hall) {
    let mut queue = hall.queue();
    loop {
        if let Some(order) = queue.orders.pop_front() {
            drop(queue);
            // The order says for itself how it ended; what it was in the middle of is its own.
            let _ = catch_unwind(AssertUnwindSafe(order));
            queue = hall.queue();
            continue;
        }
        queue.idle += 1;
        let (woken, waited) = hall.called.wait_timeout(queue, IDLE).unwrap_or_else(PoisonError::into_inner);
        queue = woken;
        queue.idle -= 1;
        if waited.timed_out() && queue.orders.is_empty() {
            queue.all -= 1;
            return;
        }
    }
}

#[cfg(test)]
mod tests {
    use std::{sync::mpsc::channel, time::Instant};

    use super::*;

    fn until_idle(clerks: &Clerks) {
        let end = Instant::now() + Duration::from_secs(10);
        while !clerks.is_idle() {
            assert!(Instant::now() < end, "orders are still worked on");
            thread::yield_now();
        }
    }

    #[test]
    fn an_order_that_waits_holds_up_no_other() {
        let clerks = Clerks::new(2);
        let (release, held) = channel::<()>();
        let (done, ended) = channel();
        clerks.hand(move || {
            let _ = held.recv();
        });
        clerks.hand(move || done.send("second").unwrap());
        assert_eq!(ended.recv_timeout(Duration::from_secs(10)), Ok("second"));
        assert!(!clerks.is_idle());
        release.send(()).unwrap();
        until_idle(&clerks);
    }

    #[test]
    fn beyond_the_bound_orders_wait_their_turn() {
        let clerks = Clerks::new(1);
        let (done, ended) = channel();
        for number in 0..20 {
            let done = done.clone();
            clerks.hand(move || done.send(number).unwrap());
        }
        drop(done);
        assert!(ended.iter().eq(0..20));
        until_idle(&clerks);
        assert_eq!(clerks.hall.queue().all, 1);
    }

    #[test]
    fn a_panic_ends_one_order_and_not_the_thread() {
        let clerks = Clerks::new(1);
        let (done, ended) = channel();
        clerks.hand(|| panic!("a defect"));
        clerks.hand(move || done.send(()).unwrap());
        assert!(ended.recv_timeout(Duration::from_secs(10)).is_ok());
    }
}
