//! A window that draws everything itself, with an optional cover in front of it.

#![windows_subsystem = "windows"]

use std::process::ExitCode;

fn main() -> ExitCode {
    testapps::start(testapps::Program::Canvas)
}
