//! Names that programs are registered under, in order of precedence: what an administrator has registered for all
//! users goes before what any program of the user can write.
//!
//! 1. App Paths, of the machine and then of the user; the name is that of the key, without `.exe`.
//! 2. Windows' own accessories ([`ACCESSORIES`]), which it starts by name though nothing registers them.
//! 3. The Start menu, of all users and then of the user; the name is the one that is shown.
//! 4. Packaged programs of the shell's apps folder, by their application id.

use std::path::{Path, PathBuf};

use model::{AppInfo, AppList, AppListRequest, Code, Fault, LaunchPath, paths, ui::escape};
use windows::{
    Win32::{
        Foundation::ERROR_SUCCESS,
        System::{
            Registry::{
                HKEY, HKEY_CURRENT_USER, HKEY_LOCAL_MACHINE, KEY_READ, KEY_WOW64_32KEY, KEY_WOW64_64KEY,
                REG_SAM_FLAGS, RRF_RT_REG_EXPAND_SZ, RRF_RT_REG_SZ, RegCloseKey, RegEnumKeyExW, RegGetValueW,
                RegOpenKeyExW,
            },
            SystemInformation::{GetSystemDirectoryW, GetSystemWindowsDirectoryW},
        },
        UI::Shell::FOLDERID_ProgramFiles,
    },
    core::{HSTRING, PCWSTR, PWSTR},
};

use super::shell;
use crate::{
    source::Job,
    system::{aside::with_shell, utf16},
};

/// Programs that come with Windows (or with Wine) and that people start by name. No shells and script hosts: those
/// take a full path.
const ACCESSORIES: &[&str] = &[
    "calc",
    "charmap",
    "cleanmgr",
    "clock",
    "control",
    "explorer",
    "iexplore",
    "magnify",
    "msinfo32",
    "mspaint",
    "mstsc",
    "narrator",
    "notepad",
    "osk",
    "perfmon",
    "regedit",
    "resmon",
    "SnippingTool",
    "taskmgr",
    "winecfg",
    "winefile",
    "winemine",
    "winver",
    "wordpad",
    "write",
];

const APP_PATHS: &str = r"SOFTWARE\Microsoft\Windows\CurrentVersion\App Paths";

/// A program under the name it is registered by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Registered {
    pub(crate) name: String,
    pub(crate) leads: Leads,
}

/// What a registration leads to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Leads {
    /// An executable.
    File {
        path: String,
        /// Arguments that a shortcut brings, as it has them.
        arguments: String,
        /// The folder that a shortcut starts it in; empty where it does not say.
        folder: String,
    },
    /// A packaged program, by its application id.
    Package(String),
}

impl Registered {
    pub(crate) fn plain(name: &str, path: &str) -> Self {
        let leads = Leads::File { path: path.to_owned(), arguments: String::new(), folder: String::new() };
        Self { name: name.to_owned(), leads }
    }

    fn is_named(&self, name: &str) -> bool {
        let bare = |name: &str| {
            let name = name.to_lowercase();
            name.strip_suffix(".exe").unwrap_or(&name).to_owned()
        };
        bare(&self.name) == bare(name)
    }
}

/// Lists programs by their registered names: App Paths, Windows' own accessories, the Start menu, and the packaged
/// programs of the shell's apps folder. Sorted by name; of two registrations of one name, the one that would be
/// started.
///
/// # Errors
/// `TIMEOUT`, `CANCELLED`.
pub fn app_list(request: &AppListRequest, job: &Job) -> Result<AppList, Fault> {
    let query = request.query.as_deref().unwrap_or_default().to_lowercase();
    let mut apps: Vec<AppInfo> = all(job)?
        .into_iter()
        .filter(|app| app.name.to_lowercase().contains(&query))
        .map(|Registered { name, leads }| match leads {
            Leads::File { path, .. } => AppInfo { name, target: path },
            Leads::Package(id) => AppInfo { name, target: id },
        })
        .collect();
    apps.sort_by_cached_key(|app| app.name.to_lowercase());
    let limit = request.limit as usize;
    let more = u32::try_from(apps.len().saturating_sub(limit)).unwrap_or(u32::MAX);
    apps.truncate(limit);
    Ok(AppList { apps, more })
}

/// The program that is registered by this name, in any case, with or without `.exe`.
///
/// # Errors
/// `NOT_FOUND`, naming what resembles it; `TIMEOUT`, `CANCELLED`.
pub(crate) fn find(name: &str, job: &Job) -> Result<Registered, Fault> {
    let quick = app_paths().into_iter().chain(accessories());
    if let Some(found) = quick.into_iter().find(|app| app.is_named(name)) {
        return Ok(found);
    }
    let all = all(job)?;
    if let Some(found) = all.iter().find(|app| app.is_named(name)) {
        return Ok(found.clone());
    }
    let given = name.to_lowercase();
    let resembling: Vec<String> = all
        .iter()
        .filter(|app| {
            let known = app.name.to_lowercase();
            known.contains(&given) || strsim::jaro_winkler(&known, &given) > 0.85
        })
        .take(5)
        .map(|app| format!("`{}`", escape(&app.name, 80)))
        .collect();
    let hint = match resembling.as_slice() {
        [] => "`app_list` tells the names; or give `executable`".to_owned(),
        some => format!("registered are {}", some.join(", ")),
    };
    Err(Fault::new(Code::NotFound, format!("no program is registered as `{}`", escape(name, 80))).hint(hint))
}

/// Every registration that can be started, the first of each name.
fn all(job: &Job) -> Result<Vec<Registered>, Fault> {
    let mut all = app_paths();
    all.extend(accessories());
    all.extend(with_shell(job, || {
        let mut found = shell::start_menu();
        found.extend(shell::packages());
        found
    })?);
    let mut names = std::collections::HashSet::new();
    all.retain(|app| names.insert(app.name.to_lowercase()));
    Ok(all)
}

/// Whether a path that is registered leads, by its text and on this disk, to a program.
pub(crate) fn is_program(path: &str) -> bool {
    let is_exe = Path::new(path).extension().is_some_and(|extension| extension.eq_ignore_ascii_case("exe"));
    is_exe && paths::kind(path) == LaunchPath::Local && Path::new(path).is_file()
}

fn accessories() -> Vec<Registered> {
    // SAFETY: each writes no more than the length of the buffer it is given.
    let (system, windows) = unsafe {
        (
            utf16::filled(|units| GetSystemDirectoryW(Some(units))),
            utf16::filled(|units| GetSystemWindowsDirectoryW(Some(units))),
        )
    };
    let mut folders: Vec<PathBuf> = system.into_iter().chain(windows).map(PathBuf::from).collect();
    if let Some(programs) = shell::known_folder(&FOLDERID_ProgramFiles) {
        folders.push(programs.join(r"Windows NT\Accessories"));
        folders.push(programs.join("Internet Explorer"));
    }
    let find = |name: &&str| {
        let path =
            folders.iter().map(|folder| folder.join(format!("{name}.exe"))).find(|path| path.is_file())?;
        Some(Registered::plain(name, path.to_str()?))
    };
    ACCESSORIES.iter().filter_map(find).collect()
}

fn app_paths() -> Vec<Registered> {
    let mut found = Vec::new();
    for root in [HKEY_LOCAL_MACHINE, HKEY_CURRENT_USER] {
        for view in [KEY_WOW64_64KEY, KEY_WOW64_32KEY] {
            let Some(key) = Key::open(root, view) else { continue };
            found.extend(key.names().into_iter().filter_map(|name| {
                let path = key.path(&name)?;
                let bare = name.len().checked_sub(4).and_then(|at| name.split_at_checked(at));
                let name =
                    bare.filter(|(_, end)| end.eq_ignore_ascii_case(".exe")).map_or(&*name, |(bare, _)| bare);
                is_program(&path).then(|| Registered::plain(name, &path))
            }));
        }
    }
    found
}

/// The App Paths key of a root, open to be read.
struct Key(HKEY);

impl Key {
    fn open(root: HKEY, view: REG_SAM_FLAGS) -> Option<Self> {
        let mut key = HKEY::default();
        // SAFETY: the name and `key` live through the call; the root is one that the system defines.
        let opened =
            unsafe { RegOpenKeyExW(root, &HSTRING::from(APP_PATHS), None, KEY_READ | view, &raw mut key) };
        (opened == ERROR_SUCCESS).then_some(Self(key))
    }

    /// The names of its keys; key names have at most 255 characters.
    fn names(&self) -> Vec<String> {
        let mut names = Vec::new();
        for index in 0..2_000 {
            let mut units = [0; 256];
            let mut length = 256;
            let buffer = Some(PWSTR(units.as_mut_ptr()));
            // SAFETY: the key is open; `buffer` has room for `length` units and both live through the call.
            let read =
                unsafe { RegEnumKeyExW(self.0, index, buffer, &raw mut length, None, None, None, None) };
            if read != ERROR_SUCCESS {
                break;
            }
            names.push(utf16::until_nul(&units));
        }
        names
    }

    /// The path that a key names, without quotes and with environment variables put in.
    fn path(&self, name: &str) -> Option<String> {
        let mut units = vec![0_u16; 4_096];
        let mut bytes = 8_192;
        let buffer = Some(units.as_mut_ptr().cast());
        let wanted = RRF_RT_REG_SZ | RRF_RT_REG_EXPAND_SZ;
        // SAFETY: the key is open; `buffer` has room for `bytes` bytes and all live through the call.
        let read = unsafe {
            RegGetValueW(
                self.0,
                &HSTRING::from(name),
                PCWSTR::null(),
                wanted,
                None,
                buffer,
                Some(&raw mut bytes),
            )
        };
        (read == ERROR_SUCCESS).then(|| utf16::until_nul(&units).trim().trim_matches('"').to_owned())
    }
}

impl Drop for Key {
    fn drop(&mut self) {
        // SAFETY: opened by `open` and closed only here.
        let _ = unsafe { RegCloseKey(self.0) };
    }
}
