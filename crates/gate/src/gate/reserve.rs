//! Stage 5's side of budgets and cooldown: what a call would use is written before it is asked about, and given back where nothing
//! is done.
//!
//! Untrusted: nothing; whether something was done is the path's to know.
//! Guarantees: of two calls that wait for a person at once no more begin than the budget has left; a crash gives nothing back.
//! Does not: give back what was counted in a rate: asking wears people down, whatever they answer.

use std::{collections::BTreeSet, sync::Arc};

use model::{Fault, Group, Kind};

use super::Gate;
use crate::{counters::Uses, session::Session};

/// What a call would use of what its session may do; given back when dropped, unless it was spent.
#[derive(Debug)]
pub(super) struct Reserved(Option<(Arc<Session>, Uses)>);

impl Reserved {
    /// It is used now: from here on the act is tried.
    pub(super) fn spend(mut self) {
        self.0 = None;
    }
}

impl Drop for Reserved {
    fn drop(&mut self) {
        let Some((session, uses)) = self.0.take() else { return };
        let given_back = session.update(|state, _| {
            state.counters.give_back(uses);
            Ok(())
        });
        if let Err(fault) = given_back {
            tracing::warn!(%fault, "what a refused call would have used stays counted");
        }
    }
}

impl Gate {
    /// Stage 5: counts a call, on disk where it matters after a restart; calls that only look count in memory.
    pub(super) fn count(
        &self,
        kind: Kind,
        effects: &BTreeSet<Group>,
        values: u64,
    ) -> Result<Reserved, Fault> {
        let session = self.session()?;
        let looks = effects.last().is_none_or(|gravest| *gravest == Group::Read) && kind != Kind::AppLaunch;
        let counted = if looks {
            session.note(|state, now| self.counters.admit(&mut state.counters, now, kind, effects, values))
        } else {
            session.update(|state, now| self.counters.admit(&mut state.counters, now, kind, effects, values))
        };
        if counted.is_err() && session.look(|_, now| self.counters.within_session(now)).is_err() {
            self.time_is_over();
        }
        let uses = counted?;
        Ok(Reserved((uses != Uses::default()).then_some((session, uses))))
    }
}
