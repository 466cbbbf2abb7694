//! Replaces a button by another one between look and click.

#![windows_subsystem = "windows"]

use std::process::ExitCode;

fn main() -> ExitCode {
    testapps::start(testapps::Program::Morph)
}
