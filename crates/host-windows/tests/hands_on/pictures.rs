//! Pictures of a real screen.

use base64::{Engine, engine::general_purpose::STANDARD};
use gate::{Cover, Uncovered};
use host_windows::capture::{Camera, Hide, Subject, SystemCamera, take};
use model::{Area, ElementRef, Picture, PictureFormat, Rect, ScreenshotRequest, ui::WindowKey};
use testapps::ids;

use crate::program::{Program, job};

pub fn request(format: PictureFormat) -> ScreenshotRequest {
    ScreenshotRequest { area: Area::Display(None), format, max_bytes: 716_800, max_width: None, marks: false }
}

/// Lets a picture show every window that there is.
pub fn everything() -> Cover {
    let key = |handle, pid| WindowKey { handle, pid, started: 0 };
    let layers = SystemCamera.layers().into_iter();
    let shown = layers
        .map(|layer| Uncovered { key: key(layer.handle, layer.pid), place: None, spots: Vec::new() })
        .collect();
    Cover { shown, unread: 0 }
}

/// Saves a picture to be looked at, where the environment names a folder for it.
pub fn keep(picture: &Picture, name: &str) {
    if let Ok(folder) = std::env::var("WINWARDEN_TEST_OUTPUT") {
        let file = STANDARD.decode(&picture.base64).unwrap();
        std::fs::write(format!("{folder}/{name}"), file).unwrap();
    }
}

fn pixels(picture: &Picture) -> image::RgbImage {
    image::load_from_memory(&STANDARD.decode(&picture.base64).unwrap()).unwrap().to_rgb8()
}

#[test]
fn the_whole_screen_is_shown_at_its_size() {
    let _program = Program::start("form", &[]);
    let screen = SystemCamera.screen();
    let subject = Subject::Area(screen);
    let picture = take(
        subject,
        &request(PictureFormat::Jpeg),
        &[],
        Hide { own: &[], cover: &everything() },
        &mut SystemCamera,
        &job(),
    )
    .unwrap();
    assert_eq!((picture.frame.width, picture.frame.height), (screen.width(), screen.height()));
    keep(&picture, "screen.jpg");
    let png = pixels(
        &take(
            subject,
            &request(PictureFormat::Png),
            &[],
            Hide { own: &[], cover: &everything() },
            &mut SystemCamera,
            &job(),
        )
        .unwrap(),
    );
    let colours: std::collections::HashSet<_> = png.pixels().collect();
    assert!(colours.len() > 10, "only {} colours", colours.len());
}

#[test]
fn a_window_is_shown_with_the_marks_of_its_controls() {
    let program = Program::start("form", &[]);
    let window = program.window();
    let marks: Vec<(ElementRef, Rect)> = [
        ids::form::NAME,
        ids::form::NOTES,
        ids::form::PASSWORD,
        ids::form::SUBSCRIBE,
        ids::form::SMALL,
        ids::form::MEDIUM,
        ids::form::LARGE,
        ids::form::COUNTRY,
        ids::form::FRUIT,
        ids::form::FOLDERS,
        ids::form::DELETE,
        ids::form::SECOND,
        ids::form::SUBMIT,
    ]
    .into_iter()
    .zip(1..)
    .map(|(id, number)| (ElementRef::new(number * 7), program.node(id, model::ui::Role::Custom).rect))
    .collect();
    let subject = Subject::Window(&window);
    let picture = take(
        subject,
        &request(PictureFormat::Png),
        &marks,
        Hide { own: &[], cover: &everything() },
        &mut SystemCamera,
        &job(),
    )
    .unwrap();
    keep(&picture, "marked.png");
    assert_eq!(picture.frame.area, window.rect.intersection(SystemCamera.screen()));
    let plain = take(
        subject,
        &request(PictureFormat::Png),
        &[],
        Hide { own: &[], cover: &everything() },
        &mut SystemCamera,
        &job(),
    )
    .unwrap();
    assert_ne!(pixels(&plain), pixels(&picture));
}

#[test]
fn own_windows_are_painted_over_on_a_real_screen() {
    let program = Program::start("form", &[]);
    let window = program.window();
    let subject = Subject::Area(SystemCamera.screen());
    let own = [window.key.pid];
    let picture = take(
        subject,
        &request(PictureFormat::Png),
        &[],
        Hide { own: &own, cover: &everything() },
        &mut SystemCamera,
        &job(),
    )
    .unwrap();
    keep(&picture, "painted-over.png");
    assert_eq!(picture.notes, ["windows of winwarden painted over: 1"]);
    let image = pixels(&picture);
    let screen = SystemCamera.screen();
    let (middle, origin) = (window.rect.intersection(screen).center(), screen);
    let x = middle.x.abs_diff(origin.left);
    let y = middle.y.abs_diff(origin.top);
    assert_eq!(image.get_pixel(x, y).0, [96; 3]);
}

#[test]
fn a_covered_window_says_what_covers_it_or_draws_itself() {
    let program = Program::start("form", &["--at", "20,20"]);
    let window = program.window();
    let _cover = Program::beside("keys", &["--at", "60,60", "--title", "Cover"]);
    let subject = Subject::Window(&window);
    let picture = take(
        subject,
        &request(PictureFormat::Png),
        &[],
        Hide { own: &[], cover: &everything() },
        &mut SystemCamera,
        &job(),
    )
    .unwrap();
    keep(&picture, "covered.png");
    assert_eq!(picture.notes.len(), 1);
    assert!(picture.notes.iter().all(|note| note.contains("`Cover`")), "{:?}", picture.notes);
}
