//! What the last look at a window leaves to the next one.
//!
//! Guarantees: nothing is taken from it that could have changed unseen. What the system tells of a control is always
//! asked anew, but for what cannot change without an event. What only the control tells is asked again, too (all at
//! once, for the questions are known), but for the few answers whose every change comes with an event.

use std::{
    collections::HashMap,
    panic::resume_unwind,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    thread,
};

use windows::Win32::UI::WindowsAndMessaging::{BM_GETCHECK, LB_GETTEXT};

use super::{
    ask::{Answer, Ask, Question},
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

    /// What a control answered, asked again where that may have changed unseen; nothing where it is not known.
    pub(super) fn answers(&self, control: &Control, ask: &Ask<'_>) -> Vec<(Question, Answer)> {
        let Some(seen) = self.seen.get(&control.handle).filter(|seen| seen.style == control.style) else {
            return Vec::new();
        };
        let again = |(question, answer): (&Question, &Answer)| {
            let answer = if self.tells(control, *question) {
                answer.clone()
            } else if control.kind == Kind::Rich {
                return None; // it may hide its text by now, which its style does not tell
            } else {
                ask.again(control.handle, *question, answer)?
            };
            Some((*question, answer))
        };
        seen.answers.iter().filter_map(again).collect()
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

/// Threads that look at one window at once, and how many controls each takes at a time. Looking is waiting, for the
/// system or for the window's own thread.
const EYES: usize = 4;
const GLANCE: usize = 32;

/// Does `look` for a few of all, then for the next few, on several threads where it is worth it; what each gave, in
/// order.
pub(super) fn all_at_once<T: Send>(all: &[u64], look: impl Fn(&[u64]) -> Vec<T> + Sync) -> Vec<T> {
    let next = AtomicUsize::new(0);
    let some = || {
        let mut done = Vec::new();
        loop {
            let from = next.fetch_add(GLANCE, Ordering::Relaxed);
            let Some(part) = all.get(from..all.len().min(from.saturating_add(GLANCE))) else { break };
            if part.is_empty() {
                break;
            }
            done.push((from, look(part)));
        }
        done
    };
    let others = (all.len() / (2 * GLANCE)).min(EYES - 1);
    let mut done = thread::scope(|scope| {
        let start = || thread::Builder::new().name("eye".to_owned()).spawn_scoped(scope, some).ok();
        let started: Vec<_> = (0..others).filter_map(|_| start()).collect();
        let mut done = some();
        for eye in started {
            done.extend(eye.join().unwrap_or_else(|panic| resume_unwind(panic)));
        }
        done
    });
    done.sort_unstable_by_key(|(from, _)| *from);
    done.into_iter().flat_map(|(_, part)| part).collect()
}
