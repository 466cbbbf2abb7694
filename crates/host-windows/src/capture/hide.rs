//! Painting over what a picture may not show.
//!
//! Untrusted: where windows are, and that those which were judged are still there.
//! Guarantees: of a window that was not judged to be shown, or has moved since, no pixel is left where it can be seen;
//! nor of the places in other windows that were named.
//! Does not: know what windows show; the gate says what may be shown.

use gate::{Cover, Painted};
use model::{Rect, WindowInfo};
use picture::Shot;

use super::{GREY, Layer};

/// Pieces of a window that are told apart; one that shows in more is painted over as a whole.
const PIECES: usize = 200;

/// What is painted over.
#[derive(Debug, Clone, Copy)]
pub struct Hide<'a> {
    /// Processes whose windows are.
    pub own: &'a [u32],
    /// Which other windows are shown, and what in them is not.
    pub cover: &'a Cover,
}

impl Hide<'_> {
    /// In a picture of a window as it draws itself.
    pub(super) fn in_window(self, shot: &mut Shot, window: &WindowInfo, notes: &mut Vec<String>) {
        let mut painted = Painted::default();
        let spots = self.cover.spots(window.key.handle, window.key.pid, window.rect);
        let area = shot.area();
        match spots.filter(|_| !self.own.contains(&window.key.pid)) {
            None => {
                shot.fill(area, GREY);
                painted.windows = 1;
            }
            Some(spots) => {
                for spot in spots.iter().filter(|spot| !spot.intersection(area).is_empty()) {
                    shot.fill(*spot, GREY);
                    painted.spots += 1;
                }
            }
        }
        notes.extend(self.cover.notes(painted));
    }

    /// In a picture of the screen; `looks` are the windows as they lay before it was taken and after, front to back.
    pub(super) fn on_screen(self, shot: &mut Shot, looks: &[Vec<Layer>; 2], notes: &mut Vec<String>) {
        let [before, after] = looks;
        let mut painted = self.layers(shot, before);
        if before != after {
            let then = self.layers(shot, after);
            painted = Painted {
                own: painted.own.max(then.own),
                windows: painted.windows.max(then.windows),
                spots: painted.spots.max(then.spots),
            };
        }
        notes.extend(self.cover.notes(painted));
    }

    fn layers(self, shot: &mut Shot, layers: &[Layer]) -> Painted {
        let mut painted = Painted::default();
        let mut in_front: Vec<Rect> = Vec::new();
        for layer in layers {
            let is_own = self.own.contains(&layer.pid);
            let spots = self.cover.spots(layer.handle, layer.pid, layer.rect).filter(|_| !is_own);
            match spots {
                None => {
                    let counted = if is_own { &mut painted.own } else { &mut painted.windows };
                    *counted += usize::from(fill(shot, layer.rect, &in_front));
                }
                Some(spots) => {
                    for spot in spots {
                        let spot = spot.intersection(layer.rect);
                        painted.spots += usize::from(fill(shot, spot, &in_front));
                    }
                }
            }
            if layer.opaque {
                in_front.push(layer.rect);
            }
        }
        painted
    }
}

/// Paints over what of a rectangle is not behind others; whether there is anything of it in the picture.
fn fill(shot: &mut Shot, rect: Rect, in_front: &[Rect]) -> bool {
    let whole = rect.intersection(shot.area());
    if whole.is_empty() {
        return false;
    }
    let mut pieces = vec![whole];
    for other in in_front.iter().filter(|other| !other.intersection(whole).is_empty()) {
        pieces = pieces.into_iter().flat_map(|piece| without(piece, *other)).collect();
        if pieces.len() > PIECES {
            pieces = vec![whole];
            break;
        }
    }
    pieces.iter().for_each(|piece| shot.fill(*piece, GREY));
    !pieces.is_empty()
}

/// What is left of a rectangle without another.
fn without(rect: Rect, other: Rect) -> impl Iterator<Item = Rect> {
    let cut = rect.intersection(other);
    let parts = if cut.is_empty() {
        [rect, Rect::default(), Rect::default(), Rect::default()]
    } else {
        [
            Rect::new(rect.left, rect.top, rect.right, cut.top),
            Rect::new(rect.left, cut.bottom, rect.right, rect.bottom),
            Rect::new(rect.left, cut.top, cut.left, cut.bottom),
            Rect::new(cut.right, cut.top, rect.right, cut.bottom),
        ]
    };
    parts.into_iter().filter(|part| !part.is_empty())
}
