//! Stop and pause: when nothing is done, and who lets it go on.
//!
//! Untrusted: other programs' claims that the workstation was locked or unlocked.
//! Guarantees: a stop holds, also over a restart, until a person takes it back; what runs is cancelled at once; who stopped
//! and who let it go on is recorded, the latter before it does.
//! Does not: take back what was done.

use std::sync::{MutexGuard, PoisonError};

use model::{Fault, Kind, Operation};
use tokio_util::sync::CancellationToken;

use super::Gate;
use crate::{
    approver::Standing,
    person::{By, What},
    session::{Session, State},
    terminal::{Checked, Code, NotDone},
};

/// What keeps calls from being done.
#[derive(Debug, Default)]
pub(super) struct Halt {
    /// Cancelled while any of the others is so.
    halted: CancellationToken,
    /// A person stopped the session.
    stopped: bool,
    /// By what, where the stop could not be written yet.
    unwritten: Option<By>,
    /// The workstation is locked.
    locked: bool,
    /// The session's time is over.
    over: bool,
    /// What a person types at a terminal to resume.
    code: Option<Code>,
}

impl Halt {
    /// Lets go on what nothing keeps any longer.
    fn settle(&mut self) {
        if self.stopped || self.locked {
            self.halted.cancel();
        } else if self.halted.is_cancelled() {
            self.halted = CancellationToken::new();
        }
        if !self.stopped && !self.over {
            self.code = None;
        } else if self.code.is_none() {
            self.code = Code::new();
        }
    }
}

impl Gate {
    /// Stops the session: what runs is cancelled, and all but `status` is refused until [`resume`](Self::resume). It is
    /// recorded, unless it was stopped already.
    pub fn stop(&self, by: By) {
        let mut halt = self.halt();
        (halt.stopped, halt.unwritten) = (true, Some(by));
        halt.settle();
        drop(halt);
        self.write_stop();
        self.show();
    }

    /// Lets a stopped session go on, or begins another where its time is over. For a person's word that is sure to be
    /// one.
    ///
    /// # Errors
    /// The record or the state cannot be written; the session stays as it is.
    pub fn resume(&self, by: &By) -> Result<(), NotDone> {
        let over = self.halt().over;
        self.change_recorded(What::Resume, by, |state| {
            state.stopped = false;
            state.ended |= over;
        })?;
        if let Some(bound) = &mut *self.bound() {
            bound.note = None;
        }
        let mut halt = self.halt();
        // A person at a desk that is not locked is why this is called.
        *halt = Halt { halted: halt.halted.clone(), ..Halt::default() };
        halt.settle();
        drop(halt);
        self.show();
        Ok(())
    }

    /// Resumes for someone at a terminal, who must type the code that the badge shows.
    ///
    /// # Errors
    /// It is not stopped, no badge shows a code, or this is another one.
    pub fn resume_with(&self, code: &str, by: &By) -> Result<(), NotDone> {
        let mut halt = self.halt();
        if !halt.stopped && !halt.over {
            return Err(NotDone::NotStopped);
        }
        if !self.shows_codes() {
            return Err(NotDone::NoCode);
        }
        let checked = halt.code.as_mut().ok_or(NotDone::NoCode)?.check(code);
        drop(halt);
        match checked {
            Checked::Right => self.resume(by),
            Checked::Wrong(left) => Err(NotDone::WrongCode(left)),
            Checked::Spent => Err(NotDone::TriedTooOften),
        }
    }

    /// Pauses the session: the workstation is locked.
    pub fn pause(&self) {
        self.set_locked(true);
    }

    /// Ends a pause: the workstation is unlocked. What a person stopped stays stopped.
    pub fn unpause(&self) {
        self.set_locked(false);
    }

    fn set_locked(&self, locked: bool) {
        let mut halt = self.halt();
        let changed = std::mem::replace(&mut halt.locked, locked) != locked;
        halt.settle();
        drop(halt);
        let what = if locked { What::Lock } else { What::Unlock };
        // Before the first call there is nothing that it could have paused.
        if changed
            && self.bound().is_some()
            && let Err(error) = self.record_event(what, &By::Workstation, None)
        {
            tracing::warn!(%error, locked, "that the workstation was locked or unlocked is not recorded");
        }
        self.show();
    }

    /// Whether the workstation was locked and has not been unlocked since.
    #[must_use]
    pub fn is_paused(&self) -> bool {
        self.halt().locked
    }

    /// Takes over from what is written whether the session is stopped: another server of it may have stopped or resumed
    /// it. A stop that could not be written holds all the same.
    pub(super) fn follow(&self, session: &Session) {
        let stopped = session.look(|state, _| state.stopped);
        let mut halt = self.halt();
        if halt.unwritten.is_some() {
            drop(halt);
            self.write_stop();
            return;
        }
        let over = session.look(|_, now| self.counters.within_session(now)).is_err();
        let news = (halt.stopped, halt.over) != (stopped, over);
        (halt.stopped, halt.over) = (stopped, over);
        halt.settle();
        drop(halt);
        if news {
            self.show();
        }
    }

    /// Looks whether another server of the session has stopped or resumed it, where a session has begun.
    pub fn follow_others(&self) {
        if let Ok(session) = self.session()
            && matches!(session.refresh(), Ok(true))
        {
            self.follow(&session);
        }
    }

    /// The session's time is over: a person can begin another.
    pub(super) fn time_is_over(&self) {
        let mut halt = self.halt();
        if !std::mem::replace(&mut halt.over, true) {
            halt.settle();
            drop(halt);
            self.show();
        }
    }

    fn write_stop(&self) {
        let greeted = self.greeted.lock().unwrap_or_else(PoisonError::into_inner).clone();
        if self.session().is_err()
            && let Some(claimed) = greeted
        {
            // It begins with the stop, which would else be forgotten with this server. What begins is followed, and
            // so comes here again.
            if let Err(fault) = self.begin(&claimed) {
                tracing::error!(%fault, "the stop does not outlive this server yet");
            }
            return;
        }
        let Ok(session) = self.session() else { return };
        let written = session.update(|state, _| Ok(std::mem::replace(&mut state.stopped, true)));
        match written {
            Ok(was_stopped) => {
                let by = self.halt().unwritten.take();
                if let (Some(by), false) = (by, was_stopped)
                    && let Err(error) = self.record_event(What::Stop, &by, None)
                {
                    tracing::error!(%error, ?by, "the session is stopped, and that is not recorded");
                }
            }
            Err(fault) => tracing::error!(%fault, "the stop does not outlive this server yet"),
        }
    }

    /// What a person lets the session do from now on: on record before it is so. Without a session there is nothing to change.
    pub(super) fn change_recorded(
        &self,
        what: What,
        by: &By,
        change: impl FnOnce(&mut State),
    ) -> Result<(), NotDone> {
        let Ok(session) = self.session() else { return Ok(()) };
        self.record_event(what, by, None).map_err(|_| NotDone::NotWritten)?;
        let changed = session.update(|state, _| {
            change(state);
            Ok(())
        });
        changed.map_err(|fault| {
            if let Err(error) = self.record_event(what, by, Some(fault.code)) {
                tracing::error!(%error, ?by, "what is on record did not come to be");
            }
            NotDone::NotWritten
        })
    }

    /// Cancelled once nothing is to be done.
    pub(super) fn stopping(&self) -> CancellationToken {
        self.halt().halted.clone()
    }

    /// Whether such an operation can be done now at all, whatever its target.
    pub(super) fn open_to(&self, operation: &Operation) -> Result<(), Fault> {
        self.goes_on(operation.kind())?;
        // What is started could lie over the question.
        let in_the_way = operation.takes_input() || operation.kind() == Kind::AppLaunch;
        if in_the_way && self.approvals.open() {
            return Err(frozen());
        }
        Ok(())
    }

    /// Whether anything is done at all.
    pub(super) fn goes_on(&self, kind: Kind) -> Result<(), Fault> {
        let note = self.bound().as_ref().and_then(|bound| bound.note.clone());
        let halt = self.halt();
        if kind == Kind::Status || !halt.halted.is_cancelled() {
            return Ok(());
        }
        let fault = |message: &str| Fault::new(model::Code::SessionStopped, message);
        Err(if halt.stopped {
            let why = note.as_deref().unwrap_or("a person stopped this session");
            fault(why).hint("only `status` answers until they resume it")
        } else {
            fault("the workstation is locked").hint("only `status` answers until it is unlocked")
        })
    }

    /// Shows how the session stands, wherever it is always to be seen.
    pub(super) fn show(&self) {
        let standing = self.standing();
        self.approvers.iter().for_each(|approver| approver.show(&standing));
    }

    /// How the session stands.
    pub(super) fn standing(&self) -> Standing {
        let halt = self.halt();
        let code = || halt.code.as_ref().map(Code::shown);
        if halt.stopped {
            Standing::Stopped { why: "Nothing is done until you resume".to_owned(), code: code() }
        } else if halt.over {
            let why = "The time of this session is over; resume begins another".to_owned();
            Standing::Stopped { why, code: code() }
        } else if halt.locked {
            Standing::Locked
        } else {
            let changed = "the settings have changed";
            Standing::Working { note: self.configuration_changed.then(|| changed.to_owned()) }
        }
    }

    fn shows_codes(&self) -> bool {
        self.approvers.iter().any(|approver| approver.shows_codes())
    }

    /// A panic while it was held has changed no more than one of its parts; what is cancelled stays so.
    fn halt(&self) -> MutexGuard<'_, Halt> {
        self.halt.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The failure of what would give input while a person is asked.
pub(super) fn frozen() -> Fault {
    Fault::new(
        model::Code::InputFrozen,
        "a person is being asked; meanwhile nothing gives input or starts a program",
    )
}
