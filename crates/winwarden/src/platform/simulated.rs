//! Not Windows: the machine is simulated.

use std::{error::Error, fs, os::unix::fs::MetadataExt, path::PathBuf, process::ExitCode, sync::Arc};

use gate::{Host, Principal};
use host_sim::SimHost;

use crate::command::{Serve, Worker};

/// A simulated machine.
#[derive(Debug)]
pub struct Machine {
    host: Arc<SimHost>,
    state: Option<PathBuf>,
}

impl Machine {
    /// Reads the world that `--sim` names.
    pub fn open(options: &Serve) -> Result<Self, Box<dyn Error>> {
        let world = options
            .sim
            .as_ref()
            .ok_or("this is not Windows: give a simulated machine with `--sim WORLD.json`")?;
        Ok(Self { host: Arc::new(SimHost::from_file(world)?), state: options.sim_state.clone() })
    }

    /// As the gate sees it.
    pub fn host(&self) -> Arc<dyn Host> {
        Arc::<SimHost>::clone(&self.host)
    }

    /// Writes the world as it is now, where that was asked for.
    pub fn close(self) -> Result<(), Box<dyn Error>> {
        match self.state {
            Some(path) => self
                .host
                .save_state(&path)
                .map_err(|error| format!("cannot write `{}`: {error}", path.display()).into()),
            None => Ok(()),
        }
    }
}

/// There is nothing to harden here.
pub const fn harden() {}

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
        user: user.unwrap_or_default(),
    }
}
