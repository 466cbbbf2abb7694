use std::{sync::atomic::AtomicUsize, time::Duration};

use model::{
    Acted, Around, Button, ClickRequest, ClipboardFacts, DesktopState, ElementRef, Elevation, Facts,
    LocalTime, Means, Outcome, Preview, ProcessFacts, Rect, SecretText, Sought, StatusRequest, Target,
    TargetFacts, TypeMode, TypeTextRequest, WindowFacts, WindowInfo, WindowList, WindowListRequest,
    WindowState,
    keys::Modifiers,
    tool::{Card, Hints, Plan, Reply, Schemas, Tool},
    ui::{ElementId, ElementKey, Node, Patterns, Role, States, WindowKey},
};
use policy::config::{Channel, Profile};
use serde_json::Map;

use super::*;
use crate::{
    approver::{Answer, Question},
    clock::tests::SetClock,
    host::{Answer as Ahead, HostReport, Lookup, Run},
    person::{By, Caller},
    read_records,
};

#[path = "about.rs"]
mod about;
#[path = "asked.rs"]
mod asked;
#[path = "counting.rs"]
mod counting;
#[path = "explaining.rs"]
mod explaining;
#[path = "halt.rs"]
mod halt;
#[path = "keys.rs"]
mod keys;
#[path = "orders.rs"]
mod orders;
#[path = "pictures.rs"]
mod pictures;

/// Does whatever its closures say.
struct FakeHost {
    resolve: Box<dyn Fn() -> Result<Facts, Fault> + Send + Sync>,
    execute: Box<dyn Fn() -> Result<Outcome, Fault> + Send + Sync>,
    delay: Duration,
    /// How long its picture of a target takes.
    portrait: Duration,
    executed: AtomicUsize,
    signers_asked: AtomicUsize,
    /// Whether each call may look for secrets, and whether policies are asked about keys that it meets.
    told: Mutex<Vec<(bool, bool)>>,
}

impl std::fmt::Debug for FakeHost {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("FakeHost")
    }
}

impl Default for FakeHost {
    fn default() -> Self {
        Self {
            resolve: Box::new(|| Ok(facts(false))),
            execute: Box::new(|| Ok(Outcome::Windows(WindowList { windows: vec![info()] }))),
            delay: Duration::ZERO,
            portrait: Duration::ZERO,
            executed: AtomicUsize::new(0),
            signers_asked: AtomicUsize::new(0),
            told: Mutex::default(),
        }
    }
}

impl Host for FakeHost {
    fn resolve<'a>(&'a self, _: Lookup, _: &'a Run) -> Ahead<'a, Facts> {
        Box::pin(async { (self.resolve)() })
    }

    fn execute<'a>(&'a self, _: &'a Permit, run: &'a Run) -> Ahead<'a, Outcome> {
        Box::pin(async {
            self.executed.fetch_add(1, Ordering::Relaxed);
            self.told.lock().unwrap().push((run.reveals, run.policies.is_some()));
            tokio::select! {
                () = tokio::time::sleep(self.delay) => (self.execute)(),
                () = run.cancel.cancelled() => Err(Fault::new(Code::Cancelled, "cancelled")),
            }
        })
    }

    fn survey<'a>(&'a self, _: &'a Permit, _: &'a Run) -> Ahead<'a, Vec<Node>> {
        Box::pin(async { Ok(Vec::new()) })
    }

    fn portrait<'a>(&'a self, _: &'a TargetFacts, _: &'a Run) -> Ahead<'a, Option<Preview>> {
        Box::pin(async {
            tokio::time::sleep(self.portrait).await;
            Ok(Some(Preview { width: 1, height: 1, base64: String::new(), mark: None }))
        })
    }

    fn local_time(&self) -> LocalTime {
        LocalTime::default()
    }

    fn signer(&self, path: &str) -> Option<String> {
        self.signers_asked.fetch_add(1, Ordering::Relaxed);
        (path == r"C:\p.exe").then(|| "Contoso".to_owned())
    }

    fn report(&self) -> HostReport {
        HostReport::default()
    }
}

/// Plans one operation, whatever it is given.
#[derive(Debug)]
struct FakeTool(Card, Plans);

#[derive(Debug)]
enum Plans {
    One(Operation),
    Refuses,
    PanicsPlanning,
    PanicsRendering,
}

impl Tool for FakeTool {
    fn card(&self) -> &Card {
        &self.0
    }

    fn schemas(&self) -> &Schemas {
        panic!("no call is asked what it could be")
    }

    fn plan(&self, _: &Map<String, Value>) -> Result<Plan, Fault> {
        match &self.1 {
            Plans::One(operation) => Ok(Plan::new(operation.clone(), Some(200))),
            Plans::Refuses => Err(Fault::new(Code::InvalidArgument, "`x` is missing")),
            Plans::PanicsPlanning => panic!("planning"),
            Plans::PanicsRendering => Ok(Plan::new(Operation::WindowList(WindowListRequest {}), None)),
        }
    }

    fn render(&self, _: &Operation, outcome: &Outcome) -> Reply {
        assert!(!matches!(self.1, Plans::PanicsRendering), "rendering");
        Reply { text: format!("{outcome:?}"), ..Reply::default() }
    }
}

fn tool(plans: Plans) -> Arc<dyn Tool> {
    let hints = Hints { read_only: true, destructive: false, idempotent: true, open_world: false };
    let card =
        Card { name: "fake", title: "Fake", description: "", toolset: "core", hints, gives_pictures: false };
    Arc::new(FakeTool(card, plans))
}

fn key() -> WindowKey {
    WindowKey { handle: 1, pid: 2, started: 3 }
}

fn info() -> WindowInfo {
    WindowInfo {
        reference: None,
        key: key(),
        title: "T".into(),
        class: "C".into(),
        process: "p.exe".into(),
        rect: Rect::default(),
        state: WindowState::Normal,
        foreground: true,
        responding: true,
    }
}

fn facts(own: bool) -> Facts {
    let process =
        ProcessFacts { pid: 2, started: 3, path: r"C:\p.exe".into(), elevation: Elevation::Same, own };
    let window = WindowFacts {
        key: key(),
        reference: None,
        title: "T".into(),
        class: "C".into(),
        process,
        shell: false,
    };
    Facts {
        targets: vec![TargetFacts {
            window,
            element: None,
            point: None,
            around: Around::default(),
            sought: Sought::default(),
        }],
        desktop: Some(DesktopState::Interactive),
        ..Facts::default()
    }
}

fn typing() -> Operation {
    let text = SecretText::new("correct horse".into());
    Operation::TypeText(TypeTextRequest { target: None, text, mode: TypeMode::Insert, submit: false })
}

fn acted() -> Acted {
    Acted {
        means: Means::Pattern,
        element: None,
        verb: None,
        point: None,
        foreground: None,
        foreground_changed: false,
        focused: None,
        opened: Vec::new(),
        closed: Vec::new(),
        read_back: None,
        clipboard: None,
        pid: None,
        notes: Vec::new(),
    }
}

fn clock() -> Arc<dyn Clock> {
    Arc::new(SetClock::new(Some("a"), 1_000, 1_700_000_000))
}

struct Bench {
    gate: Gate,
    host: Arc<FakeHost>,
    home: tempfile::TempDir,
}

fn bench(host: FakeHost) -> Bench {
    bench_of(host, Principal::default(), None)
}

fn bench_of(host: FakeHost, principal: Principal, policy: Option<Policy>) -> Bench {
    let home = tempfile::tempdir().unwrap();
    let host = Arc::new(host);
    let config = GateConfig {
        home: home.path().to_owned(),
        principal,
        settings: Settings::of_profile(Profile::Lab),
        policy,
        approvers: Vec::new(),
        clock: clock(),
        configuration: "digest".into(),
        configuration_changed: false,
        version: "0".into(),
    };
    Bench { gate: Gate::open(config, host.clone()).unwrap(), host, home }
}

impl Bench {
    async fn call(&self, plans: Plans) -> Result<Reply, Fault> {
        self.gate.answer(call(plans)).await.into_reply()
    }

    fn records(&self) -> Vec<Value> {
        read_records(self.home.path()).unwrap()
    }

    fn executed(&self) -> usize {
        self.host.executed.load(Ordering::Relaxed)
    }
}

fn call(plans: Plans) -> Call {
    Call {
        tool: tool(plans),
        arguments: Map::new(),
        request_id: json!(7),
        step: None,
        claimed: Value::Null,
        approver: None,
        cancel: CancellationToken::new(),
    }
}

#[tokio::test]
async fn an_allowed_call_leaves_an_intent_and_an_outcome() {
    let bench = bench(FakeHost::default());
    bench.call(Plans::One(Operation::WindowList(WindowListRequest {}))).await.unwrap();
    let records = bench.records();
    let phases: Vec<_> = records.iter().map(|record| record["phase"].as_str().unwrap()).collect();
    assert_eq!(phases, ["intent", "outcome"]);
    for record in &records {
        for field in
            ["seq", "time", "session", "request_id", "tool", "operation", "target", "verdict", "code"]
        {
            assert!(record.get(field).is_some(), "{field} is missing: {record}");
        }
        assert_eq!((&record["verdict"], &record["request_id"]), (&json!("allow"), &json!(7)));
    }
    assert_eq!(records[1]["intent"], records[0]["seq"]);
    assert_eq!(records[0]["judgement"]["policies"], json!(["lab"]));
}

#[tokio::test]
async fn a_refused_call_leaves_one_record_and_nothing_runs() {
    let bench = bench(FakeHost { resolve: Box::new(|| Ok(facts(true))), ..FakeHost::default() });
    let fault = bench.call(Plans::One(typing())).await.unwrap_err();
    assert_eq!(fault.code, Code::OwnWindow);
    let records = bench.records();
    assert_eq!(records.len(), 1);
    assert_eq!(
        (&records[0]["phase"], &records[0]["verdict"], &records[0]["code"]),
        (&json!("outcome"), &json!("deny"), &json!("OWN_WINDOW"))
    );
    assert_eq!(bench.executed(), 0);
}

#[tokio::test]
async fn bad_arguments_and_targets_that_do_not_resolve_are_refused_and_recorded() {
    let bench = bench(FakeHost {
        resolve: Box::new(|| Err(Fault::new(Code::NotFound, "no such window"))),
        ..FakeHost::default()
    });
    assert_eq!(bench.call(Plans::Refuses).await.unwrap_err().code, Code::InvalidArgument);
    assert_eq!(bench.call(Plans::One(typing())).await.unwrap_err().code, Code::NotFound);
    let codes: Vec<_> = bench.records().iter().map(|record| record["code"].clone()).collect();
    assert_eq!(codes, [json!("INVALID_ARGUMENT"), json!("NOT_FOUND")]);
    assert_eq!(bench.executed(), 0);
}

#[tokio::test]
async fn facts_that_lack_a_target_are_a_refusal() {
    let bench = bench(FakeHost { resolve: Box::new(|| Ok(Facts::default())), ..FakeHost::default() });
    assert_eq!(bench.call(Plans::One(typing())).await.unwrap_err().code, Code::Internal);
    assert_eq!(bench.executed(), 0);
}

#[tokio::test]
async fn panics_of_tools_and_hosts_become_error_replies() {
    let bench = bench(FakeHost { execute: Box::new(|| panic!("executing")), ..FakeHost::default() });
    assert_eq!(bench.call(Plans::PanicsPlanning).await.unwrap_err().code, Code::Internal);
    assert_eq!(bench.call(Plans::One(typing())).await.unwrap_err().code, Code::Internal);
    let last = bench.records().pop().unwrap();
    assert_eq!((&last["phase"], &last["code"]), (&json!("outcome"), &json!("INTERNAL")));
    let bench = self::bench(FakeHost::default());
    assert_eq!(bench.call(Plans::PanicsRendering).await.unwrap_err().code, Code::Internal);
}

#[tokio::test]
async fn typed_text_stands_in_no_record() {
    let bench = bench(FakeHost {
        execute: Box::new(|| Err(Fault::new(Code::Timeout, "late"))),
        ..FakeHost::default()
    });
    bench.call(Plans::One(typing())).await.unwrap_err();
    let text = serde_json::to_string(&bench.records()).unwrap();
    assert!(!text.contains("horse"), "{text}");
    let typed = &bench.records()[0]["operation"]["text"];
    assert_eq!(typed["chars"], json!(13));
    assert_eq!(typed["hmac_sha256"].as_str().unwrap().len(), 64);
}

#[tokio::test(start_paused = true)]
async fn a_host_that_does_not_come_back_costs_one_deadline() {
    let bench = bench(FakeHost { delay: Duration::from_secs(3600), ..FakeHost::default() });
    let begun = tokio::time::Instant::now();
    let fault = bench.call(Plans::One(typing())).await.unwrap_err();
    assert_eq!(fault.code, Code::TargetNotResponding);
    assert!(begun.elapsed() <= Duration::from_millis(200) + GRACE_SEEN);
    assert_eq!(bench.records().len(), 2);
}

const GRACE_SEEN: Duration = Duration::from_millis(1_100);

#[tokio::test(start_paused = true)]
async fn cancelling_ends_a_call_and_is_recorded() {
    let bench = bench(FakeHost { delay: Duration::from_secs(3600), ..FakeHost::default() });
    let call = call(Plans::One(typing()));
    let cancel = call.cancel.clone();
    let (reply, ()) = tokio::join!(bench.gate.answer(call), async { cancel.cancel() });
    assert_eq!(reply.into_reply().unwrap_err().code, Code::Cancelled);
    assert_eq!(bench.records().last().unwrap()["code"], json!("CANCELLED"));
}

#[tokio::test]
async fn without_a_writable_audit_nothing_opens() {
    let home = tempfile::NamedTempFile::new().unwrap();
    let config = GateConfig {
        home: home.path().to_owned(),
        principal: Principal::default(),
        settings: Settings::of_profile(Profile::Lab),
        policy: None,
        approvers: Vec::new(),
        clock: clock(),
        configuration: "digest".into(),
        configuration_changed: false,
        version: "0".into(),
    };
    assert!(Gate::open(config, Arc::new(FakeHost::default())).is_err());
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn an_intent_that_cannot_be_written_stops_the_act() {
    let bench = bench(FakeHost::default());
    bench.gate.begin(&Value::Null).unwrap();
    bench.gate.audit.break_for_test();
    let fault = bench.call(Plans::One(typing())).await.unwrap_err();
    assert_eq!(fault.code, Code::AuditFailed);
    assert_eq!(bench.executed(), 0);
}

#[tokio::test]
async fn a_ref_that_was_never_given_is_unknown_and_one_that_was_is_found() {
    let button = Node {
        reference: None,
        key: ElementKey { window: key(), id: ElementId::Runtime(vec![1]) },
        depth: 0,
        role: Role::Button,
        name: "OK".into(),
        automation_id: String::new(),
        value: None,
        rest: None,
        states: States::default(),
        patterns: Patterns::default(),
        rect: Rect::default(),
    };
    let acted = Acted { element: Some(button), ..acted() };
    let bench = bench(FakeHost {
        execute: Box::new(move || Ok(Outcome::Acted(Box::new(acted.clone())))),
        ..FakeHost::default()
    });
    let click = || {
        let target = Target::Element(ElementRef::new(1));
        let modifiers = Modifiers::default();
        Plans::One(Operation::Click(ClickRequest { target, button: Button::Left, count: 1, modifiers }))
    };
    assert_eq!(bench.call(click()).await.unwrap_err().code, Code::UnknownRef);
    bench.call(Plans::One(typing())).await.unwrap();
    assert!(bench.call(click()).await.unwrap().text.contains("Some(ElementRef(1))"));
}

#[tokio::test]
async fn status_is_answered_without_the_worker() {
    let bench = bench(FakeHost::default());
    bench.call(Plans::One(Operation::Status(StatusRequest {}))).await.unwrap();
    assert_eq!(bench.executed(), 0);
    assert_eq!(bench.records().len(), 2);
}

/// Says yes to everything, once; remembers whether there was a picture.
#[derive(Debug, Default)]
struct Agreeable(Mutex<Vec<bool>>);

impl Approver for Agreeable {
    fn channel(&self) -> Channel {
        Channel::Dialog
    }

    fn ask<'a>(
        &'a self,
        question: &'a Question,
    ) -> std::pin::Pin<Box<dyn Future<Output = Answer> + Send + 'a>> {
        self.0.lock().unwrap().push(question.picture.is_some());
        Box::pin(async { Answer::Once })
    }
}

/// A gate that asks before it types into `p.exe`, and a person who agrees.
fn asking(host: FakeHost) -> Bench {
    asking_of(host, Arc::default())
}

fn asking_of(host: FakeHost, person: Arc<Agreeable>) -> Bench {
    let mut settings = Settings::of_profile(Profile::Assistant);
    settings.protected_applications.push("p.exe".into());
    let (home, host) = (tempfile::tempdir().unwrap(), Arc::new(host));
    let config = GateConfig {
        home: home.path().to_owned(),
        principal: Principal::default(),
        settings,
        policy: None,
        approvers: vec![person],
        clock: clock(),
        configuration: "digest".into(),
        configuration_changed: false,
        version: "0".into(),
    };
    Bench { gate: Gate::open(config, host.clone()).unwrap(), host, home }
}
