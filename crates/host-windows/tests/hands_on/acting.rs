//! Whole acts on real windows: what they changed, and what is refused.

use host_windows::act::{Action, Aim, Desk, SystemDesk, perform};
use model::{
    Acted, Button, Code, Fault, Means, Rect, WindowInfo,
    keys::Modifiers,
    ui::{Node, Role, WindowKey},
};
use testapps::ids;
use windows::Win32::UI::WindowsAndMessaging::{SW_MINIMIZE, ShowWindow};

use crate::program::{Controls, Program, hwnd, job};

const CLICK: Action<'_> = Action::Click {
    button: Button::Left,
    count: 1,
    modifiers: Modifiers { ctrl: false, alt: false, shift: false, win: false },
};

fn click(window: &WindowInfo, node: Node) -> Result<Acted, Fault> {
    let aim = Aim { window, node: Some(node), point: None };
    perform(&CLICK, &aim, &mut Controls, &mut SystemDesk::default(), &job())
}

#[test]
fn a_click_on_a_button_arrives_and_tells_what_it_opened() {
    let mut program = Program::start("form", &[]);
    let acted = click(&program.window(), program.node(ids::form::DELETE, Role::Button)).unwrap();
    assert_eq!(acted.means, Means::Input);
    program.wait_for("the dialog", |line| line["event"] == "dialog_opened");
    assert_eq!(acted.opened.len(), 1, "{acted:?}");
    assert!(acted.foreground_changed);
    assert_eq!(acted.foreground.map(|window| window.key), acted.opened.first().map(|window| window.key));
}

#[test]
fn a_window_blocked_by_its_dialog_is_refused_and_the_dialog_closes_by_a_click() {
    let mut program = Program::start("form", &[]);
    let main = program.window();
    let opened = click(&main, program.node(ids::form::DELETE, Role::Button)).unwrap().opened;
    let dialog = opened.first().expect("the dialog").clone();
    let fault = click(&main, program.node(ids::form::SUBSCRIBE, Role::CheckBox)).unwrap_err();
    assert_eq!(fault.code, Code::Obscured);
    assert_eq!(fault.windows.first().map(|window| window.key), Some(dialog.key));
    let no = {
        use windows::Win32::UI::WindowsAndMessaging::GetDlgItem;
        // SAFETY: takes any window.
        let no = unsafe { GetDlgItem(Some(hwnd(dialog.key.handle)), i32::from(ids::dialog::NO)) }.unwrap();
        Controls.node(dialog.key, no.0.expose_provenance() as u64, Role::Button)
    };
    let acted = click(&dialog, no).unwrap();
    program.wait_for("the answer", |line| line["event"] == "dialog_closed");
    assert_eq!(acted.closed.iter().map(|window| window.key).collect::<Vec<_>>(), [dialog.key]);
    assert_eq!(acted.foreground.map(|window| window.key), Some(main.key));
}

#[test]
fn a_minimized_window_is_restored_before_it_is_clicked() {
    let mut program = Program::start("form", &[]);
    let node = program.node(ids::form::SUBSCRIBE, Role::CheckBox);
    // SAFETY: takes any window.
    let _ = unsafe { ShowWindow(hwnd(program.hwnd), SW_MINIMIZE) };
    let acted = click(&program.window(), node).unwrap();
    assert_eq!(acted.notes, ["the window was minimized and has been restored"]);
    program.wait_for("the click", |line| line["event"] == "clicked" && line["id"] == ids::form::SUBSCRIBE);
}

#[test]
fn a_window_behind_another_is_brought_forward() {
    let mut program = Program::start("form", &["--at", "10,10"]);
    let node = program.node(ids::form::SUBSCRIBE, Role::CheckBox);
    let other = Program::beside("keys", &["--at", "10,10"]);
    assert_eq!(SystemDesk::default().foreground(), other.hwnd);
    let acted = click(&program.window(), node).unwrap();
    assert!(acted.foreground_changed);
    program.wait_for("the click", |line| line["event"] == "clicked" && line["id"] == ids::form::SUBSCRIBE);
}

#[test]
fn a_cover_in_front_of_an_element_is_named() {
    let mut program = Program::start("canvas", &["--cover", "0,0,700,500"]);
    let window = program.window();
    let canvas = Controls.node(window.key, program.hwnd, Role::Pane);
    let point = canvas.rect.center();
    let covered = Rect::new(point.x - 20, point.y - 10, point.x + 20, point.y + 10);
    let cover = SystemDesk::default().at(point).unwrap();
    assert_ne!(cover.top, program.hwnd, "the cover is a window of its own");
    let fault = click(&window, Node { rect: covered, ..canvas }).unwrap_err();
    assert_eq!(fault.code, Code::Obscured);
    assert_eq!(fault.windows.first().map(|window| window.key.handle), Some(cover.top));
    assert_eq!(program.events("cover_clicked").len() + program.events("clicked").len(), 0);
}

#[test]
fn a_hung_window_costs_little_and_is_said_not_to_answer() {
    let program = Program::start("hang", &["--hang-after", "1"]);
    let window = program.window();
    std::thread::sleep(std::time::Duration::from_millis(300));
    let start = std::time::Instant::now();
    let _ = click(&window, program.node(ids::ACT_BUTTON, Role::Button));
    assert!(start.elapsed() < std::time::Duration::from_secs(2), "{:?}", start.elapsed());
}

#[test]
fn a_window_that_is_gone_or_of_another_process_is_stale() {
    let program = Program::start("form", &[]);
    let window = program.window();
    let other = WindowInfo { key: WindowKey { pid: window.key.pid + 1, ..window.key }, ..window };
    let fault = click(&other, program.node(ids::form::SUBSCRIBE, Role::CheckBox)).unwrap_err();
    assert_eq!(fault.code, Code::StaleElement);
}

#[test]
fn windows_of_winwarden_itself_are_refused() {
    let program = Program::start("form", &[]);
    let window = program.window();
    let node = program.node(ids::form::SUBSCRIBE, Role::CheckBox);
    let aim = Aim { window: &window, node: Some(node), point: None };
    let mut desk = SystemDesk::new(vec![window.key.pid]);
    let fault = perform(&CLICK, &aim, &mut Controls, &mut desk, &job()).unwrap_err();
    assert_eq!(fault.code, Code::OwnWindow);
}
