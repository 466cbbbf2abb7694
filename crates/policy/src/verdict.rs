//! What the policy says of one operation.

use model::Code;
use serde::Serialize;

/// The judgement on one operation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "verdict", rename_all = "snake_case")]
#[must_use]
pub enum Verdict {
    /// It may be done.
    Allow {
        /// The policies that permit it.
        policies: Vec<String>,
    },
    /// It may be done once a person has approved it.
    Ask {
        /// Why a person is asked.
        reasons: Vec<Reason>,
    },
    /// It may be planned and shown, not done.
    Preview {
        /// Why it may not be done.
        reasons: Vec<Reason>,
    },
    /// It may not be done.
    Deny {
        /// The code that the caller gets.
        code: Code,
        /// Why.
        reasons: Vec<Reason>,
    },
}

/// A policy that led to a verdict, and the reason it gives.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Reason {
    /// The policy's `@id`; `default` where no policy permits it.
    pub policy: String,
    /// Its `@reason`.
    pub text: String,
}

/// Reasons in a line, each with its policy.
#[must_use]
pub fn in_words(reasons: &[Reason]) -> String {
    let words = reasons.iter().map(|reason| format!("{} (policy `{}`)", reason.text, reason.policy));
    words.collect::<Vec<_>>().join("; ")
}

impl Verdict {
    /// Its name in records: `allow`, `ask`, `preview`, `deny`.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Allow { .. } => "allow",
            Self::Ask { .. } => "ask",
            Self::Preview { .. } => "preview",
            Self::Deny { .. } => "deny",
        }
    }
}

impl Verdict {
    /// 0 for the most permissive verdict, 3 for the strictest.
    pub(crate) const fn strictness(&self) -> u8 {
        match self {
            Self::Allow { .. } => 0,
            Self::Ask { .. } => 1,
            Self::Preview { .. } => 2,
            Self::Deny { .. } => 3,
        }
    }
}
