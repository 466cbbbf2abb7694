//! A place in the registry that is read: one key, or the two of which the merge of classes is made.

use std::collections::HashSet;

use model::{
    Code, Fault, RegistryKey,
    registry::{Hive, RegistryData, RegistryKeyName, RegistryPath, RegistryValue, View, upcase},
};
use policy::registry::{Act, Judged};

use super::{
    Read, Rights, Said,
    cursor::Place,
    work::{Below, Opened, Work, if_there, joined, refusal, shown, told},
};

/// Subkeys that are judged together: a part of a list is seldom larger.
const AHEAD: usize = 256;

/// What is open of a key. What the first has hides what the second has by the same name.
pub(super) struct Spot {
    /// All its names: each has to permit what is met below it.
    names: Vec<RegistryKeyName>,
    /// Those of it that are there, at least one.
    pub(super) open: Vec<Opened>,
    /// The caller's path, with the long name of the hive.
    pub(super) path: String,
}

/// A subkey of a spot.
pub(super) struct Sub {
    pub(super) own: String,
    names: Vec<Below>,
    /// Levels that its own root lets a walk go below it.
    pub(super) max_depth: u32,
}

impl Sub {
    /// Its path, below that of the key that it was met in. One with a slash in its name has no other name than the kernel's; of the
    /// merge of classes that of the machine.
    pub(super) fn path(&self, above: &Spot) -> String {
        let path = below(&above.path, &self.own);
        match self.names.last() {
            Some(named) if self.own.contains('/') && !path.starts_with('\\') => {
                named.name.as_str().to_owned()
            }
            Some(_) | None => path,
        }
    }

    /// Whether it lies there, and is not another name of a key elsewhere.
    pub(super) fn is_here(&self) -> bool {
        self.names.iter().all(|below| below.here)
    }
}

impl Work<'_> {
    /// Opens the key at `index` of those that were judged.
    pub(super) fn spot(&self, index: usize, key: &RegistryKey, act: Act<'_>) -> Result<Spot, Fault> {
        let path = key.path.to_string();
        let names = self.names(index, &path)?;
        self.spot_named(names, &path, Rights::Read, act)
    }

    pub(super) fn spot_named(
        &self,
        names: Vec<RegistryKeyName>,
        path: &str,
        rights: Rights,
        act: Act<'_>,
    ) -> Result<Spot, Fault> {
        names.iter().try_for_each(|name| self.permitted(name, act, path))?;
        let open = names.iter().filter_map(|name| if_there(self.open(name, rights, act, path)).transpose());
        let open: Vec<Opened> = open.collect::<Result<_, _>>()?;
        if open.is_empty() {
            return Err(told(Fault::new(Code::KeyNotFound, ""), path));
        }
        Ok(Spot { names, open, path: path.to_owned() })
    }

    /// A subkey; nothing where it may not be seen. Judged by its name, not opened. `at` is where it was met, for those that
    /// follow to be asked about with it.
    pub(super) fn sub(&self, spot: &Spot, own: &str, at: Option<&Place>) -> Result<Option<Sub>, Fault> {
        let Some(sub) = self.sub_by_rules(spot, own) else { return Ok(None) };
        if self.policies.is_idle() {
            return Ok(Some(sub));
        }
        let said = sub.names.iter().map(|below| self.word(&below.name, || self.following(spot, at)));
        let said: Vec<Said> = said.collect::<Result<_, _>>()?;
        if said.iter().all(|said| *said == Said::Yes) {
            return Ok(Some(sub));
        }
        if !said.iter().any(|said| matches!(said, Said::No { .. })) {
            self.policies.note(&spot.path);
        }
        Ok(None)
    }

    /// Names of the subkeys that a walk meets next, of those that the rules let it see.
    fn following(&self, spot: &Spot, at: Option<&Place>) -> Result<Vec<RegistryKeyName>, Fault> {
        let first = Place::default();
        let Place { key, next, .. } = at.unwrap_or(&first);
        let Some(opened) = spot.open.get(*key) else { return Ok(Vec::new()) };
        let mut names = Vec::new();
        for index in (*next..).take(AHEAD) {
            self.step()?;
            let own = opened.key.subkey(index).map_err(|fault| told(fault, &spot.path))?;
            let Some(own) = own else { break };
            let sub = self.sub_by_rules(spot, &own);
            names.extend(sub.into_iter().flat_map(|sub| sub.names).map(|below| below.name));
        }
        Ok(names)
    }

    fn sub_by_rules(&self, spot: &Spot, own: &str) -> Option<Sub> {
        let names = spot.names.iter().map(|above| Below::of(above, own.to_owned(), self));
        let mut names: Vec<Below> = names.collect();
        // To 32-bit programs it may be the name of another key.
        if self.view() == View::W32 {
            let path = RegistryPath::parse(&below(&spot.path, own)).ok();
            let named = path.map(|path| path.names(self.guard.machine(), View::W32));
            let same = |below: &Below| {
                named.as_ref().is_some_and(|named| named.iter().any(|name| *name == below.name))
            };
            for (below, above) in names.iter_mut().zip(&spot.names) {
                // What both views share is a link among the keys of 32-bit programs, which see it where they look for it.
                let is_shared = has_node(above) && !has_node(&below.name);
                below.here = (below.here || is_shared) && same(below);
            }
        }
        let mut max_depth = u32::MAX;
        for below in &names {
            match self.guard.judge_key(&below.name, Act::Read) {
                Judged::Allow { max_depth: its } => max_depth = max_depth.min(its),
                Judged::Ask { .. } | Judged::Refuse(_) => return None,
            }
        }
        Some(Sub { own: own.to_owned(), names, max_depth })
    }

    /// Opens a subkey that may be seen; nothing where it has gone meanwhile.
    pub(super) fn spot_below(&self, spot: &Spot, sub: &Sub) -> Result<Option<Spot>, Fault> {
        let path = sub.path(spot);
        let mut open = Vec::with_capacity(spot.open.len());
        for above in &spot.open {
            let known = spot.names.iter().position(|name| *name == above.name);
            match known.and_then(|at| sub.names.get(at)) {
                Some(below) => {
                    open.extend(if_there(self.open_below(above, below, Rights::Read, Act::Read, &path))?);
                }
                // The kernel has another name for the key above.
                None => {
                    let below = Below::of(&above.name, sub.own.clone(), self);
                    self.permitted(&below.name, Act::Read, &path)?;
                    if self.word(&below.name, || Ok(Vec::new()))? != Said::Yes {
                        return Ok(None);
                    }
                    open.extend(if_there(self.open_below(above, &below, Rights::Read, Act::Read, &path))?);
                }
            }
        }
        let names = sub.names.iter().map(|below| below.name.clone()).collect();
        Ok((!open.is_empty()).then_some(Spot { names, open, path }))
    }

    /// As [`spot_below`](Self::spot_below) for walks, which go round what they may not enter: links, and keys that Windows
    /// refuses to the account.
    pub(super) fn enter(&self, spot: &Spot, sub: &Sub) -> Result<Option<Spot>, Fault> {
        match self.spot_below(spot, sub) {
            Err(fault) if matches!(fault.code, Code::RegistryLink | Code::AccessDenied) => Ok(None),
            other => other,
        }
    }

    /// A value; nothing where there is none.
    pub(super) fn value(
        &self,
        spot: &Spot,
        name: &str,
        expand: bool,
    ) -> Result<Option<RegistryValue>, Fault> {
        let most = self.most_bytes();
        for opened in &spot.open {
            self.step()?;
            if let Some(read) = opened.key.value(name, most).map_err(|fault| told(fault, &spot.path))? {
                return self.whole(spot, name, read, expand).map(Some);
            }
        }
        Ok(None)
    }

    /// A value as a reply shows it.
    pub(super) fn whole(
        &self,
        spot: &Spot,
        name: &str,
        read: Read,
        expand: bool,
    ) -> Result<RegistryValue, Fault> {
        let data = match read {
            Read::Whole(data) if data.size() as u64 > self.guard.limits().value_bytes => {
                return Err(self.too_large(&spot.path, name, data.size() as u64));
            }
            Read::Whole(data) => data,
            Read::Over(size) => return Err(self.too_large(&spot.path, name, size)),
        };
        let expanded = expand.then(|| self.expanded(&data)).flatten();
        Ok(RegistryValue { name: name.to_owned(), data: Some(data), expanded })
    }

    /// Bytes to ask the system for: the end of a text, which it counts, is not of its size.
    pub(super) fn most_bytes(&self) -> u64 {
        self.guard.limits().value_bytes.saturating_add(2)
    }

    pub(super) fn too_large(&self, path: &str, name: &str, size: u64) -> Fault {
        let place = format!("{path}: {}", if name.is_empty() { "(default)" } else { name });
        match self.guard.limits().bytes(size) {
            Err(refused) => refusal(refused, &place),
            Ok(()) => Fault::new(Code::LimitExceeded, format!("`{}` is too large", shown(&place))),
        }
    }

    fn expanded(&self, data: &RegistryData) -> Option<String> {
        let expands = data.kind == model::registry::ValueType::ExpandString;
        expands.then(|| data.as_text()).flatten().map(|text| self.port.expand(&text))
    }
}

/// Whether a key is one that 32-bit programs have for themselves.
fn has_node(name: &RegistryKeyName) -> bool {
    name.parts().contains(&"WOW6432NODE")
}

/// The path of a subkey. A name with a slash can be written in a kernel name only, which some hives do not have.
pub(super) fn below(path: &str, own: &str) -> String {
    let path = joined(path, own);
    if !own.contains('/') {
        return path;
    }
    let kernel = [(Hive::LocalMachine, "MACHINE"), (Hive::Users, "USER")]
        .into_iter()
        .find_map(|(hive, key)| Some(format!(r"\REGISTRY\{key}{}", path.strip_prefix(hive.long())?)));
    kernel.filter(|kernel| RegistryPath::parse(kernel).is_ok()).unwrap_or(path)
}

/// What of a key is gone through.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Of {
    Subkeys,
    /// With at most so many bytes of data each.
    Values(u64),
}

/// A subkey or value that is met.
pub(super) struct Met {
    pub(super) name: String,
    /// What a value holds.
    pub(super) read: Option<Read>,
    /// Where to go on after it.
    pub(super) place: Place,
}

/// Names of subkeys or values in the order of the system, those of the first key, then of the second those that the first
/// does not have.
pub(super) struct Names<'s> {
    spot: &'s Spot,
    of: Of,
    key: usize,
    next: u32,
    /// Names of the first key, once the second is begun, in upper case.
    hidden: Option<HashSet<String>>,
}

impl<'s> Names<'s> {
    pub(super) const fn new(spot: &'s Spot, of: Of) -> Self {
        Self { spot, of, key: 0, next: 0, hidden: None }
    }

    /// What stands at `index` of a key; of a value at most `most` bytes.
    fn nth(&self, key: usize, index: u32, most: u64) -> Result<Option<(String, Option<Read>)>, Fault> {
        let Some(Opened { key, .. }) = self.spot.open.get(key) else { return Ok(None) };
        let found = match self.of {
            Of::Subkeys => key.subkey(index).map(|name| Some((name?, None))),
            Of::Values(_) => {
                key.value_at(index, most).map(|found| found.map(|(name, read)| (name, Some(read))))
            }
        };
        found.map_err(|fault| told(fault, &self.spot.path))
    }

    fn name(&self, key: usize, index: u32) -> Result<Option<String>, Fault> {
        Ok(self.nth(key, index, 0)?.map(|(name, _)| name))
    }

    /// Goes to where a part before ended; whether the last entry of that part is still there, and how it is spelt.
    pub(super) fn seek(&mut self, place: &Place, work: &Work<'_>) -> Result<Option<String>, Fault> {
        self.key = place.key;
        let Some(last) = &place.after else {
            self.next = place.next;
            return Ok(None);
        };
        let folded = upcase(last);
        let is_last = |name: &Option<String>| name.as_ref().is_some_and(|name| upcase(name) == folded);
        let there = place.next.checked_sub(1).map(|index| self.name(self.key, index)).transpose()?.flatten();
        if is_last(&there) {
            self.next = place.next;
            return Ok(there);
        }
        // Something came or went before it. Where it is itself gone, the next in order follows; where there is no order, what
        // has taken its place.
        let (mut index, mut greater, mut before, mut sorted) = (0, None, String::new(), true);
        while let Some(name) = self.name(self.key, index)? {
            work.step()?;
            index += 1;
            let upper = upcase(&name).into_owned();
            if upper == folded {
                self.next = index;
                return Ok(Some(name));
            }
            if greater.is_none() && *upper > *folded {
                greater = Some(index - 1);
            }
            sorted &= before <= upper;
            before = upper;
        }
        self.next = if sorted { greater.unwrap_or(index) } else { place.next.saturating_sub(1) };
        Ok(None)
    }

    /// The next one.
    pub(super) fn next(&mut self, work: &Work<'_>) -> Result<Option<Met>, Fault> {
        loop {
            work.step()?;
            let most = if let Of::Values(most) = self.of { most } else { 0 };
            match self.nth(self.key, self.next, most)? {
                Some((name, read)) => {
                    self.next = self.next.saturating_add(1);
                    if self.key > 0 && self.hides(&name)? {
                        continue;
                    }
                    let place = Place { key: self.key, next: self.next, after: Some(name.clone()) };
                    return Ok(Some(Met { name, read, place }));
                }
                None if self.key + 1 < self.spot.open.len() => (self.key, self.next) = (self.key + 1, 0),
                None => return Ok(None),
            }
        }
    }

    fn hides(&mut self, name: &str) -> Result<bool, Fault> {
        if self.hidden.is_none() {
            let mut hidden = HashSet::new();
            let mut index = 0;
            while let Some(name) = self.name(0, index)? {
                hidden.insert(upcase(&name).into_owned());
                index += 1;
            }
            self.hidden = Some(hidden);
        }
        Ok(self.hidden.as_ref().is_some_and(|hidden| hidden.contains(&*upcase(name))))
    }
}
