//! Which keys of the registry may be read, written and deleted.
//!
//! Untrusted: the key, the names of values and the numbers that a call gives, and links in the registry.
//! Guarantees: two names of one key get one verdict; what is denied covers what lies below it, its twins, and deleting
//! what lies above it; the most specific root counts; what is never done is not done by any root.
//! Does not: know which keys are there, or keep apart what is denied from what is missing: both get the same answer.

mod access;
mod asked;
mod guard;
mod never;

pub use access::{Access, Root};
pub use asked::Asked;
pub use guard::{Act, Guard, Judged, Limits, Rules, Values, writable};

use model::{Code, registry::BadValueName};
use thiserror::Error;

/// Why a key is not used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum Refused {
    /// It is denied, or lies below what is.
    #[error("the policy does not permit this key")]
    Denied,
    /// It is never done, whatever any root says.
    #[error("this is never done: {0}")]
    Never(&'static str),
    /// No root has it.
    #[error("the key lies in no root that may be used (`registry.roots`)")]
    Outside,
    /// Its root does not go so far.
    #[error("the key's root permits less than `{}` (`registry.roots`)", needed.name())]
    Access {
        /// What it takes.
        needed: Access,
    },
    /// The session does not go so far.
    #[error("the level is below `{}` (`registry.level`)", needed.level())]
    Level {
        /// What it takes.
        needed: Access,
    },
    /// What would be deleted with it may not be.
    #[error("with this key one would be deleted that may not be")]
    Above,
    /// It is a hive.
    #[error("a hive, or a key that holds hives, is not deleted")]
    Hive,
    /// A number is below its least.
    #[error("{0} is at least 1")]
    Nothing(&'static str),
    /// More is asked for than may be.
    #[error("{what} of {asked} is over the limit of {most} by {}", asked.saturating_sub(*most))]
    Limit {
        /// What is limited.
        what: &'static str,
        /// What was asked for.
        asked: u64,
        /// The limit.
        most: u64,
    },
    /// It is a link that is not the system's own, or would become one.
    #[error("links in the registry are neither followed, written nor deleted")]
    Link,
    /// The value cannot be called that.
    #[error("{0}")]
    Name(#[from] BadValueName),
}

impl Refused {
    /// The code of the failed call.
    #[must_use]
    pub const fn code(self) -> Code {
        match self {
            Self::Denied
            | Self::Never(_)
            | Self::Outside
            | Self::Access { .. }
            | Self::Level { .. }
            | Self::Above
            | Self::Hive => Code::DeniedByPolicy,
            Self::Nothing(_) => Code::InvalidArgument,
            Self::Limit { .. } => Code::LimitExceeded,
            Self::Link => Code::RegistryLink,
            Self::Name(bad) => bad.code(),
        }
    }
}

#[cfg(test)]
#[path = "../tests/registry/mod.rs"]
mod tests;
