//! A change of the registry that broke off: what it had done is put back from its image.
//!
//! Untrusted: the host; that it is there at all.
//! Guarantees: a change of which it is not known how far it came is put back within a bound of its own, though the call's time is
//! over or the call was cancelled; the reply and the record say whether it was, and where not, what may be left changed.
//! Does not: know what others have changed meanwhile in the same values; they get what they were before.

use std::time::Duration;

use model::{Code, Fault, Outcome, ui::escape};
use serde_json::{Value, json};
use tokio_util::sync::CancellationToken;

use super::Gate;
use crate::{
    deadline::within,
    host::Run,
    stages::{Call, Permit},
};

/// How long it may take; a new worker has to start for it.
const PUT_BACK: Duration = Duration::from_secs(10);
/// Keys that a reply names, and that a record does.
const NAMED: [usize; 2] = [3, 100];

impl Gate {
    /// Puts back what an execution that broke off has left changed, and says so in its fault; for the record.
    pub(super) async fn put_back(
        &self,
        call: &Call,
        permit: &Permit,
        ended: &mut Result<Outcome, Fault>,
    ) -> Option<Value> {
        let Err(fault) = ended else { return None };
        let before = permit.before().filter(|before| !before.is_empty())?;
        // Any other fault is the word of an engine that has put everything back itself, or says what it could not.
        if !matches!(fault.code, Code::WorkerLost | Code::Internal | Code::TargetNotResponding) {
            return None;
        }
        let run = Run { cancel: CancellationToken::new(), ..self.judge.run(call, PUT_BACK) };
        match within(PUT_BACK, self.judge.host.restore(before, &run)).await {
            Ok(()) => {
                fault.message.push_str("; what had been changed was put back");
                fault.hint = "nothing is left of it; it can be tried again".to_owned();
                Some(json!({ "whole": true }))
            }
            Err(why) => {
                let [few, many] = NAMED;
                let keys = before.keys();
                let shown: Vec<String> = keys
                    .iter()
                    .take(few)
                    .map(|key| format!("`{}`", escape(key, 300).replace(r"\\", r"\")))
                    .collect();
                let more = keys.len().saturating_sub(few);
                let more = if more > 0 { format!(" and {more} more") } else { String::new() };
                let told = format!(
                    "; what had been changed could not all be put back ({}): look at {}{more}",
                    why.message,
                    shown.join(", ")
                );
                fault.message.push_str(&told);
                fault.hint = "tell the person: it may be half done".to_owned();
                Some(json!({
                    "whole": false,
                    "why": why.message,
                    "may_be_changed": keys.iter().take(many).collect::<Vec<_>>(),
                }))
            }
        }
    }
}
