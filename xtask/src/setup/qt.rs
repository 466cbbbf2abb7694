//! Real Qt programs for Windows (`assistant.exe`, `designer.exe`), from the wheel of PyPI's `qt6-applications`:
//! programs with a whole UI Automation tree, which Wine's own have not.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use super::apt;
use crate::{
    fault::{Fault, OnFile},
    places::{Places, build_whole},
    process::{find, logged, succeeds},
    progress::Step,
};

const WHEEL: &str = "qt6-applications==6.5.0.2.3";

/// Takes from the wheel what the two programs need: their executables, the DLLs, the plugins.
const UNPACK: &str = r#"
import sys, zipfile
wheel, folder = sys.argv[1:]
archive = zipfile.ZipFile(wheel)
programs = ("assistant.exe", "designer.exe")
unneeded = ("qmltooling", "sqldrivers/qsqlodbc", "sqldrivers/qsqlpsql", "sqldrivers/qsqlmysql")
for name in archive.namelist():
    short = name.removeprefix("qt6_applications/Qt/")
    wanted = short.startswith("plugins/") and not any(part in short for part in unneeded)
    wanted = wanted or short.startswith("bin/") and (short.endswith((".dll", "qt.conf")) or short[4:] in programs)
    if wanted and not name.endswith("/"):
        archive.extract(name, folder)
"#;

/// The folder with `assistant.exe` and `designer.exe`; fetched (43 MB) where it is not there yet.
///
/// # Errors
/// It cannot be fetched or unpacked.
pub fn qt_applications(places: &Places) -> Result<PathBuf, Fault> {
    let whole = places.cache.join("qt6-applications-6.5.0.2.3");
    let folder = whole.join("qt6_applications").join("Qt").join("bin");
    if folder.join("designer.exe").is_file() {
        return Ok(folder);
    }
    let _lock = places.lock("qt")?;
    if folder.join("designer.exe").is_file() {
        return Ok(folder);
    }
    let step = Step::begin("Qt programs", "fetching assistant.exe and designer.exe (43 MB) for the tests");
    let made = fetch(places, &whole);
    step.end(made, "install pip (`apt-get install python3-pip`) and check that it can download")?;
    Ok(folder)
}

fn fetch(places: &Places, whole: &Path) -> Result<(), Fault> {
    let python = python(places)?;
    let log = places.log("qt");
    let wheels = places.cache.join("wheels");
    let mut pip = Command::new(&python);
    pip.args(["-m", "pip", "download", "--no-deps", "--only-binary=:all:", "--platform", "win_amd64"]);
    pip.args(["--python-version", "3.10", "--dest"]).arg(&wheels).arg(WHEEL);
    logged(&mut pip, &log)?;
    let entries = fs::read_dir(&wheels).doing("read", &wheels)?;
    let wheel = entries
        .filter_map(|entry| Some(entry.ok()?.path()))
        .find(|path| {
            path.file_name().is_some_and(|name| name.to_string_lossy().starts_with("qt6_applications-"))
        })
        .ok_or_else(|| Fault::missing("pip succeeded but left no wheel"))?;
    build_whole(whole, |folder| {
        logged(Command::new(&python).args(["-c", UNPACK]).arg(&wheel).arg(folder), &log)
    })?;
    fs::remove_dir_all(&wheels).doing("remove", &wheels)
}

/// A Python that can make virtual environments; on Debian what is missing is installed.
///
/// # Errors
/// There is none and it cannot be installed.
pub fn python_with_venv(places: &Places) -> Result<PathBuf, Fault> {
    let python = python(places)?;
    let can = |python: &Path| succeeds(Command::new(python).args(["-c", "import venv, ensurepip"]));
    if can(&python) {
        return Ok(python);
    }
    apt::install(places, &["python3-venv"])?;
    if can(&python) { Ok(python) } else { Err(Fault::missing("Python cannot make virtual environments")) }
}

/// Sees to it that `npm` is there.
///
/// # Errors
/// It is not and cannot be installed.
pub fn npm(places: &Places) -> Result<(), Fault> {
    if cfg!(windows) {
        let there = find("npm").is_some() || find_any("npm.cmd");
        return if there {
            Ok(())
        } else {
            Err(Fault::missing("npm is needed: install Node 22 from nodejs.org"))
        };
    }
    apt::have(places, &[("npm", "npm")])
}

/// Whether a file of this whole name lies on `PATH`.
fn find_any(file: &str) -> bool {
    let path = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&path).any(|folder| folder.join(file).is_file())
}

/// A Python that has pip; on Debian it is installed where there is none.
///
/// # Errors
/// There is none and it cannot be installed.
fn python(places: &Places) -> Result<PathBuf, Fault> {
    let with_pip = || {
        ["python3", "python"]
            .iter()
            .filter_map(|name| find(name))
            .find(|python| succeeds(Command::new(python).args(["-m", "pip", "--version"])))
    };
    if let Some(python) = with_pip() {
        return Ok(python);
    }
    if cfg!(windows) {
        return Err(Fault::missing("Python 3 with pip is needed: install it from python.org"));
    }
    apt::install(places, &["python3", "python3-pip", "python3-venv"])?;
    with_pip().ok_or_else(|| Fault::missing("Python 3 with pip is needed"))
}
