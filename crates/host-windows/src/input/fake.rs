//! Hands that remember what they played, and a target that takes it.

use std::{
    cell::{Cell, RefCell},
    collections::VecDeque,
    sync::{Arc, atomic::AtomicBool},
    time::{Duration, Instant},
};

use super::{Down, Event, Hands, Shifts, Vk};
use crate::source::{Job, Recall};

/// Hands with a target that takes what they play: at once, or an event at every pause.
#[derive(Debug, Default)]
pub(crate) struct Fake {
    /// The target takes one event at each pause only.
    pub(crate) slow: bool,
    /// The target never sees anything.
    pub(crate) deaf: bool,
    /// The target never sees the marker.
    pub(crate) swallows_marker: bool,
    /// The system takes at most so many events of the first stroke.
    pub(crate) takes_at_most: Option<usize>,
    /// After so many events that the target took (presses of typed units, or any where it is not slow) the job is
    /// cancelled.
    pub(crate) cancel_after: Option<(usize, Job)>,
    /// What a person holds.
    pub(crate) person_holds: Vec<Vk>,
    /// All that was played.
    pub(crate) played: Vec<Event>,
    /// In how many strokes.
    pub(crate) strokes: usize,
    /// How long was paused.
    pub(crate) paused: Cell<Duration>,
    /// The most events that ever waited for the target.
    pub(crate) most_waiting: Cell<usize>,
    pub(crate) queue: RefCell<VecDeque<Event>>,
    pub(crate) taken: RefCell<Vec<Event>>,
}

impl Fake {
    /// A job with time enough.
    pub(crate) fn job() -> Job {
        let cancelled = Arc::new(AtomicBool::new(false));
        Job { deadline: Instant::now() + Duration::from_secs(30), cancelled, recall: Recall::Nothing }
    }

    /// What is down by what was played.
    pub(crate) fn pressed(&self) -> Vec<Down> {
        let mut down: Vec<Down> = Vec::new();
        for event in &self.played {
            down.extend(event.presses());
            if let Some(released) = event.releases() {
                down.retain(|other| *other != released);
            }
        }
        down
    }

    /// The text that the target received, keys by name.
    pub(crate) fn received(&self) -> String {
        let mut units = Vec::new();
        for event in self.taken.borrow().iter() {
            match *event {
                Event::UnitDown(unit) => units.push(unit),
                Event::KeyDown(Vk::ENTER) => units.extend("<Enter>".encode_utf16()),
                Event::KeyDown(Vk::TAB) => units.extend("<Tab>".encode_utf16()),
                _ => {}
            }
        }
        String::from_utf16(&units).unwrap()
    }

    /// The target takes all that waits.
    pub(crate) fn take_all(&self) {
        while self.take_one() {}
    }

    fn take_one(&self) -> bool {
        let Some(event) = self.queue.borrow_mut().pop_front() else { return false };
        let mut taken = self.taken.borrow_mut();
        taken.push(event);
        if let Some((after, job)) = &self.cancel_after {
            let count = match self.slow {
                true => taken.iter().filter(|event| matches!(event, Event::UnitDown(_))).count(),
                false => taken.len(),
            };
            if count >= *after {
                job.cancelled.store(true, std::sync::atomic::Ordering::Relaxed);
            }
        }
        true
    }
}

impl Hands for Fake {
    fn play(&mut self, events: &[Event]) -> usize {
        let count = self.takes_at_most.take().unwrap_or(events.len()).min(events.len());
        self.strokes += 1;
        self.played.extend(&events[..count]);
        let mut queue = self.queue.borrow_mut();
        queue.extend(events[..count].iter().filter(|event| {
            !(self.deaf || self.swallows_marker && matches!(event, Event::KeyDown(Vk::MARKER)))
        }));
        self.most_waiting.set(self.most_waiting.get().max(queue.len()));
        drop(queue);
        if !self.slow {
            self.take_all();
        }
        count
    }

    fn is_down(&self, vk: Vk) -> bool {
        self.person_holds.contains(&vk) || self.pressed().contains(&Down::Key(vk))
    }

    fn seen_down(&self, vk: Vk) -> Option<bool> {
        let of = |down: Option<Down>| match down {
            Some(Down::Key(key)) => key == vk,
            Some(Down::Button(button)) => Vk::of_button(button) == vk,
            Some(Down::Unit(_)) | None => false,
        };
        let taken = self.taken.borrow();
        let last = taken.iter().rev().find(|event| of(event.presses()) || of(event.releases()));
        Some(last.is_some_and(|event| event.presses().is_some()))
    }

    fn key_for(&self, c: char) -> Option<(Vk, Shifts)> {
        let upper = c.to_ascii_uppercase();
        upper.is_ascii_alphanumeric().then(|| (Vk(upper as u16), Shifts::default()))
    }

    fn pause(&self, time: Duration) {
        self.paused.set(self.paused.get() + time);
        if self.slow {
            self.take_one();
        }
        if !self.slow {
            std::thread::sleep(time);
        }
    }
}
