//! An edit that takes its time for every character.

#![windows_subsystem = "windows"]

use std::process::ExitCode;

fn main() -> ExitCode {
    testapps::start(testapps::Program::SlowEdit)
}
