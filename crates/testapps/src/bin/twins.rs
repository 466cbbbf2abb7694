//! Several windows of one title.

#![windows_subsystem = "windows"]

use std::process::ExitCode;

fn main() -> ExitCode {
    testapps::start(testapps::Program::Twins)
}
