//! What policies say of a key that a call meets and does not name: one that lies below, one that is created on the way, one
//! that the kernel calls otherwise.
//!
//! Untrusted: the operation, and the names.
//! Guarantees: such a key gets the verdict of policies that it would get if the call named it; where no policy can tell keys
//! apart, that is known beforehand.
//! Does not: judge by the rules of the registry, which whoever meets the key has done, or know whether it is there.

use model::{Facts, Group, Kind, Operation, registry::RegistryKeyName};

use crate::{
    Circumstances, Policy, Verdict, engine::broken, on_registry::KeyGiven, policy::asked_as, registry::Asked,
};

/// A key that is met.
#[derive(Debug, Clone, Copy)]
pub struct Met<'a> {
    /// Which of the operation's keys led to it, in the order of [`Operation::registry_keys`].
    pub index: usize,
    /// The kernel's name for it.
    pub name: &'a RegistryKeyName,
    /// Whether it is created with one below it; else what is done with the named key is done with it.
    pub created: bool,
}

impl Policy {
    /// Whether policies may say something else of a key that a call of this kind meets than of the one that it names.
    #[must_use]
    pub fn tells_keys_apart(&self, kind: Kind) -> bool {
        let reads = kind.group() == Group::Read;
        self.with_bound(self.own_for_keys(self.grants.0)).any(|set| {
            asked_as(kind).map(|kind| set.apart(kind)).any(|apart| {
                // What is built in sets reading free whether or not the settings do.
                let workspace = apart.workspace || apart.built_in_workspace && !reads;
                apart.names || workspace && self.workspace.has_keys()
            })
        })
    }

    /// The policies' word on a key that is met.
    pub fn decide_below(
        &self,
        circumstances: &Circumstances<'_>,
        operation: &Operation,
        facts: &Facts,
        met: Met<'_>,
    ) -> Verdict {
        let asked = Asked::of(operation).and_then(|asked| asked.into_iter().nth(met.index));
        let (Some(asked), Some(known)) = (asked, facts.registry.get(met.index)) else {
            return broken("what is known of the keys does not fit the call");
        };
        let asked = if met.created { Asked::created(asked.key) } else { asked };
        let key = KeyGiven { asked: &asked, name: met.name, machine: &known.machine };
        self.decide_on_key(circumstances, operation, facts, key)
    }

    /// Whether what holds of secrets for the key that a call names holds for those below it, too, of which it shows values.
    pub(crate) fn reveals_below(&self, operation: &Operation) -> bool {
        let walks = matches!(
            operation.kind(),
            Kind::RegistrySearch | Kind::RegistryExport | Kind::RegistryDelete | Kind::RegistryImport
        );
        let (_, of_secrets) = self.grants;
        !walks || !self.with_bound(self.own_for_keys(of_secrets)).any(|set| set.reveals_apart().less_below)
    }
}

#[cfg(test)]
#[path = "tests/below.rs"]
mod tests;
