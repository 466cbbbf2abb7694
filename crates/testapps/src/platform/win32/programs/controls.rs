//! Some two thousand real controls in groups, in a window that scrolls.

use std::cell::Cell;
use std::rc::Rc;

use clap::Parser;
use serde_json::json;
use windows::Win32::UI::WindowsAndMessaging::{CB_SETCURSEL, WM_COMMAND, WS_VSCROLL};

use crate::Program;
use crate::ids;
use crate::platform::win32::Failure;
use crate::platform::win32::control::{self, Control, Kind};
use crate::platform::win32::frame::Frame;
use crate::platform::win32::loops::Navigation;
use crate::platform::win32::options::{Place, Shared};
use crate::platform::win32::scrolling;
use crate::platform::win32::stage::Stage;
use crate::platform::win32::window::{Message, Window};

/// A window of many controls.
#[derive(Debug, Parser)]
#[command(name = "controls")]
struct Options {
    #[command(flatten)]
    shared: Shared,
    /// How many child controls the window has in all.
    #[arg(long, default_value_t = 2000, value_parser = clap::value_parser!(u16).range(1..=9000))]
    count: u16,
}

/// Pixels of a group box and of the bar above them.
const GROUP: (i32, i32) = (288, 284);
const BAR: i32 = 36;
const ROW: i32 = 25;
const GROUPS_IN_A_ROW: usize = 4;

/// The kinds of a group's controls.
const KINDS: [Kind; 20] = [
    Kind::GroupBox,
    Kind::Label,
    Kind::Edit,
    Kind::Label,
    Kind::Edit,
    Kind::Label,
    Kind::DropDownList,
    Kind::CheckBox,
    Kind::CheckBox,
    Kind::RadioButton,
    Kind::RadioButton,
    Kind::Button,
    Kind::Button,
    Kind::Label,
    Kind::Edit,
    Kind::Label,
    Kind::TrackBar,
    Kind::Label,
    Kind::ListBox,
    Kind::Label,
];

/// Opens the window and runs it.
pub fn run() -> Result<(), Failure> {
    let options = Options::parse();
    let stage = Stage::new(Program::Controls, "Many controls", options.shared.clone())?;
    let journal = Rc::clone(&stage.journal);
    let rows = usize::from(options.count).div_ceil(KINDS.len()).div_ceil(GROUPS_IN_A_ROW);
    let height = BAR + i32::try_from(rows).unwrap_or(0) * GROUP.1;
    let many = Many { count: Cell::new(options.count), changes: Cell::new(0) };
    let frame = stage.frame(1200, 740);
    let frame = Frame { style: frame.style | WS_VSCROLL, ..frame };
    let window = stage.open(&frame, move |window, message| {
        scrolling::scroll(window, message, height);
        let (event, reply) = many.answer(window, message)?;
        journal.event(event, json!({"id": reply}));
        Some(isize::try_from(reply).unwrap_or(0))
    })?;
    fill(window, options.count)?;
    stage.show(window, json!({"controls": options.count}));
    stage.run(Navigation::Dialog, None);
    Ok(())
}

/// The controls after the first one, which is the button.
#[derive(Debug)]
struct Many {
    count: Cell<u16>,
    changes: Cell<u32>,
}

impl Many {
    /// What a message did, and to which control; 0 for none.
    fn answer(&self, window: Window, message: Message) -> Option<(&'static str, u16)> {
        let wanted = message.low();
        match message.number {
            WM_COMMAND if message.lparam != 0 && wanted == ids::ACT_BUTTON && message.high() == 0 => {
                Some(("changed", self.change(window, 0)))
            }
            ids::ACT => Some(("changed", self.change(window, wanted))),
            ids::TOGGLE_ENABLED => {
                Some(("toggled", with(window, wanted, |one| one.enable(!one.is_enabled()))))
            }
            ids::DESTROY => Some(("removed", with(window, wanted, Window::destroy))),
            ids::ADD => Some(("added", self.add(window))),
            _ => None,
        }
    }

    /// Gives a control (0: one label after the other) a new text.
    fn change(&self, window: Window, wanted: u16) -> u16 {
        let change = self.changes.get() + 1;
        self.changes.set(change);
        let groups = usize::from(self.count.get()).div_ceil(KINDS.len());
        let label = (usize::try_from(change).unwrap_or(0) % groups.max(1)) * KINDS.len() + 1;
        let id = if wanted == 0 { id_of(label.min(usize::from(self.count.get()) - 1)) } else { wanted };
        with(window, id, |one| one.set_text(&format!("changed {change}")))
    }

    fn add(&self, window: Window) -> u16 {
        let id = id_of(self.count.get().into());
        let place = Place::new(120, 6, 100, 24);
        match Control::new(Kind::Button, id, &format!("Added {id}"), place).create(window) {
            Ok(_) => {
                self.count.set(self.count.get() + 1);
                id
            }
            Err(error) => {
                eprintln!("cannot add a control: {error}");
                0
            }
        }
    }
}

/// Does something to the control of this id; 0 when there is none.
fn with(window: Window, id: u16, act: impl FnOnce(Window)) -> u16 {
    let Some(control) = window.child(id) else { return 0 };
    act(control);
    id
}

/// The id of the control at an index: the first is the button.
fn id_of(index: usize) -> u16 {
    if index == 0 {
        return ids::ACT_BUTTON;
    }
    ids::FIRST_OF_MANY.saturating_add(u16::try_from(index).unwrap_or(0))
}

fn fill(window: Window, count: u16) -> Result<(), Failure> {
    for index in 0..usize::from(count) {
        let (group, within) = (index / KINDS.len(), index % KINDS.len());
        let kind = KINDS.get(within).copied().unwrap_or(Kind::Label);
        if index == 0 {
            let place = Place::new(10, 6, 100, 24);
            Control::new(Kind::Button, ids::ACT_BUTTON, "Change one", place).create(window)?;
            continue;
        }
        let text = text(kind, index);
        let mut control = Control::new(kind, id_of(index), &text, place(group, within, kind));
        control.starts_group = within == 0 || KINDS.get(within - 1) != Some(&kind);
        let made = control.create(window)?;
        match kind {
            Kind::ListBox => control::add_entries(made, &["Apple", "Banana", "Cherry"]),
            Kind::DropDownList => {
                control::add_choices(made, &["Small", "Medium", "Large"]);
                made.send(CB_SETCURSEL, index % 3, 0);
            }
            _ => {}
        }
    }
    Ok(())
}

fn text(kind: Kind, index: usize) -> String {
    match kind {
        Kind::GroupBox => format!("Group {}", index / KINDS.len()),
        Kind::Label => format!("Label {index}"),
        Kind::Edit => format!("value {index}"),
        Kind::CheckBox => format!("Option {index}"),
        Kind::RadioButton => format!("Choice {index}"),
        _ => format!("Control {index}"),
    }
}

/// Two columns of ten in a group, the box around them; groups in rows of four.
fn place(group: usize, within: usize, kind: Kind) -> Place {
    let number = |value: usize| i32::try_from(value).unwrap_or(0);
    let left = 10 + number(group % GROUPS_IN_A_ROW) * GROUP.0;
    let top = BAR + number(group / GROUPS_IN_A_ROW) * GROUP.1;
    if kind == Kind::GroupBox {
        return Place::new(left, top, GROUP.0 - 10, GROUP.1 - 8);
    }
    let (column, row) = (number(within % 2), number(within / 2));
    let height = if kind == Kind::DropDownList { 120 } else { ROW - 3 };
    Place::new(left + 10 + column * 132, top + 18 + row * ROW, 126, height)
}
