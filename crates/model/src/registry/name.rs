//! A key by the name that the kernel has for it.

use std::{
    fmt,
    hash::{Hash, Hasher},
    iter,
};

use super::{
    BadRegistryPath, Hive, Machine, RegistryPath, View,
    links::{follow, is_control_set},
    machine::UNKNOWN_USER,
    path::split,
    upcase::push_upcase,
    wow64::NODES,
};

/// What every name begins with.
const ROOT: &str = r"\REGISTRY";

/// The one name of a key on a machine, `\REGISTRY\MACHINE\…` or `\REGISTRY\USER\<SID>\…`: two of them are equal when they
/// mean one key. It is shown in the caller's spelling, where the kernel has none to tell.
///
/// A user's classes lie below the user's `Software` in it, although the kernel keeps them in a hive of their own, so that a
/// key's ancestors are what its name begins with.
#[derive(Debug, Clone)]
pub struct RegistryKeyName {
    shown: String,
    /// In upper case.
    folded: String,
}

impl RegistryKeyName {
    /// The key of which the kernel gives this name.
    ///
    /// # Errors
    /// It is no name of a key below `\REGISTRY\MACHINE` or `\REGISTRY\USER`, or one that no caller could write.
    pub fn from_kernel(name: &str, machine: &Machine) -> Result<Self, BadRegistryPath> {
        Ok(RegistryPath::of_kernel(name)?.names(machine, View::W64).first)
    }

    fn of<'a>(parts: &mut Vec<&'a str>, machine: &'a Machine, view: View) -> Self {
        follow(parts, machine, view);
        let length = ROOT.len() + parts.iter().map(|part| part.len() + 1).sum::<usize>();
        let mut name = Self { shown: String::with_capacity(length), folded: String::with_capacity(length) };
        name.shown.push_str(ROOT);
        for part in parts {
            name.shown.push('\\');
            name.shown.push_str(part);
        }
        push_upcase(&mut name.folded, &name.shown);
        name
    }

    /// The key called `name` below it, as the machine lists it; the name may be one that no caller could write.
    #[must_use]
    pub fn child(&self, name: &str, machine: &Machine) -> Self {
        let mut parts: Vec<&str> = self.shown_parts().chain([name]).collect();
        Self::of(&mut parts, machine, View::W64)
    }

    /// The name, in the spelling that it was given.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.shown
    }

    /// The name in upper case: the same for all spellings.
    #[must_use]
    pub fn folded(&self) -> &str {
        &self.folded
    }

    fn shown_parts(&self) -> impl Iterator<Item = &str> {
        split(self.shown.get(ROOT.len()..).unwrap_or_default()).skip(1)
    }

    /// Its parts below `\REGISTRY`, in upper case.
    #[must_use]
    pub fn parts(&self) -> Vec<&str> {
        let mut parts = Vec::with_capacity(16);
        parts.extend(split(self.folded.get(ROOT.len()..).unwrap_or_default()).skip(1));
        parts
    }

    /// The names that it goes by where a machine is not known, in upper case: its own, and the one in which its user, or its
    /// control set, is whichever is the current one.
    #[must_use]
    pub fn known_as(&self, machine: &Machine) -> Vec<String> {
        let mut parts = self.parts();
        let current = match parts.as_mut_slice() {
            ["USER", user, ..] if machine.is_user_key(user) => {
                *user = UNKNOWN_USER;
                true
            }
            ["MACHINE", "SYSTEM", set, ..]
                if machine.control_set().is_some_and(|current| set.eq_ignore_ascii_case(current)) =>
            {
                *set = "CURRENTCONTROLSET";
                true
            }
            _ => false,
        };
        let other = current.then(|| format!(r"{ROOT}\{}", parts.join(r"\")));
        [self.folded.clone()].into_iter().chain(other).collect()
    }

    /// Whether it is `ancestor` or lies below it.
    #[must_use]
    pub fn is_in(&self, ancestor: &Self) -> bool {
        let rest = self.folded.strip_prefix(&ancestor.folded);
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('\\'))
    }
}

impl Machine {
    /// The parts of a key's name in the form that it has in common with its twins: the key in the other view of WOW64, in
    /// any other control set and, where the user is not known, of any other person.
    pub fn kin(&self, parts: &mut Vec<&str>) {
        match parts.as_mut_slice() {
            ["MACHINE", "SYSTEM", set, ..] if is_control_set(set) => *set = "<CONTROL SET>",
            ["USER", user, ..] if self.user().is_none() && is_person(user) => *user = "<PERSON>",
            _ => {}
        }
        parts.retain(|part| !NODES.contains(part));
    }
}

/// Whether a key below `\REGISTRY\USER` is that of a person's account.
fn is_person(part: &str) -> bool {
    part.starts_with("S-1-5-21-") || part.starts_with("S-1-12-1-") || part == UNKNOWN_USER
}

impl PartialEq for RegistryKeyName {
    fn eq(&self, other: &Self) -> bool {
        self.folded == other.folded
    }
}

impl Eq for RegistryKeyName {}

impl Hash for RegistryKeyName {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.folded.hash(state);
    }
}

impl fmt::Display for RegistryKeyName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.shown)
    }
}

/// The keys that a path may mean: one, or two where it lies in the merge of classes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyNames {
    first: RegistryKeyName,
    second: Option<RegistryKeyName>,
}

impl KeyNames {
    /// The key; of two the machine's.
    #[must_use]
    pub const fn first(&self) -> &RegistryKeyName {
        &self.first
    }

    /// Every key that may be meant.
    pub fn iter(&self) -> impl Iterator<Item = &RegistryKeyName> {
        iter::once(&self.first).chain(&self.second)
    }
}

impl From<RegistryKeyName> for KeyNames {
    fn from(first: RegistryKeyName) -> Self {
        Self { first, second: None }
    }
}

impl RegistryPath {
    /// The keys that it means on `machine` to programs of `view`.
    #[must_use]
    pub fn names(&self, machine: &Machine, view: View) -> KeyNames {
        let name = |above: &[&'static str], user: Option<&'_ str>| {
            let mut parts: Vec<&str> = Vec::with_capacity(16);
            parts.extend(above.first());
            parts.extend(user);
            parts.extend(above.iter().skip(1));
            parts.extend(self.keys());
            RegistryKeyName::of(&mut parts, machine, view)
        };
        let user = Some(machine.user_key());
        let (first, second) = match self.hive() {
            Hive::LocalMachine => (name(&["MACHINE"], None), None),
            Hive::Users => (name(&["USER"], None), None),
            Hive::CurrentUser => (name(&["USER"], user), None),
            Hive::CurrentConfig => {
                let profile = ["MACHINE", "SYSTEM", "CurrentControlSet", "Hardware Profiles", "Current"];
                (name(&profile, None), None)
            }
            Hive::ClassesRoot => {
                let of_user = name(&["USER", "Software", "Classes"], user);
                (name(&["MACHINE", "SOFTWARE", "Classes"], None), Some(of_user))
            }
        };
        KeyNames { first, second }
    }
}
