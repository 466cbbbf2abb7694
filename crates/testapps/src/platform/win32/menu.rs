//! Menu bars and accelerators.

use windows::Win32::UI::WindowsAndMessaging::{
    ACCEL, ACCEL_VIRT_FLAGS, AppendMenuW, CreateAcceleratorTableW, CreateMenu, CreatePopupMenu, FVIRTKEY,
    HACCEL, HMENU, MENU_ITEM_FLAGS, MF_CHECKED, MF_GRAYED, MF_POPUP, MF_SEPARATOR, MF_STRING,
};
use windows::core::PCWSTR;

use super::window::wide;

/// An entry of a menu.
#[derive(Clone, Copy, Debug)]
pub enum Entry<'a> {
    /// A command: its id and its text, with `&` before the access key and a tab before the accelerator's name.
    Command(u16, &'a str),
    /// The same, greyed.
    Greyed(u16, &'a str),
    /// The same, with a check mark.
    Checked(u16, &'a str),
    /// A line between commands.
    Line,
    /// A menu of its own.
    Menu(&'a str, &'a [Entry<'a>]),
}

/// Builds a menu bar.
pub fn bar(entries: &[Entry<'_>]) -> windows::core::Result<HMENU> {
    // SAFETY: takes nothing; the window the bar is given to frees it.
    let bar = unsafe { CreateMenu()? };
    fill(bar, entries)?;
    Ok(bar)
}

fn fill(menu: HMENU, entries: &[Entry<'_>]) -> windows::core::Result<()> {
    for entry in entries {
        match *entry {
            Entry::Command(id, text) => append(menu, MF_STRING, id.into(), text)?,
            Entry::Greyed(id, text) => append(menu, MF_STRING | MF_GRAYED, id.into(), text)?,
            Entry::Checked(id, text) => append(menu, MF_STRING | MF_CHECKED, id.into(), text)?,
            Entry::Line => append(menu, MF_SEPARATOR, 0, "")?,
            Entry::Menu(text, entries) => {
                // SAFETY: takes nothing; the menu it is put into frees it.
                let inner = unsafe { CreatePopupMenu()? };
                fill(inner, entries)?;
                append(menu, MF_POPUP, inner.0 as usize, text)?;
            }
        }
    }
    Ok(())
}

fn append(menu: HMENU, flags: MENU_ITEM_FLAGS, id: usize, text: &str) -> windows::core::Result<()> {
    let text = wide(text);
    // SAFETY: the text ends with a NUL and outlives the call.
    unsafe { AppendMenuW(menu, flags, id, PCWSTR(text.as_ptr())) }
}

/// A key that stands for a command: modifiers, virtual key, id.
pub type Accelerator = (ACCEL_VIRT_FLAGS, u16, u16);

/// Builds a table of accelerators; it lives as long as the process.
pub fn accelerators(keys: &[Accelerator]) -> windows::core::Result<HACCEL> {
    let entry = |&(modifiers, key, cmd): &Accelerator| ACCEL { fVirt: FVIRTKEY | modifiers, key, cmd };
    let table: Vec<ACCEL> = keys.iter().map(entry).collect();
    // SAFETY: the table is passed with its length and copied.
    unsafe { CreateAcceleratorTableW(&table) }
}
