//! Not Windows: the machine is simulated.

use std::{
    error::Error,
    fs,
    os::unix::fs::MetadataExt,
    path::{Path, PathBuf},
    process::ExitCode,
    sync::Arc,
};

use gate::{Approver, Gate, Host, Principal};
use host_sim::SimHost;
use policy::config::Settings;

use super::badge::Badge;
use crate::command::{Serve, Simulated, Worker};

/// A simulated machine.
#[derive(Debug)]
pub struct Machine {
    host: Arc<SimHost>,
    badge: Option<Arc<Badge>>,
}

impl Machine {
    /// Starts the world that `--sim` names, or goes on with the one in `--sim-state`.
    pub fn open(options: &Serve) -> Result<Self, Box<dyn Error>> {
        let host = of(&options.machine, options.sim_state.as_deref())?;
        let badge = options.sim_codes.clone().map(Badge::new).transpose()?;
        super::may_be_elevated(host.is_elevated(), options)?;
        Ok(Self { host: Arc::new(host), badge })
    }

    /// The world that `--sim` names, to look at; nothing in it keeps anybody waiting.
    pub fn look(machine: &Simulated) -> Result<Self, Box<dyn Error>> {
        Ok(Self { host: Arc::new(of(machine, None)?.without_waiting()), badge: None })
    }

    /// As the gate sees it.
    pub fn host(&self) -> Arc<dyn Host> {
        Arc::<SimHost>::clone(&self.host)
    }

    /// A simulated machine has nobody at its desk, and a badge where one is simulated.
    pub fn approvers(&self, _: &Settings) -> Vec<Arc<dyn Approver>> {
        self.badge.iter().map(|badge| Arc::<Badge>::clone(badge) as Arc<dyn Approver>).collect()
    }

    /// Nobody stops it by a key.
    #[expect(clippy::unused_self, reason = "the twin on Windows has a stop key")]
    pub const fn attach(&self, _: &Arc<Gate>) {}

    /// Nothing is left to be done: the world was written after each change.
    #[expect(clippy::unused_self, clippy::unnecessary_wraps, reason = "the twin on Windows ends its worker")]
    pub fn close(self) -> Result<(), Box<dyn Error>> {
        Ok(())
    }
}

fn of(machine: &Simulated, state: Option<&Path>) -> Result<SimHost, Box<dyn Error>> {
    let world = machine
        .sim
        .as_ref()
        .ok_or("this is not Windows: give a simulated machine with `--sim WORLD.json`")?;
    Ok(SimHost::open(world, state)?)
}

/// There is nothing to harden here.
pub const fn harden() {}

/// Where the machine's configuration lies.
#[expect(clippy::unnecessary_wraps, reason = "the twin on Windows may not find it")]
pub fn machine_folder() -> Option<PathBuf> {
    Some(PathBuf::from("/etc/winwarden"))
}

/// Whether only root may write a file or folder; why not, where it is not so.
pub fn written_by_administrators_only(place: &Path) -> Result<(), String> {
    let found = fs::symlink_metadata(place).map_err(|error| error.to_string())?;
    match (found.uid(), found.mode() & 0o022) {
        _ if found.is_symlink() => Err(format!("`{}` is a symbolic link", place.display())),
        (0, 0) => Ok(()),
        (0, _) => Err(format!("others than root may write `{}`", place.display())),
        (owner, _) => Err(format!("`{}` belongs to user {owner}", place.display())),
    }
}

/// There is no worker without Windows.
pub fn run_worker(_: Worker) -> Result<ExitCode, Box<dyn Error>> {
    Err("the worker needs Windows".into())
}

/// The parent process, by `/proc`.
pub fn principal() -> Principal {
    let parent_pid = std::os::unix::process::parent_id();
    let parent = fs::read_link(format!("/proc/{parent_pid}/exe"));
    let uid = fs::metadata("/proc/self").map(|own| own.uid()).ok();
    let user = std::env::var("USER").ok().or_else(|| uid.map(|uid| uid.to_string()));
    Principal {
        transport: "stdio".to_owned(),
        parent: parent.map(|path| path.display().to_string()).unwrap_or_default(),
        parent_pid,
        elevated: None,
        user: user.unwrap_or_default(),
    }
}
