//! A Wine that is new enough: the host's from 9 on, else the one of a Debian 13 that is unpacked in the cache folder
//! and entered with bubblewrap.

use std::{
    fmt, fs,
    path::{Path, PathBuf},
    process::Command,
};

use super::apt;
use crate::{
    fault::{Fault, OnFile},
    places::{Places, build_whole, key},
    process::{capture, find, logged, succeeds},
    progress::Step,
};

const SUITE: &str = "trixie";
const PACKAGES: &str = "wine64,wine,fonts-wine,xvfb,ca-certificates,imagemagick,xdotool";
const HOST_PROGRAMS: [(&str, &str); 5] = [
    ("wine", "wine"),
    ("Xvfb", "xvfb"),
    ("import", "imagemagick"),
    ("xdotool", "xdotool"),
    ("setpriv", "util-linux"),
];
const WITHOUT_RIGHTS: &str = "the test desktop needs Wine 9 or newer, or bubblewrap with the right to use it \
                              (root, or unprivileged user namespaces). `./x demo --sim` needs neither";

/// Top-level folders that come from the unpacked Debian; everything else is the host's, under the same path.
const SYSTEM: [&str; 16] = [
    "bin",
    "boot",
    "dev",
    "etc",
    "lib",
    "lib32",
    "lib64",
    "libx32",
    "proc",
    "run",
    "sbin",
    "sys",
    "usr",
    "var",
    "lost+found",
    "snap",
];

/// Which Wine there is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Wine {
    /// The host's.
    Host,
    /// The one of the Debian unpacked here.
    Root(PathBuf),
}

impl fmt::Display for Wine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Host => f.write_str("the host's"),
            Self::Root(folder) => write!(f, "Debian {SUITE}'s, in {}", folder.display()),
        }
    }
}

/// What becomes of a program when the thread that started it ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Bound {
    /// It is killed, however that thread ended.
    ToParent,
    /// It lives on.
    No,
}

impl Wine {
    /// A command inside, in the folder `at`. Its environment holds a `PATH`, a locale and Wine's silence; the caller
    /// adds what else it is to have.
    pub fn command(&self, places: &Places, at: &Path, bound: Bound, program: &str) -> Command {
        let mut command = match self {
            Self::Host => {
                let mut command = Command::new(find("setpriv").unwrap_or_else(|| "setpriv".into()));
                command.args(["--pdeathsig", if bound == Bound::ToParent { "KILL" } else { "keep" }, "--"]);
                command.current_dir(at);
                command
            }
            Self::Root(root) => {
                let mut command = Command::new(find("bwrap").unwrap_or_else(|| "bwrap".into()));
                command.args(binds(root, places)).arg("--chdir").arg(at);
                if bound == Bound::ToParent {
                    command.arg("--die-with-parent");
                }
                command.arg("--");
                command
            }
        };
        command.arg(program);
        command.env_clear().env("PATH", "/usr/local/bin:/usr/bin:/bin:/usr/games");
        command.env("LANG", "C.UTF-8").env("WINEDEBUG", "-all");
        command
    }

    /// Whether a folder of the host is the same folder inside.
    pub fn sees(&self, places: &Places, folder: &Path) -> bool {
        match self {
            Self::Host => true,
            Self::Root(_) => {
                let top =
                    folder.components().nth(1).map(|part| part.as_os_str().to_string_lossy().into_owned());
                top.is_some_and(|top| !SYSTEM.contains(&top.as_str()))
                    || folder.starts_with(&places.project)
                    || folder.starts_with(&places.cache)
            }
        }
    }
}

/// Finds Wine, and installs it where there is none.
///
/// # Errors
/// There is none and it cannot be installed: says what is missing.
pub fn wine(places: &Places) -> Result<Wine, Fault> {
    if !cfg!(all(target_os = "linux", target_arch = "x86_64")) {
        return Err(Fault::missing(
            "the test desktop needs Linux on x86-64; `./x demo --sim` runs everywhere",
        ));
    }
    let root = places.cache.join("roots").join(format!("{SUITE}-{}", key(PACKAGES)));
    if root.is_dir() && find("bwrap").is_some() {
        return Ok(Wine::Root(root));
    }
    if host_is_new_enough() {
        apt::have(places, &HOST_PROGRAMS)?;
        return Ok(Wine::Host);
    }
    if apt::candidate("wine").is_some_and(|version| major(&version) >= 9) {
        apt::have(places, &HOST_PROGRAMS)?;
        apt::install(places, &["wine64"])?;
        return Ok(Wine::Host);
    }
    unpack(places, &root)?;
    Ok(Wine::Root(root))
}

fn unpack(places: &Places, root: &Path) -> Result<(), Fault> {
    apt::have(places, &[("bwrap", "bubblewrap"), ("debootstrap", "debootstrap")])?;
    if !succeeds(Command::new("bwrap").args(["--ro-bind", "/", "/", "true"])) {
        return Err(Fault::missing(WITHOUT_RIGHTS));
    }
    let Some(rights) = apt::become_root() else {
        return Err(Fault::missing(format!("unpacking Wine's Debian needs root, once. {WITHOUT_RIGHTS}")));
    };
    let _lock = places.lock("wine-root")?;
    if root.is_dir() {
        return Ok(());
    }
    let step =
        Step::begin("Wine", &format!("unpacking Debian {SUITE} with Wine 10 (a minute or two, 1.6 GB)"));
    let log = places.log("debootstrap");
    let made = build_whole(root, |folder| {
        logged(&mut debootstrap(&rights, folder), &log)?;
        let archives = folder.join("var/cache/apt/archives");
        if apt::is_root() && archives.is_dir() {
            fs::remove_dir_all(&archives).doing("remove", &archives)?;
        }
        let version = capture(
            Wine::Root(folder.to_owned()).command(places, Path::new("/"), Bound::No, "wine").arg("--version"),
        )?;
        if major(version.trim().trim_start_matches("wine-")) >= 9 {
            Ok(())
        } else {
            Err(Fault::missing(format!("`{}` is older than Wine 9", version.trim())))
        }
    });
    step.end(made, &format!("see {}; a Debian mirror must be reachable. {WITHOUT_RIGHTS}", log.display()))
}

fn debootstrap(rights: &[&str], folder: &Path) -> Command {
    let folder = folder.to_string_lossy();
    let include = format!("--include={PACKAGES}");
    let proxy = format!("http_proxy={}", apt_proxy().unwrap_or_default());
    let mirror = mirror();
    let mut words = vec!["env", "DEBIAN_FRONTEND=noninteractive"];
    if proxy != "http_proxy=" {
        words.push(&proxy);
    }
    words.extend(["debootstrap", "--variant=minbase", &include, SUITE, &folder]);
    words.extend(mirror.as_deref());
    apt::as_root(rights, &words)
}

/// The machine's own Debian mirror, from its apt sources; debootstrap knows a default where it has none.
fn mirror() -> Option<String> {
    let folder = Path::new("/etc/apt/sources.list.d");
    let files = fs::read_dir(folder).ok().into_iter().flatten().filter_map(|entry| Some(entry.ok()?.path()));
    let files = std::iter::once(PathBuf::from("/etc/apt/sources.list")).chain(files);
    files.filter_map(|file| fs::read_to_string(file).ok()).find_map(|text| mirror_in(&text))
}

/// The first mirror of Debian itself in a sources file of either form: its address ends in `/debian`.
fn mirror_in(sources: &str) -> Option<String> {
    let lines =
        sources.lines().map(str::trim).filter(|line| line.starts_with("deb ") || line.starts_with("URIs:"));
    lines
        .flat_map(str::split_whitespace)
        .filter(|word| word.contains("://"))
        .map(|word| word.trim_end_matches('/'))
        .find(|address| address.ends_with("/debian"))
        .map(str::to_owned)
}

fn apt_proxy() -> Option<String> {
    let text = capture(Command::new("apt-config").args(["shell", "P", "Acquire::http::Proxy"])).ok()?;
    let proxy = text.trim().strip_prefix("P='")?.strip_suffix('\'')?;
    (!proxy.is_empty() && proxy != "DIRECT").then(|| proxy.to_owned())
}

fn host_is_new_enough() -> bool {
    let version = find("wine")
        .and_then(|wine| capture(Command::new(wine).arg("--version").env("WINEDEBUG", "-all")).ok());
    version.is_some_and(|text| major(text.trim().trim_start_matches("wine-")) >= 9)
}

/// The number before the first dot.
fn major(version: &str) -> u32 {
    version.split(['.', '~', '-']).next().and_then(|number| number.parse().ok()).unwrap_or(0)
}

/// The unpacked Debian as `/`, read-only, with the host's other folders in it. The same for every program of a desktop:
/// Wine's server opens files for all of them, so all must see the same ones.
fn binds(root: &Path, places: &Places) -> Vec<std::ffi::OsString> {
    let mut words: Vec<std::ffi::OsString> = vec!["--bind".into(), root.into(), "/".into()];
    let mut bind = |path: &Path| words.extend(["--bind".into(), path.into(), path.into()]);
    let mut tops: Vec<PathBuf> =
        fs::read_dir("/").into_iter().flatten().filter_map(|entry| Some(entry.ok()?.path())).collect();
    tops.sort();
    let own = |path: &PathBuf| {
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        path.is_dir() && !path.is_symlink() && !name.starts_with('.') && !SYSTEM.contains(&name.as_str())
    };
    tops.iter().filter(|path| own(path)).for_each(|path| bind(path));
    let hidden = |path: &Path| {
        path.components().nth(1).is_some_and(|top| SYSTEM.iter().any(|name| top.as_os_str() == *name))
    };
    [&places.project, &places.cache].into_iter().filter(|path| hidden(path)).for_each(|path| bind(path));
    words.extend(
        ["--proc", "/proc", "--dev", "/dev", "--tmpfs", "/run", "--tmpfs", "/var/tmp"].map(Into::into),
    );
    words.extend(["--remount-ro", "/"].map(Into::into));
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_mirror_is_taken_from_either_form_of_sources() {
        let old = "deb [signed-by=/k.gpg] https://m.example/debian/ bookworm main\n";
        let new = "Types: deb\n# a remark\nURIs: http://m.example/debian\nSuites: bookworm\n";
        let other = "URIs: http://m.example/debian-security\ndeb https://m.example/apt cloud main\n";
        assert_eq!(mirror_in(old).as_deref(), Some("https://m.example/debian"));
        assert_eq!(mirror_in(new).as_deref(), Some("http://m.example/debian"));
        assert_eq!(mirror_in(other), None);
    }

    #[test]
    fn a_version_is_compared_by_its_first_number() {
        assert_eq!(major("10.0~repack-6"), 10);
        assert_eq!(major("9.0 (Ubuntu 9.0~repack-4build3)"), 9);
        assert_eq!(major("nonsense"), 0);
    }
}
