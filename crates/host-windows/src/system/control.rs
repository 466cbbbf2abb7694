//! What can be done to a window as a whole.
//!
//! Untrusted: the window, which may hang, refuse, ask back or go away at any moment.
//! Guarantees: every request is asynchronous, so a hung window costs at most the deadline and nothing else; windows of
//! winwarden itself and of elevated processes are refused a second time; a reply says what the window really did.
//! Does not: force anything: no window is ended, and no process.

use std::time::{Duration, Instant};

use model::{Acted, Code, Fault, Means, Rect, WindowInfo, WindowState, WindowVerb, ui::escape};
use windows::Win32::{
    Foundation::{ERROR_ACCESS_DENIED, LPARAM, WPARAM},
    UI::WindowsAndMessaging::{
        PostMessageW, SET_WINDOW_POS_FLAGS, SHOW_WINDOW_CMD, SW_MAXIMIZE, SW_MINIMIZE, SW_RESTORE,
        SWP_ASYNCWINDOWPOS, SWP_NOACTIVATE, SWP_NOMOVE, SWP_NOOWNERZORDER, SWP_NOSIZE, SWP_NOZORDER,
        SetWindowPos, ShowWindowAsync, WM_CLOSE,
    },
};

use super::top_level::TopLevel;
use crate::{
    act::{Desk, change::Before},
    input::{go_on, handle},
    source::Job,
};

/// How long a window may take to do what it was asked, once it has answered.
const PATIENCE: Duration = Duration::from_secs(2);

/// How long a window may take to come forward, for each of three attempts.
const FORWARD: Duration = Duration::from_millis(150);

/// A window that has answered and looks the same for so long has done what it is going to do.
const STILL: Duration = Duration::from_millis(60);

/// Between two looks.
const GAP: Duration = Duration::from_millis(3);

/// One message that asks whether the window answers takes at most so long; then it is asked again.
const ANSWER: Duration = Duration::from_millis(100);

/// Focuses, minimizes, maximizes, restores, closes, moves or sizes a window, and tells what changed. Places and sizes
/// are those of what a person sees, without the invisible borders.
///
/// # Errors
/// `OWN_WINDOW`, `ELEVATED_TARGET`; `STALE_ELEMENT` where the window is gone; `TARGET_NOT_RESPONDING` where it hangs,
/// and nothing was done; `WRONG_WINDOW` where the system keeps another window in the foreground; `OBSCURED` for closing
/// a window that waits for its dialog; `INVALID_ARGUMENT` for a place outside of all displays;
/// `NOT_SUPPORTED_BY_TARGET` where the window does not do it; `TIMEOUT`, `CANCELLED`.
pub fn control(
    window: &WindowInfo,
    verb: WindowVerb,
    desk: &mut dyn Desk,
    job: &Job,
) -> Result<Acted, Fault> {
    go_on(job)?;
    desk.refuse_forbidden(window)?;
    let mut act = Control { window, top: TopLevel(window.key.handle), desk, job, notes: Vec::new() };
    act.await_answer()?;
    let before = Before::look(act.desk);
    match verb {
        WindowVerb::Focus => act.focus(),
        WindowVerb::Minimize => act.show(SW_MINIMIZE, "minimize", |state| state == WindowState::Minimized),
        WindowVerb::Maximize => act.show(SW_MAXIMIZE, "maximize", |state| state == WindowState::Maximized),
        WindowVerb::Restore => act.restore(),
        WindowVerb::Close => act.close(&before),
        WindowVerb::Move { x, y } => act.move_to(x, y),
        WindowVerb::Resize { width, height } => act.resize(width, height),
    }?;
    let Control { desk, notes, .. } = act;
    Ok(Acted { notes, ..before.changed(desk, Some(window.key.handle), Means::System) })
}

struct Control<'a> {
    window: &'a WindowInfo,
    top: TopLevel,
    desk: &'a mut dyn Desk,
    job: &'a Job,
    notes: Vec<String>,
}

impl Control<'_> {
    /// Waits until the window answers a message; nothing has been done to it before.
    fn await_answer(&self) -> Result<(), Fault> {
        loop {
            let left = self.job.deadline.saturating_duration_since(Instant::now());
            if self.desk.answers(self.window.key.handle, left.min(ANSWER)) {
                return Ok(());
            }
            self.still_there()?;
            if self.top.hangs() || left.is_zero() {
                return Err(Fault::new(
                    Code::TargetNotResponding,
                    format!("window {} does not answer; nothing was done to it", self.title()),
                )
                .windows(vec![self.window.clone()]));
            }
            self.go_on_or_late()?;
        }
    }

    /// As [`go_on`], but leaves it to the caller to say whose time is up.
    fn go_on_or_late(&self) -> Result<(), Fault> {
        go_on(self.job).or_else(|fault| if fault.code == Code::Timeout { Ok(()) } else { Err(fault) })
    }

    fn still_there(&self) -> Result<(), Fault> {
        if self.top.exists() && self.top.owner().1 == self.window.key.pid {
            return Ok(());
        }
        Err(Fault::new(Code::StaleElement, format!("window {} is gone", self.title()))
            .hint("list the windows again"))
    }

    fn title(&self) -> String {
        format!("`{}`", escape(&self.window.title, 80))
    }

    fn focus(&mut self) -> Result<(), Fault> {
        let minimized = self.top.is_minimized();
        self.come_forward(minimized).map_err(|fault| {
            let restored = minimized && self.top.exists() && !self.top.is_minimized();
            let step = restored.then(|| format!("window {} had been restored", self.title()));
            fault.after(step.as_slice())
        })
    }

    fn come_forward(&mut self, minimized: bool) -> Result<(), Fault> {
        let window = self.window.key.handle;
        for try_harder in [false, true, true] {
            self.desk.call_forward(window, try_harder);
            let until = (Instant::now() + FORWARD).min(self.job.deadline);
            while Instant::now() < until {
                go_on(self.job)?;
                self.still_there()?;
                let front = self.desk.foreground();
                let dialog = self.desk.stance(window).and_then(|stance| stance.blocked_by);
                if front == window || self.desk.is_popup_of(front, window) || dialog == Some(front) {
                    if dialog == Some(front) {
                        self.notes
                            .push("the window waits for its dialog, which is in front of it".to_owned());
                    }
                    if !self.top.is_minimized() {
                        if minimized {
                            self.notes.push("the window was minimized and has been restored".to_owned());
                        }
                        return Ok(());
                    }
                }
                self.desk.pause(GAP);
            }
        }
        go_on(self.job)?;
        Err(Fault::new(
            Code::WrongWindow,
            format!("Windows keeps another window in front of {}", self.title()),
        )
        .hint("close or minimize the window that is in front, or try again")
        .windows(self.desk.info(self.desk.foreground()).into_iter().collect()))
    }

    fn restore(&mut self) -> Result<(), Fault> {
        match self.top.state() {
            WindowState::Normal => {
                self.notes.push("the window was neither minimized nor maximized".to_owned());
                Ok(())
            }
            WindowState::Minimized => {
                self.show(SW_RESTORE, "restore", |state| state != WindowState::Minimized)
            }
            WindowState::Maximized => self.show(SW_RESTORE, "restore", |state| state == WindowState::Normal),
        }
    }

    /// Asks for a way of being shown, and waits until the window is shown so and in place.
    fn show(
        &self,
        how: SHOW_WINDOW_CMD,
        name: &str,
        is_done: impl Fn(WindowState) -> bool,
    ) -> Result<(), Fault> {
        // SAFETY: takes any value for a window; only posts the request.
        let _ = unsafe { ShowWindowAsync(handle(self.window.key.handle), how) };
        self.wait_until_still(|top| is_done(top.state()))?;
        if is_done(self.top.state()) {
            return Ok(());
        }
        Err(Fault::new(Code::NotSupportedByTarget, format!("window {} does not {name}", self.title())))
    }

    /// Waits until the window is as wanted, or has answered and stays as it is.
    fn wait_until_still(&self, is_done: impl Fn(TopLevel) -> bool) -> Result<(), Fault> {
        let until = (Instant::now() + PATIENCE).min(self.job.deadline);
        let mut last = (self.top.outer_rect(), self.top.state());
        let mut since = Instant::now();
        loop {
            self.still_there()?;
            let answers = self.desk.answers(self.window.key.handle, ANSWER);
            let now = (self.top.outer_rect(), self.top.state());
            if now != last {
                (last, since) = (now, Instant::now());
            } else if answers && (is_done(self.top) || since.elapsed() > STILL * 4) {
                return Ok(());
            }
            go_on(self.job).map_err(|fault| self.asked_already(fault))?;
            if Instant::now() >= until {
                return if answers { Ok(()) } else { Err(self.stopped_answering()) };
            }
            self.desk.pause(GAP);
        }
    }

    fn stopped_answering(&self) -> Fault {
        Fault::new(
            Code::TargetNotResponding,
            format!("window {} was asked, and does not answer any more", self.title()),
        )
        .windows(vec![self.window.clone()])
    }

    /// The same fault with what has been done before it.
    fn asked_already(&self, fault: Fault) -> Fault {
        if fault.code == Code::Timeout {
            return self.stopped_answering();
        }
        let message =
            format!("{}; window {} was asked already, and may still do it", fault.message, self.title());
        Fault { message, ..fault }
    }

    fn move_to(&mut self, x: i32, y: i32) -> Result<(), Fault> {
        let seen = self.at_own_size()?;
        let (width, height) = (seen.width().cast_signed(), seen.height().cast_signed());
        let wanted = Rect::new(x, y, x.saturating_add(width), y.saturating_add(height));
        if wanted.intersection(self.desk.screen()).is_empty() {
            let message = format!("at {x},{y} window {} would lie outside of all displays", self.title());
            return Err(
                Fault::new(Code::InvalidArgument, message).hint("`display_list` tells where they are")
            );
        }
        let outer = self.top.outer_rect();
        let (left, top) = (x.saturating_add(outer.left - seen.left), y.saturating_add(outer.top - seen.top));
        self.place(left, top, 0, 0, SWP_NOSIZE)?;
        let at = |top: TopLevel| (top.rect().left, top.rect().top);
        self.wait_until_still(|top| at(top) == (x, y))?;
        let now = at(self.top);
        if now != (x, y) {
            self.notes.push(format!("the window went to {},{} instead", now.0, now.1));
        }
        Ok(())
    }

    fn resize(&mut self, width: u32, height: u32) -> Result<(), Fault> {
        let seen = self.at_own_size()?;
        let outer = self.top.outer_rect();
        let side = |wanted: u32, outer: u32, seen: u32| {
            let borders = i64::from(outer) - i64::from(seen);
            i32::try_from(i64::from(wanted) + borders).unwrap_or(i32::MAX).clamp(1, 32_767)
        };
        let right = side(width, outer.width(), seen.width());
        let bottom = side(height, outer.height(), seen.height());
        self.place(0, 0, right, bottom, SWP_NOMOVE)?;
        let size = |top: TopLevel| (top.rect().width(), top.rect().height());
        self.wait_until_still(|top| size(top) == (width, height))?;
        let now = size(self.top);
        if now != (width, height) {
            self.notes.push(format!("the window took {}x{} instead", now.0, now.1));
        }
        Ok(())
    }

    /// Restores the window where it is minimized or maximized, for only then has it a place and size of its own; what
    /// a person sees of it.
    fn at_own_size(&mut self) -> Result<Rect, Fault> {
        let word = match self.top.state() {
            WindowState::Normal => return Ok(self.top.rect()),
            WindowState::Minimized => "minimized",
            WindowState::Maximized => "maximized",
        };
        self.restore()?;
        if self.top.is_maximized() {
            self.restore()?; // it was minimized from being maximized
        }
        self.notes.push(format!("the window was {word} and has been restored"));
        Ok(self.top.rect())
    }

    fn place(
        &self,
        x: i32,
        y: i32,
        width: i32,
        height: i32,
        keep: SET_WINDOW_POS_FLAGS,
    ) -> Result<(), Fault> {
        let flags = keep | SWP_ASYNCWINDOWPOS | SWP_NOACTIVATE | SWP_NOZORDER | SWP_NOOWNERZORDER;
        // SAFETY: takes any value for a window; only posts the request.
        unsafe { SetWindowPos(handle(self.window.key.handle), None, x, y, width, height, flags) }.map_err(
            |error| {
                let text = error.message();
                let text = text.trim_end_matches(['.', ' ']);
                Fault::new(Code::NotSupportedByTarget, format!("window {}: {text}", self.title()))
            },
        )
    }

    /// Asks the window to close, and waits until it is gone, asks back, or stays.
    fn close(&self, before: &Before) -> Result<(), Fault> {
        let window = self.window.key.handle;
        let blocked_by = self.desk.stance(window).and_then(|stance| stance.blocked_by);
        if let Some(dialog) = blocked_by {
            return Err(Fault::new(
                Code::Obscured,
                format!("window {} waits for its dialog and cannot be closed before it", self.title()),
            )
            .hint("answer the dialog first")
            .windows(self.desk.info(dialog).into_iter().collect()));
        }
        // SAFETY: takes any value for a window; the message carries nothing.
        let posted = unsafe { PostMessageW(Some(handle(window)), WM_CLOSE, WPARAM(0), LPARAM(0)) };
        if let Err(error) = posted {
            self.still_there()?;
            let code = match error.code() == ERROR_ACCESS_DENIED.to_hresult() {
                true => Code::ElevatedTarget,
                false => Code::NotSupportedByTarget,
            };
            return Err(Fault::new(code, format!("window {} cannot be asked to close", self.title())));
        }
        let until = (Instant::now() + PATIENCE).min(self.job.deadline);
        let mut answered_since = None;
        loop {
            let tops = self.desk.tops();
            let asks_back = || {
                let own = |top: &&u64| !before.had(**top) && TopLevel(**top).owner().1 == self.window.key.pid;
                tops.iter().any(|top| own(&top))
            };
            if self.still_there().is_err() || !tops.contains(&window) || asks_back() {
                return Ok(());
            }
            // A window that answers has dealt with the request; what it does of it is on its way.
            let answers = self.desk.answers(window, ANSWER);
            let since = *answered_since.get_or_insert_with(Instant::now);
            if answers && since.elapsed() > STILL * 10 {
                return Ok(());
            }
            go_on(self.job).map_err(|fault| self.asked_already(fault))?;
            if Instant::now() >= until {
                return if answers { Ok(()) } else { Err(self.stopped_answering()) };
            }
            self.desk.pause(GAP);
        }
    }
}
