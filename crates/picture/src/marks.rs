//! Numbered marks: a box around each element and its ref in a label that hides no other label.

use model::{ElementRef, Rect};

use crate::{
    font,
    shot::{Colour, Pixels},
};

/// Colours that white text stands out from, taken in turn: a label has the colour of its box.
const COLOURS: [Colour; 6] =
    [[200, 20, 40], [0, 90, 200], [0, 120, 50], [140, 40, 170], [170, 80, 0], [0, 110, 125]];
const TEXT: Colour = [255, 255, 255];

/// Side of a cell of the plan that labels are placed by, in pixels.
const CELL: usize = 4;

/// What a pixel between a label and its box counts, in cells of other boxes covered: near ones are understood.
const AWAY: usize = 3;

/// A rectangle in pixels of the picture.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Block {
    left: usize,
    top: usize,
    width: usize,
    height: usize,
}

/// Draws the marks of what lies in `area`, which `pixels` show; gives the number of labels there was no room for.
pub(crate) fn draw(pixels: &mut Pixels, area: Rect, marks: &[(ElementRef, Rect)]) -> usize {
    let size = 2 + pixels.width / 2560; // pixels a dot of the font takes
    let visible: Vec<(ElementRef, Block, Colour)> = marks
        .iter()
        .filter_map(|(reference, rect)| Some((*reference, block(*rect, area, pixels)?)))
        .zip(COLOURS.into_iter().cycle())
        .map(|((reference, block), colour)| (reference, block, colour))
        .collect();
    let mut plan = Plan::new(pixels);
    for (_, block, colour) in &visible {
        outline(pixels, *block, *colour);
        plan.note_box(*block);
    }
    let texts: Vec<String> = visible.iter().map(|(reference, ..)| reference.to_string()).collect();
    let places: Vec<Option<Block>> = visible
        .iter()
        .zip(&texts)
        .map(|((_, block, _), text)| plan.place(*block, label_size(text, size)))
        .collect();
    for ((_, block, colour), place) in visible.iter().zip(&places) {
        if let Some(place) = place.filter(|place| distance(*place, *block) > 0) {
            lead(pixels, place, *block, *colour);
        }
    }
    for (((_, _, colour), place), text) in visible.iter().zip(&places).zip(&texts) {
        if let Some(place) = place {
            write(pixels, *place, text, size, *colour);
        }
    }
    places.iter().filter(|place| place.is_none()).count()
}

/// Where a rectangle of the desktop lies in the picture of `area`; nothing where it does not.
fn block(rect: Rect, area: Rect, pixels: &Pixels) -> Option<Block> {
    let part = rect.intersection(area);
    if part.is_empty() {
        return None;
    }
    let along =
        |from: i32, start: i32, old: u32, new: usize| from.abs_diff(start) as usize * new / old as usize;
    let left = along(part.left, area.left, area.width(), pixels.width);
    let right = along(part.right, area.left, area.width(), pixels.width).max(left + 1);
    let top = along(part.top, area.top, area.height(), pixels.height);
    let bottom = along(part.bottom, area.top, area.height(), pixels.height).max(top + 1);
    Some(Block { left, top, width: right - left, height: bottom - top })
}

fn outline(pixels: &mut Pixels, block: Block, colour: Colour) {
    let Block { left, top, width, height } = block;
    let line = if width.min(height) >= 16 { 2 } else { 1 };
    let (across, down) = (line.min(width), line.min(height));
    pixels.fill(left, top, width, down, colour);
    pixels.fill(left, top + height - down, width, down, colour);
    pixels.fill(left, top, across, height, colour);
    pixels.fill(left + width - across, top, across, height, colour);
}

/// Pixels between a label and its box, 0 where they touch.
fn distance(label: Block, block: Block) -> usize {
    let beyond = |from: usize, length: usize, other: usize, other_length: usize| {
        let after = from.saturating_sub(other + other_length);
        let before = other.saturating_sub(from + length);
        after.max(before)
    };
    beyond(label.left, label.width, block.left, block.width)
        + beyond(label.top, label.height, block.top, block.height)
}

/// Draws a line from the middle of a label down or up, then sideways, to the middle of its box's nearest side.
fn lead(pixels: &mut Pixels, label: Block, block: Block, colour: Colour) {
    let (x, y) = (label.left + label.width / 2, label.top + label.height / 2);
    let to_x = x.clamp(block.left, block.left + block.width - 1);
    let to_y = y.clamp(block.top, block.top + block.height - 1);
    pixels.fill(x, y.min(to_y), 1, y.abs_diff(to_y) + 1, colour);
    pixels.fill(x.min(to_x), to_y, x.abs_diff(to_x) + 1, 1, colour);
}

/// Width and height of a label: a dot of margin around the text, and a gap of one between characters.
fn label_size(text: &str, size: usize) -> (usize, usize) {
    ((text.chars().count() * (font::WIDTH + 1) + 1) * size, (font::HEIGHT + 2) * size)
}

fn write(pixels: &mut Pixels, place: Block, text: &str, size: usize, colour: Colour) {
    pixels.fill(place.left, place.top, place.width, place.height, colour);
    let mut left = place.left + size;
    for c in text.chars() {
        for (row, bits) in font::glyph(c).into_iter().enumerate() {
            for column in (0..font::WIDTH).filter(|column| bits >> (font::WIDTH - 1 - column) & 1 == 1) {
                pixels.fill(left + column * size, place.top + (row + 1) * size, size, size, TEXT);
            }
        }
        left += (font::WIDTH + 1) * size;
    }
}

/// What is taken, in cells: by labels, and by boxes.
struct Plan {
    width: usize,
    height: usize,
    columns: usize,
    /// For each cell whether a label is there, and the boxes that end there.
    cells: Vec<(bool, u16)>,
}

impl Plan {
    fn new(pixels: &Pixels) -> Self {
        let columns = pixels.width.div_ceil(CELL);
        let cells = vec![(false, 0); columns * pixels.height.div_ceil(CELL)];
        Self { width: pixels.width, height: pixels.height, columns, cells }
    }

    /// Remembers what a small box holds, so that labels rather lie elsewhere: it is most likely text or an icon.
    fn note_box(&mut self, block: Block) {
        if block.height <= 64 {
            self.cells(block).for_each(|cell| cell.1 = cell.1.saturating_add(1));
        }
    }

    /// The cells that a block touches.
    fn cells(&mut self, block: Block) -> impl Iterator<Item = &mut (bool, u16)> {
        let (from, to) = (block.left / CELL, (block.left + block.width).div_ceil(CELL));
        let (top, bottom) = (block.top / CELL, (block.top + block.height).div_ceil(CELL));
        let rows = self.cells.chunks_mut(self.columns).take(bottom).skip(top);
        rows.flat_map(move |row| row.iter_mut().take(to).skip(from))
    }

    /// Finds room for a label near its box, takes it, and says where; nothing where all is taken.
    fn place(&mut self, block: Block, (width, height): (usize, usize)) -> Option<Block> {
        if width > self.width || height > self.height {
            return None;
        }
        let mut best: Option<(usize, Block)> = None;
        for (left, top) in near(block, width, height) {
            let left = left.min(self.width - width);
            let top = top.min(self.height - height);
            let place = Block { left, top, width, height };
            let away = distance(place, block) * AWAY;
            if best.is_some_and(|(least, _)| least <= away) {
                continue; // whatever it covers, it is no better
            }
            if let Some(covers) = self.covers(place)
                && best.is_none_or(|(least, _)| away + covers < least)
            {
                best = Some((away + covers, place));
            }
        }
        let (_, place) = best?;
        self.cells(place).for_each(|cell| cell.0 = true);
        Some(place)
    }

    /// How many cells of small boxes a label would cover; nothing where it would lie on another label.
    fn covers(&mut self, place: Block) -> Option<usize> {
        self.cells(place)
            .try_fold(0, |sum, (taken, boxes)| (!*taken).then(|| sum + usize::from((*boxes).min(4))))
    }
}

/// Places for a label, from the best on: outside at the box's corners, inside them, then ever further around.
fn near(block: Block, width: usize, height: usize) -> impl Iterator<Item = (usize, usize)> {
    let Block { left, top, width: box_width, height: box_height } = block;
    let (right, bottom) = (left + box_width, top + box_height);
    let corners = [
        (left, top.checked_sub(height)),
        (right.saturating_sub(width), top.checked_sub(height)),
        (left, Some(bottom)),
        (right.saturating_sub(width), Some(bottom)),
        (right, Some(top)),
        (left.saturating_sub(width), Some(top)),
        (left, Some(top)),
        (right.saturating_sub(width), Some(top)),
        (left, Some(bottom.saturating_sub(height))),
        (right.saturating_sub(width), Some(bottom.saturating_sub(height))),
    ];
    let corners = corners.into_iter().filter_map(|(x, y)| Some((x, y?)));
    let (step, stride) = (width / 2, height / 2 + 1);
    let rings = (1..=16_usize).flat_map(move |ring| {
        let (x0, y0) = (left.saturating_sub(ring * step), top.saturating_sub(ring * stride));
        (0..=2 * ring).flat_map(move |row| {
            (0..=2 * ring)
                .filter(move |column| row == 0 || row == 2 * ring || *column == 0 || *column == 2 * ring)
                .map(move |column| (x0 + column * step, y0 + row * stride))
        })
    });
    corners.chain(rings)
}

#[cfg(test)]
mod tests {
    use super::*;

    const AREA: Rect = Rect::new(-100, -50, 540, 430);
    const GREY: u8 = 190;

    fn grey() -> Pixels {
        Pixels { width: 640, height: 480, rgb: vec![GREY; 640 * 480 * 3] }
    }

    fn colour_at(pixels: &Pixels, x: usize, y: usize) -> Colour {
        pixels.rgb.as_chunks::<3>().0[y * pixels.width + x]
    }

    fn white_dots(pixels: &Pixels) -> usize {
        pixels.rgb.as_chunks::<3>().0.iter().filter(|pixel| **pixel == TEXT).count()
    }

    #[test]
    fn a_box_stands_around_its_element_and_its_label_beside_it() {
        let mut pixels = grey();
        let left_out = draw(&mut pixels, AREA, &[(ElementRef::new(41), Rect::new(100, 150, 200, 180))]);
        assert_eq!(left_out, 0);
        assert_eq!(colour_at(&pixels, 200, 200), COLOURS[0]);
        assert_eq!(colour_at(&pixels, 299, 229), COLOURS[0]);
        assert_eq!(colour_at(&pixels, 250, 215), [GREY; 3], "the element itself stays visible");
        assert_eq!(colour_at(&pixels, 201, 199), COLOURS[0], "the label lies above");
        let dots: u32 = "e41".chars().flat_map(font::glyph).map(u8::count_ones).sum();
        assert_eq!(white_dots(&pixels), dots as usize * 4);
    }

    #[test]
    fn no_label_hides_another_and_each_is_drawn_whole() {
        let rows = (0..8).flat_map(|row| (0..10).map(move |column| (row, column)));
        let marks: Vec<_> = rows
            .zip(100..)
            .map(|((row, column), n)| {
                let (left, top) = (column * 40 - 90, row * 12);
                (ElementRef::new(n), Rect::new(left, top, left + 38, top + 11))
            })
            .collect();
        let mut pixels = grey();
        assert_eq!(draw(&mut pixels, AREA, &marks), 0);
        let text: String = marks.iter().map(|(reference, _)| reference.to_string()).collect();
        let dots: u32 = text.chars().flat_map(font::glyph).map(u8::count_ones).sum();
        assert_eq!(white_dots(&pixels), dots as usize * 4);
    }

    #[test]
    fn what_lies_outside_is_not_marked_and_what_reaches_out_is_cut() {
        let mut pixels = grey();
        let marks = [
            (ElementRef::new(1), Rect::new(600, 0, 700, 20)),
            (ElementRef::new(2), Rect::new(i32::MIN, i32::MIN, i32::MAX, i32::MAX)),
            (ElementRef::new(3), Rect::new(5, 5, 5, 9)),
        ];
        assert_eq!(draw(&mut pixels, AREA, &marks), 0);
        assert_eq!(colour_at(&pixels, 639, 479), COLOURS[0]);
        let dots: u32 = "e2".chars().flat_map(font::glyph).map(u8::count_ones).sum();
        assert_eq!(white_dots(&pixels), dots as usize * 4);
    }

    #[test]
    fn labels_without_room_are_counted() {
        let marks: Vec<_> = (1000..2500).map(|n| (ElementRef::new(n), Rect::new(10, 10, 30, 30))).collect();
        let mut pixels = grey();
        let left_out = draw(&mut pixels, AREA, &marks);
        assert!((1000..1450).contains(&left_out), "{left_out}");
        let mut tiny = Pixels { width: 16, height: 10, rgb: vec![GREY; 480] };
        assert_eq!(
            draw(&mut tiny, Rect::new(0, 0, 16, 10), &[(ElementRef::new(7), Rect::new(0, 0, 9, 9))]),
            1
        );
    }
}
