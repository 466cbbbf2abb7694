//! Which Windows program is meant, and what of our surroundings it gets to see.

use std::path::{Path, PathBuf};

use crate::fault::Fault;

/// Folders of the C: drive in which a program is looked for by its name.
const FOLDERS: [&str; 4] = [
    "windows/system32",
    "windows",
    "Program Files/Windows NT/Accessories",
    "Program Files/Internet Explorer",
];

/// The Windows path of a program given as a Linux path, a Windows path or a name.
pub fn resolve(program: &str, here: &Path, prefix: &Path) -> Result<String, Fault> {
    if program.get(1..2) == Some(":") || program.starts_with(r"\\") {
        return Ok(program.to_owned());
    }
    let file = here.join(program);
    if file.is_file() {
        return Ok(windows_path(&file));
    }
    if program.contains('/') {
        return Err(Fault::usage(format!("there is no program `{}`", file.display())));
    }
    in_prefix(program, prefix).ok_or_else(|| {
        Fault::usage(format!(
            "`{program}` is neither a file here nor a program of Windows: \
             give a path such as dist/winwarden.exe, or a name such as notepad"
        ))
    })
}

fn in_prefix(name: &str, prefix: &Path) -> Option<String> {
    let drive = prefix.join("drive_c");
    let names = [name.to_owned(), format!("{name}.exe")];
    let places = FOLDERS.iter().flat_map(|folder| names.iter().map(move |name| format!("{folder}/{name}")));
    places
        .filter(|place| place.to_ascii_lowercase().ends_with(".exe"))
        .find(|place| drive.join(place).is_file())
        .map(|place| format!(r"C:\{}", place.replace('/', r"\")))
}

/// A Linux path as Windows programs read it: Wine's Z: is `/`.
pub fn windows_path(path: &Path) -> String {
    let whole: PathBuf = path.components().collect();
    format!("Z:{}", whole.to_string_lossy().replace('/', r"\"))
}

/// What of our environment goes in: `WINWARDEN_*` (a Linux path in it as a Windows path), and what Rust's test
/// programs read.
pub fn environment(own: impl Iterator<Item = (String, String)>) -> Vec<(String, String)> {
    own.filter_map(|(name, value)| {
        if name.starts_with("WINWARDEN_") {
            let value = if is_linux_path(&value) { windows_path(Path::new(&value)) } else { value };
            return Some((name, value));
        }
        let wanted = ["RUST_", "CARGO_", "NEXTEST", "WINEDEBUG"].iter().any(|start| name.starts_with(start));
        wanted.then_some((name, value))
    })
    .collect()
}

fn is_linux_path(value: &str) -> bool {
    let path = Path::new(value);
    path.is_absolute() && path.parent().is_some_and(Path::is_dir)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_linux_path_is_given_as_a_path_on_the_drive_z() {
        assert_eq!(windows_path(Path::new("/tmp/a b/./c.exe")), r"Z:\tmp\a b\c.exe");
    }

    #[test]
    fn only_our_own_variables_go_in_and_their_paths_are_translated() {
        let own = [
            ("WINWARDEN_HOME", "/tmp/state"),
            ("WINWARDEN_LOG_LEVEL", "/not a path"),
            ("SECRET", "1"),
            ("RUST_LOG", "a"),
        ];
        let given = environment(own.into_iter().map(|(name, value)| (name.into(), value.into())));
        let text =
            |name: &str| given.iter().find(|(other, _)| other == name).map(|(_, value)| value.as_str());
        assert_eq!(text("WINWARDEN_HOME"), Some(r"Z:\tmp\state"));
        assert_eq!(text("RUST_LOG"), Some("a"));
        assert_eq!(text("SECRET"), None);
    }

    #[test]
    fn an_unknown_program_is_refused_by_its_name() {
        let fault = resolve("nothere", Path::new("/tmp"), Path::new("/tmp/noprefix")).unwrap_err();
        assert!(fault.to_string().contains("`nothere`"), "{fault}");
        let fault = resolve("dist/none.exe", Path::new("/tmp"), Path::new("/tmp")).unwrap_err();
        assert!(fault.to_string().contains("/tmp/dist/none.exe"), "{fault}");
    }
}
