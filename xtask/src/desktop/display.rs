//! The virtual display: an X server of the desktop's own.

use std::{
    fs,
    path::Path,
    process::{Command, Stdio},
    thread,
    time::{Duration, Instant},
};

use super::state::{Process, member_named};
use crate::{
    fault::{Fault, OnFile},
    process::{start_fault, tail},
};

/// What it measures; Wine's desktop fills it.
pub const SIZE: (u32, u32) = (1280, 800);

/// Starts one with a number that no other display of this machine has. The caller holds the lock for that.
pub fn start(mut command: Command, folder: &Path) -> Result<(u32, Process), Fault> {
    let number = free_number()?;
    let (width, height) = SIZE;
    command.arg(format!(":{number}")).args(["-screen", "0", &format!("{width}x{height}x24")]);
    command.args(["-nolisten", "tcp", "-noreset"]);
    let log = folder.join("xvfb.log");
    detached(&mut command, &log)?;
    let socket = format!("/tmp/.X11-unix/X{number}");
    let process = wait_for("the display did not come up", 20, &log, || {
        member_named(folder, "Xvfb").filter(|_| Path::new(&socket).exists())
    })?;
    Ok((number, process))
}

/// Starts a program that outlives us, with its output in a file.
pub fn detached(command: &mut Command, log: &Path) -> Result<(), Fault> {
    use std::os::unix::process::CommandExt;

    let file = fs::File::create(log).doing("write", log)?;
    let again = file.try_clone().doing("write", log)?;
    command.stdin(Stdio::null()).stdout(file).stderr(again).process_group(0);
    command.spawn().map(drop).map_err(|source| start_fault(command, source))
}

/// Looks every 20 ms until `there` gives something.
pub fn wait_for<T>(
    what: &'static str,
    seconds: u64,
    log: &Path,
    mut there: impl FnMut() -> Option<T>,
) -> Result<T, Fault> {
    let began = Instant::now();
    loop {
        if let Some(found) = there() {
            return Ok(found);
        }
        if began.elapsed() > Duration::from_secs(seconds) {
            return Err(Fault::Late { what, seconds, tail: tail(log, 8) });
        }
        thread::sleep(Duration::from_millis(20));
    }
}

/// A number that no X server uses: the kernel's list shows the sockets of all, whatever `/tmp` they see.
fn free_number() -> Result<u32, Fault> {
    let sockets = fs::read_to_string("/proc/net/unix").unwrap_or_default();
    let taken = |number: &u32| {
        let name = format!("/tmp/.X11-unix/X{number}");
        sockets.lines().any(|line| line.ends_with(&name))
            || Path::new(&format!("/tmp/.X{number}-lock")).exists()
    };
    (100..600)
        .find(|number| !taken(number))
        .ok_or_else(|| Fault::missing("all display numbers from 100 to 599 are taken"))
}
