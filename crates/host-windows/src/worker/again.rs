//! Finding what was judged once more, right before it is touched.
//!
//! Untrusted: that what was judged is still there.
//! Guarantees: the window has the same handle, process, class and elevation; the element the same key, role and name;
//! a point the same window and element. Anything else is a refusal.
//! Does not: close the moment between this look and the act; `act` looks once more before each input.

use gate::Present;
use model::{
    Code, Fault, Point, Rect, TargetFacts, WindowFacts, WindowInfo,
    ui::{Node, escape},
};

use super::{
    identity::still_is,
    locate::{Miss, at, stale},
    machine::Machine,
};
use crate::{
    act::Aim,
    source::{Job, Source, WindowSource},
    system,
};

/// A target as it is now.
#[derive(Debug, Clone)]
pub(super) struct Found {
    pub(super) info: WindowInfo,
    pub(super) facts: WindowFacts,
    pub(super) node: Option<Node>,
    pub(super) point: Option<Point>,
}

impl Found {
    /// A window as a whole.
    pub(super) fn window((info, facts): (WindowInfo, WindowFacts)) -> Self {
        Self { info, facts, node: None, point: None }
    }

    pub(super) fn aim(&self) -> Aim<'_> {
        Aim { window: &self.info, node: self.node.clone(), point: self.point }
    }
}

impl Machine {
    /// The window of a target, if it is still what was judged, and its point, if that is still the window's.
    pub(super) fn window_again(&self, target: &TargetFacts) -> Result<Found, Fault> {
        let judged = &target.window;
        let (info, facts) = system::facts(judged.key, &self.own)?;
        if facts.process != judged.process || facts.class != judged.class {
            let title = escape(&judged.title, 80);
            let message = format!("window `{title}` is not the one that was judged any more");
            return Err(Fault::new(Code::StaleElement, message).hint("list the windows again"));
        }
        if let Some(point) = target.point {
            self.refuse_foreign_point(point, &info)?;
        }
        Ok(Found { point: target.point, ..Found::window((info, facts)) })
    }

    /// A target with its element, if both are still what was judged.
    pub(super) fn again(&self, target: &TargetFacts, job: &Job) -> Result<Found, Fault> {
        let (found, target) = (self.window_again(target)?, target.clone());
        let info = found.info.clone();
        self.at_window(&info, job, move |source, job| element_again(source, found, &target, job))
    }

    /// A target as it is at present; of a window alone only what the system tells without asking it.
    pub(super) fn present(&self, target: &TargetFacts, job: &Job) -> Result<Present, Fault> {
        let found = match target.element {
            Some(_) => self.again(target, job)?,
            None => self.window_again(target)?,
        };
        Ok(Present { window: found.info, element: found.node })
    }
}

/// The element of a target, if it is still what was judged; on the window's own thread.
pub(super) fn element_again(
    source: &mut WindowSource,
    mut found: Found,
    target: &TargetFacts,
    job: &Job,
) -> Result<Found, Fault> {
    let judged = target.element.as_ref();
    let now = match (found.point, judged) {
        (Some(point), _) => at(source, &found.info, point, job)?,
        (None, Some(judged)) => source.read(&judged.key, job)?,
        (None, None) => return Ok(found),
    };
    match (judged, now) {
        (Some(judged), Some(now)) if still_is(judged, &now) => found.node = Some(now),
        (None, None) => {}
        (Some(judged), now) => {
            let was = (judged.role, judged.name.as_str(), Rect::default());
            return Err(stale(source, &found.info, was, now, Miss::Explained, job));
        }
        (None, Some(now)) => {
            let message = format!("a {} has come to the point that was judged", now.role);
            return Err(Fault::new(Code::StaleElement, message).hint("look again").elements(vec![now]));
        }
    }
    Ok(found)
}
