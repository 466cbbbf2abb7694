//! From a world to keys.

use model::registry::{Hive, Machine, RegistryKeyName, RegistryPath, Sid, View, upcase};

use super::{
    generated::Lazy,
    tree::{Tree, Value},
};
use crate::world::{Registry, World};

/// The user of a world that does not say who it is.
const SOMEBODY: &str = "S-1-5-21-1-2-3-1001";
/// Keys that every machine has.
const ALWAYS: [&str; 4] = [
    r"HKEY_LOCAL_MACHINE\SOFTWARE",
    r"HKEY_LOCAL_MACHINE\SYSTEM",
    r"HKEY_CURRENT_USER\Software",
    r"HKEY_USERS\.DEFAULT",
];

/// What the names of a world mean.
pub(super) fn machine(world: &World) -> Machine {
    let user = world.user.sid.parse::<Sid>().or_else(|_| SOMEBODY.parse()).ok();
    let registry = world.registry.as_ref();
    let of_link = |registry: &Registry| {
        let mut links = registry.links.iter();
        let target = links.find(|(key, _)| upcase(key).ends_with(r"\SYSTEM\CURRENTCONTROLSET"))?.1;
        upcase(target).rsplit_once(r"\CONTROLSET")?.1.parse().ok()
    };
    let set = registry.and_then(|registry| {
        registry.current_control_set.and_then(|set| u16::try_from(set).ok()).or_else(|| of_link(registry))
    });
    Machine::new(user, Some(set.unwrap_or(1)))
}

/// The name of a key as the world writes it: only a backslash separates.
pub(super) fn name(path: &str, machine: &Machine) -> Option<RegistryKeyName> {
    let (hive, rest) = path.split_once('\\').unwrap_or((path, ""));
    let names = RegistryPath::parse(hive).ok()?.names(machine, View::W64);
    // Of the merge of classes a world means the machine's.
    let hive = match names.first().as_str() {
        hive if rest.is_empty() => hive.to_owned(),
        hive => format!(r"{hive}\{rest}"),
    };
    RegistryKeyName::from_kernel(&hive, machine).ok()
}

/// A path with the long name of its hive.
fn long(path: &str) -> String {
    let (hive, rest) = path.split_once('\\').unwrap_or((path, ""));
    let long = RegistryPath::parse(hive).map_or(hive, |hive| Hive::long(hive.hive()));
    if rest.is_empty() { long.to_owned() } else { format!(r"{long}\{rest}") }
}

/// All keys of a world. What has no name that a key could have is not there.
pub(super) fn tree(world: &World) -> Tree {
    let machine = machine(world);
    let mut tree = Tree::new(machine.clone());
    let none = Registry::default();
    let registry = world.registry.as_ref().unwrap_or(&none);
    let below = r"\REGISTRY\MACHINE\SOFTWARE\";
    let shared = registry.wow64_shared.iter().filter_map(|path| name(path, &machine));
    tree.shared = shared
        .filter_map(|name| {
            let rest = name.folded().strip_prefix(below)?;
            Some(rest.strip_prefix(r"WOW6432NODE\").unwrap_or(rest).to_owned())
        })
        .collect();
    for path in ALWAYS {
        if let Some(name) = name(path, &machine) {
            tree.implied(&name, path);
        }
    }
    for (path, values) in &registry.keys {
        let Some(name) = name(path, &machine) else { continue };
        let id = tree.implied(&name, &long(path));
        let Some(node) = tree.node_mut(id) else { continue };
        node.paths.push(path.clone());
        node.spelled = long(path);
        for (name, data) in values {
            node.values.insert(name, Value { name: name.clone(), data: data.data() });
        }
    }
    for (path, target) in &registry.links {
        let (Some(link), Some(target)) = (name(path, &machine), name(target, &machine)) else { continue };
        // The system's own are names of one key.
        if link != target {
            let id = tree.implied(&link, &long(path));
            if let Some(node) = tree.node_mut(id) {
                node.is_link = true;
            }
        }
    }
    for (path, generated) in &registry.generate {
        let Some(name) = name(path, &machine) else { continue };
        let id = tree.implied(&name, &long(path));
        let Some(node) = tree.node_mut(id) else { continue };
        node.lazy = Lazy::new(*generated, path);
        let owns: Vec<String> = node.values.iter().map(|value| value.name.clone()).collect();
        owns.iter().for_each(|name| node.lazy.cover_value(name));
        let below: Vec<_> = node.below.iter().copied().collect();
        let owns: Vec<_> = below.iter().filter_map(|id| Some(tree.node(*id)?.own.clone())).collect();
        if let Some(node) = tree.node_mut(id) {
            owns.iter().for_each(|own| node.lazy.cover_key(own));
        }
    }
    tree
}
