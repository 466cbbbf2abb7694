//! An edit that takes its time for every character.

use std::cell::Cell;
use std::rc::Rc;

use clap::Parser;
use serde_json::{Value, json};
use windows::Win32::UI::WindowsAndMessaging::{WM_CHAR, WM_COMMAND, WM_TIMER};

use crate::Program;
use crate::ids;
use crate::journal::Journal;
use crate::platform::win32::Failure;
use crate::platform::win32::control::{Control, Kind};
use crate::platform::win32::frame::Handler;
use crate::platform::win32::loops::{self, Navigation};
use crate::platform::win32::options::{Place, Shared};
use crate::platform::win32::stage::Stage;
use crate::platform::win32::window::Window;
use crate::platform::win32::{held, subclass};

/// An edit that is slow.
#[derive(Debug, Parser)]
#[command(name = "slowedit")]
struct Options {
    #[command(flatten)]
    shared: Shared,
    /// How long each character takes.
    #[arg(long, value_name = "MS", default_value_t = 2)]
    delay: u64,
    /// Reports by itself when no character came for this time.
    #[arg(long, value_name = "MS", default_value_t = 500)]
    idle: u32,
    /// Writes an event for every character (its code), not only when asked.
    #[arg(long)]
    each: bool,
}

const TIMER: usize = 1;

/// Opens the window and runs it.
pub fn run() -> Result<(), Failure> {
    let options = Options::parse();
    let stage = Stage::new(Program::SlowEdit, "Slow edit", options.shared.clone())?;
    let state = Rc::new(State { journal: Rc::clone(&stage.journal), received: Cell::new(0) });
    let inner = Rc::clone(&state);
    let window = stage.open(&stage.frame(460, 300), move |window, message| match message.number {
        WM_COMMAND if message.lparam != 0 && message.low() == ids::ACT_BUTTON && message.high() == 0 => {
            inner.report("report", window)
        }
        ids::ACT => inner.report("report", window),
        WM_TIMER if message.wparam == TIMER => {
            window.stop_timer(TIMER);
            inner.report("idle", window)
        }
        _ => None,
    })?;
    let edit =
        Control::new(Kind::MultilineEdit, ids::EDIT, "", Place::new(16, 12, 400, 170)).create(window)?;
    Control::new(Kind::Button, ids::ACT_BUTTON, "&Report", Place::new(16, 196, 100, 28)).create(window)?;
    let slow: Handler = Rc::new(move |_, message| {
        if message.number == WM_CHAR {
            state.received.set(state.received.get() + 1);
            if options.each {
                state.journal.event("char", json!({"code": message.wparam, "modifiers": held::modifiers()}));
            }
            window.start_timer(TIMER, options.idle);
            loops::hold(Some(options.delay));
        }
        None
    });
    subclass::intercept(edit, &slow);
    stage.show(window, Value::Null);
    edit.focus();
    stage.run(Navigation::Dialog, None);
    Ok(())
}

#[derive(Debug)]
struct State {
    journal: Rc<Journal>,
    received: Cell<isize>,
}

impl State {
    /// Writes what has arrived and what is held down; gives the number of characters.
    fn report(&self, event: &str, window: Window) -> Option<isize> {
        let length = window.child(ids::EDIT)?.text_length();
        let received = self.received.get();
        self.journal.event(event, json!({"characters": received, "length": length, "held": held::now()}));
        Some(received)
    }
}
