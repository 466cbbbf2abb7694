//! What a call brings to the agent: named, without secrets, and counted where others wrote it.

use std::{collections::BTreeSet, sync::Arc, time::Duration};

use model::{Facts, Fault, Operation, Outcome, ui::WindowKey};
use policy::{
    Circumstances,
    config::Amount,
    taint::{self, Source},
};

use super::Gate;
use crate::{
    deadline::within,
    host::{Locator, Lookup, WindowLocator},
    person::{By, What},
    redaction::Redaction,
    session::{Session, State, USE_MS},
    stages::{Call, Permit, Resolved},
    taint::Taint,
    terminal::NotDone,
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
        let operation = permit.operation();
        let redaction = Redaction::unless(|| self.reveals(&permit.approved.resolved));
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

    /// Whether secrets in what an operation brings may be shown.
    pub(super) fn reveals(&self, resolved: &Resolved) -> bool {
        let (taint, session) = (self.taint(), self.session_id());
        let Resolved { operation, facts, call, .. } = resolved;
        let circumstances = Circumstances { session: &session, taint: &taint, call };
        self.judge.reveals(&circumstances, operation, facts)
    }

    /// The sources of what was read so far and others wrote.
    pub(super) fn taint(&self) -> BTreeSet<Source> {
        self.of_taint(Taint::sources)
    }

    /// The same for people, each in a line.
    pub(super) fn taint_in_words(&self) -> Vec<String> {
        self.of_taint(Taint::lines)
    }

    /// A person has looked at what was read, and lets the session go on as if it had not been. For a person's word
    /// that is sure to be one.
    ///
    /// # Errors
    /// The record or the state cannot be written; what was read still counts.
    pub fn clear_taint(&self, by: &By) -> Result<(), NotDone> {
        self.change_recorded(What::ClearTaint, by, |state| state.taint.clear())
    }

    /// Counts what an operation that was carried out brings, before its reply is given; the sources that are new.
    pub(super) fn mark(&self, operation: &Operation, facts: &Facts) -> Vec<Source> {
        let brought = taint::brought(operation, facts);
        let sources = brought.iter().map(|(source, _)| *source).collect();
        if self.mark_all(&brought) { sources } else { Vec::new() }
    }

    /// Counts the windows that a refusal shows elements of: their names are text, too.
    pub(super) async fn mark_candidates(&self, call: &Call, fault: &Fault) {
        let windows: BTreeSet<WindowKey> = fault.elements.iter().map(|node| node.key.window).collect();
        if windows.is_empty() {
            return;
        }
        let locators = windows.into_iter().map(|key| Locator::Window(WindowLocator::Key(key))).collect();
        let lookup = Lookup { locators, optional: true, ..Lookup::default() };
        let run = self.judge.run(call, LOOK);
        let found = within(LOOK, self.judge.host.resolve(lookup, &run)).await;
        let brought = match &found {
            Ok(facts) => taint::of_windows(facts.targets.iter().map(|target| &target.window)),
            Err(_) => vec![(Source::UnknownProgram, "a window that is not known".to_owned())],
        };
        self.mark_all(&brought);
    }

    /// Counts what was read, on disk before its text is in the agent's hands; whether anything of it is new. What was
    /// read a moment ago from the same source is: its mark stands for a while ahead.
    fn mark_all(&self, brought: &[(Source, String)]) -> bool {
        let Ok(session) = self.session() else { return false };
        let stands = session.look(|state, now| state.taint.stands(brought, Duration::from_millis(now)));
        if stands {
            return false;
        }
        let mark = |state: &mut State, now: u64| {
            state.taint.mark(brought.to_vec(), Duration::from_millis(now.saturating_add(USE_MS)))
        };
        session.update(|state, now| Ok(mark(state, now))).unwrap_or_else(|fault| {
            tracing::error!(%fault, "what was read does not count after a restart");
            session.note(mark)
        })
    }

    fn of_taint<T: Default>(&self, what: impl Fn(&Taint, Duration, Amount) -> T) -> T {
        let lasts = self.judge.settings.limits.taint_minutes;
        let session = self.session();
        let of = |session: Arc<Session>| {
            session.look(|state, now| what(&state.taint, Duration::from_millis(now), lasts))
        };
        session.map(of).unwrap_or_default()
    }
}
