//! Stage 6: asking a person, and finding the targets again before their yes counts.

use std::time::Duration;

use model::{Code, Facts, Fault, Kind, registry::RegistryOutcome, ui::quote};
use policy::Verdict;
use serde_json::Value;
use tokio::time::timeout;

use super::Gate;
use crate::{
    approvals::{Act, Asked, Denial},
    approver::Question,
    audit,
    change::Change,
    person::By,
    refusal::Refusal,
    stages::{Admitted, Approved, Call, Resolved},
};

/// How long a look at what a target holds may take before a person is asked without it.
const PATIENCE: Duration = Duration::from_millis(300);

impl Gate {
    /// Stage 6: a person's yes, where the verdict asks for it; the targets must then still be what they were.
    pub(super) async fn approve(
        &self,
        call: &Call,
        admitted: Admitted,
        changes: Option<&RegistryOutcome>,
        deadline: Duration,
    ) -> Result<Approved, Box<Refusal>> {
        let Admitted { resolved, verdict, effects, admission } = admitted;
        let Verdict::Ask { reasons } = &verdict else {
            return Ok(Approved { resolved, verdict, approval: None, asked_about: None, admission });
        };
        let session = match self.session() {
            Ok(session) => session,
            Err(fault) => return Err(resolved.refused(fault, Some(verdict))),
        };
        let before = match self.judge.before(call, &resolved, deadline).await {
            Ok(before) => before,
            Err(fault) => return Err(resolved.refused(fault, Some(verdict))),
        };
        let is_protected = self.judge.is_protected(&resolved.facts);
        let act = Act::of(&resolved.operation, &resolved.facts, &effects, is_protected);
        let approvers: Vec<_> = call.approver.iter().chain(&self.approvers).cloned().collect();
        let (picture, present) = match self.approvals.is_answered(&session, &act) {
            true => (None, None),
            false => (
                self.portrait(call, &resolved, &approvers).await,
                timeout(PATIENCE, self.present(call, &resolved, PATIENCE)).await.ok().flatten(),
            ),
        };
        let question = Question {
            id: String::new(),
            code: None,
            tool: call.tool.card().name,
            operation: self.audit.redacted(&resolved.operation),
            target: audit::target(Some(&resolved.operation), Some(&resolved.facts)),
            change: Change::of(&resolved, changes, present.as_ref()),
            picture,
            by: self.asker(call),
            reasons: reasons.clone(),
            effects,
            taint: self.taint_in_words(),
            wait: self.approvals.wait,
        };
        let (stopped, asking) =
            (self.stopping(), self.approvals.ask(&session, &act, &question, &approvers, &call.cancel));
        // A stop withdraws the question.
        let asked = tokio::select! {
            asked = asking => asked,
            () = stopped.cancelled() => Asked::No(self.goes_on(resolved.operation.kind()).err().unwrap_or_else(|| {
                Fault::new(Code::SessionStopped, "the session was stopped while a person was asked")
            }), None),
        };
        let approval = match asked {
            Asked::Yes(approval) => approval,
            Asked::No(fault, answer) => return Err(resolved.denied(fault, Some(verdict), answer)),
            Asked::Stop(fault, channel) => {
                self.stop(By::Answer(channel));
                return Err(resolved.denied(fault, Some(verdict), Some(Denial::stopping(channel))));
            }
        };
        let (operation, about) = (resolved.operation.clone(), resolved.call.clone());
        let again = self.judge.resolve(call, operation, deadline, about).await;
        match again {
            Ok(mut again) if is_same(&again, &resolved) => {
                again.below = resolved.below;
                let (approval, asked_about) = (Some(approval), Some(before));
                Ok(Approved { resolved: again, verdict, approval, asked_about, admission })
            }
            _ => {
                let message = "the target is not what it was when a person approved; nothing was done";
                let fault = Fault::new(Code::ApprovalStale, message)
                    .hint("look again, then call again: the person is asked anew");
                Err(resolved.refused(fault, Some(verdict)))
            }
        }
    }

    /// Who asks, in words: what is known, then what is claimed.
    fn asker(&self, call: &Call) -> String {
        let claimed = |field| call.claimed.get(field).and_then(Value::as_str).unwrap_or("nothing");
        let parent = &self.principal.parent;
        let known = if parent.is_empty() { "a program that is not known" } else { parent };
        format!("{known}; it calls itself {} {}", quote(claimed("name")), quote(claimed("version")))
    }
}

/// Whether what was approved is still what would be done. What a write replaces on the clipboard is not what was asked about:
/// programs put things there all the time.
fn is_same(now: &Resolved, approved: &Resolved) -> bool {
    let writes = approved.operation.kind() == Kind::ClipboardWrite;
    let clipboard = if writes { None } else { now.facts.clipboard };
    let before = if writes { None } else { approved.facts.clipboard };
    let rest = |facts: &Facts| Facts { clipboard: None, ..facts.clone() };
    clipboard == before && rest(&now.facts) == rest(&approved.facts)
}
