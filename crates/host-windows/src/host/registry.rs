//! The registry, as the gate uses it: names are looked up here, and a few small values are read; everything else is the worker's.

use std::{
    sync::{Arc, Mutex, OnceLock, PoisonError},
    time::Duration,
};

use gate::{
    Run,
    registry::{self, Asker, Before, Guard, Registry as _, Rules, Work},
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

/// Values, and bytes of each, that are read on the thread of their call: sooner than a worker would begin, whose answer
/// would be as long.
const SMALL: (usize, u64) = (16, 16 * 1024);

/// The machine's registry, to look up names and small values in.
#[derive(Debug, Default)]
pub(super) struct Keys {
    port: Arc<OnceLock<SystemRegistry>>,
    /// The rules of the last call that read here, on this machine, with no values but small ones.
    guard: Mutex<Option<(Arc<Rules>, Arc<Guard>)>>,
}

impl Keys {
    fn port(&self) -> &SystemRegistry {
        self.port.get_or_init(SystemRegistry::new)
    }

    fn guard(&self, rules: &Arc<Rules>) -> Arc<Guard> {
        let mut known = self.guard.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((of, guard)) = &*known
            && Arc::ptr_eq(of, rules)
        {
            return Arc::clone(guard);
        }
        let mut small = Rules::clone(rules);
        small.limits.value_bytes = small.limits.value_bytes.min(SMALL.1);
        let guard = Arc::new(small.on(self.port().machine()));
        *known = Some((Arc::clone(rules), Arc::clone(&guard)));
        guard
    }

    /// Reads a few small values; none where it is the worker's: there is more to read, or to do than to ask the system for it.
    pub(super) fn read(
        &self,
        operation: &Operation,
        facts: &Facts,
        run: &Run,
    ) -> Option<Result<Outcome, Fault>> {
        let Operation::RegistryRead(request) = operation else { return None };
        let is_small = (1..=SMALL.0).contains(&request.values.len());
        if !is_small || request.info || request.security || request.expand {
            return None;
        }
        let work = Work {
            port: self.port(),
            guard: &self.guard(&run.registry),
            operation,
            facts: &facts.registry,
            deadline: run.deadline,
            cancelled: &|| run.cancel.is_cancelled(),
            policies: Asker::new(run.policies.as_deref()),
        };
        match work.execute() {
            Err(fault) if fault.code == Code::LimitExceeded => None,
            read => Some(read.map(|read| Outcome::Registry(Box::new(read)))),
        }
    }

    /// What the kernel calls keys, and whether they are there. Without the worker: a key hangs no one.
    pub(super) async fn look(&self, keys: Vec<RegistryKey>) -> Result<Facts, Fault> {
        let (port, few) = (Arc::clone(&self.port), keys.len() <= FEW);
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

#[cfg(test)]
mod tests {
    use std::time::Instant;

    use gate::registry::{Access, Root};
    use model::{
        RegistryReadRequest,
        registry::{RegistryOutcome, RegistryPath, View},
    };
    use testapps::registry::Place;
    use tokio_util::sync::CancellationToken;

    use super::*;

    fn read(key: &str, values: &[&str]) -> RegistryReadRequest {
        RegistryReadRequest {
            key: RegistryKey { path: RegistryPath::parse(key).unwrap(), view: View::W64 },
            values: values.iter().map(|name| (*name).to_owned()).collect(),
            info: false,
            security: false,
            expand: false,
        }
    }

    /// What comes of it here, where a key of the place is denied: the data of each value, or a code.
    fn here(
        keys: &Keys,
        place: &Place,
        denied: &str,
        request: RegistryReadRequest,
    ) -> Option<Result<Vec<Vec<u8>>, Code>> {
        let path = |below| RegistryPath::parse(&place.caller(below)).unwrap();
        let root = Root { path: path(""), access: Access::Read, max_depth: 3 };
        let run = Run {
            deadline: Instant::now() + Duration::from_secs(30),
            cancel: CancellationToken::new(),
            marks: Arc::default(),
            cover: Arc::default(),
            reveals: false,
            registry: Arc::new(Rules {
                roots: vec![vec![root]],
                denied: vec![path(denied)],
                ..Rules::default()
            }),
            policies: None,
        };
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        let facts = runtime.block_on(keys.look(vec![request.key.clone()])).unwrap();
        let read = keys.read(&Operation::RegistryRead(request), &facts, &run)?;
        let data = |outcome| match outcome {
            Outcome::Registry(outcome) => match *outcome {
                RegistryOutcome::Read { values, .. } => {
                    values.into_iter().map(|value| value.data.unwrap().bytes).collect()
                }
                other => panic!("{other:?}"),
            },
            other => panic!("{other:?}"),
        };
        Some(read.map(data).map_err(|fault| fault.code))
    }

    #[test]
    fn a_few_small_values_are_read_here_by_the_rules_of_each_call_and_all_else_by_the_worker() {
        let (keys, place) = (Keys::default(), Place::new());
        let most = usize::try_from(SMALL.1).unwrap();
        let key = place.key("Key");
        key.set("small", 3, b"one");
        key.set("most", 3, &vec![7; most]);
        key.set("large", 3, &vec![7; most + 3]);
        let own = place.caller(r"\Key");
        let ask = |request| here(&keys, &place, r"\Other", request);

        assert_eq!(ask(read(&own, &["small", "most"])), Some(Ok(vec![b"one".to_vec(), vec![7; most]])));
        assert_eq!(ask(read(&own, &["none"])), Some(Err(Code::ValueNotFound)));
        assert_eq!(ask(read(&place.caller(r"\None"), &["small"])), Some(Err(Code::KeyNotFound)));
        let denied = Some(Err(Code::DeniedByPolicy));
        assert_eq!(here(&keys, &place, r"\Key", read(&own, &["small"])), denied);
        assert_eq!(ask(read(r"HKCU\Software", &["small"])), denied);
        assert_eq!(ask(read(&own, &["small"])), Some(Ok(vec![b"one".to_vec()])));

        assert_eq!(ask(read(&own, &["small", "large"])), None);
        assert_eq!(ask(read(&own, &[])), None);
        assert_eq!(ask(read(&own, &["small"; SMALL.0 + 1])), None);
        for more in [
            RegistryReadRequest { info: true, ..read(&own, &["small"]) },
            RegistryReadRequest { security: true, ..read(&own, &["small"]) },
            RegistryReadRequest { expand: true, ..read(&own, &["small"]) },
        ] {
            assert_eq!(ask(more), None);
        }
    }
}
