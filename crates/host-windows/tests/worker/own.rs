//! The gate's own windows, as the worker's calls meet them.

use std::time::Duration;

use host_windows::desk::{Asked, Desk, DeskConfig, Question};
use model::{
    Area, Button, ClickRequest, Code, Operation, Place, Point, PressKeysRequest, Scope, SecretText,
    SnapshotRequest, Target, TypeMode, TypeTextRequest, WindowControlRequest, WindowSelector, WindowVerb,
    keys::Modifiers,
};
use windows::{
    Win32::{
        Foundation::{HWND, RECT},
        UI::WindowsAndMessaging::{
            FindWindowW, GetDesktopWindow, GetWindowRect, IsWindowVisible, SetForegroundWindow,
        },
    },
    core::w,
};

use crate::{
    program::Program,
    session::{Session, find, snapshot},
};

type Test = (&'static str, fn());

pub const ALL: &[Test] = &[
    (
        "the_approval_dialog_is_out_of_reach_by_title_by_place_and_by_keys",
        the_approval_dialog_is_out_of_reach_by_title_by_place_and_by_keys,
    ),
    ("pictures_show_the_approval_dialog_painted_over", pictures_show_the_approval_dialog_painted_over),
    (
        "the_desktop_that_holds_all_windows_shows_none_of_them",
        the_desktop_that_holds_all_windows_shows_none_of_them,
    ),
];

const TITLE: &str = "winwarden: approval needed";

/// A dialog of this process, which is the gate's.
struct Open {
    _asked: Asked,
    _desk: Desk,
    window: HWND,
}

impl Open {
    fn new() -> Self {
        let (events, _) = std::sync::mpsc::channel();
        let stop_key = "Ctrl+Alt+Pause".parse().unwrap();
        let desk = Desk::start(DeskConfig { stop_key, badge: false }, events).unwrap();
        let asked = desk.ask(Question {
            heading: "An agent wants to do something".to_owned(),
            facts: vec![("Action".to_owned(), "something".to_owned())],
            picture: None,
            irreversible: None,
            code: Some(SecretText::new("482 913".to_owned())),
            expires_in: Duration::from_secs(60),
        });
        let window = loop {
            // SAFETY: constant names; takes any window.
            let found = unsafe {
                let found = FindWindowW(w!("winwarden-desk"), w!("winwarden: approval needed"));
                found.ok().filter(|window| IsWindowVisible(*window).as_bool())
            };
            match found {
                Some(window) => break window,
                None => std::thread::sleep(Duration::from_millis(5)),
            }
        };
        std::thread::sleep(Duration::from_millis(800)); // its buttons are on
        Self { _asked: asked, _desk: desk, window }
    }

    fn rect(&self) -> RECT {
        let mut rect = RECT::default();
        // SAFETY: the rectangle lives through the call.
        unsafe { GetWindowRect(self.window, &raw mut rect) }.unwrap();
        rect
    }

    fn is_unanswered(&self) -> bool {
        self._asked.answers().try_recv() == Err(std::sync::mpsc::TryRecvError::Empty)
    }
}

fn by_title(title: &str) -> WindowSelector {
    WindowSelector::Title(title.to_owned())
}

fn click_at(point: Point, expect: &str) -> Operation {
    let place = Place { point, picture: None, expect_window: by_title(expect) };
    Operation::Click(ClickRequest {
        target: Target::At(place),
        button: Button::Left,
        count: 1,
        modifiers: Modifiers::default(),
    })
}

fn press(window: Option<WindowSelector>) -> Operation {
    let keys = vec!["Tab".parse().unwrap(), "Space".parse().unwrap()];
    Operation::PressKeys(PressKeysRequest { target: None, window, keys })
}

fn control(verb: WindowVerb) -> Operation {
    Operation::WindowControl(WindowControlRequest { window: by_title(TITLE), verb })
}

fn the_approval_dialog_is_out_of_reach_by_title_by_place_and_by_keys() {
    let _program = Program::start("form", &["--title", "Beside", "--at", "0,0"]);
    let session = Session::start();
    let open = Open::new();
    let rect = open.rect();
    let middle = Point { x: (rect.left + rect.right) / 2, y: (rect.top + rect.bottom) / 2 };
    let typed = Operation::TypeText(TypeTextRequest {
        target: Some(Target::At(Place { point: middle, picture: None, expect_window: by_title(TITLE) })),
        text: SecretText::new("x".to_owned()),
        mode: TypeMode::Insert,
        submit: true,
    });
    for operation in [
        snapshot(TITLE),
        find(TITLE, None, Some("Allow once")),
        click_at(middle, TITLE),
        typed,
        press(Some(by_title(TITLE))),
        control(WindowVerb::Focus),
        control(WindowVerb::Close),
        control(WindowVerb::Minimize),
        control(WindowVerb::Move { x: 0, y: 0 }),
    ] {
        let fault = session.call(operation.clone(), 10_000).unwrap_err();
        assert_eq!(fault.code, Code::OwnWindow, "{operation:?}: {fault}");
    }
    // Said to be another window's, the point is not that window's.
    let fault = session.call(click_at(middle, "Beside"), 10_000).unwrap_err();
    assert!(matches!(fault.code, Code::WrongWindow | Code::Obscured | Code::OwnWindow), "{fault}");
    // In the foreground, it gets no keys either.
    let mut desk = host_windows::act::SystemDesk::default();
    let handle = open.window.0.expose_provenance() as u64;
    host_windows::act::Desk::call_forward(&mut desk, handle, true);
    while host_windows::act::Desk::foreground(&desk) != handle {
        std::thread::sleep(Duration::from_millis(5));
    }
    let fault = session.call(press(None), 10_000).unwrap_err();
    assert_eq!(fault.code, Code::OwnWindow, "{fault}");
    assert!(open.is_unanswered());
    assert_eq!(open.rect(), rect);
}

fn pictures_show_the_approval_dialog_painted_over() {
    let _program = Program::start("form", &["--title", "Beside", "--at", "0,0"]);
    let session = Session::start();
    let open = Open::new();
    let shown = session
        .call(
            Operation::Screenshot(model::ScreenshotRequest {
                area: Area::Display(None),
                format: model::PictureFormat::Png,
                max_bytes: 700_000,
                max_width: None,
                marks: false,
            }),
            10_000,
        )
        .unwrap();
    assert!(shown["notes"].to_string().contains("painted over"), "{}", shown["notes"]);
    let file =
        base64::Engine::decode(&base64::engine::general_purpose::STANDARD, shown["base64"].as_str().unwrap());
    let picture = image::load_from_memory(&file.unwrap()).unwrap().to_rgb8();
    let RECT { left, top, right, bottom } = open.rect();
    let grey = (left + 1..right - 1)
        .flat_map(|x| (top + 1..bottom - 1).map(move |y| (x, y)))
        .all(|(x, y)| picture.get_pixel(x.unsigned_abs(), y.unsigned_abs()).0 == [96; 3]);
    assert!(grey, "something of the dialog can be seen");
}

/// Under Wine the desktop can be in front as a window is; Windows lets nobody put it there.
fn the_desktop_that_holds_all_windows_shows_none_of_them() {
    let session = Session::start();
    let open = Open::new();
    // SAFETY: takes nothing, and any window.
    let _ = unsafe { SetForegroundWindow(GetDesktopWindow()) };
    std::thread::sleep(Duration::from_millis(100));
    let Operation::Snapshot(request) = snapshot(TITLE) else { unreachable!() };
    let seen =
        session.call(Operation::Snapshot(SnapshotRequest { scope: Scope::Foreground, ..request }), 10_000);
    let fault = seen.unwrap_err();
    assert!(matches!(fault.code, Code::NotFound | Code::OwnWindow), "{fault}");
    assert!(open.is_unanswered());
}
