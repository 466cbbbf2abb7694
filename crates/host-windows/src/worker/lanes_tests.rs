use std::{sync::atomic::AtomicU32, sync::mpsc};

use super::*;

fn job(milliseconds: u64) -> Job {
    Job {
        deadline: Instant::now() + Duration::from_millis(milliseconds),
        cancelled: Arc::default(),
        recall: crate::source::Recall::Nothing,
    }
}

/// Windows by number; a seat counts what was done on it.
fn lanes() -> Lanes<u32, u32> {
    Lanes::new(|_| 0, || {})
}

/// Time enough to be begun on a busy machine.
const BEGUN: u64 = 1_000;

/// Lets a window hang until the sender is dropped; returns when it hangs.
fn hang(lanes: &Arc<Lanes<u32, u32>>, window: u32, milliseconds: u64) -> mpsc::Sender<()> {
    let (release, held) = channel::<()>();
    let (sender, hangs) = channel();
    let lanes = Arc::clone(lanes);
    thread::spawn(move || {
        lanes.run(&window, "`Hung`", &job(milliseconds), move |_, _| {
            sender.send(()).unwrap();
            let _ = held.recv();
            Ok(())
        })
    });
    hangs.recv_timeout(Duration::from_secs(10)).unwrap();
    release
}

#[test]
fn a_window_has_one_thread_and_one_seat() {
    let lanes = lanes();
    let mut threads = Vec::new();
    for expected in 1..=3 {
        let (thread, count) = lanes
            .run(&1, "`A`", &job(10_000), |seat, _| {
                *seat += 1;
                Ok((thread::current().id(), *seat))
            })
            .unwrap();
        assert_eq!(count, expected);
        threads.push(thread);
    }
    let other = lanes.run(&2, "`B`", &job(10_000), |_, _| Ok(thread::current().id())).unwrap();
    assert!(threads.iter().all(|thread| *thread == threads[0] && *thread != other));
}

#[test]
fn a_hung_window_costs_its_own_callers_their_deadline_and_others_nothing() {
    let lanes = Arc::new(lanes());
    let _hung = hang(&lanes, 1, BEGUN);
    assert_eq!(lanes.run(&2, "`B`", &job(10_000), |_, _| Ok("served")).unwrap(), "served");
    let begun = Instant::now();
    let fault = lanes.run(&1, "`Hung`", &job(150), |_, _| Ok(())).unwrap_err();
    assert_eq!(fault.code, Code::TargetNotResponding);
    assert!(fault.message.contains("`Hung`"), "{fault}");
    assert!(begun.elapsed() >= Duration::from_millis(150));
}

#[test]
fn a_call_that_was_given_up_is_not_done_when_the_window_wakes() {
    let lanes = Arc::new(lanes());
    let hung = hang(&lanes, 1, BEGUN);
    lanes
        .run(&1, "`Hung`", &job(50), |seat, _| {
            *seat += 100;
            Ok(())
        })
        .unwrap_err();
    drop(hung);
    assert_eq!(lanes.run(&1, "`Hung`", &job(10_000), |seat, _| Ok(*seat)).unwrap(), 0);
}

#[test]
fn a_thread_that_is_stuck_for_good_is_given_up_and_another_takes_its_place() {
    let lanes = Arc::new(lanes());
    let hung = hang(&lanes, 1, BEGUN);
    thread::sleep(PATIENCE + Duration::from_millis(BEGUN + 50));
    assert_eq!(lanes.run(&1, "`Hung`", &job(10_000), |seat, _| Ok(*seat)).unwrap(), 0);
    assert_eq!(lanes.0.stuck.load(Ordering::Acquire), 1);
    drop(hung);
    let end = Instant::now() + Duration::from_secs(10);
    while lanes.0.stuck.load(Ordering::Acquire) != 0 {
        assert!(Instant::now() < end, "the stuck thread did not end when it could");
        thread::yield_now();
    }
}

#[test]
fn too_many_stuck_threads_are_told() {
    static TOLD: AtomicU32 = AtomicU32::new(0);
    let lanes = Arc::new(Lanes::new(|_| 0, || _ = TOLD.fetch_add(1, Ordering::Relaxed)));
    let windows = 1..=u32::try_from(MAX_STUCK).unwrap();
    let hung: Vec<_> = windows.clone().map(|window| hang(&lanes, window, BEGUN)).collect();
    thread::sleep(PATIENCE + Duration::from_millis(BEGUN + 50));
    for window in windows {
        assert_eq!(TOLD.load(Ordering::Relaxed), 0);
        lanes.run(&window, "`Hung`", &job(10_000), |_, _| Ok(())).unwrap();
    }
    assert_eq!(TOLD.load(Ordering::Relaxed), 1);
    drop(hung);
}

#[test]
fn a_cancelled_call_says_what_it_did_or_ends_soon_where_the_window_hangs() {
    let lanes = lanes();
    let told = job(60_000);
    let cancel = Arc::clone(&told.cancelled);
    let fault = lanes
        .run(&1, "`A`", &told, move |_, job| {
            cancel.store(true, Ordering::Relaxed);
            go_on(job).map_err(|mut fault| {
                fault.message.push_str("; 3 of 5 were done");
                fault
            })
        })
        .unwrap_err();
    assert_eq!(fault.message, "the call was cancelled; 3 of 5 were done");
    let (lanes, hung) = (Arc::new(lanes), job(60_000));
    let _release = hang(&lanes, 2, 60_000);
    let cancel = Arc::clone(&hung.cancelled);
    thread::spawn(move || {
        thread::sleep(Duration::from_millis(30));
        cancel.store(true, Ordering::Relaxed);
    });
    let fault = lanes.run(&2, "`Hung`", &hung, |_, _| Ok(())).unwrap_err();
    assert_eq!(fault.code, Code::Cancelled);
}

#[test]
fn a_panic_is_a_failed_call_on_a_fresh_seat() {
    let lanes = lanes();
    lanes
        .run(&1, "`A`", &job(10_000), |seat, _| {
            *seat = 7;
            Ok(())
        })
        .unwrap();
    let fault = lanes.run(&1, "`A`", &job(10_000), |_, _| -> Result<(), Fault> { panic!("a defect") });
    assert_eq!(fault.unwrap_err().code, Code::Internal);
    assert_eq!(lanes.run(&1, "`A`", &job(10_000), |seat, _| Ok(*seat)).unwrap(), 0);
}

#[test]
fn more_windows_than_threads_take_the_place_of_idle_ones() {
    let lanes = lanes();
    for window in 0..200 {
        lanes.run(&window, "`A`", &job(10_000), |_, _| Ok(())).unwrap();
    }
    assert!(lock(&lanes.0.lanes).len() <= MAX_LANES);
}
