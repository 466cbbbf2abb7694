//! What every program with windows sets up: journal, class, windows, ready line, loop.

use std::rc::Rc;

use serde_json::{Value, json};
use windows::Win32::UI::Controls::{
    ICC_BAR_CLASSES, ICC_LISTVIEW_CLASSES, ICC_PROGRESS_CLASS, ICC_STANDARD_CLASSES, ICC_TAB_CLASSES,
    ICC_TREEVIEW_CLASSES, INITCOMMONCONTROLSEX, InitCommonControlsEx,
};
use windows::Win32::UI::HiDpi::{DPI_AWARENESS_CONTEXT_PER_MONITOR_AWARE_V2, SetProcessDpiAwarenessContext};
use windows::Win32::UI::WindowsAndMessaging::{HACCEL, SW_SHOW};

use super::Failure;
use super::frame::{self, Frame};
use super::loops::{self, Navigation};
use super::options::Shared;
use super::window::{Message, Window};
use crate::Program;
use crate::journal::{Journal, merged};

/// A program's journal, options and window class.
#[derive(Debug)]
pub struct Stage {
    class: String,
    title: String,
    options: Shared,
    /// Where its events go.
    pub journal: Rc<Journal>,
}

impl Stage {
    /// Sets the process up for `program`; `title` is used where the command line gives none.
    pub fn new(program: Program, title: &str, options: Shared) -> Result<Self, Failure> {
        if options.per_monitor_dpi {
            // SAFETY: takes a constant; comes before the first window.
            unsafe { SetProcessDpiAwarenessContext(DPI_AWARENESS_CONTEXT_PER_MONITOR_AWARE_V2)? };
        }
        if let Some(milliseconds) = options.lifetime {
            loops::end_after(milliseconds);
        }
        let journal = Rc::new(Journal::open(options.log.as_deref(), options.record_text)?);
        load_controls();
        let class = format!("WinwardenTest.{}", program.name());
        frame::register(&class)?;
        let title = options.title.clone().unwrap_or_else(|| title.to_owned());
        Ok(Self { class, title, options, journal })
    }

    /// An ordinary frame of this size with the title and corner from the command line.
    pub fn frame(&self, width: i32, height: i32) -> Frame<'_> {
        Frame { corner: self.options.at, ..Frame::new(&self.title, width, height) }
    }

    /// Opens a window, not yet shown.
    pub fn open(
        &self,
        frame: &Frame<'_>,
        handler: impl Fn(Window, Message) -> Option<isize> + 'static,
    ) -> Result<Window, Failure> {
        Ok(frame::open(&self.class, frame, Rc::clone(&self.journal), Rc::new(handler))?)
    }

    /// Shows a window, brings it to the front and says that it is ready.
    pub fn show(&self, window: Window, details: Value) {
        window.show(SW_SHOW);
        window.update();
        window.to_front();
        self.announce(window, details);
    }

    /// Writes the ready line of a window that is shown already.
    pub fn announce(&self, window: Window, details: Value) {
        let (title, place) = (String::from_utf16_lossy(&window.text()), window.place());
        let known = json!({
            "title": title,
            "hwnd": window.number(),
            "pid": std::process::id(),
            "rect": [place.x, place.y, place.x + place.width, place.y + place.height],
        });
        self.journal.ready(merged(known, details));
    }

    /// Handles messages until the last window is closed.
    pub fn run(&self, navigation: Navigation, accelerators: Option<HACCEL>) {
        loops::run(navigation, accelerators);
        self.journal.event("ended", Value::Null);
    }
}

fn load_controls() {
    let classes = INITCOMMONCONTROLSEX {
        dwSize: size_of::<INITCOMMONCONTROLSEX>() as u32,
        dwICC: ICC_STANDARD_CLASSES
            | ICC_BAR_CLASSES
            | ICC_LISTVIEW_CLASSES
            | ICC_PROGRESS_CLASS
            | ICC_TAB_CLASSES
            | ICC_TREEVIEW_CLASSES,
    };
    // SAFETY: the structure is complete. A class that is missing shows when a control is created.
    let _ = unsafe { InitCommonControlsEx(&raw const classes) };
}
