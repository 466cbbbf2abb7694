//! Tab controls (`SysTabControl32`).

use model::{
    Point, Rect,
    ui::{Role, States},
};
use windows::Win32::UI::Controls::{
    TCM_GETCURSEL, TCM_GETITEMCOUNT, TCM_GETITEMRECT, TCM_GETITEMW, TCM_SETCURFOCUS,
};

use super::{Refusal, count, index_of};
use crate::source::handles::{
    ask::Silence,
    control::{self, Control},
    text::{NAME, without_mnemonic},
    view::{Part, Parts, View},
    wire::{self, Bytes, TAB_TEXT},
};

const TCS_BUTTONS: u32 = 0x0100;
/// At most so many tabs are read.
const MOST: u64 = 200;

fn tab(view: &View<'_>, control: &Control, chosen: isize, index: u64) -> Result<Part, Silence> {
    let tabs = control.handle;
    let client = control::client(tabs).ok_or(Silence::Gone)?;
    let (name, bounds) = view.with_remote(tabs, |remote, ask| {
        let at = index_of(index);
        let (_, _, name) =
            remote.send_for_text(ask, tabs, TCM_GETITEMW, at, wire::tab_item(), (TAB_TEXT, NAME))?;
        Ok((name, remote.send(ask, tabs, TCM_GETITEMRECT, at, &Bytes::new())?))
    })?;
    let corner = Point { x: client.left, y: client.top };
    let rect = if bounds.0 == 0 { Rect::default() } else { control::moved(bounds.1.rect(), corner) };
    let mut part = Part::new(vec![index], Role::TabItem, without_mnemonic(&name), rect);
    part.states = States {
        selected: Some(u64::try_from(chosen) == Ok(index)),
        disabled: control.is_disabled(),
        offscreen: rect.intersection(client).is_empty(),
        ..States::default()
    };
    part.patterns.select = control.style & TCS_BUTTONS == 0;
    Ok(part)
}

pub(super) fn parts(view: &View<'_>, control: &Control, most: usize) -> Result<Parts, Silence> {
    let all = count(view.ask.send(control.handle, TCM_GETITEMCOUNT, 0, 0)?);
    let chosen = view.ask.send(control.handle, TCM_GETCURSEL, 0, 0)?;
    let most = MOST.min(u64::try_from(most).unwrap_or(MOST));
    let parts =
        (0..all.min(most)).map(|index| tab(view, control, chosen, index)).collect::<Result<Vec<_>, _>>()?;
    Ok(Parts { parts, cut: all > most, note: None })
}

pub(super) fn part(view: &View<'_>, control: &Control, index: u64) -> Result<Option<Part>, Silence> {
    if index >= count(view.ask.send(control.handle, TCM_GETITEMCOUNT, 0, 0)?) {
        return Ok(None);
    }
    let chosen = view.ask.send(control.handle, TCM_GETCURSEL, 0, 0)?;
    tab(view, control, chosen, index).map(Some)
}

/// Chooses a tab the way that tells the control's parent (`TCM_SETCURSEL` alone would not).
pub(super) fn select(view: &View<'_>, control: &Control, index: usize) -> Result<(), Refusal> {
    let tabs = control.handle;
    if index as u64 >= count(view.ask.send(tabs, TCM_GETITEMCOUNT, 0, 0)?) {
        return Err(Refusal::NoItem);
    }
    if control.style & TCS_BUTTONS != 0 {
        return Err(Refusal::Unsuited); // there the keyboard moves without the choice
    }
    view.ask.send(tabs, TCM_SETCURFOCUS, index, 0)?;
    let chosen = view.ask.send(tabs, TCM_GETCURSEL, 0, 0)?;
    if usize::try_from(chosen) == Ok(index) {
        return Ok(());
    }
    Err(Refusal::Undone)
}
