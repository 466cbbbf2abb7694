use std::thread;

use super::*;

fn question() -> Question {
    Question { index: 0, created: false, names: vec![r"\REGISTRY\USER\x".to_owned()] }
}

fn later() -> Instant {
    Instant::now() + Duration::from_secs(60)
}

#[test]
fn a_question_gets_its_own_answer_and_no_other() {
    let desk = Desk::default();
    let answer = |message| {
        let FromWorker::Ask { id, number, .. } = message else { panic!("{message:?}") };
        desk.receive(id + 1, number, Ok(vec![Said::Yes]));
        desk.receive(id, number + 1, Ok(vec![Said::Yes]));
        desk.receive(id, number.wrapping_sub(1), Ok(vec![Said::Yes]));
        desk.receive(id, number, Ok(vec![Said::Asks]));
    };
    let seat = desk.seat(7, &answer);
    for _ in 0..3 {
        assert_eq!(seat.judge(&question(), later(), &|| false), Ok(vec![Said::Asks]));
    }
}

#[test]
fn a_gate_that_says_nothing_is_a_refusal_in_time() {
    let desk = Desk::default();
    let seat = desk.seat(7, &|_| {});
    assert_eq!(seat.judge(&question(), Instant::now(), &|| false).unwrap_err().code, Code::Timeout);
    assert_eq!(seat.judge(&question(), later(), &|| true).unwrap_err().code, Code::Cancelled);
    thread::scope(|scope| {
        scope.spawn(|| {
            while desk.open().is_empty() {
                thread::yield_now();
            }
            desk.open().clear();
        });
        assert_eq!(seat.judge(&question(), later(), &|| false).unwrap_err().code, Code::PolicyError);
    });
}

#[test]
fn what_the_gate_refuses_is_refused_and_an_order_that_has_ended_gets_no_answer() {
    let desk = Desk::default();
    let refuse = |message| {
        let FromWorker::Ask { id, number, .. } = message else { panic!("{message:?}") };
        desk.receive(id, number, Err(Box::new(Fault::new(Code::LimitExceeded, "no"))));
    };
    let seat = desk.seat(7, &refuse);
    assert_eq!(seat.judge(&question(), later(), &|| false).unwrap_err().code, Code::LimitExceeded);
    drop(seat);
    assert!(desk.open().is_empty());
    desk.receive(7, 1, Ok(Vec::new()));
}
