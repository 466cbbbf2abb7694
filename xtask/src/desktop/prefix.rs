//! Wine's prefix: the C: drive and the registry of one desktop.

use std::{fs, path::Path, process::Command};

use super::display::SIZE;
use crate::{
    fault::{Fault, OnFile},
    places::{key, remove},
    process::logged,
};

/// The whole desktop in one X window, as Windows has it: Wine itself keeps foreground, focus, order and minimized
/// windows, and no window manager is needed. A program that crashes says so on stderr and not in a dialog.
fn settings() -> String {
    let (width, height) = SIZE;
    format!(
        "REGEDIT4\n\n\
         [HKEY_CURRENT_USER\\Software\\Wine\\Explorer]\n\"Desktop\"=\"Default\"\n\n\
         [HKEY_CURRENT_USER\\Software\\Wine\\Explorer\\Desktops]\n\"Default\"=\"{width}x{height}\"\n\n\
         [HKEY_CURRENT_USER\\Software\\Wine\\WineDbg]\n\"ShowCrashDialog\"=dword:00000000\n"
    )
}

/// Makes the prefix where there is none, or where one is unfinished or of other settings.
///
/// `program` gives the command that runs a program inside.
pub fn ensure(folder: &Path, program: impl Fn(&str) -> Command) -> Result<(), Fault> {
    let prefix = folder.join("prefix");
    let mark = folder.join("prefix-is-whole");
    let recipe = key(&settings());
    if prefix.is_dir() && fs::read_to_string(&mark).is_ok_and(|text| text == recipe) {
        return Ok(());
    }
    remove(&prefix)?;
    fs::create_dir_all(&prefix).doing("make the folder", &prefix)?;
    let log = folder.join("prefix.log");
    let mut boot = program("wineboot");
    boot.arg("--init").env("WINEDLLOVERRIDES", "mscoree,mshtml=");
    logged(&mut boot, &log)?;
    let file = folder.join("settings.reg");
    fs::write(&file, settings()).doing("write", &file)?;
    let mut import = program("wine");
    import.arg(r"C:\windows\system32\reg.exe").arg("import").arg(super::program::windows_path(&file));
    logged(&mut import, &log)?;
    logged(program("wineserver").arg("--kill"), &log)?;
    logged(program("wineserver").arg("--wait"), &log)?;
    fs::write(&mark, recipe).doing("write", &mark)
}
