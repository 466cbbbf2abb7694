//! Acting on what was judged.

use model::{Acted, Facts, Fault, SecretText};

use super::{
    again::{Found, element_again},
    machine::{Machine, missing, only},
};
use crate::{
    act::{Action, Desk, perform},
    source::Job,
    system,
    wire::Work,
};

impl Machine {
    /// Carries out what acts on a window, on that window's own thread and in one go with finding its target again.
    pub(super) fn operate(
        &self,
        work: &Work,
        facts: &Facts,
        secret: Option<SecretText>,
        job: &Job,
    ) -> Result<Acted, Fault> {
        let target = only(facts)?.clone();
        let end = match work {
            Work::Drag { .. } => {
                Some(self.again(facts.targets.get(1).ok_or_else(|| missing("second target"))?, job)?)
            }
            _ => None,
        };
        let found = self.window_again(&target)?;
        let (info, work, mut desk) = (found.info.clone(), work.clone(), self.desk());
        self.at_window(&info, job, move |source, job| {
            if let Work::Window(verb) = work {
                desk.refuse_forbidden(&found.info)?;
                return system::control(&found.info, verb, &mut desk, job);
            }
            let found = element_again(source, found, &target, job)?;
            let aim = found.aim();
            let to = end.as_ref().map(Found::aim);
            let text = || secret.as_ref().ok_or_else(|| missing("text"));
            let action = match &work {
                Work::Click { button, count, modifiers } => {
                    Action::Click { button: *button, count: *count, modifiers: *modifiers }
                }
                Work::Type { mode, submit } => Action::Type { text: text()?, mode: *mode, submit: *submit },
                Work::Keys(chords) => Action::Keys(chords),
                Work::Scroll { direction, amount } => Action::Scroll(*direction, *amount),
                Work::Drag { button, modifiers } => Action::Drag {
                    to: to.as_ref().ok_or_else(|| missing("second target"))?,
                    button: *button,
                    modifiers: *modifiers,
                },
                Work::Move => Action::Move,
                Work::Element(verb) => Action::Element(*verb, secret.as_ref()),
                _ => return Err(missing("act")),
            };
            perform(&action, &aim, source, &mut desk, job)
        })
    }
}
