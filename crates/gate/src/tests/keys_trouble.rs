//! Whatever goes wrong where the machine is asked, and whatever is answered: nothing is done that was not allowed.

use super::*;

/// What goes wrong.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(super) struct Trouble {
    pub(super) resolve: Resolving,
    pub(super) preview: Asking,
    pub(super) before: Asking,
    /// With what an act ends.
    pub(super) act: Option<Code>,
    /// Whether its call is cancelled just then.
    pub(super) cancels: bool,
    /// How long a preview takes.
    pub(super) slow: Duration,
    /// Whether nothing can be put back.
    pub(super) lost: bool,
}

impl Keys {
    pub(super) fn give_time(&self, run: &Run) {
        self.left.lock().unwrap().push(run.deadline.saturating_duration_since(Instant::now()));
    }

    pub(super) fn break_off(&self, run: &Run) -> Option<Fault> {
        let Trouble { act, cancels, .. } = *self.trouble.lock().unwrap();
        if cancels {
            run.cancel.cancel();
        }
        act.map(|code| Fault::new(code, "it broke off"))
    }

    pub(super) async fn take_time(&self) {
        let slow = self.trouble.lock().unwrap().slow;
        tokio::time::sleep(slow).await;
    }
}

#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(super) enum Resolving {
    #[default]
    Right,
    Fails,
    LacksKeys,
    LacksNames,
    Link,
}

#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(super) enum Asking {
    #[default]
    Right,
    Fails,
    /// Something else each time.
    Changes,
}

/// A person who always says this.
#[derive(Debug)]
struct Says(Answer);

impl Approver for Says {
    fn channel(&self) -> Channel {
        Channel::Dialog
    }

    fn ask<'a>(&'a self, _: &'a Question) -> std::pin::Pin<Box<dyn Future<Output = Answer> + Send + 'a>> {
        Box::pin(async { self.0 })
    }
}

const UNLIMITED: &str = "requests_per_minute = 1000\n[limits]\nchanges_per_minute = 'unlimited'\n\
                         registry_values = 'unlimited'\n";

#[tokio::test]
async fn no_trouble_and_no_answer_but_yes_makes_an_act_of_a_change() {
    use Asking::{Changes, Fails, Right};
    let mut done = 0;
    for (profile, answer, may) in [
        (Profile::Lab, Answer::No, true),
        (Profile::Assistant, Answer::Once, true),
        (Profile::Assistant, Answer::No, false),
        (Profile::Assistant, Answer::Nothing, false),
        (Profile::Unattended, Answer::Once, false),
        (Profile::Observe, Answer::Once, false),
    ] {
        let room = room_asking(Keys::default(), settings(profile, UNLIMITED), Arc::new(Says(answer)));
        let asked = profile == Profile::Assistant;
        for resolve in
            [Resolving::Right, Resolving::Fails, Resolving::LacksKeys, Resolving::LacksNames, Resolving::Link]
        {
            for (preview, before) in
                [(Right, Right), (Right, Fails), (Right, Changes), (Fails, Right), (Changes, Right)]
            {
                let trouble = Trouble { resolve, preview, before, ..Trouble::default() };
                *room.host.trouble.lock().unwrap() = trouble;
                let so_far = room.executed();
                let ended = room.call(write()).await;
                // What changes while nobody is asked is what it is when it is done.
                let held = before == Right || before == Changes && !asked;
                let right = resolve == Resolving::Right && preview == Right && held;
                assert_eq!(room.executed() > so_far, may && right, "{profile:?} {answer:?} {trouble:?}");
                assert_eq!(ended.is_ok(), may && right);
                done += usize::from(ended.is_ok());
            }
        }
    }
    assert_eq!(done, 3, "what is allowed is done");
}

#[tokio::test]
async fn a_machine_that_tells_of_no_keys_is_not_used() {
    let host = FakeHost { resolve: Box::new(|| Ok(Facts::default())), ..FakeHost::default() };
    let bench = bench(host);
    assert_eq!(bench.call(Plans::One(read(PATH))).await.unwrap_err().code, Code::Internal);
    // One that cannot tell what would change changes nothing.
    let machine = Machine::new(None, None);
    let names = vec![key(PATH).path.names(&machine, View::W64).first().as_str().to_owned()];
    let known = RegistryKeyFacts { machine, names, exists: Some(true), link: false };
    let resolve = Box::new(move || Ok(Facts { registry: vec![known.clone()], ..Facts::default() }));
    let bench = self::bench(FakeHost { resolve, ..FakeHost::default() });
    assert_eq!(bench.call(Plans::One(write())).await.unwrap_err().code, Code::NotSupportedByTarget);
    assert_eq!(bench.executed(), 0);
}

#[tokio::test]
async fn all_that_is_done_for_a_call_has_one_time() {
    let slow = Duration::from_millis(400);
    let room = |slow| {
        let trouble = Mutex::new(Trouble { slow, ..Trouble::default() });
        room(Keys { trouble, ..Keys::default() }, Profile::Lab, "timeout_ms = 1000\n")
    };
    let late = room(slow * 3);
    let room = room(slow);
    room.call(write()).await.unwrap();
    let left = room.host.left.lock().unwrap().clone();
    let most = Duration::from_secs(1) - slow;
    assert!(matches!(left[..], [_, image, act] if image <= most && act <= image), "{left:?}");
    let _ = late.call(write()).await;
    assert!(late.host.left.lock().unwrap()[1..].iter().all(Duration::is_zero), "the time was over");
}

#[tokio::test]
async fn policies_that_tell_keys_apart_go_along_with_a_call_that_meets_some() {
    let apart = "@id(\"p\") @reason(\"r\") forbid (principal, action in Action::\"read\", resource in \
                 RegistryKey::\"HKCU\\\\Software\\\\App\\\\Secret\");";
    for (text, asked) in [(apart, true), ("", false)] {
        let machine = Machine::new(Some(USER.parse().unwrap()), Some(1));
        let names = vec![key(PATH).path.names(&machine, View::W64).first().as_str().to_owned()];
        let known = RegistryKeyFacts { machine, names, exists: Some(true), link: false };
        let resolve = Box::new(move || Ok(Facts { registry: vec![known.clone()], ..Facts::default() }));
        let texts = [policy::PolicyText { name: "p.cedar", text }];
        let policy = Policy::new(&Settings::of_profile(Profile::Lab), &texts[..usize::from(asked)]).unwrap();
        let host = FakeHost { resolve, ..FakeHost::default() };
        let bench = bench_of(host, Principal::default(), Some(policy));
        let list = model::RegistryListRequest {
            key: key(PATH),
            keys: true,
            values: true,
            depth: 2,
            limit: 10,
            cursor: None,
            whole: false,
            expand: false,
        };
        let _ = bench.call(Plans::One(Operation::RegistryList(list))).await;
        assert_eq!(*bench.host.told.lock().unwrap(), [(false, asked)], "{text}");
    }
}

#[tokio::test]
async fn what_a_person_refuses_uses_nothing_of_a_budget() {
    let more = "[limits]\nregistry_values = 3\nchanges_per_minute = 'unlimited'\n";
    let keys = Keys { changes: 2, ..Keys::default() };
    let room = room_asking(keys, settings(Profile::Assistant, more), Arc::new(Says(Answer::No)));
    for _ in 0..2 {
        assert_eq!(room.code(write()).await, Some(Code::ApprovalDenied));
    }
    let records = room.records();
    assert_eq!(records.matches(r#""answer":{"channel":"dialog","said":"no"}"#).count(), 2, "{records}");
}

#[tokio::test]
async fn as_many_values_as_are_left_may_be_changed_at_once() {
    let more = "[limits]\nregistry_values = 3\nchanges_per_minute = 'unlimited'\n";
    let room = room(Keys { changes: 3, ..Keys::default() }, Profile::Lab, more);
    assert_eq!(room.code(write()).await, None);
    assert_eq!(room.code(write()).await, Some(Code::BudgetExhausted));
}

#[tokio::test]
async fn a_call_of_a_tool_of_the_registry_counts_in_its_rate_though_it_has_faults() {
    let room = room(Keys::default(), Profile::Lab, "requests_per_minute = 2\n");
    let refused = |toolset: &'static str| Call {
        tool: Arc::new(FakeTool(Card { toolset, ..tool(Plans::Refuses).card().clone() }, Plans::Refuses)),
        ..call(Plans::Refuses)
    };
    let answer = async |toolset| room.gate.answer(refused(toolset)).await.into_reply().unwrap_err().code;
    // Without a session there is nothing to count in.
    assert_eq!(room.code(read(PATH)).await, None);
    for (toolset, code) in [
        ("core", Code::InvalidArgument),
        ("core", Code::InvalidArgument),
        ("registry", Code::InvalidArgument),
        ("registry", Code::RateLimited),
        ("core", Code::InvalidArgument),
    ] {
        assert_eq!(answer(toolset).await, code, "{toolset}");
    }
}
