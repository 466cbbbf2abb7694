//! What of a machine decides which key a path means.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};
use thiserror::Error;

/// A text that is no security identifier.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("it is no security identifier such as `S-1-5-21-1-2-3-1001`")]
pub struct BadSid;

/// A security identifier, `S-1-5-21-…`.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub struct Sid(String);

impl Sid {
    /// Its text, with a capital S.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether a text has the form of one, in either case: `S-1-`, an authority and at most 15 numbers.
    pub(super) fn is(text: &str) -> bool {
        let Some(rest) = text.strip_prefix("S-1-").or_else(|| text.strip_prefix("s-1-")) else {
            return false;
        };
        let digits = |part: &str| matches!(part.len(), 1..=15) && part.bytes().all(|b| b.is_ascii_digit());
        (2..=16).contains(&rest.split('-').count()) && rest.split('-').all(digits)
    }
}

impl FromStr for Sid {
    type Err = BadSid;

    fn from_str(text: &str) -> Result<Self, BadSid> {
        if Self::is(text) { Ok(Self(text.to_ascii_uppercase())) } else { Err(BadSid) }
    }
}

impl TryFrom<String> for Sid {
    type Error = BadSid;

    fn try_from(text: String) -> Result<Self, BadSid> {
        text.parse()
    }
}

impl From<Sid> for String {
    fn from(sid: Sid) -> Self {
        sid.0
    }
}

impl fmt::Display for Sid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Which of the two logical registries of a 64-bit Windows is meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
pub enum View {
    /// That of 64-bit programs.
    #[default]
    #[serde(rename = "64")]
    W64,
    /// That of 32-bit programs.
    #[serde(rename = "32")]
    W32,
}

impl View {
    /// The view of so many bits.
    #[must_use]
    pub const fn of_bits(bits: u64) -> Option<Self> {
        match bits {
            64 => Some(Self::W64),
            32 => Some(Self::W32),
            _ => None,
        }
    }
}

/// What a machine tells about its own names. What is not known makes no two names one, and what is denied cover more.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
pub struct Machine {
    user: Option<Sid>,
    control_set: Option<String>,
}

impl Machine {
    /// The machine on which `user` works and the control set of this number, 1 to 999, is the current one.
    #[must_use]
    pub fn new(user: Option<Sid>, control_set: Option<u16>) -> Self {
        let control_set = control_set.filter(|number| (1..=999).contains(number));
        Self { user, control_set: control_set.map(|number| format!("ControlSet{number:03}")) }
    }

    /// The user whose `HKEY_CURRENT_USER` is meant.
    #[must_use]
    pub const fn user(&self) -> Option<&Sid> {
        self.user.as_ref()
    }

    /// Whether it is known which control set is the current one.
    #[must_use]
    pub const fn knows_control_set(&self) -> bool {
        self.control_set.is_some()
    }

    /// `ControlSet001`.
    pub(super) fn control_set(&self) -> Option<&str> {
        self.control_set.as_deref()
    }

    /// The user's key below `\REGISTRY\USER`.
    pub(super) fn user_key(&self) -> &str {
        self.user.as_ref().map_or(UNKNOWN_USER, Sid::as_str)
    }
}

impl Machine {
    /// Whether the key of this name below `\REGISTRY\USER` is the user's, where that is known. That of the system's account
    /// is called `.DEFAULT`.
    pub(super) fn is_user_key(&self, name: &str) -> bool {
        let of = |user: &Sid| name == if user.as_str() == "S-1-5-18" { ".DEFAULT" } else { user.as_str() };
        self.user.as_ref().is_some_and(of)
    }
}

/// Stands in a name for a user who is not known.
pub(super) const UNKNOWN_USER: &str = "<SID>";
