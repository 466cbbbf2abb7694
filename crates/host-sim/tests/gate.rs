//! Whatever is called in whatever order, and whatever the machine answers: what was not permitted does not happen.
#![cfg(not(windows))]
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]

use std::{
    future::Future,
    pin::Pin,
    sync::{
        Arc, Mutex,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use gate::{
    Answer, ApprovalAnswer, Approver, Call, Clock, Gate, GateConfig, Host, HostReport, Lookup, Moment,
    Permit, Principal, Question, Run, read_records,
};
use host_sim::{SimHost, World};
use model::{Code, Facts, Fault, LocalTime, Outcome, ui::Node};
use policy::config::{Amount, Channel, Profile, Settings};
use serde_json::{Map, Value, json};
use tokio_util::sync::CancellationToken;

/// Numbers that look random and are the same each time (SplitMix64, Steele, Lea and Flood 2014).
#[derive(Debug)]
struct Dice(AtomicU64);

impl Dice {
    const fn new(seed: u64) -> Self {
        Self(AtomicU64::new(seed))
    }

    fn roll(&self, sides: usize) -> usize {
        let mut z = self.0.fetch_add(0x9e37_79b9_7f4a_7c15, Ordering::Relaxed);
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        usize::try_from((z ^ (z >> 31)) % sides as u64).unwrap()
    }

    fn of<'a, T: ?Sized>(&self, all: &[&'a T]) -> &'a T {
        all[self.roll(all.len())]
    }
}

fn world() -> World {
    let button = |name: &str| json!({"role": "Button", "name": name, "on_invoke": {"close": true}});
    let world = json!({
        "user": {"name": r"DESK\ann"},
        "files": {r"C:\Windows\System32\notepad.exe": {"base64": "TVo="}},
        "processes": [
            {"pid": 100, "name": "explorer.exe", "path": r"C:\Windows\explorer.exe"},
            {"pid": 200, "name": "notepad.exe", "path": r"C:\Windows\System32\notepad.exe"},
            {"pid": 300, "name": "cmd.exe", "path": r"C:\Windows\System32\cmd.exe"},
            {"pid": 400, "name": "regedit.exe", "path": r"C:\Windows\regedit.exe", "elevated": true},
            {"pid": 500, "name": "winwarden.exe", "path": r"C:\Tools\winwarden.exe"},
            {"pid": 600, "name": "KeePass.exe", "path": r"C:\Program Files\KeePass\KeePass.exe"},
            {"pid": 700, "name": "firefox.exe", "path": r"C:\Program Files\Mozilla Firefox\firefox.exe"}
        ],
        "windows": [
            {"title": "Note", "class": "Notepad", "pid": 200, "rect": [0, 0, 400, 300], "foreground": true,
             "tree": {"role": "Window", "name": "Note", "children": [
                {"role": "Edit", "name": "Text", "automation_id": "text", "value": "old", "focused": true},
                {"role": "CheckBox", "name": "Wrap"},
                {"role": "Button", "name": "Delete all", "on_invoke": {"set": ["text", ""]}},
                button("Close")]}},
            {"title": "Prompt", "class": "ConsoleWindowClass", "pid": 300, "rect": [400, 0, 800, 300],
             "tree": {"role": "Window", "name": "Prompt", "children": [{"role": "Document", "name": "Text Area", "value": ""}]}},
            {"title": "Registry Editor", "class": "RegEdit", "pid": 400, "rect": [0, 300, 400, 600],
             "tree": {"role": "Window", "name": "Registry Editor", "children": [button("Close")]}},
            {"title": "Approval", "class": "Approval", "pid": 500, "rect": [400, 300, 800, 600],
             "tree": {"role": "Window", "name": "Approval", "children": [button("Allow")]}},
            {"title": "Safe", "class": "KeePass", "pid": 600, "rect": [800, 0, 1200, 300],
             "tree": {"role": "Window", "name": "Safe", "children": [{"role": "Edit", "name": "Title", "value": "x"}]}},
            {"title": "Page - Mozilla Firefox", "class": "MozillaWindowClass", "pid": 700, "rect": [800, 300, 1200, 600],
             "tree": {"role": "Window", "name": "Page", "children": [button("Send"), button("Senden")]}}
        ]
    });
    World::parse(&world.to_string()).unwrap()
}

const WINDOWS: [&str; 7] =
    ["Note", "Prompt", "Registry Editor", "Approval", "Safe", "Page - Mozilla Firefox", "None such"];

/// Some way to say what is meant: one element, several, none, or a point.
fn target(dice: &Dice) -> Map<String, Value> {
    let window = dice.of(&WINDOWS);
    let find = match dice.roll(5) {
        0 => json!({"find": {"window": window, "role": "Edit"}}),
        1 => json!({"find": {"window": window, "role": "Button"}}),
        2 => {
            json!({"find": {"window": window, "name": dice.of(&["Delete all", "Close", "Allow", "Send", "Senden", "Text"])}})
        }
        3 => json!({"element": format!("e{}", dice.roll(12))}),
        _ => {
            let (x, y) = (dice.roll(1300), dice.roll(700));
            json!({"at": {"x": x, "y": y}, "expect_window": window})
        }
    };
    find.as_object().unwrap().clone()
}

/// Some call of a tool that acts.
fn acting(dice: &Dice) -> (&'static str, Map<String, Value>) {
    let keys = ["Enter", "Delete", "Shift+Delete", "Ctrl+A Ctrl+C", "Win+L", "Alt+F4", "Ctrl+Enter", "a b c"];
    let (tool, mut arguments) = match dice.roll(9) {
        0 => ("click", json!({"count": 1 + dice.roll(2)})),
        1 => (
            "type_text",
            json!({"text": "typed", "mode": dice.of(&["insert", "replace"]), "submit": dice.roll(2) == 0}),
        ),
        2 => ("press_keys", json!({"keys": dice.of(&keys)})),
        3 => ("scroll", json!({"direction": dice.of(&["up", "down"])})),
        4 => (
            "element_action",
            json!({"action": dice.of(&["invoke", "toggle", "set_value", "focus"]), "value": "v"}),
        ),
        5 => {
            let actions = ["focus", "minimize", "maximize", "restore", "close"];
            ("window_control", json!({"window": dice.of(&WINDOWS), "action": dice.of(&actions)}))
        }
        6 => (
            "app_launch",
            json!({"executable": dice.of(&[r"C:\Windows\System32\notepad.exe", r"..\x.exe", r"\\server\x.exe"])}),
        ),
        7 => ("clipboard_write", json!({"text": "copied"})),
        _ => ("drag", json!({"from": target(dice), "to": target(dice)})),
    };
    let fields = arguments.as_object_mut().unwrap();
    if ["click", "type_text", "press_keys", "scroll", "element_action"].contains(&tool) {
        fields.extend(target(dice));
    }
    if fields.get("action").is_some_and(|action| action != "set_value") {
        fields.remove("value");
    }
    (tool, fields.clone())
}

fn looking(dice: &Dice) -> (&'static str, Map<String, Value>) {
    let (tool, arguments) = match dice.roll(3) {
        0 => ("snapshot", json!({"window": dice.of(&WINDOWS)})),
        1 => ("read_text", json!({"window": dice.of(&WINDOWS)})),
        _ => ("window_list", json!({})),
    };
    (tool, arguments.as_object().unwrap().clone())
}

fn call(tool: &str, arguments: Map<String, Value>) -> Call {
    Call {
        tool: tools::all().into_iter().find(|known| known.card().name == tool).unwrap(),
        arguments,
        request_id: json!(1),
        step: None,
        claimed: Value::Null,
        approver: None,
        cancel: CancellationToken::new(),
    }
}

/// The machine, with troubles on the way to it.
#[derive(Debug)]
struct Troubled {
    sim: SimHost,
    dice: Option<Dice>,
    /// What was carried out.
    executed: Mutex<Vec<String>>,
}

impl Host for Troubled {
    fn resolve<'a>(&'a self, lookup: Lookup, run: &'a Run) -> Answer<'a, Facts> {
        Box::pin(async move {
            let mut facts = self.sim.resolve(lookup, run).await?;
            match self.dice.as_ref().map_or(9, |dice| dice.roll(10)) {
                0 => Err(Fault::new(Code::WorkerLost, "the worker is gone")),
                1 => Err(Fault::new(Code::TargetNotResponding, "it does not answer")),
                2 => {
                    facts.targets.clear();
                    Ok(facts)
                }
                3 => {
                    facts.desktop = None;
                    Ok(facts)
                }
                4 => {
                    for target in &mut facts.targets {
                        target.window.process.path.clear();
                        target.window.process.elevation = model::Elevation::Unknown;
                    }
                    Ok(facts)
                }
                _ => Ok(facts),
            }
        })
    }

    fn execute<'a>(&'a self, permit: &'a Permit, run: &'a Run) -> Answer<'a, Outcome> {
        Box::pin(async move {
            self.executed.lock().unwrap().push(permit.operation().kind().name().to_owned());
            self.sim.execute(permit, run).await
        })
    }

    fn survey<'a>(&'a self, permit: &'a Permit, run: &'a Run) -> Answer<'a, Vec<Node>> {
        self.sim.survey(permit, run)
    }

    fn local_time(&self) -> LocalTime {
        self.sim.local_time()
    }

    fn report(&self) -> HostReport {
        self.sim.report()
    }
}

/// A person of moods.
#[derive(Debug)]
struct Person(Dice);

impl Approver for Person {
    fn channel(&self) -> Channel {
        Channel::Dialog
    }

    fn ask<'a>(
        &'a self,
        question: &'a Question,
    ) -> Pin<Box<dyn Future<Output = ApprovalAnswer> + Send + 'a>> {
        Box::pin(async {
            match self.0.roll(6) {
                0 | 1 => ApprovalAnswer::Once,
                2 => ApprovalAnswer::ForThisTarget,
                3 => ApprovalAnswer::No,
                4 => ApprovalAnswer::Nothing,
                _ => {
                    tokio::time::sleep(question.wait * 2).await;
                    ApprovalAnswer::Once
                }
            }
        })
    }
}

/// A clock that stands: nothing here takes its time.
#[derive(Debug)]
struct Standing;

impl Clock for Standing {
    fn boot(&self) -> Option<&str> {
        Some("once")
    }

    fn now(&self) -> Moment {
        Moment::default()
    }
}

struct Stage {
    gate: Gate,
    host: Arc<Troubled>,
    home: tempfile::TempDir,
}

fn stage(profile: Profile, seed: u64, troubled: bool) -> Stage {
    let home = tempfile::tempdir().unwrap();
    let host = Troubled {
        sim: SimHost::new(world()),
        dice: troubled.then(|| Dice::new(seed)),
        executed: Mutex::default(),
    };
    let host = Arc::new(host);
    let mut settings = Settings::of_profile(profile);
    settings.workspace_applications = vec!["notepad.exe".into()];
    // What is tested here is the verdict, not how much there may be of it; and a silent person is to cost little.
    let lab = Settings::of_profile(Profile::Lab).limits;
    settings.limits = policy::config::Limits { session_minutes: Amount::Unlimited, ..lab };
    settings.approval_wait = Duration::from_millis(1);
    let config = GateConfig {
        home: home.path().to_owned(),
        principal: Principal::default(),
        settings,
        policy: None,
        approvers: vec![Arc::new(Person(Dice::new(seed + 1)))],
        clock: Arc::new(Standing),
        configuration: String::new(),
        configuration_changed: false,
        version: "0".into(),
    };
    Stage { gate: Gate::open(config, host.clone()).unwrap(), host, home }
}

#[tokio::test(start_paused = true)]
async fn ten_thousand_dry_runs_leave_the_machine_as_it_was() {
    let stage = stage(Profile::Lab, 1, false);
    let (dice, before) = (Dice::new(2), stage.host.sim.whole());
    let (mut shown, mut refused) = (0, 0);
    for _ in 0..10_000 {
        let (tool, mut arguments) = acting(&dice);
        arguments.insert("dry_run".into(), json!(true));
        match stage.gate.answer(call(tool, arguments)).await.into_reply() {
            Ok(reply) => {
                assert!(reply.text.starts_with("dry run: nothing was done"), "{}", reply.text);
                shown += 1;
            }
            Err(_) => refused += 1,
        }
    }
    assert_eq!(stage.host.sim.whole(), before);
    assert_eq!(*stage.host.executed.lock().unwrap(), Vec::<String>::new());
    assert!(shown > 2_000 && refused > 2_000, "{shown} shown, {refused} refused: both are to be tried");
    let records = read_records(stage.home.path()).unwrap();
    assert_eq!(records.len(), 10_000);
    assert!(records.iter().all(|record| record["phase"] == "outcome"));
}

#[tokio::test(start_paused = true)]
async fn nothing_happens_without_a_recorded_leave_whatever_goes_wrong() {
    for (profile, seed) in Profile::ALL.into_iter().zip(10..) {
        let stage = stage(profile, seed, true);
        let dice = Dice::new(seed * 100);
        let mut last = stage.host.sim.whole();
        for _ in 0..700 {
            let (tool, arguments) = if dice.roll(3) == 0 { looking(&dice) } else { acting(&dice) };
            let executed = stage.host.executed.lock().unwrap().len();
            let reply = stage.gate.answer(call(tool, arguments)).await.into_reply();
            let now = stage.host.sim.whole();
            let ran = stage.host.executed.lock().unwrap().len() - executed;
            assert!(ran <= 1, "{profile:?} {tool}: one call, one act");
            assert!(ran == 1 || now == last, "{profile:?} {tool} changed the machine unasked: {reply:?}");
            assert!(ran == 1 || reply.is_err(), "{profile:?} {tool}: a reply without an act: {reply:?}");
            last = now;
        }
        let records = read_records(stage.home.path()).unwrap();
        let intents: Vec<&Value> = records.iter().filter(|record| record["phase"] == "intent").collect();
        let executed = stage.host.executed.lock().unwrap().clone();
        let recorded: Vec<&str> =
            intents.iter().map(|record| record["operation"]["kind"].as_str().unwrap()).collect();
        assert_eq!(recorded, executed, "{profile:?}: what ran is what was written down before it");
        for record in intents {
            let leave = match record["verdict"].as_str().unwrap() {
                "allow" => record.get("approval").is_none(),
                "ask" => record.get("approval").is_some() && profile != Profile::Unattended,
                _ => false,
            };
            assert!(leave, "{profile:?}: {record}");
            let reads = record["judgement"].to_string();
            assert!(!record["target"].to_string().contains("winwarden.exe"), "{profile:?}: {record} {reads}");
        }
        assert!(executed.len() > 100, "{profile:?}: {} ran: too few to mean anything", executed.len());
    }
}
