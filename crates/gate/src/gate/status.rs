//! What `status` tells: the machine, and how the session stands.

use std::sync::atomic::Ordering;

use model::Status;

use super::Gate;
use crate::{approver::Standing, host::Notice};

impl Gate {
    /// What is to be said of the machine until the configuration acknowledges it, in words.
    #[must_use]
    pub fn notices(&self) -> Vec<String> {
        self.unacknowledged(&self.judge.host.report().notices)
    }

    fn unacknowledged(&self, notices: &[Notice]) -> Vec<String> {
        let known = &self.judge.settings.acknowledge;
        let new = notices.iter().filter(|notice| !known.iter().any(|name| name == notice.name()));
        new.map(Notice::to_string).collect()
    }

    pub(super) fn status(&self) -> Status {
        let report = self.judge.host.report();
        let (age_ms, budgets) = self.session().map_or_else(
            |_| (0, Vec::new()),
            |session| session.look(|state, now| (now, self.counters.budgets(&state.counters, now))),
        );
        let mut notes: Vec<String> = self.bound().iter().filter_map(|bound| bound.note.clone()).collect();
        if self.configuration_changed {
            notes.push("the settings or policies are not those of the last session".to_owned());
        }
        let standing = match self.standing() {
            Standing::Working { .. } => "working".to_owned(),
            Standing::Locked => "paused while the workstation is locked".to_owned(),
            Standing::Stopped { why, .. } => format!("stopped: {why}"),
        };
        Status {
            version: self.version.clone(),
            session: self.session_id(),
            standing,
            age_seconds: age_ms / 1_000,
            budgets,
            notes,
            platform: report.platform,
            desktop: report.desktop,
            toolsets: self.judge.settings.toolsets.clone(),
            limitations: report.limitations,
            notices: self.unacknowledged(&report.notices),
            audit: self.audit.path().display().to_string(),
            calls: self.calls.load(Ordering::Relaxed),
            refused: self.refused.load(Ordering::Relaxed),
            worker_restarts: report.worker_restarts,
            taint: self.taint_in_words(),
        }
    }
}
