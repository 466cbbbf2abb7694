//! Pictures of a make-believe screen.

use gate::{Cover, Uncovered};
use model::{Area, PictureFormat, WindowState, ui::WindowKey};

use super::*;
use crate::input::fake::Fake;

const SCREEN: Rect = Rect::new(-100, 0, 200, 100);
const WHITE: Colour = [255; 3];
const BLUE: Colour = [0, 0, 200];

struct FakeCamera {
    layers: Vec<Layer>,
    prints: Option<Colour>,
}

impl Camera for FakeCamera {
    fn screen(&self) -> Rect {
        SCREEN
    }

    fn layers(&self) -> Vec<Layer> {
        self.layers.clone()
    }

    fn grab(&mut self, area: Rect) -> Result<Shot, Fault> {
        Shot::filled(area, WHITE)
    }

    fn print(&mut self, window: &WindowInfo) -> Option<Shot> {
        Shot::filled(window.rect, self.prints?).ok()
    }
}

fn layer(handle: u64, pid: u32, rect: Rect) -> Layer {
    Layer { handle, pid, title: format!("W{handle}"), rect, see_through: false, opaque: true }
}

fn window(handle: u64, rect: Rect) -> WindowInfo {
    WindowInfo {
        reference: None,
        key: WindowKey { handle, pid: 7, started: 1 },
        title: format!("W{handle}"),
        class: String::new(),
        process: String::new(),
        rect,
        state: WindowState::Normal,
        foreground: false,
        responding: true,
    }
}

fn shoot(subject: Subject<'_>, camera: &mut FakeCamera) -> Result<Picture, Fault> {
    let (area, format) = (Area::Display(None), PictureFormat::Png);
    let request = ScreenshotRequest { area, format, max_bytes: 700_000, max_width: None, marks: false };
    let cover = Cover { shown: camera.layers.iter().map(|layer| uncovered(layer, &[])).collect(), unread: 0 };
    take(subject, &request, &[], Hide { own: &[99], cover: &cover }, camera, &Fake::job())
}

/// A window that may be shown but for these places.
fn uncovered(layer: &Layer, spots: &[Rect]) -> Uncovered {
    let key = WindowKey { handle: layer.handle, pid: layer.pid, started: 1 };
    Uncovered { key, place: Some(layer.rect), spots: spots.to_vec() }
}

/// What is left of a picture of these windows, of which those in `shown` may be: what is expected, and its notes.
#[track_caller]
fn hidden(layers: &[Layer], shown: Vec<Uncovered>, grey: &[Rect], notes: &[&str]) {
    let mut shot = Shot::filled(SCREEN, WHITE).unwrap();
    let cover = Cover { shown, unread: 0 };
    let mut told = Vec::new();
    Hide { own: &[99], cover: &cover }.on_screen(&mut shot, &[layers.to_vec(), layers.to_vec()], &mut told);
    let mut expected = Shot::filled(SCREEN, WHITE).unwrap();
    grey.iter().for_each(|rect| expected.fill(*rect, GREY));
    assert!(shot == expected, "something else is painted over");
    assert_eq!(told, notes);
}

/// What the picture would be of these pixels alone.
fn picture_of(shot: &Shot) -> String {
    let (area, format) = (Area::Display(None), PictureFormat::Png);
    let request = ScreenshotRequest { area, format, max_bytes: 700_000, max_width: None, marks: false };
    picture::encode(shot, &request, &[]).unwrap().base64
}

#[test]
fn a_region_is_cut_to_the_screen_and_one_outside_refused() {
    let mut camera = FakeCamera { layers: Vec::new(), prints: None };
    let picture = shoot(Subject::Area(Rect::new(-500, 50, -50, 500)), &mut camera).unwrap();
    assert_eq!(picture.frame.area, Rect::new(-100, 50, -50, 100));
    assert_eq!((picture.frame.width, picture.frame.height), (50, 50));
    let fault = shoot(Subject::Area(Rect::new(300, 0, 400, 50)), &mut camera).unwrap_err();
    assert_eq!(fault.code, Code::CaptureFailed);
}

#[test]
fn a_minimized_window_gives_no_picture() {
    let mut camera = FakeCamera { layers: Vec::new(), prints: None };
    let minimized = WindowInfo { state: WindowState::Minimized, ..window(1, SCREEN) };
    let fault = shoot(Subject::Window(&minimized), &mut camera).unwrap_err();
    assert_eq!(fault.message, "window `W1` is minimized");
}

#[test]
fn own_windows_are_painted_over_and_that_is_said() {
    let own = Rect::new(0, 0, 50, 20);
    let layers = vec![layer(5, 99, own), layer(6, 99, Rect::new(500, 0, 600, 50)), layer(7, 8, SCREEN)];
    let mut camera = FakeCamera { layers, prints: None };
    let picture = shoot(Subject::Area(SCREEN), &mut camera).unwrap();
    let mut expected = Shot::filled(SCREEN, WHITE).unwrap();
    expected.fill(own, GREY);
    assert_eq!(picture.base64, picture_of(&expected));
    assert_eq!(picture.notes, ["windows of winwarden painted over: 1"]);
}

#[test]
fn a_window_in_front_comes_from_the_screen() {
    let rect = Rect::new(0, 0, 100, 100);
    let mut camera = FakeCamera { layers: vec![layer(1, 7, rect), layer(2, 8, SCREEN)], prints: Some(BLUE) };
    let picture = shoot(Subject::Window(&window(1, rect)), &mut camera).unwrap();
    assert_eq!(picture.base64, picture_of(&Shot::filled(rect, WHITE).unwrap()));
    assert!(picture.notes.is_empty());
}

#[test]
fn a_covered_window_draws_itself() {
    let rect = Rect::new(150, 0, 250, 100);
    let mut camera = FakeCamera { layers: vec![layer(2, 8, SCREEN), layer(1, 7, rect)], prints: Some(BLUE) };
    let picture = shoot(Subject::Window(&window(1, rect)), &mut camera).unwrap();
    let visible = Rect::new(150, 0, 200, 100);
    assert_eq!(picture.frame.area, visible);
    assert_eq!(picture.base64, picture_of(&Shot::filled(visible, BLUE).unwrap()));
    assert_eq!(picture.notes, ["covered in part on the screen by `W2`; shown as the window draws itself"]);
}

#[test]
fn a_covered_window_that_draws_nothing_comes_from_the_screen_and_says_what_covers_it() {
    let rect = Rect::new(0, 0, 100, 100);
    for prints in [None, Some([0; 3])] {
        let layers = (2..=6).map(|handle| layer(handle, 8, SCREEN)).chain([layer(1, 7, rect)]).collect();
        let mut camera = FakeCamera { layers, prints };
        let picture = shoot(Subject::Window(&window(1, rect)), &mut camera).unwrap();
        assert_eq!(picture.base64, picture_of(&Shot::filled(rect, WHITE).unwrap()));
        assert_eq!(
            picture.notes,
            ["covered in part by `W2`, `W3`, `W4` and 2 more, which the picture shows there"]
        );
    }
}

#[test]
fn what_looks_go_through_covers_nothing() {
    let rect = Rect::new(0, 0, 100, 100);
    let glass = Layer { see_through: true, ..layer(2, 8, SCREEN) };
    let mut camera = FakeCamera { layers: vec![glass, layer(1, 7, rect)], prints: None };
    assert!(shoot(Subject::Window(&window(1, rect)), &mut camera).unwrap().notes.is_empty());
}

#[test]
fn a_window_that_was_not_judged_is_painted_over_where_it_shows() {
    let (front, back) = (layer(1, 7, Rect::new(0, 0, 50, 50)), layer(2, 8, Rect::new(20, 20, 100, 100)));
    let shown = vec![uncovered(&front, &[])];
    let seen = [Rect::new(50, 20, 100, 50), Rect::new(20, 50, 100, 100)];
    hidden(&[front.clone(), back.clone()], shown, &seen, &["windows that may not be shown painted over: 1"]);
    // Through glass all of it would show.
    let glass = Layer { opaque: false, ..front };
    let shown = vec![uncovered(&glass, &[])];
    hidden(&[glass, back.clone()], shown, &[back.rect], &["windows that may not be shown painted over: 1"]);
}

#[test]
fn a_window_behind_another_takes_nothing_from_the_picture() {
    let (front, back) = (layer(1, 7, SCREEN), layer(2, 8, Rect::new(20, 20, 100, 100)));
    hidden(&[front.clone(), back], vec![uncovered(&front, &[])], &[], &[]);
}

#[test]
fn secrets_are_painted_over_where_they_show() {
    let (front, back) = (layer(1, 7, Rect::new(0, 0, 50, 50)), layer(2, 8, SCREEN));
    let secrets = [Rect::new(10, 10, 20, 20), Rect::new(60, 10, 90, 20)];
    let shown = vec![uncovered(&front, &[]), uncovered(&back, &secrets)];
    hidden(&[front, back], shown, &secrets[1..], &["passwords and other secrets painted over: 1"]);
}

#[test]
fn a_window_that_has_moved_since_it_was_looked_through_is_painted_over() {
    let (then, now) = (layer(1, 7, Rect::new(0, 0, 50, 50)), layer(1, 7, Rect::new(5, 0, 55, 50)));
    let rect = now.rect;
    hidden(&[now], vec![uncovered(&then, &[])], &[rect], &["windows that may not be shown painted over: 1"]);
}

#[test]
fn what_came_while_the_picture_was_taken_is_painted_over() {
    let (old, new) = (layer(1, 7, SCREEN), layer(2, 8, Rect::new(0, 0, 50, 50)));
    let cover = Cover { shown: vec![uncovered(&old, &[])], unread: 0 };
    for looks in [
        [vec![old.clone()], vec![new.clone(), old.clone()]],
        [vec![new.clone(), old.clone()], vec![old.clone()]],
    ] {
        let mut shot = Shot::filled(SCREEN, WHITE).unwrap();
        Hide { own: &[], cover: &cover }.on_screen(&mut shot, &looks, &mut Vec::new());
        let mut expected = Shot::filled(SCREEN, WHITE).unwrap();
        expected.fill(new.rect, GREY);
        assert!(shot == expected);
    }
}

#[test]
fn a_window_that_draws_itself_is_shown_without_its_secrets_or_not_at_all() {
    let rect = Rect::new(0, 0, 100, 100);
    let secret = Rect::new(10, 10, 20, 20);
    let info = window(1, rect);
    let own = layer(1, 7, rect);
    let moved = layer(1, 7, SCREEN);
    for (shown, grey) in [(uncovered(&own, &[secret]), secret), (uncovered(&moved, &[]), rect)] {
        let mut shot = Shot::filled(rect, BLUE).unwrap();
        let cover = Cover { shown: vec![shown], unread: 0 };
        Hide { own: &[], cover: &cover }.in_window(&mut shot, &info, &mut Vec::new());
        let mut expected = Shot::filled(rect, BLUE).unwrap();
        expected.fill(grey, GREY);
        assert!(shot == expected);
    }
}
