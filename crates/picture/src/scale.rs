//! Scaling down by averaging areas: each new pixel is the mean of the old pixels it covers, edge pixels by the part
//! that is covered. Keeps thin lines and small text visible, where picking pixels would lose them.

use std::borrow::Cow;

use crate::shot::Pixels;

/// One, in the fixed point of the weights.
const ONE: u32 = 1 << 16;

/// What makes up one new pixel along an axis: the first old one and the weights, which sum up to [`ONE`].
struct Span {
    first: usize,
    weights: Vec<u32>,
}

/// The picture at a width of `width` pixels, the height in proportion; itself where it is no wider.
pub(crate) fn to_width(pixels: &Pixels, width: usize) -> Cow<'_, Pixels> {
    if width >= pixels.width || width == 0 {
        return Cow::Borrowed(pixels);
    }
    let height = (pixels.height * width + pixels.width / 2) / pixels.width;
    let lower = shrink_height(pixels, height.max(1));
    Cow::Owned(shrink_width(&lower, width))
}

/// The spans of `new` pixels over `old` ones.
fn spans(old: usize, new: usize) -> Vec<Span> {
    (0..new).map(|index| span(old, new, index)).collect()
}

/// The span of one of `new` pixels. It covers `index * old / new` to `(index + 1) * old / new`; positions are
/// counted in `1 / new` of an old pixel, so that they are whole numbers.
fn span(old: usize, new: usize, index: usize) -> Span {
    let (start, end) = (index * old, (index + 1) * old);
    let (first, last) = (start / new, end.div_ceil(new));
    let mut left = ONE;
    let mut weights: Vec<u32> = (first..last)
        .map(|pixel| {
            let covered = end.min((pixel + 1) * new) - start.max(pixel * new);
            let weight = u32::try_from(covered * ONE as usize / old).unwrap_or(ONE).min(left);
            left -= weight;
            weight
        })
        .collect();
    if let Some(weight) = weights.first_mut() {
        *weight += left; // what rounding took away
    }
    Span { first, weights }
}

fn shrink_height(pixels: &Pixels, height: usize) -> Pixels {
    let row_bytes = pixels.width * 3;
    let mut rgb = Vec::with_capacity(row_bytes * height);
    let mut sums = vec![0_u32; row_bytes];
    for span in spans(pixels.height, height) {
        sums.fill(ONE / 2);
        for (row, weight) in pixels.rows().skip(span.first).zip(&span.weights) {
            for (sum, byte) in sums.iter_mut().zip(row) {
                *sum += u32::from(*byte) * weight;
            }
        }
        rgb.extend(sums.iter().map(|sum| rounded(*sum)));
    }
    Pixels { width: pixels.width, height, rgb }
}

fn shrink_width(pixels: &Pixels, width: usize) -> Pixels {
    let spans = spans(pixels.width, width);
    let mut rgb = Vec::with_capacity(width * pixels.height * 3);
    for row in pixels.rows() {
        let row = row.as_chunks::<3>().0;
        for span in &spans {
            let mut sums = [ONE / 2; 3];
            for (pixel, weight) in row.get(span.first..).unwrap_or_default().iter().zip(&span.weights) {
                for (sum, byte) in sums.iter_mut().zip(pixel) {
                    *sum += u32::from(*byte) * weight;
                }
            }
            rgb.extend(sums.map(rounded));
        }
    }
    Pixels { width, height: pixels.height, rgb }
}

/// A sum of weighted bytes as a byte.
#[expect(clippy::cast_possible_truncation, reason = "weights sum up to ONE, so a sum is below 256 * ONE")]
const fn rounded(sum: u32) -> u8 {
    (sum / ONE) as u8
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_new_pixel_is_the_mean_of_those_it_covers() {
        let pixels =
            Pixels { width: 4, height: 2, rgb: [0, 100, 200, 40, 0, 100, 200, 40].map(|v| [v; 3]).concat() };
        let half = to_width(&pixels, 2);
        assert_eq!((half.width, half.height), (2, 1));
        assert_eq!(half.rgb, [50, 50, 50, 120, 120, 120]);
    }

    #[test]
    fn a_picture_that_is_small_enough_stays_as_it_is() {
        let pixels = Pixels { width: 2, height: 1, rgb: vec![1, 2, 3, 4, 5, 6] };
        assert!(matches!(to_width(&pixels, 2), Cow::Borrowed(_)));
        assert!(matches!(to_width(&pixels, 99), Cow::Borrowed(_)));
    }

    #[test]
    fn a_wide_low_picture_keeps_a_row() {
        let pixels = Pixels { width: 500, height: 1, rgb: vec![8; 1500] };
        assert_eq!(to_width(&pixels, 3).rgb, [8; 9]);
    }

    proptest! {
        #[test]
        fn weights_always_sum_up_and_stay_within_the_row(old in 1_usize..3000, part in 1_usize..3000) {
            let new = part.min(old);
            for span in spans(old, new) {
                prop_assert_eq!(span.weights.iter().sum::<u32>(), ONE);
                prop_assert!(span.first + span.weights.len() <= old);
            }
        }

        #[test]
        fn an_even_picture_stays_even(w in 1_usize..60, h in 1_usize..60, to in 1_usize..60, v in 0_u8..=255) {
            let pixels = Pixels { width: w, height: h, rgb: vec![v; w * h * 3] };
            prop_assert!(to_width(&pixels, to).rgb.iter().all(|byte| *byte == v));
        }
    }
}
