//! The stop key, what the person last did, the lock, and the end of a desk.

use std::time::{Duration, Instant};

use host_windows::{
    desk::{Badge, Desk, DeskConfig, DeskEvent},
    input::{Event, Hands, SystemHands, Vk},
};
use model::Point;
use windows::{
    Win32::{
        Foundation::{LPARAM, WPARAM},
        UI::{
            Input::KeyboardAndMouse::{MOD_ALT, MOD_CONTROL, RegisterHotKey, UnregisterHotKey, VK_PAUSE},
            WindowsAndMessaging::{FindWindowExW, HWND_MESSAGE, PostMessageW, WM_WTSSESSION_CHANGE},
        },
    },
    core::w,
};

use super::person::{self, Stage, eventually};
use crate::program::Program;

/// One move of the pointer may be heard as several.
const SETTLED: Duration = Duration::from_millis(200);

const STOP: [Vk; 3] = [Vk::CTRL, Vk::ALT, Vk(0x03)];

#[test]
fn a_person_stops_with_the_key_and_a_program_does_not() {
    if !person::is_there() {
        return;
    }
    let stage = Stage::new();
    let _front = Program::beside("form", &[]);
    let down = STOP.map(Event::KeyDown);
    let up = STOP.map(Event::KeyUp);
    SystemHands::aimed_at(0).play(&down);
    SystemHands::aimed_at(0).play(&up);
    assert!(stage.is_calm());
    person::does(&["key", "ctrl+alt+Pause"]);
    assert_eq!(stage.event(), Some(DeskEvent::StopKey));
    assert!(stage.is_calm(), "one press is told once");
    person::does(&["key", "alt+Pause"]);
    assert!(stage.is_calm());
    person::does(&["key", "ctrl+alt+Pause"]);
    assert_eq!(stage.event(), Some(DeskEvent::StopKey));
}

#[test]
fn the_key_stops_though_another_program_has_it() {
    if !person::is_there() {
        return;
    }
    let other = Stage::new();
    let _front = Program::beside("form", &[]);
    let (sender, events) = std::sync::mpsc::channel();
    let config = DeskConfig { stop_key: "Ctrl+Alt+Pause".parse().unwrap(), badge: false };
    let _second = Desk::start(config, sender).unwrap();
    let next = || events.recv_timeout(Duration::from_secs(3));
    assert!(matches!(next(), Ok(DeskEvent::KeyNotRegistered(_))));
    person::does(&["key", "ctrl+alt+Pause"]);
    assert_eq!(next(), Ok(DeskEvent::StopKey));
    assert_eq!(other.event(), Some(DeskEvent::StopKey));
}

#[test]
fn only_what_a_person_does_counts_as_their_input() {
    if !person::is_there() {
        return;
    }
    let stage = Stage::new();
    let _front = Program::beside("form", &[]);
    person::does(&["mousemove", "300", "300"]);
    let first =
        eventually(|| stage.desk.last_user_input().filter(|input| input.elapsed() > SETTLED)).unwrap();
    let mut hands = SystemHands::aimed_at(0);
    hands.play(&[Event::Move(Point { x: 400, y: 400 }), Event::KeyDown(Vk::SHIFT), Event::KeyUp(Vk::SHIFT)]);
    std::thread::sleep(Duration::from_millis(300));
    assert_eq!(stage.desk.last_user_input(), Some(first));
    for act in [["mousemove", "310", "310"].as_slice(), &["key", "a"]] {
        let (before, now) = (stage.desk.last_user_input(), Instant::now());
        std::thread::sleep(Duration::from_millis(5));
        person::does(act);
        let after = eventually(|| stage.desk.last_user_input().filter(|input| Some(*input) > before));
        assert!(after.is_some_and(|after| after >= now), "{act:?}");
    }
}

#[test]
fn the_lock_of_the_session_is_told() {
    let stage = Stage::new();
    // SAFETY: constant names.
    let hidden = unsafe { FindWindowExW(Some(HWND_MESSAGE), None, w!("winwarden-desk"), None) }.unwrap();
    for (what, event) in [(7, DeskEvent::Locked), (8, DeskEvent::Unlocked)] {
        // SAFETY: takes any window; the message carries numbers.
        unsafe { PostMessageW(Some(hidden), WM_WTSSESSION_CHANGE, WPARAM(what), LPARAM(1)) }.unwrap();
        assert_eq!(stage.event(), Some(event));
    }
}

/// Whether the hot key can be had.
fn key_is_free() -> bool {
    // SAFETY: without a window it is this thread's, and is given back at once.
    unsafe {
        let free = RegisterHotKey(None, 1, MOD_CONTROL | MOD_ALT, u32::from(VK_PAUSE.0)).is_ok();
        let _ = UnregisterHotKey(None, 1);
        free
    }
}

#[test]
fn a_desk_that_ends_gives_everything_back_at_once_and_a_second_one_says_that_the_key_is_taken() {
    let stage = Stage::new();
    assert!(!key_is_free());
    stage.desk.show(Badge::Working { label: "x".to_owned() });
    let _asked = stage.desk.ask(person::question(Duration::from_secs(60)));
    person::dialog();
    let (sender, events) = std::sync::mpsc::channel();
    let config = DeskConfig { stop_key: "Ctrl+Alt+Pause".parse().unwrap(), badge: false };
    let second = Desk::start(config, sender).unwrap();
    match events.recv_timeout(Duration::from_secs(3)) {
        Ok(DeskEvent::KeyNotRegistered(text)) => assert!(text.starts_with("Ctrl+Alt+Pause: "), "{text}"),
        other => panic!("{other:?}"),
    }
    drop(second);
    let Stage { desk, .. } = stage;
    let began = Instant::now();
    drop(desk);
    let took = began.elapsed();
    assert!(key_is_free());
    assert!(took < Duration::from_millis(500), "{took:?}"); // 100 ms, on a machine that does nothing else
    eprintln!("a desk ended in {took:?}");
}
