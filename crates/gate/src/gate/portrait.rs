//! The picture that a person is shown with a question.
//!
//! Untrusted: how long a window takes to be looked at.
//! Guarantees: a question waits for it no longer than a moment; what a picture may not show is not in it.
//! Does not: come with every question; one without a target, or for a client, has none.

use std::{sync::Arc, time::Duration};

use model::{Area, Preview, WindowSelector};
use policy::config::Channel;
use tokio::time::timeout;

use super::Gate;
use crate::{
    approver::Approver,
    stages::{Call, Resolved},
};

/// How long a question waits for its picture.
const PATIENCE: Duration = Duration::from_millis(300);
/// How much of that the texts of the window may take.
const LOOK: Duration = Duration::from_millis(100);

impl Gate {
    /// A small picture of the first target's window, for those who show it.
    pub(super) async fn portrait(
        &self,
        call: &Call,
        resolved: &Resolved,
        approvers: &[Arc<dyn Approver>],
    ) -> Option<Preview> {
        let target = resolved.facts.targets.first()?;
        if !approvers.iter().any(|approver| approver.channel() == Channel::Dialog) {
            return None;
        }
        let mut run = self.judge.run(call, PATIENCE);
        let taken = async {
            let area = Area::Window(WindowSelector::Title(target.window.title.clone()));
            run.cover = self.cover_of(&area, resolved, false, &run, (PATIENCE, LOOK)).await.ok()?;
            self.judge.host.portrait(target, &run).await.ok()?
        };
        timeout(PATIENCE, taken).await.ok()?
    }
}
