//! What changed between two looks at one tree.

use std::collections::HashMap;

use serde::{Deserialize, Serialize};

use super::{ElementKey, Node};

/// What is new, different or gone.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct TreeChanges {
    /// New elements, in reading order.
    pub added: Vec<Node>,
    /// Elements whose name, value, states, role or depth is another, as they are now. Being moved is no change.
    pub changed: Vec<Node>,
    /// Elements that are gone, as they were.
    pub removed: Vec<Node>,
    /// Elements that are the same.
    pub unchanged: u32,
}

/// Compares two looks, by the elements' keys: in `O(n)`.
#[must_use]
pub fn diff(before: &[Node], after: &[Node]) -> TreeChanges {
    let mut gone: HashMap<&ElementKey, &Node> = before.iter().map(|node| (&node.key, node)).collect();
    let mut changes = TreeChanges::default();
    for node in after {
        match gone.remove(&node.key) {
            None => changes.added.push(node.clone()),
            Some(was) if looks_alike(was, node) => changes.unchanged += 1,
            Some(_) => changes.changed.push(node.clone()),
        }
    }
    changes.removed = before.iter().filter(|node| gone.contains_key(&node.key)).cloned().collect();
    changes
}

fn looks_alike(a: &Node, b: &Node) -> bool {
    a.role == b.role
        && a.name == b.name
        && a.value == b.value
        && a.rest == b.rest
        && a.states == b.states
        && a.automation_id == b.automation_id
        && a.depth == b.depth
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ui::{Content, Role, render::tests::node};

    #[test]
    fn each_element_is_new_changed_gone_or_the_same() {
        let before =
            [node(1, 0, Role::Window, "F"), node(2, 1, Role::Edit, "a"), node(3, 1, Role::Button, "b")];
        let mut edited = before[1].clone();
        edited.value = Some("now".into());
        let mut moved = before[0].clone();
        moved.rect.left = 50;
        let after = [moved, edited.clone(), node(4, 1, Role::Button, "c")];
        let changes = diff(&before, &after);
        assert_eq!(changes.changed, [edited]);
        assert_eq!(changes.added, [after[2].clone()]);
        assert_eq!(changes.removed, [before[2].clone()]);
        assert_eq!(changes.unchanged, 1);
    }

    #[test]
    fn a_change_behind_the_value_that_is_shown_is_one() {
        let with = |end: &str| {
            let Content { value, rest } = Content::new(&format!("{}{end}", "x".repeat(300)), 0);
            [Node { value: Some(value), rest, ..node(1, 0, Role::Edit, "a") }]
        };
        assert_eq!(diff(&with("b"), &with("c")).changed, with("c"));
        assert_eq!(diff(&with("b"), &with("b")).unchanged, 1);
    }

    #[test]
    fn equal_trees_have_no_changes() {
        let tree = [node(1, 0, Role::Window, "F"), node(2, 1, Role::Edit, "a")];
        assert_eq!(diff(&tree, &tree), TreeChanges { unchanged: 2, ..TreeChanges::default() });
    }
}
