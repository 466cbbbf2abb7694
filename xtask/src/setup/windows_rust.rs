//! A Rust compiler that builds for Windows: rustup's target where it can be had, else Debian's newest compiler,
//! which builds the standard library itself.

use std::{fmt, path::Path, process::Command};

use super::apt;
use crate::{
    fault::Fault,
    places::Places,
    process::{find, logged, succeeds},
    progress::Step,
};

/// The target on Linux.
pub const TARGET: &str = "x86_64-pc-windows-gnu";

/// Debian's compiler for its browsers: the newest it has.
const DEBIAN_PACKAGES: [&str; 4] = ["rustc-web", "cargo-web", "rust-web-src", "rust-web-clippy"];

/// Which compiler builds for Windows here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WindowsRust {
    /// This is Windows: the one that built this program.
    Native,
    /// rustup's, with the target added.
    Rustup,
    /// Debian's `rustc-web`.
    Debian,
}

impl fmt::Display for WindowsRust {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Native => "this machine's own",
            Self::Rustup => "rustup's, target x86_64-pc-windows-gnu",
            Self::Debian => "Debian's rustc-web, which builds the standard library too",
        })
    }
}

impl WindowsRust {
    /// `cargo SUBCOMMAND` for Windows; the target folder is the caller's to say.
    pub fn cargo(self, subcommand: &str) -> Command {
        let mut command = Command::new(if self == Self::Debian { "/usr/bin/cargo" } else { "cargo" });
        for inherited in ["CARGO", "RUSTC", "RUSTDOC", "CARGO_MANIFEST_DIR", "CARGO_PKG_NAME"] {
            command.env_remove(inherited);
        }
        command.arg(subcommand);
        match self {
            Self::Native => {}
            Self::Rustup => {
                command.args(["--target", TARGET]);
            }
            Self::Debian => {
                let path = std::env::var("PATH").unwrap_or_default();
                command.env("PATH", format!("/usr/bin:{path}")).env("RUSTC_BOOTSTRAP", "1");
                command.env_remove("RUSTUP_TOOLCHAIN").env_remove("RUSTC_WRAPPER");
                command.args(["-Z", "build-std=std,panic_unwind", "--target", TARGET]);
            }
        }
        command
    }
}

/// Finds the compiler, and installs it where there is none.
///
/// # Errors
/// There is none and none can be installed.
pub fn windows_rust(places: &Places) -> Result<WindowsRust, Fault> {
    if cfg!(windows) {
        return Ok(WindowsRust::Native);
    }
    apt::have(places, &[("x86_64-w64-mingw32-gcc", "gcc-mingw-w64-x86-64")])?;
    if let Some(found) = installed() {
        return Ok(found);
    }
    let _lock = places.lock("windows-rust")?;
    let step = Step::begin("compiler for Windows", "adding rustup's target, else Debian's compiler");
    let made = add(places, &step);
    step.end(made, "install one by hand: `rustup target add x86_64-pc-windows-gnu`")
}

fn add(places: &Places, step: &Step) -> Result<WindowsRust, Fault> {
    if let Some(found) = installed() {
        return Ok(found);
    }
    if find("rustup").is_some() {
        let mut rustup = Command::new("timeout");
        rustup.args(["180", "rustup", "target", "add", TARGET]);
        if logged(&mut rustup, &places.log("rustup")).is_ok() && installed().is_some() {
            return Ok(WindowsRust::Rustup);
        }
        step.note("rustup cannot fetch the target here: installing Debian's compiler");
    }
    apt::install(places, &DEBIAN_PACKAGES)?;
    installed().ok_or_else(|| Fault::missing("Debian's rustc-web is installed but is not 1.95 or newer"))
}

/// What is here already. `WINWARDEN_TEST_WINDOWS_RUST=debian` or `rustup` passes over the other.
fn installed() -> Option<WindowsRust> {
    let chosen = std::env::var("WINWARDEN_TEST_WINDOWS_RUST").unwrap_or_default();
    if chosen != "debian" && rustup_has_target() {
        return Some(WindowsRust::Rustup);
    }
    (chosen != "rustup" && debian_is_new_enough()).then_some(WindowsRust::Debian)
}

fn rustup_has_target() -> bool {
    let Ok(output) = Command::new("rustc").args(["--print", "sysroot"]).output() else {
        return false;
    };
    let sysroot = String::from_utf8_lossy(&output.stdout).trim().to_owned();
    Path::new(&sysroot).join("lib/rustlib").join(TARGET).join("lib").is_dir()
}

fn debian_is_new_enough() -> bool {
    let Ok(output) = Command::new("/usr/bin/rustc").arg("--version").output() else {
        return false;
    };
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let minor = text.split_whitespace().nth(1).and_then(|version| version.split('.').nth(1)?.parse().ok());
    let clippy = Path::new("/usr/bin/cargo-clippy").exists() || find("clippy-driver").is_some();
    minor.is_some_and(|minor: u32| minor >= 95)
        && clippy
        && Path::new("/usr/bin/cargo").exists()
        && succeeds(Command::new("/usr/bin/rustc").args(["--print", "sysroot"]))
        && source_is_there()
}

fn source_is_there() -> bool {
    let Ok(output) = Command::new("/usr/bin/rustc").args(["--print", "sysroot"]).output() else {
        return false;
    };
    let sysroot = String::from_utf8_lossy(&output.stdout).trim().to_owned();
    Path::new(&sysroot).join("lib/rustlib/src/rust/library/std").is_dir()
}
