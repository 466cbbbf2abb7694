//! Which button a person pressed, told from what programs pretend.
//!
//! A press is noted as the hooks hear it from a device. It makes one button count, once, for a moment.

use std::time::{Duration, Instant};

/// How long after a press its button may say so.
const FRESH: Duration = Duration::from_millis(200);

/// What a button is pressed with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum With {
    Pointer,
    Space,
    Enter,
}

/// A button that says it was pressed.
#[derive(Debug, Clone, Copy)]
pub(super) struct Button {
    pub control: u64,
    /// The top-level window it is in.
    pub window: u64,
    /// It has the keyboard.
    pub focused: bool,
    /// Since when it takes presses.
    pub armed: Instant,
}

/// The last press by a person.
#[derive(Debug, Default)]
pub(super) struct Presses(Option<Press>);

#[derive(Debug)]
struct Press {
    with: With,
    /// The control under the pointer, or the window in the foreground.
    at: u64,
    began: Instant,
    last: Instant,
    up: bool,
}

impl Presses {
    /// Something went down, or repeats.
    pub fn down(&mut self, with: With, at: u64, now: Instant) {
        match &mut self.0 {
            Some(press) if press.with == with && press.at == at && !press.up => press.last = now,
            other => *other = Some(Press { with, at, began: now, last: now, up: false }),
        }
    }

    /// Something came up. Where it went down elsewhere, nothing was pressed.
    pub fn up(&mut self, with: With, at: u64, now: Instant) {
        match &mut self.0 {
            Some(press) if press.with == with && press.at == at => (press.last, press.up) = (now, true),
            other => *other = None,
        }
    }

    /// A program pressed or released something: nothing that a person began before counts any more.
    pub fn injected(&mut self) {
        self.0 = None;
    }

    /// Whether a person pressed this button just now. What is asked for is used up.
    pub fn take(&mut self, button: Button, now: Instant) -> bool {
        self.0.take().is_some_and(|press| {
            let there = match press.with {
                With::Pointer => press.up && press.at == button.control,
                With::Space => press.up && press.at == button.window && button.focused,
                With::Enter => press.at == button.window && button.focused,
            };
            there && press.began >= button.armed && now.saturating_duration_since(press.last) <= FRESH
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const CONTROL: u64 = 7;
    const WINDOW: u64 = 1;

    struct Case {
        start: Instant,
        presses: Presses,
    }

    impl Case {
        fn new() -> Self {
            Self { start: Instant::now(), presses: Presses::default() }
        }

        fn at(&self, milliseconds: u64) -> Instant {
            self.start + Duration::from_millis(milliseconds)
        }

        fn click(&mut self, with: With, at: u64, from: u64, until: u64) {
            let (from, until) = (self.at(from), self.at(until));
            self.presses.down(with, at, from);
            self.presses.up(with, at, until);
        }

        /// Whether the button, on since 700 ms, is taken at `now`.
        fn takes(&mut self, focused: bool, now: u64) -> bool {
            let button = Button { control: CONTROL, window: WINDOW, focused, armed: self.at(700) };
            self.presses.take(button, self.at(now))
        }
    }

    #[test]
    fn a_press_makes_its_button_count_once() {
        let mut case = Case::new();
        case.click(With::Pointer, CONTROL, 800, 900);
        assert!(case.takes(false, 950));
        assert!(!case.takes(false, 951));
        for with in [With::Space, With::Enter] {
            case.click(with, WINDOW, 800, 900);
            assert!(case.takes(true, 950), "{with:?}");
        }
    }

    #[test]
    fn no_press_or_one_that_is_old_makes_nothing_count() {
        let mut case = Case::new();
        assert!(!case.takes(true, 900));
        case.click(With::Pointer, CONTROL, 800, 900);
        assert!(!case.takes(true, 1101));
    }

    #[test]
    fn a_press_that_began_before_the_button_was_on_does_not_count_however_late_it_ends() {
        for (with, at) in [(With::Pointer, CONTROL), (With::Space, WINDOW), (With::Enter, WINDOW)] {
            let mut case = Case::new();
            let repeat = case.at(720);
            case.presses.down(with, at, case.start);
            case.presses.down(with, at, repeat);
            let end = case.at(750);
            case.presses.up(with, at, end);
            assert!(!case.takes(true, 760), "{with:?}");
        }
    }

    #[test]
    fn a_press_elsewhere_or_of_a_button_without_the_keyboard_does_not_count() {
        let mut case = Case::new();
        case.click(With::Pointer, CONTROL + 1, 800, 900);
        assert!(!case.takes(true, 950));
        case.click(With::Space, WINDOW + 1, 800, 900);
        assert!(!case.takes(true, 950));
        case.click(With::Enter, WINDOW, 800, 900);
        assert!(!case.takes(false, 950));
        let (down, up) = (case.at(800), case.at(900));
        case.presses.down(With::Pointer, CONTROL + 1, down); // pressed beside it and dragged onto it
        case.presses.up(With::Pointer, CONTROL, up);
        assert!(!case.takes(true, 950));
        case.presses.down(With::Pointer, CONTROL, down); // not released yet
        assert!(!case.takes(true, 850));
    }

    #[test]
    fn a_program_that_meddles_undoes_the_press() {
        let mut case = Case::new();
        case.click(With::Pointer, CONTROL, 800, 900);
        case.presses.injected();
        assert!(!case.takes(true, 910));
        let (down, up) = (case.at(900), case.at(910));
        case.presses.down(With::Space, WINDOW, down);
        case.presses.injected();
        case.presses.up(With::Space, WINDOW, up);
        assert!(!case.takes(true, 920));
    }
}
