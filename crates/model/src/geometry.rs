//! Points and rectangles in physical pixels of the virtual desktop.

use serde::{Deserialize, Serialize};

/// A point in physical pixels of the virtual desktop; the primary display's top left corner is (0, 0),
/// displays left of or above it have negative coordinates.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
pub struct Point {
    /// To the right.
    pub x: i32,
    /// Downwards.
    pub y: i32,
}

/// A rectangle in physical pixels of the virtual desktop; `right` and `bottom` lie outside.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(from = "[i32; 4]", into = "[i32; 4]")]
pub struct Rect {
    /// First column.
    pub left: i32,
    /// First row.
    pub top: i32,
    /// Column after the last.
    pub right: i32,
    /// Row after the last.
    pub bottom: i32,
}

impl Rect {
    /// A rectangle from its four sides.
    #[must_use]
    pub const fn new(left: i32, top: i32, right: i32, bottom: i32) -> Self {
        Self { left, top, right, bottom }
    }

    /// Width in pixels; 0 where the sides are crossed.
    #[must_use]
    pub const fn width(self) -> u32 {
        if self.right > self.left { self.right.abs_diff(self.left) } else { 0 }
    }

    /// Height in pixels; 0 where the sides are crossed.
    #[must_use]
    pub const fn height(self) -> u32 {
        if self.bottom > self.top { self.bottom.abs_diff(self.top) } else { 0 }
    }

    /// Whether it holds no pixel.
    #[must_use]
    pub const fn is_empty(self) -> bool {
        self.width() == 0 || self.height() == 0
    }

    /// Its middle.
    #[must_use]
    pub const fn center(self) -> Point {
        Point {
            x: self.left.saturating_add((self.width() / 2).cast_signed()),
            y: self.top.saturating_add((self.height() / 2).cast_signed()),
        }
    }

    /// Whether `point` is one of its pixels.
    #[must_use]
    pub const fn contains(self, point: Point) -> bool {
        point.x >= self.left && point.x < self.right && point.y >= self.top && point.y < self.bottom
    }

    /// What both share; empty where they do not meet.
    #[must_use]
    pub fn intersection(self, other: Self) -> Self {
        Self {
            left: self.left.max(other.left),
            top: self.top.max(other.top),
            right: self.right.min(other.right),
            bottom: self.bottom.min(other.bottom),
        }
    }
}

impl From<[i32; 4]> for Rect {
    fn from([left, top, right, bottom]: [i32; 4]) -> Self {
        Self { left, top, right, bottom }
    }
}

impl From<Rect> for [i32; 4] {
    fn from(rect: Rect) -> Self {
        [rect.left, rect.top, rect.right, rect.bottom]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_crossed_rectangle_is_empty_and_holds_nothing() {
        let crossed = Rect::new(10, 10, 5, 20);
        assert!(crossed.is_empty());
        assert!(!crossed.contains(crossed.center()));
    }

    #[test]
    fn extreme_sides_do_not_overflow() {
        let whole = Rect::new(i32::MIN, i32::MIN, i32::MAX, i32::MAX);
        assert_eq!(whole.width(), u32::MAX);
        assert!(whole.contains(whole.center()));
    }
}
