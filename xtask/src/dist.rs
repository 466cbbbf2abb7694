//! The executables as they are shipped: `dist/winwarden.exe` and `dist/winwarden`.

use std::fs;

use crate::{
    build::{put, release_for_linux, release_for_windows},
    fault::{Fault, OnFile},
    places::Places,
};

mod pe;

/// `cargo xtask dist`.
///
/// # Errors
/// A build failed, or the Windows executable's header lacks a protection.
pub fn run(places: &Places) -> Result<(), Fault> {
    let dist = places.dist();
    fs::create_dir_all(&dist).doing("make the folder", &dist)?;
    let windows = dist.join("winwarden.exe");
    let built = release_for_windows(places)?;
    pe::check(&built)?;
    put(&built, &windows)?;
    tell(&windows)?;
    if cfg!(unix) {
        let linux = dist.join("winwarden");
        put(&release_for_linux(places)?, &linux)?;
        tell(&linux)?;
    }
    Ok(())
}

fn tell(file: &std::path::Path) -> Result<(), Fault> {
    let bytes = fs::metadata(file).doing("read", file)?.len();
    eprintln!("    {}: {}.{} MB", file.display(), bytes / 1_000_000, bytes / 100_000 % 10);
    Ok(())
}
