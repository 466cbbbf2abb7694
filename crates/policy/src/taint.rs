//! Text that others wrote: what is read of it may try to tell the agent what to do.
//!
//! Untrusted: window titles and classes; the path of a program is the system's word.
//! Guarantees: whatever brings the content of a window to the agent is counted, by the program that shows it.
//! Does not: know what the text says, or count what stands in titles alone (`window_list`).

use std::{collections::HashSet, fmt, sync::LazyLock};

use model::{Area, Facts, Kind, Operation, WindowFacts, paths, ui::quote};
use serde::{Deserialize, Serialize};

use crate::{protected, redact};

const SOURCE: &str = include_str!("../data/taint.toml");

/// Where text came from that others wrote.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Source {
    /// A web page: a browser, or a program that shows pages.
    Web,
    /// A mail or chat program.
    Mail,
    /// A document or picture in the program that shows it.
    Document,
    /// A program that lies neither with Windows nor among the installed ones, or whose path cannot be read.
    UnknownProgram,
    /// The clipboard, where the session has not put it there itself.
    Clipboard,
    /// A picture of the screen, where any of these may stand.
    Screen,
}

impl Source {
    /// Every source.
    pub const ALL: [Self; 6] =
        [Self::Web, Self::Mail, Self::Document, Self::UnknownProgram, Self::Clipboard, Self::Screen];

    /// Its name in policies.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Web => "web",
            Self::Mail => "mail",
            Self::Document => "document",
            Self::UnknownProgram => "unknown_program",
            Self::Clipboard => "clipboard",
            Self::Screen => "screen",
        }
    }
}

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// Programs by what they show.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Table {
    mail: HashSet<String>,
    documents: HashSet<String>,
}

/// Nothing where the table cannot be read: then any program is an unknown one.
static TABLE: LazyLock<Option<Table>> = LazyLock::new(|| toml::from_str(SOURCE).ok());

/// What an operation with these facts brings to the agent that others wrote, each with where it stood, in words.
#[must_use]
pub fn brought(operation: &Operation, facts: &Facts) -> Vec<(Source, String)> {
    let of_windows = || of_windows(facts.targets.iter().map(|target| &target.window));
    match operation.kind() {
        // What the session put there itself is nobody else's.
        Kind::ClipboardRead if facts.clipboard.is_some_and(|clipboard| clipboard.ours) => Vec::new(),
        Kind::ClipboardRead => vec![(Source::Clipboard, "the clipboard".to_owned())],
        Kind::Screenshot => match operation {
            Operation::Screenshot(request) if matches!(request.area, Area::Window(_)) => of_windows(),
            _ => vec![(Source::Screen, "a picture of the screen".to_owned())],
        },
        Kind::Snapshot
        | Kind::Find
        | Kind::ReadText
        | Kind::WaitFor
        | Kind::Click
        | Kind::TypeText
        | Kind::PressKeys
        | Kind::Scroll
        | Kind::Drag
        | Kind::MovePointer
        | Kind::ElementAction => of_windows(),
        Kind::Status
        | Kind::WindowList
        | Kind::DisplayList
        | Kind::AppList
        | Kind::WindowControl
        | Kind::AppLaunch
        | Kind::ClipboardWrite
        | Kind::RegistryRead
        | Kind::RegistryList
        | Kind::RegistrySearch
        | Kind::RegistryExport
        | Kind::RegistryWait
        | Kind::RegistryWrite
        | Kind::RegistryImport
        | Kind::RegistryDelete => Vec::new(),
    }
}

/// What others wrote in windows, each with where it stood, in words.
pub fn of_windows<'a>(windows: impl IntoIterator<Item = &'a WindowFacts>) -> Vec<(Source, String)> {
    windows.into_iter().filter_map(|window| Some((of_window(window)?, place(window)))).collect()
}

/// What others wrote in a window, if that is what it shows.
#[must_use]
pub fn of_window(window: &WindowFacts) -> Option<Source> {
    let Some(table) = TABLE.as_ref() else { return Some(Source::UnknownProgram) };
    let path = &window.process.path;
    let program = protected::program(path);
    let shows_pages = ["Chrome_WidgetWin_", "MozillaWindowClass", "Internet Explorer_"]
        .iter()
        .any(|class| window.class.starts_with(class));
    if table.mail.contains(&program) {
        Some(Source::Mail)
    } else if table.documents.contains(&program) {
        Some(Source::Document)
    } else if shows_pages || protected::is_browser(&program) {
        Some(Source::Web)
    } else {
        (!is_installed(path)).then_some(Source::UnknownProgram)
    }
}

/// Whether it lies where only administrators install programs.
fn is_installed(path: &str) -> bool {
    let path = paths::folded(path);
    let Some((drive, below)) = path.split_once(":\\") else { return false };
    let folders = ["windows\\", "program files\\", "program files (x86)\\"];
    drive.len() == 1 && folders.iter().any(|folder| below.starts_with(folder)) && !below.contains("\\..\\")
}

/// A window in words, for the person and the record.
fn place(window: &WindowFacts) -> String {
    let title = redact::text(&window.title);
    match window.process.path.as_str() {
        "" => format!("{} in a program that is not known", quote(&title)),
        path => format!("{} in {path}", quote(&title)),
    }
}

#[cfg(test)]
mod tests {
    use model::{Elevation, ProcessFacts, ui::WindowKey};

    use super::*;

    fn window(path: &str, class: &str) -> WindowFacts {
        let process =
            ProcessFacts { pid: 1, started: 1, path: path.into(), elevation: Elevation::Same, own: false };
        let key = WindowKey { handle: 1, pid: 1, started: 1 };
        let (title, class) = ("T".into(), class.into());
        WindowFacts { key, reference: None, title, class, process, shell: false }
    }

    #[test]
    fn a_window_is_what_its_program_shows() {
        for (path, class, source) in [
            (r"C:\Program Files\Mozilla Firefox\firefox.exe", "MozillaWindowClass", Some(Source::Web)),
            (r"C:\Program Files (x86)\Microsoft\Edge\Application\msedge.exe", "x", Some(Source::Web)),
            (r"C:\Program Files\Some\electron.exe", "Chrome_WidgetWin_1", Some(Source::Web)),
            (r"C:\Program Files\Microsoft Office\root\Office16\OUTLOOK.EXE", "rctrl", Some(Source::Mail)),
            (r"C:\Users\me\AppData\Local\slack\slack.exe", "Chrome_WidgetWin_1", Some(Source::Mail)),
            (r"C:\Windows\System32\notepad.exe", "Notepad", Some(Source::Document)),
            (r"C:\Users\me\Downloads\free.exe", "x", Some(Source::UnknownProgram)),
            (r"C:\Windows\..\Users\me\free.exe", "x", Some(Source::UnknownProgram)),
            (r"\\server\share\windows\free.exe", "x", Some(Source::UnknownProgram)),
            ("", "x", Some(Source::UnknownProgram)),
            (r"C:\Windows\System32\calc.exe", "x", None),
            (r"C:\Program Files\Tool\tool.exe", "x", None),
            ("D:/Program Files/Tool/tool.exe", "x", None),
        ] {
            assert_eq!(of_window(&window(path, class)), source, "{path}");
        }
    }

    #[test]
    fn what_others_copied_and_what_is_seen_of_their_windows_is_brought_and_nothing_else() {
        use model::{
            ClipboardFacts, ClipboardReadRequest, PictureFormat, ScreenshotRequest, StatusRequest,
            TargetFacts, WindowSelector,
        };
        let window = window(r"C:\Users\me\Downloads\free.exe", "x");
        let target = TargetFacts {
            window,
            element: None,
            point: None,
            around: model::Around::default(),
            sought: model::Sought::default(),
        };
        let of = |operation: Operation, ours: bool| {
            let clipboard = Some(ClipboardFacts { sequence: 1, excluded: false, ours });
            let facts = Facts { targets: vec![target.clone()], clipboard, ..Facts::default() };
            brought(&operation, &facts).into_iter().map(|(source, _)| source).collect::<Vec<_>>()
        };
        let read = || Operation::ClipboardRead(ClipboardReadRequest { max_chars: 9 });
        assert_eq!((of(read(), false), of(read(), true)), (vec![Source::Clipboard], vec![]));
        let picture = |area| {
            let (format, max_bytes, max_width, marks) = (PictureFormat::Png, 10_000, None, false);
            Operation::Screenshot(ScreenshotRequest { area, format, max_bytes, max_width, marks })
        };
        let of_window = Area::Window(WindowSelector::parse("T"));
        assert_eq!(of(picture(of_window), false), [Source::UnknownProgram], "the window's own");
        assert_eq!(of(picture(Area::Display(None)), false), [Source::Screen]);
        assert_eq!(of(Operation::Status(StatusRequest {}), false), []);
    }

    #[test]
    fn the_table_is_in_lower_case_and_names_no_program_twice() {
        let table = TABLE.as_ref().unwrap();
        for name in table.mail.iter().chain(&table.documents) {
            assert_eq!(*name, name.to_lowercase());
            assert!(!name.ends_with("exe"), "{name}");
        }
        assert_eq!(table.mail.intersection(&table.documents).next(), None);
        assert!(table.mail.iter().chain(&table.documents).all(|name| !protected::is_browser(name)));
    }
}
