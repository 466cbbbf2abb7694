//! Text and keys, as real programs receive them.

use std::{sync::atomic::Ordering, time::Duration};

use host_windows::{
    act::{Action, Aim, Desk, SystemDesk, perform},
    input::{Hands, SystemHands, Vk},
    source::Job,
};
use model::{Acted, Code, Fault, Means, ReadBack, SecretText, TypeMode, keys::Chord, ui::Role};
use testapps::ids;

use crate::program::{Controls, Program, job, text_of};

fn type_into(program: &Program, id: u16, text: &str, mode: TypeMode, job: &Job) -> Result<Acted, Fault> {
    let (window, node) = (program.window(), program.node(id, Role::Edit));
    let text = SecretText::new(text.into());
    let action = Action::Type { text: &text, mode, submit: false };
    let aim = Aim { window: &window, node: Some(node), point: None };
    perform(&action, &aim, &mut Controls, &mut SystemDesk::default(), job)
}

fn press(program: &Program, chords: &[&str]) -> Result<Acted, Fault> {
    let window = program.window();
    let chords: Vec<Chord> = chords.iter().map(|chord| chord.parse().unwrap()).collect();
    let aim = Aim { window: &window, node: None, point: None };
    perform(&Action::Keys(&chords), &aim, &mut Controls, &mut SystemDesk::default(), &job())
}

/// Looks at every key and button there is.
fn assert_nothing_is_pressed() {
    let hands = SystemHands::aimed_at(0);
    let down: Vec<u16> = (1..=0xFE).filter(|vk| hands.is_down(Vk(*vk))).collect();
    assert!(down.is_empty(), "{down:x?}");
}

#[test]
fn text_of_every_kind_arrives_exactly() {
    let program = Program::start("form", &[]);
    let text = "Zoë 😀👩\u{200d}👧 naïve e\u{301}\u{323} שלום עולם العربية ไทย 日本語 \u{2028}« ß & < \" end";
    let acted = type_into(&program, ids::form::NAME, text, TypeMode::Replace, &job()).unwrap();
    assert_eq!(acted.means, Means::Input);
    assert_eq!(text_of(program.control(ids::form::NAME)), text);
    assert_eq!(acted.read_back, Some(ReadBack::Holds { chars: text.chars().count() as u64 }));
    assert_nothing_is_pressed();
}

#[test]
fn lines_arrive_as_lines_and_long_text_whole() {
    let program = Program::start("form", &[]);
    let notes = program.control(ids::form::NOTES);
    let text: String = (0..40).map(|line| format!("line {line} of some text that is not short\n")).collect();
    let acted = type_into(&program, ids::form::NOTES, &text, TypeMode::Replace, &job()).unwrap();
    assert_eq!(text_of(notes).replace("\r\n", "\n"), text);
    assert!(matches!(acted.read_back, Some(ReadBack::Holds { .. })), "{acted:?}");
}

#[test]
fn replacing_leaves_nothing_of_what_was_there() {
    let program = Program::start("form", &[]);
    for text in ["first text", "second"] {
        type_into(&program, ids::form::NAME, text, TypeMode::Replace, &job()).unwrap();
    }
    assert_eq!(text_of(program.control(ids::form::NAME)), "second");
}

#[test]
fn a_cancel_lets_at_most_one_chunk_arrive_and_leaves_no_key_down() {
    let program = Program::start("slowedit", &["--delay", "4"]);
    let edit = program.control(ids::EDIT);
    let job = job();
    let cancel = job.cancelled.clone();
    let watcher = std::thread::spawn(move || {
        while text_of(edit).len() < 100 {
            std::thread::sleep(Duration::from_millis(5));
        }
        cancel.store(true, Ordering::Relaxed);
        text_of(edit).len()
    });
    let fault = type_into(&program, ids::EDIT, &"x".repeat(1000), TypeMode::Insert, &job).unwrap_err();
    let before = watcher.join().unwrap();
    let mut after = 0;
    while after < text_of(edit).len() {
        after = text_of(edit).len();
        std::thread::sleep(Duration::from_millis(500)); // time for what is on its way
    }
    assert_eq!(fault.code, Code::Cancelled);
    assert!(fault.message.contains("of 1000 characters were typed"), "{fault}");
    assert!(after - before <= 32, "{before} then {after}");
    assert_eq!(after % 32, 0, "whole chunks only");
    assert_nothing_is_pressed();
}

#[test]
fn time_that_runs_out_stops_typing_and_says_how_far_it_got() {
    let program = Program::start("slowedit", &["--delay", "10"]);
    let mut job = job();
    job.deadline = std::time::Instant::now() + Duration::from_millis(900);
    let fault = type_into(&program, ids::EDIT, &"x".repeat(1000), TypeMode::Insert, &job).unwrap_err();
    assert_eq!(fault.code, Code::Timeout);
    assert!(fault.message.contains("characters were typed"), "{fault}");
    assert_nothing_is_pressed();
}

#[test]
fn typing_stops_when_another_window_takes_the_keyboard() {
    let program = Program::start("slowedit", &["--delay", "4"]);
    let edit = program.control(ids::EDIT);
    let thief = std::thread::spawn(move || {
        while text_of(edit).len() < 40 {
            std::thread::sleep(Duration::from_millis(5));
        }
        let thief = Program::beside("keys", &["--title", "Thief"]);
        SystemDesk::default().call_forward(thief.hwnd, true);
        thief
    });
    let fault = type_into(&program, ids::EDIT, &"x".repeat(1000), TypeMode::Insert, &job()).unwrap_err();
    let mut other = thief.join().unwrap();
    assert_eq!(fault.code, Code::WrongWindow);
    assert!(fault.message.contains("`Thief`"), "{fault}");
    let stray = other.events("key").iter().filter(|key| key["kind"] == "char").count();
    assert!(stray <= 32, "{stray} characters went to another window");
}

#[test]
fn a_combination_arrives_with_what_is_held_and_is_released() {
    let mut program = Program::start("keys", &[]);
    press(&program, &["Ctrl+Shift+S", "F5", "Alt+Delete", "a"]).unwrap();
    let keys = program.events("key");
    let downs: Vec<u64> = keys
        .iter()
        .filter(|key| key["kind"] == "down" || key["kind"] == "sys_down")
        .map(|key| key["vk"].as_u64().unwrap())
        .collect();
    assert_eq!(downs, [0x11, 0x10, 0x53, 0x74, 0x12, 0x2E, 0x41], "{keys:#?}");
    let delete = keys.iter().find(|key| key["vk"] == 0x2E).unwrap();
    assert_eq!(delete["extended"], true);
    let ups = keys.iter().filter(|key| key["kind"] == "up" || key["kind"] == "sys_up").count();
    assert_eq!(ups, downs.len());
    assert_nothing_is_pressed();
}

#[test]
fn keys_that_open_a_dialog_stop_before_the_next_ones_reach_it() {
    let program = Program::start("form", &[]);
    let node = program.node(ids::form::DELETE, Role::Button);
    let window = program.window();
    let aim = Aim { window: &window, node: Some(node), point: None };
    let chords: Vec<Chord> = ["Space", "Enter", "Enter"].iter().map(|chord| chord.parse().unwrap()).collect();
    let fault = perform(&Action::Keys(&chords), &aim, &mut Controls, &mut SystemDesk::default(), &job());
    let fault = fault.unwrap_err();
    assert_eq!(fault.code, Code::WrongWindow);
    assert!(fault.message.contains("1 of 3") || fault.message.contains("0 of 3"), "{fault}");
}

#[test]
fn forbidden_combinations_reach_no_one() {
    let mut program = Program::start("keys", &[]);
    for chord in ["Win+L", "Ctrl+Alt+Delete"] {
        assert_eq!(press(&program, &[chord]).unwrap_err().code, Code::ForbiddenKeys);
    }
    assert_eq!(program.events("key").len(), 0);
}
