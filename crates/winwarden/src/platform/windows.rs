//! Windows itself, by way of the worker.

use std::{
    error::Error,
    io,
    path::{Path, PathBuf},
    process::ExitCode,
    sync::{Arc, OnceLock},
    time::Duration,
};

use gate::{Approver, Gate, Host, Principal};
pub use host_windows::MachineClock;
use host_windows::WorkerHost;
use policy::config::Settings;
use tokio::net::windows::named_pipe::{NamedPipeClient, NamedPipeServer};

use super::desk::Dialog;
use crate::{
    command::{Serve, Simulated, Worker},
    control::{Peer, Processes},
};

/// The machine this runs on.
#[derive(Debug)]
pub struct Machine {
    host: Arc<WorkerHost>,
    dialog: OnceLock<Arc<Dialog>>,
}

impl Machine {
    /// The desktop this process is on; nothing is started yet.
    pub fn open(options: &Serve) -> Result<Self, Box<dyn Error>> {
        super::may_be_elevated(host_windows::is_elevated(), options)?;
        Self::look(&options.machine)
    }

    /// The same, to look at.
    pub fn look(machine: &Simulated) -> Result<Self, Box<dyn Error>> {
        if machine.sim.is_some() {
            return Err("this executable simulates nothing: `--sim` is for the one for Linux (NOT_SUPPORTED_BY_TARGET)".into());
        }
        Ok(Self { host: WorkerHost::new(&std::env::current_exe()?), dialog: OnceLock::new() })
    }

    /// As the gate sees it.
    pub fn host(&self) -> Arc<dyn Host> {
        Arc::<WorkerHost>::clone(&self.host)
    }

    /// The ways to ask a person that this machine has.
    pub fn approvers(&self, settings: &Settings) -> Vec<Arc<dyn Approver>> {
        vec![Arc::<Dialog>::clone(self.dialog.get_or_init(|| Dialog::new(settings)))]
    }

    /// Lets the person at the desk stop and resume the session.
    pub fn attach(&self, gate: &Arc<Gate>) {
        if let Some(dialog) = self.dialog.get() {
            dialog.attach(gate);
        }
    }

    /// Ends the worker.
    pub fn close(self) -> Result<(), Box<dyn Error>> {
        self.host.stop();
        Ok(())
    }
}

/// The processes of this machine.
#[derive(Debug, Clone, Copy)]
pub struct MachineProcesses;

impl Processes for MachineProcesses {
    fn parent(&self, pid: u32) -> Option<u32> {
        host_windows::process_parent(pid)
    }

    fn started(&self, pid: u32) -> Option<u64> {
        host_windows::process_started(pid)
    }

    fn age(&self, pid: u32) -> Option<Duration> {
        host_windows::process_age(pid)
    }

    fn path(&self, pid: u32) -> Option<PathBuf> {
        host_windows::process_path(pid)
    }
}

/// Where terminals reach this server.
#[derive(Debug)]
pub struct Line(host_windows::Line);

impl Line {
    /// Opens the one of this name.
    pub fn open(name: &str) -> io::Result<Self> {
        host_windows::Line::open(name).map(Self)
    }

    /// The next who comes.
    pub async fn accept(&mut self) -> io::Result<Peer<NamedPipeServer>> {
        let (stream, pid) = self.0.accept().await?;
        Ok(Peer { stream, pid })
    }
}

/// Reaches the server that opened the line of this name.
pub async fn connect(name: &str) -> io::Result<Peer<NamedPipeClient>> {
    let (stream, pid) = host_windows::connect(name)?;
    Ok(Peer { stream, pid })
}

/// Closes what an attacker could use before anything else runs.
pub fn harden() {
    host_windows::harden();
}

/// Where the machine's configuration lies.
pub fn machine_folder() -> Option<PathBuf> {
    host_windows::program_data().map(|folder| folder.join("winwarden"))
}

/// Whether only the system and its administrators may write a file or folder; why not, where it is not so.
pub fn written_by_administrators_only(place: &Path) -> Result<(), String> {
    host_windows::written_by_administrators_only(place)
}

/// Serves the gate until its pipe closes.
pub fn run_worker(pipes: Worker) -> Result<ExitCode, Box<dyn Error>> {
    host_windows::run_worker(pipes.read, pipes.write)?;
    Ok(ExitCode::SUCCESS)
}

/// The parent process.
pub fn principal() -> Principal {
    host_windows::principal()
}
