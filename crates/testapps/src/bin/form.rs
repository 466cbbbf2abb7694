//! One of every common control, with menus, a dialog and a second window.

#![windows_subsystem = "windows"]

use std::process::ExitCode;

fn main() -> ExitCode {
    testapps::start(testapps::Program::Form)
}
