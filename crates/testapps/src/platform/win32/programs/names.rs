//! Controls whose names try to forge, break or flood a listing.

use std::rc::Rc;

use clap::Parser;
use serde_json::json;
use windows::Win32::UI::WindowsAndMessaging::{LB_ADDSTRING, WM_GETTEXT, WM_GETTEXTLENGTH};

use crate::Program;
use crate::hostile_names::{self, Carrier, HostileName};
use crate::ids;
use crate::platform::win32::Failure;
use crate::platform::win32::control::{Control, Kind};
use crate::platform::win32::frame::Handler;
use crate::platform::win32::loops::Navigation;
use crate::platform::win32::options::{Place, Shared};
use crate::platform::win32::stage::Stage;
use crate::platform::win32::subclass;
use crate::platform::win32::window::{Message, Window};

/// Controls with hostile names.
#[derive(Debug, Parser)]
#[command(name = "names")]
struct Options {
    #[command(flatten)]
    shared: Shared,
    /// Gives the window itself the name of this kind (as `line_breaks`).
    #[arg(long, value_name = "KIND")]
    title_kind: Option<String>,
}

/// The length that the lying edit claims.
const CLAIMED: isize = 1_000_000_000;

/// Opens the window and runs it.
pub fn run() -> Result<(), Failure> {
    let options = Options::parse();
    let stage = Stage::new(Program::Names, "Names", options.shared.clone())?;
    let window = stage.open(&stage.frame(900, 620), |_, _| None)?;
    let list = Control::new(Kind::ListBox, ids::LIST, "", Place::new(640, 10, 230, 160)).create(window)?;
    let names = hostile_names::catalogue();
    for (index, name) in (0_u16..).zip(&names) {
        add(window, list, index, name)?;
    }
    if let Some(kind) = &options.title_kind {
        let name = names.iter().find(|name| name.kind == kind);
        window.set_text_units(&name.ok_or_else(|| Failure::NoKind(kind.clone()))?.units);
    }
    stage.show(window, json!({"names": names.len()}));
    stage.run(Navigation::Dialog, None);
    Ok(())
}

fn add(window: Window, list: Window, index: u16, name: &HostileName) -> Result<(), Failure> {
    let kind = match name.carrier {
        Carrier::Button => Kind::Button,
        Carrier::Label => Kind::Label,
        Carrier::Answering | Carrier::Lying => Kind::Edit,
        Carrier::ListEntry => {
            list.send_text(LB_ADDSTRING, 0, &name.units);
            return Ok(());
        }
    };
    let place = Place::new(10 + i32::from(index % 3) * 205, 10 + i32::from(index / 3) * 44, 195, 36);
    let control = Control::new(kind, ids::FIRST_OF_MANY + index, "", place).create(window)?;
    match name.carrier {
        Carrier::Answering => answer(control, name.units.clone(), None),
        Carrier::Lying => answer(control, name.units.clone(), Some(CLAIMED)),
        Carrier::Button | Carrier::Label | Carrier::ListEntry => control.set_text_units(&name.units),
    }
    Ok(())
}

/// Has a control answer with these units, NULs included, and claim a length of its own.
fn answer(control: Window, units: Vec<u16>, claimed: Option<isize>) {
    let length = isize::try_from(units.len()).unwrap_or(0);
    let handler: Handler = Rc::new(move |_, message| match message.number {
        WM_GETTEXTLENGTH => Some(claimed.unwrap_or(length)),
        WM_GETTEXT => {
            let taken = copy(&units, message);
            // To claim more than the buffer holds would have the system read past it, and end this process.
            let room = isize::try_from(message.wparam.saturating_sub(1)).unwrap_or(0);
            Some(claimed.map_or(taken, |claimed| claimed.min(room)))
        }
        _ => None,
    });
    subclass::intercept(control, &handler);
}

/// Copies the units and a NUL into the buffer of a `WM_GETTEXT`; gives how many without the NUL.
fn copy(units: &[u16], message: Message) -> isize {
    let Some(room) = message.wparam.checked_sub(1) else { return 0 };
    let taken = units.len().min(room);
    let buffer = message.lparam as *mut u16;
    if buffer.is_null() {
        return 0;
    }
    // SAFETY: WM_GETTEXT passes a buffer for `wparam` units, and `taken` is smaller than that.
    unsafe {
        buffer.copy_from_nonoverlapping(units.as_ptr(), taken);
        buffer.add(taken).write(0);
    }
    isize::try_from(taken).unwrap_or(0)
}
