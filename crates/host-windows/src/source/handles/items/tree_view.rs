//! Tree views (`SysTreeView32`). An item is named by the handles on the way to it, and is asked for only after it was
//! found again on that way: an item's handle is an address in the target, and an old one could bring it down.

use model::{
    Point, Rect,
    ui::{Role, States, Toggle},
};
use windows::Win32::UI::Controls::{
    TVE_COLLAPSE, TVE_EXPAND, TVGN_CARET, TVGN_CHILD, TVGN_NEXT, TVGN_PARENT, TVGN_ROOT, TVM_ENSUREVISIBLE,
    TVM_EXPAND, TVM_GETITEMRECT, TVM_GETITEMW, TVM_GETNEXTITEM, TVM_HITTEST, TVM_SELECTITEM,
};

use super::Refusal;
use crate::source::{
    Act,
    handles::{
        ask::Silence,
        control::{self, Control},
        text::NAME,
        view::{Part, Parts, View},
        wire::{self, Bytes, TREE_TEXT},
    },
};

const TVS_CHECKBOXES: u32 = 0x0100;
const SELECTED: u32 = 0x02;
const EXPANDED: u32 = 0x20;
const CHECK: u32 = 0xF000;
/// At most so many items lie in one another.
const DEEP: usize = 64;
/// At most so many brothers are looked through for one.
const BROTHERS: usize = 20_000;

fn next(view: &View<'_>, tree: u64, which: u32, of: u64) -> Result<u64, Silence> {
    let item = view.ask.send(tree, TVM_GETNEXTITEM, which as usize, (of as usize).cast_signed())?;
    Ok(item.cast_unsigned() as u64)
}

fn first_below(view: &View<'_>, tree: u64, parent: Option<u64>) -> Result<u64, Silence> {
    match parent {
        None => next(view, tree, TVGN_ROOT, 0),
        Some(parent) => next(view, tree, TVGN_CHILD, parent),
    }
}

/// Whether the items of a path still lie in one another.
fn exists(view: &View<'_>, tree: u64, path: &[u64]) -> Result<bool, Silence> {
    let mut parent = None;
    for wanted in path.iter().take(DEEP) {
        let mut item = first_below(view, tree, parent)?;
        let mut looked = 0;
        while item != 0 && item != *wanted && looked < BROTHERS {
            item = next(view, tree, TVGN_NEXT, item)?;
            looked += 1;
        }
        if item != *wanted || item == 0 {
            return Ok(false);
        }
        parent = Some(item);
    }
    Ok(parent.is_some() && path.len() <= DEEP)
}

/// An item that is known to exist.
fn item(view: &View<'_>, control: &Control, client: Rect, path: &[u64]) -> Result<(Part, bool), Silence> {
    let tree = control.handle;
    let handle = path.last().copied().unwrap_or_default();
    let (answer, name, bounds) = view.with_remote(tree, |remote, ask| {
        let item = wire::tree_item(handle);
        let (_, answer, name) = remote.send_for_text(ask, tree, TVM_GETITEMW, 0, item, (TREE_TEXT, NAME))?;
        let bounds = remote.send(ask, tree, TVM_GETITEMRECT, 1, &Bytes::new().u64(0, handle))?;
        Ok((answer, name, bounds))
    })?;
    let corner = Point { x: client.left, y: client.top };
    let rect = if bounds.0 == 0 { Rect::default() } else { control::moved(bounds.1.rect(), corner) };
    let state = wire::tree_state(&answer);
    let opens = wire::tree_has_children(&answer);
    let open = opens && state & EXPANDED != 0;
    let mut part = Part::new(path.to_vec(), Role::TreeItem, name, rect);
    part.states = States {
        selected: Some(state & SELECTED != 0),
        focused: state & SELECTED != 0 && view.keyboard == tree,
        disabled: control.is_disabled(),
        offscreen: rect.intersection(client).is_empty(),
        expanded: opens.then_some(open),
        checked: (control.style & TVS_CHECKBOXES != 0).then_some(if state & CHECK == 0x2000 {
            Toggle::On
        } else {
            Toggle::Off
        }),
        ..States::default()
    };
    part.patterns.select = true;
    part.patterns.expand_collapse = opens;
    part.patterns.scroll_into_view = true;
    Ok((part, open))
}

pub(super) fn parts(view: &View<'_>, control: &Control, name: &str, most: usize) -> Result<Parts, Silence> {
    let tree = control.handle;
    let client = control::client(tree).ok_or(Silence::Gone)?;
    let mut all = Parts::default();
    let mut path: Vec<u64> = Vec::new();
    let mut at = next(view, tree, TVGN_ROOT, 0)?;
    loop {
        if at == 0 {
            // All brothers are done: go on after what they lie in.
            let Some(parent) = path.pop() else { break };
            at = next(view, tree, TVGN_NEXT, parent)?;
            continue;
        }
        if all.parts.len() >= most || view.ask.is_late() {
            all.cut = true;
            let name = model::ui::escape(name, 60);
            let read = all.parts.len();
            all.note = Some(format!("only the first {read} open items of Tree `{name}` are given"));
            break;
        }
        path.push(at);
        let (part, open) = item(view, control, client, &path)?;
        all.parts.push(part);
        if open && path.len() < DEEP {
            at = next(view, tree, TVGN_CHILD, at)?;
        } else {
            path.pop();
            at = next(view, tree, TVGN_NEXT, at)?;
        }
    }
    Ok(all)
}

pub(super) fn part(view: &View<'_>, control: &Control, path: &[u64]) -> Result<Option<Part>, Silence> {
    let Some(client) = control::client(control.handle) else { return Ok(None) };
    if !exists(view, control.handle, path)? {
        return Ok(None);
    }
    item(view, control, client, path).map(|(part, _)| Some(part))
}

pub(super) fn hit(view: &View<'_>, control: &Control, point: Point) -> Result<Option<Vec<u64>>, Silence> {
    let tree = control.handle;
    let Some(client) = control::client(tree) else { return Ok(None) };
    let point = Point { x: point.x.saturating_sub(client.left), y: point.y.saturating_sub(client.top) };
    let (_, answer) =
        view.with_remote(tree, |remote, ask| remote.send(ask, tree, TVM_HITTEST, 0, &wire::hit(point)))?;
    let Some(mut item) = wire::tree_hit(&answer) else { return Ok(None) };
    let mut path = Vec::new();
    while item != 0 && path.len() < DEEP {
        path.push(item);
        item = next(view, tree, TVGN_PARENT, item)?;
    }
    path.reverse();
    Ok(Some(path))
}

pub(super) fn act(view: &View<'_>, control: &Control, path: &[u64], act: &Act) -> Result<(), Refusal> {
    let tree = control.handle;
    if !exists(view, tree, path)? {
        return Err(Refusal::NoItem);
    }
    let item = path.last().map_or(0, |item| (*item as usize).cast_signed());
    let client = control::client(tree).ok_or(Silence::Gone)?;
    let expand = |open: bool| -> Result<(), Refusal> {
        let verb = if open { TVE_EXPAND } else { TVE_COLLAPSE };
        view.ask.send(tree, TVM_EXPAND, verb.0 as usize, item)?;
        let (_, is_open) = self::item(view, control, client, path)?;
        if is_open == open { Ok(()) } else { Err(Refusal::Undone) }
    };
    match act {
        Act::Select => {
            let done = view.ask.send(tree, TVM_SELECTITEM, TVGN_CARET as usize, item)?;
            if done == 0 { Err(Refusal::Undone) } else { Ok(()) }
        }
        Act::Expand => expand(true),
        Act::Collapse => expand(false),
        Act::ScrollIntoView => {
            view.ask.send(tree, TVM_ENSUREVISIBLE, 0, item)?;
            Ok(())
        }
        _ => Err(Refusal::Unsuited),
    }
}
