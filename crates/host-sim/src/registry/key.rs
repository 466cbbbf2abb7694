//! A key of the simulated registry that is open.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use gate::registry::{About, Key, Like, Read, Rights};
use model::{
    Code, Fault,
    registry::{RegistryData, RegistryKeyName},
};

use super::{
    Shared, lost,
    named::{Named, Spelling},
    tree::{At, Lost, Node, Tree},
};

/// How often a wait looks whether it is to end.
const LOOK: Duration = Duration::from_millis(20);

#[derive(Debug)]
pub(super) struct SimKey {
    shared: Arc<Shared>,
    at: At,
    named: Arc<Named>,
}

impl SimKey {
    pub(super) fn new(shared: &Arc<Shared>, at: At, named: &Arc<Named>) -> Self {
        Self { shared: Arc::clone(shared), at, named: Arc::clone(named) }
    }

    fn below(&self, at: At) -> Box<dyn Key> {
        Box::new(Self::new(&self.shared, at, &self.named))
    }

    /// Asks the key; of one that is generated there is nothing to ask.
    fn ask<T>(&self, empty: T, question: impl FnOnce(&Tree, &Node) -> T) -> Result<T, Fault> {
        let tree = self.shared.tree();
        match now(&tree, self.at) {
            Some(At::Node(id)) => Ok(question(&tree, tree.node(id).ok_or_else(gone)?)),
            Some(At::Generated(..)) => Ok(empty),
            None => Err(gone()),
        }
    }

    fn change<T>(&self, change: impl FnOnce(&mut Tree, u64) -> Result<T, Fault>) -> Result<T, Fault> {
        self.shared.holds()?;
        let mut tree = self.shared.tree();
        let at = now(&tree, self.at).ok_or_else(gone)?;
        let id = tree.settled(at).ok_or_else(gone)?;
        let done = change(&mut tree, id);
        self.shared.changed.notify_all();
        done
    }
}

/// Where the key is by now: a generated one may stand there itself meanwhile, or be gone.
fn now(tree: &Tree, at: At) -> Option<At> {
    match at {
        At::Node(id) => tree.node(id).map(|_| at),
        At::Generated(above, number) => tree.below(At::Node(above), &format!("subkey{number}")).ok(),
    }
}

fn gone() -> Fault {
    lost(Lost::Missing)
}

fn held(data: &RegistryData, most: u64) -> Read {
    let size = data.bytes.len() as u64;
    if size > most { Read::Over(size) } else { Read::Whole(data.clone()) }
}

impl Key for SimKey {
    fn name(&self) -> Result<RegistryKeyName, Fault> {
        let tree = self.shared.tree();
        match now(&tree, self.at).ok_or_else(gone)? {
            At::Node(id) => Ok(tree.node(id).ok_or_else(gone)?.name.clone()),
            At::Generated(above, number) => {
                let above = tree.node(above).ok_or_else(gone)?;
                Ok(above.name.child(&format!("subkey{number}"), &tree.machine))
            }
        }
    }

    fn about(&self) -> Result<About, Fault> {
        let count = |count: usize| u32::try_from(count).unwrap_or(u32::MAX);
        self.ask(About::default(), |tree, node| About {
            subkeys: count(node.below.len() + node.lazy.keys() + tree.links(node).len()),
            values: count(node.values.len() + node.lazy.values()),
            last_write_ms: Some(node.written),
            class: None,
        })
    }

    fn subkey(&self, index: u32) -> Result<Option<String>, Fault> {
        let index = index as usize;
        self.ask(None, |tree, node| match node.below.nth(index) {
            Some(id) => tree.node(*id).map(|node| node.own.clone()),
            None => {
                let index = index.checked_sub(node.below.len())?;
                match node.lazy.nth_key(index) {
                    Some(number) => Some(format!("subkey{number}")),
                    None => tree.links(node).get(index.checked_sub(node.lazy.keys())?).cloned(),
                }
            }
        })
    }

    fn value_at(&self, index: u32, most: u64) -> Result<Option<(String, Read)>, Fault> {
        let index = index as usize;
        self.ask(None, |_, node| match node.values.nth(index) {
            Some(value) => Some((value.name.clone(), held(&value.data, most))),
            None => node.lazy.nth_value(index.checked_sub(node.values.len())?, most),
        })
    }

    fn value(&self, name: &str, most: u64) -> Result<Option<Read>, Fault> {
        self.ask(None, |_, node| match node.values.get(name) {
            Some(value) => Some(held(&value.data, most)),
            None => node.lazy.value(name, most).map(|(_, read)| read),
        })
    }

    fn open(&self, subkey: &str, _: Rights) -> Result<Box<dyn Key>, Fault> {
        let tree = self.shared.tree();
        let at = now(&tree, self.at).ok_or_else(gone)?;
        let below = tree.below(at, subkey).map_err(lost)?;
        drop(tree);
        Ok(self.below(below))
    }

    fn create(&self, subkey: &str, _: &Like) -> Result<(Box<dyn Key>, bool), Fault> {
        let (at, is_new) = self.change(|tree, id| match tree.below(At::Node(id), subkey) {
            Ok(at) => Ok((at, false)),
            Err(Lost::Link) => Err(lost(Lost::Link)),
            Err(Lost::Missing) => {
                let above = tree.node(id).ok_or_else(gone)?;
                let name = above.name.child(subkey, &tree.machine);
                let otherwise = format!(r"{}\{subkey}", above.spelled);
                let Spelling { path, implied, named } = self.named.spelling(&name, otherwise, &tree.machine);
                let below = tree.child(id, subkey, path.clone());
                if !tree.again(below) && !implied || named {
                    tree.explicit(below, &path);
                }
                tree.touch(Some(id));
                Ok((At::Node(below), true))
            }
        })?;
        Ok((self.below(at), is_new))
    }

    fn set(&self, name: &str, data: &RegistryData) -> Result<(), Fault> {
        self.change(|tree, id| {
            let node = tree.node(id).ok_or_else(gone)?;
            let spelling = self.named.spelling(&node.name, node.spelled.clone(), &tree.machine);
            tree.explicit(id, &spelling.path);
            tree.set(id, name, data.clone());
            tree.touch(Some(id));
            Ok(())
        })
    }

    fn delete_value(&self, name: &str) -> Result<bool, Fault> {
        self.change(|tree, id| {
            let was = tree.unset(id, name);
            tree.touch(Some(id));
            Ok(was)
        })
    }

    fn delete(&self) -> Result<(), Fault> {
        self.change(|tree, id| {
            let empty = tree.node(id).is_some_and(|node| node.below.len() + node.lazy.keys() == 0);
            if !empty {
                return Err(Fault::new(Code::AccessDenied, "the key has subkeys"));
            }
            tree.remove(id);
            Ok(())
        })
    }

    fn security(&self) -> Option<String> {
        None
    }

    fn wait(&self, until: Instant, cancelled: &dyn Fn() -> bool) -> Result<bool, Fault> {
        let mut tree = self.shared.tree();
        let written = |tree: &Tree| match now(tree, self.at) {
            Some(At::Node(id)) => tree.node(id).map(|node| node.written),
            Some(At::Generated(..)) => Some(0),
            None => None,
        };
        let before = written(&tree).ok_or_else(gone)?;
        loop {
            if written(&tree) != Some(before) {
                return Ok(true);
            }
            let Some(left) = until.checked_duration_since(Instant::now()).filter(|left| !left.is_zero())
            else {
                return Ok(false);
            };
            if cancelled() {
                return Ok(false);
            }
            let waited = self.shared.changed.wait_timeout(tree, left.min(LOOK));
            tree = waited.unwrap_or_else(std::sync::PoisonError::into_inner).0;
        }
    }
}
