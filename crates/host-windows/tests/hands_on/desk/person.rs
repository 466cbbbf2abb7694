//! A person at mouse and keyboard: `xdotool` on the test desktop, whose input low-level hooks hear as a device's.

use std::{
    path::Path,
    process::Command,
    sync::{
        atomic::{AtomicU32, Ordering},
        mpsc::Receiver,
    },
    time::{Duration, Instant},
};

use host_windows::desk::{Answer, Badge, Desk, DeskConfig, DeskEvent, Image, Question};
use model::{Rect, SecretText};
use windows::{
    Win32::{
        Foundation::{HWND, LPARAM, RECT, WPARAM},
        UI::{
            Input::KeyboardAndMouse::IsWindowEnabled,
            WindowsAndMessaging::{
                FindWindowW, GetDlgItem, GetWindowRect, IsWindowVisible, PostMessageW, WM_COMMAND,
            },
        },
    },
    core::{PCWSTR, w},
};

use crate::program::Turn;

const XDOTOOL: &str = r"Z:\usr\bin\xdotool";

/// Whether there is a person to play; elsewhere than on the test desktop there is none, and such tests show nothing.
pub fn is_there() -> bool {
    let there = Path::new(XDOTOOL).exists();
    if !there {
        eprintln!("not shown here: nobody to press keys and buttons");
    }
    there
}

/// Runs `xdotool` to its end. Wine starts programs of Linux without a handle to wait for, so a file says that it has ended.
pub fn does(words: &[&str]) {
    static COUNT: AtomicU32 = AtomicU32::new(0);
    let number = COUNT.fetch_add(1, Ordering::Relaxed);
    let done = format!("/tmp/winwarden-person-{}-{number}", std::process::id());
    let script = format!("/usr/bin/xdotool {} && : > {done}", words.join(" "));
    drop(Command::new(r"Z:\bin\sh").args(["-c", &script]).spawn().unwrap());
    let file = format!("Z:{}", done.replace('/', r"\"));
    assert!(eventually(|| std::fs::remove_file(&file).ok()).is_some(), "{words:?}");
}

/// Clicks in the middle of a window or control.
pub fn clicks(window: HWND) {
    let (x, y) = middle(window);
    does(&["mousemove", &x.to_string(), &y.to_string(), "click", "1"]);
}

pub fn middle(window: HWND) -> (i32, i32) {
    let mut at = RECT::default();
    // SAFETY: the rectangle lives through the call.
    unsafe { GetWindowRect(window, &raw mut at) }.unwrap();
    ((at.left + at.right) / 2, (at.top + at.bottom) / 2)
}

/// A desk, alone on the desktop.
pub struct Stage {
    pub desk: Desk,
    pub events: Receiver<DeskEvent>,
    _turn: Turn,
}

impl Stage {
    pub fn new() -> Self {
        host_windows::system::see_real_pixels(); // in which the person moves the pointer
        let turn = Turn::take();
        let (sender, events) = std::sync::mpsc::channel();
        let stop_key = "Ctrl+Alt+Pause".parse().unwrap();
        let desk = Desk::start(DeskConfig { stop_key, badge: true }, sender).unwrap();
        Self { desk, events, _turn: turn }
    }

    /// The next event, within three seconds.
    pub fn event(&self) -> Option<DeskEvent> {
        self.events.recv_timeout(Duration::from_secs(3)).ok()
    }

    /// Whether nothing happens for half a second.
    pub fn is_calm(&self) -> bool {
        self.events.recv_timeout(Duration::from_millis(500)).is_err()
    }

    /// The badge that says this, once it is shown.
    pub fn badge(&self, badge: Badge, title: PCWSTR) -> HWND {
        self.desk.show(badge);
        shown(title).unwrap()
    }
}

pub const DIALOG: PCWSTR = w!("winwarden: approval needed");

/// The window of a desk with this title, once it is shown.
pub fn shown(title: PCWSTR) -> Option<HWND> {
    eventually(|| {
        // SAFETY: constant names; takes any window.
        unsafe {
            FindWindowW(w!("winwarden-desk"), title).ok().filter(|window| IsWindowVisible(*window).as_bool())
        }
    })
}

/// The dialog once its buttons are on.
pub fn dialog() -> HWND {
    let dialog = shown(DIALOG).unwrap();
    // SAFETY: takes any window.
    eventually(|| unsafe { IsWindowEnabled(control(dialog, ONCE)) }.as_bool().then_some(())).unwrap();
    dialog
}

pub const FACTS: i32 = 101;
pub const ONCE: i32 = 110;
pub const ANSWERS: [(i32, Answer); 4] =
    [(110, Answer::Once), (111, Answer::ForThisTarget), (112, Answer::No), (113, Answer::NoAndStop)];
pub const BADGE_BUTTON: i32 = 120;

pub fn control(window: HWND, id: i32) -> HWND {
    // SAFETY: takes any window.
    unsafe { GetDlgItem(Some(window), id) }.unwrap()
}

/// Posts to a window what its button would say of itself.
pub fn pretend(window: HWND, id: i32) {
    let from = LPARAM(control(window, id).0.expose_provenance().cast_signed());
    let id = WPARAM(usize::try_from(id).unwrap());
    // SAFETY: takes any window; the message carries an id and a handle.
    unsafe { PostMessageW(Some(window), WM_COMMAND, id, from) }.unwrap();
}

pub fn eventually<T>(look: impl Fn() -> Option<T>) -> Option<T> {
    let until = Instant::now() + Duration::from_secs(10);
    loop {
        let found = look();
        if found.is_some() || Instant::now() > until {
            return found;
        }
        std::thread::sleep(Duration::from_millis(5));
    }
}

/// The next answer, within three seconds.
pub fn answered(answers: &Receiver<Answer>) -> Option<Answer> {
    answers.recv_timeout(Duration::from_secs(3)).ok()
}

/// Whether no answer comes for half a second, though one still may.
pub fn stays_open(answers: &Receiver<Answer>) -> bool {
    answers.recv_timeout(Duration::from_millis(500)) == Err(std::sync::mpsc::RecvTimeoutError::Timeout)
}

pub fn question(expires_in: Duration) -> Question {
    let fact = |label: &str, text: &str| (label.to_owned(), text.to_owned());
    Question {
        heading: "Claude Desktop wants to click `Delete permanently`".to_owned(),
        facts: vec![
            fact("Action", "click the left mouse button once"),
            fact("Element", "button \"Delete permanently\" in the dialog \"Delete Multiple Items\""),
            fact("Program", r"C:\Program Files\Contoso Files\bin\contoso-files.exe (signed by Contoso Ltd.)"),
            fact("Asked by", r"C:\Users\anna\AppData\Local\AnthropicClaude\claude.exe"),
            fact(
                "Why",
                "destructive buttons ask (assistant-destroy): \"Deleting, sending and paying need a person.\"",
            ),
            fact("Changes", "12 files in D:\\Pictures\\2024 are deleted; they do not go to the Recycle Bin"),
            fact(
                "Tainted by",
                "https://example.com/instructions.html, 2 minutes ago\nthe clipboard, 1 minute ago",
            ),
        ],
        picture: Some(picture()),
        irreversible: Some("files that are deleted permanently cannot be restored by winwarden.".to_owned()),
        code: Some(SecretText::new("482 913".to_owned())),
        expires_in,
    }
}

/// A window as a program may draw it.
fn picture() -> Image {
    let (width, height) = (480_u32, 300_u32);
    let inside = |x: u32, y: u32, rect: (u32, u32, u32, u32)| {
        (rect.0..rect.2).contains(&x) && (rect.1..rect.3).contains(&y)
    };
    let rgba = (0..height)
        .flat_map(|y| (0..width).map(move |x| (x, y)))
        .flat_map(|(x, y)| {
            let lines = inside(x, y, (30, 60, 420, 200)) && y % 20 < 4;
            match (y < 32, inside(x, y, (320, 240, 450, 275)), lines) {
                (true, _, _) => [40, 80, 140, 255],
                (_, true, _) => [200, 60, 60, 255],
                (_, _, true) => [90, 90, 90, 255],
                (_, _, _) => [245, 245, 245, 255],
            }
        })
        .collect();
    Image { width, height, rgba, mark: Some(Rect::new(320, 240, 450, 275)) }
}
