//! A registry in memory that can be told to fail, to refuse, and to change under the hands of who uses it. Values and subkeys
//! have the order in which they came; keys have classes and access lists.

use std::{
    collections::{BTreeMap, HashMap, HashSet},
    sync::{Arc, Mutex, MutexGuard},
    time::Instant,
};

use model::{
    Code, Fault,
    registry::{Machine, RegistryData, RegistryKeyName, RegistryPath, ValueType, View, upcase},
};

use super::super::{About, Key, Like, Read, Registry, Rights};

pub(super) const SID: &str = "S-1-5-21-1-2-3-1001";

#[derive(Debug, Clone, Default)]
struct Node {
    own: String,
    above: u32,
    values: Vec<(String, RegistryData)>,
    below: Vec<u32>,
    class: Option<String>,
    security: Option<String>,
    link: bool,
    /// What the kernel calls it, where that is not where it lies.
    told: Option<String>,
}

type Hook = Box<dyn FnMut(&Port) + Send>;

#[derive(Default)]
pub(super) struct State {
    nodes: HashMap<u32, Node>,
    last: u32,
    /// Names of keys that were opened.
    pub(super) opened: Vec<String>,
    /// The change, counted from 0, that fails.
    pub(super) fails_at: Option<usize>,
    pub(super) changes: usize,
    /// Keys that the account may not open.
    pub(super) refused: HashSet<String>,
    /// Keys of which the account may not read the access list.
    pub(super) closed: HashSet<String>,
    /// How the next wait ends, before its time.
    pub(super) tells: Option<Result<bool, Code>>,
    pub(super) waits: usize,
    /// With what everything that is asked of an open key fails.
    pub(super) fails_with: Option<Code>,
    /// What happens before a key of this name is opened; once.
    hook: Option<(String, Hook)>,
}

/// A key as tests compare it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Seen {
    pub(super) class: Option<String>,
    pub(super) security: Option<String>,
    pub(super) values: Vec<(String, RegistryData)>,
}

#[derive(Clone)]
pub(super) struct Port(Arc<Mutex<State>>);

impl std::fmt::Debug for Port {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_map().entries(self.picture()).finish()
    }
}

impl Port {
    pub(super) fn new() -> Self {
        let mut state = State::default();
        state.nodes.insert(0, Node::default());
        Self(Arc::new(Mutex::new(state)))
    }

    pub(super) fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap()
    }

    /// With these keys, each `path`, or `path|value`.
    pub(super) fn with(keys: &[&str]) -> Self {
        let port = Self::new();
        for key in keys {
            let (path, value) = key.split_once('|').map_or((*key, None), |(path, value)| (path, Some(value)));
            let id = port.make(path);
            if let Some(value) = value {
                let data = RegistryData::text(ValueType::String, &format!("data of {value}"));
                port.state().nodes.get_mut(&id).unwrap().values.push((value.into(), data));
            }
        }
        port
    }

    /// Adds a key with all above it.
    pub(super) fn make(&self, path: &str) -> u32 {
        let name = named(path);
        let mut state = self.state();
        name.as_str().split('\\').skip(2).fold(0, |id, own| state.child(id, own).0)
    }

    fn id(&self, path: &str) -> u32 {
        self.state().find(&named(path)).unwrap()
    }

    pub(super) fn put(&self, path: &str, name: &str, data: RegistryData) {
        let id = self.make(path);
        self.state().nodes.get_mut(&id).unwrap().values.push((name.into(), data));
    }

    pub(super) fn has_value(&self, path: &str, name: &str) -> bool {
        let id = self.id(path);
        self.state().nodes[&id].values.iter().any(|(known, _)| known == name)
    }

    pub(super) fn dress(&self, path: &str, class: &str, security: &str) {
        let id = self.id(path);
        let mut state = self.state();
        let node = state.nodes.get_mut(&id).unwrap();
        (node.class, node.security) = (Some(class.into()), Some(security.into()));
    }

    /// Makes a key a link.
    pub(super) fn link(&self, path: &str) {
        let id = self.make(path);
        self.state().nodes.get_mut(&id).unwrap().link = true;
    }

    /// Has the kernel tell another name for a key, as where it is reached through a link that nobody noticed.
    pub(super) fn told_as(&self, path: &str, other: &str) {
        let id = self.make(path);
        self.state().nodes.get_mut(&id).unwrap().told = Some(named(other).as_str().into());
    }

    pub(super) fn drop_key(&self, path: &str) {
        let id = self.id(path);
        self.state().remove(id);
    }

    /// Does something before a key of this path is opened.
    pub(super) fn before_open(&self, path: &str, hook: impl FnMut(&Self) + Send + 'static) {
        self.state().hook = Some((named(path).folded().into(), Box::new(hook)));
    }

    pub(super) fn refuse(&self, path: &str) {
        self.state().refused.insert(named(path).folded().into());
    }

    /// Everything, by the names of keys.
    pub(super) fn picture(&self) -> BTreeMap<String, Seen> {
        let state = self.state();
        let seen = state.nodes.iter().map(|(id, node)| {
            let Node { class, security, values, .. } = node.clone();
            (state.name(*id), Seen { class, security, values })
        });
        seen.collect()
    }

    /// Everything but the order of values.
    pub(super) fn unordered(&self) -> BTreeMap<String, Seen> {
        let mut all = self.picture();
        all.values_mut().for_each(|key| key.values.sort_by(|one, other| one.0.cmp(&other.0)));
        all
    }

    pub(super) fn has(&self, path: &str) -> bool {
        self.state().find(&named(path)).is_ok()
    }

    /// Whether a key of this path was opened, or one below it.
    pub(super) fn was_opened(&self, path: &str) -> bool {
        let name = named(path);
        let opened = self.state().opened.clone();
        opened.iter().any(|opened| RegistryKeyName::from_kernel(opened, &machine()).unwrap().is_in(&name))
    }
}

pub(super) fn machine() -> Machine {
    Machine::new(Some(SID.parse().unwrap()), Some(1))
}

pub(super) fn named(path: &str) -> RegistryKeyName {
    path.parse::<RegistryPath>().unwrap().names(&machine(), View::W64).first().clone()
}

impl State {
    fn child(&mut self, id: u32, own: &str) -> (u32, bool) {
        if let Some(known) = self.known(id, own) {
            return (known, false);
        }
        self.last += 1;
        let new = self.last;
        let node = Node { own: own.into(), above: id, security: Some("inherited".into()), ..Node::default() };
        self.nodes.insert(new, node);
        self.nodes.get_mut(&id).unwrap().below.push(new);
        (new, true)
    }

    fn known(&self, id: u32, own: &str) -> Option<u32> {
        let mut below = self.nodes[&id].below.iter();
        below.find(|below| upcase(&self.nodes[below].own) == upcase(own)).copied()
    }

    fn remove(&mut self, id: u32) {
        for below in self.nodes[&id].below.clone() {
            self.remove(below);
        }
        let above = self.nodes.remove(&id).unwrap().above;
        self.nodes.get_mut(&above).unwrap().below.retain(|below| *below != id);
    }

    fn find(&self, name: &RegistryKeyName) -> Result<u32, Fault> {
        let mut id = 0;
        for own in name.as_str().split('\\').skip(2) {
            id = self.known(id, own).ok_or_else(missing)?;
            if self.nodes[&id].link {
                return Err(Fault::new(Code::RegistryLink, "the port says it is a link"));
            }
        }
        Ok(id)
    }

    fn name(&self, id: u32) -> String {
        let node = &self.nodes[&id];
        match &node.told {
            Some(told) => told.clone(),
            None if id == 0 => r"\REGISTRY".into(),
            None => format!(r"{}\{}", self.name(node.above), node.own),
        }
    }

    fn change(&mut self) -> Result<(), Fault> {
        let now = self.changes;
        self.changes += 1;
        if self.fails_at == Some(now) {
            return Err(Fault::new(Code::AccessDenied, r"\REGISTRY\SECRET\NAME was refused"));
        }
        Ok(())
    }
}

fn missing() -> Fault {
    Fault::new(Code::KeyNotFound, r"\REGISTRY\SECRET\NAME is missing")
}

struct Open {
    port: Port,
    id: u32,
    tells_security: bool,
}

impl Port {
    fn opened(&self, id: u32, rights: Rights) -> Result<Box<dyn Key>, Fault> {
        let mut state = self.state();
        let name = state.name(id);
        let closed = rights == Rights::ReadSecurity && state.closed.contains(&*upcase(&name));
        if closed || state.refused.contains(&*upcase(&name)) {
            return Err(Fault::new(Code::AccessDenied, "the port refuses"));
        }
        state.opened.push(name);
        drop(state);
        let tells_security = rights == Rights::ReadSecurity;
        Ok(Box::new(Open { port: self.clone(), id, tells_security }))
    }

    fn meet(&self, name: &str) {
        let due = self.state().hook.take_if(|(path, _)| **path == *upcase(name));
        if let Some((_, mut hook)) = due {
            hook(self);
        }
    }
}

impl Registry for Port {
    fn machine(&self) -> Machine {
        machine()
    }

    fn open(&self, name: &RegistryKeyName, rights: Rights) -> Result<Box<dyn Key>, Fault> {
        self.meet(name.folded());
        let id = self.state().find(name)?;
        self.opened(id, rights)
    }

    fn expand(&self, text: &str) -> String {
        text.replace("%TEMP%", r"C:\Temp")
    }
}

impl Open {
    fn node<T>(&self, ask: impl FnOnce(&Node, &State) -> T) -> Result<T, Fault> {
        let state = self.port.state();
        if let Some(code) = state.fails_with {
            return Err(Fault::new(code, "the port fails"));
        }
        state.nodes.get(&self.id).map(|node| ask(node, &state)).ok_or_else(missing)
    }

    fn change<T>(&self, change: impl FnOnce(&mut State) -> T) -> Result<T, Fault> {
        let mut state = self.port.state();
        state.change()?;
        if !state.nodes.contains_key(&self.id) {
            return Err(missing());
        }
        Ok(change(&mut state))
    }
}

fn read(data: &RegistryData, most: u64) -> Read {
    let size = data.bytes.len() as u64;
    if size > most { Read::Over(size) } else { Read::Whole(data.clone()) }
}

impl Key for Open {
    fn name(&self) -> Result<RegistryKeyName, Fault> {
        let name = self.node(|_, state| state.name(self.id))?;
        Ok(RegistryKeyName::from_kernel(&name, &machine()).unwrap())
    }

    fn about(&self) -> Result<About, Fault> {
        self.node(|node, _| About {
            subkeys: node.below.len().try_into().unwrap(),
            values: node.values.len().try_into().unwrap(),
            last_write_ms: None,
            class: node.class.clone(),
        })
    }

    fn subkey(&self, index: u32) -> Result<Option<String>, Fault> {
        self.node(|node, state| node.below.get(index as usize).map(|id| state.nodes[id].own.clone()))
    }

    fn value_at(&self, index: u32, most: u64) -> Result<Option<(String, Read)>, Fault> {
        self.node(|node, _| {
            node.values.get(index as usize).map(|(name, data)| (name.clone(), read(data, most)))
        })
    }

    fn value(&self, name: &str, most: u64) -> Result<Option<Read>, Fault> {
        self.node(|node, _| {
            let found = node.values.iter().find(|(known, _)| upcase(known) == upcase(name));
            found.map(|(_, data)| read(data, most))
        })
    }

    fn open(&self, subkey: &str, rights: Rights) -> Result<Box<dyn Key>, Fault> {
        let name = self.node(|_, state| format!(r"{}\{subkey}", state.name(self.id)))?;
        self.port.meet(&name);
        let below = self.node(|_, state| {
            let id = state.known(self.id, subkey)?;
            Some((id, state.nodes[&id].link))
        })?;
        match below {
            None => Err(missing()),
            Some((_, true)) => Err(Fault::new(Code::RegistryLink, "the port says it is a link")),
            Some((id, false)) => self.port.opened(id, rights),
        }
    }

    fn create(&self, subkey: &str, like: &Like) -> Result<(Box<dyn Key>, bool), Fault> {
        let (id, is_new) = self.change(|state| {
            let (id, is_new) = state.child(self.id, subkey);
            let node = state.nodes.get_mut(&id).unwrap();
            if is_new {
                node.class.clone_from(&like.class);
                node.security = like.security.clone().or(node.security.take());
            }
            (id, is_new)
        })?;
        if self.node(|_, state| state.nodes[&id].link)? {
            return Err(Fault::new(Code::RegistryLink, "the port says it is a link"));
        }
        Ok((self.port.opened(id, Rights::Write)?, is_new))
    }

    fn set(&self, name: &str, data: &RegistryData) -> Result<(), Fault> {
        self.change(|state| {
            let values = &mut state.nodes.get_mut(&self.id).unwrap().values;
            match values.iter_mut().find(|(known, _)| upcase(known) == upcase(name)) {
                Some((_, known)) => *known = data.clone(),
                None => values.push((name.into(), data.clone())),
            }
        })
    }

    fn delete_value(&self, name: &str) -> Result<bool, Fault> {
        self.change(|state| {
            let values = &mut state.nodes.get_mut(&self.id).unwrap().values;
            let had = values.len();
            values.retain(|(known, _)| upcase(known) != upcase(name));
            values.len() < had
        })
    }

    fn delete(&self) -> Result<(), Fault> {
        let empty = self.node(|node, _| node.below.is_empty())?;
        if !empty {
            return Err(Fault::new(Code::AccessDenied, "the key has subkeys"));
        }
        self.change(|state| state.remove(self.id))
    }

    fn security(&self) -> Option<String> {
        self.node(|node, _| node.security.clone()).ok().flatten().filter(|_| self.tells_security)
    }

    fn wait(&self, until: Instant, cancelled: &dyn Fn() -> bool) -> Result<bool, Fault> {
        self.port.state().waits += 1;
        self.port.meet(self.name()?.as_str());
        if let Some(told) = self.port.state().tells.take() {
            return told.map_err(|code| Fault::new(code, "the port fails"));
        }
        while Instant::now() < until && !cancelled() {
            self.node(|_, _| ())?;
            std::thread::yield_now();
        }
        Ok(false)
    }
}
