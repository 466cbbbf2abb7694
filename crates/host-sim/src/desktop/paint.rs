//! Pictures of the simulated screen: windows and elements as boxes with what stands in them.

use gate::{Cover, Painted};
use model::{
    Fault, Rect, WindowState,
    ui::{Role, Toggle},
};
use picture::{Colour, Shot};

use super::{Desktop, Seen, font, layout::TITLE_BAR};
use crate::world::{Element, Window};

const BACKGROUND: Colour = [32, 74, 110];
const FACE: Colour = [240, 240, 240];
const FIELD: Colour = [255, 255, 255];
const LINE: Colour = [120, 120, 120];
const INK: Colour = [20, 20, 20];
const FAINT: Colour = [150, 150, 150];
const ACTIVE: Colour = [0, 95, 184];
const INACTIVE: Colour = [130, 140, 150];
const CHOSEN: Colour = [190, 215, 240];
/// What is painted over.
const HIDDEN: Colour = [96, 96, 96];
/// Pixels a dot of the font takes.
const DOT: i32 = 2;

impl Desktop {
    /// Part of the screen, and how much is painted over in it.
    pub(crate) fn picture(&self, area: Rect, cover: &Cover) -> Result<(Shot, Painted), Fault> {
        let mut shot = Shot::filled(area, BACKGROUND)?;
        let mut painted = Painted::default();
        for window in self.world.windows.iter().rev().filter(|w| w.state != WindowState::Minimized) {
            if !window.place.intersection(area).is_empty() {
                self.paint(&mut shot, window, cover, &mut painted);
            }
        }
        Ok((shot, painted))
    }

    /// One window as it would draw itself, whatever covers it.
    pub(crate) fn picture_of(
        &self,
        window: &Window,
        area: Rect,
        cover: &Cover,
    ) -> Result<(Shot, Painted), Fault> {
        let mut shot = Shot::filled(area, BACKGROUND)?;
        let mut painted = Painted::default();
        self.paint(&mut shot, window, cover, &mut painted);
        Ok((shot, painted))
    }

    /// Where a window's title stands.
    pub(crate) fn title_bar(window: &Window) -> Rect {
        let place = window.place;
        Rect::new(place.left, place.top, place.right, place.top + TITLE_BAR).intersection(place)
    }

    /// Paints a window, or over it.
    fn paint(&self, shot: &mut Shot, window: &Window, cover: &Cover, painted: &mut Painted) {
        let key = Self::key(window);
        let spots = cover.spots(key.handle, key.pid, window.place).filter(|_| !self.is_own(window));
        let Some(spots) = spots else {
            let counted = if self.is_own(window) { &mut painted.own } else { &mut painted.windows };
            *counted += 1;
            return shot.fill(window.place, HIDDEN);
        };
        paint_window(shot, window);
        for spot in spots {
            shot.fill(spot.intersection(window.place), HIDDEN);
            painted.spots += usize::from(!spot.intersection(shot.area()).is_empty());
        }
    }
}

fn paint_window(shot: &mut Shot, window: &Window) {
    let place = window.place;
    framed(shot, place, FACE, place);
    let bar = Desktop::title_bar(window);
    shot.fill(bar, if window.foreground { ACTIVE } else { INACTIVE });
    write(shot, &window.title, inner(bar), FIELD);
    let all = window.seen();
    let shown =
        |dropped: bool| all.iter().skip(1).filter(move |seen| !seen.folded && seen.dropped == dropped);
    for seen in shown(false).chain(shown(true)) {
        paint_element(shot, seen, place);
    }
}

fn paint_element(shot: &mut Shot, seen: &Seen<'_>, clip: Rect) {
    let Seen { element, enabled, .. } = *seen;
    let place = element.place.intersection(clip);
    if place.is_empty() {
        return;
    }
    let chosen = element.selected == Some(true) || (element.drops_down() && element.expanded == Some(true));
    let face = match element.role {
        _ if chosen => CHOSEN,
        role if element.takes_text() || matches!(role, Role::List | Role::Tree | Role::Table) => FIELD,
        _ => FACE,
    };
    match element.role {
        Role::Text | Role::Pane | Role::Custom | Role::Hyperlink | Role::MenuBar | Role::Image => {}
        _ => framed(shot, place, face, clip),
    }
    if element.focused {
        let line = Rect::new(place.left, place.bottom - 2, place.right, place.bottom);
        shot.fill(line, ACTIVE);
    }
    let has_parts = !element.children.is_empty() && !element.drops_down();
    let room =
        if has_parts { Rect::new(place.left, place.top, place.right, place.top + TITLE_BAR) } else { place };
    write(shot, &caption(element), inner(room.intersection(place)), if enabled { INK } else { FAINT });
}

/// What stands in an element: never a password.
fn caption(element: &Element) -> String {
    let name = element.name.split('\t').next().unwrap_or_default().replace('&', "");
    let value = element.value.as_deref();
    match value {
        Some(value) if element.password => "*".repeat(value.chars().count().min(8)),
        Some(value) if element.takes_text() => value.to_owned(),
        Some(value) if !value.is_empty() => format!("{name}: {value}"),
        _ if element.takes_text() => String::new(),
        _ => match (element.patterns().toggle, element.checked) {
            (true, Some(Toggle::On)) => format!("(X) {name}"),
            (true, Some(Toggle::Mixed)) => format!("(-) {name}"),
            (true, Some(Toggle::Off) | None) => format!("( ) {name}"),
            (false, _) => name,
        },
    }
}

const fn inner(rect: Rect) -> Rect {
    Rect::new(rect.left + 6, rect.top + 5, rect.right - 4, rect.bottom - 2)
}

fn framed(shot: &mut Shot, place: Rect, face: Colour, clip: Rect) {
    shot.fill(place.intersection(clip), LINE);
    let inside = Rect::new(place.left + 1, place.top + 1, place.right - 1, place.bottom - 1);
    shot.fill(inside.intersection(clip), face);
}

/// Writes text from the top left corner of `room`, line by line, as much as there is room for.
fn write(shot: &mut Shot, text: &str, room: Rect, ink: Colour) {
    let (step, height) = ((font::WIDTH + 1) * DOT, (font::HEIGHT + 3) * DOT);
    let (mut left, mut top) = (room.left, room.top);
    for c in text.chars() {
        if c == '\n' || left + step > room.right {
            (left, top) = (room.left, top + height);
        }
        if top + font::HEIGHT * DOT > room.bottom || left + step > room.right {
            return;
        }
        if !c.is_control() {
            draw(shot, c, left, top, ink);
            left += step;
        }
    }
}

fn draw(shot: &mut Shot, c: char, left: i32, top: i32, ink: Colour) {
    for (y, row) in (0..).zip(font::glyph(c)) {
        for x in (0..font::WIDTH).filter(|x| row & (0b10000 >> x) != 0) {
            let (left, top) = (left + x * DOT, top + y * DOT);
            shot.fill(Rect::new(left, top, left + DOT, top + DOT), ink);
        }
    }
}
