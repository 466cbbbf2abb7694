//! The port to keyboard and mouse, and the guard that lets nothing stay pressed.

use std::time::Duration;

use model::{Code, Fault};

use super::event::{Down, Event, Vk};

/// Keyboard and mouse of the session, aimed at the thread that owns the window with the keyboard.
pub trait Hands {
    /// Plays the events in one go, nothing in between, and gives the number that the system took.
    fn play(&mut self, events: &[Event]) -> usize;

    /// Whether a key or button is down, as the keyboard and mouse themselves are now.
    fn is_down(&self, vk: Vk) -> bool;

    /// Whether a key or button is down as the target's own thread knows it, which is as of the input that the thread
    /// has taken from its queue so far; nothing where that cannot be read.
    fn seen_down(&self, vk: Vk) -> Option<bool>;

    /// Which key types a character on the target's layout, and what must be held for it.
    fn key_for(&self, c: char) -> Option<(Vk, Shifts)>;

    /// Lets a little time pass.
    fn pause(&self, time: Duration);
}

/// What is held for a character.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Shifts {
    /// Shift.
    pub shift: bool,
    /// Ctrl.
    pub ctrl: bool,
    /// Alt; with Ctrl it is `AltGr`.
    pub alt: bool,
}

/// Plays events and keeps track of what they left down; dropped, it brings all of that up again, in reverse order.
///
/// That holds on every way out: an error, a cancel, a deadline, a panic. Only what this guard pressed is released,
/// never what a person holds.
#[derive(Debug)]
pub struct Held<'a, H: Hands + ?Sized> {
    hands: &'a mut H,
    down: Vec<Down>,
}

impl<'a, H: Hands + ?Sized> Held<'a, H> {
    /// Nothing is down yet.
    pub const fn new(hands: &'a mut H) -> Self {
        Self { hands, down: Vec::new() }
    }

    /// Plays the events.
    ///
    /// # Errors
    /// `NO_INTERACTIVE_DESKTOP` where the system took only part of them, or none; the message says how many.
    pub fn play(&mut self, events: &[Event]) -> Result<(), Fault> {
        if events.is_empty() {
            return Ok(());
        }
        let taken = self.hands.play(events);
        for event in events.iter().take(taken) {
            if let Some(pressed) = event.presses() {
                self.down.push(pressed);
            }
            if let Some(released) = event.releases()
                && let Some(at) = self.down.iter().rposition(|down| *down == released)
            {
                self.down.remove(at);
            }
        }
        if taken == events.len() {
            return Ok(());
        }
        let message = format!("the system took {taken} of {} input events", events.len());
        Err(Fault::new(Code::NoInteractiveDesktop, message)
            .hint("another desktop may be shown, or the target may not be operated from here; see `status`"))
    }

    /// The hands, to look at.
    #[must_use]
    pub const fn hands(&self) -> &H {
        self.hands
    }
}

impl<H: Hands + ?Sized> Drop for Held<'_, H> {
    fn drop(&mut self) {
        for _ in 0..3 {
            let releases: Vec<Event> = self.down.iter().rev().map(|down| down.release()).collect();
            if releases.is_empty() || self.play(&releases).is_ok() {
                return;
            }
            self.hands.pause(Duration::from_millis(5));
        }
    }
}
