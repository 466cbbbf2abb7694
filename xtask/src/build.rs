//! Builds: which compiler, which flags, which folder.

use std::{
    env, fs,
    path::{Path, PathBuf},
    process::Command,
};

use crate::{
    fault::{Fault, OnFile},
    places::Places,
    process::{capture, run},
    progress::Step,
    setup::{WindowsRust, windows_rust},
};

/// Builds the shipped executable for Windows.
///
/// # Errors
/// There is no compiler for Windows, or it found a fault.
pub fn release_for_windows(places: &Places) -> Result<PathBuf, Fault> {
    let rust = windows_rust(places)?;
    let mut cargo = windows_cargo(places, rust, "build");
    cargo.args(["--release", "--locked", "--package", "winwarden"]);
    cargo.env("CARGO_ENCODED_RUSTFLAGS", release_flags(places, rust).join("\x1f"));
    building("winwarden.exe", &mut cargo)?;
    Ok(windows_folder(places, rust).join("release").join("winwarden.exe"))
}

/// Builds the shipped executable for Linux, with the simulator.
///
/// # Errors
/// The compiler found a fault.
pub fn release_for_linux(places: &Places) -> Result<PathBuf, Fault> {
    let mut cargo = own_cargo(places, "build");
    cargo.args(["--release", "--locked", "--package", "winwarden"]);
    cargo.env("CARGO_ENCODED_RUSTFLAGS", path_flags(places, WindowsRust::Rustup).join("\x1f"));
    building("winwarden", &mut cargo)?;
    Ok(places.target().join("release").join("winwarden"))
}

/// Builds the programs that end-to-end tests drive, and gives their folder.
///
/// # Errors
/// There is no compiler for Windows, or it found a fault.
pub fn test_programs(places: &Places) -> Result<PathBuf, Fault> {
    let rust = windows_rust(places)?;
    let mut cargo = windows_cargo(places, rust, "build");
    // With the tests, whose dependencies bring features of their own: else everything is built twice.
    cargo.args(["--locked", "--bins", "--tests"]).args(windows_packages());
    building("test programs", &mut cargo)?;
    Ok(windows_folder(places, rust).join("debug"))
}

/// Builds test programs as the shipped executable is built, for comparisons, and gives their folder.
///
/// # Errors
/// There is no compiler for Windows, or it found a fault.
pub fn release_test_programs(places: &Places, programs: &[&str]) -> Result<PathBuf, Fault> {
    let rust = windows_rust(places)?;
    let mut cargo = windows_cargo(places, rust, "build");
    cargo.args(["--release", "--locked", "--package", "testapps"]);
    cargo.args(programs.iter().flat_map(|program| ["--bin", program]));
    cargo.env("CARGO_ENCODED_RUSTFLAGS", release_flags(places, rust).join("\x1f"));
    building("programs to compare with", &mut cargo)?;
    Ok(windows_folder(places, rust).join("release"))
}

/// Builds an example of a crate for this system as `dist/winwarden` is built, and gives its path.
///
/// # Errors
/// The compiler found a fault.
pub fn release_example(places: &Places, package: &str, example: &str) -> Result<PathBuf, Fault> {
    let mut cargo = own_cargo(places, "build");
    cargo.args(["--release", "--locked", "--package", package, "--example", example]);
    building(example, &mut cargo)?;
    let folder = places.target().join("release").join("examples");
    Ok(folder.join(format!("{example}{}", env::consts::EXE_SUFFIX)))
}

/// Builds a test program for this system as `dist/winwarden` is built, and gives its path.
///
/// # Errors
/// The compiler found a fault.
pub fn own_release_test_program(places: &Places, program: &str) -> Result<PathBuf, Fault> {
    let mut cargo = own_cargo(places, "build");
    cargo.args(["--release", "--locked", "--package", "testapps", "--bin", program]);
    cargo.env("CARGO_ENCODED_RUSTFLAGS", path_flags(places, WindowsRust::Rustup).join("\x1f"));
    building(program, &mut cargo)?;
    Ok(places.target().join("release").join(format!("{program}{}", env::consts::EXE_SUFFIX)))
}

/// Builds the executable of this system, quickly, with the simulator.
///
/// # Errors
/// The compiler found a fault.
pub fn simulator(places: &Places) -> Result<PathBuf, Fault> {
    building(
        "winwarden with the simulator",
        own_cargo(places, "build").args(["--locked", "--package", "winwarden"]),
    )?;
    Ok(places.target().join("debug").join(format!("winwarden{}", env::consts::EXE_SUFFIX)))
}

/// The arguments that choose the packages with code for Windows. Always all of them: cargo builds a dependency once
/// more for each set of packages that asks it for other features.
pub fn windows_packages() -> impl Iterator<Item = &'static str> {
    ["host-windows", "testapps", "winwarden"].into_iter().flat_map(|package| ["--package", package])
}

/// `cargo SUBCOMMAND` of this machine, in the checkout.
pub fn own_cargo(places: &Places, subcommand: &str) -> Command {
    let mut command = Command::new("cargo");
    for inherited in ["CARGO", "CARGO_MANIFEST_DIR", "CARGO_PKG_NAME"] {
        command.env_remove(inherited);
    }
    command.arg(subcommand).current_dir(&places.project);
    command
}

/// `cargo SUBCOMMAND` for Windows, in the checkout, with its own target folder on Linux.
pub fn windows_cargo(places: &Places, rust: WindowsRust, subcommand: &str) -> Command {
    let mut command = rust.cargo(subcommand);
    command.current_dir(&places.project);
    if rust != WindowsRust::Native {
        command.arg("--target-dir").arg(places.target_windows()).env_remove("CARGO_TARGET_DIR");
    }
    command
}

/// The folder that holds `debug` and `release` of programs for Windows.
pub fn windows_folder(places: &Places, rust: WindowsRust) -> PathBuf {
    match rust {
        WindowsRust::Native => places.target(),
        WindowsRust::Rustup | WindowsRust::Debian => places.target_windows().join(crate::setup::TARGET),
    }
}

/// Copies a file so that whoever runs it meanwhile sees the old or the new one, whole.
///
/// # Errors
/// It cannot be read or written.
pub fn put(from: &Path, to: &Path) -> Result<(), Fault> {
    let new = to.with_extension("new");
    fs::copy(from, &new).doing("copy to", &new)?;
    fs::rename(&new, to).doing("write", to)
}

fn building(what: &str, cargo: &mut Command) -> Result<(), Fault> {
    let step = Step::begin("build", what);
    let done = run(cargo.arg("--quiet"));
    step.end(done, "read what the compiler says above")
}

/// DLLs that are loaded by the first call into them: every one of them costs a start more than the protocol does, and
/// the gate seldom needs any. `dlltool-delayed` has the same list.
const DELAYED: [&str; 12] = [
    "user32.dll",
    "gdi32.dll",
    "ole32.dll",
    "oleaut32.dll",
    "combase.dll",
    "dwmapi.dll",
    "shell32.dll",
    "userenv.dll",
    "wtsapi32.dll",
    "wintrust.dll",
    "crypt32.dll",
    "api-ms-win-shcore-scaling-l1-1-1.dll",
];

/// No data is executed, and addresses are random over the whole 64 bits. DLLs are looked for in System32 alone, most
/// of them when they are needed. Sections lie in the file as in memory, so that they need not be copied.
fn release_flags(places: &Places, rust: WindowsRust) -> Vec<String> {
    let mut flags = path_flags(places, rust);
    let mut link = |flag: String| flags.push(format!("-Clink-arg={flag}"));
    match rust {
        WindowsRust::Native => {
            ["/DYNAMICBASE", "/HIGHENTROPYVA", "/NXCOMPAT", "/DEPENDENTLOADFLAG:0x800", "delayimp.lib"]
                .into_iter()
                .for_each(|flag| link(flag.to_owned()));
            DELAYED.iter().for_each(|dll| link(format!("/DELAYLOAD:{dll}")));
        }
        WindowsRust::Rustup | WindowsRust::Debian => {
            link("-Wl,--dynamicbase,--high-entropy-va,--nxcompat,--file-alignment=4096".to_owned());
            link("-ldelayimp".to_owned());
            flags.push(format!("-Cdlltool={}", places.project.join("xtask/dlltool-delayed").display()));
        }
    }
    flags
}

/// Names of source files as panics and logs show them: none of this machine's folders.
fn path_flags(places: &Places, rust: WindowsRust) -> Vec<String> {
    let home = env::var_os("CARGO_HOME").map(PathBuf::from);
    let home = home.or_else(|| env::home_dir().map(|home| home.join(".cargo")));
    let mut flags = vec![remap(&places.project, "winwarden")];
    let sources = home.map(|home| home.join("registry").join("src"));
    let registries = sources.and_then(|folder| fs::read_dir(folder).ok()).into_iter().flatten();
    flags.extend(registries.filter_map(|entry| Some(remap(&entry.ok()?.path(), "crates"))));
    let compiler = if rust == WindowsRust::Debian { "/usr/bin/rustc" } else { "rustc" };
    if let Ok(sysroot) = capture(Command::new(compiler).args(["--print", "sysroot"])) {
        let source = Path::new(sysroot.trim()).join("lib/rustlib/src/rust");
        flags.extend(source.canonicalize().ok().map(|real| remap(&real, "rust")));
        flags.push(remap(&source, "rust"));
    }
    flags
}

fn remap(from: &Path, to: &str) -> String {
    format!("--remap-path-prefix={}={to}", from.display())
}

#[cfg(test)]
mod tests {
    use super::DELAYED;

    #[test]
    fn both_linkers_delay_the_same_dlls() {
        let script = include_str!("../dlltool-delayed");
        let list = script.split_once("delayed='").and_then(|(_, rest)| rest.split('\'').next()).unwrap();
        assert_eq!(list.split_whitespace().collect::<Vec<_>>(), DELAYED);
        // It looks for each with a space on either side.
        assert!(DELAYED.iter().all(|dll| list.contains(&format!(" {dll} "))), "{list}");
    }
}
