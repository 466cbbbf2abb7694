//! Keyboard and mouse: what is played, that nothing stays pressed, and that the target keeps up.
//!
//! Untrusted: the target, which may be slow, hang, or give the keyboard away at any moment.
//! Guarantees: whatever was pressed here comes up again on every way out ([`Held`]); no more than one chunk of text
//! ([`CHUNK`] characters) is ever on its way; keys that lock the session are never sent.
//! Does not: check whose window has the keyboard; that is the caller's work, before each chunk.
//!
//! While a person holds a modifier or a mouse button, nothing is played: it would mean something else, and what a
//! person holds is theirs to release. After a second of waiting the call fails and says what is held.
//!
//! How the target's keeping up is seen: its thread keeps a key state of its own, which follows the input messages as
//! the thread takes them from its queue. Attached to that thread (`AttachThreadInput`), `GetKeyState` reads it: what
//! was pressed has been taken when it is down there. So keys and buttons come up only after the target has seen them
//! go down. Text has no key of its own; a code that no keyboard has ([`Vk::MARKER`]) goes down after one chunk and up
//! after the next, and once the target has seen that, it has taken all text before it. Only whether a key is down is
//! looked at, never how often it was pressed: attaching resets the one to what it is, and the other to nothing.

mod chord;
mod chunk;
mod event;
mod hands;
mod keyboard;
mod mouse;
mod pointer;
#[cfg(windows)]
mod system;

pub use chord::{Keys, keys, refuse_forbidden};
pub use chunk::{CHUNK, chunks};
pub use event::{Down, Event, Vk};
pub use hands::{Hands, Held, Shifts};
pub use keyboard::{Typist, press};
pub use mouse::{Press, Wheel, click, drag, move_to, wheel};
pub use pointer::{absolute, path};
#[cfg(windows)]
pub use system::SystemHands;
#[cfg(windows)]
pub(crate) use system::{Attached, handle, virtual_screen};

use std::{
    sync::atomic::Ordering,
    time::{Duration, Instant},
};

use model::{Code, Fault};

use crate::source::Job;

/// How long a person may hold a key or button before a call gives up.
const PATIENCE: Duration = Duration::from_secs(1);

/// Between two looks at something that is about to change.
const TICK: Duration = Duration::from_micros(250);

/// Ends work whose caller cancelled it or whose time is up.
///
/// # Errors
/// `CANCELLED`, `TIMEOUT`.
pub(crate) fn go_on(job: &Job) -> Result<(), Fault> {
    if job.cancelled.load(Ordering::Relaxed) {
        return Err(Fault::new(Code::Cancelled, "the call was cancelled"));
    }
    if Instant::now() >= job.deadline {
        return Err(Fault::new(Code::Timeout, "the time for the call is up"));
    }
    Ok(())
}

/// Waits until no person holds any of `keys`.
fn wait_until_free(
    hands: &(impl Hands + ?Sized),
    keys: impl Iterator<Item = (Vk, &'static str)> + Clone,
    job: &Job,
) -> Result<(), Fault> {
    let until = Instant::now() + PATIENCE;
    loop {
        go_on(job)?;
        let Some((_, name)) = keys.clone().find(|(vk, _)| hands.is_down(*vk)) else { return Ok(()) };
        if Instant::now() >= until {
            return Err(Fault::new(
                Code::Timeout,
                format!("`{name}` is being held down, so nothing was pressed"),
            )
            .hint("someone is using the keyboard or mouse; try again when it is released"));
        }
        hands.pause(Duration::from_millis(5));
    }
}

/// Waits until the target has seen `vk` go down, or come up; whether it has.
fn wait_until_seen(
    hands: &(impl Hands + ?Sized),
    vk: Vk,
    down: bool,
    at_most: Duration,
    job: &Job,
) -> Result<bool, Fault> {
    let until = Instant::now() + at_most;
    loop {
        match hands.seen_down(vk) {
            None => return Ok(false),
            Some(seen) if seen == down => return Ok(true),
            Some(_) => {}
        }
        go_on(job)?;
        if Instant::now() >= until {
            return Ok(false);
        }
        hands.pause(TICK);
    }
}

/// Presses modifiers, and makes sure that they stay down.
///
/// Wine lets go of them when the pointer has just been moved, because the X server's keyboard knows nothing of them;
/// it does so within a millisecond, and once.
fn hold<H: Hands + ?Sized>(
    held: &mut Held<'_, H>,
    keys: impl Iterator<Item = Vk> + Clone,
    job: &Job,
) -> Result<(), Fault> {
    const ROUNDS: u32 = 8;
    if keys.clone().next().is_none() {
        return Ok(());
    }
    for _ in 0..ROUNDS {
        let missing: Vec<Event> =
            keys.clone().filter(|key| !held.hands().is_down(*key)).map(Event::KeyDown).collect();
        held.play(&missing)?;
        rest(held.hands(), Duration::from_millis(1), job)?;
        if missing.is_empty() {
            return Ok(());
        }
    }
    Err(Fault::new(Code::NoInteractiveDesktop, "modifier keys do not stay down"))
}

/// Lets time pass, as long as the job goes on.
fn rest(hands: &(impl Hands + ?Sized), time: Duration, job: &Job) -> Result<(), Fault> {
    let until = Instant::now() + time;
    loop {
        go_on(job)?;
        let left = until.saturating_duration_since(Instant::now());
        if left.is_zero() {
            return Ok(());
        }
        hands.pause(left.min(Duration::from_millis(5)));
    }
}

#[cfg(test)]
pub(crate) mod fake;
