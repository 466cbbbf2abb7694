//! What a session is known to have done, what of it outlives its server, and when its time is over.

use model::{Condition, SessionFacts, WaitForRequest};
use policy::config::Amount;

use super::*;
use crate::{NotDone, approver::Standing, person::By};

/// A machine on which servers of one session start.
struct Machine {
    home: tempfile::TempDir,
    clock: Arc<SetClock>,
    settings: Settings,
    principal: Principal,
}

impl Machine {
    fn new(set: impl FnOnce(&mut Settings)) -> Self {
        let mut settings = Settings::of_profile(Profile::Lab);
        set(&mut settings);
        let clock = Arc::new(SetClock::new(Some("a"), 1_000, 1_700_000_000));
        Self { home: tempfile::tempdir().unwrap(), clock, settings, principal: Principal::default() }
    }

    fn gate(&self, host: &Arc<FakeHost>) -> Gate {
        self.gate_showing(host, Arc::default(), false)
    }

    fn gate_showing(&self, host: &Arc<FakeHost>, badge: Arc<Badge>, configuration_changed: bool) -> Gate {
        let config = GateConfig {
            home: self.home.path().to_owned(),
            principal: self.principal.clone(),
            settings: self.settings.clone(),
            policy: None,
            approvers: vec![badge],
            clock: Arc::<SetClock>::clone(&self.clock),
            configuration: "digest".into(),
            configuration_changed,
            version: "0".into(),
        };
        Gate::open(config, Arc::<FakeHost>::clone(host)).unwrap()
    }

    /// By what the last call was judged.
    fn session(&self) -> SessionFacts {
        let records = read_records(self.home.path()).unwrap();
        let judged = records.iter().rev().find(|record| record["circumstances"].is_object()).unwrap();
        serde_json::from_value(judged["circumstances"]["session"].clone()).unwrap()
    }

    /// Calls, as whoever takes over from a server that was killed finds them.
    fn written_calls(&self) -> u64 {
        let mut files =
            std::fs::read_dir(self.home.path().join("sessions")).unwrap().map(|file| file.unwrap().path());
        let state = files.find(|file| file.extension().is_some_and(|extension| extension == "json")).unwrap();
        let state: Value = serde_json::from_slice(&std::fs::read(state).unwrap()).unwrap();
        state["counters"]["calls"].as_u64().unwrap()
    }
}

/// Shows codes and answers nothing.
#[derive(Debug, Default)]
struct Badge {
    prepared: AtomicUsize,
    shown: AtomicUsize,
}

impl Approver for Badge {
    fn channel(&self) -> Channel {
        Channel::Dialog
    }

    fn shows_codes(&self) -> bool {
        true
    }

    fn prepare(&self) {
        self.prepared.fetch_add(1, Ordering::Relaxed);
    }

    fn show(&self, _: &Standing) {
        self.shown.fetch_add(1, Ordering::Relaxed);
    }

    fn ask<'a>(&'a self, _: &'a Question) -> std::pin::Pin<Box<dyn Future<Output = Answer> + Send + 'a>> {
        Box::pin(async { Answer::Nothing })
    }
}

fn look() -> Operation {
    Operation::WindowList(WindowListRequest {})
}

async fn code(gate: &Gate, operation: Operation) -> Option<Code> {
    gate.answer(call(Plans::One(operation))).await.into_reply().err().map(|fault| fault.code)
}

#[tokio::test]
async fn a_call_is_judged_by_the_age_of_its_session_and_by_what_that_has_done() {
    let machine = Machine::new(|_| {});
    let gate = machine.gate(&Arc::default());
    assert_eq!(code(&gate, look()).await, None);
    assert_eq!(machine.session(), SessionFacts::default());
    machine.clock.pass(Duration::from_secs(3 * 60 + 50));
    assert_eq!(code(&gate, typing()).await, None);
    assert_eq!(machine.session(), SessionFacts { age_minutes: 3, calls: 1, ..SessionFacts::default() });
    assert_eq!(code(&gate, look()).await, None);
    assert_eq!(machine.session().calls, 2);
}

#[tokio::test]
async fn an_act_is_counted_on_disk_before_it_is_done_and_a_look_with_the_next_act() {
    let machine = Machine::new(|_| {});
    let gate = machine.gate(&Arc::default());
    for (operation, written) in [(look(), 0), (look(), 0), (typing(), 3), (look(), 3), (typing(), 5)] {
        assert_eq!(code(&gate, operation).await, None);
        assert_eq!(machine.written_calls(), written);
    }
}

#[tokio::test]
async fn a_call_over_its_rate_waits_and_one_over_the_sessions_time_needs_a_person() {
    let machine = Machine::new(|settings| {
        settings.limits.input_per_minute = Amount::Most(1);
        settings.limits.session_minutes = Amount::Most(5);
    });
    let gate = machine.gate(&Arc::default());
    let resumed = || gate.resume_with("0000", &By::Key).unwrap_err();
    assert_eq!(code(&gate, typing()).await, None);
    assert_eq!(code(&gate, typing()).await, Some(Code::RateLimited));
    assert_eq!(resumed(), NotDone::NotStopped);
    machine.clock.pass(Duration::from_secs(61));
    assert_eq!(code(&gate, typing()).await, None);
    machine.clock.pass(Duration::from_secs(4 * 60));
    assert_eq!(code(&gate, typing()).await, Some(Code::BudgetExhausted));
    assert!(matches!(resumed(), NotDone::WrongCode(_)), "the badge shows a code now");
    gate.resume(&By::Badge).unwrap();
    assert_eq!(code(&gate, typing()).await, None);
    assert_eq!(machine.session().age_minutes, 0, "another session has begun");
}

#[tokio::test]
async fn only_a_wait_of_who_may_see_secrets_looks_for_texts_among_them() {
    let wait = || {
        let condition = Condition::TextAppears { window: None, text: "hunter2".into() };
        Operation::WaitFor(WaitForRequest { condition, timeout_ms: 50 })
    };
    for (profile, operation, reveals) in
        [(Profile::Assistant, wait(), false), (Profile::Lab, wait(), true), (Profile::Lab, typing(), false)]
    {
        let machine = Machine::new(|settings| *settings = Settings::of_profile(profile));
        let host = Arc::<FakeHost>::default();
        code(&machine.gate(&host), operation).await;
        assert_eq!(*host.told.lock().unwrap(), [(reveals, false)], "{profile:?}");
    }
}

#[tokio::test]
async fn programs_that_a_session_started_are_known_to_the_next_server() {
    let machine = Machine::new(|_| {});
    let pids = AtomicUsize::new(1);
    let execute = move || {
        let pid = u32::try_from(pids.fetch_add(1, Ordering::Relaxed)).unwrap();
        Ok(Outcome::Acted(Box::new(Acted { pid: Some(pid), ..acted() })))
    };
    let host = Arc::new(FakeHost { execute: Box::new(execute), ..FakeHost::default() });
    let gate = machine.gate(&host);
    for _ in 0..3 {
        assert_eq!(code(&gate, typing()).await, None);
    }
    let next = machine.gate(&Arc::default());
    next.continue_session(&Value::Null);
    assert_eq!((gate.launched(), next.launched()), (vec![1, 2, 3], vec![1, 2, 3]));
    machine.clock.pass(Duration::from_secs(90));
    assert_eq!((next.age().as_secs(), next.session_id()), (90, gate.session_id()));
}

#[tokio::test]
async fn what_is_only_shown_has_a_rate_and_the_sessions_time_too() {
    let machine = Machine::new(|settings| {
        settings.dry_run = true;
        settings.limits.reads_per_minute = Amount::Most(1);
        settings.limits.session_minutes = Amount::Most(5);
    });
    let host = Arc::<FakeHost>::default();
    let gate = machine.gate(&host);
    assert_eq!(code(&gate, typing()).await, None);
    assert_eq!(code(&gate, typing()).await, Some(Code::RateLimited));
    machine.clock.pass(Duration::from_secs(5 * 60));
    assert_eq!(code(&gate, typing()).await, Some(Code::BudgetExhausted));
    assert_eq!(host.executed.load(Ordering::Relaxed), 0);
}

#[tokio::test]
async fn a_stop_by_another_server_of_the_session_is_followed() {
    let machine = Machine::new(|_| {});
    let (one, other) = (machine.gate(&Arc::default()), machine.gate(&Arc::default()));
    for gate in [&one, &other] {
        assert_eq!(code(gate, look()).await, None);
    }
    one.stop(By::Key);
    assert_eq!(other.state(), "working", "nobody has looked");
    other.follow_others();
    assert_eq!(other.state(), "stopped");
    one.resume(&By::Badge).unwrap();
    other.follow_others();
    assert_eq!(other.state(), "working");
}

#[tokio::test]
async fn channels_are_made_ready_before_the_first_call_and_a_changed_configuration_is_shown() {
    for changed in [false, true] {
        let (machine, badge) = (Machine::new(|_| {}), Arc::<Badge>::default());
        let gate = machine.gate_showing(&Arc::default(), Arc::clone(&badge), changed);
        gate.prepare();
        assert_eq!(badge.prepared.load(Ordering::Relaxed), 1);
        assert_eq!(badge.shown.load(Ordering::Relaxed) > 0, changed);
    }
}

#[tokio::test]
async fn a_client_is_known_by_the_name_it_gave_and_status_tells_how_old_its_session_is() {
    let machine = Machine::new(|_| {});
    let gate = machine.gate(&Arc::default());
    let named = Call { claimed: json!({"name": "Client"}), ..call(Plans::One(look())) };
    gate.answer(named).await.into_reply().unwrap();
    let records = read_records(machine.home.path()).unwrap();
    assert_eq!(records[0]["circumstances"]["client"]["claimed_name"], json!("Client"));
    assert_eq!(records[0]["claimed"], json!({"name": "Client"}));
    machine.clock.pass(Duration::from_secs(90));
    let status = gate.answer(call(Plans::One(Operation::Status(StatusRequest {})))).await.into_reply();
    let status = status.unwrap().text;
    assert!(status.contains("age_seconds: 90"), "{status}");
}

#[tokio::test]
async fn a_dry_run_is_on_record_with_what_the_session_had_read() {
    let mut machine = Machine::new(|_| {});
    assert_eq!(code(&machine.gate(&Arc::default()), typing()).await, None);
    machine.settings.dry_run = true;
    assert_eq!(code(&machine.gate(&Arc::default()), typing()).await, None);
    let records = read_records(machine.home.path()).unwrap();
    let last = records.last().unwrap();
    assert_eq!((&last["dry_run"], &last["tainted_by"]), (&json!(true), &json!(["unknown_program"])));
    assert_eq!(last["circumstances"]["client"]["path"], json!(machine.principal.parent));
    assert!(last["facts"]["targets"].is_array(), "{last}");
}

#[tokio::test]
async fn where_no_session_can_begin_the_machine_is_not_even_looked_at() {
    let machine = Machine::new(|_| {});
    let asked = Arc::new(AtomicUsize::new(0));
    let counts = Arc::clone(&asked);
    let resolve = Box::new(move || {
        counts.fetch_add(1, Ordering::Relaxed);
        Ok(facts(false))
    });
    let gate = machine.gate(&Arc::new(FakeHost { resolve, ..FakeHost::default() }));
    std::fs::write(machine.home.path().join("sessions"), "in the way").unwrap();
    assert_eq!(code(&gate, typing()).await, Some(Code::AuditFailed));
    assert_eq!(asked.load(Ordering::Relaxed), 0);
}

#[tokio::test]
async fn another_program_or_client_has_a_session_of_its_own() {
    let mut machine = Machine::new(|_| {});
    let mut sessions = std::collections::HashSet::new();
    for (parent, client) in [("a", "c"), ("b", "c"), ("a", "d")] {
        machine.principal.parent = parent.into();
        let gate = machine.gate(&Arc::default());
        let call = Call { claimed: json!({ "name": client }), ..call(Plans::One(look())) };
        gate.answer(call).await.into_reply().unwrap();
        assert!(sessions.insert(gate.session_id()), "{parent} {client}");
    }
}
