//! A small picture for a person to recognise a window by.

use base64::{Engine, engine::general_purpose::STANDARD};
use model::{Preview, Rect};

use crate::{scale, shot::Shot};

/// At most so wide and so high, in pixels.
const MOST: (usize, usize) = (360, 240);

/// What was captured, made small, and where in it `mark` (physical pixels of the virtual desktop) lies.
#[must_use]
pub fn preview(shot: &Shot, mark: Option<Rect>) -> Preview {
    let pixels = shot.pixels();
    let by_height = (MOST.1 * pixels.width / pixels.height.max(1)).max(1);
    let scaled = scale::to_width(pixels, MOST.0.min(by_height));
    let rgba: Vec<u8> = scaled
        .rgb
        .as_chunks::<3>()
        .0
        .iter()
        .flat_map(|[red, green, blue]| [*red, *green, *blue, 255])
        .collect();
    let area = shot.area();
    let mark = mark.map(|mark| mark.intersection(area)).filter(|mark| !mark.is_empty());
    let along = |from: i32, side: i32, old: usize, new: usize| {
        let scaled = u64::from(side.abs_diff(from)) * new as u64 / (old as u64).max(1);
        i32::try_from(scaled).unwrap_or(i32::MAX)
    };
    let x = |side| along(area.left, side, pixels.width, scaled.width);
    let y = |side| along(area.top, side, pixels.height, scaled.height);
    Preview {
        width: u32::try_from(scaled.width).unwrap_or_default(),
        height: u32::try_from(scaled.height).unwrap_or_default(),
        base64: STANDARD.encode(rgba),
        mark: mark.map(|mark| {
            Rect::new(
                x(mark.left),
                y(mark.top),
                x(mark.right).max(x(mark.left) + 1),
                y(mark.bottom).max(y(mark.top) + 1),
            )
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_fits_keeps_its_proportions_and_frames_what_is_meant() {
        for (area, size) in [
            (Rect::new(-100, 0, 1820, 1080), (360, 203)),
            (Rect::new(0, 0, 100, 1000), (24, 240)),
            (Rect::new(0, 0, 50, 40), (50, 40)),
        ] {
            let shot = Shot::filled(area, [1, 2, 3]).unwrap();
            let small = preview(&shot, Some(Rect::new(area.left, area.top, area.left + 25, area.top + 20)));
            assert_eq!((small.width, small.height), size, "{area:?}");
            let bytes = STANDARD.decode(small.base64).unwrap();
            assert_eq!(bytes.len(), small.width as usize * small.height as usize * 4);
            assert_eq!(bytes.get(..4), Some(&[1, 2, 3, 255][..]));
            assert!(small.mark.is_some_and(|mark| mark.left == 0 && !mark.is_empty()));
        }
    }

    #[test]
    fn what_lies_outside_is_not_framed() {
        let shot = Shot::filled(Rect::new(0, 0, 10, 10), [0; 3]).unwrap();
        assert_eq!(preview(&shot, Some(Rect::new(50, 50, 60, 60))).mark, None);
    }
}
