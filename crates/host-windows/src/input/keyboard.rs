//! Key combinations and text.

use std::time::{Duration, Instant};

use model::{
    Fault,
    keys::{Chord, Key, NamedKey},
};

use super::{
    chord::{self, unit_events},
    event::{Event, Vk},
    go_on,
    hands::{Hands, Held},
    hold, rest, wait_until_free, wait_until_seen,
};
use crate::source::Job;

/// How long a combination may take to reach the target. Some never do: the system or another program takes them.
const CHORD_PATIENCE: Duration = Duration::from_millis(150);

/// How long the first chunk may take before the marker counts as swallowed by the target.
const MARKER_PATIENCE: Duration = Duration::from_secs(2);

/// How long a chunk is given where nothing tells when it was taken: 2 ms a character.
const BLIND_PACE: Duration = Duration::from_millis(64);

/// Presses a combination: down, and up once the target has seen it go down; then waits until it has seen that too.
///
/// # Errors
/// `FORBIDDEN_KEYS`, `NOT_SUPPORTED_BY_TARGET` for a key that its layout lacks, `TIMEOUT` where a person holds a
/// modifier, `NO_INTERACTIVE_DESKTOP`, `CANCELLED`. Nothing was pressed, except after `CANCELLED` perhaps.
pub fn press(hands: &mut (impl Hands + ?Sized), chord: Chord, job: &Job) -> Result<(), Fault> {
    chord::refuse_forbidden(chord)?;
    let keys = chord::keys(chord, |c| hands.key_for(c))?;
    // A modifier pressed for itself is the way to free one that hangs, so it does not wait for it to come free.
    if !matches!(chord.key, Key::Named(NamedKey::Ctrl | NamedKey::Alt | NamedKey::Shift)) {
        wait_until_free(hands, Vk::MODIFIERS.into_iter(), job)?;
    }
    let (watched, downs, mut ups) = match keys {
        chord::Keys::Held(_, key) => (key, vec![Event::KeyDown(key)], vec![Event::KeyUp(key)]),
        chord::Keys::Typed(c) => {
            let mut text = text_events(c.encode_utf8(&mut [0; 4]));
            text.push(Event::KeyDown(Vk::MARKER));
            (Vk::MARKER, text, vec![Event::KeyUp(Vk::MARKER)])
        }
    };
    ups.extend(keys.modifiers().rev().map(Event::KeyUp));
    let mut held = Held::new(hands);
    hold(&mut held, keys.modifiers(), job)?;
    held.play(&downs)?;
    wait_until_seen(held.hands(), watched, true, CHORD_PATIENCE, job)?;
    held.play(&ups)?;
    wait_until_seen(held.hands(), watched, false, CHORD_PATIENCE, job)?;
    Ok(())
}

/// Types text chunk by chunk.
#[derive(Debug)]
pub struct Typist<'a, H: Hands + ?Sized> {
    held: Held<'a, H>,
    /// The marker is down: each chunk turns it round.
    marked: bool,
    marker: Marker,
}

/// Whether the target's taking of the marker can be seen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Marker {
    /// Not yet known.
    Untried,
    /// It was seen.
    Seen,
    /// It cannot be, or the first one was not for long: the target swallows it.
    Unseen,
}

impl<'a, H: Hands + ?Sized> Typist<'a, H> {
    /// Types with these hands.
    pub fn new(hands: &'a mut H) -> Self {
        let marker = if hands.seen_down(Vk::MARKER).is_some() { Marker::Untried } else { Marker::Unseen };
        Self { held: Held::new(hands), marked: false, marker }
    }

    /// Types one chunk; line breaks are Enter, tabs are Tab. Does not wait for it to arrive.
    ///
    /// # Errors
    /// `TIMEOUT` where a person holds a modifier, `CANCELLED`, `NO_INTERACTIVE_DESKTOP`.
    pub fn send(&mut self, chunk: &str, job: &Job) -> Result<(), Fault> {
        wait_until_free(self.held.hands(), Vk::MODIFIERS.into_iter(), job)?;
        let mut events = text_events(chunk);
        if self.marker != Marker::Unseen {
            self.marked = !self.marked;
            events.push(if self.marked { Event::KeyDown(Vk::MARKER) } else { Event::KeyUp(Vk::MARKER) });
        }
        let played = self.held.play(&events);
        events.fill(Event::UnitUp(0)); // what was typed need not lie around
        played
    }

    /// Waits until the target has taken the chunk that was sent last.
    ///
    /// # Errors
    /// `CANCELLED` or `TIMEOUT`, with that chunk still on its way.
    pub fn wait(&mut self, job: &Job) -> Result<(), Fault> {
        let hands = self.held.hands();
        let at_most = match self.marker {
            Marker::Seen => job.deadline.saturating_duration_since(Instant::now()),
            Marker::Untried => MARKER_PATIENCE,
            Marker::Unseen => return rest(hands, BLIND_PACE, job),
        };
        self.marker = if wait_until_seen(hands, Vk::MARKER, self.marked, at_most, job)? {
            Marker::Seen
        } else {
            go_on(job)?;
            Marker::Unseen
        };
        Ok(())
    }
}

/// The events that type a text.
fn text_events(text: &str) -> Vec<Event> {
    let mut events = Vec::with_capacity(text.len() * 2 + 1);
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '\r' | '\n' => {
                if c == '\r' {
                    chars.next_if_eq(&'\n');
                }
                events.extend([Event::KeyDown(Vk::ENTER), Event::KeyUp(Vk::ENTER)]);
            }
            '\t' => events.extend([Event::KeyDown(Vk::TAB), Event::KeyUp(Vk::TAB)]),
            c => events.extend(c.encode_utf16(&mut [0; 2]).iter().flat_map(|unit| unit_events(*unit))),
        }
    }
    events
}

#[cfg(test)]
mod tests {
    use model::Code;

    use super::*;
    use crate::input::{chunks, fake::Fake};

    fn type_all(fake: &mut Fake, text: &str, job: &Job) -> Result<(), Fault> {
        let mut typist = Typist::new(fake);
        for chunk in chunks(text) {
            typist.send(chunk, job)?;
            typist.wait(job)?;
        }
        Ok(())
    }

    #[test]
    fn text_arrives_exactly_with_line_breaks_and_tabs_as_keys() {
        let mut fake = Fake::default();
        let text = "Zoë 😀 שלום e\u{301}\r\nb\tc\n";
        type_all(&mut fake, text, &Fake::job()).unwrap();
        assert_eq!(fake.received(), "Zoë 😀 שלום e\u{301}<Enter>b<Tab>c<Enter>");
        assert_eq!(fake.pressed(), []);
    }

    #[test]
    fn no_chunk_is_sent_before_the_last_one_was_taken() {
        let mut fake = Fake { slow: true, ..Fake::default() };
        type_all(&mut fake, &"x".repeat(100), &Fake::job()).unwrap();
        assert_eq!(fake.received().len(), 100);
        assert!(fake.most_waiting.get() <= 32 * 2 + 1, "{:?}", fake.most_waiting);
    }

    #[test]
    fn a_cancel_lets_at_most_one_chunk_arrive_and_nothing_stays_pressed() {
        let job = Fake::job();
        let mut fake = Fake { slow: true, cancel_after: Some((40, job.clone())), ..Fake::default() };
        let fault = type_all(&mut fake, &"x".repeat(1000), &job).unwrap_err();
        assert_eq!(fault.code, Code::Cancelled);
        fake.take_all();
        assert_eq!(fake.received().len(), 64);
        assert_eq!(fake.pressed(), []);
    }

    #[test]
    fn a_target_that_swallows_the_marker_still_gets_the_text() {
        let mut fake = Fake { swallows_marker: true, ..Fake::default() };
        let start = Instant::now();
        type_all(&mut fake, &"x".repeat(70), &Fake::job()).unwrap();
        assert_eq!(fake.received().len(), 70);
        assert!(start.elapsed() >= MARKER_PATIENCE + BLIND_PACE * 2);
    }

    #[test]
    fn nothing_is_typed_while_a_person_holds_ctrl() {
        let mut fake = Fake { person_holds: vec![Vk::CTRL], ..Fake::default() };
        let fault = type_all(&mut fake, "x", &Fake::job()).unwrap_err();
        assert_eq!(fault.code, Code::Timeout);
        assert!(fault.message.contains("`Ctrl`"), "{fault}");
        assert_eq!(fake.played, []);
        assert!(fake.person_holds.contains(&Vk::CTRL));
    }

    #[test]
    fn a_combination_comes_up_after_it_was_seen_to_go_down() {
        let mut fake = Fake { slow: true, ..Fake::default() };
        press(&mut fake, "Ctrl+Shift+S".parse().unwrap(), &Fake::job()).unwrap();
        assert_eq!(fake.strokes, 3, "what is held, the key, and all up again");
        assert_eq!(fake.pressed(), []);
    }

    #[test]
    fn a_combination_that_the_system_takes_for_itself_does_not_hold_up_the_call() {
        let mut fake = Fake { deaf: true, ..Fake::default() };
        press(&mut fake, "Win+R".parse().unwrap(), &Fake::job()).unwrap();
        assert!(fake.paused.get() < Duration::from_millis(400));
    }

    #[test]
    fn forbidden_combinations_play_nothing() {
        let mut fake = Fake::default();
        for chord in ["Win+L", "Ctrl+Alt+Delete"] {
            let fault = press(&mut fake, chord.parse().unwrap(), &Fake::job()).unwrap_err();
            assert_eq!(fault.code, Code::ForbiddenKeys);
        }
        assert_eq!(fake.played, []);
    }

    #[test]
    fn what_the_system_took_only_half_is_released() {
        let mut fake = Fake { takes_at_most: Some(1), ..Fake::default() };
        let fault = press(&mut fake, "Ctrl+Shift+S".parse().unwrap(), &Fake::job()).unwrap_err();
        assert_eq!(fault.code, Code::NoInteractiveDesktop);
        assert_eq!(fake.pressed(), []);
    }

    #[test]
    fn a_panic_in_the_middle_releases_everything() {
        let mut fake = Fake::default();
        let panicked = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
            let mut held = Held::new(&mut fake);
            held.play(&[Event::KeyDown(Vk::CTRL), Event::KeyDown(Vk(0x41))]).unwrap();
            panic!("on purpose");
        }));
        assert!(panicked.is_err());
        assert_eq!(fake.pressed(), []);
        assert_eq!(fake.played.last(), Some(&Event::KeyUp(Vk::CTRL)), "in reverse order");
    }
}
