//! Goes away while being read: on the Nth read of a text, or after a time.

use std::cell::Cell;
use std::rc::Rc;

use clap::{Parser, ValueEnum};
use serde_json::{Value, json};
use windows::Win32::UI::WindowsAndMessaging::{WM_COMMAND, WM_GETTEXT, WM_TIMER};

use crate::Program;
use crate::ids;
use crate::journal::Journal;
use crate::platform::win32::Failure;
use crate::platform::win32::control::{Control, Kind};
use crate::platform::win32::frame::Handler;
use crate::platform::win32::loops::Navigation;
use crate::platform::win32::options::{Place, Shared};
use crate::platform::win32::stage::Stage;
use crate::platform::win32::subclass;
use crate::platform::win32::window::Window;

/// A window that goes away while being read.
#[derive(Clone, Debug, Parser)]
#[command(name = "vanish")]
struct Options {
    #[command(flatten)]
    shared: Shared,
    /// What goes away.
    #[arg(long, value_enum, default_value_t = Mode::Controls)]
    mode: Mode,
    /// How many controls there are: edits and labels in turn.
    #[arg(long, default_value_t = 200, value_parser = clap::value_parser!(u16).range(1..=5000))]
    count: u16,
    /// Starts with the Nth `WM_GETTEXT` that a control gets, before it is answered.
    #[arg(long, value_name = "N")]
    after_reads: Option<u32>,
    /// Starts after this time.
    #[arg(long, value_name = "MS")]
    after: Option<u32>,
    /// Time between one control and the next when the start was not a read.
    #[arg(long, value_name = "MS", default_value_t = 5)]
    every: u32,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Mode {
    /// The controls, one by one; each further read takes the one that is read.
    Controls,
    /// The whole window.
    Window,
    /// The whole process, without a word.
    Process,
}

const START: usize = 1;
const NEXT: usize = 2;

/// Opens the window and runs it.
pub fn run() -> Result<(), Failure> {
    let options = Options::parse();
    let stage = Stage::new(Program::Vanish, "Vanish", options.shared.clone())?;
    let state = Rc::new(State {
        journal: Rc::clone(&stage.journal),
        options: options.clone(),
        window: Cell::new(None),
        reads: Cell::new(0),
        left: Cell::new(options.count),
    });
    let inner = Rc::clone(&state);
    let window = stage.open(&stage.frame(900, 640), move |window, message| match message.number {
        WM_COMMAND if message.lparam != 0 && message.low() == ids::ACT_BUTTON && message.high() == 0 => {
            inner.start(None)
        }
        WM_TIMER if message.wparam == START => {
            window.stop_timer(START);
            inner.start(None)
        }
        WM_TIMER if message.wparam == NEXT => inner.take_next(),
        ids::ACT => inner.start(None),
        _ => None,
    })?;
    state.window.set(Some(window));
    fill(window, &state)?;
    stage.show(window, json!({"controls": options.count + 1}));
    if let Some(milliseconds) = options.after {
        window.start_timer(START, milliseconds);
    }
    stage.run(Navigation::Dialog, None);
    Ok(())
}

fn fill(window: Window, state: &Rc<State>) -> Result<(), Failure> {
    Control::new(Kind::Button, ids::ACT_BUTTON, "&Vanish", Place::new(8, 6, 100, 26)).create(window)?;
    let inner = Rc::clone(state);
    let watch: Handler = Rc::new(
        move |control, message| if message.number == WM_GETTEXT { inner.read(control) } else { None },
    );
    for index in 0..state.options.count {
        let kind = if index % 2 == 0 { Kind::Edit } else { Kind::Label };
        let (column, row) = (i32::from(index % 8), i32::from(index / 8));
        let place = Place::new(8 + column * 108, 40 + row * 22, 104, 20);
        let id = ids::FIRST_OF_MANY + index;
        let control = Control::new(kind, id, &format!("Control {index}"), place).create(window)?;
        subclass::intercept(control, &watch);
    }
    Ok(())
}

#[derive(Debug)]
struct State {
    journal: Rc<Journal>,
    options: Options,
    window: Cell<Option<Window>>,
    reads: Cell<u32>,
    left: Cell<u16>,
}

impl State {
    /// A control's text is asked for: it or its window may be gone when the answer arrives.
    fn read(&self, control: Window) -> Option<isize> {
        let reads = self.reads.get() + 1;
        self.reads.set(reads);
        if self.options.after_reads.is_some_and(|limit| reads >= limit) {
            self.start(Some(control))
        } else {
            None
        }
    }

    fn start(&self, read: Option<Window>) -> Option<isize> {
        let window = self.window.get()?;
        let id = read.map(Window::id);
        self.journal.event("vanishing", json!({"id": id, "reads": self.reads.get()}));
        match (self.options.mode, read) {
            (Mode::Process, _) => std::process::exit(0),
            (Mode::Window, _) => window.destroy(),
            (Mode::Controls, Some(control)) => {
                self.left.set(self.left.get().saturating_sub(1));
                control.destroy();
            }
            (Mode::Controls, None) => window.start_timer(NEXT, self.options.every),
        }
        Some(0)
    }

    fn take_next(&self) -> Option<isize> {
        let window = self.window.get()?;
        let Some(left) = self.left.get().checked_sub(1) else {
            window.stop_timer(NEXT);
            self.journal.event("vanished", Value::Null);
            return Some(0);
        };
        self.left.set(left);
        if let Some(control) = window.child(ids::FIRST_OF_MANY + left) {
            control.destroy();
        }
        Some(0)
    }
}
