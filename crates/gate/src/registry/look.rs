//! Stage 3: which keys a call means.

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
            for name in names.iter() {
                match port.open(name, Rights::Read).and_then(|key| key.name()) {
                    Ok(told) => {
                        facts.exists = facts.exists.map(|_| true);
                        facts.link |= told != *name;
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
