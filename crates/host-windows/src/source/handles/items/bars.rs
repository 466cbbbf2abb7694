//! Column headers, status bars and tool bars.

use model::{
    Point, Rect,
    ui::{Role, States, Toggle},
};
use windows::Win32::UI::Controls::{
    HDM_GETITEMCOUNT, HDM_GETITEMRECT, HDM_GETITEMW, SB_GETPARTS, SB_GETRECT, SB_GETTEXTLENGTHW, SB_GETTEXTW,
    TB_BUTTONCOUNT, TB_GETBUTTON, TB_GETBUTTONTEXTW, TB_GETITEMRECT,
};

use super::{Refusal, count, index_of};
use crate::source::handles::{
    ask::Silence,
    control::{self, Control},
    text::{NAME, without_mnemonic},
    view::{Part, Parts, View},
    wire::{self, Bytes, HEADER_TEXT, ToolButton},
};

/// At most so many parts of a bar are read.
const MOST: u64 = 200;
const SEPARATOR: u8 = 0x01;
const CHECKABLE: u8 = 0x02;
const CHECKED: u8 = 0x01;
const ENABLED: u8 = 0x04;
const HIDDEN: u8 = 0x08;

fn all_of(
    total: u64,
    most: usize,
    mut read: impl FnMut(u64) -> Result<Option<Part>, Silence>,
) -> Result<Parts, Silence> {
    let most = MOST.min(u64::try_from(most).unwrap_or(MOST));
    let mut parts = Vec::new();
    for index in 0..total.min(most) {
        parts.extend(read(index)?);
    }
    Ok(Parts { parts, cut: total > most, note: None })
}

/// The rectangle of a part on the screen.
fn bounds(view: &View<'_>, bar: u64, message: u32, index: u64) -> Result<Rect, Silence> {
    let client = control::client(bar).ok_or(Silence::Gone)?;
    let (told, answer) =
        view.with_remote(bar, |remote, ask| remote.send(ask, bar, message, index_of(index), &Bytes::new()))?;
    let corner = Point { x: client.left, y: client.top };
    Ok(if told == 0 { Rect::default() } else { control::moved(answer.rect(), corner) })
}

pub(super) fn header_parts(view: &View<'_>, control: &Control, most: usize) -> Result<Parts, Silence> {
    let total = count(view.ask.send(control.handle, HDM_GETITEMCOUNT, 0, 0)?);
    all_of(total, most, |index| header_item(view, control.handle, index).map(Some))
}

pub(super) fn header_part(view: &View<'_>, control: &Control, index: u64) -> Result<Option<Part>, Silence> {
    if index >= count(view.ask.send(control.handle, HDM_GETITEMCOUNT, 0, 0)?) {
        return Ok(None);
    }
    header_item(view, control.handle, index).map(Some)
}

fn header_item(view: &View<'_>, header: u64, index: u64) -> Result<Part, Silence> {
    let (_, _, name) = view.with_remote(header, |remote, ask| {
        let item = wire::header_item();
        remote.send_for_text(ask, header, HDM_GETITEMW, index_of(index), item, (HEADER_TEXT, NAME))
    })?;
    Ok(Part::new(vec![index], Role::HeaderItem, name, bounds(view, header, HDM_GETITEMRECT, index)?))
}

pub(super) fn status_parts(view: &View<'_>, control: &Control, most: usize) -> Result<Parts, Silence> {
    let total = count(view.ask.send(control.handle, SB_GETPARTS, 0, 0)?);
    all_of(total, most, |index| status_text(view, control.handle, index).map(Some))
}

pub(super) fn status_part(view: &View<'_>, control: &Control, index: u64) -> Result<Option<Part>, Silence> {
    if index >= count(view.ask.send(control.handle, SB_GETPARTS, 0, 0)?) {
        return Ok(None);
    }
    status_text(view, control.handle, index).map(Some)
}

fn status_text(view: &View<'_>, bar: u64, index: u64) -> Result<Part, Silence> {
    let length = view.ask.send(bar, SB_GETTEXTLENGTHW, index_of(index), 0)? & 0xFFFF;
    let text = if length == 0 {
        String::new()
    } else {
        view.with_remote(bar, |remote, ask| {
            remote.send_for_bare_text(ask, bar, SB_GETTEXTW, index_of(index), NAME)
        })?
        .1
    };
    Ok(Part::new(vec![index], Role::Text, text, bounds(view, bar, SB_GETRECT, index)?))
}

fn button(view: &View<'_>, bar: u64, index: u64) -> Result<ToolButton, Silence> {
    let (_, answer) = view.with_remote(bar, |remote, ask| {
        remote.send(ask, bar, TB_GETBUTTON, index_of(index), &Bytes::new())
    })?;
    Ok(wire::tool_button(&answer))
}

pub(super) fn tool_parts(view: &View<'_>, control: &Control, most: usize) -> Result<Parts, Silence> {
    let total = count(view.ask.send(control.handle, TB_BUTTONCOUNT, 0, 0)?);
    all_of(total, most, |index| tool(view, control, index))
}

pub(super) fn tool_part(view: &View<'_>, control: &Control, index: u64) -> Result<Option<Part>, Silence> {
    if index >= count(view.ask.send(control.handle, TB_BUTTONCOUNT, 0, 0)?) {
        return Ok(None);
    }
    tool(view, control, index)
}

/// A button; `None` for a line, and for one that is hidden.
fn tool(view: &View<'_>, control: &Control, index: u64) -> Result<Option<Part>, Silence> {
    let bar = control.handle;
    let button = button(view, bar, index)?;
    if button.style & SEPARATOR != 0 || button.state & HIDDEN != 0 {
        return Ok(None);
    }
    let command = usize::try_from(button.command).unwrap_or_default();
    let length = view.ask.send(bar, TB_GETBUTTONTEXTW, command, 0)?;
    let name = if (1..0x8000).contains(&length) {
        view.with_remote(bar, |remote, ask| {
            remote.send_for_bare_text(ask, bar, TB_GETBUTTONTEXTW, command, NAME)
        })?
        .1
    } else {
        String::new()
    };
    let rect = bounds(view, bar, TB_GETITEMRECT, index)?;
    let switches = button.style & CHECKABLE != 0;
    let mut part = Part::new(vec![index], Role::Button, without_mnemonic(&name), rect);
    part.states = States {
        disabled: button.state & ENABLED == 0 || control.is_disabled(),
        checked: switches.then_some(if button.state & CHECKED != 0 { Toggle::On } else { Toggle::Off }),
        ..States::default()
    };
    // One that switches is switched by the bar itself, which a command sent in its name does not do.
    part.patterns.invoke = !switches;
    Ok(Some(part))
}

/// Sends the command of a button to the bar's parent, as the bar does.
pub(super) fn press_tool(view: &View<'_>, control: &Control, index: usize) -> Result<(), Refusal> {
    const WM_COMMAND: u32 = 0x0111;
    let bar = control.handle;
    if index as u64 >= count(view.ask.send(bar, TB_BUTTONCOUNT, 0, 0)?) {
        return Err(Refusal::NoItem);
    }
    let button = button(view, bar, index as u64)?;
    if button.style & (SEPARATOR | CHECKABLE) != 0 {
        return Err(Refusal::Unsuited);
    }
    if button.state & ENABLED == 0 {
        return Err(Refusal::Disabled);
    }
    let command = usize::try_from(button.command).map_err(|_| Refusal::NoItem)?;
    view.ask.post(control::parent(bar), WM_COMMAND, command & 0xFFFF, bar as isize)?;
    Ok(())
}
