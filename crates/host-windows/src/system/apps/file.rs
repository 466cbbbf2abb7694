//! The file that a path really leads to.
//!
//! Untrusted: the path and every link on its way.
//! Guarantees: no path of another machine is opened to find out that it is one; what is given is a Windows program on
//! a local drive, under its final name, open so that nobody replaces, writes or renames it while this lives.
//! Does not: vouch for what the program does, or for the DLLs beside it.

use std::{
    fs::{File, OpenOptions},
    io,
    os::windows::{fs::OpenOptionsExt, io::AsRawHandle},
    path::{Path, PathBuf},
};

use model::{Code, Fault, LaunchPath, paths, ui::escape};
use windows::{
    Win32::{
        Foundation::{HANDLE, MAX_PATH},
        Storage::FileSystem::{
            FILE_SHARE_READ, FILE_TYPE_DISK, GETFINALPATHNAMEBYHANDLE_FLAGS, GetDriveTypeW, GetFileType,
            GetFinalPathNameByHandleW, QueryDosDeviceW,
        },
    },
    core::HSTRING,
};

use super::image::{Image, image};
use crate::system::utf16;

/// What `GetDriveTypeW` says of a drive on another machine.
const DRIVE_REMOTE: u32 = 4;

/// Links that lead to links end here.
const MAX_LINKS: usize = 32;

/// What a path leads to.
#[derive(Debug)]
pub(crate) enum Found {
    /// A program on a local drive.
    Program(ProgramFile),
    /// Nothing that may be opened: the path is relative, or leaves the machine, itself or by a link.
    Elsewhere(LaunchPath),
}

/// A program, open for as long as this lives.
#[derive(Debug)]
pub(crate) struct ProgramFile {
    /// Its full path, free of links.
    pub(crate) path: String,
    _open: File,
}

/// Finds the program that a path leads to.
///
/// # Errors
/// `LAUNCH_FAILED` where there is no such file or it is no program; `FORBIDDEN_PATH` where Windows would read the
/// path as something else than it says.
pub(crate) fn program(path: &str) -> Result<Found, Fault> {
    let Some(way) = local(path)? else { return Ok(Found::Elsewhere(elsewhere(path))) };
    let shown = escape(path, 200);
    if !has_extension(&way, "exe") {
        return Err(Fault::new(
            Code::LaunchFailed,
            format!("`{shown}` is not a program (.exe); another program opens it"),
        )
        .hint("launch that program, with the file as an argument"));
    }
    let failed = |error: &io::Error| match error.kind() {
        io::ErrorKind::NotFound => Fault::new(Code::LaunchFailed, format!("there is no file `{shown}`")),
        _ if way.is_dir() => Fault::new(Code::LaunchFailed, format!("`{shown}` is a folder")),
        _ => Fault::new(Code::LaunchFailed, format!("`{shown}` cannot be opened: {error}"))
            .hint("programs of the Store are launched by their registered name"),
    };
    let mut open = OpenOptions::new()
        .read(true)
        .share_mode(FILE_SHARE_READ.0)
        .open(&way)
        .map_err(|error| failed(&error))?;
    let Some(path) = final_path(&open) else { return Ok(Found::Elsewhere(LaunchPath::Network)) };
    match image(&mut open).map_err(|error| failed(&error))? {
        Image::Program if has_extension(Path::new(&path), "exe") => {
            Ok(Found::Program(ProgramFile { path, _open: open }))
        }
        Image::Program | Image::Library | Image::Other => Err(Fault::new(
            Code::LaunchFailed,
            format!("`{shown}` is named like a program but holds none that Windows runs"),
        )),
    }
}

/// The folder that a path leads to; nothing where the path is relative or leaves the machine.
///
/// # Errors
/// As for [`program`].
pub(crate) fn folder(path: &str) -> Result<Option<String>, Fault> {
    let Some(way) = local(path)? else { return Ok(None) };
    if !way.is_dir() {
        return Err(Fault::new(Code::LaunchFailed, format!("there is no folder `{}`", escape(path, 200))));
    }
    Ok(way.to_str().map(str::to_owned))
}

/// What to say of a path that [`local`] gives nothing for.
fn elsewhere(path: &str) -> LaunchPath {
    match paths::kind(path) {
        LaunchPath::Relative => LaunchPath::Relative,
        LaunchPath::Local | LaunchPath::Network => LaunchPath::Network, // a local one leaves the machine on its way
    }
}

/// The same path with every link on its way followed, without opening anything that is not on a local drive; nothing
/// where it leaves those.
fn local(path: &str) -> Result<Option<PathBuf>, Fault> {
    let mut way = PathBuf::from(path.replace('/', "\\"));
    for _ in 0..=MAX_LINKS {
        let Some(text) = way.to_str() else { return Ok(None) };
        if paths::kind(text) != LaunchPath::Local {
            return Ok(None);
        }
        if let Err(misleading) = paths::refuse_misleading(text) {
            return Err(misleading.fault(path));
        }
        if paths::letter(text).is_none_or(is_remote) {
            return Ok(None);
        }
        let full = paths::plain(text).unwrap_or_default();
        way = std::path::absolute(full)
            .map_err(|error| Fault::new(Code::LaunchFailed, format!("`{}`: {error}", escape(path, 200))))?;
        match follow_first_link(&way) {
            Some(next) => way = next,
            None => return Ok(Some(way)),
        }
    }
    Err(Fault::new(Code::LaunchFailed, format!("`{}` leads through too many links", escape(path, 200))))
}

/// The path with its first link replaced by what that says; nothing where no part is a link.
fn follow_first_link(way: &Path) -> Option<PathBuf> {
    let mut parts = way.components();
    let mut so_far = PathBuf::from(parts.next()?.as_os_str());
    for part in parts.by_ref() {
        so_far.push(part);
        let is_link = so_far.symlink_metadata().is_ok_and(|about| about.is_symlink());
        let Some(target) = is_link.then(|| so_far.read_link().ok()).flatten() else { continue };
        if is_volume(&target) {
            continue; // a local disk that is mounted in a folder
        }
        // `join` takes a full target as it is, a rooted one on the same drive, and a relative one from the folder.
        return Some(so_far.parent()?.join(target).join(parts.as_path()));
    }
    None
}

fn is_volume(target: &Path) -> bool {
    const VOLUME: &str = r"\\?\Volume{";
    target.to_str().and_then(|text| text.get(..VOLUME.len())).is_some_and(|t| t.eq_ignore_ascii_case(VOLUME))
}

/// Whether a drive letter stands for a place on another machine, mapped or by `subst`.
fn is_remote(letter: char) -> bool {
    // SAFETY: the text ends with a NUL and lives through the call, which looks at the letter only.
    let kind = unsafe { GetDriveTypeW(&HSTRING::from(format!(r"{letter}:\"))) };
    let drive = HSTRING::from(format!("{letter}:"));
    let mut units = vec![0; MAX_PATH as usize * 4];
    // SAFETY: both live through the call, which writes no more than the buffer's length.
    let length = unsafe { QueryDosDeviceW(&drive, Some(&mut units)) };
    let target = if length == 0 { String::new() } else { utf16::until_nul(&units) };
    let redirected = [r"\??\UNC\", r"\Device\Mup", r"\Device\LanmanRedirector", r"\Device\WebDavRedirector"];
    kind == DRIVE_REMOTE
        || redirected
            .iter()
            .any(|start| target.get(..start.len()).is_some_and(|head| head.eq_ignore_ascii_case(start)))
}

/// The path of an open disk file, free of links; nothing where it is not below a drive letter.
fn final_path(file: &File) -> Option<String> {
    let handle = HANDLE(file.as_raw_handle());
    // SAFETY: the handle is that of `file`, which is open.
    if unsafe { GetFileType(handle) } != FILE_TYPE_DISK {
        return None;
    }
    let path = utf16::filled(|units| {
        // SAFETY: as above; no more is written than the buffer's length.
        unsafe { GetFinalPathNameByHandleW(handle, units, GETFINALPATHNAMEBYHANDLE_FLAGS(0)) }
    })?;
    let path = paths::plain(&path)?;
    paths::letter(&path).is_some_and(|letter| !is_remote(letter)).then_some(path)
}

fn has_extension(path: &Path, wanted: &str) -> bool {
    path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case(wanted))
}
