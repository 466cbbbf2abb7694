//! Approvals and sessions as a machine of states: events in any order, against what must be.

use std::sync::OnceLock;

use proptest::prelude::*;
use tokio::{sync::oneshot, task::JoinHandle};

use super::*;
use crate::{Standing, terminal::NotDone};

/// What can happen.
#[derive(Debug, Clone, Copy)]
enum Event {
    /// The agent wants to type into a window that asks, the one or the other.
    Call { other: bool },
    /// The client takes the oldest call back.
    Cancel,
    /// The person answers the dialog.
    Dialog(Answer),
    /// Someone at a terminal says yes, with the code or without.
    Allow { right: bool, lasts: bool },
    /// Someone at a terminal says no.
    Deny { stops: bool },
    /// Nobody answers in time.
    Silence,
    /// The window that is asked about is replaced by another.
    Replaced,
    /// The person stops the session.
    Stop,
    /// Someone resumes it, with the code or without.
    Resume { right: bool },
    /// The workstation is locked, or unlocked.
    Lock(bool),
    /// The server is killed and another started.
    Restart,
    /// Minutes go by.
    Minutes(u64),
    /// The wall clock is set.
    WallClock(u64),
}

fn events() -> impl Strategy<Value = Vec<Event>> {
    let answer = prop_oneof![
        3 => Just(Answer::Once),
        3 => Just(Answer::ForThisTarget),
        2 => Just(Answer::No),
        1 => Just(Answer::NoAndStop),
        1 => Just(Answer::Nothing),
    ];
    let event = prop_oneof![
        12 => any::<bool>().prop_map(|other| Event::Call { other }),
        2 => Just(Event::Cancel),
        8 => answer.prop_map(Event::Dialog),
        4 => any::<(bool, bool)>().prop_map(|(right, lasts)| Event::Allow { right, lasts }),
        1 => any::<bool>().prop_map(|stops| Event::Deny { stops }),
        1 => Just(Event::Silence),
        1 => Just(Event::Replaced),
        1 => Just(Event::Stop),
        3 => any::<bool>().prop_map(|right| Event::Resume { right }),
        2 => any::<bool>().prop_map(Event::Lock),
        1 => Just(Event::Restart),
        2 => (1_u64..40).prop_map(Event::Minutes),
        1 => (0_u64..4_000_000_000).prop_map(Event::WallClock),
    ];
    proptest::collection::vec(event, 1..60)
}

/// A question, the window it is about, and where its answer goes.
type Open = (Question, usize, oneshot::Sender<Answer>);

/// A dialog and a badge.
#[derive(Debug, Default)]
struct Desk {
    open: Mutex<Option<Open>>,
    /// The window that is there.
    handle: Arc<AtomicUsize>,
    standing: Mutex<Option<Standing>>,
}

impl Approver for Desk {
    fn channel(&self) -> Channel {
        Channel::Dialog
    }

    fn shows_codes(&self) -> bool {
        true
    }

    fn show(&self, standing: &Standing) {
        *self.standing.lock().unwrap() = Some(standing.clone());
    }

    fn ask<'a>(
        &'a self,
        question: &'a Question,
    ) -> std::pin::Pin<Box<dyn Future<Output = Answer> + Send + 'a>> {
        let (answer, answers) = oneshot::channel();
        *self.open.lock().unwrap() = Some((question.clone(), self.handle.load(Ordering::Relaxed), answer));
        Box::pin(async { answers.await.unwrap_or(Answer::Nothing) })
    }
}

/// A server, its desk, and what must hold of it.
struct World {
    gate: Arc<Gate>,
    host: Arc<FakeHost>,
    desk: Arc<Desk>,
    clock: Arc<SetClock>,
    home: tempfile::TempDir,
    handle: Arc<AtomicUsize>,
    calls: Vec<(JoinHandle<()>, CancellationToken)>,
    // What must hold.
    stopped: bool,
    locked: bool,
    /// Until when, in minutes, and for which window a yes lasts.
    lasting: Vec<(usize, u64)>,
    minutes: u64,
}

/// Loading it takes longer than all else here.
fn policy(settings: &Settings) -> Arc<OnceLock<Option<Policy>>> {
    static LOADED: OnceLock<Arc<OnceLock<Option<Policy>>>> = OnceLock::new();
    Arc::clone(LOADED.get_or_init(|| Arc::new(OnceLock::from(Policy::new(settings, &[]).ok()))))
}

impl World {
    fn new() -> Self {
        let home = tempfile::tempdir().unwrap();
        let clock = Arc::new(SetClock::new(Some("a"), 1_000, 1_700_000_000));
        let handle = Arc::new(AtomicUsize::new(1));
        let (gate, host, desk) = Self::start(&home, &clock, &handle);
        let (calls, lasting) = (Vec::new(), Vec::new());
        Self {
            gate,
            host,
            desk,
            clock,
            home,
            handle,
            calls,
            stopped: false,
            locked: false,
            lasting,
            minutes: 0,
        }
    }

    fn start(
        home: &tempfile::TempDir,
        clock: &Arc<SetClock>,
        handle: &Arc<AtomicUsize>,
    ) -> (Arc<Gate>, Arc<FakeHost>, Arc<Desk>) {
        let seen = Arc::clone(handle);
        let resolve = move || {
            let mut facts = facts(false);
            facts.targets[0].window.key.handle = seen.load(Ordering::Relaxed) as u64;
            Ok(facts)
        };
        let host = Arc::new(FakeHost { resolve: Box::new(resolve), ..FakeHost::default() });
        let desk = Arc::new(Desk { handle: Arc::clone(handle), ..Desk::default() });
        let mut settings = Settings::of_profile(Profile::Assistant);
        settings.protected_applications.push("p.exe".into());
        settings.limits.session_minutes = policy::config::Amount::Unlimited;
        settings.limits.input_per_minute = policy::config::Amount::Unlimited;
        let policy = policy(&settings);
        let config = GateConfig {
            home: home.path().to_owned(),
            principal: Principal::default(),
            settings,
            policy: None,
            approvers: vec![desk.clone()],
            clock: Arc::<SetClock>::clone(clock),
            configuration: String::new(),
            configuration_changed: false,
            version: "0".into(),
        };
        let mut gate = Gate::open(config, host.clone()).unwrap();
        gate.judge.policy = policy;
        gate.continue_session(&Value::Null);
        (Arc::new(gate), host, desk)
    }

    /// Lets everything come to rest that does not wait for time or a person.
    async fn settle() {
        for _ in 0..60 {
            tokio::task::yield_now().await;
        }
    }

    fn question(&self) -> Option<Open> {
        let open = self.desk.open.lock().unwrap().take();
        open.filter(|(_, _, answer)| !answer.is_closed())
    }

    fn target(&self) -> usize {
        self.handle.load(Ordering::Relaxed)
    }

    /// Whether something may be done to the window that is there without a further yes.
    fn lasts(&self) -> bool {
        self.lasting.iter().any(|(target, until)| *target == self.target() && self.minutes < *until)
    }

    /// Does it; whether a person said yes with it to a question about the window that is there.
    async fn happens(&mut self, event: Event) -> bool {
        let mut yes = false;
        match event {
            Event::Call { other } => {
                self.handle.store(1 + usize::from(other), Ordering::Relaxed);
                let (gate, call) = (Arc::clone(&self.gate), call(Plans::One(typing())));
                let cancel = call.cancel.clone();
                let running = tokio::spawn(async move { drop(gate.answer(call).await) });
                self.calls.push((running, cancel));
            }
            Event::Cancel => {
                if !self.calls.is_empty() {
                    self.calls.remove(0).1.cancel();
                }
            }
            Event::Dialog(answer) => {
                if let Some((_, about, open)) = self.question() {
                    let sent = open.send(answer).is_ok();
                    yes = sent && self.agreed(answer, about);
                }
            }
            Event::Allow { right, lasts } => {
                let open = self.desk.open.lock().unwrap();
                let question = open.as_ref().map(|(question, about, _)| (question.clone(), *about));
                drop(open);
                if let Some((question, about)) = question {
                    let code = question.code.clone().unwrap();
                    let code = if right { code.expose() } else { "1" };
                    let allowed = self.gate.allow(&question.id, code, lasts);
                    assert!(right || allowed.is_err(), "a yes without the code");
                    let answer = if lasts { Answer::ForThisTarget } else { Answer::Once };
                    yes = allowed.is_ok() && self.agreed(answer, about);
                }
            }
            Event::Deny { stops } => {
                if let Some(question) = self.gate.questions().first()
                    && self.gate.deny(&question.id, stops).is_ok()
                {
                    self.stopped |= stops;
                }
            }
            Event::Silence => tokio::time::advance(Duration::from_secs(51)).await,
            Event::Replaced => drop(self.handle.fetch_add(10, Ordering::Relaxed)),
            Event::Stop => {
                self.gate.stop(By::Key);
                self.stopped = true;
            }
            Event::Resume { right } => self.resumes(right),
            Event::Lock(true) => {
                self.gate.pause();
                self.locked = true;
            }
            Event::Lock(false) => {
                self.gate.unpause();
                self.locked = false;
            }
            Event::Restart => {
                self.calls.drain(..).for_each(|(call, _)| call.abort());
                Self::settle().await;
                (self.gate, self.host, self.desk) = Self::start(&self.home, &self.clock, &self.handle);
                self.locked = false;
            }
            Event::Minutes(minutes) => {
                self.clock.pass(Duration::from_secs(minutes * 60));
                self.minutes += minutes;
            }
            Event::WallClock(wall) => self.clock.set_wall(wall),
        }
        yes
    }

    /// Whether it is a yes to what is done to the window that is there.
    fn agreed(&mut self, answer: Answer, about: usize) -> bool {
        match answer {
            Answer::Once => about == self.target(),
            Answer::ForThisTarget => {
                self.lasting.push((about, self.minutes + 30));
                about == self.target()
            }
            Answer::NoAndStop => {
                self.stopped = true;
                false
            }
            Answer::No | Answer::Nothing | Answer::Unavailable => false,
        }
    }

    fn resumes(&mut self, right: bool) {
        let standing = self.desk.standing.lock().unwrap().clone();
        let shown = match &standing {
            Some(Standing::Stopped { code, .. }) => code.clone(),
            _ => None,
        };
        let code = shown.as_ref().filter(|_| right).map_or("1", SecretText::expose);
        match self.gate.resume_with(code, &By::Badge) {
            Ok(()) => {
                assert!(right && self.stopped, "it was resumed without the code");
                (self.stopped, self.locked) = (false, false);
            }
            Err(NotDone::NotStopped) => assert!(!self.stopped, "a stop was lost"),
            Err(_) => {}
        }
    }
}

/// Runs events, and says how many acts there were.
async fn run(events: &[Event]) -> usize {
    let (mut world, mut acts) = (World::new(), 0);
    for event in events {
        let before = world.host.executed.load(Ordering::Relaxed);
        let lasted = world.lasts();
        let yes = world.happens(*event).await;
        World::settle().await;
        let restarted = matches!(event, Event::Restart);
        let done = world.host.executed.load(Ordering::Relaxed) - if restarted { 0 } else { before };
        acts += done;
        let lasts = lasted || world.lasts();
        assert!(
            !(world.stopped || world.locked) || done == 0,
            "{event:?} acted although nothing is to be done"
        );
        assert!(done == 0 || yes || lasts, "{event:?} acted and nobody had allowed it");
        assert!(done <= 1 || lasts, "{event:?} acted {done} times on one yes");
        if world.stopped {
            assert_eq!(world.gate.state(), "stopped", "{event:?}");
        }
    }
    acts
}

fn on_a_paused_clock<T>(future: impl Future<Output = T>) -> T {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().start_paused(true).build();
    runtime.unwrap().block_on(future)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_order_of_events_makes_an_act_of_what_nobody_allowed(events in events()) {
        on_a_paused_clock(run(&events));
    }
}

#[test]
fn what_is_allowed_is_done_so_that_the_orders_above_show_something() {
    let call = Event::Call { other: false };
    let lasting = Event::Dialog(Answer::ForThisTarget);
    for (events, acts) in [
        (vec![call, Event::Dialog(Answer::Once)], 1),
        (vec![call, Event::Allow { right: true, lasts: false }], 1),
        (
            vec![
                call,
                Event::Allow { right: false, lasts: false },
                Event::Allow { right: true, lasts: false },
            ],
            1,
        ),
        (vec![call, lasting, call, Event::Restart, call], 3),
        (vec![call, lasting, Event::Minutes(29), call, Event::Minutes(2), call], 2),
        (vec![call, Event::Stop, Event::Restart, Event::Resume { right: true }, call, lasting], 1),
        (vec![Event::Lock(true), call, Event::Lock(false), call, lasting], 1),
        (vec![call, Event::Silence, Event::Dialog(Answer::Once)], 0),
        (vec![call, Event::Replaced, Event::Dialog(Answer::Once)], 0),
    ] {
        assert_eq!(on_a_paused_clock(run(&events)), acts, "{events:?}");
    }
}
