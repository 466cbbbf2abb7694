//! Stop and pause.

use super::*;

#[tokio::test(start_paused = true)]
async fn a_call_that_waits_while_the_session_is_stopped_is_not_done_later() {
    let bench = bench(FakeHost { delay: Duration::from_secs(1), ..FakeHost::default() });
    let typing = || bench.call(Plans::One(typing()));
    // The second waits for the keyboard that the first one has.
    let (first, second, ()) = tokio::join!(typing(), typing(), async {
        while bench.executed() == 0 {
            tokio::task::yield_now().await;
        }
        bench.gate.stop(By::Key);
        bench.gate.resume(&By::Badge).unwrap();
    });
    assert_eq!(first.unwrap_err().code, Code::Cancelled);
    assert_eq!(second.unwrap_err().code, Code::SessionStopped);
    assert_eq!(bench.executed(), 1);
}

#[tokio::test]
async fn a_lock_pauses_and_the_end_of_it_goes_on_unless_a_person_stopped() {
    let bench = bench(FakeHost::default());
    let look = async || {
        let looked = bench.call(Plans::One(Operation::WindowList(WindowListRequest {}))).await;
        looked.err().map(|fault| (fault.code, fault.message))
    };
    bench.gate.pause();
    assert!(bench.gate.is_paused());
    let (code, why) = look().await.unwrap();
    assert_eq!((code, why.contains("locked")), (Code::SessionStopped, true), "{why}");
    let status = bench.call(Plans::One(Operation::Status(StatusRequest {}))).await.unwrap().text;
    assert!(status.contains("locked"), "{status}");
    bench.gate.unpause();
    assert!(!bench.gate.is_paused());
    assert_eq!(look().await, None);
    bench.gate.stop(By::Key);
    bench.gate.pause();
    bench.gate.unpause();
    assert_eq!(look().await.unwrap().0, Code::SessionStopped);
}

#[tokio::test]
async fn a_stop_ends_what_runs_and_lasts_until_it_is_resumed() {
    let bench = bench(FakeHost { delay: Duration::from_secs(60), ..FakeHost::default() });
    let running = bench.call(Plans::One(typing()));
    let (ended, ()) = tokio::join!(running, async {
        while bench.executed() == 0 {
            tokio::task::yield_now().await;
        }
        bench.gate.stop(By::Key);
    });
    assert_eq!(ended.unwrap_err().code, Code::Cancelled);
    let look = || Plans::One(Operation::WindowList(WindowListRequest {}));
    assert_eq!(bench.call(look()).await.unwrap_err().code, Code::SessionStopped);
    let status = bench.call(Plans::One(Operation::Status(StatusRequest {}))).await;
    assert!(status.is_ok(), "{status:?}");
    bench.gate.resume(&By::Badge).unwrap();
    // It runs again, until the fake's call is over its time.
    assert_ne!(bench.call(look()).await.unwrap_err().code, Code::SessionStopped);
}

#[tokio::test]
async fn a_stop_ends_what_ran_when_a_person_resumed_what_nothing_had_stopped() {
    let bench = bench(FakeHost { delay: Duration::from_secs(60), ..FakeHost::default() });
    let (ended, ()) = tokio::join!(bench.call(Plans::One(typing())), async {
        while bench.executed() == 0 {
            tokio::task::yield_now().await;
        }
        bench.gate.resume(&By::Badge).unwrap();
        bench.gate.stop(By::Key);
    });
    assert_eq!(ended.unwrap_err().code, Code::Cancelled);
}

#[tokio::test]
async fn who_stopped_and_who_let_it_go_on_is_recorded_once() {
    let bench = bench(FakeHost::default());
    let look = async || bench.call(Plans::One(Operation::WindowList(WindowListRequest {}))).await;
    look().await.unwrap();
    let caller = Caller { pid: Some(9), program: "/bin/sh".into(), of_session: Some(true) };
    for by in [By::Key, By::Badge, By::Answer(Channel::Elicitation), By::Terminal(caller)] {
        bench.gate.stop(by.clone());
        bench.gate.stop(By::Key);
        bench.gate.resume(&by).unwrap();
        bench.gate.clear_taint(&by).unwrap();
    }
    look().await.unwrap();
    let mut records = bench.records();
    let numbers: Vec<u64> = records.iter().map(|record| record["seq"].as_u64().unwrap()).collect();
    assert!(numbers.iter().copied().eq(1..=records.len() as u64), "{numbers:?}");
    records.retain(|record| record.get("event").is_some());
    let events: Vec<&Value> = records.iter().map(|record| &record["event"]).collect();
    let ways = [
        json!({"by": "key"}),
        json!({"by": "badge"}),
        json!({"by": "answer", "channel": "elicitation"}),
        json!({"by": "terminal", "pid": 9, "program": "/bin/sh", "of_session": true}),
    ];
    let expected = ways.iter().flat_map(|way| {
        ["stop", "resume", "clear_taint"].map(|what| {
            let mut way = way.clone();
            way["what"] = json!(what);
            way
        })
    });
    assert!(events.iter().copied().eq(&expected.collect::<Vec<_>>()), "{events:#?}");
    for record in &records {
        assert_eq!((&record["phase"], &record["tool"]), (&json!("outcome"), &Value::Null));
        assert!(record["session"].as_str().is_some_and(|session| !session.is_empty()), "{record}");
        assert!(crate::decision(record).is_none(), "it is no decision");
    }
}

#[tokio::test]
async fn a_workstation_that_is_locked_and_unlocked_is_recorded_once_each() {
    let bench = bench(FakeHost::default());
    bench.gate.pause();
    bench.gate.unpause();
    bench.call(Plans::One(Operation::WindowList(WindowListRequest {}))).await.unwrap();
    let count = || bench.records().iter().filter(|record| record.get("event").is_some()).count();
    for (known, turn) in
        [(1, Gate::pause as fn(&Gate)), (1, Gate::pause), (2, Gate::unpause), (2, Gate::unpause)]
    {
        turn(&bench.gate);
        assert_eq!(count(), known);
    }
    let mut records = bench.records();
    records.retain(|record| record.get("event").is_some());
    let events: Vec<&Value> = records.iter().map(|record| &record["event"]).collect();
    let told = |what| json!({"what": what, "by": "workstation"});
    assert_eq!(events, [&told("lock"), &told("unlock")]);
}

#[tokio::test]
async fn a_stop_before_any_call_is_recorded_with_the_session_that_begins() {
    let bench = bench(FakeHost::default());
    bench.gate.stop(By::Key);
    let listed = bench.call(Plans::One(Operation::WindowList(WindowListRequest {}))).await;
    assert_eq!(listed.unwrap_err().code, Code::SessionStopped);
    assert_eq!(bench.records()[0]["event"], json!({"what": "stop", "by": "key"}));
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn what_cannot_be_recorded_stops_all_the_same_and_does_not_go_on() {
    let bench = bench(FakeHost::default());
    bench.gate.begin(&Value::Null).unwrap();
    bench.gate.audit.break_for_test();
    bench.gate.stop(By::Key);
    assert_eq!(bench.gate.state(), "stopped");
    assert!(bench.gate.resume(&By::Badge).is_err());
    assert_eq!(bench.gate.state(), "stopped");
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn after_an_outcome_that_could_not_be_recorded_the_session_only_looks() {
    let bench = bench(FakeHost { delay: Duration::from_millis(20), ..FakeHost::default() });
    let (ended, ()) = tokio::join!(bench.call(Plans::One(typing())), async {
        while bench.executed() == 0 {
            tokio::task::yield_now().await;
        }
        bench.gate.audit.break_for_test();
    });
    let fault = ended.unwrap_err();
    assert!(fault.code == Code::AuditFailed && fault.hint.contains("it was done"), "{fault:?}");
    bench.gate.audit.mend_for_test();
    assert_eq!(bench.call(Plans::One(typing())).await.unwrap_err().code, Code::AuditFailed);
    assert_eq!(bench.executed(), 1);
    bench.call(Plans::One(Operation::WindowList(WindowListRequest {}))).await.unwrap();
}
