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
        bench.gate.stop();
        bench.gate.resume().unwrap();
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
    let (code, why) = look().await.unwrap();
    assert_eq!((code, why.contains("locked")), (Code::SessionStopped, true), "{why}");
    let status = bench.call(Plans::One(Operation::Status(StatusRequest {}))).await.unwrap().text;
    assert!(status.contains("locked"), "{status}");
    bench.gate.unpause();
    assert_eq!(look().await, None);
    bench.gate.stop();
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
        bench.gate.stop();
    });
    assert_eq!(ended.unwrap_err().code, Code::Cancelled);
    let look = || Plans::One(Operation::WindowList(WindowListRequest {}));
    assert_eq!(bench.call(look()).await.unwrap_err().code, Code::SessionStopped);
    let status = bench.call(Plans::One(Operation::Status(StatusRequest {}))).await;
    assert!(status.is_ok(), "{status:?}");
    bench.gate.resume().unwrap();
    // It runs again, until the fake's call is over its time.
    assert_ne!(bench.call(look()).await.unwrap_err().code, Code::SessionStopped);
}
