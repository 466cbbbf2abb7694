//! Which source sees a window: UI Automation or window handles, with a fall-back.
//!
//! Window handles are cheap to list, so they are looked at first; the classes met there tell whether UI Automation
//! would see more. Where both see a part, the parts that UI Automation draws are put into the tree of handles.

use std::{
    collections::HashSet,
    fmt,
    time::{Duration, Instant},
};

use model::{
    Code, Fault, Means, Point, Rect, TreeLimits, WindowInfo,
    ui::{ElementId, ElementKey, Node, Source as Origin, Tree, bound_texts, escape},
};

use crate::source::{Act, Job, Source};

mod classes;
mod glance;

use classes::{Kind, kind};
pub use glance::Glance;

/// A source that hung is not asked again for so long.
const REST: Duration = Duration::from_secs(30);

/// So much of a call's time is kept for the handles, or half of it where that is less.
const ANSWER_BY_HANDLES: Duration = Duration::from_secs(1);

/// Which source sees a window best.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Choice {
    /// The window's handles, with what UI Automation sees in them where a part is its own.
    Handles,
    /// UI Automation, with what it does not list of the window's handles.
    Automation,
}

/// The source of one window: chosen for it, merged where both see a part.
pub struct WindowSource {
    automation: Box<dyn Source>,
    handles: Box<dyn Source>,
    /// UI Automation for looks that must be short.
    aside: Option<Box<dyn Source>>,
    /// What was found best, where the class alone does not tell.
    chosen: Option<Choice>,
    /// Until when UI Automation is left alone, for it hung.
    resting: Option<Instant>,
    /// Where the last look at the whole window came from.
    origin: Option<Origin>,
}

impl fmt::Debug for WindowSource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("WindowSource")
            .field("chosen", &self.chosen)
            .field("resting", &self.resting)
            .finish_non_exhaustive()
    }
}

impl WindowSource {
    /// For one window, on its own thread.
    #[cfg(windows)]
    #[must_use]
    pub fn new(window: model::ui::WindowKey) -> Self {
        let aside: Option<Box<dyn Source>> = Some(Box::new(super::Uia::new(window)));
        Self { aside, ..Self::of(Box::new(super::Uia::new(window)), Box::new(super::Handles::new(window))) }
    }

    /// Of two sources that see the same window: UI Automation, and window handles.
    #[must_use]
    pub fn of(automation: Box<dyn Source>, handles: Box<dyn Source>) -> Self {
        Self { automation, handles, aside: None, chosen: None, resting: None, origin: None }
    }

    /// Where the last look at the whole window came from, if there was one.
    #[must_use]
    pub const fn origin(&self) -> Option<Origin> {
        self.origin
    }

    /// The source that made a key.
    fn maker(&mut self, key: &ElementKey) -> &mut dyn Source {
        match key.id {
            ElementId::Handle { .. } | ElementId::Item { .. } => self.handles.as_mut(),
            ElementId::Runtime(_) | ElementId::Path(_) => self.automation.as_mut(),
        }
    }

    /// Asks UI Automation, within the time that is left but for a rest in which the handles can answer instead.
    fn ask_automation<T>(
        &mut self,
        window: &WindowInfo,
        job: &Job,
        ask: impl FnOnce(&mut dyn Source, &Job) -> Result<T, Fault>,
    ) -> Result<T, Fault> {
        let now = Instant::now();
        if self.resting.is_some_and(|until| now < until) {
            let message = format!(
                "the UI Automation of window `{}` did not answer a moment ago",
                escape(&window.title, 80)
            );
            return Err(Fault::new(Code::TargetNotResponding, message));
        }
        let left = job.deadline.saturating_duration_since(now);
        let deadline = now + left.saturating_sub(ANSWER_BY_HANDLES).max(left / 2);
        let answer = ask(self.automation.as_mut(), &Job { deadline, ..job.clone() });
        let hung = answer.as_ref().is_err_and(|fault| fault.code == Code::TargetNotResponding);
        self.resting = hung.then(|| now + REST);
        answer
    }

    fn by_automation(
        &mut self,
        window: &WindowInfo,
        root: Option<&ElementKey>,
        limits: &TreeLimits,
        job: &Job,
    ) -> Result<Tree, Fault> {
        self.ask_automation(window, job, |source, job| source.tree(window, root, limits, job))
    }

    /// Reads the tree of a window whose handles tell little: UI Automation, else the handles.
    fn automation_first(
        &mut self,
        window: &WindowInfo,
        root: Option<&ElementKey>,
        limits: &TreeLimits,
        job: &Job,
    ) -> Result<Tree, Fault> {
        let seen = self.by_automation(window, root, limits, job);
        let mut seen = match seen {
            Err(fault) if fault.code == Code::Cancelled || fault.code == Code::StaleElement => {
                return Err(fault);
            }
            seen => seen,
        };
        if root.is_some() {
            return seen;
        }
        let by_handles = self.handles.tree(window, None, limits, job);
        match (&mut seen, by_handles) {
            (Ok(tree), Ok(handles)) if tree.nodes.len() > 1 => {
                self.chosen = Some(Choice::Automation);
                add_controls(tree, handles, limits);
                seen
            }
            (Ok(tree), Err(_)) if tree.nodes.len() > 1 => seen,
            (Ok(tree), Ok(handles)) if handles.nodes.len() <= 1 => {
                self.chosen = None; // neither sees more than the window; the next look asks both again
                tree.notes.extend(handles.notes);
                seen
            }
            (Ok(_), Ok(handles)) => {
                self.chosen = Some(Choice::Handles);
                Ok(handles)
            }
            (Err(fault), Ok(mut handles)) => {
                let why = match fault.code {
                    Code::TargetNotResponding => "did not answer",
                    _ => "gives nothing",
                };
                handles.notes.push(format!("UI Automation {why}; this is what the window's handles show"));
                Ok(handles)
            }
            (_, Err(_)) => seen,
        }
    }

    /// Puts what UI Automation sees into the controls of `tree` that are its own.
    fn fill(&mut self, tree: &mut Tree, window: &WindowInfo, limits: &TreeLimits, job: &Job) {
        let places: Vec<ElementKey> = tree
            .nodes
            .iter()
            .filter(|node| class_of(node).is_some_and(|class| kind(class) == Kind::Drawn))
            .map(|node| node.key.clone())
            .collect();
        for key in places {
            let Some(place) = tree.nodes.iter().position(|node| node.key == key) else { continue };
            match self.by_automation(window, Some(&key), limits, job) {
                Ok(inner) if inner.nodes.len() > 1 => graft(tree, place, inner, limits),
                Ok(_) => {}
                Err(fault) => {
                    if fault.code == Code::TargetNotResponding {
                        tree.notes.push("a part that UI Automation draws did not answer".to_owned());
                    }
                }
            }
        }
    }
}

/// The class of a control with a handle.
fn class_of(node: &Node) -> Option<&str> {
    match &node.key.id {
        ElementId::Handle { class, .. } => Some(class),
        ElementId::Item { .. } | ElementId::Runtime(_) | ElementId::Path(_) => None,
    }
}

/// Whether the controls of a window are ones that their handles tell all about: at least one, and no strange one.
fn is_classic(tree: &Tree) -> bool {
    let mut controls = tree.nodes.iter().skip(1).filter_map(class_of).peekable();
    controls.peek().is_some() && controls.all(|class| kind(class) != Kind::Unknown)
}

/// The end of the subtree that begins at `place`.
fn subtree_end(nodes: &[Node], place: usize) -> usize {
    let depth = nodes.get(place).map_or(0, |node| node.depth);
    let below = nodes.iter().skip(place + 1).take_while(|node| node.depth > depth).count();
    place + 1 + below
}

/// Replaces what lies below the node at `place` by what lies below the root of `inner`.
fn graft(tree: &mut Tree, place: usize, inner: Tree, limits: &TreeLimits) {
    let depth = tree.nodes.get(place).map_or(0, |node| node.depth);
    let end = subtree_end(&tree.nodes, place);
    let below = inner.nodes.into_iter().skip(1).map(|node| Node { depth: node.depth + depth, ..node });
    tree.nodes.splice(place + 1..end, below);
    tree.source = Origin::Both;
    tree.cut |= inner.cut;
    tree.notes.extend(inner.notes);
    keep_to(tree, limits);
}

/// Adds the controls that UI Automation has not listed, with what is in them.
fn add_controls(tree: &mut Tree, handles: Tree, limits: &TreeLimits) {
    let listed: HashSet<Rect> = tree.nodes.iter().map(|node| node.rect).collect();
    let mut place = 1;
    while let Some(node) = handles.nodes.get(place) {
        let is_new = class_of(node).is_some_and(|class| kind(class) == Kind::Classic)
            && !node.rect.is_empty()
            && !listed.contains(&node.rect);
        if !is_new {
            place += 1;
            continue;
        }
        let end = subtree_end(&handles.nodes, place);
        let top = node.depth;
        let part = handles.nodes.iter().skip(place).take(end - place);
        tree.nodes.extend(part.map(|node| Node { depth: node.depth - top + 1, ..node.clone() }));
        tree.source = Origin::Both;
        place = end;
    }
    keep_to(tree, limits);
}

/// Cuts a merged tree down to what was asked for.
fn keep_to(tree: &mut Tree, limits: &TreeLimits) {
    let before = tree.nodes.len();
    tree.nodes.retain(|node| node.depth <= limits.max_depth);
    tree.nodes.truncate(limits.max_elements as usize);
    tree.cut |= tree.nodes.len() < before;
}

impl Source for WindowSource {
    fn tree(
        &mut self,
        window: &WindowInfo,
        root: Option<&ElementKey>,
        limits: &TreeLimits,
        job: &Job,
    ) -> Result<Tree, Fault> {
        let mut tree = self.merged(window, root, limits, job)?;
        bound_texts(&mut tree.nodes);
        if root.is_none() {
            self.origin = Some(tree.source);
        }
        Ok(tree)
    }

    fn read(&mut self, key: &ElementKey, job: &Job) -> Result<Option<Node>, Fault> {
        self.maker(key).read(key, job)
    }

    fn at(&mut self, window: &WindowInfo, point: Point, job: &Job) -> Result<Option<Node>, Fault> {
        self.innermost(window, job, |source, job| source.at(window, point, job))
    }

    fn focused(&mut self, window: &WindowInfo, job: &Job) -> Result<Option<Node>, Fault> {
        self.innermost(window, job, |source, job| source.focused(window, job))
    }

    fn text(&mut self, key: &ElementKey, job: &Job) -> Result<String, Fault> {
        self.maker(key).text(key, job)
    }

    fn act(&mut self, key: &ElementKey, act: &Act, job: &Job) -> Result<Means, Fault> {
        self.maker(key).act(key, act, job)
    }
}

impl WindowSource {
    /// The tree of the source that sees most, with what the other adds.
    fn merged(
        &mut self,
        window: &WindowInfo,
        root: Option<&ElementKey>,
        limits: &TreeLimits,
        job: &Job,
    ) -> Result<Tree, Fault> {
        if let Some(key) = root {
            return match key.id {
                ElementId::Runtime(_) | ElementId::Path(_) => {
                    self.automation_first(window, root, limits, job)
                }
                ElementId::Handle { .. } | ElementId::Item { .. } => {
                    let mut tree = self.handles.tree(window, root, limits, job)?;
                    self.fill(&mut tree, window, limits, job);
                    Ok(tree)
                }
            };
        }
        match (kind(&window.class), self.chosen) {
            (Kind::Drawn, _) | (Kind::Unknown, Some(Choice::Automation)) => {
                return self.automation_first(window, None, limits, job);
            }
            (Kind::Classic, _) | (Kind::Unknown, Some(Choice::Handles) | None) => {}
        }
        let mut tree = self.handles.tree(window, None, limits, job)?;
        let strange = kind(&window.class) == Kind::Unknown && !is_classic(&tree) && self.chosen.is_none();
        if strange || tree.nodes.len() <= 1 {
            return self.better_of(tree, window, limits, job);
        }
        self.fill(&mut tree, window, limits, job);
        Ok(tree)
    }

    /// What UI Automation sees of a window that is unknown or empty, if that is more than its handles show.
    fn better_of(
        &mut self,
        mut by_handles: Tree,
        window: &WindowInfo,
        limits: &TreeLimits,
        job: &Job,
    ) -> Result<Tree, Fault> {
        match self.by_automation(window, None, limits, job) {
            Ok(mut seen) if seen.nodes.len() > by_handles.nodes.len() || (seen.cut && by_handles.cut) => {
                self.chosen = Some(Choice::Automation);
                add_controls(&mut seen, by_handles, limits);
                Ok(seen)
            }
            Ok(_) => {
                self.chosen = (by_handles.nodes.len() > 1).then_some(Choice::Handles);
                self.fill(&mut by_handles, window, limits, job);
                Ok(by_handles)
            }
            Err(fault) if fault.code == Code::Cancelled => Err(fault),
            Err(_) => Ok(by_handles),
        }
    }

    /// Asks for one element the source that the window's tree comes from there.
    fn innermost(
        &mut self,
        window: &WindowInfo,
        job: &Job,
        ask: impl Fn(&mut dyn Source, &Job) -> Result<Option<Node>, Fault>,
    ) -> Result<Option<Node>, Fault> {
        let drawn = match (kind(&window.class), self.chosen) {
            (Kind::Drawn, _) | (Kind::Unknown, Some(Choice::Automation)) => true,
            (Kind::Classic | Kind::Unknown, _) => false,
        };
        let control = ask(self.handles.as_mut(), job);
        let class = match &control {
            Ok(Some(node)) if !is_window(node, window) => class_of(node),
            Ok(_) | Err(_) => None,
        };
        if !drawn && class.is_none_or(|class| kind(class) != Kind::Drawn) {
            return control;
        }
        match self.ask_automation(window, job, |source, job| ask(source, job)) {
            Ok(Some(node)) => match control {
                // A control that UI Automation does not list, in what it draws around it.
                Ok(Some(control)) if is_classic_inside(&control, window, &node) => Ok(Some(control)),
                Ok(_) | Err(_) => Ok(Some(node)),
            },
            Err(fault) if fault.code == Code::Cancelled => Err(fault),
            Ok(None) | Err(_) => control,
        }
    }
}

/// Whether a control is a classic one and smaller than what UI Automation sees there.
fn is_classic_inside(control: &Node, window: &WindowInfo, drawn: &Node) -> bool {
    let classic = class_of(control).map_or(Kind::Classic, kind) == Kind::Classic;
    classic
        && !is_window(control, window)
        && control.rect != drawn.rect
        && control.rect.intersection(drawn.rect) == control.rect
}

/// Whether a node is the window itself.
fn is_window(node: &Node, window: &WindowInfo) -> bool {
    matches!(node.key.id, ElementId::Handle { handle, .. } if handle == window.key.handle)
}

#[cfg(test)]
mod tests;
