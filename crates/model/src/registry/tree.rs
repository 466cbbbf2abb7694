//! Marks on keys, found by walking down a name: the cost hangs on its levels, not on how many marks there are.

/// A part of the name of a marked key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part<'a> {
    /// This one, in upper case.
    Name(&'a str),
    /// Whatever it is called.
    Any,
}

/// Keys that carry marks, and what lies above them. A mark is a number that means something to whoever puts it there.
#[derive(Debug, Default)]
pub struct KeyTree(Node);

#[derive(Debug, Default)]
struct Node {
    /// Sorted by the length of their names, then by these: most that differ do so in length.
    below: Vec<(Box<str>, Node)>,
    any: Option<Box<Node>>,
    marks: Vec<usize>,
}

impl KeyTree {
    /// Puts a mark on the key of this name.
    pub fn mark<'a>(&mut self, parts: impl IntoIterator<Item = Part<'a>>, mark: usize) {
        let mut node = &mut self.0;
        for part in parts {
            node = match part {
                Part::Name(name) => node.named(name),
                Part::Any => node.any.get_or_insert_default(),
            };
        }
        node.marks.push(mark);
    }

    /// Every mark on the key of this name and on those above it, the topmost first, with how many levels above it lies.
    pub fn along(&self, parts: &[&str], meet: &mut dyn FnMut(usize, usize)) {
        self.0.along(parts, &mut |node, above| node.marks.iter().for_each(|mark| meet(*mark, above)));
    }

    /// Every mark below the key of this name.
    pub fn below(&self, parts: &[&str], meet: &mut dyn FnMut(usize)) {
        self.0.along(parts, &mut |node, above| {
            if above == 0 {
                node.each_below(meet);
            }
        });
    }
}

impl Node {
    /// Where the key of this name is, or would be.
    fn place(&self, name: &str) -> Result<usize, usize> {
        self.below.binary_search_by(|(known, _)| {
            known.len().cmp(&name.len()).then_with(|| known.as_bytes().cmp(name.as_bytes()))
        })
    }

    #[expect(
        clippy::indexing_slicing,
        reason = "the place is that of what was found or has just been put there"
    )]
    fn named(&mut self, name: &str) -> &mut Self {
        let at = self.place(name).unwrap_or_else(|at| {
            self.below.insert(at, (name.into(), Self::default()));
            at
        });
        &mut self.below[at].1
    }

    fn along(&self, parts: &[&str], meet: &mut dyn FnMut(&Self, usize)) {
        meet(self, parts.len());
        let Some((first, rest)) = parts.split_first() else { return };
        if let Some((_, node)) = self.place(first).ok().and_then(|at| self.below.get(at)) {
            node.along(rest, meet);
        }
        if let Some(node) = &self.any {
            node.along(rest, meet);
        }
    }

    fn each_below(&self, meet: &mut dyn FnMut(usize)) {
        for node in self.below.iter().map(|(_, node)| node).chain(self.any.as_deref()) {
            node.marks.iter().for_each(|mark| meet(*mark));
            node.each_below(meet);
        }
    }
}
