//! The approval dialog.

use std::{
    sync::mpsc::RecvTimeoutError,
    time::{Duration, Instant},
};

use host_windows::{
    act::{Desk, SystemDesk},
    capture::{Camera, Hide, Subject, SystemCamera, take},
    desk::{Answer, Badge},
    input::{Event, Hands, SystemHands, Vk},
};
use model::{Button, Point};
use testapps::ids;
use windows::{
    Win32::{
        Foundation::{HWND, LPARAM, RECT, WPARAM},
        UI::{
            Input::KeyboardAndMouse::IsWindowEnabled,
            WindowsAndMessaging::{
                BM_CLICK, EnumChildWindows, FindWindowExW, GetForegroundWindow, GetWindowRect,
                GetWindowThreadProcessId, HWND_MESSAGE, IsWindow, PostMessageW, PostThreadMessageW, SW_HIDE,
                SWP_NOACTIVATE, SWP_NOSIZE, SWP_NOZORDER, SendMessageW, SetWindowPos, ShowWindow, WM_CLOSE,
                WM_COMMAND, WM_QUIT,
            },
        },
    },
    core::{BOOL, w},
};

use super::person::{
    self, ANSWERS, DIALOG, FACTS, ONCE, Stage, answered, clicks, control, dialog, eventually, middle,
    pretend, question, shown, stays_open,
};
use crate::{
    pictures::{everything, keep, request},
    program::{Program, hwnd, job, text_of},
};

const LONG: Duration = Duration::from_secs(60);

#[test]
fn each_button_is_an_answer_when_a_person_clicks_it() {
    if !person::is_there() {
        return;
    }
    let stage = Stage::new();
    for (id, answer) in ANSWERS {
        let asked = stage.desk.ask(question(LONG));
        let window = dialog();
        clicks(control(window, id));
        assert_eq!(answered(asked.answers()), Some(answer));
        // SAFETY: takes any window.
        assert!(eventually(|| (!unsafe { IsWindow(Some(window)) }.as_bool()).then_some(())).is_some());
    }
}

#[test]
fn what_programs_press_is_no_answer() {
    let stage = Stage::new();
    let asked = stage.desk.ask(question(LONG));
    let window = dialog();
    for (id, answer) in ANSWERS {
        let button = control(window, id);
        // SAFETY: takes any windows; the messages carry an id and a handle.
        unsafe {
            SendMessageW(button, BM_CLICK, None, None);
            PostMessageW(Some(button), BM_CLICK, WPARAM(0), LPARAM(0)).unwrap();
            let from = LPARAM(button.0.expose_provenance().cast_signed());
            SendMessageW(window, WM_COMMAND, Some(WPARAM(usize::try_from(id).unwrap())), Some(from));
        }
        pretend(window, id);
        let (x, y) = middle(button);
        let mut hands = SystemHands::aimed_at(0);
        let at = Point { x, y };
        hands.play(&[
            Event::Move(at),
            Event::ButtonDown(Button::Left, at),
            Event::ButtonUp(Button::Left, Some(at)),
        ]);
        assert!(stays_open(asked.answers()), "{answer:?}");
        // The click has given it the keyboard.
        for key in [Vk::SPACE, Vk::ENTER] {
            hands.play(&[Event::KeyDown(key), Event::KeyUp(key)]);
            assert!(stays_open(asked.answers()), "{answer:?} by {key:?}");
        }
    }
}

#[test]
fn a_click_of_a_person_elsewhere_lends_itself_to_no_button() {
    if !person::is_there() {
        return;
    }
    let stage = Stage::new();
    let asked = stage.desk.ask(question(LONG));
    let window = dialog();
    clicks(control(window, FACTS));
    pretend(window, ONCE);
    assert!(stays_open(asked.answers()));
    person::does(&["key", "space"]); // the text has the keyboard
    pretend(window, ONCE);
    assert!(stays_open(asked.answers()));
    clicks(control(window, ONCE));
    assert_eq!(answered(asked.answers()), Some(Answer::Once));
}

#[test]
fn buttons_do_nothing_for_the_first_moment() {
    if !person::is_there() {
        return;
    }
    let stage = Stage::new();
    let began = Instant::now();
    let asked = stage.desk.ask(question(LONG));
    let window = shown(DIALOG).unwrap();
    let button = control(window, ONCE);
    let (x, y) = middle(button);
    // Pressed before, released after the buttons are on.
    person::does(&["mousemove", &x.to_string(), &y.to_string(), "mousedown", "1"]);
    // SAFETY: takes any window.
    let on = unsafe { IsWindowEnabled(button) }.as_bool();
    assert!(!on, "too late to show anything: {:?}", began.elapsed());
    dialog();
    assert!(began.elapsed() >= Duration::from_millis(700), "{:?}", began.elapsed());
    person::does(&["mouseup", "1"]);
    pretend(window, ONCE);
    assert!(stays_open(asked.answers()));
    clicks(button);
    assert_eq!(answered(asked.answers()), Some(Answer::Once));
}

#[test]
fn a_dialog_that_a_program_moves_under_the_pointer_takes_no_press_for_a_moment() {
    if !person::is_there() {
        return;
    }
    let stage = Stage::new();
    let asked = stage.desk.ask(question(LONG));
    let window = dialog();
    let (x, y) = middle(control(window, ONCE));
    person::does(&["mousemove", &(x - 90).to_string(), &(y - 50).to_string()]);
    let mut at = RECT::default();
    // SAFETY: takes any window; the rectangle lives through the call.
    unsafe {
        GetWindowRect(window, &raw mut at).unwrap();
        SetWindowPos(
            window,
            None,
            at.left - 90,
            at.top - 50,
            0,
            0,
            SWP_NOSIZE | SWP_NOZORDER | SWP_NOACTIVATE,
        )
    }
    .unwrap();
    person::does(&["click", "1"]);
    assert!(stays_open(asked.answers()));
    clicks(control(dialog(), ONCE));
    assert_eq!(answered(asked.answers()), Some(Answer::Once));
}

#[test]
fn no_message_ends_the_desk_and_a_dialog_that_a_program_hides_comes_back() {
    let stage = Stage::new();
    let asked = stage.desk.ask(question(LONG));
    let window = dialog();
    // SAFETY: constant names; takes any windows and threads; the messages carry nothing.
    unsafe {
        let hidden = FindWindowExW(Some(HWND_MESSAGE), None, w!("winwarden-desk"), None).unwrap();
        PostMessageW(Some(hidden), WM_CLOSE, WPARAM(0), LPARAM(0)).unwrap();
        PostThreadMessageW(GetWindowThreadProcessId(window, None), WM_QUIT, WPARAM(0), LPARAM(0)).unwrap();
        let _ = ShowWindow(window, SW_HIDE);
    }
    assert_eq!(shown(DIALOG), Some(window));
    // SAFETY: takes any window.
    assert!(!unsafe { IsWindowEnabled(control(window, ONCE)) }.as_bool());
    assert!(stays_open(asked.answers()));
    stage.desk.show(Badge::Working { label: "x".to_owned() });
    assert!(shown(w!("winwarden: An agent is working")).is_some());
}

#[test]
fn it_comes_up_beside_what_is_typed_elsewhere_and_is_answered_by_keys_once_a_person_turns_to_it() {
    if !person::is_there() {
        return;
    }
    let stage = Stage::new();
    let program = Program::beside("form", &["--title", "Typed into"]);
    let asked = stage.desk.ask(question(LONG));
    let window = dialog();
    // SAFETY: a plain call.
    assert_ne!(unsafe { GetForegroundWindow() }, window, "it took the keyboard from {}", program.hwnd);
    person::does(&["key", "space", "Return"]);
    assert!(stays_open(asked.answers()));
    clicks(control(window, FACTS));
    person::does(&["key", "Return"]); // no button is the default
    assert!(stays_open(asked.answers()));
    person::does(&["key", "Tab", "Tab", "space"]);
    assert_eq!(answered(asked.answers()), Some(Answer::ForThisTarget));
    let asked = stage.desk.ask(question(LONG));
    clicks(control(dialog(), FACTS));
    person::does(&["key", "shift+Tab"]);
    person::does(&["key", "shift+Tab", "Return"]);
    assert_eq!(answered(asked.answers()), Some(Answer::No));
    let asked = stage.desk.ask(question(LONG));
    clicks(control(dialog(), FACTS));
    person::does(&["key", "Escape"]);
    assert_eq!(answered(asked.answers()), Some(Answer::Closed));
}

#[test]
fn an_answer_comes_once_what_was_in_front_is_there_again() {
    if !person::is_there() {
        return;
    }
    let stage = Stage::new();
    let program = Program::beside("hang", &["--title", "In front"]);
    let (desk, at) = (SystemDesk::default(), program.hwnd);
    let keyboard = desk.keyboard(at);
    assert_ne!((desk.foreground(), keyboard), (at, 0));
    for busy in [1, 500] {
        let asked = stage.desk.ask(question(LONG));
        let window = dialog();
        clicks(control(window, FACTS));
        assert!(eventually(|| (desk.keyboard(at) != keyboard).then_some(())).is_some());
        // SAFETY: takes any window; the message carries a number.
        unsafe { PostMessageW(Some(hwnd(at)), ids::ACT, WPARAM(busy), LPARAM(0)) }.unwrap();
        clicks(control(window, ONCE));
        assert_eq!(answered(asked.answers()), Some(Answer::Once));
        assert_eq!((desk.foreground(), desk.keyboard(at)), (at, keyboard));
    }
}

#[test]
fn a_question_expires_alone_or_while_it_waits_for_another() {
    let stage = Stage::new();
    let first = stage.desk.ask(question(Duration::from_millis(1500)));
    let second = stage.desk.ask(question(Duration::from_millis(300)));
    assert_eq!(answered(second.answers()), Some(Answer::Expired));
    assert_eq!(answered(first.answers()), Some(Answer::Expired));
}

#[test]
fn a_question_that_is_withdrawn_goes_and_the_next_comes() {
    let stage = Stage::new();
    let first = stage.desk.ask(question(LONG));
    let second = stage.desk.ask(question(LONG));
    let window = shown(DIALOG).unwrap();
    drop(first);
    // SAFETY: takes any window.
    assert!(eventually(|| (!unsafe { IsWindow(Some(window)) }.as_bool()).then_some(())).is_some());
    assert!(shown(DIALOG).is_some());
    let Stage { desk, .. } = stage;
    drop(desk);
    assert_eq!(second.answers().recv_timeout(LONG), Err(RecvTimeoutError::Disconnected));
}

#[test]
fn no_window_tells_the_code_and_the_facts_are_all_there() {
    let stage = Stage::new();
    let asked = stage.desk.ask(question(LONG));
    let window = dialog();
    let texts = texts(window);
    let all = texts.join("|");
    assert!(!all.contains("482") && !all.contains("913"), "{all}");
    for part in
        ["Delete permanently", "contoso-files.exe", "Recycle Bin", "cannot be undone", "the clipboard"]
    {
        assert!(all.contains(part), "{part} is not in {all}");
    }
    let screen = Subject::Area(SystemCamera.screen());
    let picture = take(
        screen,
        &request(model::PictureFormat::Png),
        &[],
        Hide { own: &[], cover: &everything() },
        &mut SystemCamera,
        &job(),
    )
    .unwrap();
    keep(&picture, "dialog.png");
    drop(asked);
}

/// The texts of a window's controls.
fn texts(window: HWND) -> Vec<String> {
    let mut controls: Vec<u64> = Vec::new();
    let all = LPARAM((&raw mut controls).expose_provenance().cast_signed());
    // SAFETY: `remember` gets back the address of `controls`, which outlives the call.
    let _ = unsafe { EnumChildWindows(Some(window), Some(remember), all) };
    controls.into_iter().map(text_of).collect()
}

extern "system" fn remember(control: HWND, all: LPARAM) -> BOOL {
    let all: *mut Vec<u64> = std::ptr::with_exposed_provenance_mut(all.0.cast_unsigned());
    // SAFETY: `texts` passes the address of its vector, which nothing else touches meanwhile.
    unsafe { &mut *all }.push(control.0.expose_provenance() as u64);
    true.into()
}

#[test]
fn a_giant_question_with_hostile_text_is_shown_whole_on_the_screen() {
    let stage = Stage::new();
    let mut giant = question(LONG);
    giant.heading = "W".repeat(2000);
    giant.facts =
        (0..200).map(|n| (format!("Label {n} {}", "x".repeat(90)), "y\u{202e}\n".repeat(2000))).collect();
    giant.irreversible = Some("z ".repeat(2000));
    giant.picture = Some(host_windows::desk::Image { width: 9, height: 9, rgba: vec![0; 5], mark: None });
    let _asked = stage.desk.ask(giant);
    let window = dialog();
    let screen = SystemCamera.screen();
    for (id, answer) in ANSWERS {
        let (x, y) = middle(control(window, id));
        assert!(screen.contains(Point { x, y }), "{answer:?} is at {x},{y}");
    }
    let subject = Subject::Area(screen);
    let picture = take(
        subject,
        &request(model::PictureFormat::Png),
        &[],
        Hide { own: &[], cover: &everything() },
        &mut SystemCamera,
        &job(),
    )
    .unwrap();
    keep(&picture, "dialog-giant.png");
}
