//! What a target of the desktop is before an act, for who is asked about it and who only wants to know.
//!
//! Untrusted: what hosts say of it.
//! Guarantees: an agent is told of an element only what it may read there without asking, and nothing of programs that are
//! protected; nothing is changed.
//! Does not: take secrets out; whoever shows it does.

use std::time::Duration;

use model::{ElementVerb, Operation, ReadTextRequest};
use policy::{Circumstances, Verdict};

use super::Gate;
use crate::{
    deadline::within,
    host::Present,
    stages::{Call, Resolved},
};

impl Gate {
    /// A target as it is now, where an operation changes something of it that can be told; nothing where it cannot be read.
    pub(super) async fn present(
        &self,
        call: &Call,
        resolved: &Resolved,
        deadline: Duration,
    ) -> Option<Present> {
        let is_told = match &resolved.operation {
            Operation::TypeText(_) | Operation::WindowControl(_) => true,
            Operation::ElementAction(request) => request.action != ElementVerb::Invoke,
            _ => false,
        };
        let target = resolved.facts.targets.first().filter(|_| is_told)?;
        let run = self.judge.run(call, deadline);
        within(deadline, self.judge.host.present(target, &run)).await.ok().flatten()
    }

    /// The same for an agent.
    pub(super) async fn present_to_tell(
        &self,
        call: &Call,
        resolved: &Resolved,
        deadline: Duration,
    ) -> Option<Present> {
        // Of a window only its place and state are told, as `window_list` does.
        let may_be_told =
            matches!(resolved.operation, Operation::WindowControl(_)) || self.may_be_read(resolved);
        if may_be_told { self.present(call, resolved, deadline).await } else { None }
    }

    /// Whether the agent may read the target's text without asking.
    fn may_be_read(&self, Resolved { facts, call, .. }: &Resolved) -> bool {
        let read = ReadTextRequest { target: None, window: None, offset: 0, max_chars: 1 };
        let (taint, session) = (self.taint(), self.session_id());
        let circumstances = Circumstances { session: &session, taint: &taint, call };
        let verdict = || self.judge.verdict(&circumstances, &Operation::ReadText(read), facts);
        !self.judge.is_protected(facts) && matches!(verdict(), Verdict::Allow { .. })
    }
}
