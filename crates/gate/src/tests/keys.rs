//! Calls on the registry, on a machine that holds one value.

use model::{
    RegistryImportRequest, RegistryKey, RegistryKeyFacts, RegistryReadRequest, RegistryWaitRequest,
    RegistryWriteRequest, ValueToWrite,
    registry::{Machine, RegistryData, RegistryOutcome, RegistryValue, ValueChange, ValueType, View},
};
use policy::config::{Amount, Layer, Names, Origin, merge};

use super::*;
use crate::registry::Before;

#[path = "keys_put_back.rs"]
mod put_back;
#[path = "keys_trouble.rs"]
mod trouble;

use self::trouble::{Asking, Resolving, Trouble};

const PATH: &str = r"HKCU\Software\App";
const USER: &str = "S-1-5-21-1-2-3-1001";

/// What the value holds: its look at each of preview, image and act, in this order, each the last again where there are no more.
#[derive(Debug)]
struct Keys {
    held: Mutex<Vec<&'static str>>,
    name: &'static str,
    /// Values that a change is said to concern.
    changes: u32,
    exists: bool,
    fails: Option<Code>,
    trouble: Mutex<Trouble>,
    waits: Mutex<Vec<Duration>>,
    /// The time that preview, image and act are given.
    left: Mutex<Vec<Duration>>,
    executed: Mutex<Vec<Option<Before>>>,
    /// What was to be put back, and whether that was cancelled before it began.
    restored: Mutex<Vec<(Before, bool)>>,
}

impl Default for Keys {
    fn default() -> Self {
        Self {
            held: Mutex::new(vec!["old"]),
            name: "Name",
            changes: 1,
            exists: true,
            fails: None,
            trouble: Mutex::default(),
            waits: Mutex::default(),
            left: Mutex::default(),
            executed: Mutex::default(),
            restored: Mutex::default(),
        }
    }
}

fn data(text: &str) -> RegistryData {
    RegistryData::text(ValueType::String, text)
}

impl Keys {
    fn holds(&self) -> RegistryData {
        let mut held = self.held.lock().unwrap();
        data(if held.len() > 1 { held.remove(0) } else { held[0] })
    }

    fn changed(&self) -> Outcome {
        let (path, name) = (r"HKEY_CURRENT_USER\Software\App".to_owned(), self.name.to_owned());
        let change = ValueChange { path, name, before: Some(self.holds()), after: Some(data("new")) };
        let values = if self.changes == 0 { Vec::new() } else { vec![change] };
        Outcome::Registry(Box::new(RegistryOutcome::Changed {
            created: vec![r"HKEY_CURRENT_USER\Software\App".into()],
            deleted: Vec::new(),
            values,
            more: self.changes.saturating_sub(1),
        }))
    }
}

impl Host for Keys {
    fn resolve<'a>(&'a self, lookup: Lookup, run: &'a Run) -> Ahead<'a, Facts> {
        self.waits.lock().unwrap().push(run.deadline.saturating_duration_since(Instant::now()));
        let machine = Machine::new(Some(USER.parse().unwrap()), Some(1));
        let of = |key: &RegistryKey| RegistryKeyFacts {
            names: key.path.names(&machine, key.view).iter().map(|name| name.as_str().to_owned()).collect(),
            machine: machine.clone(),
            exists: Some(self.exists),
            link: false,
        };
        let mut registry: Vec<_> = lookup.registry.iter().map(of).collect();
        match self.trouble.lock().unwrap().resolve {
            Resolving::Right => {}
            Resolving::Fails => return Box::pin(async { Err(Fault::new(Code::WorkerLost, "it is gone")) }),
            Resolving::LacksKeys => registry.clear(),
            Resolving::LacksNames => registry.iter_mut().for_each(|key| key.names.clear()),
            Resolving::Link => registry.iter_mut().for_each(|key| key.link = true),
        }
        Box::pin(
            async move { Ok(Facts { registry, desktop: Some(DesktopState::Secure), ..Facts::default() }) },
        )
    }

    fn execute<'a>(&'a self, permit: &'a Permit, run: &'a Run) -> Ahead<'a, Outcome> {
        self.give_time(run);
        self.executed.lock().unwrap().push(permit.before().cloned());
        if let Some(fault) = self.break_off(run) {
            return Box::pin(async { Err(fault) });
        }
        Box::pin(async {
            let value = |name: &str, text: &str| RegistryValue {
                name: name.into(),
                data: Some(data(text)),
                expanded: Some(text.into()),
            };
            Ok(match permit.operation() {
                Operation::RegistryRead(_) => Outcome::Registry(Box::new(RegistryOutcome::Read {
                    path: PATH.into(),
                    values: vec![
                        value("Name", "shown"),
                        value("DefaultPassword", "hidden"),
                        value("a", "ghp_abcdefghijklmnopqrstuvwxyz0123456789"),
                    ],
                    info: None,
                })),
                Operation::RegistrySearch(_) => {
                    // What a host is told of secrets.
                    Outcome::Registry(Box::new(RegistryOutcome::Waited {
                        elapsed_ms: run.registry.reveals.into(),
                    }))
                }
                _ => self.changed(),
            })
        })
    }

    fn survey<'a>(&'a self, _: &'a Permit, _: &'a Run) -> Ahead<'a, Vec<Node>> {
        Box::pin(async { Ok(Vec::new()) })
    }

    fn preview<'a>(&'a self, _: &'a Operation, _: &'a Facts, run: &'a Run) -> Ahead<'a, Outcome> {
        self.give_time(run);
        match self.trouble.lock().unwrap().preview {
            Asking::Right => {}
            Asking::Fails => return Box::pin(async { Err(Fault::new(Code::WorkerLost, "it is gone")) }),
            Asking::Changes => {
                return Box::pin(async { Ok(Outcome::Windows(WindowList { windows: Vec::new() })) });
            }
        }
        Box::pin(async {
            self.take_time().await;
            self.fails.map_or_else(|| Ok(self.changed()), |code| Err(Fault::new(code, "no")))
        })
    }

    fn before<'a>(&'a self, _: &'a Operation, _: &'a Facts, run: &'a Run) -> Ahead<'a, Option<Before>> {
        self.give_time(run);
        match self.trouble.lock().unwrap().before {
            Asking::Right => {}
            Asking::Fails => return Box::pin(async { Err(Fault::new(Code::WorkerLost, "it is gone")) }),
            Asking::Changes => {
                let mut held = self.held.lock().unwrap();
                let other = if held[0] == "old" { "other" } else { "old" };
                *held = vec![other];
            }
        }
        let key = json!({"name": "k", "path": "k"});
        let before =
            json!({"absent": [], "trees": [], "values": [{"key": key, "name": "Name", "was": self.holds()}]});
        Box::pin(async { Ok(Some(serde_json::from_value(before).unwrap())) })
    }

    fn restore<'a>(&'a self, before: &'a Before, run: &'a Run) -> Ahead<'a, ()> {
        let lost = self.trouble.lock().unwrap().lost;
        self.restored.lock().unwrap().push((before.clone(), run.cancel.is_cancelled()));
        Box::pin(async move { if lost { Err(Fault::new(Code::Timeout, "nothing answers")) } else { Ok(()) } })
    }

    fn local_time(&self) -> LocalTime {
        LocalTime::default()
    }

    fn report(&self) -> HostReport {
        HostReport::default()
    }
}

/// A person who says yes and keeps what they read.
#[derive(Debug, Default)]
struct Reader(Mutex<Vec<String>>);

impl Approver for Reader {
    fn channel(&self) -> Channel {
        Channel::Dialog
    }

    fn ask<'a>(
        &'a self,
        question: &'a Question,
    ) -> std::pin::Pin<Box<dyn Future<Output = Answer> + Send + 'a>> {
        self.0.lock().unwrap().push(question.in_full());
        Box::pin(async { Answer::ForThisTarget })
    }
}

struct Room {
    gate: Gate,
    host: Arc<Keys>,
    person: Arc<Reader>,
    home: tempfile::TempDir,
}

/// These beside roots that permit all of `HKCU`.
fn settings(profile: Profile, more: &str) -> Settings {
    of_toml(&format!(
        "profile = '{}'\n[registry]\nlevel = 'admin'\nroots = ['admin 3 HKCU']\n{more}",
        profile.name()
    ))
}

fn of_toml(toml: &str) -> Settings {
    let names = Names { toolsets: &[], tools: &[] };
    merge(&[Layer::of_file(Origin::User, "winwarden.toml", toml, names).unwrap()]).0
}

fn room(host: Keys, profile: Profile, more: &str) -> Room {
    room_of(host, settings(profile, more))
}

fn room_of(host: Keys, settings: Settings) -> Room {
    let person = Arc::<Reader>::default();
    Room { person: Arc::clone(&person), ..room_asking(host, settings, person) }
}

fn room_asking(host: Keys, settings: Settings, person: Arc<dyn Approver>) -> Room {
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
    Room { gate: Gate::open(config, host.clone()).unwrap(), host, person: Arc::default(), home }
}

impl Room {
    async fn call(&self, operation: Operation) -> Result<Reply, Fault> {
        self.gate.answer(call(Plans::One(operation))).await.into_reply()
    }

    async fn code(&self, operation: Operation) -> Option<Code> {
        self.call(operation).await.err().map(|fault| fault.code)
    }

    fn executed(&self) -> usize {
        self.host.executed.lock().unwrap().len()
    }

    fn asked(&self) -> Vec<String> {
        self.person.0.lock().unwrap().clone()
    }

    fn records(&self) -> String {
        serde_json::to_string(&read_records(self.home.path()).unwrap()).unwrap()
    }
}

fn key(path: &str) -> RegistryKey {
    RegistryKey { path: path.parse().unwrap(), view: View::W64 }
}

fn read(path: &str) -> Operation {
    Operation::RegistryRead(RegistryReadRequest {
        key: key(path),
        values: vec!["Name".into()],
        info: false,
        security: false,
        expand: true,
    })
}

fn write_of(path: &str, text: &str) -> Operation {
    let values = vec![ValueToWrite { name: "Name".into(), data: data(text).into() }];
    Operation::RegistryWrite(RegistryWriteRequest { key: key(path), values, create_key: true })
}

fn write() -> Operation {
    write_of(PATH, "new")
}

#[tokio::test]
async fn a_person_is_shown_what_is_there_and_what_would_be_and_the_act_has_its_image() {
    let room = room(Keys::default(), Profile::Assistant, "");
    room.call(write()).await.unwrap();
    let asked = &room.asked()[0];
    for part in [
        r"Target: HKEY_CURRENT_USER\Software\App",
        r"It creates the key: HKEY_CURRENT_USER\Software\App",
        r#"HKEY_CURRENT_USER\Software\App Name: String "old" -> String "new""#,
    ] {
        assert!(asked.contains(part), "{asked}");
    }
    let executed = room.host.executed.lock().unwrap().clone();
    assert!(matches!(executed.as_slice(), [Some(_)]), "{executed:?}");
    // Secrets are kept from people, too, as everywhere.
    let room = self::room(Keys { name: "DefaultPassword", ..Keys::default() }, Profile::Assistant, "");
    room.call(write()).await.unwrap();
    assert!(
        room.asked()[0].contains("DefaultPassword: String [redacted: 8 bytes] -> String [redacted: 8 bytes]")
    );
}

#[tokio::test]
async fn a_value_that_has_changed_since_a_person_said_yes_is_left_as_it_is() {
    // Preview, image for the question, image for the act.
    let host = Keys { held: Mutex::new(vec!["old", "old", "other"]), ..Keys::default() };
    let room = room(host, Profile::Assistant, "");
    assert_eq!(room.code(write()).await, Some(Code::ApprovalStale));
    assert_eq!(room.executed(), 0);
    // Without a question it is what is there that counts.
    let host = Keys { held: Mutex::new(vec!["old", "old", "other"]), ..Keys::default() };
    let lab = self::room(host, Profile::Lab, "");
    assert_eq!((lab.code(write()).await, lab.executed()), (None, 1));
}

#[tokio::test]
async fn a_yes_that_lasts_is_for_the_same_data_in_the_same_value() {
    let room = room(Keys::default(), Profile::Assistant, "");
    for (operation, asked) in [
        (write(), 1),
        (write(), 1),
        // As long, and another text.
        (write_of(PATH, "old"), 2),
        (write_of(r"HKCU\Software\Other", "new"), 3),
        // Another name of the same key is another call in the words of the person, and may ask again.
        (write(), 3),
    ] {
        assert_eq!(room.code(operation).await, None);
        assert_eq!(room.asked().len(), asked);
    }
}

#[tokio::test]
async fn what_cannot_be_done_asks_nobody() {
    for code in [Code::KeyNotFound, Code::RegistryLink, Code::LimitExceeded, Code::AccessDenied] {
        let room = room(Keys { fails: Some(code), ..Keys::default() }, Profile::Assistant, "");
        assert_eq!(room.code(write()).await, Some(code));
        assert_eq!((room.executed(), room.asked().len()), (0, 0));
    }
}

#[tokio::test]
async fn a_dry_run_shows_both_sides_without_secrets_and_does_nothing() {
    for (name, profile, shows) in [
        ("Name", Profile::Assistant, true),
        ("DefaultPassword", Profile::Assistant, false),
        ("DefaultPassword", Profile::Lab, true),
    ] {
        let settings = Settings { dry_run: true, ..settings(profile, "") };
        let room = room_of(Keys { name, ..Keys::default() }, settings);
        let reply = room.call(write()).await.unwrap();
        assert!(reply.text.contains("what it would change") && reply.text.contains(name), "{}", reply.text);
        // The tool of this test prints an outcome as it is.
        assert_eq!(reply.text.contains("RegistryData"), shows, "{name}: {}", reply.text);
        assert_eq!((room.executed(), room.asked().len()), (0, 0));
        let room = self::room(Keys { fails: Some(Code::KeyNotFound), ..Keys::default() }, profile, "");
        assert_eq!(room.code(write()).await, Some(Code::KeyNotFound));
    }
}

#[tokio::test]
async fn secrets_of_values_leave_the_gate_where_they_may_be_shown_only() {
    let shown = |reply: Reply| reply.text.matches("RegistryData").count();
    let assistant = room(Keys::default(), Profile::Assistant, "");
    let reply = assistant.call(read(PATH)).await.unwrap();
    assert!(
        !reply.text.contains("hidden")
            && !reply.text.contains("ghp_")
            && reply.text.contains("DefaultPassword")
    );
    assert_eq!(shown(reply), 1);
    assert_eq!(shown(room(Keys::default(), Profile::Lab, "").call(read(PATH)).await.unwrap()), 3);
    let mut settings = of_toml("");
    settings.registry.reveals = true;
    assert_eq!(shown(room_of(Keys::default(), settings).call(read(PATH)).await.unwrap()), 3);
}

#[tokio::test]
async fn a_search_is_told_whether_secrets_may_be_found() {
    let search = Operation::RegistrySearch(model::RegistrySearchRequest {
        key: key(PATH),
        sought: model::SearchFor::ClsidFor(String::new()),
        limit: 1,
        max_keys: 1,
        cursor: None,
    });
    for (profile, told) in [(Profile::Assistant, "elapsed_ms: 0"), (Profile::Lab, "elapsed_ms: 1")] {
        let reply = room(Keys::default(), profile, "").call(search.clone()).await.unwrap();
        assert!(reply.text.contains(told), "{}", reply.text);
    }
}

#[tokio::test]
async fn data_stands_in_no_record_and_the_target_is_the_key() {
    let room = room(Keys::default(), Profile::Assistant, "");
    room.call(write_of(PATH, "correct horse")).await.unwrap();
    room.call(read(PATH)).await.unwrap();
    let records = room.records();
    for text in ["horse", "hidden", "old", "YwBvAHIAcgBlAGMAdAA"] {
        assert!(!records.contains(text), "{text}: {records}");
    }
    assert!(records.contains(r#""data":{"type":1,"length":28}"#), "{records}");
    assert!(records.contains(r#""target":"HKEY_CURRENT_USER\\Software\\App""#), "{records}");
    let changes =
        (0..5).map(|number| (key(&format!(r"{PATH}\{number}")), model::KeyChange::Delete)).collect();
    room.call(Operation::RegistryImport(RegistryImportRequest { changes })).await.unwrap();
    assert!(room.records().contains("App\\\\2, and 2 more"), "{}", room.records());
}

#[tokio::test]
async fn the_secure_desktop_keeps_nobody_from_the_registry() {
    assert_eq!(room(Keys::default(), Profile::Assistant, "").code(read(PATH)).await, None);
}

#[tokio::test]
async fn values_that_are_written_and_deleted_are_a_budget_of_the_session() {
    let more = "[limits]\nregistry_values = 3\n";
    let room = room(Keys { changes: 2, ..Keys::default() }, Profile::Lab, more);
    assert_eq!(room.code(write()).await, None);
    assert_eq!(room.code(write()).await, Some(Code::BudgetExhausted), "two are more than what is left");
    assert_eq!(room.executed(), 1);
    assert_eq!(room.code(read(PATH)).await, None);
    let usual = self::room(Keys { changes: 51, ..Keys::default() }, Profile::Assistant, "");
    assert_eq!(usual.code(write()).await, Some(Code::BudgetExhausted));
    assert_eq!(
        self::room(Keys { changes: 51, ..Keys::default() }, Profile::Lab, "").code(write()).await,
        None
    );
}

#[tokio::test]
async fn every_call_on_the_registry_counts_in_its_rate_those_that_are_refused_too() {
    let denied = || read(r"HKLM\SAM");
    let room = room(Keys::default(), Profile::Lab, "requests_per_minute = 3\n");
    assert_eq!(room.code(denied()).await, Some(Code::DeniedByPolicy));
    assert_eq!(room.code(read(PATH)).await, None);
    assert_eq!(room.code(write()).await, None);
    for operation in [denied(), read(PATH), write()] {
        let fault = room.call(operation).await.unwrap_err();
        assert_eq!(fault.code, Code::RateLimited);
        assert!(
            fault.message.contains("registry.requests_per_minute") && fault.retry_after_ms.is_some(),
            "{fault}"
        );
    }
    let windows = room.code(Operation::DisplayList(model::DisplayListRequest {})).await;
    assert_ne!(windows, Some(Code::RateLimited), "it is a rate of the registry alone");
    let lab = self::room(Keys::default(), Profile::Lab, "");
    for _ in 0..200 {
        assert_eq!(lab.code(denied()).await, Some(Code::DeniedByPolicy));
    }
    let usual = self::room(Keys::default(), Profile::Assistant, "");
    for _ in 0..100 {
        assert_eq!(usual.code(denied()).await, Some(Code::DeniedByPolicy));
    }
    assert_eq!(usual.code(denied()).await, Some(Code::RateLimited));
}

#[tokio::test]
async fn a_call_on_the_registry_takes_its_own_time_and_a_wait_what_it_waits() {
    let wait = RegistryWaitRequest { key: key(PATH), value: None, timeout_ms: 20_000 };
    for (more, operation, least, most) in [
        ("timeout_ms = 100\n", read(PATH), 1, 100),
        // The tool of this test asks for 200 ms.
        ("", read(PATH), 101, 200),
        ("timeout_ms = 100\n", Operation::RegistryWait(wait), 10_000, 20_000),
    ] {
        let room = room(Keys::default(), Profile::Lab, more);
        room.call(operation).await.unwrap();
        let waited = room.host.waits.lock().unwrap()[0].as_millis();
        assert!((least..=most).contains(&waited), "{more}: {waited}");
    }
}

#[tokio::test]
async fn roots_as_the_grant_ask_nobody_and_are_recorded() {
    let toml = "[registry]\nlevel = 'read_write'\nroots = ['read_write 3 HKCU']\n[limits]\nchanges_per_minute = 'unlimited'";
    let settings = of_toml(toml);
    assert_eq!(settings.limits.changes_per_minute, Amount::Unlimited);
    let room = room_of(Keys::default(), Settings { registry_grants: true, ..settings });
    assert_eq!(room.code(write()).await, None);
    assert_eq!((room.executed(), room.asked().len()), (1, 0));
    assert!(room.records().contains("granted-by-roots"));
    assert_eq!(room.code(write_of(r"HKLM\SOFTWARE\x", "a")).await, Some(Code::DeniedByPolicy));
}
