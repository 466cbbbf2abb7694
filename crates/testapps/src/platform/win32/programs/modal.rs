//! A window blocked by a modal dialog of its own.

use std::rc::Rc;

use clap::Parser;
use serde_json::Value;
use windows::Win32::UI::WindowsAndMessaging::WM_COMMAND;

use crate::Program;
use crate::ids;
use crate::platform::win32::Failure;
use crate::platform::win32::control::{Control, Kind};
use crate::platform::win32::dialog::{self, Question};
use crate::platform::win32::loops::Navigation;
use crate::platform::win32::options::{Place, Shared};
use crate::platform::win32::stage::Stage;

/// A window that opens a modal dialog.
#[derive(Debug, Parser)]
#[command(name = "modal")]
struct Options {
    #[command(flatten)]
    shared: Shared,
    /// Opens the dialog at once.
    #[arg(long)]
    open: bool,
}

/// Opens the window and runs it.
pub fn run() -> Result<(), Failure> {
    let options = Options::parse();
    let stage = Stage::new(Program::Modal, "Modal owner", options.shared.clone())?;
    let journal = Rc::clone(&stage.journal);
    let window = stage.open(&stage.frame(420, 240), move |window, message| {
        let pressed = message.number == WM_COMMAND
            && message.lparam != 0
            && message.low() == ids::ACT_BUTTON
            && message.high() == 0;
        if !pressed && message.number != ids::ACT {
            return None;
        }
        let question =
            Question { title: "Delete everything?", text: "Twelve files would be lost.", with_reason: true };
        match dialog::ask(window, &question, &journal) {
            Ok(yes) => {
                window.child(ids::LABEL)?.set_text(if yes { "Answer: yes" } else { "Answer: no" });
            }
            Err(failure) => eprintln!("no dialog: {failure}"),
        }
        Some(0)
    })?;
    Control::new(Kind::Label, ids::LABEL, "No answer yet", Place::new(16, 16, 200, 18)).create(window)?;
    Control::new(Kind::Edit, ids::EDIT, "", Place::new(16, 40, 200, 22)).create(window)?;
    Control::new(Kind::Button, ids::ACT_BUTTON, "&Open dialog", Place::new(16, 74, 120, 28))
        .create(window)?;
    Control::new(Kind::Button, ids::SUBJECT, "&Press", Place::new(146, 74, 100, 28)).create(window)?;
    stage.show(window, Value::Null);
    if options.open {
        window.post(ids::ACT, 0, 0);
    }
    stage.run(Navigation::Dialog, None);
    Ok(())
}
