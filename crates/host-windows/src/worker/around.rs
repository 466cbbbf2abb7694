//! What a press may mean beyond the element that it names: the dialog's question, the focused and the default button.
//!
//! Untrusted: what a dialog says, and that it answers at all.
//! Guarantees: it costs a bounded time, and only calls that press something; that a dialog could not be read whole is told.
//! Does not: notice that a dialog says something else by the time of the act.

use std::time::{Duration, Instant};

use gate::Presses;
use model::{
    Around, WindowInfo,
    ui::{Node, Role},
};

use super::{again::Found, element_facts, machine::Machine};
use crate::{
    source::{Glance, Job, Source, WindowSource, default_button},
    system,
};

/// How long a dialog may take to tell what it says.
const PATIENCE: Duration = Duration::from_millis(300);

impl Machine {
    /// What is known around a target that is to be pressed.
    pub(super) fn around(&self, found: &Found, presses: Presses, job: &Job) -> Around {
        let presses = presses.on(found.node.as_ref().map(|node| node.role));
        let is_button = |node: &Node| matches!(node.role, Role::Button | Role::SplitButton);
        let concerned = match presses {
            Presses::Nothing => false,
            Presses::Target => found.node.as_ref().is_some_and(is_button),
            Presses::Keyboard | Presses::Typing => true,
        };
        let dialog = concerned && system::is_dialog(found.info.key.handle, &found.info.class);
        if !concerned || found.facts.process.own || (presses == Presses::Target && !dialog) {
            return Around::default();
        }
        let (window, job) = (
            found.info.clone(),
            Job { deadline: job.deadline.min(Instant::now() + PATIENCE), ..job.clone() },
        );
        let look =
            move |source: &mut WindowSource, job: &Job| Ok(read(source, &window, presses, dialog, job));
        self.at_window(&found.info, &job, look).unwrap_or(Around { unread: dialog, ..Around::default() })
    }
}

fn read(source: &mut WindowSource, window: &WindowInfo, presses: Presses, dialog: bool, job: &Job) -> Around {
    let keyboard = presses == Presses::Keyboard;
    let focused = keyboard.then(|| source.focused(window, job).ok().flatten()).flatten();
    Around {
        focused: focused.as_ref().map(element_facts),
        default: keyboard.then(|| default_button(window.key)).flatten(),
        ..if dialog { says(source, window, job) } else { Around::default() }
    }
}

/// What a dialog says.
fn says(source: &mut WindowSource, window: &WindowInfo, job: &Job) -> Around {
    let Glance { nodes, controls, drawn } = source.glance(window, job);
    let says = |node: &Node| {
        matches!(node.role, Role::Text | Role::Document) || (node.role == Role::Edit && node.states.read_only)
    };
    let said = nodes.into_iter().filter(|node| says(node) && !node.states.offscreen && !node.states.password);
    let mut whole = controls && drawn;
    let mut texts = Vec::new();
    // One more than is kept tells that there are more.
    for node in said.take(Around::TEXTS + 1) {
        let value = source.whole_value(&node, job);
        whole &= value.is_some();
        texts.extend([Some(node.name), value.or(node.value)].into_iter().flatten());
    }
    let around = Around::saying(texts);
    Around { unread: around.unread || !whole, ..around }
}
