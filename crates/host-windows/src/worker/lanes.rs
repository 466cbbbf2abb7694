//! One thread for each window, so that a window that hangs holds up nothing but itself.

use std::{
    collections::HashMap,
    fmt,
    hash::Hash,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicUsize, Ordering},
        mpsc::{Receiver, RecvTimeoutError, Sender, channel, sync_channel},
    },
    thread,
    time::{Duration, Instant},
};

use model::{Code, Fault, ui::escape};

use crate::{input::go_on, source::Job};

/// Threads at once.
const MAX_LANES: usize = 64;
/// How long a thread without work stays.
const IDLE: Duration = Duration::from_secs(60);
/// How much later than the deadline an answer may come: the thread's own words are better than ours.
const GRACE: Duration = Duration::from_millis(40);
/// How long a cancelled order may take to say what it had done.
const LAST_WORDS: Duration = Duration::from_millis(400);
/// How far past its deadline a thread may be before it is given up and another takes its place.
const PATIENCE: Duration = Duration::from_secs(2);
/// Threads given up that are still stuck, before another process has to take over.
const MAX_STUCK: usize = 8;
/// Between two looks whether the caller still waits.
const TICK: Duration = Duration::from_millis(20);

/// Threads by what they talk to. Each has a seat `S`, made on the thread itself and never moved.
pub struct Lanes<K, S>(Arc<House<K, S>>);

struct House<K, S> {
    open: fn(&K) -> S,
    exhausted: Box<dyn Fn() + Send + Sync>,
    lanes: Mutex<HashMap<K, Lane<S>>>,
    stuck: AtomicUsize,
}

/// One thread, as the others see it.
struct Lane<S> {
    pieces: Sender<Piece<S>>,
    state: Arc<Mutex<State>>,
}

#[derive(Debug)]
struct State {
    /// When what it is at must end.
    busy_until: Option<Instant>,
    /// Pieces that wait.
    waiting: usize,
    /// When it was last given something.
    used: Instant,
    /// It was given up while it was stuck.
    given_up: bool,
}

struct Piece<S> {
    deadline: Instant,
    work: Box<dyn FnOnce(&mut S) + Send>,
}

impl<K, S> fmt::Debug for Lanes<K, S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Lanes").field("stuck", &self.0.stuck).finish_non_exhaustive()
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The failure that a window has not answered, naming it.
#[must_use]
pub fn not_responding(name: &str) -> Fault {
    Fault::new(Code::TargetNotResponding, format!("{} did not answer in time", escape(name, 120)))
        .hint("other windows are still served; try again later, or close it")
}

impl<K: Clone + Eq + Hash + Send + 'static, S: 'static> Lanes<K, S> {
    /// No threads yet; `open` makes a thread's seat, `exhausted` is told when too many threads are stuck for good.
    #[must_use]
    pub fn new(open: fn(&K) -> S, exhausted: impl Fn() + Send + Sync + 'static) -> Self {
        let (exhausted, lanes) = (Box::new(exhausted), Mutex::default());
        Self(Arc::new(House { open, exhausted, lanes, stuck: AtomicUsize::new(0) }))
    }

    /// Has `work` done on the thread of `key` (called `name` where it does not answer), after what was given to it
    /// before, and waits for it until the job's deadline.
    ///
    /// # Errors
    /// Those of `work`; `TARGET_NOT_RESPONDING` past the deadline, `CANCELLED`, `INTERNAL` for a panic,
    /// `LIMIT_EXCEEDED` where all threads are busy.
    pub fn run<T: Send + 'static>(
        &self,
        key: &K,
        name: &str,
        job: &Job,
        work: impl FnOnce(&mut S, &Job) -> Result<T, Fault> + Send + 'static,
    ) -> Result<T, Fault> {
        go_on(job)?;
        let (reply, answer) = sync_channel(1);
        let own = job.clone();
        let work = Box::new(move |seat: &mut S| {
            let _ = reply.send(go_on(&own).and_then(|()| work(seat, &own)));
        });
        self.submit(key, Piece { deadline: job.deadline, work })?;
        await_answer(&answer, name, job)
    }

    fn submit(&self, key: &K, mut piece: Piece<S>) -> Result<(), Fault> {
        let mut lanes = lock(&self.0.lanes);
        if let Some(lane) = lanes.get(key) {
            let mut state = lock(&lane.state);
            let stuck = state.busy_until.is_some_and(|until| Instant::now() > until + PATIENCE);
            if !stuck {
                state.waiting += 1;
                state.used = Instant::now();
                match lane.pieces.send(piece) {
                    Ok(()) => return Ok(()),
                    Err(returned) => piece = returned.0, // it has just ended
                }
            }
            state.given_up = stuck;
            drop(state);
            lanes.remove(key);
            if stuck && self.0.stuck.fetch_add(1, Ordering::AcqRel) + 1 >= MAX_STUCK {
                (self.0.exhausted)();
            }
        }
        if lanes.len() >= MAX_LANES {
            let idle = lanes.iter().filter(|(_, lane)| {
                let state = lock(&lane.state);
                state.busy_until.is_none() && state.waiting == 0
            });
            let oldest = idle.min_by_key(|(_, lane)| lock(&lane.state).used).map(|(key, _)| key.clone());
            let Some(oldest) = oldest else {
                return Err(Fault::new(
                    Code::LimitExceeded,
                    format!("{MAX_LANES} windows are being worked on"),
                )
                .hint("try again when some of the calls have ended"));
            };
            lanes.remove(&oldest); // its thread sees that nothing can come any more, and ends
        }
        let lane = self.start(key, piece)?;
        lanes.insert(key.clone(), lane);
        Ok(())
    }

    fn start(&self, key: &K, first: Piece<S>) -> Result<Lane<S>, Fault> {
        let (pieces, queue) = channel();
        let state = State { busy_until: None, waiting: 1, used: Instant::now(), given_up: false };
        let state = Arc::new(Mutex::new(state));
        let (house, own, key) = (Arc::clone(&self.0), Arc::clone(&state), key.clone());
        let _ = pieces.send(first);
        thread::Builder::new()
            .name("window".to_owned())
            .spawn(move || house.serve(&key, &queue, &own))
            .map_err(|error| Fault::new(Code::Internal, format!("no thread can be started: {error}")))?;
        Ok(Lane { pieces, state })
    }
}

/// Waits for the end of a piece, as long as its caller does.
fn await_answer<T>(answer: &Receiver<Result<T, Fault>>, name: &str, job: &Job) -> Result<T, Fault> {
    let mut cancelled: Option<Instant> = None;
    loop {
        let left = (job.deadline + GRACE).saturating_duration_since(Instant::now());
        match answer.recv_timeout(left.min(TICK)) {
            Ok(ended) => return ended,
            Err(RecvTimeoutError::Disconnected) => {
                let message = "a defect of winwarden ended the call; look before trying again";
                return Err(Fault::new(Code::Internal, message));
            }
            Err(RecvTimeoutError::Timeout) if left.is_zero() => return Err(not_responding(name)),
            Err(RecvTimeoutError::Timeout) => {}
        }
        if job.cancelled.load(Ordering::Relaxed)
            && cancelled.get_or_insert_with(Instant::now).elapsed() > LAST_WORDS
        {
            let message = format!("the call was cancelled while {} did not answer", escape(name, 120));
            return Err(Fault::new(Code::Cancelled, message));
        }
    }
}

impl<K: Eq + Hash, S> House<K, S> {
    /// The life of one thread.
    fn serve(&self, key: &K, queue: &Receiver<Piece<S>>, state: &Arc<Mutex<State>>) {
        let mut seat = None;
        loop {
            let piece = match queue.recv_timeout(IDLE) {
                Ok(piece) => piece,
                Err(RecvTimeoutError::Disconnected) => break,
                Err(RecvTimeoutError::Timeout) => match self.leave(key, queue, state) {
                    Some(piece) => piece,
                    None => break,
                },
            };
            {
                let mut state = lock(state);
                state.busy_until = Some(piece.deadline);
                state.waiting = state.waiting.saturating_sub(1);
            }
            let done = catch_unwind(AssertUnwindSafe(|| {
                (piece.work)(seat.get_or_insert_with(|| (self.open)(key)));
            }));
            if done.is_err() {
                seat = None; // whatever state it was left in
            }
            lock(state).busy_until = None;
        }
        if lock(state).given_up {
            self.stuck.fetch_sub(1, Ordering::AcqRel);
        }
    }

    /// Takes the thread out of the house, unless something has come in meanwhile.
    fn leave(&self, key: &K, queue: &Receiver<Piece<S>>, state: &Arc<Mutex<State>>) -> Option<Piece<S>> {
        let mut lanes = lock(&self.lanes);
        if let Ok(piece) = queue.try_recv() {
            return Some(piece);
        }
        if lanes.get(key).is_some_and(|lane| Arc::ptr_eq(&lane.state, state)) {
            lanes.remove(key);
        }
        None
    }
}

#[cfg(test)]
#[path = "lanes_tests.rs"]
mod tests;
