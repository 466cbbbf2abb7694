//! Matching elements against a description.

use super::{Node, Role};
use crate::Selector;

/// What a description picked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Pick {
    /// Exactly one element.
    One(Box<Node>),
    /// None.
    None,
    /// Several.
    Several {
        /// The first [`CANDIDATES`] of them.
        nodes: Vec<Node>,
        /// How many more there are.
        more: usize,
    },
}

/// At most so many of several that match are told.
pub const CANDIDATES: usize = 10;

/// How many more there are than are listed, in words that end a message; none where all are.
#[must_use]
pub fn more_words(more: usize) -> String {
    if more == 0 { String::new() } else { format!("; {more} more are not listed here") }
}

/// Whether a node fits role, name and id; `name` is compared by `same`.
fn fits(
    node: &Node,
    role: Option<Role>,
    id: Option<&str>,
    name: Option<&str>,
    same: impl Fn(&str, &str) -> bool,
) -> bool {
    role.is_none_or(|role| role == node.role)
        && id.is_none_or(|id| id == node.automation_id)
        && name.is_none_or(|name| same(&node.name, name))
}

/// Whether a node fits `find`'s wider match: the name contains `name` in any case.
#[must_use]
pub fn matches(node: &Node, role: Option<Role>, name: Option<&str>, automation_id: Option<&str>) -> bool {
    let name = name.map(plain);
    fits(node, role, automation_id, name.as_deref(), |have, want| plain(have).contains(want))
}

/// Picks the one node that a selector means: by whole name in exact case, else by whole name in any case and
/// without mnemonics (`&Save…` is `save`).
#[must_use]
pub fn pick<'a>(nodes: impl Iterator<Item = &'a Node> + Clone, selector: &Selector) -> Pick {
    let Selector { window: _, role, name, automation_id } = selector;
    let narrowed = |same: fn(&str, &str) -> bool| -> Vec<&Node> {
        nodes
            .clone()
            .filter(|node| fits(node, *role, automation_id.as_deref(), name.as_deref(), same))
            .collect()
    };
    let mut found = narrowed(|have, want| have == want);
    if found.is_empty() && name.is_some() {
        found = narrowed(|have, want| plain(have) == plain(want));
    }
    match found.as_slice() {
        [] => Pick::None,
        [one] => Pick::One(Box::new((*one).clone())),
        several => Pick::Several {
            nodes: several.iter().take(CANDIDATES).map(|node| (*node).clone()).collect(),
            more: several.len().saturating_sub(CANDIDATES),
        },
    }
}

/// A name as people compare it: lower case, no mnemonics, no shortcut after a tab, no ellipsis.
fn plain(name: &str) -> String {
    let label = name.split('\t').next().unwrap_or_default();
    let mut text = String::with_capacity(label.len());
    let mut chars = label.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '&' if chars.peek() == Some(&'&') => {
                text.push('&');
                chars.next();
            }
            '&' => {}
            c => text.extend(c.to_lowercase()),
        }
    }
    text.trim().trim_end_matches("...").trim_end_matches('…').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ui::render::tests::node;

    fn by_name(name: &str) -> Selector {
        Selector { name: Some(name.into()), ..Selector::default() }
    }

    #[test]
    fn one_exact_match_beats_matches_in_another_case() {
        let nodes = [node(1, 0, Role::Button, "save"), node(2, 0, Role::Button, "Save")];
        let Pick::One(found) = pick(nodes.iter(), &by_name("Save")) else { panic!("not one") };
        assert_eq!(found.reference, nodes[1].reference);
    }

    #[test]
    fn mnemonics_shortcuts_and_ellipses_are_no_part_of_a_name() {
        let nodes = [node(1, 0, Role::MenuItem, "Save &As...\tCtrl+Shift+S"), node(2, 0, Role::Text, "R&&D")];
        assert!(matches!(pick(nodes.iter(), &by_name("save as")), Pick::One(_)));
        assert!(matches!(pick(nodes.iter(), &by_name("r&&d")), Pick::One(_)));
    }

    #[test]
    fn a_part_of_a_name_picks_nothing_but_is_found() {
        let nodes = [node(1, 0, Role::Button, "Delete all")];
        assert_eq!(pick(nodes.iter(), &by_name("Delete")), Pick::None);
        assert!(matches(&nodes[0], None, Some("delete"), None));
    }

    #[test]
    fn several_matches_are_given_back_as_candidates() {
        let nodes = [node(1, 0, Role::Button, "OK"), node(2, 0, Role::Button, "OK")];
        let several = |nodes: &[Node]| match pick(nodes.iter(), &by_name("OK")) {
            Pick::Several { nodes, more } => (nodes.len(), more),
            other => panic!("{other:?}"),
        };
        assert_eq!(several(&nodes), (2, 0));
        let many: Vec<Node> = (1..=13).map(|number| node(number, 0, Role::Button, "OK")).collect();
        assert_eq!(several(&many), (CANDIDATES, 3));
    }
}
