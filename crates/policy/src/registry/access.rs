//! Roots: subtrees of the registry that may be used, and how.

use std::fmt;

use model::registry::RegistryPath;
use serde::{Deserialize, Serialize};

/// How far a root, or a session, goes: each includes the one before.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Access {
    /// Reading keys and values.
    #[default]
    Read,
    /// Writing and deleting values, creating keys.
    ReadWrite,
    /// Deleting keys.
    Admin,
}

impl Access {
    const ALL: [Self; 3] = [Self::Read, Self::ReadWrite, Self::Admin];

    /// Its name where it is that of a root.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::ReadWrite => "read_write",
            Self::Admin => "admin",
        }
    }

    /// Its name where it is the level of a session.
    #[must_use]
    pub const fn level(self) -> &'static str {
        match self {
            Self::Read => "read_only",
            Self::ReadWrite | Self::Admin => self.name(),
        }
    }

    /// The access of a root called `name`, in any case.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|access| name.eq_ignore_ascii_case(access.name()))
    }

    /// The level called `name`, in any case.
    #[must_use]
    pub fn of_level(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|access| name.eq_ignore_ascii_case(access.level()))
    }
}

/// A subtree that may be used. Written `read 3 HKCU\Software`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub struct Root {
    /// Its key.
    pub path: RegistryPath,
    /// How it may be used.
    pub access: Access,
    /// Levels that a walk goes below the key it starts at, 1 to 10.
    pub max_depth: u32,
}

impl Root {
    /// Levels that a walk may have at most, whatever is configured.
    pub const DEEPEST: u32 = 10;

    /// Reads a root.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn parse(text: &str) -> Result<Self, String> {
        let mut words = text.trim_start().splitn(3, ' ');
        let access = words.next().and_then(Access::named);
        let depth = words.next().and_then(|depth| depth.parse().ok());
        let (Some(access), Some(max_depth), Some(path)) = (access, depth, words.next()) else {
            return Err("a root is an access (read, read_write, admin), a depth and a key, such as \
                        \"read 3 HKCU\\\\Software\""
                .into());
        };
        if !(1..=Self::DEEPEST).contains(&max_depth) {
            return Err(format!("the depth of a root is a whole number from 1 to {}", Self::DEEPEST));
        }
        let path = RegistryPath::parse(path).map_err(|bad| format!("the key of a root: {bad}"))?;
        Ok(Self { path, access, max_depth })
    }
}

impl fmt::Display for Root {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {} {}", self.access.name(), self.max_depth, self.path)
    }
}

impl From<Root> for String {
    fn from(root: Root) -> Self {
        root.to_string()
    }
}

impl TryFrom<String> for Root {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        Self::parse(&text)
    }
}
