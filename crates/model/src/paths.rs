//! What a Windows path says before anything is opened: to open a path of another machine already tells that machine
//! who asks.
//!
//! Untrusted: the path, from the agent, a registration or a link.
//! Guarantees: `Local` is given only to paths that name a file below a drive letter, in full, without a stream, a
//! device or an ending that Windows would take off.
//! Does not: look at the drive or at links on the way; the host does.

use crate::{Code, Fault, LaunchPath, registry::upcase, ui::escape};

/// What kind of path this is, by its text alone. Either slash separates.
#[must_use]
pub fn kind(path: &str) -> LaunchPath {
    let path = path.replace('/', "\\");
    let rest = match path.strip_prefix(r"\\?\") {
        Some(rest) if drive(rest).is_some() => return kind_below_drive(rest),
        Some(_) => return LaunchPath::Network, // UNC, volumes and devices by their kernel names
        None => path.as_str(),
    };
    if rest.starts_with(r"\\") || starts_with(rest, r"\??\") {
        return LaunchPath::Network; // another machine, or a device
    }
    kind_below_drive(rest)
}

fn kind_below_drive(path: &str) -> LaunchPath {
    match drive(path) {
        Some(rest) if rest.starts_with('\\') => LaunchPath::Local,
        Some(_) | None => LaunchPath::Relative,
    }
}

/// What stands after a drive letter and its colon.
fn drive(path: &str) -> Option<&str> {
    let rest = path.strip_prefix(|c: char| c.is_ascii_alphabetic())?;
    rest.strip_prefix(':')
}

fn starts_with(path: &str, start: &str) -> bool {
    path.get(..start.len()).is_some_and(|head| head.eq_ignore_ascii_case(start))
}

/// Why a local path does not name one file and only that.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Misleading {
    /// `a.txt:b.exe`.
    #[error("names a stream inside a file")]
    Stream,
    /// `a.exe.` is `a.exe` to Windows.
    #[error("has a part that ends in a dot or a space, which Windows takes off")]
    Ending,
    /// `NUL`, `COM1`.
    #[error("names a device")]
    Device,
    /// Characters that no file name has.
    #[error("has characters that no file name has")]
    Characters,
}

impl Misleading {
    /// The refusal of such a path.
    #[must_use]
    pub fn fault(self, path: &str) -> Fault {
        Fault::new(Code::ForbiddenPath, format!("`{}` {self}", escape(path, 200)))
            .hint("give the full path as File Explorer shows it")
    }
}

/// Refuses local paths that Windows reads as something else than they seem to say.
///
/// # Errors
/// What is misleading about it.
pub fn refuse_misleading(path: &str) -> Result<(), Misleading> {
    let path = path.replace('/', "\\");
    let below = drive(path.strip_prefix(r"\\?\").unwrap_or(&path)).unwrap_or(&path);
    for part in below.split('\\').filter(|part| !matches!(*part, "" | "." | "..")) {
        if part.contains(':') {
            return Err(Misleading::Stream);
        }
        if part.ends_with(['.', ' ']) {
            return Err(Misleading::Ending);
        }
        if is_device(part) {
            return Err(Misleading::Device);
        }
        if part.contains(['<', '>', '"', '|', '?', '*']) || part.contains(char::is_control) {
            return Err(Misleading::Characters);
        }
    }
    Ok(())
}

/// The names that are devices in every folder, whatever follows a dot.
fn is_device(part: &str) -> bool {
    let stem = part.split('.').next().unwrap_or_default().trim_end().to_ascii_uppercase();
    let numbered = |name: &str| {
        let digit = stem.strip_prefix(name);
        digit.is_some_and(|digit| {
            matches!(digit, "1" | "2" | "3" | "4" | "5" | "6" | "7" | "8" | "9" | "¹" | "²" | "³")
        })
    };
    matches!(stem.as_str(), "CON" | "PRN" | "AUX" | "NUL" | "CONIN$" | "CONOUT$")
        || numbered("COM")
        || numbered("LPT")
}

/// The drive letter of a local path, upper case.
#[must_use]
pub fn letter(path: &str) -> Option<char> {
    let path = path.replace('/', "\\");
    let path = path.strip_prefix(r"\\?\").unwrap_or(&path);
    drive(path)?;
    path.chars().next().map(|letter| letter.to_ascii_uppercase())
}

/// A path as the system gives it for an open file (`\\?\C:\…`), as people write it; nothing where it is not below a
/// drive letter.
#[must_use]
pub fn plain(final_path: &str) -> Option<String> {
    let rest = final_path.strip_prefix(r"\\?\").unwrap_or(final_path);
    (kind(final_path) == LaunchPath::Local).then(|| rest.to_owned())
}

/// A path as two of them are compared: backslashes, and one case as NT has it. It is for comparing: letters beyond ASCII are
/// capitals.
#[must_use]
pub fn folded(path: &str) -> String {
    // No other character becomes one of ASCII, so that these are small again without a second one.
    upcase(&path.replace('/', "\\")).to_ascii_lowercase()
}

/// Why a text can never be the path of one program.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Unnameable {
    /// It says nothing about where the program lies.
    #[error("is no full path of a program")]
    Relative,
    /// It lies on another machine, or is a device.
    #[error("is no full path of a program on a drive of this machine")]
    Network,
    /// It stands for something else.
    #[error("{0}")]
    Misleading(#[from] Misleading),
    /// `PROGRA~1`.
    #[error("has a short name (`~1`); the system tells a program's long path")]
    Short,
    /// A drive or a folder.
    #[error("names a folder")]
    Folder,
}

/// A path of a program as the system tells it, in whatever case: full, with backslashes, without `\\?\`, `.`, `..` and doubled
/// separators.
///
/// # Errors
/// Why it can never be one.
pub fn program(path: &str) -> Result<String, Unnameable> {
    let straight = place(path)?;
    let is_folder = !straight.contains('\\')
        || path.rsplit(['\\', '/']).next().is_some_and(|end| matches!(end, "" | "." | ".."));
    if is_folder { Err(Unnameable::Folder) } else { Ok(straight) }
}

/// A path of a file or folder in the same form; of a drive, the letter with its colon.
///
/// # Errors
/// Why it can never be one.
pub fn place(path: &str) -> Result<String, Unnameable> {
    match kind(path) {
        LaunchPath::Local => {}
        LaunchPath::Network => return Err(Unnameable::Network),
        LaunchPath::Relative => return Err(Unnameable::Relative),
    }
    refuse_misleading(path)?;
    let straight = straightened(path);
    if straight.split('\\').any(is_short) { Err(Unnameable::Short) } else { Ok(straight) }
}

/// A full local path with backslashes, without `\\?\`, `.`, `..` and doubled separators; it stays on its drive. Nothing of any
/// other path.
#[must_use]
pub fn straightened(path: &str) -> String {
    let path = plain(&path.replace('/', "\\")).unwrap_or_default();
    let mut parts: Vec<&str> = Vec::new();
    for part in path.split('\\') {
        match part {
            "" | "." => {}
            ".." if parts.len() > 1 => drop(parts.pop()),
            ".." => {}
            part => parts.push(part),
        }
    }
    parts.join("\\")
}

/// Whether a name has the form that DOS knows: up to eight characters that end in `~` and a number, and up to three.
#[must_use]
pub fn is_short(name: &str) -> bool {
    let (stem, ending) = name.split_once('.').unwrap_or((name, ""));
    let number = stem.rsplit_once('~').map_or("", |(_, number)| number);
    stem.chars().count() <= 8
        && ending.chars().count() <= 3
        && !number.is_empty()
        && number.bytes().all(|byte| byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn detours_in_a_path_are_straightened_and_stay_on_the_drive() {
        assert_eq!(straightened(r"C:\a\..\..\..\b\.\\c.exe"), r"C:\b\c.exe");
        assert_eq!(straightened(r"\\?\C:\b\c.exe"), r"C:\b\c.exe");
    }

    #[test]
    fn a_program_has_one_path_however_it_is_written() {
        for path in [
            r"C:\Windows\notepad.exe",
            "C:/Windows/notepad.exe",
            r"C:\\Windows\\\notepad.exe",
            r"C:\Windows\.\notepad.exe",
            r"C:\Users\..\Windows\x\..\notepad.exe",
            r"C:\..\Windows\notepad.exe",
            r"\\?\C:\Windows\notepad.exe",
            "//?/C:/Windows/notepad.exe",
        ] {
            assert_eq!(program(path).as_deref(), Ok(r"C:\Windows\notepad.exe"), "{path}");
        }
    }

    #[test]
    fn what_is_never_the_path_of_a_program_is_told_why() {
        for (path, why) in [
            ("", Unnameable::Relative),
            ("notepad.exe", Unnameable::Relative),
            ("C:x.exe", Unnameable::Relative),
            (r"%APPDATA%\x.exe", Unnameable::Relative),
            (r"\\server\share\x.exe", Unnameable::Network),
            (r"\??\C:\x.exe", Unnameable::Network),
            (r"C:\x.exe.", Unnameable::Misleading(Misleading::Ending)),
            (r"C:\x.exe ", Unnameable::Misleading(Misleading::Ending)),
            (r"C:\x.exe:stream", Unnameable::Misleading(Misleading::Stream)),
            (r"C:\Apps\*", Unnameable::Misleading(Misleading::Characters)),
            (r"C:\PROGRA~1\x.exe", Unnameable::Short),
            (r"C:\Apps\MICRO~12.EXE", Unnameable::Short),
            (r"C:\", Unnameable::Folder),
            (r"C:\Apps\", Unnameable::Folder),
            (r"C:\Apps\x\..", Unnameable::Folder),
        ] {
            assert_eq!(program(path), Err(why), "{path}");
        }
        for long in [r"C:\Apps\x~.exe", r"C:\Apps\a~b.exe", r"C:\Apps\longername~1.exe", r"C:\Apps\a~1.html"]
        {
            assert!(program(long).is_ok(), "{long}");
        }
    }

    #[test]
    fn two_files_are_not_one_because_unicode_thinks_their_names_alike() {
        assert_eq!(folded("C:/Apps/KEEP.exe"), r"c:\apps\keep.exe");
        assert_eq!(folded("C:\\ÄÖ.exe"), folded("c:\\äö.EXE"));
        for (one, other) in
            [("\u{212a}", "k"), ("\u{17f}", "s"), ("ß", "ss"), ("\u{130}", "i\u{307}"), ("ς", "σ")]
        {
            assert_ne!(folded(one), folded(other), "{one} {other}");
        }
    }

    #[test]
    fn a_folder_has_one_path_and_a_drive_is_one() {
        for path in [r"C:\Apps", r"C:\Apps\", "C:/x/../Apps/.", r"\\?\C:\Apps\\"] {
            assert_eq!(place(path).as_deref(), Ok(r"C:\Apps"), "{path}");
        }
        for path in [r"C:\", "C:/", r"C:\x\..\..", r"\\?\C:\"] {
            assert_eq!(place(path).as_deref(), Ok("C:"), "{path}");
        }
        assert_eq!(place("C:"), Err(Unnameable::Relative));
    }

    #[test]
    fn only_full_paths_below_a_drive_letter_are_local() {
        for path in [
            r"C:\Windows\notepad.exe",
            "c:/Windows/notepad.exe",
            r"\\?\C:\a.exe",
            r"C:\..\a.exe",
            "//?/C:/a.exe",
        ] {
            assert_eq!(kind(path), LaunchPath::Local, "{path}");
        }
    }

    #[test]
    fn paths_that_need_a_current_folder_or_drive_are_relative() {
        for path in [
            "",
            "notepad",
            "notepad.exe",
            r"a\b.exe",
            r".\a.exe",
            r"..\a.exe",
            "C:",
            "C:a.exe",
            r"\a.exe",
            "/a.exe",
            r"\\?\C:a.exe",
            "é:\\a.exe",
            "1:\\a.exe",
        ] {
            assert_eq!(kind(path), LaunchPath::Relative, "{path}");
        }
    }

    #[test]
    fn paths_of_other_machines_and_of_devices_are_network() {
        for path in [
            r"\\server\share\a.exe",
            "//server/share/a.exe",
            r"\/server\share\a.exe",
            r"/\server\share\a.exe",
            r"\\?\UNC\server\share\a.exe",
            r"\\?\unc\server\share\a.exe",
            r"\\.\UNC\server\share\a.exe",
            r"\\.\C:\a.exe",
            r"\\.\pipe\a",
            r"\\?\GLOBALROOT\Device\Mup\server\a.exe",
            r"\\?\Volume{00000000-0000-0000-0000-000000000000}\a.exe",
            r"\\127.0.0.1\c$\a.exe",
            r"\??\C:\a.exe",
            r"\??\UNC\server\a.exe",
            r"\\server@SSL\DavWWWRoot\a.exe",
            "//?/UNC/server/a.exe",
        ] {
            assert_eq!(kind(path), LaunchPath::Network, "{path}");
        }
    }

    #[test]
    fn paths_that_windows_reads_otherwise_are_refused() {
        for (path, why) in [
            (r"C:\a.txt:b.exe", Misleading::Stream),
            (r"C:\a.exe::$DATA", Misleading::Stream),
            (r"C:\folder:x\a.exe", Misleading::Stream),
            (r"C:\a.exe.", Misleading::Ending),
            (r"C:\a.exe ", Misleading::Ending),
            (r"C:\folder.\a.exe", Misleading::Ending),
            (r"C:\...\a.exe", Misleading::Ending),
            (r"C:\nul.exe", Misleading::Device),
            (r"C:\com1\a.exe", Misleading::Device),
            (r"C:\LPT² .x\a.exe", Misleading::Device),
            (r"C:\conout$", Misleading::Device),
            (r"C:\a*.exe", Misleading::Characters),
            ("C:\\a\n.exe", Misleading::Characters),
        ] {
            assert_eq!(refuse_misleading(path), Err(why), "{path}");
        }
        for path in [
            r"C:\Program Files (x86)\a b\c.exe",
            r"C:\a\..\b\.\c.exe",
            r"C:\com10\nullify.exe",
            r"\\?\C:\a.exe",
            r"C:\.config\a.exe",
        ] {
            assert_eq!(refuse_misleading(path), Ok(()), "{path}");
        }
    }

    #[test]
    fn a_final_path_is_given_without_its_prefix_only_below_a_drive() {
        assert_eq!(plain(r"\\?\C:\a\b.exe").as_deref(), Some(r"C:\a\b.exe"));
        assert_eq!(plain(r"\\?\UNC\server\a.exe"), None);
        assert_eq!(plain(r"\\?\GLOBALROOT\x"), None);
        assert_eq!(letter(r"\\?\d:\x"), Some('D'));
        assert_eq!(letter("x"), None);
    }
}
