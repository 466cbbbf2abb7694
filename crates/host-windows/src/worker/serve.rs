//! From the pipe to the threads and back.

use std::{
    collections::HashMap,
    fs::File,
    io::{self, Read},
    os::windows::io::{AsRawHandle, FromRawHandle, OwnedHandle},
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

use gate::registry::{Guard, Policies};
use model::{Code, Fault};
use windows::Win32::{
    Foundation::{HANDLE, WAIT_OBJECT_0},
    System::Threading::{
        GetCurrentProcess, GetCurrentThread, INFINITE, OpenProcess, PROCESS_SYNCHRONIZE, SetThreadPriority,
        THREAD_PRIORITY_HIGHEST, TerminateProcess, WaitForSingleObject,
    },
};

use super::{
    Clerks, beats,
    machine::Machine,
    pipe,
    policies::{Desk, Seat},
    registry::Registrar,
};
use crate::{
    source::{Job, Recall},
    wire::{self, Answer, BadFrame, FromWorker, Inlet, Order, Secret, Task, ToWorker},
};

/// Orders that are worked on at once; the gate sends fewer.
const MAX_CLERKS: usize = 64;
/// The longest an order may take.
const MAX_TIME: Duration = Duration::from_secs(120);
/// How long what was held down has to come up when the gate is gone.
const LAST_CALL: Duration = Duration::from_millis(300);

/// Serves the gate over two inherited pipe handles until the first is closed.
///
/// # Errors
/// The handles are no pipes, or what comes out of the first is no message.
pub fn run(read: u64, write: u64) -> io::Result<()> {
    crate::system::see_real_pixels();
    let mut orders = Inlet::new(pipe::inherited(read)?);
    let replies = Arc::new(Replies(Mutex::new(pipe::inherited(write)?)));
    let hello = wire::read::<ToWorker>(&mut orders).map_err(io::Error::other)?;
    let Some((ToWorker::Hello { gate, console }, _)) = hello else {
        return Err(io::Error::other("the gate did not say who it is"));
    };
    let tell = Arc::clone(&replies);
    let machine = Machine::new([Some(gate), console], move || tell.send(&FromWorker::Exhausted));
    let worker = Arc::new(Worker {
        machine: Arc::new(machine),
        registry: Arc::default(),
        desk: Arc::default(),
        running: Arc::default(),
        clerks: Clerks::new(MAX_CLERKS),
        replies,
    });
    Arc::clone(&worker).outlive(gate)?;
    answer_first();
    worker.replies.send(&FromWorker::Ready { beats: beats::start()? });
    let ended = worker.serve(&mut orders);
    worker.finish();
    ended.map_err(io::Error::other)
}

/// Puts this thread, which reads what the gate asks, before all that work for it and before other programs: on a busy
/// machine the gate must still be told that the worker is alive. It never has much to do.
fn answer_first() {
    // SAFETY: a pseudo handle needs no closing.
    if let Err(error) = unsafe { SetThreadPriority(GetCurrentThread(), THREAD_PRIORITY_HIGHEST) } {
        tracing::debug!(%error, "the worker's reader keeps its priority");
    }
}

/// The pipe to the gate, one message at a time.
#[derive(Debug)]
struct Replies(Mutex<File>);

impl Replies {
    /// A gate that does not listen any more is gone, and this process ends with the other pipe.
    fn send(&self, message: &FromWorker) {
        let mut pipe = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        match wire::write(&mut *pipe, message, None) {
            Ok(()) | Err(BadFrame::Pipe(_) | BadFrame::Cut) => {}
            Err(BadFrame::TooLong(_) | BadFrame::NotAMessage { .. }) => {
                let FromWorker::Done { id, .. } = message else { return };
                let fault = Fault::new(Code::LimitExceeded, "the result is too large to be given")
                    .hint("ask for less: fewer elements, fewer characters, a smaller picture");
                let _ = wire::write(
                    &mut *pipe,
                    &FromWorker::Done { id: *id, result: Err(Box::new(fault)) },
                    None,
                );
            }
        }
    }
}

type Running = Arc<Mutex<HashMap<u64, Arc<AtomicBool>>>>;

#[derive(Debug)]
struct Worker {
    machine: Arc<Machine>,
    registry: Arc<Registrar>,
    /// Where orders wait for what the gate says of keys.
    desk: Arc<Desk>,
    /// What cancels each order that has not ended.
    running: Running,
    clerks: Clerks,
    replies: Arc<Replies>,
}

fn lock(running: &Running) -> MutexGuard<'_, HashMap<u64, Arc<AtomicBool>>> {
    running.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Worker {
    /// Takes orders until there are no more.
    fn serve(&self, orders: &mut impl Read) -> Result<(), BadFrame> {
        while let Some((message, secret)) = wire::read::<ToWorker>(orders)? {
            match message {
                ToWorker::Hello { .. } => {}
                ToWorker::Ping { id } => {
                    beats::go_on(); // an order of long ago may still run
                    self.replies.send(&FromWorker::Pong { id });
                }
                ToWorker::Cancel { id } => {
                    if let Some(cancelled) = lock(&self.running).get(&id) {
                        cancelled.store(true, Ordering::Relaxed);
                    }
                }
                ToWorker::Rules(rules) => self.registry.tell(&rules),
                ToWorker::Said { id, number, said } => self.desk.receive(id, number, said),
                ToWorker::Do(order) => {
                    beats::go_on();
                    self.take(*order, secret);
                }
            }
        }
        Ok(())
    }

    /// Hands an order to a thread that sees it through.
    fn take(&self, order: Order, secret: Option<Secret>) {
        let Order { id, remaining_ms, task } = order;
        let cancelled = Arc::new(AtomicBool::new(false));
        lock(&self.running).insert(id, Arc::clone(&cancelled));
        let deadline = Instant::now() + Duration::from_millis(remaining_ms).min(MAX_TIME);
        let job = Job { deadline, cancelled, recall: Recall::Nothing };
        let (machine, registry) = (Arc::clone(&self.machine), Arc::clone(&self.registry));
        let guard = registry.guard(); // that of now, whatever is told while it waits for its turn
        let (running, replies) = (Arc::clone(&self.running), Arc::clone(&self.replies));
        let desk = Arc::clone(&self.desk);
        self.clerks.hand(move || {
            let tell = |message| replies.send(&message);
            let registry =
                Keys { registrar: &registry, guard: guard.as_deref(), seat: &|| desk.seat(id, &tell) };
            let done = catch_unwind(AssertUnwindSafe(|| perform(&machine, registry, task, secret, &job)));
            let result = done.unwrap_or_else(|_| {
                Err(Fault::new(
                    Code::Internal,
                    "a defect of winwarden ended the call; look before trying again",
                ))
            });
            lock(&running).remove(&id);
            replies.send(&FromWorker::Done { id, result: result.map_err(Box::new) });
        });
    }

    /// Ends this process when the gate's has ended, however that came, and whatever becomes of the pipes and of the
    /// thread that reads them.
    fn outlive(self: Arc<Self>, gate: u32) -> io::Result<()> {
        // SAFETY: takes any process id.
        let opened = unsafe { OpenProcess(PROCESS_SYNCHRONIZE, false, gate) }?;
        // SAFETY: the handle is new and owned by nothing else.
        let gate = unsafe { OwnedHandle::from_raw_handle(opened.0) };
        let wait = move || {
            // SAFETY: the handle is live.
            if unsafe { WaitForSingleObject(HANDLE(gate.as_raw_handle()), INFINITE) } == WAIT_OBJECT_0 {
                self.finish();
                // SAFETY: a pseudo handle. No library is told, for one that hangs would keep the process.
                let _ = unsafe { TerminateProcess(GetCurrentProcess(), 1) };
            }
        };
        thread::Builder::new().name("gate".to_owned()).spawn(wait).map(drop)
    }

    /// The gate is gone: whatever runs is cancelled, and has a moment to release what it holds down.
    fn finish(&self) {
        for cancelled in lock(&self.running).values() {
            cancelled.store(true, Ordering::Relaxed);
        }
        let end = Instant::now() + LAST_CALL;
        while !self.clerks.is_idle() && Instant::now() < end {
            thread::sleep(Duration::from_millis(2));
        }
    }
}

/// What an order on the registry needs.
struct Keys<'a> {
    registrar: &'a Registrar,
    guard: Option<&'a Guard>,
    /// Makes it one that can ask what policies say.
    seat: &'a dyn Fn() -> Seat<'a>,
}

fn perform(
    machine: &Machine,
    keys_of: Keys<'_>,
    task: Task,
    secret: Option<Secret>,
    job: &Job,
) -> Result<Answer, Fault> {
    match task {
        Task::Resolve(lookup) => machine.resolve(&lookup, job).map(Answer::Facts),
        Task::Survey { targets } => machine.survey(&targets, job).map(Answer::Nodes),
        Task::Sights { area, targets } => machine.sights(&area, &targets, job).map(Answer::Sights),
        Task::Texts { windows, budget_ms } => {
            machine.texts(&windows, Duration::from_millis(budget_ms), job).map(Answer::Texts)
        }
        Task::Portrait { target, cover } => machine.portrait(&target, &cover, job).map(Answer::Portrait),
        Task::Present { target } => {
            machine.present(&target, job).map(|present| Answer::Present(Box::new(present)))
        }
        Task::Execute { work, facts } => {
            let text = secret.map(Secret::text).transpose()?;
            machine.execute(&work, &facts, text, job).map(|outcome| Answer::Outcome(Box::new(outcome)))
        }
        Task::Restore { before } => keys_of.registrar.restore(&before, job),
        Task::Registry { part, operation, keys, asks } => {
            let Keys { registrar, guard, seat } = keys_of;
            let seat = asks.then(seat);
            let policies = seat.as_ref().map(|seat| seat as &dyn Policies);
            registrar.work((guard, policies), part, *operation, &keys, secret, job)
        }
    }
}
