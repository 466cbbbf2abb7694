//! What changed between two looks at one tree.

use std::{collections::HashMap, hash::Hash};

use serde::{Deserialize, Serialize};

use super::Node;
use crate::WindowInfo;

/// What is new, different or gone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Changes<T> {
    /// New ones, in their order.
    pub added: Vec<T>,
    /// Those that are different, as they are now.
    pub changed: Vec<T>,
    /// Those that are gone, as they were.
    pub removed: Vec<T>,
    /// How many are the same.
    pub unchanged: u32,
}

impl<T> Default for Changes<T> {
    fn default() -> Self {
        Self { added: Vec::new(), changed: Vec::new(), removed: Vec::new(), unchanged: 0 }
    }
}

/// Compares two looks, by the elements' keys: in `O(n)`. An element is different where its name, content, states, role or
/// depth is another; being moved is no change.
#[must_use]
pub fn diff(before: &[Node], after: &[Node]) -> Changes<Node> {
    compare(before, after, |node| &node.key, looks_alike)
}

/// The same of windows, of which place and size are told, too.
#[must_use]
pub fn diff_windows(before: &[WindowInfo], after: &[WindowInfo]) -> Changes<WindowInfo> {
    compare(before, after, |window| &window.key, PartialEq::eq)
}

fn compare<T: Clone, K: Eq + Hash>(
    before: &[T],
    after: &[T],
    key: impl Fn(&T) -> &K,
    alike: impl Fn(&T, &T) -> bool,
) -> Changes<T> {
    let mut gone: HashMap<&K, &T> = before.iter().map(|one| (key(one), one)).collect();
    let mut changes = Changes::default();
    for one in after {
        match gone.remove(key(one)) {
            None => changes.added.push(one.clone()),
            Some(was) if alike(was, one) => changes.unchanged += 1,
            Some(_) => changes.changed.push(one.clone()),
        }
    }
    changes.removed = before.iter().filter(|one| gone.contains_key(key(one))).cloned().collect();
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
        assert_eq!(diff(&tree, &tree), Changes { unchanged: 2, ..Changes::default() });
    }
}
