//! Installs what is missing, and nothing that is there. Each part is asked for by the command that needs it.

use crate::{fault::Fault, places::Places, progress::Step};

mod apt;
mod qt;
mod windows_rust;
pub mod wine;

pub use qt::{npm, python_with_venv, qt_applications};
pub use windows_rust::{TARGET, WindowsRust, windows_rust};
pub use wine::{Wine, wine};

/// `cargo xtask setup`: everything that the other commands need.
///
/// # Errors
/// The first step that failed, and what to do about it.
pub fn run(places: &Places) -> Result<(), Fault> {
    let all = Step::begin("setup", "looking for what is missing");
    let done = everything(places);
    all.end(done, "read the lines above; `./x demo --sim` needs none of this")
}

fn everything(places: &Places) -> Result<(), Fault> {
    let rust = windows_rust(places)?;
    eprintln!("    compiler for Windows: {rust}");
    if cfg!(unix) {
        let wine = wine(places)?;
        eprintln!("    Wine: {wine}");
    }
    match qt_applications(places) {
        Ok(folder) => eprintln!("    Qt programs for tests: {}", folder.display()),
        Err(fault) => eprintln!("    Qt programs for tests: not here, their tests will be skipped\n{fault}"),
    }
    Ok(())
}
