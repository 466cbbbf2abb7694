//! What was captured: pixels of a part of the virtual desktop.

use model::{Code, Fault, Rect};

/// Red, green, blue.
pub type Colour = [u8; 3];

/// The pixels of a part of the virtual desktop, one for each of its physical pixels.
#[derive(Clone, PartialEq, Eq)]
pub struct Shot {
    area: Rect,
    pixels: Pixels,
}

/// Rows of RGB pixels, without padding.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Pixels {
    pub(crate) width: usize,
    pub(crate) height: usize,
    pub(crate) rgb: Vec<u8>,
}

impl Shot {
    /// The pixels of `area` as `rgb`: three bytes each, row by row from the top, without padding.
    ///
    /// # Errors
    /// `CAPTURE_FAILED` where the area is empty or the number of bytes is not that of its pixels.
    pub fn new(area: Rect, rgb: Vec<u8>) -> Result<Self, Fault> {
        let (width, height) = (area.width() as usize, area.height() as usize);
        let expected = width.checked_mul(height).and_then(|pixels| pixels.checked_mul(3));
        if area.is_empty() || expected != Some(rgb.len()) {
            let message = format!("{} bytes are no picture of {width} x {height} pixels", rgb.len());
            return Err(Fault::new(Code::CaptureFailed, message));
        }
        Ok(Self { area, pixels: Pixels { width, height, rgb } })
    }

    /// The same from four bytes a pixel in the order blue, green, red, unused, as Windows gives them.
    ///
    /// # Errors
    /// As for [`Shot::new`].
    pub fn from_bgrx(area: Rect, bgrx: &[u8]) -> Result<Self, Fault> {
        let mut rgb = vec![0; bgrx.len() / 4 * 3];
        for (to, from) in rgb.as_chunks_mut::<3>().0.iter_mut().zip(bgrx.as_chunks::<4>().0) {
            let [blue, green, red, _] = *from;
            *to = [red, green, blue];
        }
        Self::new(area, rgb)
    }

    /// `area` all in one colour.
    ///
    /// # Errors
    /// As for [`Shot::new`].
    pub fn filled(area: Rect, colour: Colour) -> Result<Self, Fault> {
        let pixels = (area.width() as usize).saturating_mul(area.height() as usize);
        if pixels > 1 << 28 {
            let message = format!("{} x {} pixels are too many", area.width(), area.height());
            return Err(Fault::new(Code::LimitExceeded, message));
        }
        Self::new(area, colour.repeat(pixels))
    }

    /// What it shows.
    #[must_use]
    pub const fn area(&self) -> Rect {
        self.area
    }

    /// Paints `rect`, given in physical pixels of the virtual desktop, over; what lies outside is left out.
    pub fn fill(&mut self, rect: Rect, colour: Colour) {
        let part = rect.intersection(self.area);
        let left = part.left.abs_diff(self.area.left) as usize;
        let top = part.top.abs_diff(self.area.top) as usize;
        if !part.is_empty() {
            self.pixels.fill(left, top, part.width() as usize, part.height() as usize, colour);
        }
    }

    /// Whether every pixel of `rect` is black: what a failed capture of a window looks like.
    #[must_use]
    pub fn is_black(&self) -> bool {
        self.pixels.rgb.iter().all(|byte| *byte == 0)
    }

    /// Puts the pixels of `other` in, where both show the same part of the desktop.
    pub fn paste(&mut self, other: &Self) {
        let part = other.area.intersection(self.area);
        if part.is_empty() {
            return;
        }
        let offset =
            |from: Rect| (part.left.abs_diff(from.left) as usize, part.top.abs_diff(from.top) as usize);
        let ((to_x, to_y), (from_x, from_y)) = (offset(self.area), offset(other.area));
        let (bytes, rows) = (part.width() as usize * 3, part.height() as usize);
        let sources = other.pixels.rows().skip(from_y).take(rows);
        for (to, from) in self.pixels.rows_mut().skip(to_y).zip(sources) {
            let to = to.get_mut(to_x * 3..to_x * 3 + bytes);
            if let (Some(to), Some(from)) = (to, from.get(from_x * 3..from_x * 3 + bytes)) {
                to.copy_from_slice(from);
            }
        }
    }

    pub(crate) const fn pixels(&self) -> &Pixels {
        &self.pixels
    }
}

impl Pixels {
    /// The rows, from the top.
    pub(crate) fn rows(&self) -> impl Iterator<Item = &[u8]> {
        self.rgb.chunks_exact(self.width * 3)
    }

    /// The rows, from the top, to be changed.
    pub(crate) fn rows_mut(&mut self) -> impl Iterator<Item = &mut [u8]> {
        self.rgb.chunks_exact_mut(self.width * 3)
    }

    /// Paints a rectangle; what lies outside is left out.
    pub(crate) fn fill(&mut self, left: usize, top: usize, width: usize, height: usize, colour: Colour) {
        let (from, to) = (left.min(self.width) * 3, left.saturating_add(width).min(self.width) * 3);
        for row in self.rows_mut().skip(top).take(height) {
            for pixel in row.get_mut(from..to).unwrap_or_default().as_chunks_mut::<3>().0 {
                *pixel = colour;
            }
        }
    }
}

impl std::fmt::Debug for Shot {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Shot").field("area", &self.area).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const AREA: Rect = Rect::new(-2, -1, 2, 2);

    fn pixel(shot: &Shot, x: usize, y: usize) -> Colour {
        shot.pixels.rgb.as_chunks::<3>().0[y * shot.pixels.width + x]
    }

    #[test]
    fn a_wrong_number_of_bytes_is_refused() {
        assert_eq!(Shot::new(AREA, vec![0; 35]).unwrap_err().code, Code::CaptureFailed);
        assert!(Shot::new(AREA, vec![0; 36]).is_ok());
        assert!(Shot::new(Rect::new(0, 0, 0, 5), Vec::new()).is_err());
    }

    #[test]
    fn windows_order_of_colours_is_turned_round() {
        let shot = Shot::from_bgrx(Rect::new(0, 0, 2, 1), &[1, 2, 3, 0, 4, 5, 6, 255]).unwrap();
        assert_eq!(shot.pixels.rgb, [3, 2, 1, 6, 5, 4]);
    }

    #[test]
    fn only_what_lies_in_the_picture_is_painted_over() {
        let mut shot = Shot::filled(AREA, [9, 9, 9]).unwrap();
        shot.fill(Rect::new(-5, 0, 0, 100), [0, 0, 0]);
        assert_eq!([pixel(&shot, 0, 0), pixel(&shot, 0, 1), pixel(&shot, 1, 2)], [[9; 3], [0; 3], [0; 3]]);
        assert_eq!(pixel(&shot, 2, 1), [9; 3]);
        shot.fill(Rect::new(50, 50, 60, 60), [1, 1, 1]);
        assert!(!shot.is_black());
    }

    #[test]
    fn another_picture_is_put_in_where_both_show_the_same() {
        let mut shot = Shot::filled(AREA, [0; 3]).unwrap();
        shot.paste(&Shot::filled(Rect::new(0, 0, 50, 1), [7; 3]).unwrap());
        assert_eq!([pixel(&shot, 1, 1), pixel(&shot, 2, 1), pixel(&shot, 3, 1)], [[0; 3], [7; 3], [7; 3]]);
        assert_eq!([pixel(&shot, 2, 0), pixel(&shot, 2, 2)], [[0; 3]; 2]);
    }
}
