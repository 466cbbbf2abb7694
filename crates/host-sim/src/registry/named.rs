//! How a call spells the keys that it names: the world spells those so that it makes.

use model::{
    RegistryKey, RegistryKeyFacts,
    registry::{Machine, RegistryKeyName},
};

use super::load;

/// The keys that a call names.
#[derive(Debug, Default)]
pub(super) struct Named(Vec<(RegistryKeyName, String)>);

/// How the world is to call a key.
pub(super) struct Spelling {
    pub(super) path: String,
    /// Whether the call names only keys below it: then it is there because of them, and the world does not name it.
    pub(super) implied: bool,
    /// Whether the call names it.
    pub(super) named: bool,
}

impl Named {
    /// The keys of a call, with what was found for each.
    pub(super) fn new(keys: &[&RegistryKey], facts: &[RegistryKeyFacts], machine: &Machine) -> Self {
        let named = keys.iter().zip(facts).flat_map(|(key, facts)| {
            let path =
                std::iter::once(key.path.hive().long()).chain(key.path.keys()).collect::<Vec<_>>().join("\\");
            let names =
                facts.names.iter().filter_map(|name| RegistryKeyName::from_kernel(name, machine).ok());
            names.map(move |name| (name, path.clone())).collect::<Vec<_>>()
        });
        Self(named.collect())
    }

    /// As the call spells the key, or one below or above it; `otherwise` where that would not be its name to the world, which
    /// knows no view and one key for each name.
    pub(super) fn spelling(&self, key: &RegistryKeyName, otherwise: String, machine: &Machine) -> Spelling {
        let is_it = |path: &String| load::name(path, machine).is_some_and(|name| name == *key);
        let (mut path, mut implied) = (None, false);
        for (name, spelled) in &self.0 {
            if name == key {
                let path = Some(spelled.clone()).filter(is_it).unwrap_or(otherwise);
                return Spelling { path, implied: false, named: true };
            }
            if name.is_in(key) {
                implied = true;
                let lower = levels(name) - levels(key);
                let upper = spelled.rsplitn(lower + 1, '\\').nth(lower).map(str::to_owned);
                path = path.or(upper.filter(is_it));
            } else if key.is_in(name) {
                let below: Vec<&str> = key.as_str().split('\\').skip(levels(name)).collect();
                path = path.or(Some(format!(r"{spelled}\{}", below.join("\\"))).filter(is_it));
            }
        }
        Spelling { path: path.unwrap_or(otherwise), implied, named: false }
    }
}

fn levels(name: &RegistryKeyName) -> usize {
    name.as_str().split('\\').count()
}
