//! The executables as they are shipped: `dist/winwarden.exe` and `dist/winwarden`.

use std::{
    fs,
    path::{Path, PathBuf},
};

use crate::{
    build::{put, release_for_linux, release_for_windows},
    fault::{Fault, OnFile},
    places::Places,
};

mod pe;

pub use pe::check as check_header;

/// `cargo xtask dist`.
///
/// # Errors
/// A build failed, or the Windows executable's header lacks a protection.
pub fn run(places: &Places) -> Result<(), Fault> {
    tell(&windows(places)?)?;
    if cfg!(unix) {
        tell(&linux(places)?)?;
    }
    Ok(())
}

/// Builds `dist/winwarden.exe`, and gives its path.
///
/// # Errors
/// The build failed, or its header lacks a protection.
pub fn windows(places: &Places) -> Result<PathBuf, Fault> {
    let built = release_for_windows(places)?;
    pe::check(&built)?;
    placed(places, &built, "winwarden.exe")
}

/// Builds `dist/winwarden`, and gives its path.
///
/// # Errors
/// The build failed.
pub fn linux(places: &Places) -> Result<PathBuf, Fault> {
    placed(places, &release_for_linux(places)?, "winwarden")
}

fn placed(places: &Places, built: &Path, name: &str) -> Result<PathBuf, Fault> {
    let dist = places.dist();
    fs::create_dir_all(&dist).doing("make the folder", &dist)?;
    let file = dist.join(name);
    put(built, &file)?;
    Ok(file)
}

fn tell(file: &Path) -> Result<(), Fault> {
    let bytes = fs::metadata(file).doing("read", file)?.len();
    eprintln!("    {}: {}.{} MB", file.display(), bytes / 1_000_000, bytes / 100_000 % 10);
    Ok(())
}
