//! What a picture may show: windows that the policy lets be read, without the secrets that stand in them.
//!
//! Untrusted: titles, classes and texts of windows; how long they take to answer.
//! Guarantees: a window is shown only where the policy allows, without asking anyone, a picture of it, or where the
//! call's own target is that window; one that does not answer, has moved or has come since is painted over.
//! Does not: find a secret that no element tells (drawn text, pictures), or one that was written after the texts were read.

use std::{sync::Arc, time::Duration};

use model::{
    Area, Around, Facts, Fault, Operation, PictureFormat, ScreenshotRequest, TargetFacts, WindowFacts,
    WindowSelector,
};
use policy::{Verdict, config::Profile, redact};

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
        let facts = permit.facts();
        run.cover = self.cover_of(&request.area, facts, self.may_reveal(), run, (deadline, LOOK)).await?;
        Ok(())
    }

    /// The same for any picture; where `reveal`, secrets in windows that may be shown are shown too.
    pub(super) async fn cover_of(
        &self,
        area: &Area,
        facts: &Facts,
        reveal: bool,
        run: &Run,
        (deadline, look): (Duration, Duration),
    ) -> Result<Arc<Cover>, Fault> {
        let mut sights = within(deadline, self.judge.host.sights(area, &facts.targets, run)).await?;
        let is_target =
            |window: &WindowFacts| facts.targets.iter().any(|target| target.window.key == window.key);
        sights.retain(|Sight { window, .. }| is_target(window) || self.may_be_shown(window, facts));
        if reveal {
            let shown = sights.iter().map(|sight| Uncovered {
                key: sight.window.key,
                place: None,
                spots: Vec::new(),
            });
            return Ok(Arc::new(Cover { shown: shown.collect(), unread: 0 }));
        }
        let keys = sights.iter().map(|sight| sight.window.key).collect();
        let texts = within(deadline, self.judge.host.texts(keys, look, run)).await?;
        Ok(Arc::new(without_secrets(&texts)))
    }

    /// Whether secrets may stand in a picture.
    fn may_reveal(&self) -> bool {
        self.judge.settings.profile == Profile::Lab
    }

    /// The policy's word on a picture of this window alone.
    fn may_be_shown(&self, window: &WindowFacts, facts: &Facts) -> bool {
        let operation = Operation::Screenshot(ScreenshotRequest {
            area: Area::Window(WindowSelector::Title(window.title.clone())),
            format: PictureFormat::Png,
            max_bytes: 10_000,
            max_width: None,
            marks: false,
        });
        let target =
            TargetFacts { window: window.clone(), element: None, point: None, around: Around::default() };
        let facts = Facts { targets: vec![target], desktop: facts.desktop, ..Facts::default() };
        let (verdict, _) =
            self.judge.decide(&self.session, &Resolved { operation, locators: Vec::new(), facts });
        matches!(verdict, Verdict::Allow { .. })
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
