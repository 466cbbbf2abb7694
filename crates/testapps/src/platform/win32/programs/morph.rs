//! Replaces a button by another one between look and click.

use std::cell::Cell;
use std::process::Command;
use std::rc::Rc;

use clap::{Parser, ValueEnum};
use serde_json::{Value, json};
use windows::Win32::UI::WindowsAndMessaging::{WM_COMMAND, WM_TIMER};

use crate::Program;
use crate::ids;
use crate::platform::win32::Failure;
use crate::platform::win32::control::{Control, Kind};
use crate::platform::win32::loops::Navigation;
use crate::platform::win32::options::{Place, Shared};
use crate::platform::win32::stage::Stage;
use crate::platform::win32::window::Window;

/// A button that becomes another one.
#[derive(Clone, Debug, Parser)]
#[command(name = "morph")]
struct Options {
    #[command(flatten)]
    shared: Shared,
    /// What happens to the button "Save".
    #[arg(long, value_enum, default_value_t = Variant::Replace)]
    variant: Variant,
    /// Happens by itself after this time.
    #[arg(long, value_name = "MS")]
    morph_after: Option<u32>,
    /// Starts with what comes after: how the other process of the variant `process` is started.
    #[arg(long, hide = true)]
    morphed: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Variant {
    /// Destroyed; "Delete all" with another id stands in its place.
    Replace,
    /// Destroyed; a button of the same name and id stands in its place.
    Recreate,
    /// The same button, now named "Delete all".
    Rename,
    /// The same button, now disabled.
    Disable,
    /// Moved away; "Delete all" stands where it was.
    Move,
    /// The window closes; another process opens one of the same title and place, with "Delete all".
    Process,
}

const BEFORE: &str = "Save";
const AFTER: &str = "Delete all";
const PLACE: Place = Place::new(20, 20, 160, 40);
const TIMER: usize = 1;

/// Opens the window and runs it.
pub fn run() -> Result<(), Failure> {
    let options = Options::parse();
    let stage = Stage::new(Program::Morph, "Morph", options.shared.clone())?;
    let journal = Rc::clone(&stage.journal);
    let (inner, done) = (options.clone(), Cell::new(options.morphed));
    let window = stage.open(&stage.frame(360, 180), move |window, message| {
        let asked = match message.number {
            WM_COMMAND => message.lparam != 0 && message.low() == ids::ACT_BUTTON && message.high() == 0,
            WM_TIMER => message.wparam == TIMER,
            number => number == ids::ACT,
        };
        if !asked {
            return None;
        }
        window.stop_timer(TIMER);
        if !done.replace(true) {
            match morph(window, &inner) {
                Ok(()) => journal.event("morphed", Value::Null),
                Err(failure) => eprintln!("cannot morph: {failure}"),
            }
        }
        Some(1)
    })?;
    let (id, text) = if options.morphed { (ids::REPLACEMENT, AFTER) } else { (ids::SUBJECT, BEFORE) };
    let subject = Control::new(Kind::Button, id, text, PLACE).create(window)?;
    Control::new(Kind::Button, ids::ACT_BUTTON, "&Morph", Place::new(20, 90, 100, 28)).create(window)?;
    stage.show(window, json!({"subject": subject.number()}));
    if let Some(milliseconds) = options.morph_after {
        window.start_timer(TIMER, milliseconds);
    }
    stage.run(Navigation::Dialog, None);
    Ok(())
}

fn morph(window: Window, options: &Options) -> Result<(), Failure> {
    let Some(subject) = window.child(ids::SUBJECT) else { return Ok(()) };
    let replacement = Control::new(Kind::Button, ids::REPLACEMENT, AFTER, PLACE);
    match options.variant {
        Variant::Replace => {
            subject.destroy();
            replacement.create(window)?;
        }
        Variant::Recreate => {
            subject.destroy();
            Control::new(Kind::Button, ids::SUBJECT, BEFORE, PLACE).create(window)?;
        }
        Variant::Rename => subject.set_text(AFTER),
        Variant::Disable => subject.enable(false),
        Variant::Move => {
            subject.move_to(Place { x: PLACE.x + PLACE.width + 10, width: 100, ..PLACE });
            replacement.create(window)?;
        }
        Variant::Process => {
            let (place, title) = (window.place(), String::from_utf16_lossy(&window.text()));
            let mut other = Command::new(std::env::current_exe()?);
            other
                .arg("--morphed")
                .arg("--title")
                .arg(title)
                .arg("--at")
                .arg(format!("{},{}", place.x, place.y));
            if let Some(log) = &options.shared.log {
                other.arg("--log").arg(log);
            }
            if let Some(lifetime) = options.shared.lifetime {
                other.arg("--lifetime").arg(lifetime.to_string());
            }
            window.destroy();
            other.spawn()?;
        }
    }
    Ok(())
}
