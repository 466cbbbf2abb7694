//! Stage 3: which keys a call means.
//!
//! Where the kernel has another name for the key than was worked out from its path, that is the one to be judged.

use model::{Code, Fault, RegistryKey, RegistryKeyFacts};

use super::{Registry, Rights};

/// What policy wants to know of keys: the names that the kernel has for them, whether they are there, and whether a link
/// lies on the way. It judges nothing: names are judged before anybody is told whether the key is there.
///
/// # Errors
/// The machine does not answer.
pub fn look(port: &dyn Registry, keys: &[RegistryKey]) -> Result<Vec<RegistryKeyFacts>, Fault> {
    let machine = port.machine();
    keys.iter()
        .map(|RegistryKey { path, view }| {
            let names = path.names(&machine, *view);
            let mut facts = RegistryKeyFacts {
                machine: machine.clone(),
                names: names.iter().map(|name| name.as_str().to_owned()).collect(),
                exists: Some(false),
                link: false,
            };
            for (place, name) in names.iter().enumerate() {
                match port.open(name, Rights::Read).and_then(|key| key.opened_as()) {
                    Ok(told) => {
                        facts.exists = facts.exists.map(|_| true);
                        if let Some(known) = facts.names.get_mut(place).filter(|_| told != *name) {
                            told.as_str().clone_into(known);
                        }
                    }
                    Err(fault) => match fault.code {
                        Code::KeyNotFound => {}
                        Code::RegistryLink => facts.link = true,
                        Code::AccessDenied => facts.exists = None,
                        _ => return Err(fault),
                    },
                }
            }
            if facts.link {
                facts.exists = None;
            }
            Ok(facts)
        })
        .collect()
}
