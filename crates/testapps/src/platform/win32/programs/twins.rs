//! Several windows of one title.

use clap::Parser;
use serde_json::json;
use windows::Win32::UI::WindowsAndMessaging::SW_SHOW;

use crate::Program;
use crate::ids;
use crate::platform::win32::Failure;
use crate::platform::win32::control::{Control, Kind};
use crate::platform::win32::frame::Frame;
use crate::platform::win32::loops::Navigation;
use crate::platform::win32::options::{Place, Shared};
use crate::platform::win32::stage::Stage;

/// Several windows of one title.
#[derive(Debug, Parser)]
#[command(name = "twins")]
struct Options {
    #[command(flatten)]
    shared: Shared,
    /// How many.
    #[arg(long, default_value_t = 2, value_parser = clap::value_parser!(u16).range(1..=50))]
    count: u16,
}

/// Opens the windows and runs them.
pub fn run() -> Result<(), Failure> {
    let options = Options::parse();
    let stage = Stage::new(Program::Twins, "Twin", options.shared.clone())?;
    let (left, top) = options.shared.at.unwrap_or((40, 40));
    let mut windows = Vec::new();
    for index in 0..options.count {
        let step = i32::from(index);
        let corner = Some((left + step % 4 * 300, top + step / 4 * 180));
        let window = stage.open(&Frame { corner, ..stage.frame(280, 160) }, |_, _| None)?;
        let label = format!("Window {}", index + 1);
        Control::new(Kind::Label, ids::LABEL, &label, Place::new(16, 12, 200, 18)).create(window)?;
        Control::new(Kind::Edit, ids::EDIT, "", Place::new(16, 36, 200, 22)).create(window)?;
        Control::new(Kind::Button, ids::SUBJECT, "Press", Place::new(16, 68, 100, 28)).create(window)?;
        window.show(SW_SHOW);
        window.update();
        windows.push(window);
    }
    let handles: Vec<isize> = windows.iter().map(|window| window.number()).collect();
    if let Some(&first) = windows.first() {
        stage.show(first, json!({"hwnds": handles}));
    }
    stage.run(Navigation::Dialog, None);
    Ok(())
}
