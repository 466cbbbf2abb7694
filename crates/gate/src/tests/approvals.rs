use std::{
    future::Future,
    pin::Pin,
    sync::atomic::{AtomicUsize, Ordering},
};

use model::WindowListRequest;
use policy::config::Profile;

use super::*;

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

fn approvals() -> Approvals {
    Approvals::new(&Settings::of_profile(Profile::Assistant))
}

fn act(name: &str) -> Act {
    Act { kind: Kind::AppLaunch, target: name.to_owned() }
}

fn question(effects: &[Group]) -> Question {
    Question {
        tool: "app_launch",
        picture: None,
        operation: json!({}),
        target: None,
        by: String::new(),
        reasons: Vec::new(),
        effects: effects.iter().copied().collect(),
        taint: Vec::new(),
        wait: Duration::from_secs(50),
    }
}

async fn ask(approvals: &Approvals, act: &Act, effects: &[Group], people: &[&Arc<Person>]) -> Option<Code> {
    let people: Vec<Arc<dyn Approver>> =
        people.iter().map(|person| Arc::<Person>::clone(person) as Arc<dyn Approver>).collect();
    match approvals.ask(act, &question(effects), &people, &CancellationToken::new()).await {
        Asked::Yes(_) => None,
        Asked::No(fault) | Asked::Stop(fault) => Some(fault.code),
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
    let asking = approvals.ask(&act, &question, &people, &cancel);
    let (asked, ()) = tokio::join!(asking, async {
        tokio::time::sleep(Duration::from_secs(1)).await;
        assert!(approvals.open(), "input is not frozen");
        cancel.cancel();
    });
    assert!(matches!(asked, Asked::No(fault) if fault.code == Code::Cancelled));
    assert!(!approvals.open());
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
        assert_eq!(ask(&Approvals::new(&trusting), &act("a"), &[group], &[&client]).await, None);
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
    let approvals = Approvals::new(&settings);
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
    let other = Act::of(&Operation::WindowList(WindowListRequest {}), &Facts::default());
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
}

#[tokio::test(start_paused = true)]
async fn no_and_stop_stops() {
    let person: [Arc<dyn Approver>; 1] = [Person::says(Answer::NoAndStop)];
    let asked = approvals().ask(&act("a"), &question(&[]), &person, &CancellationToken::new()).await;
    assert!(matches!(asked, Asked::Stop(_)));
}
