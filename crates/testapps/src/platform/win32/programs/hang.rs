//! Stops answering on demand: its thread sleeps within a message.

use std::rc::Rc;

use clap::Parser;
use serde_json::{Value, json};
use windows::Win32::UI::WindowsAndMessaging::{WM_COMMAND, WM_TIMER};

use crate::Program;
use crate::ids;
use crate::platform::win32::Failure;
use crate::platform::win32::control::{self, Control, Kind};
use crate::platform::win32::loops::{self, Navigation};
use crate::platform::win32::options::{Place, Shared};
use crate::platform::win32::stage::Stage;

/// A window that stops answering.
#[derive(Debug, Parser)]
#[command(name = "hang")]
struct Options {
    #[command(flatten)]
    shared: Shared,
    /// Stops answering by itself after this time.
    #[arg(long, value_name = "MS")]
    hang_after: Option<u32>,
    /// Answers again after this time; never, where it is not given.
    #[arg(long, value_name = "MS")]
    hang_for: Option<u64>,
}

const TIMER: usize = 1;

/// Opens the window and runs it.
pub fn run() -> Result<(), Failure> {
    let options = Options::parse();
    let stage = Stage::new(Program::Hang, "Hang", options.shared.clone())?;
    let journal = Rc::clone(&stage.journal);
    let hang_for = options.hang_for;
    let hang = move |milliseconds: Option<u64>| {
        journal.event("hanging", json!({"milliseconds": milliseconds}));
        loops::hold(milliseconds);
        journal.event("awake", Value::Null);
        Some(0)
    };
    let window = stage.open(&stage.frame(420, 260), move |window, message| match message.number {
        WM_COMMAND if message.lparam != 0 && message.low() == ids::ACT_BUTTON => hang(hang_for),
        WM_TIMER if message.wparam == TIMER => {
            window.stop_timer(TIMER);
            hang(hang_for)
        }
        ids::ACT if message.wparam == 0 => hang(hang_for),
        ids::ACT => hang(u64::try_from(message.wparam).ok()),
        _ => None,
    })?;
    Control::new(Kind::Label, ids::LABEL, "A label", Place::new(16, 16, 160, 18)).create(window)?;
    Control::new(Kind::Edit, ids::EDIT, "text of the edit", Place::new(16, 40, 200, 22)).create(window)?;
    let list = Control::new(Kind::ListBox, ids::LIST, "", Place::new(16, 70, 200, 80)).create(window)?;
    control::add_entries(list, &["One", "Two", "Three"]);
    Control::new(Kind::Button, ids::ACT_BUTTON, "&Hang", Place::new(16, 160, 100, 28)).create(window)?;
    Control::new(Kind::Button, ids::SUBJECT, "&Press", Place::new(126, 160, 100, 28)).create(window)?;
    stage.show(window, Value::Null);
    if let Some(milliseconds) = options.hang_after {
        window.start_timer(TIMER, milliseconds);
    }
    stage.run(Navigation::Dialog, None);
    Ok(())
}
