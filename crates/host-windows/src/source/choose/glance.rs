//! A quick look at all that stands in a window.

use model::{
    TreeLimits, WindowInfo,
    ui::{Content, ElementId, Node},
};

use super::{Choice, Kind, WindowSource, class_of, kind};
use crate::source::Job;

/// Elements of a window that are looked at.
const WINDOW: TreeLimits =
    TreeLimits { interactive_only: false, max_elements: 2000, max_depth: 64, query: None };
/// Characters of a text that are looked through.
const LONGEST: usize = 100_000;

/// What a quick look sees.
#[derive(Debug, Default)]
pub struct Glance {
    /// The elements, as many as there was time for.
    pub nodes: Vec<Node>,
    /// Whether the window has told of all its controls.
    pub controls: bool,
    /// Whether it has told of all that it draws itself, too.
    pub drawn: bool,
}

impl WindowSource {
    /// The elements of a window as far as the time of the job goes. Other looks are not the slower for it: what UI
    /// Automation is found to take too long for here is of no account there.
    pub fn glance(&mut self, window: &WindowInfo, job: &Job) -> Glance {
        let Ok(tree) = self.handles.tree(window, None, &WINDOW, job) else { return Glance::default() };
        let mut glance = Glance { nodes: tree.nodes, controls: !tree.cut, drawn: true };
        let is_drawn = |node: &Node| class_of(node).is_some_and(|class| kind(class) == Kind::Drawn);
        let drawn = kind(&window.class) == Kind::Drawn
            || self.chosen == Some(Choice::Automation)
            || glance.nodes.len() <= 1
            || glance.nodes.iter().any(is_drawn);
        if drawn {
            let seen = self.aside.as_mut().and_then(|source| source.tree(window, None, &WINDOW, job).ok());
            // A window that tells of nothing but itself draws what stands in it.
            glance.drawn = seen.as_ref().is_some_and(|tree| !tree.cut && tree.nodes.len() > 1);
            glance.nodes.extend(seen.map(|tree| tree.nodes).unwrap_or_default());
        }
        glance
    }

    /// All that stands in an element of which the tree gives the beginning; nothing where that is too much or cannot
    /// be read in time.
    pub fn whole_value(&mut self, node: &Node, job: &Job) -> Option<String> {
        let Some(value) = &node.value else { return Some(String::new()) };
        if value.chars().count() < Content::SHOWN {
            return Some(value.clone());
        }
        let text = match node.key.id {
            ElementId::Handle { .. } | ElementId::Item { .. } => self.handles.text(&node.key, job),
            ElementId::Runtime(_) | ElementId::Path(_) => self.aside.as_mut()?.text(&node.key, job),
        };
        text.ok().filter(|text| text.chars().count() <= LONGEST)
    }
}
