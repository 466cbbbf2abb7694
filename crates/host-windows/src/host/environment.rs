//! What of our environment the worker gets to see: what Windows itself needs, and nothing that a person or a program
//! has put there.

use std::ffi::{OsStr, OsString};

/// Names that go in, in upper case.
const NAMES: [&str; 26] = [
    "ALLUSERSPROFILE",
    "APPDATA",
    "COMMONPROGRAMFILES",
    "COMMONPROGRAMFILES(ARM)",
    "COMMONPROGRAMFILES(X86)",
    "COMMONPROGRAMW6432",
    "COMPUTERNAME",
    "HOMEDRIVE",
    "HOMEPATH",
    "LOCALAPPDATA",
    "NUMBER_OF_PROCESSORS",
    "OS",
    "PROGRAMDATA",
    "PROGRAMFILES",
    "PROGRAMFILES(ARM)",
    "PROGRAMFILES(X86)",
    "PROGRAMW6432",
    "PUBLIC",
    "SESSIONNAME",
    "SYSTEMDRIVE",
    "SYSTEMROOT",
    "TEMP",
    "TMP",
    "USERDOMAIN",
    "USERNAME",
    "USERPROFILE",
];

fn goes_in(name: &str) -> bool {
    NAMES.contains(&name) || name == "WINDIR" || name.starts_with("PROCESSOR_")
}

/// The worker's environment, out of ours; the path holds the system's own folders and no other.
#[must_use]
pub fn scrubbed(own: impl Iterator<Item = (OsString, OsString)>) -> Vec<(OsString, OsString)> {
    let mut given: Vec<(OsString, OsString)> = own
        .filter(|(name, _)| name.to_str().is_some_and(|name| goes_in(&name.to_ascii_uppercase())))
        .collect();
    let is_root = |name: &OsStr| name.eq_ignore_ascii_case("SystemRoot");
    if let Some((_, root)) = given.iter().find(|(name, _)| is_root(name)) {
        let mut path = root.clone();
        path.push(r"\System32;");
        path.push(root);
        given.push(("PATH".into(), path));
    }
    // The system expects a block that is sorted by name, in any case.
    given.sort_by_key(|(name, _)| name.to_ascii_uppercase());
    given
}

#[cfg(test)]
mod tests {
    use super::*;

    fn scrub(own: &[(&str, &str)]) -> Vec<String> {
        let own = own.iter().map(|(name, value)| (OsString::from(name), OsString::from(value)));
        scrubbed(own)
            .into_iter()
            .map(|(name, value)| format!("{name:?}={value:?}").replace('"', ""))
            .collect()
    }

    #[test]
    fn nothing_goes_in_but_what_windows_needs() {
        let given = scrub(&[
            ("windir", r"C:\Windows"),
            ("API_TOKEN", "s3cret"),
            ("WINWARDEN_HOME", r"C:\State"),
            ("PATH", r"C:\Evil;C:\Windows\System32"),
            ("PATHEXT", ".EXE"),
            ("Processor_Architecture", "AMD64"),
            ("TEMP", r"C:\Temp"),
            ("ProgramFiles(x86)", r"C:\Program Files (x86)"),
            ("SystemRootKit", "1"),
        ]);
        assert_eq!(
            given,
            [
                r"Processor_Architecture=AMD64",
                r"ProgramFiles(x86)=C:\\Program Files (x86)",
                r"TEMP=C:\\Temp",
                r"windir=C:\\Windows",
            ]
        );
    }

    #[test]
    fn the_path_is_made_of_the_systems_own_folders() {
        let given = scrub(&[("Path", r"C:\Evil"), ("SystemRoot", r"C:\Windows")]);
        assert_eq!(given, [r"PATH=C:\\Windows\\System32;C:\\Windows", r"SystemRoot=C:\\Windows"]);
    }
}
