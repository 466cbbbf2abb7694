//! The keys of the simulated registry. A key has a number for as long as it is there, and none afterwards.

use std::{
    collections::HashMap,
    time::{SystemTime, UNIX_EPOCH},
};

use gate::registry::Read;
use model::registry::{Machine, RegistryData, RegistryKeyName};

use super::{generated::Lazy, sorted::Sorted};

/// When all keys were written that nobody has changed: 2024-01-01, the same in every run.
const WRITTEN: i64 = 1_704_067_200_000;

/// A key's number.
pub(super) type Id = u64;

#[derive(Debug)]
pub(super) struct Value {
    pub(super) name: String,
    pub(super) data: RegistryData,
}

#[derive(Debug)]
pub(super) struct Node {
    pub(super) name: RegistryKeyName,
    /// What the key above calls it.
    pub(super) own: String,
    pub(super) above: Option<Id>,
    /// Its path in the spelling of the world or of the call that created it, with the long name of the hive.
    pub(super) spelled: String,
    /// Its paths in the world, of which each is a name of this key; none where others only imply it.
    pub(super) paths: Vec<String>,
    pub(super) values: Sorted<Value>,
    pub(super) below: Sorted<Id>,
    pub(super) is_link: bool,
    pub(super) lazy: Lazy,
    pub(super) written: i64,
}

/// What has to be changed in the world.
#[derive(Debug)]
pub(super) enum Edit {
    Create(String),
    Delete(String),
    Set {
        path: String,
        name: String,
        data: RegistryData,
    },
    Unset {
        path: String,
        name: String,
    },
    /// What was generated there now stands there.
    Written(String),
}

#[derive(Debug)]
pub(super) struct Tree {
    pub(super) machine: Machine,
    nodes: HashMap<Id, Node>,
    last: Id,
    machines: Id,
    users: Id,
    /// Keys that both views share besides those of Windows, in upper case, below `\REGISTRY\MACHINE\SOFTWARE`.
    pub(super) shared: Vec<String>,
    pub(super) edits: Vec<Edit>,
    /// How keys were spelt that the change under way has deleted, by their names in upper case: put back, they are so again.
    pub(super) gone: HashMap<String, Vec<String>>,
}

/// Where a name leads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum At {
    Node(Id),
    /// A generated key that nothing was done to, by the key it lies in and its number there.
    Generated(Id, u32),
}

/// Why a name leads nowhere.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Lost {
    Missing,
    Link,
}

impl Tree {
    pub(super) fn new(machine: Machine) -> Self {
        let mut tree = Self {
            machine,
            nodes: HashMap::new(),
            last: 0,
            machines: 0,
            users: 0,
            shared: Vec::new(),
            edits: Vec::new(),
            gone: HashMap::new(),
        };
        for (hive, path) in [("MACHINE", "HKEY_LOCAL_MACHINE"), ("USER", "HKEY_USERS")] {
            let Ok(name) = RegistryKeyName::from_kernel(&format!(r"\REGISTRY\{hive}"), &tree.machine) else {
                continue;
            };
            let id = tree.add(name, hive.into(), None, path.into());
            *(if hive == "USER" { &mut tree.users } else { &mut tree.machines }) = id;
        }
        tree
    }

    fn add(&mut self, name: RegistryKeyName, own: String, above: Option<Id>, spelled: String) -> Id {
        self.last += 1;
        let node = Node {
            name,
            own,
            above,
            spelled,
            paths: Vec::new(),
            values: Sorted::default(),
            below: Sorted::default(),
            is_link: false,
            lazy: Lazy::default(),
            written: WRITTEN,
        };
        self.nodes.insert(self.last, node);
        self.last
    }

    pub(super) fn node(&self, id: Id) -> Option<&Node> {
        self.nodes.get(&id)
    }

    pub(super) fn node_mut(&mut self, id: Id) -> Option<&mut Node> {
        self.nodes.get_mut(&id)
    }

    /// The key of a hive, and the names of those below it.
    fn split<'n>(&self, name: &'n RegistryKeyName) -> (Id, Vec<&'n str>) {
        let mut parts = name.as_str().split('\\').skip(2);
        let hive = if parts.next().is_some_and(|hive| hive.eq_ignore_ascii_case("USER")) {
            self.users
        } else {
            self.machines
        };
        let mut parts: Vec<&str> = parts.collect();
        // Keys that this world's views share are one key, which has no node of its own.
        if hive == self.machines && self.is_shared(name) {
            parts.remove(1);
        }
        (hive, parts)
    }

    /// Whether it is the name that a key which this world's views share has among those of 32-bit programs.
    fn is_shared(&self, name: &RegistryKeyName) -> bool {
        let parts = name.parts();
        let ["MACHINE", "SOFTWARE", "WOW6432NODE", rest @ ..] = parts.as_slice() else { return false };
        let rest = rest.join("\\");
        let is_in = |shared: &String| {
            rest.strip_prefix(&**shared).is_some_and(|rest| rest.is_empty() || rest.starts_with('\\'))
        };
        self.shared.iter().any(is_in)
    }

    pub(super) fn find(&self, name: &RegistryKeyName) -> Result<At, Lost> {
        let (hive, parts) = self.split(name);
        let mut at = At::Node(hive);
        for part in parts {
            at = self.below(at, part)?;
        }
        Ok(at)
    }

    pub(super) fn below(&self, at: At, own: &str) -> Result<At, Lost> {
        let At::Node(id) = at else { return Err(Lost::Missing) };
        let node = self.node(id).ok_or(Lost::Missing)?;
        match node.below.get(own) {
            Some(below) if self.node(*below).is_some_and(|node| node.is_link) => Err(Lost::Link),
            Some(below) => Ok(At::Node(*below)),
            None => match node.lazy.key(own) {
                Some(number) => Ok(At::Generated(id, number)),
                None => self.elsewhere(node, own).ok_or(Lost::Missing),
            },
        }
    }

    /// Where a subkey leads that Windows has as a link among the keys of 32-bit programs: to the key that both views share.
    fn elsewhere(&self, node: &Node, own: &str) -> Option<At> {
        twin(node)?;
        let name = node.name.child(own, &self.machine);
        if name.is_in(&node.name) && !self.is_shared(&name) {
            return None;
        }
        self.find(&name).ok()
    }

    /// The names of such subkeys, in their order.
    pub(super) fn links(&self, node: &Node) -> Vec<String> {
        let twin = twin(node).and_then(|twin| RegistryKeyName::from_kernel(&twin, &self.machine).ok());
        let Some(At::Node(twin)) = twin.and_then(|twin| self.find(&twin).ok()) else { return Vec::new() };
        let below = self.node(twin).into_iter().flat_map(|twin| twin.below.iter());
        let names = below.filter_map(|id| self.node(*id)).map(|below| &below.own);
        let is_link = |own: &&String| node.below.get(own).is_none() && self.elsewhere(node, own).is_some();
        names.filter(is_link).cloned().collect()
    }

    /// The key of this name, with all above it, as the world `path` implies it.
    pub(super) fn implied(&mut self, name: &RegistryKeyName, path: &str) -> Id {
        let (hive, parts) = self.split(name);
        let parts: Vec<String> = parts.into_iter().map(str::to_owned).collect();
        let spelled: Vec<&str> = path.split('\\').collect();
        let mut id = hive;
        for (level, own) in parts.iter().enumerate() {
            // The path may have fewer levels than the name, or others: they are counted from the end.
            let left = parts.len() - level - 1;
            let path = spelled.get(..spelled.len().saturating_sub(left)).unwrap_or_default().join("\\");
            let above = self.node(id).map_or_else(String::new, |node| format!(r"{}\{own}", node.spelled));
            id = self.child(id, own, if path.is_empty() { above } else { path });
        }
        id
    }

    /// The subkey called `own`, which is added where it is not there.
    pub(super) fn child(&mut self, id: Id, own: &str, spelled: String) -> Id {
        let Some(node) = self.node(id) else { return id };
        if let Some(below) = node.below.get(own) {
            return *below;
        }
        let name = node.name.child(own, &self.machine);
        let below = self.add(name, own.to_owned(), Some(id), spelled);
        if let Some(node) = self.node_mut(id) {
            node.below.insert(own, below);
            node.lazy.cover_key(own);
        }
        below
    }

    /// Deletes a key without subkeys.
    pub(super) fn remove(&mut self, id: Id) {
        let above = self.node(id).and_then(|node| Some((node.above?, node.own.clone())));
        if let Some((above, own)) = above
            && self.node(above).is_some_and(|node| node.lazy.names_key(&own).is_some())
        {
            self.write_out(above);
        }
        let Some(node) = self.nodes.remove(&id) else { return };
        self.gone.insert(node.name.folded().to_owned(), node.paths.clone());
        self.edits.extend(node.paths.into_iter().map(Edit::Delete));
        if let Some(above) = node.above.and_then(|above| self.nodes.get_mut(&above)) {
            above.below.remove(&node.own);
        }
        self.touch(node.above);
    }

    /// Notes that a key was changed.
    pub(super) fn touch(&mut self, id: Option<Id>) {
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_millis();
        if let Some(node) = id.and_then(|id| self.nodes.get_mut(&id)) {
            // Two changes are told apart however soon the second comes.
            node.written = i64::try_from(now).unwrap_or_default().max(node.written + 1);
        }
    }

    /// The key as one to which something can be done.
    pub(super) fn settled(&mut self, at: At) -> Option<Id> {
        match at {
            At::Node(id) => self.node(id).map(|_| id),
            At::Generated(above, number) => {
                let own = format!("subkey{number}");
                let spelled = format!(r"{}\{own}", self.node(above)?.spelled);
                let id = self.child(above, &own, spelled.clone());
                self.explicit(id, &spelled);
                Some(id)
            }
        }
    }

    /// Has the world name the key as it did before the change deleted it, or not, as then; whether it is such a key.
    pub(super) fn again(&mut self, id: Id) -> bool {
        let Some(node) = self.nodes.get_mut(&id) else { return false };
        let Some(paths) = self.gone.remove(node.name.folded()) else { return false };
        self.edits.extend(paths.iter().cloned().map(Edit::Create));
        node.paths = paths;
        true
    }

    /// Has the world name the key, where it does not yet.
    pub(super) fn explicit(&mut self, id: Id, path: &str) {
        if let Some(node) = self.nodes.get_mut(&id)
            && node.paths.is_empty()
        {
            node.paths.push(path.to_owned());
            self.edits.push(Edit::Create(path.to_owned()));
        }
    }

    /// Writes out what is generated in a key: one of it will no longer be as it was.
    pub(super) fn write_out(&mut self, id: Id) {
        let Some(node) = self.nodes.get_mut(&id) else { return };
        let lazy = std::mem::take(&mut node.lazy);
        let path = node.paths.first().unwrap_or(&node.spelled).clone();
        self.explicit(id, &path);
        for number in (0..).map_while(|index| lazy.nth_key(index)) {
            let own = format!("subkey{number}");
            let spelled = format!(r"{path}\{own}");
            let below = self.child(id, &own, spelled.clone());
            self.explicit(below, &spelled);
        }
        for (name, read) in (0..).map_while(|index| lazy.nth_value(index, u64::MAX)) {
            if let Read::Whole(data) = read {
                self.set(id, &name, data);
            }
        }
        let (_, from) = lazy.into_all();
        self.edits.extend(from.map(Edit::Written));
    }

    /// Writes a value of a key that the world names.
    pub(super) fn set(&mut self, id: Id, name: &str, data: RegistryData) {
        let Some(node) = self.nodes.get_mut(&id) else { return };
        let Some(path) = node.paths.first().cloned() else { return };
        let name = match node.values.get_mut(name) {
            Some(value) => {
                value.data = data.clone();
                value.name.clone()
            }
            None => {
                node.values.insert(name, Value { name: name.to_owned(), data: data.clone() });
                node.lazy.cover_value(name);
                name.to_owned()
            }
        };
        for other in node.paths.iter().skip(1) {
            self.edits.push(Edit::Unset { path: other.clone(), name: name.clone() });
        }
        self.edits.push(Edit::Set { path, name, data });
    }

    /// Deletes a value; whether it was there.
    pub(super) fn unset(&mut self, id: Id, name: &str) -> bool {
        if self.nodes.get(&id).is_some_and(|node| node.lazy.names_value(name)) {
            self.write_out(id);
        }
        let Some(node) = self.nodes.get_mut(&id) else { return false };
        let Some(value) = node.values.remove(name) else { return false };
        for path in &node.paths {
            self.edits.push(Edit::Unset { path: path.clone(), name: value.name.clone() });
        }
        true
    }
}

/// The name of the key that 64-bit programs have in the place of one of 32-bit programs.
fn twin(node: &Node) -> Option<String> {
    let at = node.name.parts().iter().position(|part| *part == "WOW6432NODE")?;
    let parts = node.name.as_str().split('\\').enumerate();
    // Before the parts stand the empty one and `REGISTRY`.
    let parts: Vec<&str> = parts.filter(|(place, _)| *place != at + 2).map(|(_, part)| part).collect();
    Some(parts.join("\\"))
}
