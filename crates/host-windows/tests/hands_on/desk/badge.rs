//! The badge.

use host_windows::{
    capture::{Camera, Hide, Subject, SystemCamera, take},
    desk::{Badge, DeskEvent},
};
use model::SecretText;
use windows::{
    Win32::UI::WindowsAndMessaging::{BM_CLICK, GetForegroundWindow, IsWindow, SendMessageW},
    core::{PCWSTR, w},
};

use super::person::{self, BADGE_BUTTON, Stage, clicks, control, eventually, pretend};
use crate::{
    pictures::{everything, keep, request},
    program::job,
};

const WORKING: PCWSTR = w!("winwarden: An agent is working");
const STOPPED: PCWSTR = w!("winwarden: Sessions are stopped");

fn working() -> Badge {
    Badge::Working { label: "Claude Desktop, session 7".to_owned() }
}

fn stopped() -> Badge {
    Badge::Stopped {
        label: "Claude Desktop, session 7".to_owned(),
        code: Some(SecretText::new("482 913".to_owned())),
    }
}

fn picture(name: &str) {
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
    keep(&picture, name);
}

#[test]
fn a_person_stops_and_resumes_with_it() {
    if !person::is_there() {
        return;
    }
    let stage = Stage::new();
    let badge = stage.badge(working(), WORKING);
    // SAFETY: a plain call.
    assert_ne!(unsafe { GetForegroundWindow() }, badge);
    picture("badge-working.png");
    // Where the machine stands still, a press is too old when it arrives: a person presses again.
    let press = |badge| {
        clicks(control(badge, BADGE_BUTTON));
        stage.event()
    };
    assert_eq!(press(badge).or_else(|| press(badge)), Some(DeskEvent::StopButton));
    let badge = stage.badge(stopped(), STOPPED);
    clicks(control(badge, BADGE_BUTTON)); // the second click of a double one
    assert!(stage.is_calm());
    picture("badge-stopped.png");
    std::thread::sleep(std::time::Duration::from_millis(700));
    assert_eq!(press(badge).or_else(|| press(badge)), Some(DeskEvent::ResumeButton));
    stage.desk.show(Badge::Hidden);
    // SAFETY: takes any window.
    assert!(eventually(|| (!unsafe { IsWindow(Some(badge)) }.as_bool()).then_some(())).is_some());
}

#[test]
fn programs_neither_stop_nor_resume_with_it() {
    let stage = Stage::new();
    for (badge, title) in [(working(), WORKING), (stopped(), STOPPED)] {
        let badge = stage.badge(badge, title);
        std::thread::sleep(std::time::Duration::from_millis(750));
        // SAFETY: takes any window.
        unsafe { SendMessageW(control(badge, BADGE_BUTTON), BM_CLICK, None, None) };
        pretend(badge, BADGE_BUTTON);
        assert!(stage.is_calm());
    }
}
