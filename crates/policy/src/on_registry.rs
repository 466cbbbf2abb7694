//! The rules of the registry before any policy: which keys an operation means, and whether they may be used at all.
//!
//! Untrusted: the operation, and what the facts say of its keys.
//! Guarantees: every name that a key has by its path or to the kernel is judged; a key is refused by its names before anything
//! else of it counts, so that what is denied and what is missing get one answer; facts that are missing are a refusal.
//! Does not: judge what lies below a key, or permit anything by itself.

use std::sync::{Arc, PoisonError, RwLock};

use model::{
    Facts, Operation, RegistryKeyFacts,
    registry::{Machine, RegistryKeyName},
    ui::escape,
};

use crate::{
    Reason, Verdict,
    engine::broken,
    registry::{Asked, Guard, Judged, Refused, Rules},
};

/// Characters of a path that a refusal shows.
const SHOWN: usize = 300;

/// The rules, and how they stand on the machine that was asked about last.
#[derive(Debug, Default)]
pub(crate) struct OnRegistry {
    rules: Rules,
    kept: RwLock<Option<Arc<Guard>>>,
}

/// A key of an operation with all its names.
#[derive(Debug)]
pub(crate) struct Named<'a> {
    pub(crate) asked: Asked<'a>,
    pub(crate) names: Vec<RegistryKeyName>,
    pub(crate) facts: &'a RegistryKeyFacts,
}

/// A key under one of its names, for policies.
#[derive(Debug, Clone, Copy)]
pub(crate) struct KeyGiven<'a> {
    pub(crate) asked: &'a Asked<'a>,
    pub(crate) name: &'a RegistryKeyName,
    pub(crate) machine: &'a Machine,
}

impl Named<'_> {
    pub(crate) fn each(&self) -> impl Iterator<Item = KeyGiven<'_>> {
        let (asked, machine) = (&self.asked, &self.facts.machine);
        self.names.iter().map(move |name| KeyGiven { asked, name, machine })
    }
}

/// The keys of an operation; nothing where it is none on the registry.
///
/// # Errors
/// The verdict where the facts do not tell of each.
pub(crate) fn keys<'a>(
    operation: &'a Operation,
    facts: &'a Facts,
) -> Option<Result<Vec<Named<'a>>, Verdict>> {
    let asked = Asked::of(operation)?;
    if asked.is_empty() || asked.len() != facts.registry.len() {
        return Some(Err(broken("what is known of the keys does not fit the call")));
    }
    let named = asked.into_iter().zip(&facts.registry).map(|(asked, facts)| {
        let mut names: Vec<_> =
            asked.key.path.names(&facts.machine, asked.key.view).iter().cloned().collect();
        if facts.names.is_empty() {
            return Err(broken("what the kernel calls the key is not known"));
        }
        for name in &facts.names {
            let name = RegistryKeyName::from_kernel(name, &facts.machine)
                .map_err(|_| broken("what the kernel calls the key cannot be judged"))?;
            if !names.contains(&name) {
                names.push(name);
            }
        }
        Ok(Named { asked, names, facts })
    });
    Some(named.collect())
}

impl OnRegistry {
    pub(crate) fn new(rules: &Rules) -> Self {
        Self { rules: rules.clone(), kept: RwLock::default() }
    }

    /// Why a person has to be asked about these keys, if so.
    ///
    /// # Errors
    /// The verdict where one may not be used.
    pub(crate) fn judge(&self, keys: &[Named<'_>]) -> Result<Option<Reason>, Verdict> {
        let mut ask = None;
        for Named { asked, names, facts } in keys {
            let guard = self.on(&facts.machine);
            for name in names {
                match guard.judge_key(name, asked.act()) {
                    Judged::Allow { .. } => {}
                    Judged::Ask { why } => ask = ask.or(Some(why)),
                    Judged::Refuse(refused) => return Err(deny(asked, refused)),
                }
            }
            asked.fits(guard.limits()).map_err(|refused| deny(asked, refused))?;
            if facts.link {
                return Err(deny(asked, Refused::Link));
            }
        }
        Ok(ask.map(|why| Reason { policy: "never".into(), text: why.into() }))
    }

    fn on(&self, machine: &Machine) -> Arc<Guard> {
        // A panic while it was held has left one that is whole.
        let kept = self.kept.read().unwrap_or_else(PoisonError::into_inner).clone();
        if let Some(guard) = kept.filter(|guard| guard.machine() == machine) {
            return guard;
        }
        let guard = Arc::new(self.rules.on(machine.clone()));
        *self.kept.write().unwrap_or_else(PoisonError::into_inner) = Some(Arc::clone(&guard));
        guard
    }
}

/// The refusal, with the key as the caller calls it: what the kernel does is for the record.
fn deny(asked: &Asked<'_>, refused: Refused) -> Verdict {
    let policy = if matches!(refused, Refused::Never(_)) { "never" } else { "registry" };
    let path = escape(&asked.key.path.to_string(), SHOWN).replace(r"\\", r"\");
    let reason = Reason { policy: policy.into(), text: format!("`{path}`: {refused}") };
    Verdict::Deny { code: refused.code(), reasons: vec![reason] }
}

#[cfg(test)]
#[path = "tests/on_registry.rs"]
mod tests;
