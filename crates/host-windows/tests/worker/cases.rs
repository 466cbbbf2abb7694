//! What windows do to calls.

use std::time::{Duration, Instant};

use model::{Code, Condition, Selector, Target, WindowSelector, ui::Role};
use testapps::ids;
use windows::Win32::{
    Foundation::{LPARAM, WPARAM},
    UI::WindowsAndMessaging::PostMessageW,
};

use crate::{
    program::{Program, hwnd},
    session::{Session, click, duration, picture, read, snapshot, wait},
};

type Test = (&'static str, fn());

pub const ALL: &[Test] = &[
    ("a_hung_window_costs_one_deadline_and_nothing_else", a_hung_window_costs_one_deadline_and_nothing_else),
    ("a_button_that_says_something_else_is_not_clicked", a_button_that_says_something_else_is_not_clicked),
    (
        "a_replaced_button_is_not_clicked_and_its_like_is_named",
        a_replaced_button_is_not_clicked_and_its_like_is_named,
    ),
    ("a_password_is_in_no_text", a_password_is_in_no_text),
    (
        "a_selector_that_fits_nothing_or_too_much_names_candidates",
        a_selector_that_fits_nothing_or_too_much_names_candidates,
    ),
    (
        "waits_end_when_it_is_so_when_time_is_up_and_when_cancelled",
        waits_end_when_it_is_so_when_time_is_up_and_when_cancelled,
    ),
    ("a_picture_with_marks_shows_a_window", a_picture_with_marks_shows_a_window),
];

/// Posts the message on which a test program does what it is for.
fn act(program: &Program) {
    // SAFETY: takes any value for a window; the message carries a number.
    unsafe { PostMessageW(Some(hwnd(program.hwnd)), ids::ACT, WPARAM(0), LPARAM(0)) }.unwrap();
}

fn a_hung_window_costs_one_deadline_and_nothing_else() {
    let mut hung = Program::start("hang", &["--title", "Stuck"]);
    let _other = Program::beside("form", &["--title", "Lively"]);
    let session = Session::start();
    let press = session.element("Stuck", Role::Button, "Press");
    act(&hung);
    hung.wait_for("hanging", |line| line["event"] == "hanging");
    let (_, looked) = session.begin(snapshot("Stuck"), 1500);
    let (_, clicked) = session.begin(click(press), 1500);
    let lively = session.call(snapshot("Lively"), 10_000).unwrap();
    assert!(lively["tree"]["nodes"].as_array().unwrap().len() > 5, "{lively:#}");
    // One deadline for what looks, and at most another for what finds its target first.
    let in_time = Duration::from_millis(2 * 1500 + 1200);
    let (seen, took) = looked.end();
    let seen = seen.unwrap();
    assert!(seen["tree"]["notes"].to_string().contains("not answer"), "{seen:#}");
    assert!(took < in_time, "{took:?}");
    let (ended, took) = clicked.end();
    let fault = ended.unwrap_err();
    assert_eq!(fault.code, Code::TargetNotResponding, "{fault}");
    assert!(fault.message.contains("Stuck"), "{fault}");
    assert!(took < in_time, "{took:?}");
    session.call(snapshot("Lively"), 10_000).unwrap();
    assert_eq!(gate::Host::report(&*session.host).worker_restarts, 0);
}

fn a_button_that_says_something_else_is_not_clicked() {
    let mut program = Program::start("morph", &["--variant", "rename"]);
    let session = Session::start();
    let button = session.element("Morph", Role::Button, "Save");
    act(&program);
    program.wait_for("morphed", |line| line["event"] == "morphed");
    let fault = session.call(click(button), 10_000).unwrap_err();
    assert_eq!(fault.code, Code::StaleElement, "{fault}");
    assert!(fault.elements.iter().any(|node| node.name == "Delete all"), "{:#?}", fault.elements);
    assert!(program.events("clicked").is_empty());
}

fn a_replaced_button_is_not_clicked_and_its_like_is_named() {
    let mut program = Program::start("morph", &["--variant", "recreate"]);
    let session = Session::start();
    let button = session.element("Morph", Role::Button, "Save");
    act(&program);
    program.wait_for("morphed", |line| line["event"] == "morphed");
    let fault = session.call(click(button), 10_000).unwrap_err();
    assert_eq!(fault.code, Code::StaleElement, "{fault}");
    assert!(program.events("clicked").is_empty());
    let like = fault.elements.iter().find(|node| node.name == "Save").unwrap();
    session.call(click(like.reference.unwrap()), 10_000).unwrap();
    assert_eq!(program.events("clicked").len(), 1);
}

fn a_password_is_in_no_text() {
    let _program = Program::start("form", &["--title", "Secretive", "--password", "hunter2"]);
    let session = Session::start();
    let shown = session.call(snapshot("Secretive"), 10_000).unwrap();
    let nodes = shown["tree"]["nodes"].as_array().unwrap();
    let field = nodes.iter().find(|node| node["states"]["password"] == true).unwrap();
    let field = field["ref"].as_str().unwrap().parse().unwrap();
    let fault = session.call(read(field), 10_000).unwrap_err();
    assert_eq!(fault.code, Code::NotSupportedByTarget, "{fault}");
    let whole = model::Operation::ReadText(model::ReadTextRequest {
        target: None,
        window: Some(WindowSelector::Title("Secretive".to_owned())),
        offset: 0,
        max_chars: 100_000,
    });
    let text = session.call(whole, 10_000).unwrap();
    assert!(text["total_chars"].as_u64().unwrap() > 50, "{text:#}");
    assert!(!format!("{shown} {text}").contains("hunter2"));
}

fn by(title: &str, role: Role, name: &str) -> Target {
    Target::Find(Selector {
        window: Some(WindowSelector::Title(title.to_owned())),
        role: Some(role),
        name: Some(name.to_owned()),
        automation_id: None,
    })
}

fn a_selector_that_fits_nothing_or_too_much_names_candidates() {
    let _program = Program::start("twins", &["--title", "Twin", "--count", "2"]);
    let _hang = Program::beside("hang", &["--title", "Single"]);
    let session = Session::start();
    let fault = session.call(snapshot("Twin"), 10_000).unwrap_err();
    assert_eq!((fault.code, fault.windows.len()), (Code::Ambiguous, 2), "{fault}");
    let exists = wait(Condition::ElementExists(by("Single", Role::Button, "Press")), 5000);
    let found = session.call(exists, 6000).unwrap();
    assert_eq!(found["element"]["role"], "Button", "{found:#}");
    let press = |name: &str| {
        model::Operation::ElementAction(model::ElementActionRequest {
            target: by("Single", Role::Button, name),
            action: model::ElementVerb::Invoke,
            value: None,
        })
    };
    let fault = session.call(press("Press it"), 10_000).unwrap_err();
    assert_eq!(fault.code, Code::NotFound, "{fault}");
    assert!(fault.elements.iter().any(|node| node.name.contains("Press")), "{:#?}", fault.elements);
    session.call(press("Press"), 10_000).unwrap();
}

fn waits_end_when_it_is_so_when_time_is_up_and_when_cancelled() {
    let mut program = Program::start("morph", &["--variant", "replace"]);
    let session = Session::start();
    let gone = wait(Condition::ElementGone(by("Morph", Role::Button, "Save")), 20_000);
    let (_, waits) = session.begin(gone.clone(), 21_000);
    std::thread::sleep(Duration::from_millis(300));
    act(&program);
    program.wait_for("morphed", |line| line["event"] == "morphed");
    let (ended, _) = waits.end();
    assert!(ended.unwrap()["elapsed_ms"].as_u64().unwrap() > 100);
    let exists = wait(Condition::ElementExists(by("Morph", Role::Button, "Save")), 400);
    let fault = session.call(exists, 1400).unwrap_err();
    assert_eq!(fault.code, Code::Timeout, "{fault}");
    let (cancel, waits) = session.begin(duration(30_000), 31_000);
    std::thread::sleep(Duration::from_millis(200));
    cancel.cancel();
    let (ended, took) = waits.end();
    assert_eq!(ended.unwrap_err().code, Code::Cancelled);
    assert!(took < Duration::from_secs(10), "{took:?}");
    let appears = wait(Condition::WindowAppears(WindowSelector::Title("Late".to_owned())), 20_000);
    let (_, waits) = session.begin(appears, 21_000);
    let late = Program::beside("hang", &["--title", "Late"]);
    assert_eq!(waits.end().0.unwrap()["window"]["title"], "Late");
    let vanishes = wait(Condition::WindowGone(WindowSelector::Title("Late".to_owned())), 20_000);
    let (_, waits) = session.begin(vanishes, 21_000);
    std::thread::sleep(Duration::from_millis(300));
    let closed = Instant::now();
    drop(late);
    waits.end().0.unwrap();
    eprintln!("a window has gone: its wait ended {:?} later", closed.elapsed());
    let idle = wait(Condition::WindowIdle(Some(WindowSelector::Title("Morph".to_owned()))), 10_000);
    session.call(idle, 11_000).unwrap();
    let text = |text: &str| {
        let window = Some(WindowSelector::Title("Morph".to_owned()));
        wait(Condition::TextAppears { window, text: text.to_owned() }, 1000)
    };
    session.call(text("DELETE ALL"), 2000).unwrap();
    let fault = session.call(text("nowhere"), 2000).unwrap_err();
    assert_eq!(fault.code, Code::Timeout, "{fault}");
}

fn a_picture_with_marks_shows_a_window() {
    let _program = Program::start("form", &["--title", "Pictured"]);
    let session = Session::start();
    let shown = session.call(picture("Pictured"), 10_000).unwrap();
    assert!(shown["base64"].as_str().unwrap().len() > 1000);
    if let Some(folder) = std::env::var_os("WINWARDEN_TEST_PICTURES") {
        let bytes = base64::Engine::decode(
            &base64::engine::general_purpose::STANDARD,
            shown["base64"].as_str().unwrap(),
        );
        std::fs::write(std::path::Path::new(&folder).join("worker-marks.png"), bytes.unwrap()).unwrap();
    }
}
