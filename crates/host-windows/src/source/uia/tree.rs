//! Reading many elements: all at once where the target can, else children by children; breadth first, so that a
//! limit takes the depths of a giant document and leaves the window's own bars and tabs.

use std::{
    collections::HashSet,
    time::{Duration, Instant},
};

use model::{
    TreeLimits,
    ui::{ElementId, Node, WindowKey},
};
use windows::Win32::UI::Accessibility::IUIAutomationElement;

use super::{
    automation::{Client, members},
    failure::Failure,
    held::{Held, Recent},
    properties::Properties,
};
use crate::{input::go_on, source::Job};

/// What is left of the job's time for everything after the last call.
const REST: Duration = Duration::from_millis(20);

/// How the children of an element are come by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Way {
    /// They came with the root, in one call.
    Whole,
    /// One call for each element.
    Steps,
}

/// One element that was read.
struct Seen {
    element: IUIAutomationElement,
    id: ElementId,
    path: Option<Vec<u32>>,
    depth: u32,
    children: Vec<usize>,
    gone: bool,
}

/// What came of reading a tree.
#[derive(Debug, Default)]
pub(super) struct Reading {
    /// The elements, each after its parent, in reading order.
    pub(super) nodes: Vec<Node>,
    /// Whether a limit, or the time, took something.
    pub(super) cut: bool,
    /// What went wrong on the way, in words.
    pub(super) notes: Vec<String>,
}

/// Reads the elements below `root`, which was read in the way named.
pub(super) fn read(
    client: &mut Client,
    recent: &mut Recent,
    window: WindowKey,
    root: (ElementId, Held),
    way: Way,
    limits: &TreeLimits,
    job: &Job,
) -> Result<Reading, Failure> {
    let mut walk = Walk::from(root);
    walk.go(client, window.handle, way, limits, job)?;
    Ok(walk.into_reading(recent, window))
}

/// A tree that is being read.
struct Walk {
    seen: Vec<Seen>,
    ids: HashSet<ElementId>,
    cut: bool,
    vanished: usize,
    silent: usize,
    nameless: usize,
    late: bool,
    /// The longest that a call took.
    longest: Duration,
}

impl Walk {
    fn from((id, held): (ElementId, Held)) -> Self {
        let ids = HashSet::from([id.clone()]);
        let Held { element, path } = held;
        let root = Seen { element, id, path, depth: 0, children: Vec::new(), gone: false };
        let (cut, late) = (false, false);
        let (vanished, silent, nameless) = (0, 0, 0);
        Self { seen: vec![root], ids, cut, vanished, silent, nameless, late, longest: Duration::ZERO }
    }

    fn go(
        &mut self,
        client: &mut Client,
        window: u64,
        way: Way,
        limits: &TreeLimits,
        job: &Job,
    ) -> Result<(), Failure> {
        let mut next = 0;
        while let Some(Seen { element, depth, .. }) = self.seen.get(next) {
            let (element, depth) = (element.clone(), *depth);
            let room = (limits.max_elements as usize).saturating_sub(self.seen.len());
            if way == Way::Steps && (depth >= limits.max_depth || room == 0) {
                self.cut = true; // whether there is more would cost a call to know
                return Ok(());
            }
            match self.children(client, &element, way, room, job) {
                Ok((_, _)) if depth >= limits.max_depth => self.cut = true,
                Ok((children, more)) => {
                    self.cut |= more;
                    self.add(next, children);
                }
                Err(failure @ Failure::Stopped(_)) => return Err(failure),
                Err(failure) if next == 0 && failure != Failure::Late => return Err(failure),
                Err(Failure::Gone) => self.lose(next),
                Err(Failure::Late) => {
                    (self.late, self.cut) = (true, true);
                    return Ok(());
                }
                Err(Failure::Silent) => {
                    (self.silent, self.cut) = (self.silent + 1, true);
                    if !client.answers(window, job) {
                        return Ok(());
                    }
                }
                Err(_) => {} // it tells of no children
            }
            next += 1;
        }
        Ok(())
    }

    fn children(
        &mut self,
        client: &mut Client,
        element: &IUIAutomationElement,
        way: Way,
        room: usize,
        job: &Job,
    ) -> Result<(Vec<IUIAutomationElement>, bool), Failure> {
        if way == Way::Whole {
            if let Err(fault) = go_on(job)
                && fault.code == model::Code::Cancelled
            {
                return Err(Failure::Stopped(Box::new(fault)));
            }
            // SAFETY: a live object, read with all in it: asks no other process.
            return match unsafe { element.GetCachedChildren() } {
                Ok(array) => members(&array, room).map_err(|error| Failure::from(&error)),
                Err(error) => match Failure::from(&error) {
                    Failure::Nothing => Ok((Vec::new(), false)),
                    failure => Err(failure),
                },
            };
        }
        let start = Instant::now();
        if start + self.longest + REST >= job.deadline {
            return Err(Failure::Late);
        }
        let found = client.children(element, room, job);
        self.longest = self.longest.max(start.elapsed());
        found
    }

    /// Adds the children of the element at `parent`.
    fn add(&mut self, parent: usize, children: Vec<IUIAutomationElement>) {
        let (depth, path) =
            self.seen.get(parent).map_or((0, None), |parent| (parent.depth + 1, parent.path.clone()));
        let first = self.seen.len();
        for (place, element) in (0..).zip(children) {
            let path = path.as_ref().map(|path: &Vec<u32>| [path.as_slice(), &[place]].concat());
            let runtime = Properties(&element).runtime_id().map(ElementId::Runtime);
            // Some providers give one id to several elements; those are known by their places.
            let id = runtime
                .filter(|id| !self.ids.contains(id))
                .or_else(|| path.clone().map(ElementId::Path))
                .filter(|id| self.ids.insert(id.clone()));
            match id {
                Some(id) => {
                    self.seen.push(Seen { element, id, path, depth, children: Vec::new(), gone: false });
                }
                None => self.nameless += 1,
            }
        }
        let added = first..self.seen.len();
        if let Some(parent) = self.seen.get_mut(parent) {
            parent.children = added.collect();
        }
    }

    fn lose(&mut self, place: usize) {
        self.vanished += 1;
        if let Some(seen) = self.seen.get_mut(place) {
            seen.gone = true;
        }
    }

    fn into_reading(self, recent: &mut Recent, window: WindowKey) -> Reading {
        let mut nodes = Vec::with_capacity(self.seen.len());
        let mut open = vec![0];
        while let Some(seen) = open.pop().and_then(|place| self.seen.get(place)) {
            if seen.gone {
                continue;
            }
            nodes.push(Properties(&seen.element).node(window, seen.id.clone(), seen.depth));
            recent.keep(seen.id.clone(), Held { element: seen.element.clone(), path: seen.path.clone() });
            open.extend(seen.children.iter().rev());
        }
        let mut notes = Vec::new();
        let mut say = |count: usize, what: &str| {
            if count > 0 {
                notes.push(format!("{count} element{} {what}", if count == 1 { "" } else { "s" }));
            }
        };
        say(self.vanished, "vanished while the window was read");
        say(self.silent, "did not answer; what is in them is left out");
        say(self.nameless, "left out, for nothing tells them from others");
        if self.late {
            let count = nodes.len();
            notes.push(format!("the time was up after {count} element{}", if count == 1 { "" } else { "s" }));
        }
        Reading { nodes, cut: self.cut, notes }
    }
}
