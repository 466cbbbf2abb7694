//! What a Windows path says before anything is opened: to open a path of another machine already tells that machine
//! who asks.
//!
//! Untrusted: the path, from the agent, a registration or a link.
//! Guarantees: `Local` is given only to paths that name a file below a drive letter, in full, without a stream, a
//! device or an ending that Windows would take off.
//! Does not: look at the drive or at links on the way; the host does.

use crate::{Code, Fault, LaunchPath, ui::escape};

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

#[cfg(test)]
mod tests {
    use super::*;

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
