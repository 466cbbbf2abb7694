//! The pointer, as real programs see it.

use host_windows::act::{Action, Aim, SystemDesk, perform};
use model::{Acted, Button, Code, Direction, Fault, Point, Rect, WindowInfo, keys::Modifiers};
use serde_json::Value;

use crate::program::{Controls, Program, job};

fn at(action: &Action<'_>, window: &WindowInfo, point: Point) -> Result<Acted, Fault> {
    let aim = Aim { window, node: None, point: Some(point) };
    perform(action, &aim, &mut Controls, &mut SystemDesk::default(), &job())
}

fn inside(window: &WindowInfo, x: i32, y: i32) -> Point {
    Point { x: window.rect.left + x, y: window.rect.top + y }
}

fn point(value: &Value) -> Point {
    let part = |index: usize| i32::try_from(value[index].as_i64().unwrap()).unwrap();
    Point { x: part(0), y: part(1) }
}

const fn click(button: Button, count: u8) -> Action<'static> {
    Action::Click {
        button,
        count,
        modifiers: Modifiers { ctrl: false, alt: false, shift: false, win: false },
    }
}

#[test]
fn clicks_arrive_at_the_very_pixel_with_their_button_and_number() {
    let mut program = Program::start("keys", &[]);
    let window = program.window();
    for (button, name, x) in
        [(Button::Left, "left", 111), (Button::Right, "right", 222), (Button::Middle, "middle", 77)]
    {
        let aimed = inside(&window, x, 150);
        let acted = at(&click(button, 1), &window, aimed).unwrap();
        assert_eq!(acted.point, Some(aimed));
        let down = program.wait_for("a press", |line| line["event"] == "mouse" && line["kind"] == "down");
        assert_eq!((down["button"].as_str(), point(&down["screen"])), (Some(name), aimed));
        program.wait_for("a release", |line| line["event"] == "mouse" && line["kind"] == "up");
    }
}

#[test]
fn two_clicks_are_a_double_click_and_keys_are_held() {
    let mut program = Program::start("keys", &[]);
    let window = program.window();
    at(&click(Button::Left, 2), &window, inside(&window, 150, 150)).unwrap();
    program.wait_for("a double click", |line| line["event"] == "mouse" && line["kind"] == "double");
    let modifiers = Modifiers { ctrl: true, shift: true, ..Modifiers::default() };
    let held = Action::Click { button: Button::Left, count: 1, modifiers };
    at(&held, &window, inside(&window, 250, 150)).unwrap();
    let down = program.wait_for("a press", |line| line["event"] == "mouse" && line["kind"] == "down");
    let held = down["modifiers"].to_string().to_lowercase();
    assert!(held.contains("ctrl") && held.contains("shift"), "{down} {:#?}", program.reports());
}

#[test]
fn a_drag_presses_moves_and_releases_where_it_should() {
    let mut program = Program::start("keys", &["--moves"]);
    let window = program.window();
    let (from, to) = (inside(&window, 60, 120), inside(&window, 260, 200));
    let target = Aim { window: &window, node: None, point: Some(to) };
    let action = Action::Drag { to: &target, button: Button::Left, modifiers: Modifiers::default() };
    at(&action, &window, from).unwrap();
    let events = program.events("mouse");
    let down = events.iter().position(|e| e["kind"] == "down").expect("a press");
    let up = events.iter().position(|e| e["kind"] == "up").expect("a release");
    assert_eq!(point(&events[down]["screen"]), from);
    assert_eq!(point(&events[up]["screen"]), to);
    let moves = events[down..up].iter().filter(|e| e["kind"] == "move").count();
    assert!(moves >= 4, "{moves}");
}

#[test]
fn the_wheel_turns_over_the_point() {
    let mut program = Program::start("keys", &[]);
    let window = program.window();
    at(&Action::Scroll(Direction::Down, 3), &window, inside(&window, 150, 150)).unwrap();
    at(&Action::Scroll(Direction::Right, 2), &window, inside(&window, 150, 150)).unwrap();
    let sum = |events: &[Value], kind: &str| -> i64 {
        events.iter().filter(|e| e["kind"] == kind).map(|e| e["delta"].as_i64().unwrap()).sum()
    };
    let events = program.events("mouse");
    assert_eq!((sum(&events, "wheel"), sum(&events, "horizontal_wheel")), (-360, 240));
}

#[test]
fn a_point_under_another_window_is_refused() {
    let program = Program::start("canvas", &["--at", "0,0"]);
    let window = program.window();
    let mut cover = Program::beside("keys", &["--at", "0,0", "--title", "Cover"]);
    let shared = window.rect.intersection(cover.window().rect);
    // A click brings its own window forward first; only one that stays in front can cover it.
    keep_on_top(&cover);
    let fault = at(&click(Button::Left, 1), &window, shared.center()).unwrap_err();
    assert_eq!(fault.code, Code::WrongWindow);
    assert!(fault.message.contains("`Cover`"), "{fault}");
    assert_eq!(cover.events("mouse").len(), 0);
    assert!(Rect::default().is_empty());
}

fn keep_on_top(program: &Program) {
    use windows::Win32::UI::WindowsAndMessaging::{HWND_TOPMOST, SWP_NOMOVE, SWP_NOSIZE, SetWindowPos};
    let flags = SWP_NOMOVE | SWP_NOSIZE;
    // SAFETY: takes any window.
    unsafe { SetWindowPos(crate::program::hwnd(program.hwnd), Some(HWND_TOPMOST), 0, 0, 0, 0, flags) }
        .unwrap();
}
