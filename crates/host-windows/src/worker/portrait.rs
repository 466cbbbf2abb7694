//! The small picture that a person is shown of what a call is aimed at.

use gate::Cover;
use model::{Fault, Preview, Rect, TargetFacts, WindowState};
use picture::preview;

use super::machine::Machine;
use crate::{
    capture::{Hide, Subject, SystemCamera, shoot},
    source::{Job, Source},
};

/// Pixels around a point that are framed.
const AROUND: i32 = 10;

impl Machine {
    /// A picture of a target's window with the target marked; nothing of a window that is not shown.
    pub(super) fn portrait(
        &self,
        target: &TargetFacts,
        cover: &Cover,
        job: &Job,
    ) -> Result<Option<Preview>, Fault> {
        let found = self.window_again(target)?;
        if found.info.state == WindowState::Minimized {
            return Ok(None);
        }
        let (window, cover, own) = (found.info.clone(), cover.clone(), self.own.clone());
        let element = target.element.clone();
        let point = target.point.map(|at| {
            Rect::new(
                at.x.saturating_sub(AROUND),
                at.y.saturating_sub(AROUND),
                at.x.saturating_add(AROUND),
                at.y.saturating_add(AROUND),
            )
        });
        self.at_window(&found.info, job, move |source, job| {
            let node = element.and_then(|element| source.read(&element.key, job).ok().flatten());
            let hide = Hide { own: &own, cover: &cover };
            let shot = shoot(Subject::Window(&window), hide, &mut SystemCamera, job, &mut Vec::new())?;
            Ok(Some(preview(&shot, node.map(|node| node.rect).or(point))))
        })
    }
}
