//! Debian packages.

use std::process::Command;

use crate::{
    fault::Fault,
    places::Places,
    process::{find, logged, succeeds},
    progress::Step,
};

/// Sees to it that the programs are there: installs the packages of those that are not.
///
/// `wanted` pairs a program with the package that has it.
///
/// # Errors
/// Something is missing and cannot be installed; says what would have to be run.
pub fn have(places: &Places, wanted: &[(&str, &str)]) -> Result<(), Fault> {
    let missing = |(program, _): &&(&str, &str)| find(program).is_none();
    let packages: Vec<&str> = wanted.iter().filter(missing).map(|(_, package)| *package).collect();
    if packages.is_empty() { Ok(()) } else { install(places, &packages) }
}

/// Installs packages, one `xtask` at a time.
///
/// # Errors
/// There is no apt, no right to use it, or it failed.
pub fn install(places: &Places, packages: &[&str]) -> Result<(), Fault> {
    let list = packages.join(" ");
    let apt = become_root().filter(|_| find("apt-get").is_some()).ok_or_else(|| {
        Fault::missing(format!(
            "missing: {list}. Installing needs root and apt: run `apt-get install {list}` as root, then this again. \
             Without root, `./x demo --sim` works on any Linux"
        ))
    })?;
    let _lock = places.lock("apt")?;
    let step = Step::begin("packages", &list);
    let log = places.log("apt");
    let done = get(&apt, packages, &log).or_else(|_| {
        step.note("not found in the package list as it is: fetching a new one");
        logged(&mut apt_get(&apt, &["update"]), &log)?;
        get(&apt, packages, &log)
    });
    step.end(
        done,
        &format!("run `apt-get install {list}` and read what it says; the log is {}", log.display()),
    )
}

/// The version that apt would install, such as `10.0~repack-6`.
pub fn candidate(package: &str) -> Option<String> {
    let output = Command::new("apt-cache").args(["policy", package]).output().ok()?;
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let version = text.lines().find_map(|line| line.trim().strip_prefix("Candidate: "))?;
    (version != "(none)").then(|| version.to_owned())
}

/// The words before a command that needs root: none for root, `sudo -n` where that works without asking.
pub fn become_root() -> Option<Vec<&'static str>> {
    if is_root() {
        return Some(vec![]);
    }
    succeeds(Command::new("sudo").args(["-n", "true"])).then(|| vec!["sudo", "-n"])
}

/// Whether this process is root.
pub fn is_root() -> bool {
    let output = Command::new("id").arg("-u").output();
    output.is_ok_and(|output| output.stdout.trim_ascii() == b"0")
}

/// The command `words…` run with these rights.
pub fn as_root(rights: &[&str], words: &[&str]) -> Command {
    let mut all = rights.iter().chain(words);
    let mut command = Command::new(all.next().unwrap_or(&"true"));
    command.args(all);
    command
}

fn get(rights: &[&str], packages: &[&str], log: &std::path::Path) -> Result<(), Fault> {
    let mut words =
        vec!["-o", "DPkg::Lock::Timeout=300", "install", "--yes", "--quiet", "--no-install-recommends"];
    words.extend(packages);
    logged(&mut apt_get(rights, &words), log)
}

fn apt_get(rights: &[&str], words: &[&str]) -> Command {
    let mut all = vec!["env", "DEBIAN_FRONTEND=noninteractive", "apt-get"];
    all.extend(words);
    as_root(rights, &all)
}
