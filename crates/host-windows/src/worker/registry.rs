//! The registry as the worker has it: under the rules that it was last told, and by no others.

use std::{
    sync::{Arc, Mutex, OnceLock, PoisonError, atomic::Ordering},
    time::Instant,
};

use gate::registry::{Asker, Before, Guard, Policies, Registry, Rules, Work};
use model::{Code, Fault, Operation, Outcome, RegistryKeyFacts};

use crate::{
    registry::SystemRegistry,
    source::Job,
    wire::{Answer, Part, Secret},
};

/// This machine's registry, and what may be used of it.
#[derive(Default)]
pub(super) struct Registrar {
    port: OnceLock<SystemRegistry>,
    /// None as long as nothing was told, so that nothing may be.
    guard: Mutex<Option<Arc<Guard>>>,
}

impl std::fmt::Debug for Registrar {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Registrar").finish_non_exhaustive()
    }
}

impl Registrar {
    fn port(&self) -> &SystemRegistry {
        self.port.get_or_init(SystemRegistry::new)
    }

    /// Takes over what the settings say, for the orders that come from here on.
    pub(super) fn tell(&self, rules: &Rules) {
        let guard = Arc::new(rules.on(self.port().machine()));
        *self.guard.lock().unwrap_or_else(PoisonError::into_inner) = Some(guard);
    }

    /// What may be used, for an order that has just come.
    pub(super) fn guard(&self) -> Option<Arc<Guard>> {
        self.guard.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Puts back what was there before a change that broke off. Its keys were judged when it was begun.
    ///
    /// # Errors
    /// Those of [`Before::restore_unless`].
    pub(super) fn restore(&self, before: &Before, job: &Job) -> Result<Answer, Fault> {
        before.restore_unless(self.port(), &|| Instant::now() >= job.deadline).map(|()| Answer::Restored)
    }

    /// Does a part of an operation.
    ///
    /// # Errors
    /// Those of [`Work`].
    pub(super) fn work(
        &self,
        (guard, policies): (Option<&Guard>, Option<&dyn Policies>),
        part: Part,
        mut operation: Operation,
        keys: &[RegistryKeyFacts],
        secret: Option<Secret>,
        job: &Job,
    ) -> Result<Answer, Fault> {
        Secret::give(secret, &mut operation)?;
        let guard = guard.ok_or_else(|| {
            Fault::new(Code::Internal, "the worker was not told what may be used of the registry")
        })?;
        let work = Work {
            port: self.port(),
            guard,
            operation: &operation,
            facts: keys,
            deadline: job.deadline,
            cancelled: &|| job.cancelled.load(Ordering::Relaxed),
            policies: Asker::new(policies),
        };
        let outcome = |outcome| Answer::Outcome(Box::new(Outcome::Registry(Box::new(outcome))));
        match part {
            Part::Execute => work.execute().map(outcome),
            Part::Preview => work.preview().map(outcome),
            Part::Before => work.before().map(|before| Answer::Before(Box::new(before))),
        }
    }
}
