//! Structures of the common controls as they lie in the memory of a 64-bit process.
//!
//! Layouts: `commctrl.h` of the Windows SDK (`LVITEMW`, `TVITEMW`, `TCITEMW`, `TBBUTTON`, `HDITEMW`,
//! `LVHITTESTINFO`, `TVHITTESTINFO`, `TCHITTESTINFO`).
//!
//! Untrusted: whatever is read back; the target may put anything there.
//! Guarantees: reading never goes beyond the bytes at hand; numbers that mean nothing become values that mean nothing.
//! Does not: believe a pointer; the reader asks the system for what it points to, which refuses where there is nothing.

use model::{Point, Rect};

/// Bytes of the structure part of the remote memory; text follows it.
pub(super) const HEAD: usize = 128;

/// A structure under construction, all zero at first.
#[derive(Debug, Clone)]
pub(super) struct Bytes([u8; HEAD]);

impl Bytes {
    /// All zero.
    pub(super) const fn new() -> Self {
        Self([0; HEAD])
    }

    /// The bytes that were read; missing ones are zero.
    pub(super) fn read(bytes: &[u8]) -> Self {
        let mut all = Self::new();
        for (slot, byte) in all.0.iter_mut().zip(bytes) {
            *slot = *byte;
        }
        all
    }

    fn put(mut self, at: usize, bytes: &[u8]) -> Self {
        if let Some(slot) = self.0.get_mut(at..at.saturating_add(bytes.len())) {
            slot.copy_from_slice(bytes);
        }
        self
    }

    /// A signed number of four bytes.
    pub(super) fn i32(self, at: usize, value: i32) -> Self {
        self.put(at, &value.to_le_bytes())
    }

    /// An unsigned number of four bytes.
    pub(super) fn u32(self, at: usize, value: u32) -> Self {
        self.put(at, &value.to_le_bytes())
    }

    /// A number of eight bytes.
    pub(super) fn u64(self, at: usize, value: u64) -> Self {
        self.put(at, &value.to_le_bytes())
    }

    fn take<const N: usize>(&self, at: usize) -> [u8; N] {
        self.0.get(at..).and_then(|rest| rest.first_chunk()).copied().unwrap_or([0; N])
    }

    /// The unsigned number of four bytes there.
    pub(super) fn u32_at(&self, at: usize) -> u32 {
        u32::from_le_bytes(self.take(at))
    }

    /// The signed number of four bytes there.
    pub(super) fn i32_at(&self, at: usize) -> i32 {
        i32::from_le_bytes(self.take(at))
    }

    /// The number of eight bytes there.
    pub(super) fn u64_at(&self, at: usize) -> u64 {
        u64::from_le_bytes(self.take(at))
    }

    /// The byte there.
    pub(super) fn u8_at(&self, at: usize) -> u8 {
        let [byte] = self.take(at);
        byte
    }

    /// The `RECT` at the start.
    pub(super) fn rect(&self) -> Rect {
        Rect::new(self.i32_at(0), self.i32_at(4), self.i32_at(8), self.i32_at(12))
    }

    /// All of them.
    pub(super) const fn all(&self) -> &[u8] {
        &self.0
    }
}

/// Where the pointer to the text is in a structure, and the room for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct TextField {
    /// Offset of `pszText`.
    pub(super) pointer: usize,
    /// Offset of `cchTextMax`.
    pub(super) room: usize,
}

/// `LVITEMW`.
pub(super) const LIST_TEXT: TextField = TextField { pointer: 24, room: 32 };
/// `TVITEMW`.
pub(super) const TREE_TEXT: TextField = TextField { pointer: 24, room: 32 };
/// `TCITEMW`.
pub(super) const TAB_TEXT: TextField = TextField { pointer: 16, room: 24 };
/// `HDITEMW`.
pub(super) const HEADER_TEXT: TextField = TextField { pointer: 8, room: 24 };

/// `LVITEMW` for the text of a cell (`LVIF_TEXT`).
pub(super) fn list_cell(row: i32, column: i32) -> Bytes {
    Bytes::new().u32(0, 0x1).i32(4, row).i32(8, column)
}

/// `LVITEMW` for a state (`LVIF_STATE`).
pub(super) fn list_state(state: u32, mask: u32) -> Bytes {
    Bytes::new().u32(0, 0x8).u32(12, state).u32(16, mask)
}

/// `TVITEMW` for text, state and whether there are children.
pub(super) fn tree_item(item: u64) -> Bytes {
    Bytes::new().u32(0, 0x1 | 0x8 | 0x10 | 0x40).u64(8, item).u32(20, u32::MAX)
}

/// The state bits of a `TVITEMW`.
pub(super) fn tree_state(bytes: &Bytes) -> u32 {
    bytes.u32_at(16)
}

/// Whether a `TVITEMW` has children; -1 (the parent is asked when it opens) counts as yes.
pub(super) fn tree_has_children(bytes: &Bytes) -> bool {
    bytes.i32_at(40 + 4) != 0
}

/// `TCITEMW` for the text.
pub(super) fn tab_item() -> Bytes {
    Bytes::new().u32(0, 0x1)
}

/// `HDITEMW` for the text (`HDI_TEXT`).
pub(super) fn header_item() -> Bytes {
    Bytes::new().u32(0, 0x2)
}

/// A tool bar's button.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct ToolButton {
    /// What it sends.
    pub(super) command: i32,
    /// `TBSTATE_*`.
    pub(super) state: u8,
    /// `BTNS_*`.
    pub(super) style: u8,
}

/// Reads a `TBBUTTON`.
pub(super) fn tool_button(bytes: &Bytes) -> ToolButton {
    ToolButton { command: bytes.i32_at(4), state: bytes.u8_at(8), style: bytes.u8_at(9) }
}

/// A hit-test structure: the point comes first in all of them.
pub(super) fn hit(point: Point) -> Bytes {
    Bytes::new().i32(0, point.x).i32(4, point.y)
}

/// The item of an `LVHITTESTINFO`; none below 0.
pub(super) fn list_hit(bytes: &Bytes) -> Option<u64> {
    u64::try_from(bytes.i32_at(12)).ok()
}

/// The item of a `TVHITTESTINFO`; none for 0.
pub(super) fn tree_hit(bytes: &Bytes) -> Option<u64> {
    Some(bytes.u64_at(16)).filter(|item| *item != 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_item_lies_in_memory_as_its_header_says() {
        let cell = list_cell(7, 2).u64(LIST_TEXT.pointer, 0x1122_3344_5566_7788).i32(LIST_TEXT.room, 260);
        let bytes = cell.all();
        assert_eq!(bytes[..12], [1, 0, 0, 0, 7, 0, 0, 0, 2, 0, 0, 0]);
        assert_eq!(bytes[24..36], [0x88, 0x77, 0x66, 0x55, 0x44, 0x33, 0x22, 0x11, 4, 1, 0, 0]);
    }

    #[test]
    fn a_tree_item_reads_back_its_state_and_children() {
        let item = tree_item(0xDEAD_BEEF_0000_0001);
        assert_eq!(item.u64_at(8), 0xDEAD_BEEF_0000_0001);
        assert!(!tree_has_children(&item));
        let answered = item.u32(16, 0x22).i32(44, -1);
        assert_eq!(tree_state(&answered), 0x22);
        assert!(tree_has_children(&answered));
    }

    #[test]
    fn a_tool_button_is_told_apart() {
        let bytes = Bytes::new().i32(0, -2).i32(4, 301).u32(8, 0x0000_0204);
        assert_eq!(tool_button(&bytes), ToolButton { command: 301, state: 4, style: 2 });
    }

    #[test]
    fn hits_that_hit_nothing_are_none() {
        assert_eq!(list_hit(&hit(Point { x: 1, y: 2 }).i32(12, -1)), None);
        assert_eq!(list_hit(&hit(Point::default()).i32(12, 5)), Some(5));
        assert_eq!(tree_hit(&hit(Point::default())), None);
    }

    #[test]
    fn short_answers_read_as_zero_and_nothing_is_written_beyond() {
        let short = Bytes::read(&[9, 0, 0]);
        assert_eq!((short.u32_at(0), short.u64_at(200), short.rect().bottom), (9, 0, 0));
        assert_eq!(Bytes::new().u64(HEAD - 4, u64::MAX).all(), Bytes::new().all());
    }
}
