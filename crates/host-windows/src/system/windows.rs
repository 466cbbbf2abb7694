//! Top-level windows: their list, and the facts about one.

use model::{Code, Facts, Fault, WindowFacts, WindowInfo, WindowList, ui::WindowKey, ui::escape};
use windows::Win32::UI::{
    Input::KeyboardAndMouse::IsWindowEnabled,
    WindowsAndMessaging::{GW_OWNER, GetShellWindow, GetWindow},
};

use super::{
    processes::{self, Processes},
    top_level::{TopLevel, shown},
};
use crate::input::handle;

/// At most so many windows are named as the ones that may have been meant.
const CANDIDATES: usize = 5;

/// How alike a title must be to be named, from 0 to 1.
const ALIKE: f64 = 0.75;

/// Classes of the windows that the shell is made of: the desktop, the taskbar, and the taskbars of further displays.
const SHELL: [&str; 4] = ["Progman", "WorkerW", "Shell_TrayWnd", "Shell_SecondaryTrayWnd"];

/// The top-level windows that are shown, front to back; never asks a window, so a hung one costs nothing.
///
/// # Errors
/// None at present; a session without a desktop has no windows.
pub fn window_list() -> Result<WindowList, Fault> {
    let mut processes = Processes::default();
    let windows = shown().into_iter().filter_map(|top| TopLevel(top).info_with(&mut processes)).collect();
    Ok(WindowList { windows })
}

/// The one window with this whole title: exact case preferred, else any case. A title may be given as `window_list`
/// shows it, with control characters escaped.
///
/// # Errors
/// `NOT_FOUND` with the windows that resemble it most; `AMBIGUOUS` with the candidates.
pub fn by_title(title: &str) -> Result<WindowInfo, Fault> {
    choose(window_list()?.windows, title)
}

fn choose(windows: Vec<WindowInfo>, title: &str) -> Result<WindowInfo, Fault> {
    let given = title.to_lowercase();
    let shown = escape(title, 80);
    let exact = |window: &&WindowInfo| window.title == title || escape(&window.title, usize::MAX) == title;
    let any_case = |window: &&WindowInfo| window.title.to_lowercase() == given;
    let mut found: Vec<&WindowInfo> = windows.iter().filter(exact).collect();
    if found.is_empty() {
        found = windows.iter().filter(any_case).collect();
    }
    match found.as_slice() {
        [one] => Ok((*one).clone()),
        [] => Err(Fault::new(Code::NotFound, format!("no window has the title `{shown}`"))
            .hint("titles are matched whole; a ref from `window_list` always works")
            .windows(resembling(windows, &given))),
        several => {
            Err(Fault::new(Code::Ambiguous, format!("{} windows have the title `{shown}`", several.len()))
                .hint("give the ref of one of them")
                .windows(several.iter().map(|window| (*window).clone()).collect()))
        }
    }
}

/// The windows whose titles hold the given one (lower case), or are most like it.
fn resembling(windows: Vec<WindowInfo>, given: &str) -> Vec<WindowInfo> {
    let alike = |title: &str| {
        let title = title.to_lowercase();
        let holds =
            !given.is_empty() && !title.is_empty() && (title.contains(given) || given.contains(&title));
        if holds { 1.0 } else { strsim::jaro_winkler(&title, given) }
    };
    let mut scored: Vec<(f64, WindowInfo)> =
        windows.into_iter().map(|window| (alike(&window.title), window)).collect();
    scored.retain(|(alike, _)| *alike >= ALIKE);
    scored.sort_by(|a, b| b.0.total_cmp(&a.0));
    scored.into_iter().take(CANDIDATES).map(|(_, window)| window).collect()
}

/// What policy is to know about a window; `own` are the process ids of winwarden.
///
/// # Errors
/// `STALE_ELEMENT` where it is gone or another process' by now.
pub fn facts(key: WindowKey, own: &[u32]) -> Result<(WindowInfo, WindowFacts), Fault> {
    let top = TopLevel(key.handle);
    let info = top.info().filter(|info| info.key == key);
    let Some(info) = info else {
        return Err(Fault::new(Code::StaleElement, "the window is gone").hint("list the windows again"));
    };
    let process = processes::facts(key.pid, own);
    if process.started != key.started {
        return Err(
            Fault::new(Code::StaleElement, "the window's process is gone").hint("list the windows again")
        );
    }
    let facts = WindowFacts {
        key,
        reference: None,
        title: Facts::text(&top.title()),
        class: info.class.clone(),
        shell: is_shell(top, &info),
        process,
    };
    Ok((info, facts))
}

/// Whether a window is a dialog: by its class, or because the window that opened it takes no input until it is closed.
#[must_use]
pub fn is_dialog(window: u64, class: &str) -> bool {
    // SAFETY: takes any value for a window.
    let owner = unsafe { GetWindow(handle(window), GW_OWNER) };
    // SAFETY: as above.
    class == "#32770" || owner.is_ok_and(|owner| !unsafe { IsWindowEnabled(owner) }.as_bool())
}

/// Whether a window is the shell's own: by the system's word, or by class and program. A program that only looks like
/// it is taken for it too, and so cannot be closed.
fn is_shell(top: TopLevel, info: &WindowInfo) -> bool {
    // SAFETY: takes nothing.
    let desktop = unsafe { GetShellWindow() };
    desktop.0.expose_provenance() as u64 == top.0
        || SHELL.contains(&info.class.as_str()) && info.process.eq_ignore_ascii_case("explorer.exe")
}

#[cfg(test)]
mod tests {
    use model::{Rect, WindowState};

    use super::*;

    fn window(handle: u64, title: &str) -> WindowInfo {
        WindowInfo {
            reference: None,
            key: WindowKey { handle, pid: 7, started: 1 },
            title: title.into(),
            class: "Test".into(),
            process: "test.exe".into(),
            rect: Rect::new(0, 0, 400, 300),
            state: WindowState::Normal,
            foreground: false,
            responding: true,
        }
    }

    fn windows() -> Vec<WindowInfo> {
        ["Notes", "notes", "NOTES", "Twin", "Twin", "two\nlines", "Untitled - Notepad"]
            .into_iter()
            .zip(1..)
            .map(|(title, handle)| window(handle, title))
            .collect()
    }

    #[test]
    fn a_title_is_matched_whole_in_its_own_case_first() {
        assert_eq!(choose(windows(), "notes").unwrap().key.handle, 2);
        assert_eq!(choose(windows(), "untitled - notepad").unwrap().key.handle, 7);
        assert_eq!(choose(windows(), r"two\nlines").unwrap().key.handle, 6);
    }

    #[test]
    fn several_of_one_title_are_candidates_and_none_names_those_that_resemble_it() {
        for (title, handles) in [("Twin", [4, 5].as_slice()), ("nOTES", &[1, 2, 3])] {
            let fault = choose(windows(), title).unwrap_err();
            assert_eq!(fault.code, Code::Ambiguous);
            assert_eq!(fault.windows.iter().map(|w| w.key.handle).collect::<Vec<_>>(), handles);
        }
        let fault = choose(windows(), "Notepad").unwrap_err();
        assert_eq!(fault.code, Code::NotFound);
        assert_eq!(fault.windows.first().map(|w| w.key.handle), Some(7));
        assert!(choose(windows(), "xyzzy").unwrap_err().windows.is_empty());
    }
}
