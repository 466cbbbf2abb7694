//! What the last look at a window leaves to the next one.
//!
//! Guarantees: nothing is taken from it that could have changed unseen: not what the system tells of a control, but for
//! what cannot change without an event, and not what the control itself answers, but for the few answers whose every
//! change comes with an event.

use std::{collections::HashMap, sync::Arc};

use windows::Win32::UI::WindowsAndMessaging::{BM_GETCHECK, LB_GETTEXT};

use super::{
    ask::{Answer, Question},
    control::Control,
    kind::Kind,
    watch::{Moment, Watch},
};

/// What was seen of a window's controls.
#[derive(Debug)]
pub(super) struct Kept {
    watch: Arc<Watch>,
    /// When it was seen, or just before.
    then: Moment,
    seen: HashMap<u64, Seen>,
}

/// What was seen of a control that is shown.
#[derive(Debug)]
struct Seen {
    class: String,
    parent: u64,
    style: u32,
    answers: HashMap<Question, Answer>,
}

impl Kept {
    /// Keeps what is read from now on; `None` where no events can be had.
    pub(super) fn begin() -> Option<Self> {
        let watch = Watch::shared()?;
        let then = watch.now()?;
        Some(Self { watch, then, seen: HashMap::new() })
    }

    /// Forgets all that may have changed: what is left is as it was.
    pub(super) fn go_on(mut self) -> Option<Self> {
        let now = self.watch.now()?;
        let (watch, then) = (&self.watch, self.then);
        self.seen.retain(|control, _| watch.is_as_at(*control, then));
        self.then = now;
        Some(self)
    }

    /// Class and parent of a control, as far as they are known.
    pub(super) fn place(&self, control: u64) -> Option<(&str, u64)> {
        self.seen.get(&control).map(|seen| (seen.class.as_str(), seen.parent))
    }

    /// What a control is known to answer.
    pub(super) fn answers(&self, control: &Control) -> impl Iterator<Item = (Question, Answer)> {
        let seen = self.seen.get(&control.handle).filter(|seen| seen.style == control.style);
        let all = seen.into_iter().flat_map(|seen| &seen.answers);
        let known = all.filter(|(question, _)| self.tells(control, **question));
        known.map(|(question, answer)| (*question, answer.clone()))
    }

    /// Whether every change of this answer comes with an event: for a button that is checked the system promises it,
    /// for the texts of a list's entries it has been tried. (Which entry is chosen does not, nor how many there are.)
    fn tells(&self, control: &Control, question: Question) -> bool {
        let is_plain = |class: &str| control.class.eq_ignore_ascii_case(class);
        match control.kind {
            Kind::Check | Kind::Radio => question.message == BM_GETCHECK && is_plain("Button"),
            Kind::ListBox => {
                question.message == LB_GETTEXT && is_plain("ListBox") && self.watch.tells_of_entries
            }
            _ => false,
        }
    }

    /// Keeps what was seen now.
    pub(super) fn keep<'c>(
        &mut self,
        controls: impl Iterator<Item = (&'c Control, u64)>,
        mut answers: HashMap<u64, HashMap<Question, Answer>>,
    ) {
        for (control, parent) in controls {
            let answers = answers.remove(&control.handle).unwrap_or_default();
            let seen = Seen { class: control.class.clone(), parent, style: control.style, answers };
            self.seen.insert(control.handle, seen);
        }
    }
}
