//! The keys that a change touches, as they were and as they will be: one step follows from those before it.

use std::collections::{BTreeMap, HashSet};

use model::{
    Code, Fault, ValueToWrite,
    registry::{RegistryData, RegistryKeyName, RegistryOutcome, RegistryPath, ValueChange, upcase},
};
use policy::registry::{Act, Refused, Values, writable};

use super::{
    Before, Key, MOST_NAMES, Rights,
    before::{Named, Tree, Valued},
    change::{Step, What},
    image::{self, Image, Room},
    spot::below,
    work::{Below, Opened, Work, if_there, link, refusal, told},
};

/// Changed values that are told.
const TOLD: usize = 1_000;

/// What is known of a machine after some steps of a change.
pub(super) struct Draft<'w> {
    work: &'w Work<'w>,
    room: Room,
    /// By their names in upper case, so that a key comes before those below it.
    keys: BTreeMap<String, Drawn>,
    trees: Vec<Tree>,
}

struct Drawn {
    name: RegistryKeyName,
    path: String,
    was: bool,
    is: bool,
    /// Whether all its values are here, and not only those that are touched.
    whole: bool,
    values: BTreeMap<String, Value>,
}

struct Value {
    name: String,
    was: Option<RegistryData>,
    is: Option<RegistryData>,
}

impl Drawn {
    const fn new(name: RegistryKeyName, path: String, was: bool, is: bool) -> Self {
        Self { name, path, was, is, whole: !was, values: BTreeMap::new() }
    }

    fn named(&self) -> Named {
        Named { name: self.name.as_str().to_owned(), path: self.path.clone() }
    }
}

impl<'w> Draft<'w> {
    pub(super) fn new(work: &'w Work<'w>) -> Self {
        Self { work, room: Room::default(), keys: BTreeMap::new(), trees: Vec::new() }
    }

    /// Whether the key is there by now. It tells nobody but the change itself.
    pub(super) fn exists(&self, name: &RegistryKeyName, path: &str) -> Result<bool, Fault> {
        if let Some(drawn) = self.keys.get(name.folded()) {
            return Ok(drawn.is);
        }
        // What lay below a key that is deleted has been drawn with it.
        let mut above = name.folded();
        while let Some((shorter, _)) = above.rsplit_once('\\') {
            above = shorter;
            if self.keys.get(above).is_some_and(|drawn| !drawn.is || !drawn.was) {
                return Ok(false);
            }
        }
        self.work.step()?;
        let there = if_there(self.work.port.open(name, Rights::Read)).map_err(|fault| told(fault, path))?;
        match there {
            None => Ok(false),
            Some(key) if key.name().map_err(|fault| told(fault, path))? == *name => Ok(true),
            Some(_) => Err(link(path)),
        }
    }

    pub(super) fn write<'a>(
        &mut self,
        (name, path): (RegistryKeyName, String),
        values: &'a [ValueToWrite],
        delete: Vec<&'a str>,
    ) -> Result<Step<'a>, Fault> {
        let limits = self.work.guard.limits();
        for value in values {
            writable(value.data.kind()).map_err(|refused| refusal(refused, &path))?;
            limits.bytes(value.data.size() as u64).map_err(|refused| {
                refusal(
                    refused,
                    &format!("{path}: {}", if value.name.is_empty() { "(default)" } else { &value.name }),
                )
            })?;
        }
        if !self.exists(&name, &path)? {
            self.create(&name, &path)?;
        }
        let folded = name.folded().to_owned();
        let new = || Drawn::new(name.clone(), path.clone(), true, true);
        let mut drawn = self.keys.remove(&folded).unwrap_or_else(new);
        let open = if drawn.whole {
            None
        } else {
            Some(self.work.open(&name, Rights::Read, Act::Write(Values::Named(&[])), &path)?)
        };
        let written = values.iter().map(|value| (value.name.as_str(), Some(value.data.expose())));
        for (own, is) in written.chain(delete.iter().map(|own| (*own, None))) {
            let folded = upcase(own).into_owned();
            if !drawn.values.contains_key(&folded) {
                let was = open.as_ref().map(|open| self.was(open, own, &path)).transpose()?.flatten();
                drawn.values.insert(folded.clone(), Value { name: own.to_owned(), was, is: None });
            }
            if let Some(value) = drawn.values.get_mut(&folded) {
                value.is = is;
            }
        }
        self.keys.insert(folded, drawn);
        Ok(Step { index: self.work.policies.index(), name, path, what: What::Write { values, delete } })
    }

    fn was(&mut self, open: &Opened, own: &str, path: &str) -> Result<Option<RegistryData>, Fault> {
        self.work.step()?;
        let read = open.key.value(own, self.room.bytes()).map_err(|fault| told(fault, path))?;
        read.map(|read| self.room.value(read, path)).transpose()
    }

    /// Creates a key and those above it that are not there. Each has to be permitted by itself.
    fn create(&mut self, name: &RegistryKeyName, path: &str) -> Result<(), Fault> {
        self.work.permitted(name, Act::Write(Values::Named(&[])), path)?;
        self.work.creatable(name, path)?;
        let above = above(name, self.work).ok_or_else(|| refusal(Refused::Hive, path))?;
        let path_above = match path.rsplit_once('\\') {
            Some((above, _)) => above.to_owned(),
            // A hive that is a key of another one.
            None => RegistryPath::of_kernel(above.as_str())
                .map_or_else(|_| path.to_owned(), |path| path.to_string()),
        };
        if !self.exists(&above, &path_above)? {
            self.create(&above, &path_above)?;
        }
        match self.keys.get_mut(name.folded()) {
            Some(drawn) => drawn.is = true,
            None => {
                let drawn = Drawn::new(name.clone(), path.to_owned(), false, true);
                self.keys.insert(name.folded().to_owned(), drawn);
            }
        }
        for tree in &mut self.trees {
            tree.remade |= upcase(&tree.key.name) == name.folded();
        }
        Ok(())
    }

    /// Deletes a key that is there, with all below it.
    pub(super) fn delete(&mut self, (name, path): (RegistryKeyName, String)) -> Result<Step<'static>, Fault> {
        let is_new = self.keys.get(name.folded()).is_some_and(|drawn| !drawn.was);
        let above = self.keys.range(..name.folded().to_owned());
        // Below a key that was deleted and made again nothing is left of what there was.
        let remade = above.into_iter().any(|(_, drawn)| drawn.whole && name.is_in(&drawn.name));
        let drawn = self.keys.get(name.folded()).is_some_and(|drawn| drawn.whole);
        if !is_new && !remade && !drawn {
            let own = name.as_str().rsplit_once('\\').map_or("", |(_, own)| own).to_owned();
            let image = self.image(&name, &own, &path)?;
            self.draw(&name, &path, &image);
            let key = Named { name: name.as_str().to_owned(), path: path.clone() };
            self.trees.push(Tree { key, image, remade: false });
        }
        let mut keys = HashSet::new();
        for (folded, drawn) in &mut self.keys {
            if drawn.is && drawn.name.is_in(&name) {
                keys.insert(folded.clone());
                drawn.is = false;
                drawn.values.values_mut().for_each(|value| value.is = None);
            }
        }
        Ok(Step { index: self.work.policies.index(), name, path, what: What::Delete { keys } })
    }

    /// The key as the machine has it: each below it judged before it is opened, all of them or nothing.
    fn image(&mut self, name: &RegistryKeyName, own: &str, path: &str) -> Result<Image, Fault> {
        let work = self.work;
        let secured = work.open(name, Rights::ReadSecurity, Act::DeleteKey, path);
        let open = match secured {
            Err(fault) if fault.code == Code::AccessDenied => {
                work.open(name, Rights::Read, Act::DeleteKey, path)?
            }
            other => other?,
        };
        let whole = path;
        let enter = |above: &dyn Key, name: &RegistryKeyName, own: &str, path: &str| {
            work.step()?;
            let sub = Below::of(name, own.to_owned(), work);
            if work.permitted(&sub.name, Act::DeleteKey, path).is_err() {
                // It does not tell which.
                return Err(refusal(Refused::Above, whole));
            }
            if !sub.here {
                return Err(link(path));
            }
            let path_above = path.rsplit_once('\\').map_or(path, |(above, _)| above);
            work.deletable(&sub.name, (whole, path_above), || children(above, name, path_above, work))?;
            let open = |rights| above.open(own, rights).map_err(|fault| told(fault, path));
            let key = match open(Rights::ReadSecurity) {
                Err(fault) if fault.code == Code::AccessDenied => open(Rights::Read)?,
                other => other?,
            };
            let open = work.checked(key, &sub.name, Act::DeleteKey, path)?;
            Ok((open.key, open.name))
        };
        image::take((&*open.key, &open.name), own, path, &mut self.room, &enter)
    }

    /// Notes all keys and values of an image.
    fn draw(&mut self, name: &RegistryKeyName, path: &str, image: &Image) {
        let new = || Drawn::new(name.clone(), path.to_owned(), true, true);
        let drawn = self.keys.entry(name.folded().to_owned()).or_insert_with(new);
        drawn.whole = true;
        for (own, data) in &image.values {
            let value = Value { name: own.clone(), was: Some(data.clone()), is: Some(data.clone()) };
            drawn.values.entry(upcase(own).into_owned()).or_insert(value);
        }
        for sub in &image.keys {
            let name = name.child(&sub.own, self.work.guard.machine());
            self.draw(&name, &below(path, &sub.own), sub);
        }
    }

    /// What was found, and what it comes to.
    pub(super) fn end(self) -> (Before, RegistryOutcome) {
        let mut before = Before { trees: self.trees, ..Before::default() };
        // A key is put back after those above it.
        before.trees.sort_by_cached_key(|tree| upcase(&tree.key.name).into_owned());
        let (mut created, mut deleted, mut values, mut more) = (Vec::new(), Vec::new(), Vec::new(), 0_u32);
        for drawn in self.keys.into_values() {
            let key = drawn.named();
            if !drawn.was {
                before.absent.push(key.clone());
            }
            match (drawn.was, drawn.is) {
                (false, true) => created.push(drawn.path.clone()),
                (true, false) => deleted.push(drawn.path.clone()),
                (true, true) | (false, false) => {}
            }
            for Value { name, was, is } in drawn.values.into_values() {
                // What a deleted key held is in its image.
                if was.is_none() || !drawn.whole {
                    before.values.push(Valued { key: key.clone(), name: name.clone(), was: was.clone() });
                }
                if was == is {
                    continue;
                }
                if values.len() < TOLD {
                    values.push(ValueChange { path: drawn.path.clone(), name, before: was, after: is });
                } else {
                    more = more.saturating_add(1);
                }
            }
        }
        (before, RegistryOutcome::Changed { created, deleted, values, more })
    }
}

/// Names of the keys below one, as many as are asked about at once.
fn children(
    above: &dyn Key,
    name: &RegistryKeyName,
    path: &str,
    work: &Work<'_>,
) -> Result<Vec<RegistryKeyName>, Fault> {
    let mut names = Vec::new();
    for index in 0..u32::try_from(MOST_NAMES).unwrap_or(u32::MAX) {
        work.step()?;
        let Some(own) = above.subkey(index).map_err(|fault| told(fault, path))? else { break };
        names.push(Below::of(name, own, work).name);
    }
    Ok(names)
}

/// The key that a key lies in; none above a hive.
pub(super) fn above(name: &RegistryKeyName, work: &Work<'_>) -> Option<RegistryKeyName> {
    let (above, _) = name.as_str().rsplit_once('\\')?;
    RegistryKeyName::from_kernel(above, work.guard.machine()).ok()
}
