//! A session that outlives its server: whose it is, how old, what it has used, and whether a person stopped it.
//!
//! Untrusted: the files it is kept in.
//! Guarantees: what is counted is written before what it counts is done, so that no end of a server gives anything back;
//! a state that cannot be read begins a session that is stopped, never a fresh one; of two servers of one owner each
//! sees what the other counts.
//! Does not: hold out against a program of the user that writes a state of its own making.

mod state;
mod store;
mod turn;

use std::{
    io,
    path::{Path, PathBuf},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use model::{Code, Fault};

pub(crate) use self::{
    state::{Owner, State},
    turn::Turn,
};
use self::{
    store::Store,
    turn::{Held, Mark},
};
use crate::clock::{Clock, Stamp};

/// How long a call counts as use beyond itself, so that not every one that looks is written down.
pub(crate) const USE_MS: u64 = 30_000;

/// How long a server that ends waits for its turn: its client waits for it to be gone.
const AT_END: Duration = Duration::from_millis(80);

/// How a session came to be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Begun {
    /// It is new.
    Anew,
    /// It goes on from before.
    Continued,
    /// It is new and stopped, for what was before cannot be read; why, and where that is now.
    Unreadable(String, PathBuf),
}

/// A session as this server has it.
#[derive(Debug)]
pub(crate) struct Session {
    id: String,
    store: Store,
    clock: Arc<dyn Clock>,
    known: Mutex<Known>,
}

#[derive(Debug)]
struct Known {
    state: State,
    mark: Mark,
    /// Whether it holds what is not written yet.
    noted: bool,
}

impl Known {
    fn age_ms(&self, clock: &dyn Clock) -> u64 {
        self.state.age_ms.saturating_add(self.state.at.elapsed_ms(clock))
    }
}

impl Session {
    /// The session of `owner` goes on, or one with this id begins where none is, it has been idle for so long, or what
    /// was written of it cannot be read.
    ///
    /// # Errors
    /// Its state can be neither read nor written.
    pub(crate) fn open(
        home: &Path,
        owner: &Owner,
        id: String,
        clock: Arc<dyn Clock>,
        idle: Duration,
    ) -> io::Result<(Self, Begun)> {
        let store = Store::of(home, owner)?;
        let held = store.turn().take()?;
        let (state, begun) = match read(&store, owner, clock.as_ref()) {
            Ok(Some(state)) if !state.is_over(millis(idle)) => (state, Begun::Continued),
            Ok(_) => (State::new(id, owner.clone(), Stamp::of(clock.as_ref())), Begun::Anew),
            Err(error) => {
                let aside = store.put_aside()?;
                let mut state = State::new(id, owner.clone(), Stamp::of(clock.as_ref()));
                state.stopped = true;
                (state, Begun::Unreadable(error.to_string(), aside))
            }
        };
        let mark = store.write(&held, state.clone())?;
        let known = Mutex::new(Known { mark, state, noted: false });
        drop(held);
        let id = known.lock().unwrap_or_else(PoisonError::into_inner).state.id.clone();
        Ok((Self { id, store, clock, known }, begun))
    }

    /// Whether there is a session of `owner` that a call would continue.
    pub(crate) fn exists(home: &Path, owner: &Owner, clock: &dyn Clock, idle: Duration) -> bool {
        let Ok(store) = Store::of(home, owner) else { return false };
        let Ok(_held) = store.turn().take() else { return false };
        match read(&store, owner, clock) {
            Ok(state) => state.is_some_and(|state| !state.is_over(millis(idle))),
            Err(_) => true,
        }
    }

    /// As the audit names it.
    pub(crate) fn id(&self) -> &str {
        &self.id
    }

    /// What its servers take turns with.
    pub(crate) const fn turn(&self) -> &Arc<Turn> {
        self.store.turn()
    }

    /// What is known of it, and its time, milliseconds.
    pub(crate) fn look<T>(&self, at: impl FnOnce(&State, u64) -> T) -> T {
        let known = self.known();
        at(&known.state, known.age_ms(self.clock.as_ref()))
    }

    /// Takes over what other servers have written since; whether anything was.
    ///
    /// # Errors
    /// `AUDIT_FAILED`: it cannot be read.
    pub(crate) fn refresh(&self) -> Result<bool, Fault> {
        let mut known = self.known();
        if self.store.turn().mark() == Some(known.mark) {
            return Ok(false);
        }
        let held = self.store.turn().take().map_err(|error| self.lost(&error))?;
        self.reload(&held, &mut known)?;
        Ok(true)
    }

    /// Whether it is over, and the next call begins another.
    pub(crate) fn is_over(&self, idle: Duration) -> bool {
        let known = self.known();
        let present = State { age_ms: known.age_ms(self.clock.as_ref()), ..known.state.clone() };
        present.is_over(millis(idle)) || known.state.id != self.id
    }

    /// Notes that it is used.
    ///
    /// # Errors
    /// As for [`update`](Self::update).
    pub(crate) fn used(&self) -> Result<(), Fault> {
        if self.look(|state, now| state.used_until_ms >= now) {
            return Ok(());
        }
        self.update(|state, now| {
            state.used_until_ms = now.saturating_add(USE_MS);
            Ok(())
        })
    }

    /// Changes its state, which is written when this returns; a change that fails is none.
    ///
    /// # Errors
    /// The change's; `AUDIT_FAILED` where the state can be neither read nor written; `SESSION_STOPPED` where another
    /// session has taken its place.
    pub(crate) fn update<T>(
        &self,
        change: impl FnOnce(&mut State, u64) -> Result<T, Fault>,
    ) -> Result<T, Fault> {
        let held = || self.store.turn().take();
        self.change(held, |state, now| {
            let changed = change(state, now)?;
            state.used_until_ms = state.used_until_ms.max(now);
            Ok(changed)
        })
    }

    /// Writes what only this server knows, for the next one to go on with; that is no use of the session.
    ///
    /// # Errors
    /// As for [`update`](Self::update), and where another server keeps its turn for longer than an end may take.
    pub(crate) fn keep(&self) -> Result<(), Fault> {
        if !self.known().noted {
            return Ok(());
        }
        self.change(|| self.store.turn().take_within(AT_END), |_, _| Ok(()))
    }

    fn change<'a, T>(
        &'a self,
        turn: impl FnOnce() -> io::Result<Held<'a>>,
        change: impl FnOnce(&mut State, u64) -> Result<T, Fault>,
    ) -> Result<T, Fault> {
        let mut known = self.known();
        let held = turn().map_err(|error| self.lost(&error))?;
        self.reload(&held, &mut known)?;
        if known.state.id != self.id {
            let message = "this session has ended and another has begun";
            return Err(Fault::new(Code::SessionStopped, message).hint("call again"));
        }
        let mut state = known.state.clone();
        state.age_ms = known.age_ms(self.clock.as_ref());
        state.at = Stamp::of(self.clock.as_ref());
        let now = state.age_ms;
        let changed = change(&mut state, now)?;
        let mark = self.store.write(&held, state.clone()).map_err(|error| self.lost(&error))?;
        *known = Known { mark, state, noted: false };
        Ok(changed)
    }

    /// Changes only what this server knows: it is written with the next change, and at the end.
    pub(crate) fn note<T>(&self, change: impl FnOnce(&mut State, u64) -> T) -> T {
        let mut known = self.known();
        let now = known.age_ms(self.clock.as_ref());
        known.noted = true;
        change(&mut known.state, now)
    }

    /// A state that is gone was taken away by someone: what this server knows is written again.
    fn reload(&self, held: &Held<'_>, known: &mut Known) -> Result<(), Fault> {
        let mark = held.mark().map_err(|error| self.lost(&error))?;
        if let Some(mut state) =
            read(&self.store, &known.state.owner, self.clock.as_ref()).map_err(|error| self.lost(&error))?
        {
            // Calls that only look are counted here first, and so are those that concern the registry.
            let (here, rates) = (&known.state.counters.rates, &mut state.counters.rates);
            rates.reads_ns = here.reads_ns.max(rates.reads_ns);
            rates.registry = here.registry.joined(rates.registry);
            state.counters.calls = known.state.counters.calls.max(state.counters.calls);
            *known = Known { mark, state, noted: known.noted };
        } else {
            known.mark = mark;
        }
        Ok(())
    }

    fn lost(&self, error: &io::Error) -> Fault {
        let path = self.store.path().display();
        let message = format!(
            "nothing was done: the session's state in `{path}` can be neither read nor written: {error}"
        );
        Fault::new(Code::AuditFailed, message)
    }

    /// A panic while it was held has changed nothing.
    fn known(&self) -> MutexGuard<'_, Known> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What is written, brought up to now.
fn read(store: &Store, owner: &Owner, clock: &dyn Clock) -> io::Result<Option<State>> {
    let Some(state) = store.read()? else { return Ok(None) };
    if state.owner != *owner {
        return Err(io::Error::other("it is another owner's"));
    }
    let present = state.at_present(clock);
    present.map(Some).ok_or_else(|| io::Error::other("its times lie ahead"))
}

fn millis(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}

#[cfg(test)]
#[path = "../tests/session.rs"]
mod tests;
