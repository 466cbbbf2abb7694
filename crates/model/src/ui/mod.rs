//! Trees of user-interface elements: what one is, how it is matched, cut down, compared and written.

mod content;
mod diff;
mod element;
mod filter;
pub(crate) mod render;
mod role;
mod selector;
mod tree;

pub use content::{Content, Rest, bound_texts};
pub use diff::{Changes, diff, diff_windows};
pub use element::{ElementId, ElementKey, Node, Patterns, States, Toggle, WindowKey};
pub use filter::{Pruned, is_operable, mentions, prune};
pub use render::{
    DIFF_ADDED, DIFF_CHANGED, DIFF_REMOVED, escape, line, plain, push_visible, quote, tree_text,
};
pub use role::{Role, UnknownRole};
pub use selector::{CANDIDATES, Pick, matches, more_words, pick};
pub use tree::{Source, Tree};
