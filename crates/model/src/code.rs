//! The codes of failed calls: a closed list that clients may match on.

use std::fmt;

use serde::{Deserialize, Serialize};

macro_rules! codes {
    ($($(#[doc = $doc:literal])+ $variant:ident = $text:literal,)+) => {
        /// Why a call failed or was refused. `docs/errors.md` lists each with its meaning.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
        pub enum Code {
            $($(#[doc = $doc])+ #[serde(rename = $text)] $variant,)+
        }

        impl Code {
            /// Every code, in the order of `docs/errors.md`.
            pub const ALL: &[Self] = &[$(Self::$variant),+];

            /// The code as clients see it.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $text),+ }
            }

            /// What it means, in one paragraph.
            #[must_use]
            pub const fn meaning(self) -> &'static str {
                match self { $(Self::$variant => concat!($($doc),+)),+ }
            }

            /// The code written `text`, if there is one.
            #[must_use]
            pub fn parse(text: &str) -> Option<Self> {
                match text { $($text => Some(Self::$variant),)+ _ => None }
            }
        }
    };
}

codes! {
    /// An argument is missing, unknown, of the wrong type or out of range. The message names each.
    InvalidArgument = "INVALID_ARGUMENT",
    /// The ref was never given in this session. Look again (`snapshot`, `window_list`) to get refs.
    UnknownRef = "UNKNOWN_REF",
    /// The thing the ref named is gone or is no longer what was seen. The likely new ref is given where there is one.
    StaleElement = "STALE_ELEMENT",
    /// The snapshot named by `since` is not, or no longer, remembered.
    UnknownSnapshot = "UNKNOWN_SNAPSHOT",
    /// The picture whose pixels were given as coordinates is not, or no longer, remembered.
    UnknownPicture = "UNKNOWN_PICTURE",
    /// Nothing matches the description.
    NotFound = "NOT_FOUND",
    /// More than one thing matches; the candidates are listed with their refs.
    Ambiguous = "AMBIGUOUS",
    /// The window did not answer within the call's deadline.
    TargetNotResponding = "TARGET_NOT_RESPONDING",
    /// The condition did not come true, or the work did not end, within `timeout_ms`.
    Timeout = "TIMEOUT",
    /// The client cancelled the call.
    Cancelled = "CANCELLED",
    /// There is no desktop to see or operate: a service session, a locked workstation or a closed session.
    NoInteractiveDesktop = "NO_INTERACTIVE_DESKTOP",
    /// The target cannot do this: it has no such pattern, or this Windows lacks the feature.
    NotSupportedByTarget = "NOT_SUPPORTED_BY_TARGET",
    /// The element is disabled, so acting on it would do nothing.
    ElementDisabled = "ELEMENT_DISABLED",
    /// Something else lies in front of the point that would be clicked.
    Obscured = "OBSCURED",
    /// What lies there belongs to another window or process than the one expected.
    WrongWindow = "WRONG_WINDOW",
    /// The target belongs to winwarden itself.
    OwnWindow = "OWN_WINDOW",
    /// The target's process is elevated and winwarden is not.
    ElevatedTarget = "ELEVATED_TARGET",
    /// The secure desktop (User Account Control, sign-in) is shown; nothing can be seen or done until it closes.
    SecureDesktop = "SECURE_DESKTOP",
    /// This key combination is never sent: it locks, signs out or closes the shell.
    ForbiddenKeys = "FORBIDDEN_KEYS",
    /// A program can be launched by a full local path or by its registered name only.
    ForbiddenPath = "FORBIDDEN_PATH",
    /// Only public web addresses on web ports are visited, by http and https. The message says what this one is.
    ForbiddenUrl = "FORBIDDEN_URL",
    /// The key is a link in the registry that is not the system's own, or would become one: links are neither followed nor made.
    RegistryLink = "REGISTRY_LINK",
    /// There is no such registry key.
    KeyNotFound = "KEY_NOT_FOUND",
    /// The registry key has no value of this name.
    ValueNotFound = "VALUE_NOT_FOUND",
    /// The data is none of the value's type, or there is no such type. The message says which.
    InvalidValueType = "INVALID_VALUE_TYPE",
    /// Windows itself refuses it to the account that winwarden runs under.
    AccessDenied = "ACCESS_DENIED",
    /// The program could not be started.
    LaunchFailed = "LAUNCH_FAILED",
    /// The clipboard is held by another program, holds nothing that can be given as text, or has changed since it was judged.
    ClipboardUnavailable = "CLIPBOARD_UNAVAILABLE",
    /// The picture could not be taken.
    CaptureFailed = "CAPTURE_FAILED",
    /// A size, depth or number is over its limit. The message says which and by how much.
    LimitExceeded = "LIMIT_EXCEEDED",
    /// Too many calls of this group in a minute. The message says which limit, and `retry_after_ms` when to try again.
    RateLimited = "RATE_LIMITED",
    /// A destructive act has to wait after the last one. `retry_after_ms` says how long.
    Cooldown = "COOLDOWN",
    /// The session has used up what it may do of this. The message says which budget.
    BudgetExhausted = "BUDGET_EXHAUSTED",
    /// The policy does not permit it. The reasons carry the policies' ids.
    DeniedByPolicy = "DENIED_BY_POLICY",
    /// The policy could not be evaluated, or a fact it needs is missing: that is a refusal.
    PolicyError = "POLICY_ERROR",
    /// The policy wants a person's approval, and there is no channel to ask through.
    ApprovalUnavailable = "APPROVAL_UNAVAILABLE",
    /// A person would be asked (`winwarden explain` tells so; a call waits for the answer).
    ApprovalRequired = "APPROVAL_REQUIRED",
    /// A person was asked, and said no or nothing. The message says which.
    ApprovalDenied = "APPROVAL_DENIED",
    /// The target is not what it was when a person approved, or the question is no longer open: nothing was done.
    ApprovalStale = "APPROVAL_STALE",
    /// A person is being asked; meanwhile nothing gives input or starts a program.
    InputFrozen = "INPUT_FROZEN",
    /// The person is using mouse or keyboard, and input would be mixed with theirs. Nothing was done.
    UserActive = "USER_ACTIVE",
    /// A person stopped the session, or the workstation is locked. Only `status` answers until it goes on.
    SessionStopped = "SESSION_STOPPED",
    /// The audit record or the session's state could not be written, so nothing was done (or, after the act, nothing more will be).
    AuditFailed = "AUDIT_FAILED",
    /// The worker process ended in the middle of the call. It was replaced; look before trying again.
    WorkerLost = "WORKER_LOST",
    /// A defect of winwarden. The call's record tells when; nothing else was affected.
    Internal = "INTERNAL",
}

impl Code {
    /// What to do next, where the failure itself says nothing better.
    #[must_use]
    pub const fn hint(self) -> &'static str {
        match self {
            Self::InvalidArgument => "correct the call; its schema says what is accepted",
            Self::UnknownRef => "get refs from `snapshot`, `find` or `window_list`",
            Self::StaleElement => "look again with `snapshot`",
            Self::UnknownSnapshot => "take a snapshot without `since`",
            Self::UnknownPicture => "take a new screenshot",
            Self::NotFound => "look with `snapshot` or `window_list`; names are matched whole",
            Self::Ambiguous => "give the ref of one of them, or narrow the description",
            Self::TargetNotResponding => "it may be busy; try again later, or allow more `timeout_ms`",
            Self::Timeout => "look at what is there now, or allow more `timeout_ms`",
            Self::Cancelled => "look before trying again",
            Self::NoInteractiveDesktop => "a person has to sign in or unlock; try again then",
            Self::NotSupportedByTarget => "try another way: its pattern, keys or the pointer",
            Self::ElementDisabled => "look for what enables it",
            Self::Obscured => "move or close what lies in front, or act on the element by its ref",
            Self::WrongWindow => "look again, and give the window that lies there as `expect_window`",
            Self::OwnWindow => "leave winwarden's own windows alone",
            Self::ElevatedTarget => "a person has to do this",
            Self::SecureDesktop => "wait until a person has answered Windows",
            Self::ForbiddenKeys => "use other keys, or the element that does it",
            Self::ForbiddenPath => "give a full local path, or a name from `app_list`",
            Self::ForbiddenUrl => "give a public address by http or https",
            Self::RegistryLink => "name the key that the link leads to",
            Self::KeyNotFound => "list the keys above it with `registry_list`",
            Self::ValueNotFound => "list the key's values with `registry_list`",
            Self::InvalidValueType => "give data of the value's type, or another type",
            Self::AccessDenied => "winwarden runs without this right; a person has to do it",
            Self::LaunchFailed => "look with `app_list`, or give the full path of the program",
            Self::ClipboardUnavailable => "try again later",
            Self::CaptureFailed => "look with `snapshot`",
            Self::LimitExceeded => "ask for less at once",
            Self::RateLimited => "wait `retry_after_ms`",
            Self::Cooldown => "wait `retry_after_ms`",
            Self::BudgetExhausted => "go on without it, or let a person begin a new session",
            Self::DeniedByPolicy => "do not look for a way around it; tell the person what was refused",
            Self::PolicyError => "tell the person: the policy needs to be looked at",
            Self::ApprovalUnavailable => "tell the person: nobody can be asked from here",
            Self::ApprovalRequired => "make the call, and a person is asked",
            Self::ApprovalDenied => "do not ask for the same again; tell the person why it is needed",
            Self::ApprovalStale => "look again, and make the call anew",
            Self::InputFrozen => "wait until the person has answered",
            Self::UserActive => "wait a moment and try again",
            Self::SessionStopped => "wait until a person lets the session go on; `status` tells",
            Self::AuditFailed => "tell the person: nothing is done without a record",
            Self::WorkerLost => "look before trying again",
            Self::Internal => "look at what is there now; tell the person if it comes again",
        }
    }
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_reads_back_and_has_a_meaning() {
        for code in Code::ALL {
            assert_eq!(Code::parse(code.as_str()), Some(*code));
            assert!(code.meaning().len() > 20, "{code}");
            assert_eq!(serde_json::to_string(code).unwrap(), format!("\"{code}\""));
        }
    }
}
