//! Where an element can be pressed: a point that belongs to it, with nothing in front.

use model::{
    Code, Fault, Point, Rect, TreeLimits,
    ui::{ElementId, Node, escape},
};

use super::{
    desk::Spot,
    stage::{Stage, control_of, name_of},
};
use crate::source::Act;

/// An element whose parts are looked through to tell whether another one is among them has at most so many.
const PARTS: TreeLimits =
    TreeLimits { interactive_only: false, max_elements: 2000, max_depth: 64, query: None };

impl Stage<'_> {
    /// A point of the target that can be pressed: the caller's own, or one of the element's visible part.
    pub(super) fn point(&mut self) -> Result<Point, Fault> {
        match (self.aim.point, self.node.clone()) {
            (Some(point), _) => self.own_point(point),
            (None, Some(node)) => self.element_point(node),
            (None, None) => {
                let stance = self.desk.stance(self.window()).ok_or_else(|| self.gone())?;
                self.own_point(stance.rect.intersection(self.desk.screen()).center())
            }
        }
    }

    /// The point itself, if the judged window is what lies there.
    fn own_point(&self, point: Point) -> Result<Point, Fault> {
        let spot = self.desk.at(point);
        if spot.is_some_and(|spot| self.owns(spot.top)) {
            return Ok(point);
        }
        let other = spot.and_then(|spot| self.desk.info(spot.top));
        let there = other
            .as_ref()
            .map_or_else(|| "no window".to_owned(), |info| format!("window `{}`", escape(&info.title, 80)));
        let message =
            format!("at ({}, {}) there is {there} instead of window {}", point.x, point.y, self.title());
        Err(Fault::new(Code::WrongWindow, message).windows(other.into_iter().collect()))
    }

    /// A point of the element's visible part that is its own, brought into view first if need be.
    fn element_point(&mut self, node: Node) -> Result<Point, Fault> {
        let mut visible = self.visible_part(&node)?;
        let mut node = node;
        if visible.is_empty() || node.states.offscreen {
            // Whether it worked shows in the next look.
            if self.source.act(&node.key, &Act::ScrollIntoView, self.job).is_ok() {
                self.steps.push(format!("{} had been scrolled into view", name_of(&node)));
            }
            self.look_again()?;
            node = self.node.clone().unwrap_or(node);
            visible = self.visible_part(&node)?;
        }
        if visible.is_empty() {
            return Err(Fault::new(Code::Obscured, format!("{} is not on the screen", name_of(&node)))
                .hint("scroll it into view or enlarge its window")
                .elements(vec![node]));
        }
        let mut in_front = None;
        for point in points(visible) {
            match self.in_front(&node, point)? {
                None => return Ok(point),
                Some(fault) => in_front = in_front.or(Some(fault)),
            }
        }
        Err(in_front.unwrap_or_else(|| Fault::new(Code::Obscured, "nothing of it is visible")))
    }

    /// A point of a target in another window than the one that is operated: its source is not at hand, so only that
    /// its window is in front there is checked.
    pub(super) fn foreign_point(&self) -> Result<Point, Fault> {
        let (Some(node), None) = (&self.node, self.aim.point) else {
            let stance = self.desk.stance(self.window()).ok_or_else(|| self.gone())?;
            return self.own_point(self.aim.point.unwrap_or_else(|| stance.rect.center()));
        };
        let visible = self.visible_part(node)?;
        let mut found = points(visible).map(|point| self.own_point(point));
        let first = found.next().unwrap_or_else(|| Err(self.gone()));
        if first.is_ok() {
            return first;
        }
        found.find(Result::is_ok).unwrap_or(first)
    }

    fn visible_part(&self, node: &Node) -> Result<Rect, Fault> {
        let top = self.top_of(node);
        let stance = self.desk.stance(top).ok_or_else(|| self.gone())?;
        Ok(node.rect.intersection(stance.rect).intersection(self.desk.screen()))
    }

    /// The top-level window that the element is in: the judged one, or a menu or the like of it.
    fn top_of(&self, node: &Node) -> u64 {
        let top = control_of(node).map_or(0, |control| self.desk.top_of(control));
        if self.owns(top) { top } else { self.window() }
    }

    /// What lies in front of the element at a point, as the failure it makes; nothing where the point is its own.
    fn in_front(&mut self, node: &Node, point: Point) -> Result<Option<Fault>, Fault> {
        let obscured =
            |by: String| Fault::new(Code::Obscured, format!("{by} lies in front of {}", name_of(node)));
        let spot = self.desk.at(point);
        let own_top = self.top_of(node);
        let (inner, top) = spot.map_or((0, 0), |Spot { inner, top }| (inner, top));
        if top != own_top && !(control_of(node).is_none() && self.owns(top)) {
            let other = self.desk.info(top);
            let title = other.as_ref().map_or_else(String::new, |info| escape(&info.title, 80));
            return Ok(Some(obscured(format!("window `{title}`")).windows(other.into_iter().collect())));
        }
        let found = match self.source.at(self.aim.window, point, self.job) {
            Ok(found) => found,
            Err(fault) if fault.code == Code::NotSupportedByTarget => None,
            Err(fault) => return Err(fault),
        };
        Ok(match found {
            Some(found) if self.is_part(node, &found) => None,
            Some(found) => Some(obscured(name_of(&found)).elements(vec![found])),
            // Its source cannot tell; a control of its own can still be told from others by its handle.
            None if control_of(node).is_none_or(|control| self.desk.is_within(inner, control)) => None,
            None => Some(obscured("another control".to_owned())),
        })
    }

    /// Whether `found` is `node` or lies in it.
    pub(super) fn is_part(&mut self, node: &Node, found: &Node) -> bool {
        if node.key == found.key {
            return true;
        }
        match (&node.key.id, &found.key.id) {
            (
                ElementId::Handle { handle: outer, .. },
                ElementId::Handle { handle: inner, .. } | ElementId::Item { handle: inner, .. },
            ) => self.desk.is_within(*inner, *outer),
            (
                ElementId::Item { handle: outer, path: outer_path },
                ElementId::Item { handle: inner, path: inner_path },
            ) => outer == inner && inner_path.starts_with(outer_path),
            (ElementId::Path(outer), ElementId::Path(inner)) => inner.starts_with(outer),
            (ElementId::Item { .. }, ElementId::Handle { .. }) => false,
            (_, ElementId::Runtime(_) | ElementId::Path(_))
            | (ElementId::Runtime(_) | ElementId::Path(_), _) => {
                let parts = self.source.tree(self.aim.window, Some(&node.key), &PARTS, self.job);
                parts.is_ok_and(|tree| tree.nodes.iter().any(|part| part.key == found.key))
            }
        }
    }
}

/// Points to try in a visible part: its middle, then points halfway and near its corners.
fn points(part: Rect) -> impl Iterator<Item = Point> {
    const TWELFTHS: [(u32, u32); 9] =
        [(6, 6), (3, 6), (9, 6), (6, 3), (6, 9), (1, 1), (11, 1), (1, 11), (11, 11)];
    TWELFTHS.into_iter().map(move |(x, y)| {
        let along = |start: i32, length: u32, twelfths: u32| {
            let way = u64::from(length) * u64::from(twelfths) / 12;
            start.saturating_add(i32::try_from(way).unwrap_or(i32::MAX))
        };
        Point { x: along(part.left, part.width(), x), y: along(part.top, part.height(), y) }
    })
}
