//! What a picture can show: windows, and the texts in them.

use gate::{Cover, Looked, Sight, Texts, Written};
use model::{Area, Preview, Rect, TargetFacts, WindowState, ui::WindowKey};

use super::find::{self, Trouble};
use crate::{
    desktop::{Desktop, SCREEN},
    world::Window,
};

/// The windows that a picture of `area` can show.
pub(super) fn of(desktop: &Desktop, area: &Area, targets: &[TargetFacts]) -> Vec<Sight> {
    let handle = targets.first().map(|target| target.window.key.handle);
    let area = match area {
        Area::Window(_) => handle.and_then(|handle| desktop.window(handle)).map(|window| window.place),
        Area::Region(rect) => Some(*rect),
        Area::Display(_) => Some(SCREEN),
    };
    let area = area.unwrap_or_default();
    let is_shown = |window: &&Window| {
        window.state != WindowState::Minimized && !window.place.intersection(area).is_empty()
    };
    let shown = desktop.world.windows.iter().filter(is_shown);
    shown.map(|window| Sight { window: desktop.facts(window), place: window.place }).collect()
}

/// What stands in windows; nothing of those that hang.
pub(super) fn texts(desktop: &Desktop, windows: &[WindowKey]) -> Vec<Texts> {
    let found = windows.iter().filter_map(|key| {
        let window = desktop.window(key.handle).filter(|window| Desktop::key(window) == *key)?;
        let (looked, written) = match window.hangs {
            true => (Looked::Silent, Vec::new()),
            false => (Looked::Whole, written(window)),
        };
        Some(Texts { window: *key, place: window.place, looked, written })
    });
    found.collect()
}

fn written(window: &Window) -> Vec<Written> {
    let title = Written { rect: Desktop::title_bar(window), text: window.title.clone(), password: false };
    let seen = window.seen();
    let shown = seen.iter().skip(1).filter(|seen| !seen.folded);
    let texts = shown.map(|seen| {
        let element = seen.element;
        let value = element.value.as_deref().filter(|_| !element.password).unwrap_or_default();
        Written {
            rect: element.place,
            text: format!("{}: {value}", element.name),
            password: element.password,
        }
    });
    [title].into_iter().chain(texts).filter(|written| written.rect != Rect::default()).collect()
}

/// A small picture of a target's window, with the target marked.
pub(super) fn portrait(
    desktop: &Desktop,
    target: &TargetFacts,
    cover: &Cover,
) -> Result<Option<Preview>, Trouble> {
    let found = find::again(desktop, target)?;
    let area = found.window.place.intersection(SCREEN);
    if area.is_empty() || found.window.state == WindowState::Minimized {
        return Ok(None);
    }
    let (shot, _) = desktop.picture_of(found.window, area, cover)?;
    Ok(Some(picture::preview(&shot, found.element.map(|seen| seen.element.place))))
}
