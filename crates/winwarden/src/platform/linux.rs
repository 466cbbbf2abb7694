//! What Linux tells of time and processes, and the line on which terminals reach a server.

use std::{
    fs, io,
    os::unix::fs::MetadataExt,
    path::PathBuf,
    time::{Duration, SystemTime},
};

use gate::{Clock, Moment};
use rustix::time::{ClockId, clock_gettime};
use tokio::net::{UnixListener, UnixStream};

use crate::control::{Peer, Processes};

/// The clocks of this machine.
#[derive(Debug)]
pub struct MachineClock {
    boot: Option<String>,
}

impl MachineClock {
    /// Reads which start of the machine this is.
    pub fn new() -> Self {
        let boot = fs::read_to_string("/proc/sys/kernel/random/boot_id").ok();
        Self { boot: boot.map(|id| id.trim().to_owned()) }
    }
}

impl Clock for MachineClock {
    fn boot(&self) -> Option<&str> {
        self.boot.as_deref()
    }

    fn now(&self) -> Moment {
        Moment {
            since_boot: since_boot(),
            wall: SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default(),
        }
    }
}

fn since_boot() -> Duration {
    let now = clock_gettime(ClockId::Boottime);
    let nanos = u32::try_from(now.tv_nsec).unwrap_or_default();
    Duration::new(u64::try_from(now.tv_sec).unwrap_or_default(), nanos)
}

/// The processes of this machine, by `/proc`.
#[derive(Debug, Clone, Copy)]
pub struct MachineProcesses;

impl MachineProcesses {
    /// A field of `/proc/PID/stat`, by its number in `proc(5)`, from 3 on: what comes before may hold anything.
    fn field(pid: u32, number: usize) -> Option<u64> {
        let stat = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
        let (_, fields) = stat.rsplit_once(')')?;
        fields.split_whitespace().nth(number.checked_sub(3)?)?.parse().ok()
    }
}

impl Processes for MachineProcesses {
    fn parent(&self, pid: u32) -> Option<u32> {
        Self::field(pid, 4).and_then(|parent| u32::try_from(parent).ok()).filter(|parent| *parent != 0)
    }

    fn started(&self, pid: u32) -> Option<u64> {
        Self::field(pid, 22)
    }

    fn age(&self, pid: u32) -> Option<Duration> {
        // `USER_HZ` is 100 wherever Linux tells of it.
        let started = Duration::from_millis(self.started(pid)?.saturating_mul(10));
        Some(since_boot().saturating_sub(started))
    }

    fn path(&self, pid: u32) -> Option<PathBuf> {
        fs::read_link(format!("/proc/{pid}/exe")).ok()
    }
}

/// Where terminals reach this server: a socket without a file. Any user can connect; who is another is turned away.
#[derive(Debug)]
pub struct Line(UnixListener);

impl Line {
    /// Opens the one of this name.
    pub fn open(name: &str) -> io::Result<Self> {
        UnixListener::bind(socket(name)).map(Self)
    }

    /// The next who comes.
    pub async fn accept(&mut self) -> io::Result<Peer<UnixStream>> {
        let (stream, _) = self.0.accept().await?;
        peer(stream)
    }
}

/// Reaches the server that opened the line of this name.
pub async fn connect(name: &str) -> io::Result<Peer<UnixStream>> {
    peer(UnixStream::connect(socket(name)).await?)
}

/// A name in the kernel's own list.
fn socket(name: &str) -> String {
    format!("\0winwarden-{name}")
}

/// Who is at the other end; it must be the same user.
fn peer(stream: UnixStream) -> io::Result<Peer<UnixStream>> {
    let other = stream.peer_cred()?;
    if other.uid() != fs::metadata("/proc/self")?.uid() {
        return Err(io::Error::new(io::ErrorKind::PermissionDenied, "it is another user's"));
    }
    let pid = other.pid().and_then(|pid| u32::try_from(pid).ok());
    Ok(Peer { stream, pid })
}
