//! Cutting a tree down to what was asked for.

use super::{Node, Role};
use crate::TreeLimits;

/// Whether a person could operate the element or type into it.
#[must_use]
pub fn is_operable(node: &Node) -> bool {
    let patterns = node.patterns;
    patterns.invoke
        || patterns.toggle
        || patterns.expand_collapse
        || patterns.select
        || patterns.value
        || (node.states.focusable && !is_container(node.role))
        || matches!(
            node.role,
            Role::Button
                | Role::CheckBox
                | Role::ComboBox
                | Role::Edit
                | Role::Document
                | Role::Hyperlink
                | Role::ListItem
                | Role::MenuItem
                | Role::RadioButton
                | Role::Slider
                | Role::Spinner
                | Role::SplitButton
                | Role::TabItem
                | Role::TreeItem
                | Role::DataItem
                | Role::HeaderItem
        )
}

/// Roles that only hold others.
const fn is_container(role: Role) -> bool {
    matches!(
        role,
        Role::Window
            | Role::Pane
            | Role::Group
            | Role::Custom
            | Role::ToolBar
            | Role::StatusBar
            | Role::TitleBar
    )
}

/// What is left of a tree.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Pruned {
    /// What was asked for, and what it lies in.
    pub nodes: Vec<Node>,
    /// Whether a limit took something.
    pub cut: bool,
    /// Whether a query was given that no node fits.
    pub unmatched: bool,
}

/// Leaves out what `limits` does not ask for, keeping each kept element's nearest kept ancestor as its parent.
///
/// The root stays. Nodes without something operable in them, unnamed panes, and nodes beyond a limit go.
#[must_use]
pub fn prune(nodes: Vec<Node>, limits: &TreeLimits) -> Pruned {
    let (wanted, hit) = wanted(&nodes, limits);
    let mut kept: Vec<Node> = Vec::new();
    let mut path: Vec<(u32, u32)> = Vec::new(); // depths of the kept ancestors: in the source, in the result
    let mut cut = false;
    for (mut node, wanted) in nodes.into_iter().zip(wanted) {
        // A node that goes ends what came before it, too: what lies in it lies in none of that.
        while path.last().is_some_and(|(depth, _)| *depth >= node.depth) {
            path.pop();
        }
        if !wanted {
            continue;
        }
        let depth = path.last().map_or(0, |(_, depth)| depth + 1);
        if depth > limits.max_depth || kept.len() >= limits.max_elements as usize {
            cut = true;
            continue;
        }
        path.push((node.depth, depth));
        node.depth = depth;
        kept.push(node);
    }
    Pruned { nodes: kept, cut, unmatched: limits.query.is_some() && !hit }
}

/// For each node, whether it or something in it is asked for; and whether any is itself.
fn wanted(nodes: &[Node], limits: &TreeLimits) -> (Vec<bool>, bool) {
    let query = limits.query.as_deref().map(str::to_lowercase);
    let mut wanted = vec![false; nodes.len()];
    let mut any = false;
    let mut below: Vec<u32> = Vec::new(); // depths at which a descendant of what comes before is wanted
    for (node, slot) in nodes.iter().zip(&mut wanted).rev() {
        let inside = below.last().is_some_and(|depth| *depth > node.depth);
        while below.last().is_some_and(|depth| *depth > node.depth) {
            below.pop();
        }
        let hit = (!limits.interactive_only || is_operable(node))
            && query.as_deref().is_none_or(|query| mentions(node, query));
        any |= hit;
        let shows = hit || node.depth == 0 || (inside && tells_something(node, limits));
        *slot = shows;
        if shows || inside {
            below.push(node.depth);
        }
    }
    (wanted, any)
}

/// Whether a node that only holds others is worth its line.
fn tells_something(node: &Node, limits: &TreeLimits) -> bool {
    !limits.interactive_only || !node.name.is_empty() || !is_container(node.role)
}

/// Whether name, id or content, as far as that came with the node, contains `query` (in lower case) in any case.
#[must_use]
pub fn mentions(node: &Node, query: &str) -> bool {
    let has = |text: &str| text.to_lowercase().contains(query);
    has(&node.name) || node.content().is_some_and(|content| has(&content)) || has(&node.automation_id)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ui::{Content, render::tests::node};

    fn form() -> Vec<Node> {
        vec![
            node(1, 0, Role::Window, "Form"),
            node(2, 1, Role::Pane, ""),
            node(3, 2, Role::Button, "OK"),
            node(4, 1, Role::Text, "A label"),
            node(5, 1, Role::Group, "Options"),
            node(6, 2, Role::CheckBox, "Loud"),
            node(7, 1, Role::Group, "Nothing in it"),
        ]
    }

    fn names(nodes: &[Node]) -> Vec<(u32, &str)> {
        nodes.iter().map(|node| (node.depth, node.name.as_str())).collect()
    }

    #[test]
    fn what_cannot_be_operated_goes_and_what_groups_it_stays() {
        let Pruned { nodes: kept, cut, .. } = prune(form(), &TreeLimits::default());
        assert_eq!(names(&kept), [(0, "Form"), (1, "OK"), (1, "Options"), (2, "Loud")]);
        assert!(!cut);
    }

    #[test]
    fn everything_stays_when_everything_is_asked_for() {
        let kept = prune(form(), &TreeLimits { interactive_only: false, ..TreeLimits::default() }).nodes;
        assert_eq!(kept, form());
    }

    #[test]
    fn limits_hold_and_are_told() {
        let Pruned { nodes: kept, cut, .. } =
            prune(form(), &TreeLimits { max_elements: 2, ..TreeLimits::default() });
        assert_eq!((kept.len(), cut), (2, true));
        let Pruned { nodes: kept, cut, .. } =
            prune(form(), &TreeLimits { max_depth: 1, ..TreeLimits::default() });
        assert_eq!(names(&kept), [(0, "Form"), (1, "OK"), (1, "Options")]);
        assert!(cut);
    }

    /// Every tree of six elements, with every choice of which of them can be operated.
    fn small_trees() -> Vec<Vec<Node>> {
        let mut shapes = vec![vec![0_u32]];
        for _ in 1..6 {
            let longer = shapes.iter().flat_map(|shape: &Vec<u32>| {
                (1..=shape.last().unwrap() + 1).map(|depth| [shape.as_slice(), &[depth]].concat())
            });
            shapes = longer.collect();
        }
        let tree = |shape: &Vec<u32>, buttons: u32| {
            let role = |index: usize| if buttons >> index & 1 == 1 { Role::Button } else { Role::Pane };
            let node = |(index, depth): (usize, &u32)| node(index as u32, *depth, role(index), "");
            shape.iter().enumerate().map(node).collect()
        };
        shapes.iter().flat_map(|shape| (0..64).map(move |buttons| tree(shape, buttons))).collect()
    }

    #[test]
    fn what_is_kept_lies_as_deep_as_it_has_kept_elements_around_it() {
        let trees = small_trees();
        assert_eq!(trees.len(), 42 * 64);
        for tree in trees {
            let kept = prune(tree.clone(), &TreeLimits::default()).nodes;
            let is_kept = |node: &&Node| kept.iter().any(|kept| kept.key == node.key);
            for node in &kept {
                let at = tree.iter().position(|other| other.key == node.key).unwrap();
                let (mut around, mut depth) = (0, tree[at].depth);
                for outer in tree[..at].iter().rev().filter(|outer| outer.depth < tree[at].depth) {
                    if outer.depth < depth {
                        depth = outer.depth;
                        around += u32::from(is_kept(&outer));
                    }
                }
                assert_eq!(node.depth, around, "{tree:#?}");
            }
        }
    }

    #[test]
    fn a_query_keeps_matches_and_what_they_lie_in() {
        let limits = TreeLimits { query: Some("LOUD".into()), ..TreeLimits::default() };
        let kept = prune(form(), &limits).nodes;
        assert_eq!(names(&kept), [(0, "Form"), (1, "Options"), (2, "Loud")]);
    }

    #[test]
    fn a_query_that_nothing_fits_is_told_from_one_that_fits_the_root() {
        let of = |query: &str, interactive_only| {
            let limits = TreeLimits { query: Some(query.into()), interactive_only, ..TreeLimits::default() };
            let Pruned { nodes, unmatched, .. } = prune(form(), &limits);
            (nodes.len(), unmatched)
        };
        assert_eq!(of("nowhere", true), (1, true));
        assert_eq!(of("form", false), (1, false));
        assert_eq!((of("a label", true), of("a label", false)), ((1, true), (2, false)));
        assert!(!prune(form(), &TreeLimits::default()).unmatched);
    }

    #[test]
    fn a_query_looks_behind_the_value_that_is_shown() {
        let Content { value, rest } = Content::new(&format!("{}Changed", "x".repeat(Content::SHOWN - 3)), 0);
        let field = Node { value: Some(value), rest, ..node(8, 1, Role::Edit, "") };
        assert!(mentions(&field, "changed"));
        assert!(!mentions(&field.without_text(), "changed"));
    }
}
