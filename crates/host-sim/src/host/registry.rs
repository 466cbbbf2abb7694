//! Operations on the registry: the gate's engine over the simulated one.

use std::{
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use gate::{
    Run,
    registry::{Asker, Before, Guard, Registry, Rules, Work, look},
};
use model::{Code, Facts, Fault, Group, Operation, Outcome, RegistryKey, RegistryKeyFacts};
use tokio::time::Instant;

use super::SimHost;
use crate::{registry::SimRegistry, world::World};

/// The registry, and the rules that calls bring, as they stand on this machine.
#[derive(Debug)]
pub(super) struct Keys {
    port: Arc<SimRegistry>,
    guard: Mutex<Option<(Arc<Rules>, Arc<Guard>)>>,
    delay: Duration,
}

impl Keys {
    pub(super) fn new(world: &World) -> Self {
        let delay = Duration::from_millis(world.delays.registry.into());
        Self { port: Arc::new(SimRegistry::new(world)), guard: Mutex::default(), delay }
    }

    pub(super) fn port(&self) -> Arc<dyn Registry> {
        Arc::<SimRegistry>::clone(&self.port)
    }

    pub(super) fn look(&self, keys: &[RegistryKey]) -> Result<Vec<RegistryKeyFacts>, Fault> {
        look(&*self.port, keys)
    }

    fn guard(&self, rules: &Arc<Rules>) -> Arc<Guard> {
        let mut kept = self.guard.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((known, guard)) = &*kept
            && (Arc::ptr_eq(known, rules) || known == rules)
        {
            return Arc::clone(guard);
        }
        let guard = Arc::new(rules.on(self.port.machine()));
        *kept = Some((Arc::clone(rules), Arc::clone(&guard)));
        guard
    }
}

/// Whether it is one on the registry.
pub(super) fn is_registry(operation: &Operation) -> bool {
    !operation.registry_keys().is_empty() || matches!(operation, Operation::RegistryImport(_))
}

impl SimHost {
    /// Lets the engine work on a thread of its own: it blocks.
    async fn engine<T: Send + 'static>(
        &self,
        operation: &Operation,
        facts: &Facts,
        run: &Run,
        task: impl FnOnce(&Work<'_>) -> Result<T, Fault> + Send + 'static,
    ) -> Result<T, Fault> {
        let (operation, facts) = (operation.clone(), facts.registry.clone());
        let port = self.keys.port.of_call(&operation.registry_keys(), &facts);
        let guard = self.keys.guard(&run.registry);
        let (deadline, cancel) = (run.deadline, run.cancel.clone());
        let policies = run.policies.clone();
        let working = tokio::task::spawn_blocking(move || {
            task(&Work {
                port: &port,
                guard: &guard,
                operation: &operation,
                facts: &facts,
                deadline,
                cancelled: &|| cancel.is_cancelled(),
                policies: Asker::new(policies.as_deref()),
            })
        });
        working.await.unwrap_or_else(|_| Err(Fault::new(Code::Internal, "the simulated registry broke off")))
    }

    pub(super) async fn use_registry(
        &self,
        operation: &Operation,
        facts: &Facts,
        run: &Run,
    ) -> Result<Outcome, Fault> {
        self.take_registry_time(run).await?;
        let done = self.engine(operation, facts, run, |work| work.execute()).await;
        if operation.kind().group() != Group::Read {
            // Where it failed, all was put back, and the world is as it was.
            let mut desktop = self.desktop();
            if self.keys.port.settle(&mut desktop.world) {
                self.keep(&desktop)?;
            }
        }
        if self.keys.port.mend() {
            return Err(Fault::new(Code::WorkerLost, "the simulated worker ended in the middle of the call"));
        }
        done.map(|outcome| Outcome::Registry(Box::new(outcome)))
    }

    /// Puts back what a change that broke off has left.
    pub(super) async fn put_back(&self, before: &Before, run: &Run) -> Result<(), Fault> {
        let (port, before, deadline) = (Arc::clone(&self.keys.port), before.clone(), run.deadline);
        let late = move || std::time::Instant::now() >= deadline;
        let working = tokio::task::spawn_blocking(move || before.restore_unless(&*port, &late));
        let restored = working
            .await
            .unwrap_or_else(|_| Err(Fault::new(Code::Internal, "the simulated registry broke off")));
        let mut desktop = self.desktop();
        if self.keys.port.settle(&mut desktop.world) {
            self.keep(&desktop)?;
        }
        restored
    }

    pub(super) async fn preview_registry(
        &self,
        operation: &Operation,
        facts: &Facts,
        run: &Run,
    ) -> Result<Outcome, Fault> {
        let changed = self.engine(operation, facts, run, |work| work.preview()).await?;
        Ok(Outcome::Registry(Box::new(changed)))
    }

    pub(super) async fn before_registry(
        &self,
        operation: &Operation,
        facts: &Facts,
        run: &Run,
    ) -> Result<Option<Before>, Fault> {
        if !is_registry(operation) || operation.kind().group() == Group::Read {
            return Ok(None);
        }
        self.engine(operation, facts, run, |work| work.before()).await.map(Some)
    }

    async fn take_registry_time(&self, run: &Run) -> Result<(), Fault> {
        if self.keys.delay.is_zero() {
            return Ok(());
        }
        let deadline = Instant::from_std(run.deadline);
        let until = Instant::now() + self.keys.delay;
        self.sleep_until(until.min(deadline), run).await?;
        if until > deadline {
            let message = "the simulated registry did not answer in time (`delays_ms.registry`)";
            return Err(Fault::new(Code::Timeout, message));
        }
        Ok(())
    }
}

#[cfg(test)]
#[path = "../tests/registry.rs"]
mod tests;
