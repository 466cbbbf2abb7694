//! Risks, and sets of them.

use std::fmt;

use model::Group;
use serde::{Deserialize, Serialize};

/// What a control or a key does that a person would want to know of first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[repr(u8)]
pub enum Risk {
    /// Deletes files, records, messages.
    Delete,
    /// Wipes a whole medium or machine.
    Format,
    /// Removes a program.
    Uninstall,
    /// Sends a message or a form.
    Send,
    /// Spends or moves money.
    Pay,
    /// Signs in somebody's name.
    Sign,
    /// Makes something visible to others.
    Publish,
    /// Puts something in the place of what is there.
    Overwrite,
    /// Runs or installs a program, script or macro.
    Run,
    /// Grants a right or an access.
    Allow,
    /// Answers a dialog of which not all could be read: it may be any of these.
    Unread,
}

impl Risk {
    /// Every risk.
    pub const ALL: &[Self] = &[
        Self::Delete,
        Self::Format,
        Self::Uninstall,
        Self::Send,
        Self::Pay,
        Self::Sign,
        Self::Publish,
        Self::Overwrite,
        Self::Run,
        Self::Allow,
        Self::Unread,
    ];

    /// Its name in policies.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Delete => "delete",
            Self::Format => "format",
            Self::Uninstall => "uninstall",
            Self::Send => "send",
            Self::Pay => "pay",
            Self::Sign => "sign",
            Self::Publish => "publish",
            Self::Overwrite => "overwrite",
            Self::Run => "run",
            Self::Allow => "allow",
            Self::Unread => "unread",
        }
    }

    /// The action group whose effect it has, beside being input.
    #[must_use]
    pub const fn effect(self) -> Group {
        match self {
            Self::Delete | Self::Format | Self::Uninstall | Self::Overwrite | Self::Unread => Group::Destroy,
            Self::Send | Self::Pay | Self::Publish => Group::Egress,
            Self::Run => Group::Execute,
            Self::Sign | Self::Allow => Group::Change,
        }
    }

    const fn bit(self) -> u16 {
        1 << self as u8
    }
}

impl fmt::Display for Risk {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// Some risks, each once.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Default)]
#[must_use]
pub struct RiskSet(u16);

impl RiskSet {
    /// No risk that the words tell of.
    pub const NONE: Self = Self(0);

    /// Every risk.
    pub fn all() -> Self {
        Risk::ALL.iter().copied().collect()
    }

    /// Whether `risk` is among them.
    #[must_use]
    pub const fn contains(self, risk: Risk) -> bool {
        self.0 & risk.bit() != 0
    }

    /// These and those.
    pub const fn union(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// Each of them, in the order of [`Risk::ALL`].
    pub fn iter(self) -> impl Iterator<Item = Risk> {
        Risk::ALL.iter().copied().filter(move |risk| self.contains(*risk))
    }
}

impl From<Risk> for RiskSet {
    fn from(risk: Risk) -> Self {
        Self(risk.bit())
    }
}

impl FromIterator<Risk> for RiskSet {
    fn from_iter<I: IntoIterator<Item = Risk>>(risks: I) -> Self {
        Self(risks.into_iter().fold(0, |bits, risk| bits | risk.bit()))
    }
}

impl fmt::Debug for RiskSet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.iter()).finish()
    }
}
