//! The life of the worker: started, listened to, replaced.

use std::{
    io,
    path::{Path, PathBuf},
    sync::{
        Arc, Condvar, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

use tokio::sync::watch;

use super::{
    Health, Link, Queue,
    outlet::Pipe,
    spawn::{Process, Started, start},
};
use crate::{
    system,
    wire::{self, FromWorker, Inlet, ToWorker},
};

/// How long to wait before the next start, by how many have failed in a row.
const BACK_OFF: [Duration; 6] = [
    Duration::ZERO,
    Duration::from_millis(50),
    Duration::from_millis(250),
    Duration::from_secs(1),
    Duration::from_secs(5),
    Duration::from_secs(15),
];
/// After so many failures in a row, calls are told rather than kept waiting.
const HOPELESS: usize = 3;
/// A worker that lived so long was no failure, however it ended.
const GOOD_LIFE: Duration = Duration::from_secs(5);
/// How long the worker has to end by itself.
const LAST_CALL: Duration = Duration::from_millis(400);

/// Whether there is a worker.
#[derive(Debug, Clone)]
pub(super) enum State {
    /// One is being started.
    Starting,
    /// There is one.
    Up(Arc<Link>),
    /// Starting has failed again and again, last for this reason.
    Down(String),
}

/// Keeps a worker running.
#[derive(Debug)]
pub(super) struct Supervisor {
    executable: PathBuf,
    begun: AtomicBool,
    state: watch::Sender<State>,
    /// How often the worker was replaced.
    pub(super) restarts: AtomicU64,
    limitations: Mutex<Vec<String>>,
    process: Mutex<Option<Arc<Process>>>,
    stopped: Mutex<bool>,
    wake: Condvar,
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Supervisor {
    /// Nothing runs yet.
    pub(super) fn new(executable: PathBuf) -> Arc<Self> {
        Arc::new(Self {
            executable,
            begun: AtomicBool::new(false),
            state: watch::Sender::new(State::Starting),
            restarts: AtomicU64::new(0),
            limitations: Mutex::default(),
            process: Mutex::default(),
            stopped: Mutex::new(false),
            wake: Condvar::new(),
        })
    }

    /// Starts the thread that starts the worker, unless that was done; returns at once.
    pub(super) fn begin(self: &Arc<Self>) {
        if self.begun.swap(true, Ordering::AcqRel) {
            return;
        }
        let own = Arc::clone(self);
        let thread = thread::Builder::new().name("worker".to_owned());
        if let Err(error) = thread.spawn(move || own.keep_running()) {
            self.set(State::Down(format!("no thread can be started for it: {error}")));
        }
    }

    pub(super) fn state(&self) -> watch::Receiver<State> {
        self.state.subscribe()
    }

    /// What this system cannot do for the worker's confinement.
    pub(super) fn limitations(&self) -> Vec<String> {
        lock(&self.limitations).clone()
    }

    pub(super) fn worker_pid(&self) -> Option<u32> {
        lock(&self.process).as_ref().map(|process| process.pid())
    }

    /// Ends the worker at the other end of this link by force, if it is still there; another takes its place.
    pub(super) fn end(&self, link: &Arc<Link>) {
        let is_this = matches!(&*self.state.borrow(), State::Up(up) if Arc::ptr_eq(up, link));
        if let Some(process) = lock(&self.process).as_ref().filter(|_| is_this) {
            tracing::warn!("the worker does not end what it was given, or takes no orders, and is ended");
            process.kill();
        }
    }

    /// Ends the worker, by the end of its pipe, and by force where that is not enough.
    pub(super) fn stop(&self) {
        *lock(&self.stopped) = true;
        self.wake.notify_all();
        let before = self.state.send_replace(State::Down("winwarden is ending".to_owned()));
        let process = lock(&self.process).take();
        if let State::Up(link) = before {
            link.close();
        }
        if let Some(process) = process
            && !process.ends_within(LAST_CALL)
        {
            process.kill();
        }
    }

    /// One worker after the other.
    fn keep_running(&self) {
        let mut failures = 0_usize;
        while !*lock(&self.stopped) {
            let begun = Instant::now();
            let reason = match start(&self.executable) {
                Ok(started) => {
                    let was_ready = self.live(started);
                    if was_ready && begun.elapsed() > GOOD_LIFE {
                        failures = 0;
                    }
                    if was_ready { "it ended again and again" } else { "it ended before it was ready" }
                        .to_owned()
                }
                Err(error) => format!("it cannot be started: {error}"),
            };
            if *lock(&self.stopped) {
                return;
            }
            tracing::warn!(%reason, "the worker is replaced");
            self.restarts.fetch_add(1, Ordering::Relaxed);
            failures += 1;
            let state = if failures > HOPELESS { State::Down(reason) } else { State::Starting };
            self.set(state);
            self.rest(BACK_OFF.get(failures - 1).or(BACK_OFF.last()).copied().unwrap_or_default());
        }
    }

    /// Tells those who wait; not after the stop, whose word is the last.
    fn set(&self, state: State) {
        let stopped = lock(&self.stopped);
        if !*stopped {
            self.state.send_replace(state);
        }
    }

    fn rest(&self, time: Duration) {
        let until = Instant::now() + time;
        let mut stopped = lock(&self.stopped);
        loop {
            let left = until.saturating_duration_since(Instant::now());
            if *stopped || left.is_zero() {
                return;
            }
            (stopped, _) = self.wake.wait_timeout(stopped, left).unwrap_or_else(PoisonError::into_inner);
        }
    }

    /// The life of one worker; whether it was ever ready.
    fn live(&self, started: Started) -> bool {
        let Started { process, replies, orders, limitations } = started;
        let process = Arc::new(process);
        let (link, queue) = Link::new();
        link.send(ToWorker::Hello { gate: std::process::id(), console: system::console_owner() }, None);
        *lock(&self.limitations) = limitations;
        *lock(&self.process) = Some(Arc::clone(&process));
        let orders = Arc::new(Mutex::new(orders));
        link.begin(&(Arc::clone(&orders) as Pipe));
        let threads = write_on(queue, orders).and_then(|()| watch_over(&link, &process));
        match threads {
            Ok(()) => {
                self.set(State::Up(Arc::clone(&link)));
                listen(&mut Inlet::new(replies), &link, &process);
            }
            Err(error) => tracing::warn!(%error, "no thread can be started for the worker"),
        }
        self.set(State::Starting);
        link.close();
        if *lock(&self.stopped) {
            return true; // whoever stopped it sees to its end
        }
        process.kill();
        *lock(&self.process) = None;
        link.was_ready()
    }
}

/// Puts messages on the pipe until there are no more, then closes it.
fn write_on(queue: Queue, orders: Arc<Mutex<std::fs::File>>) -> io::Result<()> {
    let write = move || {
        if let Err(error) = queue.write(&orders) {
            tracing::debug!(%error, "the worker takes no more orders");
        }
    };
    thread::Builder::new().name("to worker".to_owned()).spawn(write).map(drop)
}

/// Ends the worker when it does not answer; its pipe then ends, which is noticed by who listens.
fn watch_over(link: &Arc<Link>, process: &Arc<Process>) -> io::Result<()> {
    let (link, process) = (Arc::clone(link), Arc::clone(process));
    let watch = move || {
        if link.watch(|beats| process.ran(beats)) == Health::Lost {
            tracing::warn!("the worker does not come back and is ended");
            process.kill();
        }
    };
    thread::Builder::new().name("watch".to_owned()).spawn(watch).map(drop)
}

/// Takes in what the worker says, until it ends or says what is no message.
fn listen(replies: &mut impl io::Read, link: &Link, process: &Process) {
    loop {
        match wire::read::<FromWorker>(replies) {
            Ok(Some((message, _))) => {
                if matches!(message, FromWorker::Ready { .. }) {
                    process.may_end_by_itself();
                }
                link.receive(message);
            }
            Ok(None) => return,
            Err(error) => {
                tracing::warn!(%error, "what the worker says cannot be used");
                return;
            }
        }
    }
}

/// The command line of a worker.
pub(super) fn command_line(executable: &Path, read: usize, write: usize) -> std::ffi::OsString {
    let mut line = std::ffi::OsString::from("\"");
    line.push(executable); // a path cannot hold a quotation mark
    line.push(format!("\" worker --read {read} --write {write}"));
    line
}
