//! The gate's side: starts the worker, asks it, replaces it when it does not come back.

use std::{io, path::Path, sync::Arc};

use gate::{Answer, Host, HostReport, Lookup, Permit, Run};
use model::{Code, Facts, Fault, Outcome, ui::Node};

/// Windows, by way of a worker process.
#[derive(Debug)]
pub struct WorkerHost;

impl WorkerHost {
    /// Starts the worker: this executable again, as `worker --read H --write H`.
    ///
    /// # Errors
    /// The pipes, the job or the process cannot be made.
    pub fn start(_executable: &Path) -> io::Result<Arc<Self>> {
        Ok(Arc::new(Self))
    }

    /// Ends the worker.
    pub fn stop(&self) {}
}

fn missing<T>() -> Result<T, Fault> {
    Err(Fault::new(Code::WorkerLost, "there is no worker"))
}

impl Host for WorkerHost {
    fn resolve<'a>(&'a self, _: Lookup, _: &'a Run) -> Answer<'a, Facts> {
        Box::pin(async { missing() })
    }

    fn execute<'a>(&'a self, _: &'a Permit, _: &'a Run) -> Answer<'a, Outcome> {
        Box::pin(async { missing() })
    }

    fn survey<'a>(&'a self, _: &'a Permit, _: &'a Run) -> Answer<'a, Vec<Node>> {
        Box::pin(async { missing() })
    }

    fn report(&self) -> HostReport {
        HostReport::default()
    }
}
