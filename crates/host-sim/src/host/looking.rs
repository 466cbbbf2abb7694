//! Looking at the desktop.

use gate::Run;
use model::{
    Area, ClipboardFacts, Code, DisplayInfo, DisplayList, Facts, Fault, FindRequest, Found, Outcome, Picture,
    ReadTextRequest, Rect, Scope, ScreenshotRequest, Snapshot, SnapshotRequest, TextRead, WindowState,
    ui::{Node, Source, Tree, escape, matches},
};

use super::find::{self, Trouble, answers};
use crate::{
    desktop::{Desktop, SCREEN, WORK_AREA},
    world::{Clipboard, Window},
};

/// The one display.
pub(super) fn displays() -> DisplayList {
    DisplayList {
        displays: vec![DisplayInfo {
            number: 1,
            name: "Simulated display".to_owned(),
            rect: SCREEN,
            work_area: WORK_AREA,
            scale_percent: 100,
            primary: true,
        }],
    }
}

/// The target of an operation that has one.
fn target<'a>(desktop: &'a Desktop, facts: &Facts) -> Result<find::Found<'a>, Trouble> {
    let judged = facts
        .targets
        .first()
        .ok_or_else(|| Fault::new(Code::Internal, "the target is missing from the facts"))?;
    find::again(desktop, judged)
}

pub(super) fn snapshot(
    desktop: &Desktop,
    request: &SnapshotRequest,
    facts: &Facts,
) -> Result<Outcome, Trouble> {
    let mut tree = Tree { source: Source::UiAutomation, ..Tree::default() };
    if request.scope == Scope::Desktop {
        tree.windows = desktop.infos();
    } else {
        let found = target(desktop, facts)?;
        answers(desktop, found.window)?;
        tree.window = Some(desktop.info(found.window));
        tree.nodes = Desktop::nodes(found.window, found.element.map(|seen| seen.element.number));
    }
    Ok(Outcome::Snapshot(Snapshot { id: None, tree, changes: None, window_changes: None }))
}

pub(super) fn find(desktop: &Desktop, request: &FindRequest, facts: &Facts) -> Result<Outcome, Trouble> {
    let found = target(desktop, facts)?;
    answers(desktop, found.window)?;
    let (name, id) = (request.name.as_deref(), request.automation_id.as_deref());
    let mut elements = Desktop::nodes(found.window, None);
    elements.retain(|node| matches(node, request.role, name, id));
    let limit = request.limit as usize;
    let more = u32::try_from(elements.len().saturating_sub(limit)).unwrap_or(u32::MAX);
    elements.truncate(limit);
    Ok(Outcome::Found(Found { elements, more, notes: Vec::new() }))
}

pub(super) fn read_text(
    desktop: &Desktop,
    request: &ReadTextRequest,
    facts: &Facts,
) -> Result<Outcome, Trouble> {
    let found = target(desktop, facts)?;
    answers(desktop, found.window)?;
    let part = |text: &str| TextRead::part(text, request.offset, request.max_chars, Vec::new());
    let mut read = match found.element {
        Some(seen) => part(Desktop::text(seen.element)),
        None => part(&Desktop::all_text(found.window)),
    };
    if found.element.is_some_and(|seen| seen.element.password) {
        read.notes.push("a password is never read".to_owned());
    }
    Ok(Outcome::Text(read))
}

pub(super) const fn clipboard_facts(desktop: &Desktop) -> ClipboardFacts {
    let Clipboard { excluded, sequence, .. } = desktop.clipboard;
    ClipboardFacts { sequence, excluded, ours: false }
}

/// The clipboard's text, if it is still what was judged.
pub(super) fn clipboard(desktop: &Desktop, facts: &Facts, max_chars: u32) -> Result<TextRead, Fault> {
    let now = clipboard_facts(desktop);
    let judged = facts.clipboard.map(|judged| ClipboardFacts { ours: false, ..judged });
    if judged != Some(now) || now.excluded {
        let message = "the clipboard does not hold what was judged any more";
        return Err(Fault::new(Code::ClipboardUnavailable, message).hint("call again"));
    }
    Ok(TextRead::part(&desktop.clipboard.text, 0, max_chars, Vec::new()))
}

/// The elements that a picture with marks will show.
pub(super) fn survey(
    desktop: &Desktop,
    request: &ScreenshotRequest,
    facts: &Facts,
) -> Result<Vec<Node>, Trouble> {
    let window = match request.area {
        Area::Window(_) => Some(target(desktop, facts)?.window),
        Area::Display(_) | Area::Region(_) => desktop.foreground(),
    };
    let Some(window) = window.filter(|window| !desktop.is_own(window)) else { return Ok(Vec::new()) };
    answers(desktop, window)?;
    let mut nodes = Desktop::nodes(window, None);
    nodes.retain(|node| model::ui::is_operable(node) && !node.states.offscreen);
    Ok(nodes)
}

pub(super) fn screenshot(
    desktop: &Desktop,
    request: &ScreenshotRequest,
    facts: &Facts,
    run: &Run,
) -> Result<Outcome, Trouble> {
    let mut notes = Vec::new();
    let (shot, painted) = match request.area {
        Area::Window(_) => {
            let window = target(desktop, facts)?.window;
            let area = shown(window.place, &format!("window `{}`", escape(&window.title, 80)))?;
            if window.state == WindowState::Minimized {
                let message = format!("window `{}` is minimized", escape(&window.title, 80));
                let hint = "restore it with `window_control` first";
                return Err(Fault::new(Code::CaptureFailed, message).hint(hint).into());
            }
            if is_covered(desktop, window) {
                notes.push("covered in part on the screen; shown as the window draws itself".to_owned());
            }
            desktop.picture_of(window, area, &run.cover)?
        }
        Area::Region(region) => desktop.picture(shown(region, "the region")?, &run.cover)?,
        Area::Display(None | Some(1)) => desktop.picture(SCREEN, &run.cover)?,
        Area::Display(Some(number)) => {
            let message = format!("there is no display {number}");
            return Err(Fault::new(Code::NotFound, message).hint("see display_list").into());
        }
    };
    let mut picture: Picture = picture::encode(&shot, request, &run.marks)?;
    notes.extend(run.cover.notes(painted));
    if request.marks {
        picture.marks = survey(desktop, request, facts)?;
    }
    picture.notes.splice(0..0, notes);
    Ok(Outcome::Picture(picture))
}

/// The part of a rectangle that the display shows.
fn shown(rect: Rect, what: &str) -> Result<Rect, Fault> {
    let area = rect.intersection(SCREEN);
    if area.is_empty() {
        let message = format!("{what} lies outside of all displays");
        return Err(Fault::new(Code::CaptureFailed, message).hint("see `display_list`"));
    }
    Ok(area)
}

/// Whether another window is in front of part of a window.
fn is_covered(desktop: &Desktop, window: &Window) -> bool {
    let in_front = desktop.world.windows.iter().take_while(|other| other.handle != window.handle);
    in_front
        .filter(|other| other.state != WindowState::Minimized)
        .any(|other| !other.place.intersection(window.place).is_empty())
}
