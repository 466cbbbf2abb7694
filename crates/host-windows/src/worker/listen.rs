//! Who tells of changes of what is waited for: the system for windows and classic controls, UI Automation for the rest.

use gate::{Locator, WindowLocator};
use model::{
    WindowInfo,
    ui::{ElementId, ElementKey, Source as Origin, WindowKey},
};

use super::{events::WinEvents, machine::Machine, until::Hearing};
use crate::{
    source::{Bell, Job, Listening},
    wire::Shown,
};

/// They ring until this is dropped.
#[derive(Debug)]
pub(super) struct Tellers {
    _system: WinEvents,
    _automation: Option<Listening>,
}

/// Whether UI Automation is to be listened to.
enum Drawn {
    /// What is waited for has a handle or belongs to something that has one.
    No,
    /// The program draws it, in this window.
    In(WindowKey),
    /// The window is not there, or has not been looked at.
    Unknown,
}

impl Machine {
    /// Has the bell rung when what is waited for may have changed, and says whether that is all that is to be known.
    pub(super) fn listen(
        &self,
        until: &Shown,
        target: Option<&Locator>,
        bell: &Bell,
        job: &Job,
    ) -> (Hearing, Option<Tellers>) {
        let nothing = (Hearing::Part, None);
        let Some(target) = target else { return nothing };
        let locator = window_of(target);
        let window = self.top(&locator).ok().map(|(info, _)| info);
        let drawn = match until {
            Shown::WindowExists | Shown::WindowGone => Drawn::No,
            Shown::Exists | Shown::Gone | Shown::Enabled | Shown::Text { .. } => {
                self.drawn(target, window.as_ref(), job)
            }
            Shown::Idle | Shown::Passed(_) => return nothing, // a change does not end these
        };
        let process = match locator {
            WindowLocator::Key(key) => Some(key.pid),
            // Another process's window may come to be it.
            WindowLocator::Title(_) | WindowLocator::Foreground => None,
        };
        let lives = window.map(|window| window.key.pid);
        let Some(system) = WinEvents::of(process, lives, bell.ring()) else { return nothing };
        let (hearing, automation) = match drawn {
            Drawn::No => (Hearing::All, None),
            Drawn::Unknown => (Hearing::Part, None),
            Drawn::In(window) => match Listening::to(window, bell.ring()) {
                Some(listening) if listening.added => (Hearing::All, Some(listening)),
                listening => (Hearing::Part, listening),
            },
        };
        // Not every control tells of every text that it shows.
        let hearing = if matches!(until, Shown::Text { .. }) { Hearing::Part } else { hearing };
        (hearing, Some(Tellers { _system: system, _automation: automation }))
    }

    fn drawn(&self, target: &Locator, window: Option<&WindowInfo>, job: &Job) -> Drawn {
        let window = match (target, window) {
            (Locator::Element(node), _) => return drawn_by_key(&node.key),
            (Locator::Selector { .. } | Locator::Window(_), Some(window)) => window,
            (Locator::Selector { .. } | Locator::Window(_), None)
            | (Locator::Point { .. } | Locator::Focus, _) => return Drawn::Unknown,
        };
        match self.at_window(window, job, |source, _| Ok(source.origin())) {
            Ok(Some(Origin::WindowHandles)) => Drawn::No,
            Ok(Some(Origin::UiAutomation | Origin::Both)) => Drawn::In(window.key),
            Ok(None) | Err(_) => Drawn::Unknown,
        }
    }
}

fn drawn_by_key(key: &ElementKey) -> Drawn {
    match key.id {
        ElementId::Handle { .. } | ElementId::Item { .. } => Drawn::No,
        ElementId::Runtime(_) | ElementId::Path(_) => Drawn::In(key.window),
    }
}

/// The window that a target is in.
fn window_of(target: &Locator) -> WindowLocator {
    match target {
        Locator::Element(node) => WindowLocator::Key(node.key.window),
        Locator::Selector { window, selector: _ } | Locator::Window(window) => window.clone(),
        Locator::Point { point: _, expect } => expect.clone(),
        Locator::Focus => WindowLocator::Foreground,
    }
}
