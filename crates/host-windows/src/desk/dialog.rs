//! The approval dialog.
//!
//! It comes up in front of all else without taking the keyboard from whoever is typing. Its buttons are off for a
//! moment, none is the default, and the keyboard begins in the text.

mod layout;

use std::{
    sync::mpsc::Sender,
    time::{Duration, Instant},
};

use windows::{
    Win32::{
        Foundation::{COLORREF, HWND, LPARAM, LRESULT, POINT, RECT, WPARAM},
        Graphics::Gdi::{
            COLOR_BTNTEXT, COLOR_WINDOW, COLOR_WINDOWTEXT, GetSysColor, GetSysColorBrush, HDC, SetBkColor,
            SetTextColor,
        },
        System::Diagnostics::Debug::MessageBeep,
        UI::{
            Accessibility::NotifyWinEvent,
            HiDpi::GetDpiForWindow,
            Input::KeyboardAndMouse::{
                EnableWindow, GetFocus, GetKeyState, SetFocus, VIRTUAL_KEY, VK_ESCAPE, VK_RETURN, VK_SHIFT,
                VK_TAB,
            },
            WindowsAndMessaging::{
                BN_CLICKED, BS_PUSHBUTTON, CHILDID_SELF, ES_AUTOHSCROLL, ES_AUTOVSCROLL, ES_MULTILINE,
                ES_READONLY, EVENT_SYSTEM_ALERT, FLASHW_TRAY, FLASHWINFO, FlashWindowEx, GetDlgCtrlID,
                GetDlgItem, GetNextDlgTabItem, HWND_TOPMOST, InSendMessage, IsChild, IsIconic,
                IsWindowVisible, MB_ICONWARNING, MSG, OBJID_WINDOW, SW_SHOWNOACTIVATE, SWP_NOACTIVATE,
                SWP_NOMOVE, SWP_NOSIZE, SetTimer, SetWindowDisplayAffinity, SetWindowPos, SetWindowTextW,
                ShowWindow, WDA_EXCLUDEFROMCAPTURE, WINDOW_EX_STYLE, WINDOW_STYLE, WM_CLOSE, WM_COMMAND,
                WM_CTLCOLORSTATIC, WM_DPICHANGED, WM_KEYDOWN, WM_MOVE, WM_PAINT, WM_SETFOCUS, WM_TIMER,
                WS_CAPTION, WS_CLIPCHILDREN, WS_EX_APPWINDOW, WS_EX_CLIENTEDGE, WS_EX_CONTROLPARENT,
                WS_EX_TOPMOST, WS_POPUP, WS_SYSMENU, WS_TABSTOP, WS_VSCROLL,
            },
        },
    },
    core::{PCWSTR, Result, w},
};

use super::{
    Answer, Question,
    drawing::{Paint, Painting},
    front::Front,
    hooks::is_pressed,
    presses::Button,
    start::Asking,
    window::{Fonts, Window, number, work_area},
    words::plain,
};
use crate::system::with_nul;

/// How long the buttons stay off.
const CALM: Duration = Duration::from_millis(700);

/// Between two looks at the time.
const TICK: u32 = 250;

const HEADING: u16 = 100;
const FACTS: u16 = 101;
const WARNING: u16 = 102;
const CLOCK: u16 = 103;

/// The buttons from left to right; those that deny stand apart on the right.
const BUTTONS: [(u16, &str, Answer); 4] = [
    (110, "Allow once", Answer::Once),
    (111, "Allow for this target", Answer::ForThisTarget),
    (112, "Deny", Answer::No),
    (113, "Deny and stop session", Answer::NoAndStop),
];

const STYLE: WINDOW_STYLE = WINDOW_STYLE(WS_POPUP.0 | WS_CAPTION.0 | WS_SYSMENU.0 | WS_CLIPCHILDREN.0);
const EXTENDED: WINDOW_EX_STYLE =
    WINDOW_EX_STYLE(WS_EX_TOPMOST.0 | WS_EX_CONTROLPARENT.0 | WS_EX_APPWINDOW.0);

/// What a static control has to keep texts as they are and to break long words: `SS_NOPREFIX`, `SS_EDITCONTROL`.
const AS_IT_IS: WINDOW_STYLE = WINDOW_STYLE(0x80 | 0x2000);

/// A question that is shown.
pub(super) struct Dialog {
    window: Window,
    fonts: Fonts,
    dpi: u32,
    number: u64,
    question: Question,
    painting: Option<Painting>,
    /// What was in front when the dialog was last seen not to be.
    front: Front,
    answer: Sender<Answer>,
    until: Instant,
    /// Since when buttons take presses.
    armed: Instant,
    is_armed: bool,
    /// What the clock shows.
    shown: String,
    /// Where what is painted goes.
    spots: Spots,
}

#[derive(Debug, Default)]
struct Spots {
    picture: RECT,
    sign: RECT,
    code: RECT,
}

impl Dialog {
    /// # Errors
    /// The system has no room for it.
    pub fn show(asking: Asking) -> Result<Self> {
        let Asking { number, mut question, answer, until } = asking;
        let area = work_area(true);
        let at = POINT { x: area.left, y: area.top };
        let window = Window::new("winwarden: approval needed", STYLE, EXTENDED, None, at)?;
        // SAFETY: the window is this thread's.
        let dpi = unsafe { GetDpiForWindow(window.raw()) };
        let painting = question.picture.take().and_then(Painting::of);
        let (fonts, spots) = (Fonts::of(dpi), Spots::default());
        let mut dialog = Self {
            window,
            fonts,
            dpi,
            number,
            question,
            painting,
            front: Front::now(),
            answer,
            until,
            armed: until, // for as long as it is not shown
            is_armed: false,
            shown: String::new(),
            spots,
        };
        dialog.fill()?;
        dialog.arrange(area);
        dialog.appear();
        dialog.armed = Instant::now() + CALM;
        Ok(dialog)
    }

    pub fn is(&self, window: HWND) -> bool {
        window == self.window.raw()
    }

    pub const fn number(&self) -> u64 {
        self.number
    }

    /// The dialog goes, and says the answer once what was in front of it is there again.
    pub fn answer(self, answer: Answer) {
        let Self { window, front, answer: to, .. } = self;
        let say = move || {
            let _ = to.send(answer); // who asked may have left
        };
        if Front::now().is(number(window.raw())) {
            front.bring_back();
            drop(window);
            front.once_back(say);
        } else {
            drop(window);
            say();
        }
    }

    /// Makes the controls.
    fn fill(&self) -> Result<()> {
        let window = &self.window;
        let none = WINDOW_EX_STYLE(0);
        window.control(w!("Static"), &self.heading(), AS_IT_IS, none, HEADING)?;
        let edit = ES_MULTILINE | ES_READONLY | ES_AUTOVSCROLL | ES_AUTOHSCROLL;
        let edit = WINDOW_STYLE(edit.cast_unsigned()) | WS_VSCROLL | WS_TABSTOP;
        window.control(w!("Edit"), "", edit, WS_EX_CLIENTEDGE, FACTS)?;
        if let Some(warning) = self.warning() {
            window.control(w!("Static"), &warning, AS_IT_IS, none, WARNING)?;
        }
        window.control(w!("Static"), &self.clock(), AS_IT_IS, none, CLOCK)?;
        for (id, text, _) in BUTTONS {
            let push = WINDOW_STYLE(BS_PUSHBUTTON.cast_unsigned()) | WS_TABSTOP;
            let button = window.control(w!("Button"), text, push, none, id)?;
            // SAFETY: the control is this thread's.
            let _ = unsafe { EnableWindow(button, false) };
        }
        Ok(())
    }

    fn heading(&self) -> String {
        plain(&self.question.heading, 300)
    }

    fn warning(&self) -> Option<String> {
        let what = self.question.irreversible.as_ref()?;
        Some(format!("This cannot be undone: {}", plain(what, 400)))
    }

    fn clock(&self) -> String {
        let left = self.until.saturating_duration_since(Instant::now()).as_millis().div_ceil(1000);
        let unit = if left == 1 { "second" } else { "seconds" };
        format!("Denied by itself in {left} {unit}.")
    }

    fn code(&self) -> Option<String> {
        let code = plain(self.question.code.as_ref()?.expose(), 40);
        Some(format!("Code for answering at a terminal: {code}"))
    }

    fn control(&self, id: u16) -> HWND {
        // SAFETY: takes any window; one that is not there is none.
        unsafe { GetDlgItem(Some(self.window.raw()), i32::from(id)) }.unwrap_or_default()
    }

    /// Comes up in front of all else, and lets those know who do not see it come.
    fn appear(&self) {
        let window = self.window.raw();
        let flash = FLASHWINFO {
            cbSize: size_of::<FLASHWINFO>() as u32,
            hwnd: window,
            dwFlags: FLASHW_TRAY,
            uCount: 3,
            dwTimeout: 0,
        };
        // SAFETY: the window is this thread's; the structure tells its own size and lives through the call. What fails
        // here is missing on this system.
        unsafe {
            let _ = SetWindowDisplayAffinity(window, WDA_EXCLUDEFROMCAPTURE);
            SetTimer(Some(window), 1, TICK, None);
            let _ = ShowWindow(window, SW_SHOWNOACTIVATE);
            let _ = FlashWindowEx(&raw const flash);
            let _ = MessageBeep(MB_ICONWARNING);
            NotifyWinEvent(EVENT_SYSTEM_ALERT, window, OBJID_WINDOW.0, CHILDID_SELF.cast_signed());
        }
    }

    /// What a key does that is not left to the controls: nothing where it is not for this dialog.
    #[expect(clippy::option_option, reason = "taken or not, and with which answer")]
    pub fn key(&self, message: &MSG) -> Option<Option<Answer>> {
        let window = self.window.raw();
        // SAFETY: takes any windows.
        let ours = message.hwnd == window || unsafe { IsChild(window, message.hwnd) }.as_bool();
        if message.message != WM_KEYDOWN || !ours {
            return None;
        }
        match VIRTUAL_KEY(u16::try_from(message.wParam.0).unwrap_or_default()) {
            VK_TAB => {
                // SAFETY: takes any windows and keys; the control is this thread's.
                unsafe {
                    let back = GetKeyState(i32::from(VK_SHIFT.0)) < 0;
                    if let Ok(next) = GetNextDlgTabItem(window, Some(GetFocus()), back) {
                        let _ = SetFocus(Some(next));
                    }
                }
                Some(None)
            }
            VK_ESCAPE => Some(Some(Answer::Closed)),
            VK_RETURN => {
                // SAFETY: takes any window.
                let id = unsafe { GetDlgCtrlID(GetFocus()) };
                Some(u16::try_from(id).ok().and_then(|id| self.pressed(id)))
            }
            _ => None,
        }
    }

    /// What a message comes to, where the system is not to handle it, and the answer that it is.
    pub fn message(
        &mut self,
        message: u32,
        first: WPARAM,
        second: LPARAM,
    ) -> (Option<LRESULT>, Option<Answer>) {
        let done = Some(LRESULT(0));
        match message {
            WM_COMMAND => {
                let [low, high] = word_pair(first);
                // SAFETY: a plain call. What another thread sends is not a button of ours.
                let sent = unsafe { InSendMessage() }.as_bool();
                let clicked = u32::from(high) == BN_CLICKED && !sent;
                (done, clicked.then(|| self.pressed(low)).flatten())
            }
            WM_CLOSE => (done, Some(Answer::Closed)),
            WM_TIMER => (done, self.tick()),
            WM_PAINT => {
                self.paint();
                (done, None)
            }
            WM_SETFOCUS => {
                // SAFETY: the control is this thread's.
                let _ = unsafe { SetFocus(Some(self.control(FACTS))) };
                (done, None)
            }
            WM_CTLCOLORSTATIC => (self.colour(first, second), None),
            WM_MOVE => {
                // Whoever moved it may have moved it under a finger that was about to press something else.
                self.disarm();
                (done, None)
            }
            WM_DPICHANGED => {
                let [dpi, ..] = word_pair(first);
                self.dpi = u32::from(dpi).max(48);
                let before = std::mem::replace(&mut self.fonts, Fonts::of(self.dpi));
                self.arrange(work_area(true));
                drop(before); // no control has it any more
                (done, None)
            }
            _ => (None, None),
        }
    }

    /// The answer of a button, if a person pressed it.
    fn pressed(&self, id: u16) -> Option<Answer> {
        let (_, _, answer) = BUTTONS.into_iter().find(|(button, _, _)| *button == id)?;
        let control = self.control(id);
        // SAFETY: a plain call.
        let focused = unsafe { GetFocus() } == control;
        let (control, window) = (number(control), number(self.window.raw()));
        is_pressed(Button { control, window, focused, armed: self.armed }).then_some(answer)
    }

    /// Lets time pass: buttons go on, the clock goes down, the dialog stays in front.
    fn tick(&mut self) -> Option<Answer> {
        let now = Instant::now();
        if now >= self.until {
            return Some(Answer::Expired);
        }
        let front = Front::now();
        if !front.is(number(self.window.raw())) {
            self.front = front;
        }
        // SAFETY: the window is this thread's.
        let seen =
            unsafe { IsWindowVisible(self.window.raw()).as_bool() && !IsIconic(self.window.raw()).as_bool() };
        if !seen {
            self.disarm();
            // SAFETY: as above.
            let _ = unsafe { ShowWindow(self.window.raw(), SW_SHOWNOACTIVATE) };
        } else if !self.is_armed && now >= self.armed {
            self.is_armed = true;
            self.enable(true);
        }
        let clock = self.clock();
        if clock != self.shown {
            let text = with_nul(&clock);
            // SAFETY: the text ends with a NUL and lives through the call.
            let _ = unsafe { SetWindowTextW(self.control(CLOCK), PCWSTR(text.as_ptr())) };
            self.shown = clock;
        }
        let stay = SWP_NOMOVE | SWP_NOSIZE | SWP_NOACTIVATE;
        // SAFETY: the window is this thread's.
        let _ = unsafe { SetWindowPos(self.window.raw(), Some(HWND_TOPMOST), 0, 0, 0, 0, stay) };
        None
    }

    /// Puts the buttons off for a moment.
    fn disarm(&mut self) {
        (self.armed, self.is_armed) = (Instant::now() + CALM, false);
        // SAFETY: takes any windows; the control is this thread's. What is off cannot have the keyboard.
        unsafe {
            if IsChild(self.window.raw(), GetFocus()).as_bool() {
                let _ = SetFocus(Some(self.control(FACTS)));
            }
        }
        self.enable(false);
    }

    fn enable(&self, on: bool) {
        for (id, _, _) in BUTTONS {
            // SAFETY: the control is this thread's.
            let _ = unsafe { EnableWindow(self.control(id), on) };
        }
    }

    fn paint(&self) {
        let paint = Paint::begin(self.window.raw());
        if let Some(painting) = &self.painting {
            painting.paint(&paint, self.spots.picture, self.dpi);
        }
        if self.question.irreversible.is_some() {
            paint.warning(self.spots.sign);
        }
        if let Some(code) = self.code() {
            paint.text(&code, &self.fonts.text, self.spots.code, COLOR_BTNTEXT);
        }
    }

    /// The facts are as bright as what can be edited: they are what is to be read.
    fn colour(&self, context: WPARAM, control: LPARAM) -> Option<LRESULT> {
        let is_facts = control.0.cast_unsigned() == self.control(FACTS).0.expose_provenance();
        is_facts.then(|| {
            let context = HDC(std::ptr::with_exposed_provenance_mut(context.0));
            // SAFETY: the system passes the control's context with this message; such a brush is never deleted.
            let brush = unsafe {
                SetTextColor(context, COLORREF(GetSysColor(COLOR_WINDOWTEXT)));
                SetBkColor(context, COLORREF(GetSysColor(COLOR_WINDOW)));
                GetSysColorBrush(COLOR_WINDOW)
            };
            LRESULT(brush.0.expose_provenance().cast_signed())
        })
    }
}

/// The low and the high word of a parameter.
pub(super) fn word_pair(parameter: WPARAM) -> [u16; 2] {
    let low = |value: usize| u16::try_from(value & 0xFFFF).unwrap_or_default();
    [low(parameter.0), low(parameter.0 >> 16)]
}
