//! A window of some two thousand real controls.

#![windows_subsystem = "windows"]

use std::process::ExitCode;

fn main() -> ExitCode {
    testapps::start(testapps::Program::Controls)
}
