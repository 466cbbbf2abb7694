//! Gate and worker as two processes on a real desktop.
//!
//! This executable is gate and worker at once, so it has a `main` of its own: `worker` makes it the worker, `gate` a
//! gate that waits or drags until it is ended, and anything else runs the tests whose names contain it.
//! Needs a desktop (Windows, or Wine on a virtual display) and the programs of `crates/testapps` built beside it.
#![cfg_attr(
    windows,
    expect(
        clippy::unwrap_used,
        clippy::indexing_slicing,
        clippy::panic,
        reason = "a test program, though not for the compiler"
    )
)]

#[cfg(windows)]
mod cases;
#[cfg(windows)]
mod lives;
#[cfg(windows)]
mod own;
#[cfg(windows)]
#[path = "../hands_on/program.rs"]
#[expect(dead_code, reason = "shared with the tests of keyboard and mouse, which use more of it")]
mod program;
#[cfg(windows)]
mod registry;
#[cfg(windows)]
mod session;

#[cfg(windows)]
fn main() -> std::process::ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match arguments.as_slice() {
        ["worker", "--read", read, "--write", write] => {
            lives::tell_surroundings();
            let read = lives::deaf_once(read.parse().unwrap());
            host_windows::run_worker(read, write.parse().unwrap()).unwrap();
            std::process::ExitCode::SUCCESS
        }
        ["gate", act] => lives::be_a_gate(act),
        _ => run(arguments.iter().copied().find(|argument| !argument.starts_with('-')).unwrap_or_default()),
    }
}

/// Runs the tests whose names contain `filter`, one after the other: they share one desktop. Ends with the line that
/// libtest ends with.
#[cfg(windows)]
fn run(filter: &str) -> std::process::ExitCode {
    let (mut passed, mut failed) = (0_u32, 0_u32);
    for (name, test) in cases::ALL
        .iter()
        .chain(lives::ALL)
        .chain(own::ALL)
        .chain(registry::ALL)
        .filter(|(name, _)| name.contains(filter))
    {
        let held = std::panic::catch_unwind(test).is_ok();
        eprintln!("test {name} ... {}", if held { "ok" } else { "FAILED" });
        *if held { &mut passed } else { &mut failed } += 1;
    }
    let word = if failed == 0 { "ok" } else { "FAILED" };
    eprintln!("\ntest result: {word}. {passed} passed; {failed} failed");
    if failed == 0 { std::process::ExitCode::SUCCESS } else { std::process::ExitCode::FAILURE }
}

#[cfg(not(windows))]
fn main() {}
