//! Whether a process may be the person's: whose child it is.

use std::{path::PathBuf, time::Duration};

/// The processes of a machine.
pub trait Processes {
    /// The process that started it, whether that still runs or not.
    fn parent(&self, pid: u32) -> Option<u32>;

    /// When it started, in the system's own unit.
    fn started(&self, pid: u32) -> Option<u64>;

    /// How long ago.
    fn age(&self, pid: u32) -> Option<Duration>;

    /// Its executable.
    fn path(&self, pid: u32) -> Option<PathBuf>;
}

/// Where a process comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[must_use]
pub enum Descent {
    /// From something that was there before the session and its server.
    Elsewhere,
    /// From the server, its worker, or a program that the session started.
    OfTheSession,
    /// That cannot be told.
    Unknown,
}

/// A chain of parents that is longer is none.
const GENERATIONS: usize = 64;

/// Where `caller` comes from, for a session of this age whose server is `server`.
pub fn descent(
    processes: &dyn Processes,
    caller: u32,
    server: u32,
    launched: &[u32],
    session: Duration,
) -> Descent {
    let Some(server_started) = processes.started(server) else { return Descent::Unknown };
    let (mut pid, mut elsewhere) = (caller, false);
    for _ in 0..GENERATIONS {
        // By its id alone: it may have ended, and be the parent of what runs.
        if pid == server || launched.contains(&pid) {
            return Descent::OfTheSession;
        }
        let (Some(started), Some(age)) = (processes.started(pid), processes.age(pid)) else { break };
        // Both, for where the start is told by the wall clock one of them may be wrong when that was set.
        elsewhere |= started < server_started && age > session;
        let Some(parent) = processes.parent(pid) else { break };
        if processes.started(parent).is_some_and(|parent| parent > started) {
            // The parent has ended and its id is another's.
            if launched.contains(&parent) {
                return Descent::OfTheSession;
            }
            break;
        }
        pid = parent;
    }
    if elsewhere { Descent::Elsewhere } else { Descent::Unknown }
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use super::*;

    /// Id to parent and second of start; the second is 1,000.
    struct Table(HashMap<u32, (u32, u64)>);

    impl Processes for Table {
        fn parent(&self, pid: u32) -> Option<u32> {
            self.0.get(&pid).map(|found| found.0).filter(|parent| *parent != 0)
        }

        fn started(&self, pid: u32) -> Option<u64> {
            self.0.get(&pid).map(|found| found.1)
        }

        fn age(&self, pid: u32) -> Option<Duration> {
            self.started(pid).map(|started| Duration::from_secs(1_000 - started))
        }

        fn path(&self, _: u32) -> Option<PathBuf> {
            None
        }
    }

    const SERVER: u32 = 50;

    /// A desktop since 10, a client since 300, its server since 400 with a worker; a session of 550 seconds.
    fn of(caller: u32, launched: &[u32], more: &[(u32, u32, u64)]) -> Descent {
        let mut all =
            HashMap::from([(10, (1, 10)), (40, (10, 300)), (SERVER, (40, 400)), (60, (SERVER, 410))]);
        all.extend(more.iter().map(|(pid, parent, started)| (*pid, (*parent, *started))));
        descent(&Table(all), caller, SERVER, launched, Duration::from_secs(550))
    }

    #[test]
    fn a_terminal_of_the_desktop_is_the_persons_however_young() {
        assert_eq!(of(71, &[], &[(70, 10, 900), (71, 70, 990)]), Descent::Elsewhere);
        assert_eq!(of(71, &[], &[(70, 10, 100), (71, 70, 990)]), Descent::Elsewhere);
    }

    #[test]
    fn what_the_server_or_its_worker_started_is_of_the_session() {
        for parent in [SERVER, 60] {
            assert_eq!(of(71, &[], &[(70, parent, 500), (71, 70, 600)]), Descent::OfTheSession);
        }
    }

    #[test]
    fn what_a_launched_program_started_is_of_the_session_wherever_that_hangs() {
        // As a child of the desktop, which Windows makes of programs that the shell starts.
        assert_eq!(of(71, &[70], &[(70, 10, 500), (71, 70, 600)]), Descent::OfTheSession);
        assert_eq!(of(70, &[70], &[(70, 10, 500)]), Descent::OfTheSession);
        // It has ended.
        assert_eq!(of(71, &[70], &[(71, 70, 600)]), Descent::OfTheSession);
        // It has ended, and its id is another's.
        assert_eq!(of(71, &[70], &[(70, 10, 800), (71, 70, 600)]), Descent::OfTheSession);
    }

    #[test]
    fn who_is_young_and_whose_parent_is_gone_is_not_known() {
        assert_eq!(of(71, &[], &[(71, 70, 600)]), Descent::Unknown);
        assert_eq!(of(71, &[], &[(71, 0, 600)]), Descent::Unknown);
        assert_eq!(of(71, &[], &[]), Descent::Unknown);
        // Older than this server, but not than the session.
        assert_eq!(of(71, &[], &[(71, 70, 390)]), Descent::Elsewhere);
        let session = Duration::from_secs(700);
        let table = Table(HashMap::from([(SERVER, (40, 400)), (71, (70, 390))]));
        assert_eq!(descent(&table, 71, SERVER, &[], session), Descent::Unknown);
        assert_eq!(descent(&Table(HashMap::new()), 71, SERVER, &[], session), Descent::Unknown);
    }

    #[test]
    fn parents_in_a_ring_are_not_known() {
        assert_eq!(of(70, &[], &[(70, 71, 600), (71, 70, 600)]), Descent::Unknown);
    }
}
