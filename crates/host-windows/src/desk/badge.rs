//! The badge: says that an agent is at work, or that sessions are stopped, with a button to change that.
//!
//! It takes no keyboard (the stop key is for that), can be dragged away, and stands in front of all else.

use std::time::{Duration, Instant};

use windows::{
    Win32::{
        Foundation::{HWND, LRESULT, POINT, RECT, WPARAM},
        Graphics::Gdi::{COLOR_BTNTEXT, COLOR_GRAYTEXT, COLOR_HIGHLIGHT},
        UI::{
            HiDpi::{GetDpiForWindow, GetSystemMetricsForDpi},
            WindowsAndMessaging::{
                BN_CLICKED, BS_PUSHBUTTON, GetWindowRect, HTCAPTION, HWND_TOPMOST, InSendMessage,
                MA_NOACTIVATE, SM_CYCAPTION, SW_SHOWNOACTIVATE, SWP_NOACTIVATE, SWP_NOMOVE, SWP_NOSIZE,
                SetTimer, SetWindowDisplayAffinity, SetWindowPos, ShowWindow, WDA_EXCLUDEFROMCAPTURE,
                WINDOW_EX_STYLE, WINDOW_STYLE, WM_CLOSE, WM_COMMAND, WM_MOUSEACTIVATE, WM_MOVE, WM_NCHITTEST,
                WM_PAINT, WM_TIMER, WS_BORDER, WS_CLIPCHILDREN, WS_EX_NOACTIVATE, WS_EX_TOOLWINDOW,
                WS_EX_TOPMOST, WS_POPUP,
            },
        },
    },
    core::{Result, w},
};

use super::{
    Badge, DeskEvent,
    dialog::word_pair,
    drawing::Paint,
    hooks::is_pressed,
    presses::Button,
    window::{Fonts, Window, number, place, rect, scaled, work_area},
    words::plain,
};

/// How long Resume stays off: it comes up where Stop was pressed.
const CALM: Duration = Duration::from_millis(700);

/// How often it comes to the front again, in milliseconds.
const FORWARD: u32 = 1000;

const BUTTON: u16 = 120;

/// The badge as it is shown.
#[derive(Debug)]
pub(super) struct BadgeWindow {
    window: Window,
    control: HWND,
    fonts: Fonts,
    lines: Vec<Line>,
    stopped: bool,
    dpi: u32,
    armed: Instant,
}

#[derive(Debug)]
struct Line {
    text: String,
    strong: bool,
    at: RECT,
}

impl BadgeWindow {
    /// Shows it at the upper right, or where its predecessor was; nothing for one that is hidden.
    ///
    /// # Errors
    /// The system has no room for it.
    pub fn show(badge: Badge, before: Option<POINT>) -> Result<Option<Self>> {
        let (title, label, code, button) = match &badge {
            Badge::Hidden => return Ok(None),
            Badge::Working { label } => ("An agent is working", label, None, "Stop"),
            Badge::Stopped { label, code } => ("Sessions are stopped", label, code.as_ref(), "Resume"),
        };
        let stopped = matches!(badge, Badge::Stopped { .. });
        let code = code.map(|code| format!("Code to resume: {}", plain(code.expose(), 40)));
        let lines = [Some(title.to_owned()), Some(plain(label, 60)), code].into_iter().flatten();
        let lines = lines.filter(|text| !text.is_empty()).enumerate();
        let lines = lines.map(|(line, text)| Line { text, strong: line == 0, at: RECT::default() }).collect();
        let style = WS_POPUP | WS_BORDER | WS_CLIPCHILDREN;
        let extended = WS_EX_NOACTIVATE | WS_EX_TOPMOST | WS_EX_TOOLWINDOW;
        let area = work_area(false);
        let at = POINT { x: area.right - 1, y: area.top };
        let window = Window::new(&format!("winwarden: {title}"), style, extended, None, at)?;
        let push = WINDOW_STYLE(BS_PUSHBUTTON.cast_unsigned());
        let control = window.control(w!("Button"), button, push, WINDOW_EX_STYLE(0), BUTTON)?;
        // SAFETY: the window is this thread's.
        let dpi = unsafe { GetDpiForWindow(window.raw()) };
        let armed = Instant::now() + if stopped { CALM } else { Duration::ZERO };
        let mut badge = Self { window, control, fonts: Fonts::of(dpi), lines, stopped, dpi, armed };
        badge.arrange(button, before, area);
        // SAFETY: the window is this thread's. What fails here is missing on this system.
        unsafe {
            let _ = SetWindowDisplayAffinity(badge.window.raw(), WDA_EXCLUDEFROMCAPTURE);
            SetTimer(Some(badge.window.raw()), 1, FORWARD, None);
            let _ = ShowWindow(badge.window.raw(), SW_SHOWNOACTIVATE);
        }
        Ok(Some(badge))
    }

    pub fn is(&self, window: HWND) -> bool {
        window == self.window.raw()
    }

    /// Its upper right corner.
    pub fn place(&self) -> Option<POINT> {
        let mut at = RECT::default();
        // SAFETY: the rectangle lives through the call.
        unsafe { GetWindowRect(self.window.raw(), &raw mut at) }.ok()?;
        Some(POINT { x: at.right, y: at.top })
    }

    fn arrange(&mut self, button: &str, before: Option<POINT>, area: RECT) {
        let px = |length: i32| scaled(length, self.dpi);
        let (margin, gap) = (px(12), px(16));
        let (mut y, mut wide) = (margin, 0);
        let x = stripe(self.dpi) + margin;
        for line in &mut self.lines {
            let font = if line.strong { &self.fonts.strong } else { &self.fonts.text };
            let size = font.measure(&line.text, px(320));
            line.at = rect(x, y, size.cx + 1, size.cy);
            (y, wide) = (y + size.cy + px(3), wide.max(size.cx));
        }
        let text = y - px(3) - margin;
        let size = self.fonts.text.measure(button, px(200));
        let (button_wide, tall) = ((size.cx + px(28)).max(px(80)), size.cy + px(14));
        let inner = text.max(tall);
        let down = (inner - text) / 2;
        self.lines.iter_mut().for_each(|line| {
            (line.at.top, line.at.bottom) = (line.at.top + down, line.at.bottom + down);
        });
        let left = x + wide + gap;
        self.fonts.text.give(self.control);
        place(self.control, rect(left, margin + (inner - tall) / 2, button_wide, tall));
        let (width, height) = (left + button_wide + margin + 2, inner + 2 * margin + 2);
        // Below the buttons of a window that fills the screen.
        // SAFETY: a plain call.
        let bar = unsafe { GetSystemMetricsForDpi(SM_CYCAPTION, self.dpi) };
        let corner = before.unwrap_or(POINT { x: area.right - margin, y: area.top + bar + margin });
        place(self.window.raw(), rect(corner.x - width, corner.y, width, height));
    }

    /// What a message comes to, where the system is not to handle it, and what the person wants by it.
    pub fn message(&mut self, message: u32, first: WPARAM) -> (Option<LRESULT>, Option<DeskEvent>) {
        let done = Some(LRESULT(0));
        match message {
            WM_COMMAND => {
                let [_, what] = word_pair(first);
                // SAFETY: a plain call. What another thread sends is not a button of ours.
                let sent = unsafe { InSendMessage() }.as_bool();
                let (control, window) = (number(self.control), number(self.window.raw()));
                let button = Button { control, window, focused: false, armed: self.armed };
                let pressed = u32::from(what) == BN_CLICKED && !sent && is_pressed(button);
                let event = if self.stopped { DeskEvent::ResumeButton } else { DeskEvent::StopButton };
                (done, pressed.then_some(event))
            }
            WM_CLOSE => (done, None), // it says what is so, and stays while it is
            WM_MOUSEACTIVATE => (Some(LRESULT(MA_NOACTIVATE as isize)), None),
            WM_NCHITTEST => (Some(LRESULT(HTCAPTION as isize)), None), // dragged by whatever is no button
            WM_MOVE if self.stopped => {
                // Whoever moved it may have moved it under a finger that was about to press something else.
                self.armed = Instant::now() + CALM;
                (done, None)
            }
            WM_TIMER => {
                let stay = SWP_NOMOVE | SWP_NOSIZE | SWP_NOACTIVATE;
                // SAFETY: the window is this thread's.
                let _ = unsafe { SetWindowPos(self.window.raw(), Some(HWND_TOPMOST), 0, 0, 0, 0, stay) };
                (done, None)
            }
            WM_PAINT => {
                self.paint();
                (done, None)
            }
            _ => (None, None),
        }
    }

    fn paint(&self) {
        let paint = Paint::begin(self.window.raw());
        let colour = if self.stopped { COLOR_GRAYTEXT } else { COLOR_HIGHLIGHT };
        paint.fill(rect(0, 0, stripe(self.dpi), i32::from(i16::MAX)), colour);
        for line in &self.lines {
            let font = if line.strong { &self.fonts.strong } else { &self.fonts.text };
            paint.text(&line.text, font, line.at, COLOR_BTNTEXT);
        }
    }
}

/// How wide the colour on the left is, by which one sees from afar what the badge says.
fn stripe(dpi: u32) -> i32 {
    scaled(6, dpi)
}
