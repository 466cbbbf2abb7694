//! Fields: caret, selection, and text put in and taken out.

use std::ops::Range;

use crate::world::{Cursor, Element};

impl Element {
    fn length(&self) -> usize {
        self.value.as_deref().unwrap_or_default().chars().count()
    }

    /// Caret and selection, within the text.
    pub(crate) fn cursor(&self) -> Cursor {
        let length = self.length();
        let Cursor { anchor, caret } = self.cursor.unwrap_or(Cursor::at(length));
        Cursor { anchor: anchor.min(length), caret: caret.min(length) }
    }

    /// The selected text.
    pub(crate) fn selected_text(&self) -> String {
        let range = self.cursor().selection();
        self.value.as_deref().unwrap_or_default().chars().skip(range.start).take(range.len()).collect()
    }

    pub(crate) fn select_all(&mut self) {
        self.cursor = Some(Cursor { anchor: 0, caret: self.length() });
    }

    /// Puts text where the caret is, in place of what is selected.
    pub(crate) fn insert(&mut self, text: &str) {
        self.put(self.cursor().selection(), text);
    }

    /// Puts text in place of all there is.
    pub(crate) fn replace(&mut self, text: &str) {
        self.put(0..self.length(), text);
    }

    fn put(&mut self, range: Range<usize>, text: &str) {
        let old = self.value.as_deref().unwrap_or_default();
        let head = old.chars().take(range.start);
        let tail = old.chars().skip(range.end);
        let value: String = head.chain(text.chars()).chain(tail).collect();
        self.cursor = Some(Cursor::at(range.start + text.chars().count()));
        self.value = Some(value);
    }

    /// Takes out what is selected, else one character before or after the caret.
    pub(crate) fn delete(&mut self, forward: bool) {
        let Cursor { anchor, caret } = self.cursor();
        let range = match (anchor == caret, forward) {
            (false, _) => self.cursor().selection(),
            (true, true) => caret..(caret + 1).min(self.length()),
            (true, false) => caret.saturating_sub(1)..caret,
        };
        self.put(range, "");
    }

    /// Moves the caret by so many characters, or to the start or end; `extend` keeps the selection's other end.
    pub(crate) fn move_caret(&mut self, to: Move, extend: bool) {
        let Cursor { anchor, caret } = self.cursor();
        let caret = match to {
            Move::Back => caret.saturating_sub(1),
            Move::On => (caret + 1).min(self.length()),
            Move::Start => 0,
            Move::End => self.length(),
        };
        self.cursor = Some(Cursor { anchor: if extend { anchor } else { caret }, caret });
    }
}

/// Where a caret goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Move {
    Back,
    On,
    Start,
    End,
}

#[cfg(test)]
mod tests {
    use model::ui::Role;

    use super::*;

    fn field(value: &str) -> Element {
        Element { value: Some(value.into()), ..Element::new(Role::Edit, "f") }
    }

    #[test]
    fn text_goes_to_the_end_until_the_caret_is_moved() {
        let mut field = field("ab");
        field.insert("ç😀");
        assert_eq!(field.value.as_deref(), Some("abç😀"));
        field.move_caret(Move::Start, false);
        field.move_caret(Move::On, false);
        field.insert("-");
        assert_eq!(field.value.as_deref(), Some("a-bç😀"));
    }

    #[test]
    fn what_is_selected_is_typed_over_and_deleted() {
        let mut field = field("hello");
        field.move_caret(Move::Back, false);
        field.move_caret(Move::Start, true);
        assert_eq!(field.selected_text(), "hell");
        field.insert("J");
        assert_eq!(field.value.as_deref(), Some("Jo"));
        field.select_all();
        field.delete(false);
        assert_eq!(field.value.as_deref(), Some(""));
    }

    #[test]
    fn backspace_and_delete_take_one_character_and_stop_at_the_ends() {
        let mut field = field("añb");
        field.delete(true);
        field.delete(false);
        assert_eq!(field.value.as_deref(), Some("añ"));
        field.move_caret(Move::Start, false);
        field.delete(false);
        field.delete(true);
        assert_eq!(field.value.as_deref(), Some("ñ"));
    }
}
