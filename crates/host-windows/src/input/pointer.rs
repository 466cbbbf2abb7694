//! Where the pointer goes: the system's units, and the way of a drag.

use model::{Point, Rect};

/// A point of the virtual desktop `screen` in the units of `MOUSEEVENTF_ABSOLUTE | MOUSEEVENTF_VIRTUALDESK`: 65,536
/// across. Aims a quarter into the pixel, so that it is hit whether the system cuts off or rounds; right for
/// desktops up to 16,384 pixels across (measured on Wine: it cuts off).
#[must_use]
pub fn absolute(point: Point, screen: Rect) -> (i32, i32) {
    let along = |at: i32, start: i32, length: u32| {
        let (length, at) = (i64::from(length.max(1)), i64::from(at) - i64::from(start));
        let inside = at.clamp(0, length - 1);
        let units = ((4 * inside + 1) * 65_536 + 4 * length - 1) / (4 * length);
        i32::try_from(units).unwrap_or(65_535)
    };
    (along(point.x, screen.left, screen.width()), along(point.y, screen.top, screen.height()))
}

/// The points that a drag moves through, the last one being `to`: every 16 pixels, at least 6 and at most 48.
#[must_use]
pub fn path(from: Point, to: Point) -> Vec<Point> {
    let (dx, dy) = (i64::from(to.x) - i64::from(from.x), i64::from(to.y) - i64::from(from.y));
    let steps = (dx.abs().max(dy.abs()) / 16).clamp(6, 48);
    let part = |start: i32, way: i64, step: i64| {
        i32::try_from(i64::from(start) + way * step / steps).unwrap_or(start)
    };
    let mut path: Vec<Point> =
        (1..=steps).map(|step| Point { x: part(from.x, dx, step), y: part(from.y, dy, step) }).collect();
    path.dedup();
    path
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_drag_ends_where_it_should_and_never_goes_back() {
        let (from, to) = (Point { x: -30, y: 200 }, Point { x: 500, y: 90 });
        let way = path(from, to);
        assert_eq!(way.last(), Some(&to));
        assert!(way.len() >= 6);
        assert!(way.iter().is_sorted_by_key(|point| point.x));
        assert_eq!(path(from, from), [from]);
    }

    proptest! {
        #[test]
        fn the_pixel_is_hit_whether_units_are_cut_off_or_rounded(
            left in -8000_i32..1, width in 1_i32..16_384, part in 0.0_f64..1.0,
        ) {
            #[expect(clippy::cast_possible_truncation, reason = "below 16,384")]
            let x = left + (f64::from(width) * part) as i32;
            let (units, _) = absolute(Point { x, y: 0 }, Rect::new(left, 0, left + width, 1));
            let scaled = i64::from(units) * i64::from(width);
            prop_assert_eq!(scaled / 65_536, i64::from(x - left));
            prop_assert_eq!((scaled + 32_768) / 65_536, i64::from(x - left));
        }

        #[test]
        fn points_outside_the_desktop_are_brought_to_its_edge(x in any::<i32>(), y in any::<i32>()) {
            let (dx, dy) = absolute(Point { x, y }, Rect::new(-1920, 0, 1920, 1080));
            prop_assert!((0..65_536).contains(&dx) && (0..65_536).contains(&dy));
        }
    }
}
