//! What a key holds, by names in upper case: found by name in a few steps, and by index in one.

use model::registry::upcase;

/// Entries in the order of their names in upper case.
#[derive(Debug)]
pub(super) struct Sorted<T>(Vec<(Box<str>, T)>);

impl<T> Default for Sorted<T> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<T> Sorted<T> {
    fn place(&self, folded: &str) -> Result<usize, usize> {
        self.0.binary_search_by(|(known, _)| (**known).cmp(folded))
    }

    pub(super) fn get(&self, name: &str) -> Option<&T> {
        self.0.get(self.place(&upcase(name)).ok()?).map(|(_, entry)| entry)
    }

    pub(super) fn get_mut(&mut self, name: &str) -> Option<&mut T> {
        let at = self.place(&upcase(name)).ok()?;
        self.0.get_mut(at).map(|(_, entry)| entry)
    }

    /// Puts it there, in place of what is there.
    pub(super) fn insert(&mut self, name: &str, entry: T) {
        let folded = upcase(name);
        match self.place(&folded) {
            Ok(at) => self.0.splice(at..=at, [(folded.into(), entry)]).for_each(drop),
            Err(at) => self.0.insert(at, (folded.into(), entry)),
        }
    }

    pub(super) fn remove(&mut self, name: &str) -> Option<T> {
        let at = self.place(&upcase(name)).ok()?;
        Some(self.0.remove(at).1)
    }

    pub(super) fn nth(&self, index: usize) -> Option<&T> {
        self.0.get(index).map(|(_, entry)| entry)
    }

    pub(super) fn len(&self) -> usize {
        self.0.len()
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = &T> {
        self.0.iter().map(|(_, entry)| entry)
    }
}
