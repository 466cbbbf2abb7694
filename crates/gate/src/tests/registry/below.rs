//! Keys that an operation meets, under policies that tell them apart.

use std::{
    collections::BTreeSet,
    sync::{Arc, OnceLock},
};

use model::{
    CallFacts, Code, Deleted, Facts, KeyChange, RegistryDeleteRequest, RegistryExportRequest,
    RegistryImportRequest, RegistryListRequest, RegistryReadRequest, RegistrySearchRequest,
    RegistryWriteRequest, SearchFor,
};
use policy::{
    Circumstances, Policy, PolicyText, Verdict,
    config::{Layer, Names, Origin, Profile, merge},
};

use super::*;
use crate::{below::Below, registry::Question, registry::Said};

/// Policies of a profile under these rules, and what they say of an operation.
pub(super) struct Judge(Arc<OnceLock<Option<Policy>>>);

impl Judge {
    pub(super) fn new(profile: Profile, text: &str) -> Self {
        let toml = format!(
            "profile = \"{}\"\n[registry]\nlevel = \"admin\"\nroots = ['admin 5 HKCU\\Software', \
             'admin 5 HKLM\\SOFTWARE', 'admin 5 HKCR']",
            profile.name()
        );
        let names = Names { toolsets: &[], tools: &[] };
        let settings = merge(&[Layer::of_file(Origin::User, "winwarden.toml", &toml, names).unwrap()]).0;
        let policy = Policy::new(&settings, &[PolicyText { name: "mine.cedar", text }]).unwrap();
        Self(Arc::new(OnceLock::from(Some(policy))))
    }

    pub(super) fn policy(&self) -> &Policy {
        self.0.get().unwrap().as_ref().unwrap()
    }

    pub(super) fn verdict(&self, operation: &Operation, facts: &Facts) -> Verdict {
        let call = CallFacts::default();
        let circumstances = Circumstances { session: "s", taint: &BTreeSet::new(), call: &call };
        self.policy().decide(&circumstances, operation, facts)
    }

    pub(super) fn below(&self, operation: &Operation, facts: &Facts) -> Below {
        let call = CallFacts::default();
        let circumstances = Circumstances { session: "s", taint: &BTreeSet::new(), call: &call };
        Below::new(&self.0, &circumstances, (operation, facts), &self.verdict(operation, facts))
    }
}

pub(super) fn facts_of(port: &Port, operation: &Operation) -> Facts {
    let keys: Vec<_> = operation.registry_keys().into_iter().cloned().collect();
    Facts { registry: look(port, &keys).unwrap(), ..Facts::default() }
}

/// Has an operation done under policies, after it was previewed where it changes something.
pub(super) fn done(
    port: &Port,
    judge: &Judge,
    operation: impl Into<Operation>,
) -> (Result<RegistryOutcome, Fault>, Below) {
    let operation = operation.into();
    let facts = facts_of(port, &operation);
    let below = judge.below(&operation, &facts);
    let rules = Rules { denied: Vec::new(), ..rules() };
    let mut asked = Asked::under(&rules, port, operation.clone());
    asked.policies = Some(&below);
    let previewed = if operation.kind().group() == model::Group::Read {
        Ok(())
    } else {
        asked.preview().map(|_| below.tell(&mut judge.verdict(&operation, &facts)))
    };
    let done = previewed.and_then(|()| asked.done());
    drop(asked);
    (done, below)
}

fn forbid(key: &str, unless: &str) -> String {
    format!(
        "@id(\"mine\") @reason(\"it is mine\") forbid (principal, action in Action::\"registry\", resource in \
         RegistryKey::{key:?}) {unless};"
    )
}

const SECRET: &str = r"HKCU\Software\App\Secret";

fn port() -> Port {
    Port::with(&[
        r"HKCU\Software\App|x",
        r"HKCU\Software\App\A|in a",
        r"HKCU\Software\App\Secret|in s",
        r"HKCU\Software\App\Secret\Inner|in i",
        r"HKCU\Software\App\Z\Y|in y",
    ])
}

fn list(path: &str, depth: u32) -> Operation {
    Operation::RegistryList(RegistryListRequest {
        key: key(path),
        keys: true,
        values: true,
        depth,
        limit: 100,
        cursor: None,
        whole: false,
        expand: false,
    })
}

fn info(path: &str) -> Operation {
    Operation::RegistryRead(RegistryReadRequest {
        key: key(path),
        values: Vec::new(),
        info: true,
        security: false,
        expand: false,
    })
}

pub(super) fn search(path: &str) -> Operation {
    let sought = SearchFor::Text { text: "n".into(), keys: true, names: true, data: true };
    Operation::RegistrySearch(RegistrySearchRequest {
        key: key(path),
        sought,
        limit: 100,
        max_keys: 1_000,
        cursor: None,
    })
}

pub(super) fn export(path: &str) -> Operation {
    Operation::RegistryExport(RegistryExportRequest { key: key(path), max_bytes: 50_000 })
}

fn delete(path: &str) -> Operation {
    let what = Deleted::Key { recursive: true, keys: None };
    Operation::RegistryDelete(RegistryDeleteRequest { key: key(path), what })
}

fn write(path: &str) -> Operation {
    let values = vec![to_write("a", "b")];
    Operation::RegistryWrite(RegistryWriteRequest { key: key(path), values, create_key: true })
}

fn import(changes: Vec<(&str, KeyChange)>) -> Operation {
    let changes = changes.into_iter().map(|(path, change)| (key(path), change)).collect();
    Operation::RegistryImport(RegistryImportRequest { changes })
}

#[test]
fn what_a_policy_forbids_below_is_in_no_reply_and_never_opened() {
    let judge = Judge::new(Profile::Lab, &forbid(SECRET, ""));
    for (operation, shows) in [
        (list(r"HKCU\Software\App", 3), true),
        (info(r"HKCU\Software\App"), true),
        (search(r"HKCU\Software\App"), false),
        (export(r"HKCU\Software\App"), true),
    ] {
        let port = port();
        let (outcome, below) = done(&port, &judge, operation);
        let text = serde_json::to_string(&outcome.unwrap()).unwrap();
        assert!(!text.contains("Secret") && !text.contains("Inner"), "{text}");
        assert!(!text.contains("need_approval"), "nothing tells that it is there: {text}");
        assert_eq!(text.contains("\"A\"") || text.contains(r"\\A]"), shows, "{text}");
        assert!(!port.was_opened(SECRET) && !port.was_opened(r"HKCU\Software\App\Secret\Inner"));
        let record = below.record().unwrap();
        assert_eq!((&record["denied"], &record["policies"]), (&1.into(), &serde_json::json!(["mine"])));
    }
}

#[test]
fn what_may_be_read_by_its_own_name_only_with_approval_is_left_out_and_the_key_above_is_named() {
    let judge = Judge::new(Profile::Assistant, &forbid(SECRET, "unless { context.approved }"));
    for operation in [list(r"HKCU\Software\App", 3), search(r"HKCU\Software"), export(r"HKCU\Software\App")] {
        let (outcome, below) = done(&port(), &judge, operation);
        let (RegistryOutcome::List { notes, .. }
        | RegistryOutcome::Found { notes, .. }
        | RegistryOutcome::Exported { notes, .. }) = outcome.clone().unwrap()
        else {
            panic!()
        };
        assert_eq!(notes.need_approval, [r"HKEY_CURRENT_USER\Software\App"]);
        assert!(!serde_json::to_string(&outcome.unwrap()).unwrap().contains("Secret"));
        assert_eq!(below.record().unwrap()["need_approval"], 1);
    }
    let (outcome, _) = done(&port(), &judge, info(r"HKCU\Software\App"));
    let RegistryOutcome::Read { info: Some(info), .. } = outcome.unwrap() else { panic!() };
    assert_eq!((info.subkeys, info.notes.need_approval.len()), (2, 1));
}

#[test]
fn a_read_that_a_person_approved_shows_what_the_same_policies_ask_about() {
    let asks = |id: &str, key: &str| {
        forbid(key, "unless { context.approved }").replace("\"mine\"", &format!("{id:?}"))
    };
    let whole = asks("whole", r"HKCU\Software\App");
    let (outcome, _) = done(&port(), &Judge::new(Profile::Lab, &whole), export(r"HKCU\Software\App"));
    assert!(matches!(outcome.unwrap(), RegistryOutcome::Exported { keys: 6, .. }));
    let more = Judge::new(Profile::Lab, &format!("{whole}\n{}", asks("more", SECRET)));
    let (outcome, _) = done(&port(), &more, export(r"HKCU\Software\App"));
    let RegistryOutcome::Exported { keys: 4, notes, .. } = outcome.unwrap() else { panic!() };
    assert_eq!(notes.need_approval.len(), 1);
}

#[test]
fn a_forbidden_key_below_stops_a_delete_before_anything_is_changed() {
    let judge = Judge::new(Profile::Lab, &forbid(r"HKCU\Software\App\Secret\Inner", ""));
    for operation in [
        delete(r"HKCU\Software\App"),
        import(vec![
            (r"HKCU\Software\App\A", KeyChange::Delete),
            (r"HKCU\Software\App\Secret", KeyChange::Delete),
        ]),
    ] {
        let port = port();
        let was = port.picture();
        let (ended, below) = done(&port, &judge, operation);
        let fault = ended.unwrap_err();
        assert_eq!(fault.code, Code::DeniedByPolicy);
        assert!(fault.message.contains("it is mine (policy `mine`)"), "{fault}");
        assert!(!fault.message.contains("Inner"), "{fault}");
        assert_eq!(port.picture(), was);
        assert_eq!(below.first()[0].policy, "mine");
        assert!(!port.was_opened(r"HKCU\Software\App\Secret\Inner"));
    }
    let (ended, _) = done(&port(), &judge, delete(r"HKCU\Software\App\Z"));
    assert!(ended.is_ok());
}

#[test]
fn an_approved_delete_covers_what_asks_below_and_tells_the_person_why_it_asks() {
    let text = forbid(SECRET, "unless { context.approved }");
    let asked = Judge::new(Profile::Assistant, &text);
    let operation = delete(r"HKCU\Software\App");
    let port = port();
    let facts = facts_of(&port, &operation);
    let mut verdict = asked.verdict(&operation, &facts);
    let (ended, below) = done(&port, &asked, operation.clone());
    assert!(ended.is_ok(), "{ended:?}");
    below.tell(&mut verdict);
    let Verdict::Ask { reasons } = verdict else { panic!() };
    assert_eq!(reasons.iter().map(|reason| &*reason.policy).collect::<Vec<_>>(), ["changes-ask", "mine"]);
    assert!(below.record().is_none());
    // One that nobody was asked about is not.
    let port = self::port();
    let (ended, _) = done(&port, &Judge::new(Profile::Lab, &text), operation);
    let fault = ended.unwrap_err();
    assert_eq!(fault.code, Code::ApprovalRequired);
    assert!(fault.message.contains(r"keys below `HKEY_CURRENT_USER\Software\App` need approval"), "{fault}");
    assert!(port.has(SECRET));
}

#[test]
fn a_yes_covers_no_reason_that_came_after_the_question() {
    let judge = Judge::new(Profile::Assistant, &forbid(SECRET, "unless { context.approved }"));
    let operation = delete(r"HKCU\Software\App");
    let facts = facts_of(&port(), &operation);
    let below = judge.below(&operation, &facts);
    let question = |path: &str| Question {
        index: 0,
        created: false,
        names: vec![port::named(path).as_str().to_owned()],
    };
    below.tell(&mut judge.verdict(&operation, &facts));
    let later = Instant::now() + Duration::from_secs(600);
    let judged = |path: &str| below.judge(&question(path), later, &|| false).unwrap().remove(0);
    assert_eq!(judged(r"HKCU\Software\App\A"), Said::Yes);
    assert_eq!(judged(SECRET), Said::Asks);
}

#[test]
fn a_key_that_is_created_on_the_way_is_judged() {
    let port = Port::with(&[r"HKCU\Software"]);
    let forbidden = Judge::new(
        Profile::Lab,
        &forbid(
            r"HKCU\Software\App",
            "unless { resource in RegistryKey::\"HKCU\\\\Software\\\\App\\\\Mine\" }",
        ),
    );
    let (ended, _) = done(&port, &forbidden, write(r"HKCU\Software\App\Mine\x"));
    assert_eq!(ended.unwrap_err().code, Code::DeniedByPolicy);
    assert!(!port.has(r"HKCU\Software\App"));
    port.make(r"HKCU\Software\App");
    let (ended, _) = done(&port, &forbidden, write(r"HKCU\Software\App\Mine\x"));
    assert!(ended.is_ok() && port.has(r"HKCU\Software\App\Mine\x"));
    let asks = Judge::new(
        Profile::Lab,
        &forbid(
            r"HKCU\Software\New",
            "unless { context.approved || resource in RegistryKey::\"HKCU\\\\Software\\\\New\\\\Free\" }",
        ),
    );
    let (ended, _) = done(
        &port,
        &asks,
        import(vec![(r"HKCU\Software\New\Free", KeyChange::Write { values: vec![], delete: vec![] })]),
    );
    assert_eq!(ended.unwrap_err().code, Code::ApprovalRequired);
    assert!(!port.has(r"HKCU\Software\New"));
}

#[test]
fn a_key_that_the_kernel_calls_otherwise_is_judged_by_policies_again() {
    let judge = Judge::new(Profile::Lab, &forbid(SECRET, ""));
    for (other, permitted) in
        [(SECRET, false), (r"HKCU\Software\App\Secret\Inner", false), (r"HKCU\Software\Else", true)]
    {
        for operation in
            [list(r"HKCU\Software\Tree", 1), write(r"HKCU\Software\Tree"), delete(r"HKCU\Software\Tree")]
        {
            let port = Port::with(&[r"HKCU\Software\Tree|x", r"HKCU\Software"]);
            let facts = facts_of(&port, &operation);
            let below = judge.below(&operation, &facts);
            let mut asked = Asked::under(&Rules { denied: Vec::new(), ..rules() }, &port, operation.clone());
            asked.policies = Some(&below);
            port.told_as(r"HKCU\Software\Tree", other);
            let done = asked.done();
            if let (Err(fault), false) = (&done, permitted) {
                assert_eq!(fault.code, Code::RegistryLink, "{operation:?}");
                assert!(!fault.message.contains("Secret"), "{fault}");
            }
            assert!(permitted || done.is_err(), "{operation:?} {other}");
            if operation.kind().group() == model::Group::Read {
                assert_eq!(done.is_ok(), permitted, "{other}");
            }
        }
    }
}

#[test]
fn below_a_key_that_the_kernel_calls_otherwise_keys_are_judged_by_that_name() {
    let judge = Judge::new(Profile::Lab, &forbid(r"HKCU\Software\Else\Secret", ""));
    let port = Port::with(&[r"HKCU\Software\Tree\Open\Deep", r"HKCU\Software\Tree\Secret\Inner"]);
    let operation = list(r"HKCU\Software\Tree", 3);
    let below = judge.below(&operation, &facts_of(&port, &operation));
    let mut asked = Asked::under(&Rules { denied: Vec::new(), ..rules() }, &port, operation);
    asked.policies = Some(&below);
    port.told_as(r"HKCU\Software\Tree", r"HKCU\Software\Else");
    let RegistryOutcome::List { keys, .. } = asked.done().unwrap() else { panic!() };
    assert_eq!(keys, ["Open", r"Open\Deep", "Secret"]);
    assert!(!port.was_opened(r"HKCU\Software\Else\Secret"));
}

#[test]
fn of_a_merge_each_key_has_to_be_permitted() {
    let port = Port::with(&[
        r"HKLM\SOFTWARE\Classes\.a\Both|m",
        r"HKCU\Software\Classes\.a\Both|u",
        r"HKLM\SOFTWARE\Classes\.a\Other|m",
    ]);
    let judge = Judge::new(Profile::Lab, &forbid(r"HKLM\SOFTWARE\Classes\.a\Both", ""));
    let (outcome, _) = done(&port, &judge, list(r"HKCR\.a", 1));
    assert!(matches!(outcome.unwrap(), RegistryOutcome::List { keys, .. } if keys == ["Other"]));
}

#[test]
fn classes_whose_servers_are_forbidden_are_not_found() {
    let port = Port::new();
    for class in ["{1}", "{2}"] {
        let path = format!(r"HKLM\SOFTWARE\Classes\CLSID\{class}\InprocServer32");
        port.put(&path, "", text(r"C:\x.dll"));
    }
    let found = |text: &str| {
        let judge = Judge::new(Profile::Lab, text);
        let search = Operation::RegistrySearch(RegistrySearchRequest {
            key: key(r"HKLM\SOFTWARE\Classes"),
            sought: SearchFor::ClsidFor(String::new()),
            limit: 9,
            max_keys: 9,
            cursor: None,
        });
        match done(&port, &judge, search).0.unwrap() {
            RegistryOutcome::Found { hits, .. } => hits.len(),
            other => panic!("{other:?}"),
        }
    };
    assert_eq!(found(&forbid(r"HKLM\SOFTWARE\Classes\CLSID\{1}\InprocServer32", "")), 1);
    assert_eq!(found(&forbid(r"HKLM\SOFTWARE\Classes\CLSID\{2}", "")), 1);
    assert_eq!(found(&forbid(r"HKLM\SOFTWARE\Classes\CLSID", "")), 0);
    assert_eq!(found(&forbid(r"HKLM\SOFTWARE\None", "")), 2);
}

type Answering = fn(&Question) -> Result<Vec<Said>, Fault>;

/// Policies of which a test says how they answer.
#[derive(Debug)]
struct Answers(Answering, std::sync::Mutex<Vec<usize>>);

impl Policies for Answers {
    fn judge(&self, question: &Question, _: Instant, _: &dyn Fn() -> bool) -> Result<Vec<Said>, Fault> {
        self.1.lock().unwrap().push(question.names.len());
        self.0(question)
    }
}

#[test]
fn silence_and_answers_too_few_are_refusals() {
    let wrong: [Answering; 3] = [
        |_| Ok(Vec::new()),
        |_| Err(Fault::new(Code::Timeout, "late")),
        |question| Ok(vec![Said::Yes; question.names.len() + 1]),
    ];
    for wrong in wrong {
        for operation in
            [list(r"HKCU\Software\App", 2), delete(r"HKCU\Software\App"), export(r"HKCU\Software\App")]
        {
            let (port, answers) = (port(), Answers(wrong, std::sync::Mutex::default()));
            let mut asked = Asked::under(&Rules { denied: Vec::new(), ..rules() }, &port, operation);
            asked.policies = Some(&answers);
            assert!(matches!(asked.done().unwrap_err().code, Code::PolicyError | Code::Timeout));
            assert!(port.has(r"HKCU\Software\App\A"));
        }
    }
}

#[test]
fn a_key_that_an_import_meets_is_asked_about_as_met_by_the_change_that_meets_it() {
    let port = Port::with(&[r"HKCU\Software\App\A\B", r"HKCU\Software\App\Z\Y"]);
    let answer: Answering = |question| {
        let no = Said::No { code: Code::DeniedByPolicy, why: "it is met by the second".into() };
        let said = if question.index == 1 { no } else { Said::Yes };
        Ok(vec![said; question.names.len()])
    };
    let answers = Answers(answer, std::sync::Mutex::default());
    let changes = [r"HKCU\Software\App\A", r"HKCU\Software\App\Z"].map(|path| (path, KeyChange::Delete));
    let mut asked = Asked::new(&port, import(changes.into()));
    asked.policies = Some(&answers);
    let fault = asked.done().unwrap_err();
    assert!(fault.message.contains(r"App\Z` holds a key"), "{fault}");
    assert!(port.has(r"HKCU\Software\App\A\B"));
}

#[test]
fn the_children_of_a_key_are_asked_about_together_and_no_more_than_fit_in_a_question() {
    let port = Port::with(&[r"HKCU\Software\Many"]);
    for number in 0..600 {
        port.make(&format!(r"HKCU\Software\Many\k{number}"));
    }
    let yes = |question: &Question| Ok(vec![Said::Yes; question.names.len()]);
    let sizes = |operation: Operation| {
        let answers = Answers(yes, std::sync::Mutex::default());
        let mut asked = Asked::new(&port, operation);
        asked.policies = Some(&answers);
        asked.preview().or_else(|_| asked.done()).unwrap();
        drop(asked);
        answers.1.into_inner().unwrap()
    };
    assert_eq!(sizes(export(r"HKCU\Software\Many")), [257, 257, 86]);
    assert_eq!(sizes(delete(r"HKCU\Software\Many")), [601]);
}

#[test]
fn where_nobody_is_asked_nothing_is() {
    let port = port();
    let asked = Asked::new(&port, export(r"HKCU\Software\App\Z"));
    assert!(asked.policies.is_none() && asked.done().is_ok());
}

#[test]
fn questions_are_bounded_and_end_with_the_call() {
    let judge = Judge::new(Profile::Lab, &forbid(SECRET, ""));
    let operation = export(r"HKCU\Software\App");
    let port = port();
    let facts = facts_of(&port, &operation);
    let below = judge.below(&operation, &facts);
    let later = Instant::now() + Duration::from_secs(600);
    let ask = |index, count: usize, name: &str| Question {
        index,
        created: false,
        names: vec![name.to_owned(); count],
    };
    let app = port::named(r"HKCU\Software\App\A");
    let code = |question: &Question, until, cancelled: bool| {
        below.judge(question, until, &|| cancelled).unwrap_err().code
    };
    assert_eq!(code(&ask(0, 1_025, app.as_str()), later, false), Code::LimitExceeded);
    assert_eq!(code(&ask(0, 1, app.as_str()), Instant::now(), false), Code::Timeout);
    assert_eq!(code(&ask(0, 1, app.as_str()), later, true), Code::Cancelled);
    assert_eq!(code(&ask(7, 1, app.as_str()), later, false), Code::PolicyError);
    for nonsense in ["", r"\REGISTRY\A\{x}", "HKCU", r"\REGISTRY\USER\\x"] {
        let said = below.judge(&ask(0, 1, nonsense), later, &|| false).unwrap();
        assert!(matches!(said[..], [Said::No { .. }]), "{nonsense}");
    }
    let over = (0..1_200).find_map(|_| below.judge(&ask(0, 1_024, ""), later, &|| false).err());
    assert_eq!(over.unwrap().code, Code::LimitExceeded);
}
