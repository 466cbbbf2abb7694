//! What a change found, so that it can be put back.

use model::{
    Code, Fault,
    registry::{RegistryData, RegistryKeyName},
};
use serde::{Deserialize, Serialize};

use super::{
    Key, Like, Read, Registry, Rights,
    image::{self, Image, Room},
    work::{if_there, link, shown, told},
};

/// Keys and values as they were before a change: types, bytes and order of values, classes and access lists of keys.
#[derive(Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Before {
    /// Keys that were not there, each before those below it.
    pub(super) absent: Vec<Named>,
    /// Keys that are deleted.
    pub(super) trees: Vec<Tree>,
    /// Values that are changed.
    pub(super) values: Vec<Valued>,
}

impl std::fmt::Debug for Before {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { absent, trees, values } = self;
        write!(f, "Before({} absent, {trees:?}, {} values)", absent.len(), values.len())
    }
}

/// A key, by the name that the kernel has for it and as the caller calls it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Named {
    pub(super) name: String,
    pub(super) path: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Tree {
    pub(super) key: Named,
    pub(super) image: Image,
    /// Whether the change creates it again, so that what is there afterwards is another key.
    #[serde(default)]
    pub(super) remade: bool,
}

#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Valued {
    pub(super) key: Named,
    pub(super) name: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) was: Option<RegistryData>,
}

impl Before {
    /// Whether there is nothing to put back.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.absent.is_empty() && self.trees.is_empty() && self.values.is_empty()
    }

    /// The keys that it is about, as the caller calls them, each once: where a tree is deleted, its topmost.
    #[must_use]
    pub fn keys(&self) -> Vec<&str> {
        let trees = self.trees.iter().map(|tree| &tree.key);
        let all = trees.chain(&self.absent).chain(self.values.iter().map(|value| &value.key));
        let mut keys: Vec<&str> = all.map(|key| key.path.as_str()).collect();
        keys.sort_unstable();
        keys.dedup();
        keys
    }

    /// Puts back what it holds. What others have put there meanwhile stays, and so does a key that holds it. A value that was
    /// deleted from a key that is still there comes back as the last of it.
    ///
    /// # Errors
    /// The machine refuses something; the rest is put back nevertheless. The message says how much could not be.
    pub fn restore(&self, port: &dyn Registry) -> Result<(), Fault> {
        self.restore_unless(port, &|| false)
    }

    /// The same until `late` says that it is.
    ///
    /// # Errors
    /// Those of `restore`; `TIMEOUT`.
    pub fn restore_unless(&self, port: &dyn Registry, late: &dyn Fn() -> bool) -> Result<(), Fault> {
        let back = Back { port, before: self, late };
        let mut failed = Vec::new();
        for tree in &self.trees {
            failed.extend(back.tree(tree).err());
        }
        for value in &self.values {
            failed.extend(back.value(value).err());
        }
        for key in self.absent.iter().rev() {
            failed.extend(back.absent(key).err());
        }
        let more = failed.len().saturating_sub(1);
        match failed.into_iter().next() {
            None => Ok(()),
            Some(mut first) => {
                if more > 0 {
                    first.message.push_str(&format!("; and {more} more"));
                }
                Err(first)
            }
        }
    }
}

/// Putting back. The keys were judged before they were changed; here it is only held that they are still those.
struct Back<'a> {
    port: &'a dyn Registry,
    before: &'a Before,
    late: &'a dyn Fn() -> bool,
}

impl Back<'_> {
    fn in_time(&self) -> Result<(), Fault> {
        if (self.late)() {
            return Err(Fault::new(Code::Timeout, "putting it back took too long"));
        }
        Ok(())
    }

    fn name(&self, key: &Named) -> Result<RegistryKeyName, Fault> {
        RegistryKeyName::from_kernel(&key.name, &self.port.machine())
            .map_err(|bad| Fault::new(Code::Internal, format!("`{}`: {bad}", shown(&key.path))))
    }

    fn open(
        &self,
        name: &RegistryKeyName,
        rights: Rights,
        path: &str,
    ) -> Result<Option<Box<dyn Key>>, Fault> {
        self.in_time()?;
        let key = if_there(self.port.open(name, rights)).map_err(|fault| told(fault, path))?;
        key.map(|key| same(key, name, path)).transpose()
    }

    /// To read it with its access list, where the account may.
    fn open_secured(&self, name: &RegistryKeyName, path: &str) -> Result<Option<Box<dyn Key>>, Fault> {
        self.open(name, Rights::ReadSecurity, path).or_else(|_| self.open(name, Rights::Read, path))
    }

    fn value(&self, Valued { key, name, was }: &Valued) -> Result<(), Fault> {
        let Some(open) = self.open(&self.name(key)?, Rights::Write, &key.path)? else {
            return match was {
                None => Ok(()),
                Some(_) => Err(told(Fault::new(Code::KeyNotFound, ""), &key.path)),
            };
        };
        put(&*open, name, was.as_ref()).map_err(|fault| told(fault, &key.path))
    }

    /// Deletes a key that was not there, if nothing is in it.
    fn absent(&self, key: &Named) -> Result<(), Fault> {
        let Some(open) = self.open(&self.name(key)?, Rights::Delete, &key.path)? else { return Ok(()) };
        let about = open.about().map_err(|fault| told(fault, &key.path))?;
        if about.subkeys > 0 || about.values > 0 {
            let message = format!("`{}` holds what others have put there, and stays", shown(&key.path));
            return Err(Fault::new(Code::NotSupportedByTarget, message));
        }
        open.delete().map_err(|fault| told(fault, &key.path))
    }

    fn tree(&self, tree: &Tree) -> Result<(), Fault> {
        let Tree { key, image, remade } = tree;
        let name = self.name(key)?;
        if let Some(open) = self.open_secured(&name, &key.path)?
            && self.now(&*open, &name, image, &key.path).ok().as_ref() == Some(image)
        {
            return Ok(());
        }
        // Class, access list and order can be given to a new key only.
        if *remade {
            self.values_in(&name)?;
            let ours = self.before.absent.iter().rev();
            for absent in ours {
                if self.name(absent)?.is_in(&name) {
                    self.absent(absent)?;
                }
            }
            self.raze(&name, image, &key.path)?;
        }
        let Some((above, own)) = split(&key.name) else {
            return Err(Fault::new(Code::Internal, "a hive is not put back"));
        };
        if self.open(&name, Rights::Read, &key.path)?.is_some() {
            return self.fill(&name, image, &key.path);
        }
        let above = RegistryKeyName::from_kernel(above, &self.port.machine())
            .map_err(|bad| Fault::new(Code::Internal, format!("`{}`: {bad}", shown(&key.path))))?;
        let Some(open) = self.open(&above, Rights::Write, &key.path)? else {
            return Err(told(Fault::new(Code::KeyNotFound, ""), &key.path));
        };
        self.make(&*open, own, &name, image, &key.path)
    }

    /// The image as it is now.
    fn now(&self, key: &dyn Key, name: &RegistryKeyName, like: &Image, path: &str) -> Result<Image, Fault> {
        let machine = self.port.machine();
        let enter = |above: &dyn Key, name: &RegistryKeyName, own: &str, path: &str| {
            let name = name.child(own, &machine);
            let key = above.open(own, Rights::ReadSecurity).or_else(|_| above.open(own, Rights::Read))?;
            Ok((same(key, &name, path)?, name))
        };
        image::take((key, name), &like.own, path, &mut Room::default(), &enter)
    }

    /// Deletes values that were written to a key that was not the one before.
    fn values_in(&self, name: &RegistryKeyName) -> Result<(), Fault> {
        for value in &self.before.values {
            if value.was.is_none() && self.name(&value.key)?.is_in(name) {
                self.value(value)?;
            }
        }
        Ok(())
    }

    /// Deletes a key and those below it that the image has, if nothing else is in them.
    fn raze(&self, name: &RegistryKeyName, image: &Image, path: &str) -> Result<(), Fault> {
        let machine = self.port.machine();
        for below in &image.keys {
            self.raze(&name.child(&below.own, &machine), below, path)?;
        }
        let Some(open) = self.open(name, Rights::Delete, path)? else { return Ok(()) };
        let about = open.about().map_err(|fault| told(fault, path))?;
        let mut foreign = about.subkeys > 0;
        for index in 0..about.values {
            let found = open.value_at(index, 0).map_err(|fault| told(fault, path))?;
            let held = |name: &str| image.values.iter().any(|(known, _)| alike(known, name));
            foreign |= found.is_some_and(|(name, _)| !held(&name));
        }
        if foreign {
            return Ok(());
        }
        open.delete().map_err(|fault| told(fault, path))
    }

    /// Creates a key as it was, with all below it.
    fn make(
        &self,
        above: &dyn Key,
        own: &str,
        name: &RegistryKeyName,
        image: &Image,
        path: &str,
    ) -> Result<(), Fault> {
        let like = Like { class: image.class.clone(), security: image.security.clone() };
        let (key, _) = above.create(own, &like).map_err(|fault| told(fault, path))?;
        let key = same(key, name, path)?;
        self.fill_open(&*key, name, image, path)
    }

    /// Puts back what is missing in a key that is there.
    fn fill(&self, name: &RegistryKeyName, image: &Image, path: &str) -> Result<(), Fault> {
        let Some(key) = self.open(name, Rights::Write, path)? else {
            return Err(told(Fault::new(Code::KeyNotFound, ""), path));
        };
        self.fill_open(&*key, name, image, path)
    }

    fn fill_open(
        &self,
        key: &dyn Key,
        name: &RegistryKeyName,
        image: &Image,
        path: &str,
    ) -> Result<(), Fault> {
        self.in_time()?;
        for (name, data) in &image.values {
            put(key, name, Some(data)).map_err(|fault| told(fault, path))?;
        }
        let machine = self.port.machine();
        for below in &image.keys {
            let name = name.child(&below.own, &machine);
            let path = super::spot::below(path, &below.own);
            match if_there(key.open(&below.own, Rights::Write)).map_err(|fault| told(fault, &path))? {
                Some(open) => self.fill_open(&*same(open, &name, &path)?, &name, below, &path)?,
                None => self.make(key, &below.own, &name, below, &path)?,
            }
        }
        Ok(())
    }
}

/// Brings a value to what it was.
fn put(key: &dyn Key, name: &str, was: Option<&RegistryData>) -> Result<(), Fault> {
    let size = was.map_or(0, |data| data.bytes.len() as u64);
    let now = key.value(name, size)?;
    match (was, now) {
        (None, None) => Ok(()),
        (None, Some(_)) => key.delete_value(name).map(drop),
        (Some(was), Some(Read::Whole(now))) if *was == now => Ok(()),
        (Some(was), _) => key.set(name, was),
    }
}

/// The handle, if it is of the key that was meant.
fn same(key: Box<dyn Key>, name: &RegistryKeyName, path: &str) -> Result<Box<dyn Key>, Fault> {
    if key.name().map_err(|fault| told(fault, path))? == *name { Ok(key) } else { Err(link(path)) }
}

pub(super) fn alike(one: &str, other: &str) -> bool {
    model::registry::upcase(one) == model::registry::upcase(other)
}

/// The name of the key above, and what it calls this one.
fn split(name: &str) -> Option<(&str, &str)> {
    name.rsplit_once('\\').filter(|(above, _)| above.len() > r"\REGISTRY".len())
}
