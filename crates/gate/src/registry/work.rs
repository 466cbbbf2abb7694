//! One operation on a machine's registry, as it was judged.

use std::time::Instant;

use model::{Code, Fault, Operation, RegistryKey, RegistryKeyFacts, registry::RegistryOutcome};
use policy::registry::Guard;

use super::{Before, Registry};

/// An operation, and what it is run under.
#[expect(missing_debug_implementations, reason = "it lends what it is given")]
pub struct Work<'a> {
    /// The machine.
    pub port: &'a dyn Registry,
    /// What may be used of it.
    pub guard: &'a Guard,
    /// What is to be done.
    pub operation: &'a Operation,
    /// What was judged, in the order of [`Operation::registry_keys`].
    pub facts: &'a [RegistryKeyFacts],
    /// When it must have ended.
    pub deadline: Instant,
    /// Whether it is to end now.
    pub cancelled: &'a dyn Fn() -> bool,
}

/// What policy wants to know of keys: the names that the kernel has for them, whether they are there, and whether a link
/// lies on the way. It judges nothing: names are judged before anybody is told whether the key is there.
///
/// # Errors
/// The machine does not answer.
pub fn look(port: &dyn Registry, keys: &[RegistryKey]) -> Result<Vec<RegistryKeyFacts>, Fault> {
    let _ = (port, keys);
    Err(Fault::new(Code::NotSupportedByTarget, "not built yet"))
}

impl Work<'_> {
    /// Does it. A change is one unit: where a step fails, is late or cancelled, what was done is put back.
    ///
    /// # Errors
    /// `DENIED_BY_POLICY`, `REGISTRY_LINK`, `LIMIT_EXCEEDED`, `KEY_NOT_FOUND`, `VALUE_NOT_FOUND`, `ACCESS_DENIED`, `TIMEOUT`,
    /// `CANCELLED`.
    pub fn execute(&self) -> Result<RegistryOutcome, Fault> {
        Err(Fault::new(Code::NotSupportedByTarget, "not built yet"))
    }

    /// [`RegistryOutcome::Changed`] as it would be; only reads.
    ///
    /// # Errors
    /// Those of `execute`; `NOT_SUPPORTED_BY_TARGET` where the operation changes nothing.
    pub fn preview(&self) -> Result<RegistryOutcome, Fault> {
        Err(Fault::new(Code::NotSupportedByTarget, "not built yet"))
    }

    /// All that a change is about to change, as it is before.
    ///
    /// # Errors
    /// Those of `execute`; `LIMIT_EXCEEDED` where it is too much to be kept.
    pub fn before(&self) -> Result<Before, Fault> {
        Err(Fault::new(Code::NotSupportedByTarget, "not built yet"))
    }
}
