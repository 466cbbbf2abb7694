//! The gate's end of one worker: what was asked, who waits for it, and whether the other end is alive.
//!
//! Untrusted: whatever the worker says, and asks.
//! Guarantees: an order is asked about by itself alone, one question at a time; every order ends: with the worker's answer, with the end of its caller's patience, or with the worker.
//! Does not: start or end the worker; it only says when that has to be done.

use std::{
    collections::HashMap,
    sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use gate::registry::{Question, Rules, Said};
use model::{Code, Fault};
use tokio::sync::{mpsc, oneshot};

use super::{
    Queue,
    outlet::{Outlet, Pipe},
    silence::{SILENCE, Silence, TICK},
};
use crate::wire::{Answer, FromWorker, Order, Secret, Task, ToWorker};

/// How long a worker without orders is still watched: to wake who watches costs more than some looks for nothing.
const LINGER: Duration = Duration::from_secs(2);

/// A message on its way to the worker, with its secret.
pub type Outgoing = (ToWorker, Option<Secret>);

/// What a worker is found to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[must_use]
pub enum Health {
    /// It does not answer, or asks to be replaced and has nothing left to do.
    Lost,
    /// The link is closed.
    Closed,
}

/// One worker.
#[derive(Debug)]
pub struct Link {
    outlet: Mutex<Option<Outlet>>,
    desk: Mutex<Desk>,
    /// What the worker was last told of the registry.
    rules: Mutex<Option<Arc<Rules>>>,
    /// Told when there is something to wait for, and when the link is closed.
    changed: Condvar,
}

#[derive(Debug)]
struct Desk {
    waiting: HashMap<u64, Waiting>,
    last: u64,
    /// When something came last, or was first to come.
    heard: Instant,
    /// Something is to come: an order ends some time, also where its caller has gone.
    owed: bool,
    /// It was asked whether it is alive, and has not said so.
    silence: Option<Silence>,
    /// Where its beats are counted, since it takes orders.
    ready: Option<u64>,
    tired: bool,
    closed: bool,
    /// Who watches sleeps until told.
    asleep: bool,
}

/// Who waits for the end of an order.
#[derive(Debug)]
struct Waiting {
    reply: oneshot::Sender<Result<Answer, Fault>>,
    /// Where its questions go, where it may ask any: one at a time.
    questions: Option<mpsc::Sender<Asked>>,
}

/// A question that an order asks before it ends.
#[derive(Debug)]
pub struct Asked {
    /// Its number among those of the order.
    pub number: u64,
    /// What it is.
    pub question: Box<Question>,
}

/// A task, and its secret, that no worker was given: another can be.
#[derive(Debug)]
pub struct NotGiven(pub Option<Box<(Task, Option<Secret>)>>);

impl From<Outgoing> for NotGiven {
    fn from((message, secret): Outgoing) -> Self {
        match message {
            ToWorker::Do(order) => Self(Some(Box::new((order.task, secret)))),
            _ => Self(None),
        }
    }
}

/// What comes of an order.
#[derive(Debug)]
pub enum Next {
    /// It has ended.
    Ended(Result<Answer, Fault>),
    /// It asks something.
    Asked(Asked),
}

/// The failure that the worker went away in the middle of a call.
#[must_use]
pub fn lost() -> Fault {
    Fault::new(Code::WorkerLost, "the worker process ended in the middle of the call")
        .hint("it is replaced and refs stay valid; look whether it was done before trying again")
}

impl Link {
    /// A link, and what is to be put on the pipe.
    #[must_use]
    pub fn new() -> (Arc<Self>, Queue) {
        let (outlet, queue) = Outlet::new();
        let desk = Desk {
            waiting: HashMap::new(),
            last: 0,
            heard: Instant::now(),
            owed: false,
            silence: None,
            ready: None,
            tired: false,
            closed: false,
            asleep: false,
        };
        let link = Self {
            outlet: Mutex::new(Some(outlet)),
            desk: Mutex::new(desk),
            rules: Mutex::default(),
            changed: Condvar::new(),
        };
        (Arc::new(link), queue)
    }

    fn desk(&self) -> MutexGuard<'_, Desk> {
        self.desk.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn outlet(&self) -> MutexGuard<'_, Option<Outlet>> {
        self.outlet.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Has the pipe on which everything is put.
    pub fn begin(&self, pipe: &Pipe) {
        self.outlet().as_mut().into_iter().for_each(|outlet| outlet.begin(pipe));
    }

    /// Puts a message on its way, if there still is one.
    pub fn send(&self, message: ToWorker, secret: Option<Secret>) {
        let _ = self.put(message, secret);
    }

    fn put(&self, message: ToWorker, secret: Option<Secret>) -> Result<(), Outgoing> {
        match &mut *self.outlet() {
            Some(outlet) => outlet.put(message, secret),
            None => Err((message, secret)),
        }
    }

    /// Whether it takes no more orders.
    pub fn is_closed(&self) -> bool {
        self.desk().closed
    }

    /// Gives the worker something to do until `deadline`. What is dropped before its end is cancelled.
    ///
    /// # Errors
    /// The worker is gone, and the link is closed: nobody was given it.
    pub fn order(
        self: &Arc<Self>,
        task: Task,
        secret: Option<Secret>,
        deadline: Instant,
    ) -> Result<Ordered, NotGiven> {
        let (questions, asked) = if matches!(task, Task::Registry { asks: true, .. }) {
            let (questions, asked) = mpsc::channel(1);
            (Some(questions), Some(asked))
        } else {
            (None, None)
        };
        let (reply, answer) = oneshot::channel();
        let id = {
            let mut desk = self.desk();
            if desk.closed {
                return Err(NotGiven(Some(Box::new((task, secret)))));
            }
            if !desk.owed {
                desk.heard = Instant::now();
                desk.owed = true;
            }
            desk.last += 1;
            let id = desk.last;
            desk.waiting.insert(id, Waiting { reply, questions });
            if std::mem::take(&mut desk.asleep) {
                self.changed.notify_all();
            }
            id
        };
        let left = deadline.saturating_duration_since(Instant::now());
        let remaining_ms = u64::try_from(left.as_millis()).unwrap_or(u64::MAX);
        let ordered = Ordered { link: Arc::clone(self), id, answer, asked };
        let Err(back) = self.put(ToWorker::Do(Box::new(Order { id, remaining_ms, task })), secret) else {
            return Ok(ordered);
        };
        drop(ordered);
        self.close();
        Err(NotGiven::from(back))
    }

    /// The same under these rules of the registry, of which the worker is told where it has others.
    ///
    /// # Errors
    /// Those of [`order`](Self::order).
    pub fn order_under(
        self: &Arc<Self>,
        rules: &Arc<Rules>,
        task: Task,
        secret: Option<Secret>,
        deadline: Instant,
    ) -> Result<Ordered, NotGiven> {
        // Held until the order is on its way, so that no other rules come between.
        let mut told = self.rules.lock().unwrap_or_else(PoisonError::into_inner);
        if !told.as_ref().is_some_and(|told| Arc::ptr_eq(told, rules) || told == rules) {
            self.send(ToWorker::Rules(Box::new(Rules::clone(rules))), None);
            *told = Some(Arc::clone(rules));
        }
        self.order(task, secret, deadline)
    }

    /// Takes in what the worker says.
    pub fn receive(&self, message: FromWorker) {
        if let FromWorker::Done { id, .. } = &message {
            self.outlet().as_mut().into_iter().for_each(|outlet| outlet.ended(*id));
        }
        let mut desk = self.desk();
        desk.heard = Instant::now();
        desk.silence = None;
        let mut refused = None;
        match message {
            FromWorker::Ready { beats } => desk.ready = Some(beats),
            FromWorker::Pong { .. } => {}
            FromWorker::Exhausted => desk.tired = true,
            FromWorker::Ask { id, number, question } => {
                let questions = desk.waiting.get(&id).and_then(|waiting| waiting.questions.as_ref());
                let taken = questions.is_some_and(|to| to.try_send(Asked { number, question }).is_ok());
                if !taken {
                    let fault = Fault::new(Code::PolicyError, "nobody judges what lies below the key");
                    refused = Some(ToWorker::Said { id, number, said: Err(Box::new(fault)) });
                }
            }
            FromWorker::Done { id, result } => {
                if let Some(Waiting { reply, .. }) = desk.waiting.remove(&id) {
                    let _ = reply.send(result.map_err(|fault| *fault)); // whose caller went away in this moment
                }
            }
        }
        desk.owed = !desk.waiting.is_empty();
        if desk.tired && desk.waiting.is_empty() {
            self.changed.notify_all();
        }
        drop(desk);
        if let Some(message) = refused {
            self.send(message, None);
        }
    }

    /// Whether the worker has come so far as to take orders.
    pub fn was_ready(&self) -> bool {
        self.desk().ready.is_some()
    }

    /// Ends every order with `WORKER_LOST`, and takes no more.
    pub fn close(&self) {
        let mut desk = self.desk();
        desk.closed = true;
        for (_, Waiting { reply, .. }) in desk.waiting.drain() {
            let _ = reply.send(Err(lost()));
        }
        drop(desk);
        self.outlet().take();
        self.changed.notify_all();
    }

    /// Waits until the worker is found to be anything but fine. Asks it from time to time whether it is alive, as
    /// long as it has work to do; `ran` tells how much it has run so far, in any unit, by
    /// the address at which its beats are counted.
    pub fn watch(&self, ran: impl Fn(u64) -> Option<u64>) -> Health {
        let mut desk = self.desk();
        let mut looked = Instant::now();
        loop {
            if desk.closed {
                return Health::Closed;
            }
            if desk.tired && desk.waiting.is_empty() {
                return Health::Lost;
            }
            let quiet = desk.heard.elapsed();
            if !desk.owed && (desk.last == 0 || quiet >= LINGER) {
                desk.asleep = true;
                desk = self.changed.wait(desk).unwrap_or_else(PoisonError::into_inner);
                continue;
            }
            if !desk.owed {
                (desk, _) = self.changed.wait_timeout(desk, SILENCE).unwrap_or_else(PoisonError::into_inner);
                continue;
            }
            if desk.silence.is_none() && quiet >= SILENCE {
                desk.silence = Some(Silence::new(desk.ready.and_then(&ran)));
                looked = Instant::now();
                let id = desk.last;
                drop(desk);
                self.send(ToWorker::Ping { id }, None);
                desk = self.desk();
            }
            let pause = if desk.silence.is_some() { TICK } else { SILENCE.saturating_sub(quiet) };
            (desk, _) = self.changed.wait_timeout(desk, pause).unwrap_or_else(PoisonError::into_inner);
            let passed = looked.elapsed();
            looked += passed;
            let ready = desk.ready;
            let is_lost =
                |silence: &mut Silence| silence.lasts(passed, ready.and_then(&ran), ready.is_some());
            if desk.silence.as_mut().is_some_and(is_lost) {
                return Health::Lost;
            }
        }
    }
}

/// An order that has not ended; cancelled when dropped before it has.
#[derive(Debug)]
pub struct Ordered {
    link: Arc<Link>,
    id: u64,
    answer: oneshot::Receiver<Result<Answer, Fault>>,
    asked: Option<mpsc::Receiver<Asked>>,
}

impl Ordered {
    /// By which it was given.
    pub const fn link(&self) -> &Arc<Link> {
        &self.link
    }

    /// Waits for its end.
    ///
    /// # Errors
    /// The worker's, and `WORKER_LOST`.
    pub async fn end(&mut self) -> Result<Answer, Fault> {
        (&mut self.answer).await.unwrap_or_else(|_| Err(lost()))
    }

    /// Waits for its end, or for the next question that it asks.
    pub async fn next(&mut self) -> Next {
        let Some(asked) = &mut self.asked else { return Next::Ended(self.end().await) };
        tokio::select! {
            biased;
            ended = &mut self.answer => Next::Ended(ended.unwrap_or_else(|_| Err(lost()))),
            Some(asked) = asked.recv() => Next::Asked(asked),
        }
    }

    /// Answers a question that it asked.
    pub fn say(&self, number: u64, said: Result<Vec<Said>, Box<Fault>>) {
        self.link.send(ToWorker::Said { id: self.id, number, said }, None);
    }

    /// Tells the worker that nobody waits any more; it may still say what it had done.
    pub fn cancel(&self) {
        self.link.send(ToWorker::Cancel { id: self.id }, None);
    }
}

impl Drop for Ordered {
    fn drop(&mut self) {
        let mut desk = self.link.desk();
        let is_open = desk.waiting.remove(&self.id).is_some();
        if desk.tired {
            self.link.changed.notify_all();
        }
        drop(desk);
        if is_open {
            self.cancel();
        }
    }
}

#[cfg(test)]
#[path = "link_tests.rs"]
mod tests;
