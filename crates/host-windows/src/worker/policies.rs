//! Asking the gate, in the middle of an order, what policies say of keys.
//!
//! Untrusted: nothing; the gate is who decides. To the gate all that is asked here is.
//! Guarantees: a question ends with its own answer, with the order's time or with its cancellation, and what is no answer is a refusal.
//! Does not: keep answers, or go on without one.

use std::{
    collections::HashMap,
    fmt,
    sync::{
        Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU64, Ordering},
        mpsc::{Receiver, RecvTimeoutError, Sender, channel},
    },
    time::{Duration, Instant},
};

use gate::registry::{Policies, Question, Said};
use model::{Code, Fault};

use crate::wire::FromWorker;

/// Between two looks whether the order was cancelled.
const TICK: Duration = Duration::from_millis(20);

/// What the gate said, and to which question.
type Reply = (u64, Result<Vec<Said>, Box<Fault>>);

/// The orders that may have asked something.
#[derive(Debug, Default)]
pub struct Desk(Mutex<HashMap<u64, Sender<Reply>>>);

impl Desk {
    /// A panic while it was held has left it whole.
    fn open(&self) -> MutexGuard<'_, HashMap<u64, Sender<Reply>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Has this order ask by `tell`, until what is given back is dropped.
    pub fn seat<'a>(&'a self, order: u64, tell: &'a (dyn Fn(FromWorker) + Sync)) -> Seat<'a> {
        let (replies, answers) = channel();
        self.open().insert(order, replies);
        Seat { desk: self, order, tell, answers: Mutex::new(answers), last: AtomicU64::new(0) }
    }

    /// Takes in what the gate said; to an order that has ended it says nothing.
    pub fn receive(&self, order: u64, number: u64, said: Result<Vec<Said>, Box<Fault>>) {
        if let Some(replies) = self.open().get(&order) {
            let _ = replies.send((number, said)); // who has gone needs no answer
        }
    }
}

/// An order that can ask.
pub struct Seat<'a> {
    desk: &'a Desk,
    order: u64,
    tell: &'a (dyn Fn(FromWorker) + Sync),
    answers: Mutex<Receiver<Reply>>,
    last: AtomicU64,
}

impl fmt::Debug for Seat<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Seat").field("order", &self.order).finish_non_exhaustive()
    }
}

impl Drop for Seat<'_> {
    fn drop(&mut self) {
        self.desk.open().remove(&self.order);
    }
}

impl Policies for Seat<'_> {
    fn judge(
        &self,
        question: &Question,
        until: Instant,
        cancelled: &dyn Fn() -> bool,
    ) -> Result<Vec<Said>, Fault> {
        let answers = self.answers.lock().unwrap_or_else(PoisonError::into_inner);
        let number = self.last.fetch_add(1, Ordering::Relaxed) + 1;
        (self.tell)(FromWorker::Ask { id: self.order, number, question: Box::new(question.clone()) });
        loop {
            let left = until.saturating_duration_since(Instant::now());
            match answers.recv_timeout(left.min(TICK)) {
                Ok((answered, said)) if answered == number => return said.map_err(|fault| *fault),
                Ok(_) => {} // to a question that nobody waits for any more
                Err(RecvTimeoutError::Timeout) if cancelled() => {
                    return Err(Fault::new(Code::Cancelled, "the call was cancelled"));
                }
                Err(RecvTimeoutError::Timeout) if Instant::now() < until => {}
                Err(RecvTimeoutError::Timeout) => {
                    return Err(Fault::new(Code::Timeout, "judging what lies below the key took too long"));
                }
                Err(RecvTimeoutError::Disconnected) => {
                    return Err(Fault::new(Code::PolicyError, "nobody judges what lies below the key"));
                }
            }
        }
    }
}

#[cfg(test)]
#[path = "policies_tests.rs"]
mod tests;
