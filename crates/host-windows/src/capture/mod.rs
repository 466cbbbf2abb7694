//! Pictures of the screen, with winwarden's own windows painted over.
//!
//! A display or region comes from the screen as it is. So does a window, unless others cover part of it: then it is
//! asked to draw itself (`PrintWindow`), and where that gives nothing (all black, as on Wine), the screen is taken
//! after all and the picture says what covers it.

mod camera;
mod hide;
#[cfg(windows)]
mod system;

pub use camera::{Camera, Layer};
pub use hide::Hide;
#[cfg(windows)]
pub use system::SystemCamera;

use model::{Code, ElementRef, Fault, Picture, Rect, ScreenshotRequest, WindowInfo, WindowState, ui::escape};
use picture::{Colour, Shot};

use crate::{input::go_on, source::Job};

/// What is painted over.
const GREY: Colour = [96, 96, 96];

/// What a picture shows.
#[derive(Debug, Clone, Copy)]
pub enum Subject<'a> {
    /// Part of the virtual desktop: a display or a region.
    Area(Rect),
    /// A window.
    Window(&'a WindowInfo),
}

/// Takes the picture that `request` asks for, of `subject`, with `marks` drawn in and painted over what `hide` says.
///
/// # Errors
/// `CAPTURE_FAILED` where nothing of it is on the screen or the system gives no picture, `LIMIT_EXCEEDED` where no
/// picture fits into the bytes asked for, `CANCELLED`, `TIMEOUT`.
pub fn take(
    subject: Subject<'_>,
    request: &ScreenshotRequest,
    marks: &[(ElementRef, Rect)],
    hide: Hide<'_>,
    camera: &mut dyn Camera,
    job: &Job,
) -> Result<Picture, Fault> {
    let mut notes = Vec::new();
    let shot = shoot(subject, hide, camera, job, &mut notes)?;
    go_on(job)?;
    let mut picture = picture::encode(&shot, request, marks)?;
    picture.notes.splice(0..0, notes);
    Ok(picture)
}

/// The pixels of `subject`, painted over what `hide` says, and what is to be said of that.
///
/// # Errors
/// `CAPTURE_FAILED`, `CANCELLED`, `TIMEOUT`.
pub fn shoot(
    subject: Subject<'_>,
    hide: Hide<'_>,
    camera: &mut dyn Camera,
    job: &Job,
    notes: &mut Vec<String>,
) -> Result<Shot, Fault> {
    go_on(job)?;
    let area = area(subject, camera)?;
    let layers = camera.layers();
    let alone = match subject {
        Subject::Window(window) => {
            window_shot(window, area, &layers, camera, notes)?.map(|shot| (window, shot))
        }
        Subject::Area(_) => None,
    };
    Ok(match alone {
        Some((window, mut shot)) => {
            hide.in_window(&mut shot, window, notes);
            shot
        }
        None => {
            let mut shot = camera.grab(area)?;
            // What came while the picture was taken may be in it, too.
            hide.on_screen(&mut shot, &[layers, camera.layers()], notes);
            shot
        }
    })
}

/// The part of the screen that is shown.
fn area(subject: Subject<'_>, camera: &dyn Camera) -> Result<Rect, Fault> {
    let (rect, what) = match subject {
        Subject::Area(rect) => (rect, "the region".to_owned()),
        Subject::Window(window) => (window.rect, format!("window `{}`", escape(&window.title, 80))),
    };
    if let Subject::Window(window) = subject
        && window.state == WindowState::Minimized
    {
        return Err(Fault::new(Code::CaptureFailed, format!("{what} is minimized"))
            .hint("restore it with `window_control` first"));
    }
    let area = rect.intersection(camera.screen());
    if area.is_empty() {
        return Err(Fault::new(Code::CaptureFailed, format!("{what} lies outside of all displays"))
            .hint("see `display_list`"));
    }
    Ok(area)
}

/// The window as it draws itself, where others cover part of it; nothing where the screen is to be taken.
fn window_shot(
    window: &WindowInfo,
    area: Rect,
    layers: &[Layer],
    camera: &mut dyn Camera,
    notes: &mut Vec<String>,
) -> Result<Option<Shot>, Fault> {
    let covers = covering(layers, window.key.handle, area);
    if covers.is_empty() {
        return Ok(None);
    }
    let by = names(&covers);
    if let Some(printed) = camera.print(window)
        && !printed.is_black()
    {
        let mut shot = Shot::filled(area, GREY)?;
        shot.paste(&printed);
        notes.push(format!("covered in part on the screen by {by}; shown as the window draws itself"));
        return Ok(Some(shot));
    }
    notes.push(format!("covered in part by {by}, which the picture shows there"));
    Ok(None)
}

/// The windows in front of `window` that cover part of `area`.
fn covering(layers: &[Layer], window: u64, area: Rect) -> Vec<&Layer> {
    layers
        .iter()
        .take_while(|layer| layer.handle != window)
        .filter(|layer| !layer.see_through && !layer.rect.intersection(area).is_empty())
        .collect()
}

/// At most three windows by their titles.
fn names(layers: &[&Layer]) -> String {
    let titles: Vec<String> =
        layers.iter().take(3).map(|layer| format!("`{}`", escape(&layer.title, 60))).collect();
    match layers.len().checked_sub(titles.len()) {
        Some(more @ 1..) => format!("{} and {more} more", titles.join(", ")),
        _ => titles.join(", "),
    }
}

#[cfg(test)]
mod tests;
