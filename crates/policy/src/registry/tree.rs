//! Marks on keys, found by walking down a key's name: the cost hangs on its levels, not on how many marks there are.

use std::collections::BTreeMap;

/// A part of the name of a marked key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Part<'a> {
    /// This one, in upper case.
    Name(&'a str),
    /// Whatever it is called.
    Any,
}

/// Keys that carry marks, and what lies above them.
#[derive(Debug)]
pub(super) struct Tree<M>(Node<M>);

/// A key.
#[derive(Debug)]
pub(super) struct Node<M> {
    below: BTreeMap<Box<str>, Node<M>>,
    any: Option<Box<Node<M>>>,
    pub(super) marks: Vec<M>,
}

impl<M> Default for Node<M> {
    fn default() -> Self {
        Self { below: BTreeMap::new(), any: None, marks: Vec::new() }
    }
}

impl<M> Default for Tree<M> {
    fn default() -> Self {
        Self(Node::default())
    }
}

impl<M> Tree<M> {
    /// Puts a mark on the key of this name.
    pub(super) fn mark<'a>(&mut self, parts: impl Iterator<Item = Part<'a>>, mark: M) {
        let mut node = &mut self.0;
        for part in parts {
            node = match part {
                Part::Name(name) => node.below.entry(name.into()).or_default(),
                Part::Any => node.any.get_or_insert_default(),
            };
        }
        node.marks.push(mark);
    }

    /// Calls `meet` for each key that is the one of this name or lies above it, with whether it is that one.
    pub(super) fn walk<'t>(&'t self, parts: &[&str], meet: &mut impl FnMut(&'t Node<M>, bool)) {
        self.0.walk(parts, meet);
    }
}

impl<M> Node<M> {
    fn walk<'t>(&'t self, parts: &[&str], meet: &mut impl FnMut(&'t Self, bool)) {
        meet(self, parts.is_empty());
        if let Some((first, rest)) = parts.split_first() {
            if let Some(node) = self.below.get(*first) {
                node.walk(rest, meet);
            }
            if let Some(node) = &self.any {
                node.walk(rest, meet);
            }
        }
    }

    /// Every mark below this key.
    pub(super) fn below<'t>(&'t self, meet: &mut impl FnMut(&'t M)) {
        for node in self.below.values().chain(self.any.as_deref()) {
            node.marks.iter().for_each(&mut *meet);
            node.below(meet);
        }
    }
}
