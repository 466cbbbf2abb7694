//! The registry of the simulated machine behind the gate's port.
//!
//! Keys of the world, those that they imply, and those that are generated in them. It has no access lists: what is refused is
//! refused by the rules or for a link.

mod generated;
mod key;
mod load;
mod named;
mod sorted;
mod tree;

use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};

use gate::registry::{Key, Registry, Rights};
use model::{
    Code, Fault, RegistryKey, RegistryKeyFacts,
    registry::{Machine, RegistryKeyName},
};

use self::{
    key::SimKey,
    named::Named,
    tree::{Edit, Lost, Tree},
};
use crate::world::{Data, World};

/// The registry of a machine.
#[derive(Debug, Clone)]
pub(crate) struct SimRegistry {
    shared: Arc<Shared>,
    machine: Machine,
    /// Names of variables and what they hold.
    variables: Arc<[(&'static str, String)]>,
    /// The keys of the call that uses it.
    named: Arc<Named>,
}

#[derive(Debug)]
struct Shared {
    tree: Mutex<Tree>,
    changed: Condvar,
    /// After how many changes it breaks off, and whether it has.
    breaks: Mutex<Breaks>,
}

/// As a worker that is lost in the middle of a change.
#[derive(Debug, Default)]
struct Breaks {
    after: Option<u32>,
    broken: bool,
}

impl Shared {
    /// A panic while it was held has left at worst a value unwritten.
    fn tree(&self) -> MutexGuard<'_, Tree> {
        self.tree.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn breaks(&self) -> MutexGuard<'_, Breaks> {
        self.breaks.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Before a change: whether it still comes about.
    fn holds(&self) -> Result<(), Fault> {
        let mut breaks = self.breaks();
        match breaks.after {
            Some(0) => (breaks.after, breaks.broken) = (None, true),
            Some(left) if !breaks.broken => breaks.after = Some(left - 1),
            Some(_) | None => {}
        }
        if breaks.broken {
            return Err(Fault::new(Code::WorkerLost, "the simulated worker ended in the middle of the call"));
        }
        Ok(())
    }
}

impl SimRegistry {
    pub(crate) fn new(world: &World) -> Self {
        let tree = load::tree(world);
        let after = world.registry.as_ref().and_then(|registry| registry.breaks_off_after);
        let breaks = Breaks { after, broken: false };
        let name = world.user.name.rsplit('\\').next().filter(|name| !name.is_empty()).unwrap_or("user");
        let home = format!(r"C:\Users\{name}");
        let variables = [
            ("USERPROFILE", home.clone()),
            ("APPDATA", format!(r"{home}\AppData\Roaming")),
            ("LOCALAPPDATA", format!(r"{home}\AppData\Local")),
            ("TEMP", format!(r"{home}\AppData\Local\Temp")),
            ("TMP", format!(r"{home}\AppData\Local\Temp")),
            ("USERNAME", name.to_owned()),
            ("SystemDrive", "C:".to_owned()),
            ("SystemRoot", r"C:\Windows".to_owned()),
            ("windir", r"C:\Windows".to_owned()),
            ("ProgramFiles", r"C:\Program Files".to_owned()),
            ("ProgramData", r"C:\ProgramData".to_owned()),
        ];
        let machine = tree.machine.clone();
        Self {
            shared: Arc::new(Shared {
                tree: Mutex::new(tree),
                changed: Condvar::new(),
                breaks: Mutex::new(breaks),
            }),
            machine,
            variables: Arc::new(variables),
            named: Arc::default(),
        }
    }

    /// The same for one call, whose spelling new keys get.
    pub(crate) fn of_call(&self, keys: &[&RegistryKey], facts: &[RegistryKeyFacts]) -> Self {
        let named = Named::new(keys, facts, &self.machine);
        Self { named: Arc::new(named), ..self.clone() }
    }

    /// Whether it broke off, as a worker that is lost; from here on it is whole again.
    pub(crate) fn mend(&self) -> bool {
        std::mem::take(&mut self.shared.breaks().broken)
    }

    /// Brings what was changed since the last time into the world; whether anything was.
    pub(crate) fn settle(&self, world: &mut World) -> bool {
        let broken = self.shared.breaks().broken;
        let mut tree = self.shared.tree();
        let edits = std::mem::take(&mut tree.edits);
        // What broke off is still to be put back.
        if !broken {
            tree.gone.clear();
        }
        drop(tree);
        let any = !edits.is_empty();
        for edit in edits {
            let registry = world.registry.get_or_insert_default();
            match edit {
                Edit::Create(path) => {
                    registry.keys.entry(path).or_default();
                }
                Edit::Delete(path) => {
                    registry.keys.remove(&path);
                    registry.generate.remove(&path);
                }
                Edit::Set { path, name, data } => {
                    registry.keys.entry(path).or_default().insert(name, Data::of(&data));
                }
                Edit::Unset { path, name } => {
                    if let Some(values) = registry.keys.get_mut(&path) {
                        values.remove(&name);
                    }
                }
                Edit::Written(path) => {
                    registry.generate.remove(&path);
                }
            }
        }
        any
    }
}

impl Registry for SimRegistry {
    fn machine(&self) -> Machine {
        self.machine.clone()
    }

    fn open(&self, name: &RegistryKeyName, _: Rights) -> Result<Box<dyn Key>, Fault> {
        let at = self.shared.tree().find(name).map_err(lost)?;
        Ok(Box::new(SimKey::new(&self.shared, at, &self.named)))
    }

    fn expand(&self, text: &str) -> String {
        let mut parts = text.split('%');
        let mut expanded = parts.next().unwrap_or_default().to_owned();
        let mut parts: std::iter::Peekable<_> = parts.peekable();
        while let Some(part) = parts.next() {
            let known = self.variables.iter().find(|(name, _)| name.eq_ignore_ascii_case(part));
            match (known, parts.peek()) {
                (Some((_, value)), Some(_)) => {
                    expanded.push_str(value);
                    expanded.push_str(parts.next().unwrap_or_default());
                }
                _ => {
                    expanded.push('%');
                    expanded.push_str(part);
                }
            }
        }
        expanded
    }
}

fn lost(lost: Lost) -> Fault {
    match lost {
        Lost::Missing => Fault::new(Code::KeyNotFound, "there is no such key"),
        Lost::Link => Fault::new(Code::RegistryLink, "the key is a link"),
    }
}
