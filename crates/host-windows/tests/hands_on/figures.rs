//! How long things take here, for those who want to know: run with `--run-ignored all`.

use std::time::{Duration, Instant};

use host_windows::{
    act::{Action, Aim, SystemDesk, perform},
    capture::{Camera, Subject, SystemCamera, take},
    input::{Event, Hands, SystemHands},
};
use model::{
    Area, Button, PictureFormat, ScreenshotRequest, SecretText, TypeMode, keys::Modifiers, ui::Role,
};
use testapps::ids;

use crate::program::{Controls, Program, job, text_of};

fn median(mut times: Vec<Duration>) -> Duration {
    times.sort();
    times[times.len() / 2]
}

#[test]
#[ignore = "measures"]
fn figures() {
    let program = Program::start("form", &[]);
    let window = program.window();
    let node = program.node(ids::form::SUBSCRIBE, Role::CheckBox);
    let aim = Aim { window: &window, node: Some(node), point: None };
    let click = Action::Click { button: Button::Left, count: 1, modifiers: Modifiers::default() };
    let time = |work: &mut dyn FnMut()| {
        let start = Instant::now();
        work();
        start.elapsed()
    };
    let clicks = (0..40)
        .map(|_| {
            time(&mut || {
                perform(&click, &aim, &mut Controls, &mut SystemDesk::default(), &job()).unwrap();
            })
        })
        .collect();
    eprintln!("click by pointer p50 {:?}", median(clicks));

    let request = ScreenshotRequest {
        area: Area::Display(None),
        format: PictureFormat::Jpeg,
        max_bytes: 716_800,
        max_width: None,
        marks: false,
    };
    let subject = Subject::Area(SystemCamera.screen());
    let shots = (0..30)
        .map(|_| time(&mut || drop(take(subject, &request, &[], &[], &mut SystemCamera, &job()).unwrap())))
        .collect();
    eprintln!("screenshot jpeg p50 {:?}", median(shots));
    let grabs =
        (0..30).map(|_| time(&mut || drop(SystemCamera.grab(SystemCamera.screen()).unwrap()))).collect();
    eprintln!("of that the copy of the screen p50 {:?}", median(grabs));

    let notes = program.control(ids::form::NOTES);
    let aim = Aim { window: &window, node: Some(program.node(ids::form::NOTES, Role::Edit)), point: None };
    let text = SecretText::new("Some words, none of them long. ".repeat(40).chars().take(1000).collect());
    let typing = Action::Type { text: &text, mode: TypeMode::Insert, submit: false };
    let typed = time(&mut || {
        let acted = perform(&typing, &aim, &mut Controls, &mut SystemDesk::default(), &job()).unwrap();
        eprintln!("{:?}", acted.read_back);
    });
    let before = text_of(notes).len();
    let bare = time(&mut || {
        let events: Vec<Event> = text
            .expose()
            .encode_utf16()
            .flat_map(|unit| [Event::UnitDown(unit), Event::UnitUp(unit)])
            .collect();
        SystemHands::aimed_at(0).play(&events);
        while text_of(notes).len() < before + 1000 {
            std::thread::sleep(Duration::from_millis(1));
        }
    });
    eprintln!("1,000 characters typed {typed:?}, sent in one go {bare:?}");
}
