//! What a session has seen: refs, snapshots and pictures, under one lock and within bounds.
//!
//! Untrusted: names and keys that hosts report.
//! Guarantees: a ref names one thing for the life of the server and is never given to another.
//! Does not: know whether the thing still exists; hosts check that against what is kept here.

use std::collections::{BTreeMap, HashMap, VecDeque};

use model::{
    Code, ElementRef, Fault, PictureFrame, PictureId, Point, Scope, SnapshotId, TreeLimits, WindowInfo,
    WindowRef,
    ui::{ElementId, ElementKey, Node, Role, WindowKey},
};

/// Elements remembered; past it the older half is forgotten.
const MAX_ELEMENTS: usize = 30_000;
/// Windows remembered; past it the older half is forgotten.
const MAX_WINDOWS: usize = 2_000;
/// Snapshots that `since` can name.
const MAX_SNAPSHOTS: usize = 8;
/// Pictures whose pixels can be given as coordinates.
const MAX_PICTURES: usize = 32;

/// What makes an element the same one. Where its source gives it a name of its own (a handle, a runtime id), its
/// label may change; where it only has a place, another label there is another element.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct Identity {
    key: ElementKey,
    role: Role,
    name: Option<String>,
}

impl Identity {
    fn of(node: &Node) -> Self {
        let name = match node.key.id {
            ElementId::Handle { .. } | ElementId::Runtime(_) => None,
            ElementId::Item { .. } | ElementId::Path(_) => Some(node.name.clone()),
        };
        Self { key: node.key.clone(), role: node.role, name }
    }
}

/// A snapshot, for comparing with a later one.
#[derive(Debug, Clone)]
pub(crate) struct Seen {
    pub(crate) id: SnapshotId,
    /// What it showed: only a snapshot of the same is comparable.
    pub(crate) shown: (Scope, Option<WindowKey>, TreeLimits),
    pub(crate) nodes: Vec<Node>,
    /// Of the desktop, its windows.
    pub(crate) windows: Vec<WindowInfo>,
}

/// The memory of a session.
#[derive(Debug, Default)]
pub(crate) struct Memory {
    elements: HashMap<Identity, ElementRef>,
    nodes: BTreeMap<ElementRef, Node>,
    windows: HashMap<WindowKey, WindowRef>,
    infos: BTreeMap<WindowRef, WindowKey>,
    /// The clipboard's sequence number as this session left it.
    pub(crate) clipboard: Option<u32>,
    snapshots: VecDeque<Seen>,
    pictures: VecDeque<PictureFrame>,
    last: Counters,
}

/// The last number given of each kind.
#[derive(Debug, Default)]
struct Counters {
    element: u32,
    window: u32,
    snapshot: u32,
    picture: u32,
}

/// The next number; at the end of all numbers the last one stays, and the ref is then refused as stale.
const fn next(counter: &mut u32) -> u32 {
    *counter = counter.saturating_add(1);
    *counter
}

impl Memory {
    /// Gives the node its ref, a new one if it was never seen, and remembers what is seen now.
    pub(crate) fn name_element(&mut self, node: &mut Node) -> ElementRef {
        let identity = Identity::of(node);
        let reference = match self.elements.get(&identity) {
            Some(reference) => *reference,
            None => {
                let reference = ElementRef::new(next(&mut self.last.element));
                self.elements.insert(identity, reference);
                reference
            }
        };
        node.reference = Some(reference);
        self.nodes.insert(reference, node.without_text());
        if self.nodes.len() > MAX_ELEMENTS {
            let keep_from = self.nodes.keys().nth(MAX_ELEMENTS / 2).copied();
            if let Some(first) = keep_from {
                self.nodes = self.nodes.split_off(&first);
                self.elements.retain(|_, reference| *reference >= first);
            }
        }
        reference
    }

    /// Gives the window its ref, a new one if it was never seen.
    pub(crate) fn name_window(&mut self, key: WindowKey) -> WindowRef {
        if let Some(reference) = self.windows.get(&key) {
            return *reference;
        }
        let reference = WindowRef::new(next(&mut self.last.window));
        self.windows.insert(key, reference);
        self.infos.insert(reference, key);
        if self.infos.len() > MAX_WINDOWS {
            let keep_from = self.infos.keys().nth(MAX_WINDOWS / 2).copied();
            if let Some(first) = keep_from {
                self.infos = self.infos.split_off(&first);
                self.windows.retain(|_, reference| *reference >= first);
            }
        }
        reference
    }

    /// What was seen under a ref.
    pub(crate) fn element(&self, reference: ElementRef) -> Result<&Node, Fault> {
        self.nodes
            .get(&reference)
            .ok_or_else(|| self.forgotten(reference, reference.number() <= self.last.element))
    }

    /// Which window a ref names.
    pub(crate) fn window_key(&self, reference: WindowRef) -> Result<WindowKey, Fault> {
        self.infos
            .get(&reference)
            .copied()
            .ok_or_else(|| self.forgotten(reference, reference.number() <= self.last.window))
    }

    fn forgotten(&self, reference: impl std::fmt::Display, was_given: bool) -> Fault {
        let hint = "get refs from `snapshot`, `find` or `window_list`";
        if was_given {
            Fault::new(Code::StaleElement, format!("`{reference}` was seen too long ago")).hint(hint)
        } else {
            Fault::new(Code::UnknownRef, format!("`{reference}` was never given in this session")).hint(hint)
        }
    }

    /// Names and keeps a snapshot.
    pub(crate) fn keep_snapshot(
        &mut self,
        shown: (Scope, Option<WindowKey>, TreeLimits),
        nodes: Vec<Node>,
        windows: Vec<WindowInfo>,
    ) -> SnapshotId {
        let id = SnapshotId::new(next(&mut self.last.snapshot));
        if self.snapshots.len() >= MAX_SNAPSHOTS {
            self.snapshots.pop_front();
        }
        self.snapshots.push_back(Seen { id, shown, nodes, windows });
        id
    }

    /// A snapshot that can be compared with one that shows `shown`.
    pub(crate) fn snapshot(
        &self,
        id: SnapshotId,
        shown: &(Scope, Option<WindowKey>, TreeLimits),
    ) -> Result<&Seen, Fault> {
        let seen = self.snapshots.iter().find(|seen| seen.id == id).ok_or_else(|| {
            Fault::new(Code::UnknownSnapshot, format!("`{id}` is not, or no longer, remembered"))
                .hint(format!("take a snapshot without `since`; the last {MAX_SNAPSHOTS} are remembered"))
        })?;
        if &seen.shown == shown {
            return Ok(seen);
        }
        Err(Fault::new(Code::UnknownSnapshot, format!("`{id}` shows something else, or with other options"))
            .hint("give the same window, element and options as for that snapshot, or leave `since` out"))
    }

    /// Names and keeps a picture's frame.
    pub(crate) fn keep_picture(&mut self, frame: &mut PictureFrame) {
        frame.id = PictureId::new(next(&mut self.last.picture));
        if self.pictures.len() >= MAX_PICTURES {
            self.pictures.pop_front();
        }
        self.pictures.push_back(*frame);
    }

    /// A pixel of a picture as a point of the virtual desktop: the middle of what the pixel shows.
    pub(crate) fn point_in_picture(&self, id: PictureId, pixel: Point) -> Result<Point, Fault> {
        let frame = self.pictures.iter().find(|frame| frame.id == id).ok_or_else(|| {
            Fault::new(Code::UnknownPicture, format!("`{id}` is not, or no longer, remembered"))
                .hint(format!("take a screenshot; the last {MAX_PICTURES} are remembered"))
        })?;
        let axis = |at: i32, pixels: u32, from: i32, length: u32| {
            let at = u32::try_from(at).ok().filter(|at| *at < pixels)?;
            let middle = (u64::from(at) * 2 + 1) * u64::from(length) / (u64::from(pixels) * 2);
            Some(from.saturating_add(i32::try_from(middle).ok()?))
        };
        let area = frame.area;
        axis(pixel.x, frame.width, area.left, area.width())
            .zip(axis(pixel.y, frame.height, area.top, area.height()))
            .map(|(x, y)| Point { x, y })
            .ok_or_else(|| {
                Fault::new(
                    Code::InvalidArgument,
                    format!("`at` ({}, {}) lies outside picture `{id}`", pixel.x, pixel.y),
                )
                .hint(format!(
                    "its pixels go from (0, 0) to ({}, {})",
                    frame.width - 1,
                    frame.height - 1
                ))
            })
    }

    /// Gives refs to a fault's candidates.
    pub(crate) fn name_fault(&mut self, fault: &mut Fault) {
        fault.elements.iter_mut().for_each(|node| {
            self.name_element(node);
        });
        fault.windows.iter_mut().for_each(|window| self.name_info(window));
    }

    /// Gives a window its ref in place.
    pub(crate) fn name_info(&mut self, window: &mut WindowInfo) {
        window.reference = Some(self.name_window(window.key));
    }
}

#[cfg(test)]
#[path = "tests/memory.rs"]
mod tests;
