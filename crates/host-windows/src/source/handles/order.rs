//! Reading order, what group boxes hold, and which label belongs to which field: from rectangles alone.

use model::Rect;

use super::kind::Kind;

/// A sibling among siblings, in z-order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Place {
    /// What it is.
    pub(super) kind: Kind,
    /// Where it is.
    pub(super) rect: Rect,
}

/// Pixels that a label may end away from the field below it.
const ABOVE: i32 = 16;
/// Pixels that a label may end left of its field.
const BESIDE: i32 = 200;
/// Pixels that a label may reach into its field.
const OVERLAP: i32 = 4;

/// The siblings' indices from top left to bottom right, row by row; the z-order breaks ties.
///
/// A row is what starts within the upper half of its first element.
pub(super) fn reading_order(places: &[Place], mut which: Vec<usize>) -> Vec<usize> {
    let rect = |index: usize| rect_of(places, index);
    which.sort_by_key(|index| (rect(*index).top, rect(*index).left, *index));
    let mut ordered = Vec::with_capacity(which.len());
    let mut rest = which.as_slice();
    while let Some(first) = rest.first().map(|index| rect(*index)) {
        let half = |other: Rect| (first.height().min(other.height()) / 2).cast_signed();
        let row = rest
            .iter()
            .take_while(|index| rect(**index).top <= first.top.saturating_add(half(rect(**index))))
            .count()
            .max(1);
        let (now, later) = rest.split_at(row);
        let mut now = now.to_vec();
        now.sort_by_key(|index| (rect(*index).left, rect(*index).top, *index));
        ordered.extend(now);
        rest = later;
    }
    ordered
}

/// For each sibling the smallest group box that holds it, if any.
pub(super) fn groups(places: &[Place]) -> Vec<Option<usize>> {
    let area = |rect: Rect| u64::from(rect.width()) * u64::from(rect.height());
    let boxes: Vec<(usize, Rect)> = places
        .iter()
        .enumerate()
        .filter(|(_, place)| place.kind == Kind::GroupBox)
        .map(|(index, place)| (index, place.rect))
        .collect();
    let holder = |index: usize, rect: Rect| {
        boxes
            .iter()
            .filter(|(other, outer)| {
                *other != index
                    && !rect.is_empty()
                    && rect.intersection(*outer) == rect
                    && area(*outer) > area(rect)
            })
            .min_by_key(|(_, outer)| area(*outer))
            .map(|(other, _)| *other)
    };
    places.iter().enumerate().map(|(index, place)| holder(index, place.rect)).collect()
}

/// For each sibling the label that names it, if any. No label names two.
///
/// First the nearest label to the left in the same line, then the one before it in z-order that ends just above it,
/// then any just above it, at last whatever label comes right before it in z-order (as Windows itself has it).
pub(super) fn labels(places: &[Place]) -> Vec<Option<usize>> {
    let mut named: Vec<Option<usize>> = vec![None; places.len()];
    let mut taken = vec![false; places.len()];
    let fields: Vec<usize> = indices(places, Kind::wants_label);
    let texts: Vec<usize> = indices(places, |kind| kind == Kind::Label);
    let middles = Lines::new(&texts, |text| rect_of(places, text).center().y);
    let bottoms = Lines::new(&texts, |text| rect_of(places, text).bottom);
    let rect = |index: usize| rect_of(places, index);
    let is_text = |index: usize| places.get(index).is_some_and(|place| place.kind == Kind::Label);
    let before = |field: usize| field.checked_sub(1).filter(|text| is_text(*text));
    let left = |field: usize, taken: &[bool]| {
        let line = middles.between(rect(field).top, rect(field).bottom);
        let free = line.filter(|text| is_free(taken, *text));
        free.filter_map(|text| Some((gap_left(rect(text), rect(field))?, text))).min().map(|(_, text)| text)
    };
    let above = |field: usize, taken: &[bool]| {
        let top = rect(field).top;
        let line = bottoms.between(top.saturating_sub(ABOVE), top.saturating_add(OVERLAP));
        let free = line.filter(|text| is_free(taken, *text));
        free.filter_map(|text| Some((gap_above(rect(text), rect(field))?, text))).min().map(|(_, text)| text)
    };
    type Find<'a> = &'a dyn Fn(usize, &[bool]) -> Option<usize>;
    let ways: [Find<'_>; 4] = [
        &left,
        &|field, _| before(field).filter(|text| gap_above(rect(*text), rect(field)).is_some()),
        &above,
        &|field, _| before(field),
    ];
    for find in ways {
        for field in &fields {
            if named.get(*field) != Some(&None) {
                continue;
            }
            let found = find(*field, &taken).filter(|text| is_free(&taken, *text));
            if let (Some(text), Some(slot)) = (found, named.get_mut(*field)) {
                *slot = Some(text);
                if let Some(taken) = taken.get_mut(text) {
                    *taken = true;
                }
            }
        }
    }
    named
}

fn rect_of(places: &[Place], index: usize) -> Rect {
    places.get(index).map_or_else(Rect::default, |place| place.rect)
}

/// Labels by a height of theirs: those about a field are found without looking at all others.
struct Lines(Vec<(i32, usize)>);

impl Lines {
    fn new(texts: &[usize], height: impl Fn(usize) -> i32) -> Self {
        let mut lines: Vec<_> = texts.iter().map(|text| (height(*text), *text)).collect();
        lines.sort_unstable();
        Self(lines)
    }

    /// The labels from one height to another, both included.
    fn between(&self, from: i32, to: i32) -> impl Iterator<Item = usize> {
        let first = self.0.partition_point(|(height, _)| *height < from);
        self.0.iter().skip(first).take_while(move |(height, _)| *height <= to).map(|(_, text)| *text)
    }
}

fn is_free(taken: &[bool], text: usize) -> bool {
    taken.get(text) == Some(&false)
}

fn indices(places: &[Place], fits: impl Fn(Kind) -> bool) -> Vec<usize> {
    places.iter().enumerate().filter(|(_, place)| fits(place.kind)).map(|(index, _)| index).collect()
}

/// How far left of a field a label of its line ends; nothing where it does not.
fn gap_left(label: Rect, field: Rect) -> Option<i32> {
    let gap = field.left.saturating_sub(label.right);
    let middle = label.center().y;
    let line = middle >= field.top && middle < field.bottom.min(field.top.saturating_add(40));
    (line && (-OVERLAP..=BESIDE).contains(&gap)).then_some(gap)
}

/// How far above a field a label ends that begins about where it begins; nothing where it does not.
fn gap_above(label: Rect, field: Rect) -> Option<i32> {
    let gap = field.top.saturating_sub(label.bottom);
    let aligned =
        label.left < field.right && label.right > field.left && label.left.abs_diff(field.left) <= 24;
    (aligned && (-OVERLAP..=ABOVE).contains(&gap)).then_some(gap)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn at(kind: Kind, left: i32, top: i32, width: i32, height: i32) -> Place {
        Place { kind, rect: Rect::new(left, top, left + width, top + height) }
    }

    fn order(places: &[Place]) -> Vec<usize> {
        reading_order(places, (0..places.len()).collect())
    }

    #[test]
    fn rows_are_read_from_the_top_and_each_from_the_left() {
        let places = [
            at(Kind::Push, 200, 50, 80, 24),
            at(Kind::Edit, 100, 10, 80, 22),
            at(Kind::Label, 10, 13, 80, 16),
            at(Kind::Push, 10, 52, 80, 24),
        ];
        assert_eq!(order(&places), [2, 1, 3, 0]);
    }

    #[test]
    fn equal_places_keep_the_z_order_and_empty_ones_do_not_stop_it() {
        let places = [at(Kind::Pane, 0, 0, 0, 0), at(Kind::Pane, 0, 0, 0, 0), at(Kind::Pane, 0, 0, 9, 9)];
        assert_eq!(order(&places), [0, 1, 2]);
    }

    #[test]
    fn the_smallest_group_box_holds_what_is_in_it() {
        let places = [
            at(Kind::GroupBox, 0, 0, 300, 300),
            at(Kind::GroupBox, 10, 10, 100, 100),
            at(Kind::Radio, 20, 20, 50, 20),
            at(Kind::Radio, 200, 20, 50, 20),
            at(Kind::Push, 290, 20, 50, 20),
        ];
        assert_eq!(groups(&places), [None, Some(0), Some(1), Some(0), None]);
    }

    #[test]
    fn two_group_boxes_of_one_place_do_not_hold_each_other() {
        let places = [at(Kind::GroupBox, 0, 0, 50, 50), at(Kind::GroupBox, 0, 0, 50, 50)];
        assert_eq!(groups(&places), [None, None]);
    }

    #[test]
    fn a_label_in_the_same_line_wins_over_one_before_in_z_order() {
        let places = [
            at(Kind::Combo, 106, 292, 220, 22),
            at(Kind::Label, 12, 265, 90, 18),
            at(Kind::Label, 12, 295, 90, 18),
            at(Kind::ListBox, 12, 326, 150, 96),
        ];
        // The label before the list in z-order is the combo box's.
        assert_eq!(labels(&places), [Some(2), None, None, None]);
    }

    #[test]
    fn a_label_above_names_the_field_below() {
        let places = [
            at(Kind::Label, 10, 10, 100, 16),
            at(Kind::Edit, 10, 28, 200, 22),
            at(Kind::Edit, 10, 200, 200, 22),
        ];
        assert_eq!(labels(&places), [None, Some(0), None]);
    }

    #[test]
    fn a_label_elsewhere_names_what_follows_it_in_z_order() {
        let places = [at(Kind::Label, 400, 10, 100, 16), at(Kind::Edit, 10, 100, 200, 22)];
        assert_eq!(labels(&places), [None, Some(0)]);
    }

    proptest! {
        #[test]
        fn whatever_the_places_each_is_read_once_and_no_label_names_two(
            rects in prop::collection::vec((any::<i32>(), any::<i32>(), any::<i32>(), any::<i32>(), 0..4_u8), 0..30)
        ) {
            let places: Vec<Place> = rects
                .into_iter()
                .map(|(left, top, right, bottom, kind)| Place {
                    kind: [Kind::Label, Kind::Edit, Kind::GroupBox, Kind::Push][usize::from(kind)],
                    rect: Rect::new(left, top, right, bottom),
                })
                .collect();
            let mut seen = order(&places);
            seen.sort_unstable();
            prop_assert_eq!(seen, (0..places.len()).collect::<Vec<_>>());
            let named = labels(&places);
            for (field, text) in named.iter().enumerate().filter(|(field, _)| places[*field].kind.wants_label()) {
                // Who has none has none beside it that is free.
                let beside = (0..places.len()).filter(|text| places[*text].kind == Kind::Label && !named.contains(&Some(*text)));
                let gaps = |text: usize| {
                    let (text, field) = (places[text].rect, places[field].rect);
                    gap_left(text, field).or(gap_above(text, field))
                };
                prop_assert!(text.is_some() || beside.clone().all(|text| gaps(text).is_none()));
            }
            let mut used: Vec<usize> = named.into_iter().flatten().collect();
            let all = used.len();
            used.sort_unstable();
            used.dedup();
            prop_assert_eq!(used.len(), all);
            // Going from box to box outward ends.
            let groups = groups(&places);
            for start in 0..places.len() {
                let outward = std::iter::successors(Some(start), |inner| groups.get(*inner).copied().flatten());
                prop_assert!(outward.take(places.len() + 1).count() <= places.len());
            }
        }
    }
}
