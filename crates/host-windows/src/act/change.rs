//! What an act changed: windows, foreground, focus; and waiting until that has settled.

use std::{
    collections::HashSet,
    time::{Duration, Instant},
};

use model::{
    Acted, ElementVerb, Means, WindowInfo,
    ui::{ElementKey, Node},
};

use super::{Done, desk::Desk, stage::Stage};

/// Settling ends after this at the latest.
const SETTLE: Duration = Duration::from_millis(300);

/// Between two looks that must be the same.
const GAP: Duration = Duration::from_millis(3);

/// The desktop before an act.
pub(crate) struct Before {
    foreground: u64,
    windows: Vec<WindowInfo>,
}

/// What must be the same twice.
#[derive(PartialEq, Eq)]
struct Look {
    foreground: u64,
    keyboard: u64,
    tops: Vec<u64>,
}

impl Look {
    fn at(desk: &dyn Desk) -> Self {
        let foreground = desk.foreground();
        Self { foreground, keyboard: desk.keyboard(foreground), tops: desk.tops() }
    }
}

impl Before {
    pub(crate) fn look(desk: &dyn Desk) -> Self {
        let windows = desk.tops().into_iter().filter_map(|top| desk.info(top)).collect();
        Self { foreground: desk.foreground(), windows }
    }

    /// Whether a top-level window was there.
    #[cfg(windows)]
    pub(crate) fn had(&self, top: u64) -> bool {
        self.windows.iter().any(|window| window.key.handle == top)
    }

    /// Lets the desktop settle and tells what an act on `stage` changed; `had` is the element that had the keyboard before it.
    pub(super) fn acted(self, had: Option<ElementKey>, stage: Stage<'_>, done: Done) -> Acted {
        let Stage { aim, node, source, desk, job, notes, .. } = stage;
        let target = aim.window.key.handle;
        let changed = self.changed(desk, Some(target), done.means);
        let in_front = changed.foreground.as_ref().is_some_and(|window| window.key.handle == target);
        // What it was done to may be gone, and the focus unreadable: neither makes the act undone.
        let element = node.map(|node| source.read(&node.key, job).ok().flatten().unwrap_or(node));
        let focused = if in_front { source.focused(aim.window, job).ok().flatten() } else { None };
        let is_news = |node: &Node| done.verb == Some(ElementVerb::Focus) || had.as_ref() != Some(&node.key);
        Acted {
            element,
            verb: done.verb,
            point: done.point,
            focused: focused.filter(is_news),
            read_back: done.read_back,
            notes,
            ..changed
        }
    }

    /// Lets the desktop settle, and the window that was acted on, and tells which windows came, went or came forward.
    pub(crate) fn changed(self, desk: &dyn Desk, window: Option<u64>, means: Means) -> Acted {
        let look = settle(desk, window);
        let were: HashSet<u64> = self.windows.iter().map(|window| window.key.handle).collect();
        let are: HashSet<u64> = look.tops.iter().copied().collect();
        let opened =
            look.tops.iter().filter(|top| !were.contains(top)).filter_map(|top| desk.info(*top)).collect();
        let closed = self.windows.into_iter().filter(|window| !are.contains(&window.key.handle)).collect();
        Acted {
            means,
            element: None,
            verb: None,
            point: None,
            foreground: desk.info(look.foreground),
            foreground_changed: look.foreground != self.foreground,
            focused: None,
            opened,
            closed,
            read_back: None,
            clipboard: None,
            pid: None,
            notes: Vec::new(),
        }
    }
}

/// Waits until the target has dealt with what it was sent and two looks are the same.
///
/// An answer to a message comes only when the target is done with what it was at, or waits inside a dialog of its
/// own; asking before each look sees what a click has opened even where that took its time.
fn settle(desk: &dyn Desk, window: Option<u64>) -> Look {
    let until = Instant::now() + SETTLE;
    let mut last: Option<Look> = None;
    loop {
        let answers = |window| desk.answers(window, Duration::from_millis(100));
        let answered = window.is_none_or(answers);
        let now = Look::at(desk);
        // One that is still at it may open something yet, and so may the window that is in front after it is gone.
        let is_gone = window.is_some_and(|window| !now.tops.contains(&window));
        let settled = answered || is_gone && (now.foreground == 0 || answers(now.foreground));
        if last.is_some_and(|last| settled && last == now) || Instant::now() >= until {
            return now;
        }
        last = Some(now);
        desk.pause(GAP);
    }
}
