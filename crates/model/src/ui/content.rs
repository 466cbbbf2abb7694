//! What a field holds, of which a node shows only the beginning.

use std::{
    borrow::Cow,
    fmt,
    hash::{DefaultHasher, Hash as _, Hasher as _},
};

use serde::{Deserialize, Serialize};

use super::Node;

/// The content of a field in the two parts that a node has of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Content {
    /// For [`Node::value`].
    pub value: String,
    /// For [`Node::rest`].
    pub rest: Option<Box<Rest>>,
}

impl Content {
    /// Characters that a node's value has at most.
    pub const SHOWN: usize = 200;
    /// Characters of one field that are read for a tree, at most.
    pub const READ: usize = 65_536;
    /// Characters behind the values that go with one tree, at most.
    pub const OF_TREE: usize = 1 << 20;

    /// Of a text that was read, its beginning or all, and how many characters its source has behind it.
    #[must_use]
    pub fn new(text: &str, unread: u64) -> Self {
        let at = |count: usize| text.char_indices().nth(count).map_or(text.len(), |(at, _)| at);
        let (value, behind) = text.split_at(at(Self::SHOWN));
        if behind.is_empty() && unread == 0 {
            return Self { value: value.to_owned(), rest: None };
        }
        let (read, _) = text.split_at(at(Self::READ));
        let mut hasher = DefaultHasher::new();
        read.hash(&mut hasher);
        let rest = Rest {
            chars: (text.chars().count() as u64).saturating_add(unread),
            text: read.get(value.len()..).unwrap_or_default().to_owned(),
            mark: hasher.finish(),
        };
        Self { value: value.to_owned(), rest: Some(Box::new(rest)) }
    }
}

/// How the content of a field goes on where a node's value is only its beginning.
#[derive(Clone, Serialize, Deserialize)]
pub struct Rest {
    /// Characters of the whole content, the beginning among them.
    pub chars: u64,
    /// What was read behind the beginning, for the gate alone; empty where that has gone.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub text: String,
    /// Tells what was read from another content, and nothing else: shown nowhere, and written to no file.
    mark: u64,
}

/// The text follows from the mark, and may have gone.
impl PartialEq for Rest {
    fn eq(&self, other: &Self) -> bool {
        self.chars == other.chars && self.mark == other.mark
    }
}

impl Eq for Rest {}

impl fmt::Debug for Rest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Rest").field("chars", &self.chars).finish_non_exhaustive()
    }
}

impl Node {
    /// The content as far as it came with the node.
    #[must_use]
    pub fn content(&self) -> Option<Cow<'_, str>> {
        let value = self.value.as_deref()?;
        Some(match &self.rest {
            Some(rest) if !rest.text.is_empty() => Cow::Owned([value, &rest.text].concat()),
            Some(_) | None => Cow::Borrowed(value),
        })
    }

    /// Characters of the content that are not in the value.
    #[must_use]
    pub fn chars_behind(&self) -> u64 {
        let value = self.value.as_deref().unwrap_or_default();
        self.rest.as_ref().map_or(0, |rest| rest.chars.saturating_sub(value.chars().count() as u64))
    }

    /// The same with no more of its content than the value.
    #[must_use]
    pub fn without_text(&self) -> Self {
        let bare = |rest: &Rest| Box::new(Rest { chars: rest.chars, text: String::new(), mark: rest.mark });
        Self { rest: self.rest.as_deref().map(bare), ..self.clone() }
    }
}

/// Lets go of what lies behind values where all of it is more than [`Content::OF_TREE`].
pub fn bound_texts(nodes: &mut [Node]) {
    let mut room = Content::OF_TREE;
    for rest in nodes.iter_mut().filter_map(|node| node.rest.as_deref_mut()) {
        match room.checked_sub(rest.text.chars().count()) {
            Some(left) => room = left,
            None => rest.text = String::new(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ui::{Role, render::tests::node};

    fn field(text: &str, unread: u64) -> Node {
        let Content { value, rest } = Content::new(text, unread);
        Node { value: Some(value), rest, ..node(1, 0, Role::Edit, "Note") }
    }

    #[test]
    fn a_content_that_fits_is_whole_and_a_longer_one_tells_its_length() {
        let text = "ä".repeat(Content::SHOWN);
        assert_eq!(Content::new(&text, 0), Content { value: text.clone(), rest: None });
        let longer = field(&format!("{text}12"), 3);
        assert_eq!(longer.value.as_deref(), Some(text.as_str()));
        assert_eq!((longer.chars_behind(), longer.rest.as_ref().unwrap().chars), (5, 205));
        assert_eq!(longer.content().unwrap(), format!("{text}12"));
        assert_eq!(field("short", 0).chars_behind(), 0);
    }

    #[test]
    fn a_change_behind_the_beginning_is_one_and_so_is_another_length() {
        let text = |end: &str, unread| field(&format!("{}{end}", "x".repeat(500)), unread);
        assert_eq!(text("a", 7), text("a", 7).without_text());
        assert_ne!(text("a", 0), text("b", 0));
        assert_ne!(text("a", 7), text("a", 8));
    }

    #[test]
    fn what_is_read_is_bounded_by_field_and_by_tree() {
        let long = field(&"x".repeat(Content::READ + 9), 1);
        assert_eq!(long.content().unwrap().len(), Content::READ);
        assert_eq!(long.rest.as_ref().unwrap().chars, Content::READ as u64 + 10);
        let mut tree = vec![long.clone(); 20];
        bound_texts(&mut tree);
        let has_text = |node: &&Node| node.content().unwrap().len() == Content::READ;
        assert_eq!(tree.iter().filter(has_text).count(), Content::OF_TREE / (Content::READ - Content::SHOWN));
        assert!(tree.iter().all(|node| *node == long), "they are still told apart");
    }

    #[test]
    fn words_for_programmers_tell_neither_text_nor_mark() {
        let shown = format!("{:?}", field(&format!("{}secret", "x".repeat(Content::SHOWN)), 0).rest);
        assert_eq!(shown, "Some(Rest { chars: 206, .. })");
    }
}
