//! Reports keys, mouse buttons and wheel as they arrive.

#![windows_subsystem = "windows"]

use std::process::ExitCode;

fn main() -> ExitCode {
    testapps::start(testapps::Program::Keys)
}
