//! What a field holds, of which a node shows the beginning: judged with what lies behind it.

use model::{
    TextRead,
    ui::{Content, Node},
};
use policy::redact;

use super::Redaction;

/// How far a content is wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Reach {
    /// Its beginning, as a node shows it: what lies behind is looked at, and goes.
    Shown,
    /// All that was read of it, to be looked through.
    Read,
}

impl Redaction<'_> {
    /// Takes secrets out of what a node says of its content; `label` is the text in front of it.
    pub(super) fn content(&self, node: &mut Node, label: Option<&str>, reach: Reach) {
        let unread = node.chars_behind();
        let Node { name, value: Some(value), rest, .. } = node else { return };
        let label = if name.is_empty() { label.unwrap_or_default() } else { name };
        let Some(mut behind) = rest.take().map(|rest| rest.text) else {
            let clean = redact::field(label, value);
            self.put(value, clean);
            return;
        };
        if reach == Reach::Shown
            && let Some((end, _)) = behind.char_indices().nth(TextRead::AROUND)
        {
            behind.truncate(end);
        }
        let unread = unread.saturating_sub(behind.chars().count() as u64);
        value.push_str(&behind);
        let clean = redact::field(label, value);
        self.put(value, clean);
        let chars = value.chars().count();
        // Only what is shown or looked through matters.
        let ends_early = unread > 0 && (reach == Reach::Read || chars <= Content::SHOWN) && !self.reveals();
        let left_out = if ends_early { end_at_a_space(value) } else { 0 };
        let content = Content::new(value, unread.saturating_add(left_out));
        (*value, *rest) = (content.value, content.rest);
        // The beginning is what is shown: it has to hold no secret as a text of its own, either.
        let before = value.chars().count() as u64;
        let clean = redact::field(label, value);
        self.put(value, clean);
        if let Some(rest) = rest {
            rest.chars = rest.chars.saturating_sub(before).saturating_add(value.chars().count() as u64);
            if reach == Reach::Shown {
                rest.text = String::new();
            }
        }
    }
}

/// Leaves out the word in which a text was cut off, for it may be the beginning of a secret, and tells its length in
/// characters. What says that a secret was taken out stays.
pub(crate) fn end_at_a_space(text: &mut String) -> u64 {
    let after = |at: usize| text.get(at..)?.find(']').map(|end| at + end + 1);
    let said = text.rfind(redact::SAID).and_then(after).unwrap_or_default();
    let space = text.get(said..).and_then(|tail| tail.rfind(char::is_whitespace));
    let end = match space {
        Some(space) => said + space,
        None if said > 0 => said,
        None => text.len(),
    };
    let left_out = text.get(end..).map_or(0, |tail| tail.chars().count());
    text.truncate(end);
    left_out as u64
}
