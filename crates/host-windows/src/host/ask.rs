//! Asking the worker, as the gate's port to Windows.

use std::{
    path::Path,
    sync::{Arc, atomic::Ordering},
    time::{Duration, Instant},
};

use gate::{
    Answer as Ahead, Cover, Host, HostReport, Locator, Lookup, Permit, Present, Run, Sight, Texts,
    WindowLocator,
    registry::{Before, Question, Rules, Said},
};
use model::{
    Area, Code, Facts, Fault, LocalTime, Operation, Outcome, Preview, TargetFacts,
    ui::{Node, WindowKey},
};
use tokio::time::{sleep_until, timeout};

use super::{
    Asked, Link, Next, NotGiven, Ordered, lost,
    registry::Keys,
    supervise::{State, Supervisor},
};
use crate::{
    system,
    wire::{Answer, Part, Secret, Task, work},
    worker::not_responding,
};

/// How much later than the deadline the worker's own answer may come.
const MARGIN: Duration = Duration::from_millis(250);
/// How long a cancelled call may take to say what it had done.
const LAST_WORDS: Duration = Duration::from_millis(600);

/// Windows, by way of a worker process.
#[derive(Debug)]
pub struct WorkerHost {
    pub(super) supervisor: Arc<Supervisor>,
    keys: Keys,
}

impl WorkerHost {
    /// A machine whose worker is `executable` as `worker --read H --write H`. It is started by
    /// [`prepare`](Host::prepare) or the first call, which waits for it.
    #[must_use]
    pub fn new(executable: &Path) -> Arc<Self> {
        Arc::new(Self { supervisor: Supervisor::new(executable.to_owned()), keys: Keys::default() })
    }

    /// Ends the worker; it gets a moment to release what it holds down.
    pub fn stop(&self) {
        self.supervisor.stop();
    }

    /// The process id of the worker, while there is one.
    #[must_use]
    pub fn worker_pid(&self) -> Option<u32> {
        self.supervisor.worker_pid()
    }

    /// The worker, as soon as there is one.
    async fn link(&self, run: &Run) -> Result<Arc<Link>, Fault> {
        self.supervisor.begin();
        let mut state = self.supervisor.state();
        loop {
            match &*state.borrow_and_update() {
                State::Up(link) if !link.is_closed() => return Ok(Arc::clone(link)),
                State::Down(reason) => {
                    return Err(Fault::new(Code::WorkerLost, format!("there is no worker: {reason}"))
                        .hint("another start is tried from time to time; the log on stderr says more"));
                }
                // That it has ended will be noticed.
                State::Up(_) | State::Starting => {}
            }
            tokio::select! {
                changed = state.changed() => changed.map_err(|_| lost())?,
                () = run.cancel.cancelled() => return Err(cancelled()),
                () = sleep_until(run.deadline.into()) => {
                    return Err(Fault::new(Code::WorkerLost, "the worker did not start in time"));
                }
            }
        }
    }

    /// Gives the worker something to do and waits for it, no longer than the call may take; `name` is what is said
    /// not to answer where nothing comes.
    pub(super) async fn ask(
        &self,
        task: Task,
        secret: Option<Secret>,
        name: &str,
        run: &Run,
    ) -> Result<Answer, Fault> {
        let order = self.order(None, task, secret, run).await?;
        seen_through(order, name, run, [MARGIN, LAST_WORDS]).await
    }

    /// Gives the worker something to do, under rules of the registry where it concerns that. One that ended before it was given anything is
    /// as none: its successor gets it.
    pub(super) async fn order(
        &self,
        rules: Option<&Arc<Rules>>,
        task: Task,
        secret: Option<Secret>,
        run: &Run,
    ) -> Result<Ordered, Fault> {
        let mut given = (task, secret);
        loop {
            let ((task, secret), link) = (given, self.link(run).await?);
            let order = match rules {
                Some(rules) => link.order_under(rules, task, secret, run.deadline),
                None => link.order(task, secret, run.deadline),
            };
            match order {
                Ok(order) => return Ok(order),
                Err(NotGiven(Some(back))) => {
                    // One that takes no orders though it lives would never be replaced.
                    self.supervisor.end(&link);
                    given = *back;
                }
                Err(NotGiven(None)) => return Err(lost()),
            }
        }
    }

    /// Asks what changes nothing. A worker that was ended from outside while nothing ran is noticed by the first
    /// question only: its successor can be asked the same.
    async fn look(&self, task: Task, name: &str, run: &Run) -> Result<Answer, Fault> {
        match self.ask(task.clone(), None, name, run).await {
            Err(fault) if fault.code == Code::WorkerLost && run.deadline <= Instant::now() => {
                Err(not_responding(name)) // it was lost for not answering, and nobody waits for its successor
            }
            Err(fault) if fault.code == Code::WorkerLost => self.ask(task, None, name, run).await,
            answered => answered,
        }
    }
}

/// Waits for an order's end, and so much longer past its deadline and after it was cancelled.
async fn seen_through(
    mut order: Ordered,
    name: &str,
    run: &Run,
    patience: [Duration; 2],
) -> Result<Answer, Fault> {
    match waited_for(&mut order, run, patience).await {
        Waited::Ended(ended) => ended,
        Waited::Silent => Err(not_responding(name)),
        Waited::Cancelled => Err(cancelled()),
    }
}

/// What came of waiting for an order.
pub(super) enum Waited {
    /// It has ended.
    Ended(Result<Answer, Fault>),
    /// Its time is over, and nothing came.
    Silent,
    /// It was cancelled, and did not say what it had done.
    Cancelled,
}

/// The same, and what came of it.
pub(super) async fn waited_for(
    order: &mut Ordered,
    run: &Run,
    [margin, last_words]: [Duration; 2],
) -> Waited {
    loop {
        let Asked { number, question } = tokio::select! {
            next = order.next() => match next {
                Next::Ended(ended) => return Waited::Ended(ended),
                Next::Asked(asked) => asked,
            },
            () = sleep_until((run.deadline + margin).into()) => return Waited::Silent,
            () = run.cancel.cancelled() => break,
        };
        order.say(number, judged(*question, run).await.map_err(Box::new));
    }
    order.cancel();
    timeout(last_words, order.end()).await.map_or(Waited::Cancelled, Waited::Ended)
}

/// What the gate's policies say; they are asked on a thread of their own, no longer than the call may take.
async fn judged(question: Question, run: &Run) -> Result<Vec<Said>, Fault> {
    let refused = || Fault::new(Code::PolicyError, "nobody judges what lies below the key");
    let policies = run.policies.clone().ok_or_else(refused)?;
    let (deadline, cancel) = (run.deadline, run.cancel.clone());
    let judging = move || policies.judge(&question, deadline, &|| cancel.is_cancelled());
    tokio::task::spawn_blocking(judging).await.unwrap_or_else(|_| Err(refused()))
}

pub(super) fn cancelled() -> Fault {
    Fault::new(Code::Cancelled, "the call was cancelled")
}

/// The failure that the worker answered something else than it was asked.
pub(super) fn unasked<T>() -> Result<T, Fault> {
    Err(Fault::new(Code::Internal, "the worker answered what it was not asked"))
}

/// What a locator is about, in words.
fn name_of(locator: Option<&Locator>) -> String {
    let window = |window: &WindowLocator| match window {
        WindowLocator::Key(key) => format!("the window of process {}", key.pid),
        WindowLocator::Title(title) => format!("window `{title}`"),
        WindowLocator::Foreground => "the foreground window".to_owned(),
    };
    match locator {
        Some(Locator::Element(node)) => window(&WindowLocator::Key(node.key.window)),
        Some(Locator::Selector { window: locator, selector: _ } | Locator::Window(locator)) => {
            window(locator)
        }
        Some(Locator::Point { point: _, expect }) => window(expect),
        Some(Locator::Focus) => window(&WindowLocator::Foreground),
        None => "the system".to_owned(),
    }
}

/// What a permit is about, in words.
fn name_in(permit: &Permit) -> String {
    let judged = permit.facts().targets.first();
    judged.map_or_else(
        || name_of(permit.locators().first()),
        |target| format!("window `{}`", target.window.title),
    )
}

impl Host for WorkerHost {
    fn resolve<'a>(&'a self, lookup: Lookup, run: &'a Run) -> Ahead<'a, Facts> {
        Box::pin(async move {
            if !lookup.registry.is_empty() {
                return self.keys.look(lookup.registry).await; // there is nothing else in such a lookup
            }
            let name = name_of(lookup.locators.first());
            match self.look(Task::Resolve(lookup), &name, run).await? {
                Answer::Facts(facts) => Ok(facts),
                _ => unasked(),
            }
        })
    }

    fn execute<'a>(&'a self, permit: &'a Permit, run: &'a Run) -> Ahead<'a, Outcome> {
        Box::pin(async move {
            let operation = permit.operation();
            if !operation.registry_keys().is_empty() {
                if let Some(read) = self.keys.read(operation, permit.facts(), run) {
                    return read;
                }
                return self.changed(Part::Execute, operation, permit.facts(), run).await;
            }
            let work = work(operation, permit.locators(), run)?;
            let task = Task::Execute { work, facts: permit.facts().clone() };
            match self.ask(task, operation.secret().cloned().map(Secret::from), &name_in(permit), run).await?
            {
                Answer::Outcome(outcome) => Ok(*outcome),
                _ => unasked(),
            }
        })
    }

    fn survey<'a>(&'a self, permit: &'a Permit, run: &'a Run) -> Ahead<'a, Vec<Node>> {
        Box::pin(async move {
            let task = Task::Survey { targets: permit.facts().targets.clone() };
            match self.look(task, &name_in(permit), run).await? {
                Answer::Nodes(nodes) => Ok(nodes),
                _ => unasked(),
            }
        })
    }

    fn sights<'a>(
        &'a self,
        area: &'a Area,
        targets: &'a [TargetFacts],
        run: &'a Run,
    ) -> Ahead<'a, Vec<Sight>> {
        Box::pin(async move {
            let task = Task::Sights { area: area.clone(), targets: targets.to_vec() };
            match self.look(task, "the screen", run).await? {
                Answer::Sights(sights) => Ok(sights),
                _ => unasked(),
            }
        })
    }

    fn texts<'a>(&'a self, windows: Vec<WindowKey>, budget: Duration, run: &'a Run) -> Ahead<'a, Vec<Texts>> {
        Box::pin(async move {
            let budget_ms = u64::try_from(budget.as_millis()).unwrap_or(u64::MAX);
            match self.look(Task::Texts { windows, budget_ms }, "the screen", run).await? {
                Answer::Texts(texts) => Ok(texts),
                _ => unasked(),
            }
        })
    }

    fn portrait<'a>(&'a self, target: &'a TargetFacts, run: &'a Run) -> Ahead<'a, Option<Preview>> {
        Box::pin(async move {
            let cover = Cover::clone(&run.cover);
            let task = Task::Portrait { target: Box::new(target.clone()), cover };
            match self.look(task, &format!("window `{}`", target.window.title), run).await? {
                Answer::Portrait(picture) => Ok(picture),
                _ => unasked(),
            }
        })
    }

    fn present<'a>(&'a self, target: &'a TargetFacts, run: &'a Run) -> Ahead<'a, Option<Present>> {
        Box::pin(async move {
            let task = Task::Present { target: Box::new(target.clone()) };
            match self.look(task, &format!("window `{}`", target.window.title), run).await? {
                Answer::Present(present) => Ok(Some(*present)),
                _ => unasked(),
            }
        })
    }

    fn preview<'a>(&'a self, operation: &'a Operation, facts: &'a Facts, run: &'a Run) -> Ahead<'a, Outcome> {
        Box::pin(self.changed(Part::Preview, operation, facts, run))
    }

    fn before<'a>(
        &'a self,
        operation: &'a Operation,
        facts: &'a Facts,
        run: &'a Run,
    ) -> Ahead<'a, Option<Before>> {
        Box::pin(async move {
            match self.at_registry(Part::Before, operation, facts, run).await? {
                Answer::Before(before) => Ok(Some(*before)),
                _ => unasked(),
            }
        })
    }

    fn restore<'a>(&'a self, before: &'a Before, run: &'a Run) -> Ahead<'a, ()> {
        Box::pin(self.put_back(before, run))
    }

    fn local_time(&self) -> LocalTime {
        system::local_time()
    }

    fn process_clock(&self) -> Option<u64> {
        Some(system::process_clock())
    }

    fn signer(&self, path: &str) -> Option<String> {
        system::signer(path)
    }

    fn prepare(&self) {
        self.supervisor.begin();
    }

    fn report(&self) -> HostReport {
        let mut report = system::report();
        report.limitations.extend(self.supervisor.limitations());
        if let State::Down(reason) = &*self.supervisor.state().borrow() {
            report.limitations.push(format!("there is no worker: {reason}"));
        }
        report.worker_restarts = self.supervisor.restarts.load(Ordering::Relaxed);
        report
    }
}
