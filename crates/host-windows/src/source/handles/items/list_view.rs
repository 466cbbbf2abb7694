//! List views (`SysListView32`): structures go through memory in the target.

use model::{
    Point, Rect,
    ui::{Role, States, Toggle},
};
use windows::Win32::UI::Controls::{
    HDM_GETITEMCOUNT, LVM_ENSUREVISIBLE, LVM_GETCOUNTPERPAGE, LVM_GETEXTENDEDLISTVIEWSTYLE, LVM_GETHEADER,
    LVM_GETITEMCOUNT, LVM_GETITEMRECT, LVM_GETITEMSTATE, LVM_GETITEMTEXTW, LVM_GETTOPINDEX, LVM_HITTEST,
    LVM_SETITEMSTATE, LVS_EX_CHECKBOXES,
};

use super::{Refusal, count, index_of};
use crate::source::{
    Act,
    handles::{
        ask::Silence,
        control::{self, Control},
        range, text,
        view::{Part, Parts, View},
        wire::{self, Bytes, LIST_TEXT},
    },
};

const LVS_TYPE: u32 = 0x3;
const LVS_REPORT: u32 = 0x1;
const FOCUSED: u32 = 0x1;
const SELECTED: u32 = 0x2;
const CHECK: u32 = 0xF000;
/// At most so many columns of a row are read.
const COLUMNS: u64 = 12;

/// What holds for all rows.
struct Table {
    client: Rect,
    columns: u64,
    has_checks: bool,
}

impl Table {
    fn look(view: &View<'_>, control: &Control) -> Result<Self, Silence> {
        let list = control.handle;
        let columns = if control.style & LVS_TYPE == LVS_REPORT {
            let header = view.ask.send(list, LVM_GETHEADER, 0, 0)?.cast_unsigned() as u64;
            if header == 0 {
                1
            } else {
                count(view.ask.send(header, HDM_GETITEMCOUNT, 0, 0)?).clamp(1, COLUMNS)
            }
        } else {
            1
        };
        let extended = view.ask.send(list, LVM_GETEXTENDEDLISTVIEWSTYLE, 0, 0)? as u32;
        let client = control::client(list).ok_or(Silence::Gone)?;
        Ok(Self { client, columns, has_checks: extended & LVS_EX_CHECKBOXES != 0 })
    }
}

fn cell(view: &View<'_>, list: u64, row: u64, column: u64, most: usize) -> Result<String, Silence> {
    let (row, column) = (i32::try_from(row).unwrap_or(-1), i32::try_from(column).unwrap_or(-1));
    view.with_remote(list, |remote, ask| {
        let place = usize::try_from(row).unwrap_or_default();
        let cell = wire::list_cell(row, column);
        let (_, _, text) =
            remote.send_for_text(ask, list, LVM_GETITEMTEXTW, place, cell, (LIST_TEXT, most))?;
        Ok(text)
    })
}

fn rest_of_row(
    view: &View<'_>,
    list: u64,
    row: u64,
    columns: u64,
    most: usize,
) -> Result<Vec<String>, Silence> {
    (1..columns).map(|column| cell(view, list, row, column, most)).collect()
}

/// A cell as most are, and only where that fills its room more of it.
fn short_cell(view: &View<'_>, list: u64, row: u64, column: u64) -> Result<String, Silence> {
    let short = cell(view, list, row, column, text::VALUE)?;
    if short.chars().count() < text::VALUE { Ok(short) } else { cell(view, list, row, column, text::NAME) }
}

fn item(view: &View<'_>, control: &Control, table: &Table, row: u64) -> Result<Part, Silence> {
    let list = control.handle;
    let name = cell(view, list, row, 0, text::NAME)?;
    let rest = (1..table.columns).map(|column| short_cell(view, list, row, column));
    let rest = rest.collect::<Result<Vec<_>, _>>()?;
    let state =
        view.ask.send(list, LVM_GETITEMSTATE, index_of(row), (FOCUSED | SELECTED | CHECK) as isize)? as u32;
    let bounds = view.with_remote(list, |remote, ask| {
        remote.send(ask, list, LVM_GETITEMRECT, index_of(row), &Bytes::new()) // left 0: LVIR_BOUNDS
    })?;
    let corner = Point { x: table.client.left, y: table.client.top };
    let rect = if bounds.0 == 0 { Rect::default() } else { control::moved(bounds.1.rect(), corner) };
    let mut part = Part::new(vec![row], Role::ListItem, name, rect);
    if rest.iter().any(|cell| !cell.is_empty()) {
        part.value = Some(rest.join(" | "));
    }
    part.states = States {
        selected: Some(state & SELECTED != 0),
        focused: state & FOCUSED != 0 && view.keyboard == list,
        disabled: control.is_disabled(),
        offscreen: rect.intersection(table.client).is_empty(),
        checked: table.has_checks.then_some(if state & CHECK == 0x2000 { Toggle::On } else { Toggle::Off }),
        ..States::default()
    };
    part.patterns.select = true;
    part.patterns.toggle = false; // a click is what a person means by one; `toggle` itself works
    part.patterns.scroll_into_view = true;
    Ok(part)
}

pub(super) fn parts(view: &View<'_>, control: &Control, name: &str, most: usize) -> Result<Parts, Silence> {
    let list = control.handle;
    let all = count(view.ask.send(list, LVM_GETITEMCOUNT, 0, 0)?);
    if all == 0 {
        return Ok(Parts::default());
    }
    let (first, page) = if all > range::WHOLE {
        let first = count(view.ask.send(list, LVM_GETTOPINDEX, 0, 0)?);
        (first, count(view.ask.send(list, LVM_GETCOUNTPERPAGE, 0, 0)?))
    } else {
        (0, 0)
    };
    let range = range::shown(all, first, page, most);
    let table = Table::look(view, control)?;
    let mut parts = Vec::new();
    for row in range.clone() {
        if view.ask.is_late() {
            break;
        }
        parts.push(item(view, control, &table, row)?);
    }
    let read = range.start..range.start + parts.len() as u64;
    let note = range::note("List", name, &read, all);
    Ok(Parts { parts, cut: note.is_some(), note })
}

pub(super) fn part(view: &View<'_>, control: &Control, row: u64) -> Result<Option<Part>, Silence> {
    if row >= count(view.ask.send(control.handle, LVM_GETITEMCOUNT, 0, 0)?) {
        return Ok(None);
    }
    item(view, control, &Table::look(view, control)?, row).map(Some)
}

pub(super) fn hit(view: &View<'_>, control: &Control, point: Point) -> Result<Option<u64>, Silence> {
    let Some(client) = control::client(control.handle) else { return Ok(None) };
    let point = Point { x: point.x.saturating_sub(client.left), y: point.y.saturating_sub(client.top) };
    let (_, answer) = view.with_remote(control.handle, |remote, ask| {
        remote.send(ask, control.handle, LVM_HITTEST, 0, &wire::hit(point))
    })?;
    Ok(wire::list_hit(&answer))
}

pub(super) fn lines(view: &View<'_>, control: &Control, most: usize) -> Result<String, Silence> {
    let list = control.handle;
    let table = Table::look(view, control)?;
    let mut text = String::new();
    for row in 0..count(view.ask.send(list, LVM_GETITEMCOUNT, 0, 0)?) {
        let left = most.saturating_sub(text.len());
        if left == 0 {
            break;
        }
        let mut cells = vec![cell(view, list, row, 0, left.min(10_000))?];
        cells.extend(rest_of_row(view, list, row, table.columns, left.min(10_000))?);
        text.push_str(&cells.join("\t"));
        text.push('\n');
    }
    Ok(text)
}

pub(super) fn act(view: &View<'_>, control: &Control, row: usize, act: &Act) -> Result<(), Refusal> {
    let list = control.handle;
    if row as u64 >= count(view.ask.send(list, LVM_GETITEMCOUNT, 0, 0)?) {
        return Err(Refusal::NoItem);
    }
    let set = |row: usize, state: u32, mask: u32| -> Result<(), Refusal> {
        let (done, _) = view.with_remote(list, |remote, ask| {
            remote.send(ask, list, LVM_SETITEMSTATE, row, &wire::list_state(state, mask))
        })?;
        if done == 0 { Err(Refusal::Undone) } else { Ok(()) }
    };
    match act {
        Act::Select => {
            set(usize::MAX, 0, SELECTED)?;
            set(row, SELECTED | FOCUSED, SELECTED | FOCUSED)?;
            view.ask.send(list, LVM_ENSUREVISIBLE, row, 0)?;
            Ok(())
        }
        Act::Toggle if Table::look(view, control)?.has_checks => {
            let state = view.ask.send(list, LVM_GETITEMSTATE, row, CHECK as isize)? as u32;
            set(row, if state & CHECK == 0x2000 { 0x1000 } else { 0x2000 }, CHECK)
        }
        Act::ScrollIntoView => {
            view.ask.send(list, LVM_ENSUREVISIBLE, row, 0)?;
            Ok(())
        }
        _ => Err(Refusal::Unsuited),
    }
}
