//! Acting on a target that was judged and found again: by its own pattern or control message first, by keyboard and
//! mouse where it has none; and what that changed.
//!
//! Untrusted: the target and everything else on the desktop, which may change between any two calls.
//! Guarantees: the pointer presses only where the target itself is in front; keys and text go out only while the
//! judged window has the keyboard, looked at before each combination and each chunk; a fault says what was done
//! before it; windows of winwarden itself and elevated ones are refused here a second time.
//! Does not: judge anything, or close the moment between the last look and the input (nothing on Windows can).
//!
//! Two single clicks of two calls at one place within the double-click time are a double click to the target, as
//! they would be from a hand.

pub(crate) mod change;
mod click;
mod desk;
mod element;
#[cfg(windows)]
mod lock;
mod pointing;
mod reach;
mod read_back;
mod stage;
#[cfg(windows)]
mod system;
mod typing;

#[cfg(windows)]
pub(crate) use crate::system::{TopLevel, shown};
pub use desk::{Desk, Spot, Stance};
pub use read_back::compare;
#[cfg(windows)]
pub use system::SystemDesk;

use model::{
    Acted, Button, Code, Direction, ElementVerb, Fault, Means, Point, ReadBack, SecretText, TypeMode,
    WindowInfo,
    keys::{Chord, Modifiers},
    ui::{ElementKey, Node},
};

use self::{change::Before, stage::Stage};
use crate::{
    input::go_on,
    source::{Job, Source},
};

/// What is acted on: found again and compared with what was judged, just now.
#[derive(Debug, Clone)]
pub struct Aim<'a> {
    /// The top-level window.
    pub window: &'a WindowInfo,
    /// The element; for a point, what lies there; none for the window as a whole.
    pub node: Option<Node>,
    /// The point that the caller named, physical pixels.
    pub point: Option<Point>,
}

/// What is done.
#[derive(Debug, Clone)]
pub enum Action<'a> {
    /// Click it.
    Click {
        /// With which button.
        button: Button,
        /// How often, 1 to 3.
        count: u8,
        /// Keys held meanwhile.
        modifiers: Modifiers,
    },
    /// Type text into it.
    Type {
        /// The text.
        text: &'a SecretText,
        /// What becomes of the text that is there.
        mode: TypeMode,
        /// Press Enter afterwards.
        submit: bool,
    },
    /// Press key combinations, one after the other.
    Keys(&'a [Chord]),
    /// Scroll it by so many notches of the wheel.
    Scroll(Direction, u32),
    /// Press here, move, release there.
    Drag {
        /// Where to release.
        to: &'a Aim<'a>,
        /// Which button.
        button: Button,
        /// Keys held meanwhile.
        modifiers: Modifiers,
    },
    /// Move the pointer there.
    Move,
    /// Use its own pattern, with a value for `set_value`.
    Element(ElementVerb, Option<&'a SecretText>),
}

/// What was done, before it is known what changed.
#[derive(Debug, Clone, Copy)]
struct Done {
    means: Means,
    verb: Option<ElementVerb>,
    point: Option<Point>,
    read_back: Option<ReadBack>,
}

impl Done {
    const fn by(means: Means) -> Self {
        Self { means, verb: None, point: None, read_back: None }
    }

    const fn at(point: Point) -> Self {
        Self { point: Some(point), ..Self::by(Means::Input) }
    }
}

/// Does it, lets the desktop settle (at most 300 ms), and tells what changed.
///
/// # Errors
/// `OWN_WINDOW` and `ELEVATED_TARGET`; `ELEMENT_DISABLED`; `OBSCURED` where something lies in front, naming it;
/// `WRONG_WINDOW` where another window has, or takes, the keyboard or the point; `NOT_SUPPORTED_BY_TARGET`;
/// `STALE_ELEMENT` where the target went away; `FORBIDDEN_KEYS`; `TIMEOUT` where time is up or a person holds a key
/// or button; `TARGET_NOT_RESPONDING`, `CANCELLED`, `NO_INTERACTIVE_DESKTOP`. What was done before the fault stands
/// in its message.
pub fn perform(
    action: &Action<'_>,
    aim: &Aim<'_>,
    source: &mut dyn Source,
    desk: &mut dyn Desk,
    job: &Job,
) -> Result<Acted, Fault> {
    go_on(job)?;
    desk.refuse_forbidden(aim.window)?;
    let before = Before::look(desk);
    let had = keyboard_before(action, aim, source, desk, job)?;
    let mut stage = Stage::new(aim, source, desk, job);
    let done = match *action {
        Action::Click { button, count, modifiers } => click::click(&mut stage, button, count, modifiers),
        Action::Type { text, mode, submit } => typing::type_text(&mut stage, text, mode, submit),
        Action::Keys(chords) => typing::press_keys(&mut stage, chords),
        Action::Scroll(direction, amount) => pointing::scroll(&mut stage, direction, amount),
        Action::Drag { to, button, modifiers } => pointing::drag(&mut stage, to, button, modifiers),
        Action::Move => pointing::move_pointer(&mut stage),
        Action::Element(verb, value) => element::act(&mut stage, verb, value),
    };
    match done {
        Ok(done) => Ok(before.acted(had, stage, done)),
        Err(fault) => Err(fault.after(&stage.steps)),
    }
}

/// The element of the target that has the keyboard before the act, as far as that can be told: only another one is news
/// afterwards.
fn keyboard_before(
    action: &Action<'_>,
    aim: &Aim<'_>,
    source: &mut dyn Source,
    desk: &dyn Desk,
    job: &Job,
) -> Result<Option<ElementKey>, Fault> {
    if matches!(action, Action::Move) || desk.foreground() != aim.window.key.handle {
        return Ok(None);
    }
    match source.focused(aim.window, job) {
        // Its time is gone: nothing has been done, and nothing could be.
        Err(fault) if fault.code == Code::TargetNotResponding => Err(fault),
        told => Ok(told.ok().flatten().map(|node| node.key)),
    }
}

#[cfg(test)]
mod fake;
#[cfg(test)]
mod tests;
