//! What can be done to a control by its own messages.

use std::time::{Duration, Instant};

use model::{Code, Fault, Means, SecretText};
use windows::Win32::UI::{
    Controls::{EM_LINESCROLL, EM_REPLACESEL, EM_SETSEL, UDM_GETPOS32, UDM_SETPOS32},
    Input::KeyboardAndMouse::SetFocus,
    WindowsAndMessaging::{
        BM_CLICK, BM_GETCHECK, CB_GETDROPPEDSTATE, CB_SHOWDROPDOWN, SB_ENDSCROLL, SB_LINEDOWN, SB_LINEUP,
        SB_PAGEDOWN, SB_PAGEUP, SB_THUMBPOSITION, WM_HSCROLL, WM_NULL, WM_VSCROLL,
    },
};

use super::{
    control::{self, Control, WS_HSCROLL, WS_TABSTOP, WS_VSCROLL},
    items::{self, Refusal},
    kind::{Kind, is_read_only},
    node::{TBM_GETPOS, has_edit},
    survey, text,
    view::View,
};
use crate::{
    input::{Attached, handle},
    source::Act,
};

const TBM_GETRANGEMIN: u32 = 0x0401;
const TBM_GETRANGEMAX: u32 = 0x0402;
const TBM_SETPOS: u32 = 0x0405;
const TBS_VERT: u32 = 0x0002;

/// Lines that one notch of the wheel scrolls.
const LINES: u32 = 3;
/// Notches that one call scrolls at most.
const NOTCHES: u32 = 100;
/// Steps that bringing into view takes at most.
const STEPS: u32 = 300;
/// How long a switch may take to show its new state.
const SWITCH_PATIENCE: Duration = Duration::from_millis(300);

/// Does it.
pub(super) fn act(view: &View<'_>, control: &Control, act: &Act) -> Result<Means, Fault> {
    let unsuited = || {
        let what = control.kind.role().with_article();
        Fault::new(Code::NotSupportedByTarget, format!("{what} has no message for this"))
    };
    if !matches!(act, Act::ScrollIntoView) && !takes_input(view, control) {
        return Err(Fault::new(Code::ElementDisabled, "the element takes no input"));
    }
    let done = match (control.kind, act) {
        (_, Act::Focus) => return focus(view, control),
        (Kind::Push, Act::Invoke) => click(view, control),
        (Kind::Check, Act::Toggle) | (Kind::Radio, Act::Select) => switch(view, control),
        (Kind::Combo, Act::Expand) => drop_down(view, control, true),
        (Kind::Combo, Act::Collapse) => drop_down(view, control, false),
        (Kind::Edit | Kind::Lines | Kind::Rich, Act::SetValue(text)) => {
            return put(view, control, text, true);
        }
        (Kind::Edit | Kind::Lines | Kind::Rich, Act::InsertText(text)) => {
            return put(view, control, text, false);
        }
        (Kind::Combo, Act::SetValue(text)) if !has_edit(control) => {
            let mut units = text::for_edit(text.expose());
            let chosen = items::choose_text(view, control, &units);
            wipe(&mut units);
            chosen.map_err(|refusal| match refusal {
                Refusal::Undone => Fault::new(Code::NotFound, "the drop-down list has no such entry")
                    .hint("expand it, or read its text, to see the entries"),
                other => other.fault(view, control),
            })?;
            return Ok(Means::Message);
        }
        (Kind::Combo, Act::SetValue(text)) => return put(view, &edit_of(view, control)?, text, true),
        (Kind::Combo, Act::InsertText(text)) if has_edit(control) => {
            return put(view, &edit_of(view, control)?, text, false);
        }
        (Kind::Slider, Act::SetValue(text)) => return slide(view, control, text),
        (Kind::Spinner, Act::SetValue(text)) => return spin(view, control, text),
        (_, Act::ScrollIntoView) => into_view(view, control),
        (_, Act::Scroll { x, y }) => scroll(view, control, *x, *y),
        _ => Err(Refusal::Unsuited),
    };
    match done {
        Ok(()) => Ok(Means::Message),
        Err(Refusal::Unsuited) => Err(unsuited()),
        Err(refusal) => Err(refusal.fault(view, control)),
    }
}

/// Whether a control and the window it is in take input: a window that waits for its dialog does not.
pub(super) fn takes_input(view: &View<'_>, control: &Control) -> bool {
    control::is_enabled(control.handle) && control::is_enabled(view.window.handle)
}

/// Posted: what the click does may take its time, or open a dialog. Not to a thread that answers nothing: the click
/// would come whenever that wakes up.
fn click(view: &View<'_>, control: &Control) -> Result<(), Refusal> {
    view.ask.send(control.handle, WM_NULL, 0, 0)?;
    Ok(view.ask.post(control.handle, BM_CLICK, 0, 0)?)
}

/// Clicks, and looks whether that switched it.
fn switch(view: &View<'_>, control: &Control) -> Result<(), Refusal> {
    let before = view.ask.send(control.handle, BM_GETCHECK, 0, 0)?;
    if control.kind == Kind::Radio && before == 1 {
        return Ok(());
    }
    click(view, control)?;
    let until = Instant::now() + SWITCH_PATIENCE;
    loop {
        if view.ask.send(control.handle, BM_GETCHECK, 0, 0)? != before {
            return Ok(());
        }
        if Instant::now() >= until {
            return Err(Refusal::Undone);
        }
        std::thread::sleep(Duration::from_millis(2));
    }
}

fn drop_down(view: &View<'_>, control: &Control, open: bool) -> Result<(), Refusal> {
    view.ask.send(control.handle, CB_SHOWDROPDOWN, usize::from(open), 0)?;
    let is_open = view.ask.send(control.handle, CB_GETDROPPEDSTATE, 0, 0)? != 0;
    if is_open == open { Ok(()) } else { Err(Refusal::Undone) }
}

/// The edit in a combo box.
pub(super) fn edit_of(view: &View<'_>, control: &Control) -> Result<Control, Fault> {
    let info = items::combo_info(view, control).map_err(|silence| view.ask.fault(silence))?;
    let edit = info.map_or(0, |info| control::value(info.hwndItem));
    Control::look(edit)
        .filter(|edit| edit.kind.is_edit() && control::parent(edit.handle) == control.handle)
        .ok_or_else(|| {
            Fault::new(Code::NotSupportedByTarget, "the combo box does not tell which is its edit")
        })
}

/// Puts text into an edit the way a person's typing does: it can be undone, and the program is told of the change.
fn put(view: &View<'_>, edit: &Control, text: &SecretText, all: bool) -> Result<Means, Fault> {
    if is_read_only(edit.style) {
        return Err(Fault::new(Code::NotSupportedByTarget, "the field is read-only"));
    }
    let shown = text.expose();
    if shown.contains('\0') {
        return Err(Fault::new(Code::InvalidArgument, "the text holds U+0000, which no field can hold"));
    }
    if edit.kind == Kind::Edit && shown.contains(['\r', '\n']) {
        let message = "the text holds a line break, and the field has only one line";
        return Err(
            Fault::new(Code::InvalidArgument, message).hint("use `submit` or `press_keys` to press Enter")
        );
    }
    let mut units = text::for_edit(shown);
    let whole = if all { view.ask.send(edit.handle, EM_SETSEL, 0, -1).map(drop) } else { Ok(()) };
    let put = whole.and_then(|()| view.ask.send_text(edit.handle, EM_REPLACESEL, 1, &units));
    wipe(&mut units);
    put.map(|_| Means::Message).map_err(|silence| view.ask.fault(silence))
}

/// What was typed need not lie around in freed memory.
fn wipe(units: &mut [u16]) {
    for unit in units {
        // SAFETY: a reference to a live number.
        unsafe { std::ptr::write_volatile(unit, 0) };
    }
}

fn number(text: &SecretText) -> Result<i32, Fault> {
    let message = "the value must be a whole number";
    text.expose().trim().parse().map_err(|_| Fault::new(Code::InvalidArgument, message))
}

/// Moves a track bar and tells its parent, which the bar does only for a person.
fn slide(view: &View<'_>, control: &Control, text: &SecretText) -> Result<Means, Fault> {
    let wanted = number(text)?;
    let ask = |message, second| {
        view.ask.send(control.handle, message, 0, second).map_err(|silence| view.ask.fault(silence))
    };
    let (least, most) = (ask(TBM_GETRANGEMIN, 0)? as i32, ask(TBM_GETRANGEMAX, 0)? as i32);
    if !(least..=most).contains(&wanted) {
        let message = format!("the value must lie between {least} and {most}");
        return Err(Fault::new(Code::InvalidArgument, message));
    }
    let place = wanted as isize;
    view.ask.send(control.handle, TBM_SETPOS, 1, place).map_err(|silence| view.ask.fault(silence))?;
    let moved = if control.style & TBS_VERT != 0 { WM_VSCROLL } else { WM_HSCROLL };
    let bar = control.handle as isize;
    let low =
        SB_THUMBPOSITION.0.cast_unsigned() as usize | (((wanted & 0xFFFF).cast_unsigned() as usize) << 16);
    for first in [low, SB_ENDSCROLL.0.cast_unsigned() as usize] {
        let told = view.ask.post(control::parent(control.handle), moved, first, bar);
        told.map_err(|silence| view.ask.fault(silence))?;
    }
    if ask(TBM_GETPOS, 0)? as i32 != wanted {
        return Err(Refusal::Undone.fault(view, control));
    }
    Ok(Means::Message)
}

fn spin(view: &View<'_>, control: &Control, text: &SecretText) -> Result<Means, Fault> {
    let wanted = number(text)?;
    let fault = |silence| view.ask.fault(silence);
    view.ask.send(control.handle, UDM_SETPOS32, 0, wanted as isize).map_err(fault)?;
    if view.ask.send(control.handle, UDM_GETPOS32, 0, 0).map_err(fault)? as i32 != wanted {
        return Err(Fault::new(Code::InvalidArgument, "the value lies outside of what the element takes"));
    }
    Ok(Means::Message)
}

/// Gives a control the keyboard.
pub(super) fn focus(view: &View<'_>, control: &Control) -> Result<Means, Fault> {
    if !control.kind.takes_keyboard() && control.style & WS_TABSTOP == 0 {
        return Err(Fault::new(Code::NotSupportedByTarget, "the element cannot take the keyboard"));
    }
    if !takes_input(view, control) || !control::is_shown(control.handle) {
        return Err(Fault::new(Code::ElementDisabled, "the element is disabled or hidden"));
    }
    // The system tells the target of it within the call, which a target that hangs would hold up.
    view.ask.send(control.handle, WM_NULL, 0, 0).map_err(|silence| view.ask.fault(silence))?;
    let (thread, _) = control::owner(control.handle);
    let joined = Attached::to(thread);
    // SAFETY: takes any value for a window.
    let set = unsafe { SetFocus(Some(handle(control.handle))) };
    drop(joined);
    set.map(|_| Means::System)
        .map_err(|_| Fault::new(Code::NotSupportedByTarget, "the system does not give it the keyboard"))
}

/// Scrolls a control that has scroll bars, or a field of several lines.
fn scroll(view: &View<'_>, control: &Control, x: i32, y: i32) -> Result<(), Refusal> {
    let notches = |by: i32| by.unsigned_abs().min(NOTCHES);
    if matches!(control.kind, Kind::Lines | Kind::Rich) {
        let signed = |by: i32| (by.clamp(-(NOTCHES as i32), NOTCHES as i32) * LINES as i32) as isize;
        view.ask.send(control.handle, EM_LINESCROLL, signed(x).cast_unsigned(), signed(y))?;
        return Ok(());
    }
    for (by, bar, message) in [(x, WS_HSCROLL, WM_HSCROLL), (y, WS_VSCROLL, WM_VSCROLL)] {
        if by == 0 {
            continue;
        }
        if control.style & bar == 0 {
            return Err(Refusal::Unsuited);
        }
        let step = if by > 0 { SB_LINEDOWN } else { SB_LINEUP };
        for _ in 0..notches(by) * LINES {
            view.ask.send(control.handle, message, step.0.cast_unsigned() as usize, 0)?;
        }
        view.ask.send(control.handle, message, SB_ENDSCROLL.0.cast_unsigned() as usize, 0)?;
    }
    Ok(())
}

/// Scrolls what a control lies in, step by step, until it is seen.
fn into_view(view: &View<'_>, control: &Control) -> Result<(), Refusal> {
    let Some((place, style)) = scrolling(control.handle, view.window.handle) else {
        return Err(Refusal::Unsuited);
    };
    for (bar, message, upright) in [(WS_VSCROLL, WM_VSCROLL, true), (WS_HSCROLL, WM_HSCROLL, false)] {
        if style & bar == 0 {
            continue;
        }
        let mut before = None;
        for _ in 0..STEPS {
            let (Some(rect), Some(client)) = (control::rect(control.handle), control::client(place)) else {
                return Err(Refusal::NoItem);
            };
            let (from, to, least, most) = if upright {
                (rect.top, rect.bottom, client.top, client.bottom)
            } else {
                (rect.left, rect.right, client.left, client.right)
            };
            let page = most.saturating_sub(least);
            let (away, back) = (least.saturating_sub(from), to.saturating_sub(most));
            let step = match (away > 0, back > 0) {
                (true, false) if away > page => SB_PAGEUP,
                (true, false) => SB_LINEUP,
                (false, true) if back > page => SB_PAGEDOWN,
                (false, true) => SB_LINEDOWN,
                (_, _) => break,
            };
            if before == Some((from, step)) {
                break; // it does not get further
            }
            before = Some((from, step));
            view.ask.send(place, message, step.0.cast_unsigned() as usize, 0)?;
        }
        view.ask.send(place, message, SB_ENDSCROLL.0.cast_unsigned() as usize, 0)?;
    }
    Ok(())
}

/// The nearest window that a control lies in and that scrolls, with its style.
pub(super) fn scrolling(control: u64, top: u64) -> Option<(u64, u32)> {
    let mut window = control;
    for _ in 0..64 {
        if window == top || window == 0 {
            return None;
        }
        window = control::parent(window);
        let style = control::style(window)?;
        if survey::scrolls(style) {
            return Some((window, style));
        }
    }
    None
}
