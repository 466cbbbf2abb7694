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
    hands::{Hands, Held, Seen},
    rest, wait_until_free, wait_until_seen,
};
use crate::source::Job;

/// How long a combination may take to reach the target. Some never do: the system or another program takes them.
const CHORD_PATIENCE: Duration = Duration::from_millis(150);

/// How long the first chunk may take before the marker counts as swallowed by the target.
const MARKER_PATIENCE: Duration = Duration::from_secs(2);

/// How long a chunk is given where nothing tells when it was taken: 2 ms a character.
const BLIND_PACE: Duration = Duration::from_millis(64);

/// Presses a combination, all of it in one go, and waits until the target has taken it.
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
    let watched = match keys {
        chord::Keys::Held(_, key) => key,
        chord::Keys::Typed(_) => Vk::MARKER,
    };
    let mut events = chord::events(&keys);
    if watched == Vk::MARKER {
        events.extend(MARK);
    }
    let before = hands.seen(watched);
    Held::new(hands).play(&events)?;
    wait_until_seen(hands, watched, before, CHORD_PATIENCE, job)?;
    Ok(())
}

const MARK: [Event; 2] = [Event::KeyDown(Vk::MARKER), Event::KeyUp(Vk::MARKER)];

/// Types text chunk by chunk.
#[derive(Debug)]
pub struct Typist<'a, H: Hands + ?Sized> {
    hands: &'a mut H,
    marker: Marker,
}

/// Whether the target's taking of the marker can be seen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Marker {
    /// Not yet known.
    Untried,
    /// It was seen.
    Seen,
    /// The first one was not seen for long: the target swallows it.
    Swallowed,
}

impl<'a, H: Hands + ?Sized> Typist<'a, H> {
    /// Types with these hands.
    pub const fn new(hands: &'a mut H) -> Self {
        Self { hands, marker: Marker::Untried }
    }

    /// Types one chunk; line breaks are Enter, tabs are Tab. Does not wait for it to arrive.
    ///
    /// # Errors
    /// `TIMEOUT` where a person holds a modifier, `CANCELLED`, `NO_INTERACTIVE_DESKTOP`.
    pub fn send(&mut self, chunk: &str, job: &Job) -> Result<Sent, Fault> {
        wait_until_free(self.hands, Vk::MODIFIERS.into_iter(), job)?;
        let before = match self.marker {
            Marker::Untried | Marker::Seen => self.hands.seen(Vk::MARKER),
            Marker::Swallowed => None,
        };
        let mut events = text_events(chunk);
        if before.is_some() {
            events.extend(MARK);
        }
        let played = Held::new(self.hands).play(&events);
        events.fill(Event::UnitUp(0)); // what was typed need not lie around
        played?;
        Ok(Sent { before })
    }

    /// Waits until the target has taken the chunk that was sent last.
    ///
    /// # Errors
    /// `CANCELLED` or `TIMEOUT`, with that chunk still on its way.
    pub fn wait(&mut self, sent: Sent, job: &Job) -> Result<(), Fault> {
        let at_most = match self.marker {
            Marker::Seen => job.deadline.saturating_duration_since(Instant::now()),
            Marker::Untried | Marker::Swallowed => MARKER_PATIENCE,
        };
        if sent.before.is_none() {
            return rest(self.hands, BLIND_PACE, job);
        }
        self.marker = if wait_until_seen(self.hands, Vk::MARKER, sent.before, at_most, job)? {
            Marker::Seen
        } else {
            go_on(job)?;
            Marker::Swallowed
        };
        Ok(())
    }
}

/// A chunk that is on its way.
#[derive(Debug)]
#[must_use = "the next chunk must wait until this one was taken"]
pub struct Sent {
    /// How often the marker had been seen before it.
    before: Option<Seen>,
}

/// The events that type a text.
fn text_events(text: &str) -> Vec<Event> {
    let mut events = Vec::with_capacity(text.len() * 2 + MARK.len());
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
            let sent = typist.send(chunk, job)?;
            typist.wait(sent, job)?;
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
        assert!(fake.most_waiting.get() <= 32 * 2 + 2, "{:?}", fake.most_waiting);
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
    fn a_combination_is_one_stroke_of_the_hand() {
        let mut fake = Fake::default();
        press(&mut fake, "Ctrl+Shift+S".parse().unwrap(), &Fake::job()).unwrap();
        assert_eq!(fake.strokes, 1);
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
        let mut fake = Fake { takes_at_most: Some(2), ..Fake::default() };
        let fault = press(&mut fake, "Ctrl+S".parse().unwrap(), &Fake::job()).unwrap_err();
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
