//! Failures under the codes of the other server.

use model::{Code, Fault};
use serde_json::Value;

use crate::fault::{structured_as, text_as};

/// Its code for one of ours. Ours stays where it has none: that the session was stopped, that winwarden itself failed.
#[must_use]
pub const fn code(code: Code) -> &'static str {
    match code {
        Code::DeniedByPolicy
        | Code::RegistryLink
        | Code::PolicyError
        | Code::ApprovalUnavailable
        | Code::ApprovalRequired
        | Code::ApprovalDenied
        | Code::ApprovalStale => "PATH_NOT_ALLOWED",
        Code::TargetNotResponding => Code::Timeout.as_str(),
        Code::Cooldown | Code::BudgetExhausted => Code::RateLimited.as_str(),
        other => other.as_str(),
    }
}

/// The failure in words.
#[must_use]
pub fn fault_text(fault: &Fault) -> String {
    text_as(code(fault.code), fault, hint(fault))
}

/// The failure for programs.
#[must_use]
pub fn fault_structured(fault: &Fault) -> Value {
    structured_as(code(fault.code), fault, hint(fault))
}

/// None that names tools which this dialect has not.
fn hint(fault: &Fault) -> &str {
    if fault.code == Code::InvalidArgument { &fault.hint } else { "" }
}
