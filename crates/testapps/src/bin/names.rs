//! Controls whose names try to forge, break or flood a listing.

#![windows_subsystem = "windows"]

use std::process::ExitCode;

fn main() -> ExitCode {
    testapps::start(testapps::Program::Names)
}
