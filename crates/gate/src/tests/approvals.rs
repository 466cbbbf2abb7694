use std::{
    future::Future,
    pin::Pin,
    sync::atomic::{AtomicUsize, Ordering},
};

use policy::config::Profile;

use super::*;
use crate::{clock::tests::SetClock, session::Owner, terminal::NotDone};

/// Answers the same, after a while.
#[derive(Debug)]
struct Person {
    channel: Channel,
    answer: Answer,
    thinks: Duration,
    asked: AtomicUsize,
}

impl Person {
    fn says(answer: Answer) -> Arc<Self> {
        Self::through(Channel::Dialog, answer)
    }

    fn through(channel: Channel, answer: Answer) -> Arc<Self> {
        Arc::new(Self { channel, answer, thinks: Duration::ZERO, asked: AtomicUsize::new(0) })
    }

    fn asked(&self) -> usize {
        self.asked.load(Ordering::Relaxed)
    }
}

impl Approver for Person {
    fn channel(&self) -> Channel {
        self.channel
    }

    fn ask<'a>(&'a self, _: &'a Question) -> Pin<Box<dyn Future<Output = Answer> + Send + 'a>> {
        self.asked.fetch_add(1, Ordering::Relaxed);
        Box::pin(async {
            tokio::time::sleep(self.thinks).await;
            self.answer
        })
    }
}

/// Approvals with the session they are of.
struct Asking {
    approvals: Approvals,
    session: Session,
    clock: Arc<SetClock>,
    _home: tempfile::TempDir,
}

impl Asking {
    fn of(settings: &Settings) -> Self {
        let home = tempfile::tempdir().unwrap();
        let clock = Arc::new(SetClock::new(Some("a"), 1_000, 1_700_000_000));
        let (owner, idle) = (Owner::default(), Duration::from_secs(1_800));
        let (session, _) =
            Session::open(home.path(), &owner, "s".into(), Arc::<SetClock>::clone(&clock), idle).unwrap();
        Self { approvals: Approvals::new(settings), session, clock, _home: home }
    }

    async fn ask(&self, act: &Act, question: &Question, people: &[Arc<dyn Approver>]) -> Asked {
        self.approvals.ask(&self.session, act, question, people, &CancellationToken::new()).await
    }
}

fn approvals() -> Asking {
    Asking::of(&Settings::of_profile(Profile::Assistant))
}

fn act(name: &str) -> Act {
    Act { kind: Kind::AppLaunch, grave: false, whole: name.to_owned(), lasting: name.to_owned() }
}

fn question(effects: &[Group]) -> Question {
    Question {
        id: String::new(),
        code: None,
        tool: "app_launch",
        picture: None,
        operation: json!({}),
        target: None,
        by: String::new(),
        reasons: Vec::new(),
        effects: effects.iter().copied().collect(),
        taint: Vec::new(),
        change: crate::Change::default(),
        wait: Duration::from_secs(50),
    }
}

#[test]
fn a_question_shows_what_would_hide_or_reorder_what_is_read() {
    let arguments = json!({"arguments": ["a\u{202e}b\u{2028}c\u{85}d\u{200b}e", "f\ng"]});
    let asked = Question { operation: arguments, ..question(&[]) };
    for text in [asked.to_string(), asked.in_full(), asked.in_one_line()] {
        assert!(text.contains(r#"["a\u{202e}b\u{2028}c\u{85}d\u{200b}e","f\ng"]"#), "{text}");
    }
}

async fn ask(approvals: &Asking, act: &Act, effects: &[Group], people: &[&Arc<Person>]) -> Option<Code> {
    let people: Vec<Arc<dyn Approver>> =
        people.iter().map(|person| Arc::<Person>::clone(person) as Arc<dyn Approver>).collect();
    let grave = effects.iter().any(|group| [Group::Destroy, Group::Execute, Group::Egress].contains(group));
    let act = Act { grave, ..act.clone() };
    match approvals.ask(&act, &question(effects), &people).await {
        Asked::Yes(_) => None,
        Asked::No(fault, _) | Asked::Stop(fault, _) => Some(fault.code),
    }
}

#[tokio::test(start_paused = true)]
async fn only_a_yes_leads_on() {
    for (answer, code) in [
        (Answer::Once, None),
        (Answer::ForThisTarget, None),
        (Answer::No, Some(Code::ApprovalDenied)),
        (Answer::NoAndStop, Some(Code::ApprovalDenied)),
        (Answer::Nothing, Some(Code::ApprovalDenied)),
        (Answer::Unavailable, Some(Code::ApprovalUnavailable)),
    ] {
        let found = ask(&approvals(), &act("a"), &[Group::Change], &[&Person::says(answer)]).await;
        assert_eq!(found, code, "{answer:?}");
    }
    assert_eq!(ask(&approvals(), &act("a"), &[], &[]).await, Some(Code::ApprovalUnavailable));
}

#[tokio::test(start_paused = true)]
async fn silence_is_a_no() {
    let silent =
        Person { thinks: Duration::from_secs(3600), ..Arc::into_inner(Person::says(Answer::Once)).unwrap() };
    let begun = tokio::time::Instant::now();
    assert_eq!(ask(&approvals(), &act("a"), &[], &[&Arc::new(silent)]).await, Some(Code::ApprovalDenied));
    assert_eq!(begun.elapsed().as_secs(), 50);
}

#[tokio::test(start_paused = true)]
async fn a_cancelled_call_is_a_no_at_once() {
    let slow =
        Person { thinks: Duration::from_secs(40), ..Arc::into_inner(Person::says(Answer::Once)).unwrap() };
    let people: [Arc<dyn Approver>; 1] = [Arc::new(slow)];
    let cancel = CancellationToken::new();
    let approvals = approvals();
    let (act, question) = (act("a"), question(&[]));
    let asking = approvals.approvals.ask(&approvals.session, &act, &question, &people, &cancel);
    let (asked, ()) = tokio::join!(asking, async {
        tokio::time::sleep(Duration::from_secs(1)).await;
        assert!(approvals.approvals.open(), "input is not frozen");
        cancel.cancel();
    });
    assert!(matches!(asked, Asked::No(fault, _) if fault.code == Code::Cancelled));
    assert!(!approvals.approvals.open());
}

#[tokio::test(start_paused = true)]
async fn once_is_once_and_for_this_target_is_for_this_target() {
    let approvals = approvals();
    let once = Person::says(Answer::Once);
    for _ in 0..2 {
        assert_eq!(ask(&approvals, &act("a"), &[], &[&once]).await, None);
    }
    assert_eq!(once.asked(), 2);
    let target = Person::says(Answer::ForThisTarget);
    for _ in 0..3 {
        assert_eq!(ask(&approvals, &act("b"), &[], &[&target]).await, None);
    }
    assert_eq!(target.asked(), 1);
    assert_eq!(ask(&approvals, &act("c"), &[], &[&target]).await, None);
    assert_eq!(target.asked(), 2, "another target");
}

#[tokio::test(start_paused = true)]
async fn a_clients_answer_does_not_count_for_what_is_dangerous() {
    for group in [Group::Destroy, Group::Execute, Group::Egress] {
        let client = Person::through(Channel::Elicitation, Answer::Once);
        let found = ask(&approvals(), &act("a"), &[group], &[&client]).await;
        assert_eq!((found, client.asked()), (Some(Code::ApprovalUnavailable), 0), "{group:?}");
        let dialog = Person::says(Answer::No);
        assert_eq!(
            ask(&approvals(), &act("a"), &[group], &[&client, &dialog]).await,
            Some(Code::ApprovalDenied)
        );
        let trusting =
            Settings { trust_client_elicitation: true, ..Settings::of_profile(Profile::Assistant) };
        assert_eq!(ask(&Asking::of(&trusting), &act("a"), &[group], &[&client]).await, None);
    }
    let client = Person::through(Channel::Elicitation, Answer::Once);
    assert_eq!(ask(&approvals(), &act("a"), &[Group::Change], &[&client]).await, None);
}

#[tokio::test(start_paused = true)]
async fn channels_are_tried_in_the_order_of_the_settings() {
    let settings = Settings {
        channels: vec![Channel::Dialog, Channel::Elicitation],
        ..Settings::of_profile(Profile::Assistant)
    };
    let (client, dialog) =
        (Person::through(Channel::Elicitation, Answer::Once), Person::says(Answer::Unavailable));
    let approvals = Asking::of(&settings);
    assert_eq!(ask(&approvals, &act("a"), &[Group::Change], &[&client, &dialog]).await, None);
    assert_eq!((dialog.asked(), client.asked()), (1, 1));
}

#[tokio::test(start_paused = true)]
async fn after_three_refusals_of_a_kind_nobody_is_asked_for_a_while() {
    let approvals = approvals();
    let no = Person::says(Answer::No);
    for name in ["a", "b", "c", "d", "e"] {
        assert_eq!(ask(&approvals, &act(name), &[], &[&no]).await, Some(Code::ApprovalDenied));
    }
    assert_eq!(no.asked(), 3);
    let other = Act { kind: Kind::WindowList, ..act("other") };
    ask(&approvals, &other, &[], &[&no]).await;
    assert_eq!(no.asked(), 4, "another kind is asked about");
}

#[tokio::test(start_paused = true)]
async fn equal_requests_at_once_are_asked_about_once_when_the_answer_is_no() {
    let approvals = approvals();
    let slow =
        Person { thinks: Duration::from_secs(2), ..Arc::into_inner(Person::says(Answer::No)).unwrap() };
    let slow = Arc::new(slow);
    let act = act("a");
    let asking = async || ask(&approvals, &act, &[], &[&slow]).await;
    let (one, other, third) = tokio::join!(asking(), asking(), asking());
    assert_eq!([one, other, third], [Some(Code::ApprovalDenied); 3]);
    assert_eq!(slow.asked(), 1);
    // Another text on the same target is another request, though one yes may last for both.
    let alike = Act { whole: "a, other text".to_owned(), ..act.clone() };
    let asking_alike = async || ask(&approvals, &alike, &[], &[&slow]).await;
    let (_, other) = tokio::join!(asking(), asking_alike());
    assert_eq!((other, slow.asked()), (Some(Code::ApprovalDenied), 3));
}

#[tokio::test(start_paused = true)]
async fn no_and_stop_stops() {
    let person: [Arc<dyn Approver>; 1] = [Person::says(Answer::NoAndStop)];
    let asked = approvals().ask(&act("a"), &question(&[]), &person).await;
    assert!(matches!(asked, Asked::Stop(..)));
}

#[tokio::test(start_paused = true)]
async fn a_yes_for_a_target_ends_with_its_time_whatever_the_wall_clock_says() {
    let approvals = approvals();
    let target = Person::says(Answer::ForThisTarget);
    assert_eq!(ask(&approvals, &act("a"), &[], &[&target]).await, None);
    approvals.clock.pass(Duration::from_secs(29 * 60));
    approvals.clock.set_wall(0);
    assert_eq!(ask(&approvals, &act("a"), &[], &[&target]).await, None);
    assert_eq!(target.asked(), 1);
    approvals.clock.pass(Duration::from_secs(2 * 60));
    approvals.clock.set_wall(0);
    assert_eq!(ask(&approvals, &act("a"), &[], &[&target]).await, None);
    assert_eq!(target.asked(), 2);
}

#[tokio::test(start_paused = true)]
async fn who_refused_three_times_is_asked_again_after_a_minute() {
    let approvals = approvals();
    let no = Person::says(Answer::No);
    for name in ["a", "b", "c", "d"] {
        assert_eq!(ask(&approvals, &act(name), &[], &[&no]).await, Some(Code::ApprovalDenied));
    }
    assert_eq!(no.asked(), 3);
    approvals.clock.pass(Duration::from_secs(61));
    ask(&approvals, &act("e"), &[], &[&no]).await;
    assert_eq!(no.asked(), 4);
}

/// Shows codes to a test, and never answers.
#[derive(Debug, Default)]
struct Badge(Mutex<Option<Question>>);

impl Badge {
    /// The question that is shown.
    async fn shown(&self) -> Question {
        loop {
            if let Some(question) = self.0.lock().unwrap().take() {
                return question;
            }
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    }
}

impl Approver for Badge {
    fn channel(&self) -> Channel {
        Channel::Dialog
    }

    fn shows_codes(&self) -> bool {
        true
    }

    fn ask<'a>(&'a self, question: &'a Question) -> Pin<Box<dyn Future<Output = Answer> + Send + 'a>> {
        *self.0.lock().unwrap() = Some(question.clone());
        Box::pin(std::future::pending())
    }
}

/// Asks, with a terminal at which `types` is done with the id and the code.
async fn at_terminal(types: impl FnOnce(&Terminal, &str, &str)) -> (Asking, Option<Code>) {
    let approvals = approvals();
    let badge = Arc::new(Badge::default());
    let people: [Arc<dyn Approver>; 1] = [badge.clone()];
    let (act, question) = (act("a"), question(&[Group::Destroy]));
    let (asked, ()) = tokio::join!(approvals.ask(&act, &question, &people), async {
        let shown = badge.shown().await;
        let code = shown.code.unwrap();
        types(&approvals.approvals.terminal, &shown.id, code.expose());
    });
    let code = match asked {
        Asked::Yes(Approval::Given(Channel::Terminal)) => None,
        Asked::Yes(other) => panic!("{other:?}"),
        Asked::No(fault, _) | Asked::Stop(fault, _) => Some(fault.code),
    };
    (approvals, code)
}

fn wrong(code: &str) -> String {
    code.chars().map(|digit| if digit == '1' { '2' } else { '1' }).collect()
}

#[tokio::test(start_paused = true)]
async fn a_yes_at_a_terminal_needs_the_code_that_is_shown() {
    let (_, right) = at_terminal(|terminal, id, code| {
        assert_eq!(terminal.allow(id, &wrong(code), Answer::Once), Err(NotDone::WrongCode(2)));
        assert_eq!(terminal.allow("other", code, Answer::Once), Err(NotDone::NoQuestion));
        terminal.allow(id, &format!(" {code} "), Answer::Once).unwrap();
        assert_eq!(terminal.allow(id, code, Answer::Once), Err(NotDone::NoQuestion), "it holds once");
    })
    .await;
    assert_eq!(right, None);
}

#[tokio::test(start_paused = true)]
async fn three_wrong_codes_are_a_no_though_the_right_one_follows() {
    let (_, code) = at_terminal(|terminal, id, code| {
        for left in [NotDone::WrongCode(2), NotDone::WrongCode(1), NotDone::TriedTooOften] {
            assert_eq!(terminal.allow(id, &wrong(code), Answer::Once), Err(left));
        }
        assert_eq!(terminal.allow(id, code, Answer::Once), Err(NotDone::NoQuestion));
    })
    .await;
    assert_eq!(code, Some(Code::ApprovalDenied));
}

#[tokio::test(start_paused = true)]
async fn a_no_at_a_terminal_needs_no_code() {
    let (_, code) = at_terminal(|terminal, id, _| terminal.deny(id, Answer::No).unwrap()).await;
    assert_eq!(code, Some(Code::ApprovalDenied));
}

#[tokio::test(start_paused = true)]
async fn what_shows_no_code_can_be_refused_at_a_terminal_and_not_allowed() {
    let approvals = approvals();
    let slow =
        Person { thinks: Duration::from_secs(20), ..Arc::into_inner(Person::says(Answer::Once)).unwrap() };
    let people: [Arc<dyn Approver>; 1] = [Arc::new(slow)];
    let (act, question) = (act("a"), question(&[]));
    let (asked, ()) = tokio::join!(approvals.ask(&act, &question, &people), async {
        tokio::time::sleep(Duration::from_secs(1)).await;
        let terminal = &approvals.approvals.terminal;
        let [open] = terminal.questions().try_into().unwrap();
        assert_eq!((open.has_code, open.tool), (false, "app_launch"));
        assert_eq!(terminal.allow(&open.id, "000000", Answer::Once), Err(NotDone::NoCode));
        terminal.deny(&open.id, Answer::NoAndStop).unwrap();
    });
    assert!(matches!(asked, Asked::Stop(..)));
    assert!(approvals.approvals.terminal.questions().is_empty());
}

#[tokio::test(start_paused = true)]
async fn a_code_does_not_outlive_its_question() {
    let approvals = approvals();
    let badge = Arc::new(Badge::default());
    let people: [Arc<dyn Approver>; 1] = [badge.clone()];
    let silence = approvals.ask(&act("a"), &question(&[]), &people).await;
    assert!(matches!(silence, Asked::No(fault, _) if fault.code == Code::ApprovalDenied));
    let shown = badge.shown().await;
    let code = shown.code.unwrap();
    let late = approvals.approvals.terminal.allow(&shown.id, code.expose(), Answer::Once);
    assert_eq!(late, Err(NotDone::NoQuestion));
}

#[tokio::test(start_paused = true)]
async fn without_the_channel_nothing_can_be_said_at_a_terminal() {
    let settings = Settings { channels: vec![Channel::Dialog], ..Settings::of_profile(Profile::Assistant) };
    let approvals = Asking::of(&settings);
    let badge = Arc::new(Badge::default());
    let people: [Arc<dyn Approver>; 1] = [badge.clone()];
    let (act, question) = (act("a"), question(&[]));
    let (_, ()) = tokio::join!(approvals.ask(&act, &question, &people), async {
        let shown = badge.shown().await;
        assert_eq!((shown.code, approvals.approvals.terminal.questions()), (None, Vec::new()));
    });
}
