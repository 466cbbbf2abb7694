//! What the shell knows: Start menu shortcuts and packaged programs. Runs in a single-threaded apartment.

use std::path::{Path, PathBuf};

use windows::{
    Win32::{
        Storage::FileSystem::WIN32_FIND_DATAW,
        System::Com::{CLSCTX_INPROC_SERVER, CoCreateInstance, CoTaskMemFree, IPersistFile, STGM_READ},
        UI::Shell::{
            BHID_EnumItems, FOLDERID_AppsFolder, FOLDERID_CommonPrograms, FOLDERID_Programs, IEnumShellItems,
            IShellItem, IShellLinkW, KF_FLAG_DEFAULT, KF_FLAG_DONT_VERIFY, SHCreateItemFromParsingName,
            SHGetKnownFolderItem, SHGetKnownFolderPath, SIGDN, SIGDN_NORMALDISPLAY,
            SIGDN_PARENTRELATIVEPARSING, ShellLink,
        },
    },
    core::{GUID, HSTRING, Interface, PWSTR},
};

use super::registered::{Leads, Registered, is_program};
use crate::system::utf16;

/// So many shortcuts, packages and levels of folders are looked at; a Start menu has a few hundred at most.
const MAX_SHORTCUTS: usize = 2_000;
const MAX_DEPTH: usize = 6;

/// A folder that the system has a name for.
pub(super) fn known_folder(which: &GUID) -> Option<PathBuf> {
    // SAFETY: the id lives through the call.
    let path = unsafe { SHGetKnownFolderPath(which, KF_FLAG_DONT_VERIFY, None) }.ok()?;
    taken(path).map(PathBuf::from)
}

/// The text that a function has allocated for its caller.
fn taken(text: PWSTR) -> Option<String> {
    // SAFETY: the callers give what a successful call has allocated: text that ends with a NUL.
    let copy = unsafe { text.to_string() }.ok();
    // SAFETY: allocated for the caller, who frees it once.
    unsafe { CoTaskMemFree(Some(text.0.cast())) };
    copy
}

fn display_name(item: &IShellItem, form: SIGDN) -> Option<String> {
    // SAFETY: the item is live.
    taken(unsafe { item.GetDisplayName(form) }.ok()?)
}

/// The shortcuts to programs in the Start menu, of all users and of this one. Of two programs with one name, the
/// second is told by its folder too: `Help (Tool)`.
pub(super) fn start_menu() -> Vec<Registered> {
    let mut found: Vec<Registered> = Vec::new();
    for root in [FOLDERID_CommonPrograms, FOLDERID_Programs] {
        let mut files = Vec::new();
        if let Some(root) = known_folder(&root) {
            shortcuts(&root, 0, &mut files);
        }
        files.sort();
        for file in files {
            let Some(mut app) = resolve(&file) else { continue };
            let other = found.iter().find(|known| known.name.to_lowercase() == app.name.to_lowercase());
            if let Some(other) = other {
                let folder = file.parent().and_then(Path::file_name).and_then(|name| name.to_str());
                let Some(folder) = folder.filter(|_| other.leads != app.leads) else { continue };
                app.name = format!("{} ({folder})", app.name);
            }
            found.push(app);
        }
    }
    found
}

fn shortcuts(folder: &Path, depth: usize, found: &mut Vec<PathBuf>) {
    let Ok(entries) = folder.read_dir() else { return };
    for entry in entries.flatten() {
        let (path, Ok(kind)) = (entry.path(), entry.file_type()) else { continue };
        if found.len() >= MAX_SHORTCUTS {
            return;
        }
        if kind.is_dir() && depth < MAX_DEPTH {
            shortcuts(&path, depth + 1, found);
        } else if kind.is_file() && path.extension().is_some_and(|e| e.eq_ignore_ascii_case("lnk")) {
            found.push(path);
        }
    }
}

/// What a shortcut leads to, where that is a program on a local drive; never searches for one that was moved.
fn resolve(file: &Path) -> Option<Registered> {
    let name = HSTRING::from(file.as_os_str());
    let (mut path, mut arguments, mut folder) = ([0; 1_024], vec![0; 4_096], [0; 1_024]);
    // SAFETY: this thread has an apartment; every name and buffer lives through its call, which writes no more than
    // the buffer's length.
    unsafe {
        let link: IShellLinkW = CoCreateInstance(&ShellLink, None, CLSCTX_INPROC_SERVER).ok()?;
        link.cast::<IPersistFile>().ok()?.Load(&name, STGM_READ).ok()?;
        let mut about = WIN32_FIND_DATAW::default();
        link.GetPath(&mut path, &raw mut about, 0).ok()?;
        link.GetArguments(&mut arguments).ok()?;
        link.GetWorkingDirectory(&mut folder).ok()?;
    }
    let path = utf16::until_nul(&path);
    // A shortcut that installs on first use leads to its icon, in the installer's own folder.
    let is_icon = path.to_lowercase().contains(r"\windows\installer\");
    if is_icon || !is_program(&path) {
        return None;
    }
    let leads =
        Leads::File { path, arguments: utf16::until_nul(&arguments), folder: utf16::until_nul(&folder) };
    Some(Registered { name: shown_name(file, &name)?, leads })
}

/// A shortcut's name as the Start menu shows it, which may be translated.
fn shown_name(file: &Path, name: &HSTRING) -> Option<String> {
    // SAFETY: the name lives through the call.
    let item: Option<IShellItem> = unsafe { SHCreateItemFromParsingName(name, None) }.ok();
    let shown = item.and_then(|item| display_name(&item, SIGDN_NORMALDISPLAY));
    let shown = shown.or_else(|| file.file_stem()?.to_str().map(str::to_owned))?;
    let bare = shown.len().checked_sub(4).and_then(|at| shown.split_at_checked(at));
    match bare {
        Some((bare, end)) if end.eq_ignore_ascii_case(".lnk") => Some(bare.to_owned()),
        Some(_) | None => Some(shown),
    }
}

/// Packaged programs; those of other kinds are in the Start menu as well. None on systems without the apps folder.
pub(super) fn packages() -> Vec<Registered> {
    let mut found = Vec::new();
    // SAFETY: this thread has an apartment; the ids live through the calls.
    let listed = unsafe {
        SHGetKnownFolderItem::<IShellItem>(&FOLDERID_AppsFolder, KF_FLAG_DEFAULT, None)
            .and_then(|folder| folder.BindToHandler::<_, IEnumShellItems>(None, &BHID_EnumItems))
    };
    let Ok(items) = listed else { return found };
    while found.len() < MAX_SHORTCUTS {
        let (mut next, mut fetched) = ([None], 0);
        // SAFETY: both live through the call, which writes at most one item.
        let read = unsafe { items.Next(&mut next, Some(&raw mut fetched)) };
        let [Some(item)] = next else { break };
        if read.is_err() || fetched == 0 {
            break;
        }
        let id = display_name(&item, SIGDN_PARENTRELATIVEPARSING).filter(|id| is_application_id(id));
        if let Some((id, name)) = id.zip(display_name(&item, SIGDN_NORMALDISPLAY)) {
            found.push(Registered { name, leads: Leads::Package(id) });
        }
    }
    found
}

/// `PackageFamilyName!ApplicationId`, of letters, digits and few signs.
fn is_application_id(id: &str) -> bool {
    let sign = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-' | '!');
    id.matches('!').count() == 1 && id.chars().all(sign)
}
