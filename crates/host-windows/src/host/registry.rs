//! The registry, as the gate uses it: names are looked up here, everything else is the worker's.

use std::{
    sync::{Arc, OnceLock},
    time::Duration,
};

use gate::{
    Run,
    registry::{self, Before},
};
use model::{Code, Facts, Fault, Group, Operation, Outcome, RegistryKey};
use tokio::time::timeout;

use super::{
    WorkerHost,
    ask::{Waited, cancelled, unasked, waited_for},
    lost,
};
use crate::{
    registry::SystemRegistry,
    wire::{Answer, Part, Secret, Task},
    worker::not_responding,
};

/// How long past its deadline, or after it was cancelled, a change may take to put back what it had done.
const PUT_BACK: Duration = Duration::from_secs(5);

/// So many keys are looked up on the thread of their call: sooner than another thread would begin.
const FEW: usize = 4;

/// How long a worker that was ended may take to be gone.
const END: Duration = Duration::from_secs(2);

/// The machine's registry, to look up names in.
#[derive(Debug, Default)]
pub(super) struct Keys(Arc<OnceLock<SystemRegistry>>);

impl Keys {
    /// What the kernel calls keys, and whether they are there. Without the worker: a key hangs no one, and what is read of
    /// it is read by the worker.
    pub(super) async fn look(&self, keys: Vec<RegistryKey>) -> Result<Facts, Fault> {
        let (port, few) = (Arc::clone(&self.0), keys.len() <= FEW);
        let look = move || {
            let registry = registry::look(port.get_or_init(SystemRegistry::new), &keys)?;
            Ok(Facts { registry, ..Facts::default() })
        };
        if few {
            return look();
        }
        let looked = tokio::task::spawn_blocking(look);
        looked
            .await
            .unwrap_or_else(|_| Err(Fault::new(Code::Internal, "a defect of winwarden ended the look")))
    }
}

fn only_looks(part: Part, operation: &Operation) -> bool {
    match part {
        Part::Preview | Part::Before => true,
        Part::Execute => operation.kind().group() == Group::Read,
    }
}

impl WorkerHost {
    /// Has the worker do a part of an operation on the registry, under the rules of this call.
    pub(super) async fn at_registry(
        &self,
        part: Part,
        operation: &Operation,
        facts: &Facts,
        run: &Run,
    ) -> Result<Answer, Fault> {
        match self.once_at_registry(part, operation, facts, run).await {
            // Of a worker that ended while nothing ran, the first question is told; what only looks can be asked again.
            Err(fault) if fault.code == Code::WorkerLost && only_looks(part, operation) => {
                self.once_at_registry(part, operation, facts, run).await
            }
            answered => answered,
        }
    }

    async fn once_at_registry(
        &self,
        part: Part,
        operation: &Operation,
        facts: &Facts,
        run: &Run,
    ) -> Result<Answer, Fault> {
        let secret = Secret::of(operation)?;
        let task = Task::Registry {
            part,
            operation: Box::new(operation.clone()),
            keys: facts.registry.clone(),
            asks: run.policies.is_some(),
        };
        let mut order = self.order(Some(&run.registry), task, secret, run).await?;
        match waited_for(&mut order, run, [PUT_BACK; 2]).await {
            Waited::Ended(ended) => ended,
            // Nobody knows how far it came, and another can put it back only when it has stopped.
            Waited::Silent | Waited::Cancelled if !only_looks(part, operation) => {
                self.supervisor.end(order.link());
                let _ = timeout(END, order.end()).await;
                Err(lost())
            }
            Waited::Silent => Err(not_responding("the registry")),
            Waited::Cancelled => Err(cancelled()),
        }
    }

    /// Has the worker, by now another, put back what was there before a change that broke off.
    pub(super) async fn put_back(&self, before: &Before, run: &Run) -> Result<(), Fault> {
        let task = Task::Restore { before: Box::new(before.clone()) };
        match self.ask(task, None, "the registry", run).await? {
            Answer::Restored => Ok(()),
            _ => unasked(),
        }
    }

    /// The same, where it brings an outcome.
    pub(super) async fn changed(
        &self,
        part: Part,
        operation: &Operation,
        facts: &Facts,
        run: &Run,
    ) -> Result<Outcome, Fault> {
        match self.at_registry(part, operation, facts, run).await? {
            Answer::Outcome(outcome) => Ok(*outcome),
            _ => unasked(),
        }
    }
}
