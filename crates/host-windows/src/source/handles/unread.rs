//! What of a window was not read in time, without asking it.

use std::{
    collections::HashSet,
    time::{Duration, Instant},
};

use model::{
    Rect,
    ui::{ElementId, Node, WindowKey},
};

use super::{
    control::{self, Control},
    kind::Kind,
};

/// Controls of a window that are looked at, and for how long.
const MOST: usize = 5_000;
const LONGEST: Duration = Duration::from_millis(150);

/// Where the controls are that may show a text which is not among `nodes`: those that are missing there, and those that
/// show more than themselves. Nothing where there are too many to tell.
#[must_use]
pub fn unread(window: WindowKey, nodes: &[Node]) -> Option<Vec<Rect>> {
    let end = Instant::now() + LONGEST;
    let read: HashSet<u64> = nodes
        .iter()
        .filter_map(|node| match node.key.id {
            ElementId::Handle { handle, .. } => Some(handle),
            ElementId::Item { .. } | ElementId::Runtime(_) | ElementId::Path(_) => None,
        })
        .collect();
    let all = control::inside(window.handle, MOST);
    if all.len() >= MOST {
        return None;
    }
    let holders: HashSet<u64> = all.iter().map(|handle| control::parent(*handle)).collect();
    let mut places = Vec::new();
    for handle in all {
        if Instant::now() > end {
            return None;
        }
        let Some(control) = Control::look(handle).filter(|_| control::is_shown(handle)) else { continue };
        let is_known = read.contains(&handle) && says_all(control.kind);
        let only_holds = holders.contains(&handle) && matches!(control.kind, Kind::GroupBox | Kind::Other);
        if !is_known && !only_holds {
            places.push(control.rect);
        }
    }
    Some(places)
}

/// Whether an element of this kind tells all that the control shows.
const fn says_all(kind: Kind) -> bool {
    matches!(
        kind,
        Kind::Push
            | Kind::Check
            | Kind::Radio
            | Kind::GroupBox
            | Kind::Edit
            | Kind::Lines
            | Kind::Rich
            | Kind::Label
            | Kind::Picture
            | Kind::Progress
            | Kind::Slider
            | Kind::ScrollBar
            | Kind::Spinner
            | Kind::Other
    )
}
