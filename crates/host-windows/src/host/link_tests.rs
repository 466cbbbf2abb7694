use std::{sync::Arc, thread, time::Duration};

use gate::Lookup;
use model::Facts;

use super::*;

fn soon() -> Instant {
    Instant::now() + Duration::from_secs(10)
}

fn order(link: &Arc<Link>) -> Ordered {
    link.order(Task::Resolve(Lookup::default()), None, soon()).unwrap()
}

fn failed(message: &str) -> Result<Answer, Box<Fault>> {
    Err(Box::new(Fault::new(Code::NotFound, message)))
}

fn id(message: &Outgoing) -> u64 {
    match &message.0 {
        ToWorker::Do(order) => order.id,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn answers_find_the_order_they_belong_to() {
    let (link, queue) = Link::new();
    let (mut first, mut second) = (order(&link), order(&link));
    let (first_id, second_id) = (id(&queue.recv().unwrap()), id(&queue.recv().unwrap()));
    link.receive(FromWorker::Done { id: second_id, result: failed("second") });
    link.receive(FromWorker::Done { id: 99, result: failed("nobody's") });
    link.receive(FromWorker::Done { id: first_id, result: Ok(Answer::Facts(Facts::default())) });
    assert_eq!(second.end().await.unwrap_err().message, "second");
    assert!(matches!(first.end().await, Ok(Answer::Facts(_))));
}

#[tokio::test]
async fn a_dropped_order_is_cancelled_and_an_ended_one_is_not() {
    let (link, queue) = Link::new();
    let ended = order(&link);
    link.receive(FromWorker::Done { id: id(&queue.recv().unwrap()), result: failed("ended") });
    drop(ended);
    let dropped = order(&link);
    let dropped_id = id(&queue.recv().unwrap());
    drop(dropped);
    assert!(matches!(queue.try_iter().next(), Some((ToWorker::Cancel { id }, None)) if id == dropped_id));
    assert!(queue.try_iter().next().is_none());
}

#[tokio::test]
async fn when_the_worker_goes_its_orders_end_and_no_more_are_taken() {
    let (link, _queue) = Link::new();
    let mut waiting = order(&link);
    link.close();
    assert_eq!(waiting.end().await.unwrap_err().code, Code::WorkerLost);
    let NotGiven(back) = link.order(Task::Resolve(Lookup::default()), None, soon()).unwrap_err();
    assert!(matches!(back.as_deref(), Some((Task::Resolve(_), None))));
    assert_eq!(link.watch(|_| None), Health::Closed);
}

#[test]
fn what_a_worker_that_has_ended_was_not_given_comes_back_whole() {
    struct Broken;
    impl std::io::Write for Broken {
        fn write(&mut self, _: &[u8]) -> std::io::Result<usize> {
            Err(std::io::ErrorKind::BrokenPipe.into())
        }
        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }
    let (link, _queue) = Link::new();
    let pipe: crate::host::Pipe = Arc::new(Mutex::new(Broken));
    link.begin(&pipe);
    let secret = model::SecretText::new("typed".to_owned()).into();
    let NotGiven(back) = link.order(Task::Resolve(Lookup::default()), Some(secret), soon()).unwrap_err();
    let (task, secret) = *back.unwrap();
    assert!(matches!(task, Task::Resolve(_)));
    assert_eq!(secret.unwrap().text().unwrap().expose(), "typed");
    assert!(link.is_closed(), "the next order would meet the same pipe");
}

#[test]
fn a_worker_is_told_the_rules_of_the_registry_once_and_when_they_are_others() {
    let (link, queue) = Link::new();
    let order = |rules: &Arc<Rules>| {
        drop(link.order_under(rules, Task::Resolve(Lookup::default()), None, soon()).unwrap());
        let mut told = 0;
        while let Some((message, _)) = queue.try_iter().next() {
            match message {
                ToWorker::Rules(_) => told += 1,
                // What is done comes after what it is done under.
                ToWorker::Do(_) => {}
                other => assert!(matches!(other, ToWorker::Cancel { .. }), "{other:?}"),
            }
        }
        told
    };
    let one = Arc::new(Rules::default());
    assert_eq!((order(&one), order(&one), order(&Arc::new(Rules::default()))), (1, 0, 0));
    let other = Rules { level: gate::registry::Access::Admin, ..Rules::default() };
    assert_eq!((order(&Arc::new(other)), order(&one)), (1, 1));
}

/// Answers pings from a thread of its own, as a worker does whose orders take long.
fn answering(link: &Arc<Link>, queue: Queue) {
    let link = Arc::clone(link);
    thread::spawn(move || {
        while let Some((message, _)) = queue.recv() {
            if let ToWorker::Ping { id } = message {
                link.receive(FromWorker::Pong { id });
            }
        }
    });
}

#[test]
fn a_worker_that_says_nothing_is_lost_and_one_that_answers_pings_is_not() {
    let (silent, kept) = Link::new();
    let (alive, queue) = Link::new();
    answering(&alive, queue);
    let _waits = order(&silent);
    let watched = Arc::clone(&alive);
    let watcher = thread::spawn(move || watched.watch(|_| Some(0)));
    let waits = order(&alive);
    assert_eq!(silent.watch(|_| Some(0)), Health::Lost);
    assert!(!watcher.is_finished(), "a worker that answers was given up");
    drop(waits);
    alive.close();
    assert_eq!(watcher.join().unwrap(), Health::Closed);
    drop(kept);
}

#[test]
fn who_watches_sleeps_until_there_is_an_order_and_is_woken_by_it() {
    let (link, _kept) = Link::new();
    let watched = Arc::clone(&link);
    let watcher = thread::spawn(move || watched.watch(|_| Some(0)));
    while !link.desk().asleep {
        thread::yield_now();
    }
    let _waits = order(&link);
    assert_eq!(watcher.join().unwrap(), Health::Lost);
}

#[test]
fn a_worker_that_owes_an_answer_is_watched_though_its_caller_has_gone() {
    let (link, queue) = Link::new();
    link.receive(FromWorker::Ready { beats: 0 });
    drop(order(&link));
    assert_eq!(link.watch(|_| Some(0)), Health::Lost);
    let sent: Vec<ToWorker> = queue.try_iter().map(|(message, _)| message).collect();
    assert!(matches!(sent.as_slice(), [ToWorker::Do(_), ToWorker::Cancel { .. }, ToWorker::Ping { .. }]));
}

#[test]
fn a_worker_that_asks_to_be_replaced_finishes_its_work_first() {
    let (link, queue) = Link::new();
    let link = Arc::new(link);
    let waits = order(&link);
    let watched = Arc::clone(&link);
    let watcher = thread::spawn(move || watched.watch(|_| Some(0)));
    link.receive(FromWorker::Exhausted);
    thread::sleep(TICK * 2);
    assert!(!watcher.is_finished(), "it was ended in the middle of an order");
    drop(waits);
    assert_eq!(watcher.join().unwrap(), Health::Lost);
    drop(queue);
}

fn registry_task(asks: bool) -> Task {
    let key = model::RegistryKey { path: "HKCU".parse().unwrap(), view: model::registry::View::W64 };
    let operation = model::Operation::RegistryExport(model::RegistryExportRequest { key, max_bytes: 1 });
    Task::Registry {
        part: crate::wire::Part::Execute,
        operation: Box::new(operation),
        keys: Vec::new(),
        asks,
    }
}

fn ask(id: u64, number: u64) -> FromWorker {
    let question = Box::new(Question { index: 0, created: false, names: vec![number.to_string()] });
    FromWorker::Ask { id, number, question }
}

/// The questions that were refused at once.
fn refused(queue: &Queue) -> Vec<(u64, u64)> {
    let refused = |message: Outgoing| match message.0 {
        ToWorker::Said { id, number, said: Err(_) } => Some((id, number)),
        ToWorker::Do(_) | ToWorker::Cancel { .. } => None,
        other => panic!("{other:?}"),
    };
    queue.try_iter().filter_map(refused).collect()
}

#[tokio::test]
async fn a_question_reaches_who_waits_for_its_order_and_then_the_end_does() {
    let (link, queue) = Link::new();
    let mut order = link.order(registry_task(true), None, soon()).unwrap();
    let id = id(&queue.recv().unwrap());
    for number in [1, 2] {
        link.receive(ask(id, number));
        let Next::Asked(asked) = order.next().await else { panic!() };
        assert_eq!((asked.number, &asked.question.names[..]), (number, &[number.to_string()][..]));
        order.say(number, Ok(vec![Said::Yes]));
        let message = queue.recv().unwrap().0;
        assert!(
            matches!(&message, ToWorker::Said { id: of, number: to, said: Ok(said) }
                if (*of, *to) == (id, number) && *said == [Said::Yes]),
            "{message:?}"
        );
    }
    link.receive(FromWorker::Done { id, result: failed("ended") });
    assert!(matches!(order.next().await, Next::Ended(Err(fault)) if fault.message == "ended"));
}

#[tokio::test]
async fn a_question_that_nobody_takes_is_refused() {
    let (link, queue) = Link::new();
    let asking = link.order(registry_task(true), None, soon()).unwrap();
    let silent = link.order(registry_task(false), None, soon()).unwrap();
    let (asking_id, silent_id) = (id(&queue.recv().unwrap()), id(&queue.recv().unwrap()));
    // One waits; the others come too soon, from an order that may not ask, and from none.
    for (id, number) in [(asking_id, 1), (asking_id, 2), (silent_id, 1), (99, 1)] {
        link.receive(ask(id, number));
    }
    assert_eq!(refused(&queue), [(asking_id, 2), (silent_id, 1), (99, 1)]);
    drop((asking, silent));
    link.receive(ask(asking_id, 3));
    assert_eq!(refused(&queue), [(asking_id, 3)]);
}

#[test]
fn questions_and_answers_come_out_of_the_pipe_as_they_went_in() {
    let mut pipe = Vec::new();
    crate::wire::write(&mut pipe, &ask(7, 3), None).unwrap();
    let (message, _) = crate::wire::read::<FromWorker>(&mut pipe.as_slice()).unwrap().unwrap();
    assert!(matches!(message, FromWorker::Ask { id: 7, number: 3, question } if question.names == ["3"]));
    let no = Said::No { code: Code::DeniedByPolicy, why: "mine".to_owned() };
    for said in [Ok(vec![Said::Yes, Said::Asks, no]), Err(Box::new(lost()))] {
        let mut pipe = Vec::new();
        crate::wire::write(&mut pipe, &ToWorker::Said { id: 7, number: 3, said: said.clone() }, None)
            .unwrap();
        let (message, _) = crate::wire::read::<ToWorker>(&mut pipe.as_slice()).unwrap().unwrap();
        assert!(matches!(message, ToWorker::Said { id: 7, number: 3, said: came } if came == said));
    }
}
