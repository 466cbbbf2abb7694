//! The keys of a case: what it says of them, and what goes without saying.

use model::{
    Operation, RegistryKeyFacts,
    registry::{Machine, Sid},
};
use serde::Deserialize;

/// Who works on the machine where a case does not say.
const USER: &str = "S-1-5-21-1-2-3-1001";

#[derive(Debug, Clone, Deserialize)]
#[serde(
    untagged,
    expecting = "`registry` is a table of `exists`, `link`, `names`, `sid` and `control_set`, or `false` where nothing is known"
)]
pub(crate) enum KeysGiven {
    /// Whether they are known at all.
    Known(bool),
    Told(KeyTold),
}

/// What holds for every key of the call.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct KeyTold {
    /// Whether it is there.
    exists: Option<bool>,
    /// Whether it is a link that is not the system's own.
    #[serde(default)]
    link: bool,
    /// What the kernel calls it.
    names: Option<Vec<String>>,
    /// The user.
    sid: Option<Sid>,
    /// The number of the control set in use.
    control_set: Option<u16>,
}

/// What is known of each key that an operation names.
pub(crate) fn keys(given: Option<KeysGiven>, operation: &Operation) -> Vec<RegistryKeyFacts> {
    let told = match given {
        None | Some(KeysGiven::Known(true)) => KeyTold::default(),
        Some(KeysGiven::Known(false)) => return Vec::new(),
        Some(KeysGiven::Told(told)) => told,
    };
    let user = told.sid.or_else(|| USER.parse().ok());
    let machine = Machine::new(user, told.control_set.or(Some(1)));
    let of = |key: &model::RegistryKey| RegistryKeyFacts {
        names: told.names.clone().unwrap_or_else(|| {
            key.path.names(&machine, key.view).iter().map(|name| name.as_str().to_owned()).collect()
        }),
        machine: machine.clone(),
        exists: Some(told.exists.unwrap_or(true)),
        link: told.link,
    };
    operation.registry_keys().into_iter().map(of).collect()
}
