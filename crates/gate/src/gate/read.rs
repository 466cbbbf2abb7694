//! What a call brings to the agent: named, without secrets, and counted where others wrote it.

use std::{
    collections::BTreeSet,
    sync::{MutexGuard, PoisonError},
    time::Duration,
};

use model::{Facts, Fault, Operation, Outcome, ui::WindowKey};
use policy::{
    Circumstances,
    taint::{self, Source},
};

use super::Gate;
use crate::{
    deadline::within,
    host::{Locator, Lookup, WindowLocator},
    judge::run,
    redaction::Redaction,
    stages::{Call, Permit},
    taint::Taint,
};

/// How long it may take to find out whose the windows are that a refusal shows elements of.
const LOOK: Duration = Duration::from_secs(1);

impl Gate {
    /// Gives everything that an outcome shows its ref, and then takes secrets out of it.
    pub(super) fn name_and_redact(
        &self,
        permit: &Permit,
        ended: &mut Result<Outcome, Fault>,
    ) -> Result<(), Fault> {
        let taint = self.taint();
        let (operation, facts) = (permit.operation(), permit.facts());
        let circumstances = Circumstances { session: &self.session, taint: &taint };
        let redaction = Redaction::unless(|| self.judge.reveals(&circumstances, operation, facts));
        match ended {
            Ok(outcome) => {
                self.judge.memory().name_outcome(operation, outcome, &redaction)?;
                redaction.outcome(operation, outcome);
            }
            Err(fault) => {
                self.judge.memory().name_fault(fault);
                redaction.fault(fault);
            }
        }
        Ok(())
    }

    /// The sources of what was read so far and others wrote.
    pub(super) fn taint(&self) -> BTreeSet<Source> {
        self.taints().sources(self.begun.elapsed(), self.judge.settings.limits.taint_minutes)
    }

    /// The same for people, each in a line.
    pub(super) fn taint_in_words(&self) -> Vec<String> {
        self.taints().lines(self.begun.elapsed(), self.judge.settings.limits.taint_minutes)
    }

    /// A person has looked at what was read, and lets the session go on as if it had not been.
    pub fn clear_taint(&self) {
        self.taints().clear();
    }

    /// Counts what an operation that was carried out brings, before its reply is given; the sources that are new.
    pub(super) fn mark(&self, operation: &Operation, facts: &Facts) -> Vec<Source> {
        let brought = taint::brought(operation, facts);
        let sources = brought.iter().map(|(source, _)| *source).collect();
        let new = self.taints().mark(brought, self.begun.elapsed());
        if new { sources } else { Vec::new() }
    }

    /// Counts the windows that a refusal shows elements of: their names are text, too.
    pub(super) async fn mark_candidates(&self, call: &Call, fault: &Fault) {
        let windows: BTreeSet<WindowKey> = fault.elements.iter().map(|node| node.key.window).collect();
        if windows.is_empty() {
            return;
        }
        let locators = windows.into_iter().map(|key| Locator::Window(WindowLocator::Key(key))).collect();
        let lookup = Lookup { locators, optional: true, ..Lookup::default() };
        let run = run(call, LOOK);
        let found = within(LOOK, self.judge.host.resolve(lookup, &run)).await;
        let brought = match &found {
            Ok(facts) => taint::of_windows(facts.targets.iter().map(|target| &target.window)),
            Err(_) => vec![(Source::UnknownProgram, "a window that is not known".to_owned())],
        };
        self.taints().mark(brought, self.begun.elapsed());
    }

    /// A panic while it was held has left a mark out at worst, of a call that has no reply.
    fn taints(&self) -> MutexGuard<'_, Taint> {
        self.taint.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
