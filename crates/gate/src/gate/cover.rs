//! What a picture may show: windows that the policy lets be read, without the secrets that stand in them.
//!
//! Untrusted: titles, classes and texts of windows; how long they take to answer.
//! Guarantees: a window is shown only where the policy allows, without asking anyone, a picture of it, or where the
//! call's own target is that window; one that does not answer, has moved or has come since is painted over.
//! Does not: find a secret that no element tells (drawn text, pictures), or one that was written after the texts were read.

use std::{sync::Arc, time::Duration};

use model::{
    Area, Around, Facts, Fault, Operation, PictureFormat, ScreenshotRequest, Sought, TargetFacts,
    WindowFacts, WindowSelector,
};
use policy::{Circumstances, Verdict, redact};

use super::Gate;
use crate::{
    deadline::within,
    host::Run,
    sight::{Cover, Looked, Sight, Texts, Uncovered, Written},
    stages::{Permit, Resolved},
};

/// How long the windows of a picture may take to tell their texts, all together.
const LOOK: Duration = Duration::from_millis(150);

impl Gate {
    /// Works out what a picture may show.
    pub(super) async fn cover(
        &self,
        permit: &Permit,
        run: &mut Run,
        deadline: Duration,
    ) -> Result<(), Fault> {
        let Operation::Screenshot(request) = permit.operation() else { return Ok(()) };
        let judged = &permit.approved.resolved;
        run.cover = self.cover_of(&request.area, judged, true, run, (deadline, LOOK)).await?;
        Ok(())
    }

    /// The same for any picture; where `may_reveal`, secrets are shown in windows of which the policy says so.
    pub(super) async fn cover_of(
        &self,
        area: &Area,
        judged: &Resolved,
        may_reveal: bool,
        run: &Run,
        (deadline, look): (Duration, Duration),
    ) -> Result<Arc<Cover>, Fault> {
        let (host, facts) = (&self.judge.host, &judged.facts);
        let sights = within(deadline, host.sights(area, &facts.targets, run)).await?;
        let (mut shown, mut looked_into) = (Vec::new(), Vec::new());
        for Sight { window, .. } in sights {
            let key = window.key;
            let is_target = facts.targets.iter().any(|target| target.window.key == key);
            let (may_be_shown, reveals) = self.judged_alone(window, judged).await;
            match (is_target || may_be_shown, may_reveal && reveals) {
                (false, _) => {}
                (true, true) => shown.push(Uncovered { key, place: None, spots: Vec::new() }),
                (true, false) => looked_into.push(key),
            }
        }
        let mut cover = Cover { shown, unread: 0 };
        if !looked_into.is_empty() {
            let texts = within(deadline, host.texts(looked_into, look, run)).await?;
            let Cover { shown, unread } = without_secrets(&texts);
            cover.shown.extend(shown);
            cover.unread = unread;
        }
        Ok(Arc::new(cover))
    }

    /// The policy's word on a picture of this window alone: whether it may be shown, and the secrets in it.
    async fn judged_alone(&self, window: WindowFacts, judged: &Resolved) -> (bool, bool) {
        let operation = Operation::Screenshot(ScreenshotRequest {
            area: Area::Window(WindowSelector::Title(window.title.clone())),
            format: PictureFormat::Png,
            max_bytes: 10_000,
            max_width: None,
            marks: false,
        });
        let target = TargetFacts {
            window,
            element: None,
            point: None,
            around: Around::default(),
            sought: Sought::default(),
        };
        let mut facts = Facts { targets: vec![target], desktop: judged.facts.desktop, ..Facts::default() };
        if self.judge.wanted(operation.kind()).signer {
            self.judge.find_signers(&mut facts).await;
        }
        let call = judged.call.clone();
        let (taint, session) = (self.taint(), self.session_id());
        let circumstances = Circumstances { session: &session, taint: &taint, call: &call };
        let reveals = self.judge.reveals(&circumstances, &operation, &facts);
        let (locators, call) = (Vec::new(), call.clone());
        let resolved = Resolved { operation, locators, facts, call, below: None, barred: None };
        let (verdict, _) = self.judge.decide(&circumstances, &resolved);
        (matches!(verdict, Verdict::Allow { .. }), reveals)
    }
}

/// What may be shown of windows with these texts.
fn without_secrets(texts: &[Texts]) -> Cover {
    let heard = || texts.iter().filter(|texts| texts.looked != Looked::Silent);
    let shown = heard().map(|texts| {
        let secret = texts.written.iter().filter(|written| is_secret(written));
        Uncovered {
            key: texts.window,
            place: Some(texts.place),
            spots: secret.map(|written| written.rect).collect(),
        }
    });
    Cover { shown: shown.collect(), unread: heard().filter(|texts| texts.looked == Looked::Part).count() }
}

fn is_secret(written: &Written) -> bool {
    written.password || !redact::spans(&written.text).is_empty()
}

#[cfg(test)]
#[path = "../tests/cover.rs"]
mod tests;
