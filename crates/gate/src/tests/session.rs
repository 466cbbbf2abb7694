use std::{
    fs,
    sync::atomic::{AtomicBool, Ordering},
};

use super::*;
use crate::clock::tests::SetClock;

const IDLE: Duration = Duration::from_secs(30 * 60);

/// A machine with a home on it.
struct Machine {
    home: tempfile::TempDir,
    clock: Arc<SetClock>,
}

impl Machine {
    fn new() -> Self {
        Self {
            home: tempfile::tempdir().unwrap(),
            clock: Arc::new(SetClock::new(Some("a"), 5_000, 1_000_000)),
        }
    }

    /// A server of the owner starts.
    fn open(&self, id: &str) -> (Session, Begun) {
        self.open_as(&Owner::default(), id)
    }

    fn open_as(&self, owner: &Owner, id: &str) -> (Session, Begun) {
        let clock = Arc::<SetClock>::clone(&self.clock);
        Session::open(self.home.path(), owner, id.to_owned(), clock, IDLE).unwrap()
    }

    fn file(&self) -> PathBuf {
        self.home.path().join("sessions").join(Owner::default().file_name()).with_extension("json")
    }
}

fn spend(session: &Session) {
    session
        .update(|state, _| {
            state.counters.spent.launches += 1;
            Ok(())
        })
        .unwrap();
}

fn spent(session: &Session) -> u64 {
    session.look(|state, _| state.counters.spent.launches)
}

fn age(session: &Session) -> u64 {
    session.look(|_, now| now / 1_000)
}

#[test]
fn a_session_goes_on_with_all_it_has_used_when_its_server_is_another() {
    let machine = Machine::new();
    let (first, begun) = machine.open("one");
    assert_eq!((first.id(), begun), ("one", Begun::Anew));
    spend(&first);
    machine.clock.pass(Duration::from_secs(600));
    // Nobody says goodbye: the server was killed.
    let (second, begun) = machine.open("two");
    assert_eq!((second.id(), begun), ("one", Begun::Continued));
    assert_eq!((spent(&second), age(&second)), (1, 600));
}

#[test]
fn another_program_user_client_or_profile_has_another_session() {
    let machine = Machine::new();
    machine.open("one");
    let set: [fn(&mut Owner); 4] = [
        |owner| owner.parent = "p".into(),
        |owner| owner.user = "u".into(),
        |owner| owner.client = "c".into(),
        |owner| owner.profile = "lab".into(),
    ];
    for (number, set) in set.iter().enumerate() {
        let mut owner = Owner::default();
        set(&mut owner);
        let id = format!("other{number}");
        assert_eq!(machine.open_as(&owner, &id).0.id(), id);
    }
}

#[test]
fn after_half_an_hour_without_a_call_another_one_begins() {
    let machine = Machine::new();
    let (session, _) = machine.open("one");
    machine.clock.pass(Duration::from_secs(29 * 60));
    assert!(!session.is_over(IDLE));
    session.used().unwrap();
    machine.clock.pass(Duration::from_secs(29 * 60));
    assert_eq!(machine.open("two").1, Begun::Continued);
    machine.clock.pass(Duration::from_secs(31 * 60));
    assert!(session.is_over(IDLE));
    assert_eq!(machine.open("three").1, Begun::Anew);
}

#[test]
fn calls_that_only_look_are_not_each_written_down() {
    let machine = Machine::new();
    let (session, _) = machine.open("one");
    machine.clock.pass(Duration::from_secs(1));
    session.used().unwrap();
    let written = fs::read(machine.file()).unwrap();
    for _ in 0..10 {
        machine.clock.pass(Duration::from_secs(2));
        session.used().unwrap();
    }
    assert_eq!(fs::read(machine.file()).unwrap(), written);
    machine.clock.pass(Duration::from_secs(20));
    session.used().unwrap();
    assert_ne!(fs::read(machine.file()).unwrap(), written);
}

#[test]
fn what_was_only_noted_is_kept_at_a_clean_end_and_that_is_no_use() {
    let machine = Machine::new();
    let (session, _) = machine.open("one");
    session.note(|state, _| state.counters.calls += 3);
    let calls = |session: &Session| session.look(|state, _| state.counters.calls);
    assert_eq!(calls(&machine.open("killed").0), 0);
    machine.clock.pass(Duration::from_secs(29 * 60));
    session.keep().unwrap();
    let written = fs::read(machine.file()).unwrap();
    session.keep().unwrap();
    assert_eq!(fs::read(machine.file()).unwrap(), written, "nothing was noted since");
    let (next, begun) = machine.open("two");
    assert_eq!((calls(&next), begun), (3, Begun::Continued));
    machine.clock.pass(Duration::from_secs(2 * 60));
    assert_eq!(machine.open("three").1, Begun::Anew, "nobody has called for half an hour");
}

#[test]
fn a_stop_outlives_its_server_and_any_time() {
    let machine = Machine::new();
    let (session, _) = machine.open("one");
    session
        .update(|state, _| {
            state.stopped = true;
            Ok(())
        })
        .unwrap();
    machine.clock.pass(Duration::from_secs(90_000));
    let (later, begun) = machine.open("two");
    assert_eq!((later.id(), begun), ("one", Begun::Continued));
    assert!(later.look(|state, _| state.stopped));
}

#[test]
fn turning_the_wall_clock_changes_nothing() {
    let machine = Machine::new();
    let (session, _) = machine.open("one");
    spend(&session);
    machine.clock.pass(Duration::from_secs(60));
    for wall in [0, 999_000, 50_000_000] {
        machine.clock.set_wall(wall);
        let (again, begun) = machine.open("two");
        assert_eq!((begun, age(&again), spent(&again)), (Begun::Continued, 60, 1), "{wall}");
    }
}

#[test]
fn over_a_start_of_the_machine_only_time_that_is_sure_frees_and_any_time_ends() {
    let mut machine = Machine::new();
    let (session, _) = machine.open("one");
    session
        .update(|state, now| {
            state.approvals.row.insert("click".into(), (3, now));
            Ok(())
        })
        .unwrap();
    // Two minutes by the wall clock, of which the machine was on for 20 seconds.
    machine.clock = Arc::new(SetClock::new(Some("b"), 20, 1_000_120));
    let (again, begun) = machine.open("two");
    assert_eq!((begun, age(&again)), (Begun::Continued, 120), "it is as old as any clock says");
    let since = again.look(|state, now| now - state.approvals.row["click"].1);
    assert_eq!(since / 1_000, 20, "what has to wait has waited for what is sure");
    // The wall clock was set back: what the machine was on for counts.
    machine.clock = Arc::new(SetClock::new(Some("c"), 30, 7));
    assert_eq!(age(&machine.open("three").0), 150);
}

#[test]
fn what_cannot_be_read_goes_on_in_nothing_and_the_next_session_is_stopped() {
    let good = {
        let machine = Machine::new();
        machine.open("one");
        fs::read_to_string(machine.file()).unwrap()
    };
    let half = good.get(..good.len() / 2).unwrap();
    let of_another = good.replace("\"profile\":\"\"", "\"profile\":\"lab\"");
    let ahead = good.replace("\"since_boot_ms\":5000000", "\"since_boot_ms\":6000000");
    let richer = good.replace("\"stopped\":false", "\"stopped\":false,\"free\":true");
    let newer = good.replace("\"version\":\"1\"", "\"version\":\"2\"");
    let large = good.clone() + &" ".repeat(1 << 20);
    for bad in ["", "{}", "null", half, &of_another, &ahead, &richer, &newer, &large] {
        assert_ne!(bad, good);
        let machine = Machine::new();
        fs::create_dir_all(machine.file().parent().unwrap()).unwrap();
        fs::write(machine.file(), bad).unwrap();
        let (session, begun) = machine.open("two");
        let Begun::Unreadable(_, aside) = begun else { panic!("{bad}: {begun:?}") };
        assert_eq!(fs::read_to_string(aside).unwrap(), bad);
        assert_eq!(session.id(), "two");
        assert!(session.look(|state, _| state.stopped), "{bad}");
        // Neither does another start wash it clean.
        assert!(machine.open("three").0.look(|state, _| state.stopped), "{bad}");
    }
}

#[test]
fn a_state_that_is_spoilt_while_it_is_used_ends_all_that_counts() {
    let machine = Machine::new();
    let (session, _) = machine.open("one");
    let (other, _) = machine.open("one");
    spend(&session);
    fs::write(machine.file(), "{").unwrap();
    // It has not looked since the last writing, which it is told of.
    assert_eq!(other.refresh().unwrap_err().code, Code::AuditFailed);
    assert_eq!(session.update(|_, _| Ok(())).unwrap_err().code, Code::AuditFailed);
    assert_eq!(fs::read_to_string(machine.file()).unwrap(), "{");
}

#[test]
fn a_state_that_was_taken_away_comes_back_as_it_was() {
    let machine = Machine::new();
    let (session, _) = machine.open("one");
    spend(&session);
    fs::remove_file(machine.file()).unwrap();
    spend(&session);
    assert_eq!(spent(&machine.open("two").0), 2);
}

#[test]
fn two_servers_at_once_share_what_there_is() {
    let machine = Machine::new();
    let (one, _) = machine.open("one");
    let (other, begun) = machine.open("two");
    assert_eq!(begun, Begun::Continued);
    for _ in 0..3 {
        spend(&one);
        spend(&other);
    }
    assert_eq!(spent(&other), 6);
    assert!(one.refresh().unwrap(), "the other has written since");
    assert_eq!(spent(&one), 6);
    assert!(!one.refresh().unwrap());
}

#[test]
fn many_servers_that_spend_at_once_lose_nothing() {
    let machine = Machine::new();
    let sessions: Vec<Session> = (0..4).map(|_| machine.open("one").0).collect();
    std::thread::scope(|scope| {
        for session in &sessions {
            scope.spawn(|| (0..50).for_each(|_| spend(session)));
        }
    });
    assert_eq!(spent(&machine.open("two").0), 200);
}

#[test]
fn a_change_that_fails_changes_nothing() {
    let machine = Machine::new();
    let (session, _) = machine.open("one");
    let refused = session.update(|state, _| {
        state.counters.spent.launches = 9;
        Err::<(), _>(Fault::new(Code::Cooldown, "not yet"))
    });
    assert_eq!(refused.unwrap_err().code, Code::Cooldown);
    assert_eq!((spent(&session), spent(&machine.open("two").0)), (0, 0));
}

#[test]
fn a_server_that_was_frozen_in_its_turn_is_not_waited_for_without_end() {
    let home = tempfile::tempdir().unwrap();
    let file = home.path().join("lock");
    let (frozen, other) = (Turn::at(&file).unwrap(), Turn::at(&file).unwrap());
    let held = frozen.take().unwrap();
    let refused = other.take_within(Duration::from_millis(20)).unwrap_err();
    assert_eq!(refused.kind(), io::ErrorKind::TimedOut);
    drop(held);
    assert!(other.take().is_ok());
}

#[test]
fn a_turn_is_kept_for_a_moment_after_its_use_and_no_longer_than_its_server() {
    let home = tempfile::tempdir().unwrap();
    let file = home.path().join("lock");
    let (one, other) = (Turn::at(&file).unwrap(), Turn::at(&file).unwrap());
    // A thread that was kept from running may have let the moment pass.
    let kept = (0..20).any(|_| {
        drop(one.take().unwrap());
        other.take_within(Duration::ZERO).is_err()
    });
    assert!(kept);
    drop(other.take().unwrap());
    drop(other);
    assert!(one.take_within(Duration::ZERO).is_ok());
}

#[test]
fn a_server_that_takes_turn_after_turn_lets_others_in() {
    let home = tempfile::tempdir().unwrap();
    let file = home.path().join("lock");
    let (busy, other) = (Turn::at(&file).unwrap(), Turn::at(&file).unwrap());
    let over = AtomicBool::new(false);
    std::thread::scope(|scope| {
        scope.spawn(|| {
            while !over.load(Ordering::Relaxed) {
                drop(busy.take().unwrap());
            }
        });
        let all = (0..10).all(|_| {
            // So long that a turn of its own is given back.
            std::thread::sleep(Duration::from_millis(20));
            other.take().is_ok()
        });
        over.store(true, Ordering::Relaxed);
        assert!(all);
    });
}
