//! What is inside controls: entries, tree items, tabs, buttons.

mod bars;
mod entries;
mod list_view;
mod tabs;
mod tree_view;

use model::{Code, Fault, Point, ui::escape};

use super::{
    ask::Silence,
    control::{self, Control},
    kind::Kind,
    menus,
    view::{Part, Parts, View},
};
use crate::source::Act;

use entries::Holder;
pub(super) use entries::{choose_text, combo_of, dropped, info as combo_info};

/// Why an item cannot be operated.
#[derive(Debug)]
pub(super) enum Refusal {
    /// The control does not answer.
    Silent(Silence),
    /// It is not there any more.
    NoItem,
    /// It has nothing for this.
    Unsuited,
    /// It is disabled.
    Disabled,
    /// The control did not do it.
    Undone,
}

impl From<Silence> for Refusal {
    fn from(silence: Silence) -> Self {
        Self::Silent(silence)
    }
}

impl Refusal {
    /// As the failure of a call.
    pub(super) fn fault(self, view: &View<'_>, control: &Control) -> Fault {
        let what =
            format!("{} `{}`", control.kind.role(), escape(&control::internal_text(control.handle, 80), 80));
        match self {
            Self::Silent(silence) => view.ask.fault(silence),
            Self::NoItem => Fault::new(Code::StaleElement, format!("{what} has no such item any more")),
            Self::Unsuited => Fault::new(Code::NotSupportedByTarget, "it has no message for this"),
            Self::Disabled => Fault::new(Code::ElementDisabled, "it is disabled"),
            Self::Undone => Fault::new(Code::NotSupportedByTarget, format!("{what} did not do it")),
        }
    }
}

/// What is inside a control, at most `most` parts; nothing for one that has no parts, or is closed.
pub(super) fn parts(view: &View<'_>, control: &Control, name: &str, most: usize) -> Result<Parts, Silence> {
    match control.kind {
        Kind::ListBox => entries::parts(view, control, &Holder::list(control), name, most),
        Kind::Combo => match Holder::open_combo(view, control)? {
            Some(holder) => entries::parts(view, control, &holder, name, most),
            None => Ok(Parts::default()),
        },
        Kind::ListView => list_view::parts(view, control, name, most),
        Kind::TreeView => tree_view::parts(view, control, name, most),
        Kind::Tab => tabs::parts(view, control, most),
        Kind::Header => bars::header_parts(view, control, most),
        Kind::StatusBar => bars::status_parts(view, control, most),
        Kind::ToolBar => bars::tool_parts(view, control, most),
        Kind::Menu => menus::open_parts(view, control, most),
        _ => Ok(Parts::default()),
    }
}

/// Whether all that is asked for a control's parts is kept while a tree is read.
pub(super) fn is_kept_whole(control: &Control) -> bool {
    control.kind == Kind::ListBox && Holder::list(control).is_even()
}

/// One part by its path; `None` where it is gone.
pub(super) fn part(view: &View<'_>, control: &Control, path: &[u64]) -> Result<Option<Part>, Silence> {
    if control.kind == Kind::TreeView {
        return tree_view::part(view, control, path);
    }
    let &[index] = path else { return Ok(None) };
    match control.kind {
        Kind::ListBox => entries::part(view, control, &Holder::list(control), index),
        Kind::Combo => {
            let holder = Holder::open_combo(view, control)?.unwrap_or_else(|| Holder::closed_combo(control));
            entries::part(view, control, &holder, index)
        }
        Kind::ListView => list_view::part(view, control, index),
        Kind::Tab => tabs::part(view, control, index),
        Kind::Header => bars::header_part(view, control, index),
        Kind::StatusBar => bars::status_part(view, control, index),
        Kind::ToolBar => bars::tool_part(view, control, index),
        _ => Ok(None),
    }
}

/// The part at a point of the screen; `None` where there is none.
pub(super) fn part_at(view: &View<'_>, control: &Control, point: Point) -> Result<Option<Part>, Silence> {
    let path = match control.kind {
        Kind::ListView => list_view::hit(view, control, point)?.map(|row| vec![row]),
        Kind::TreeView => tree_view::hit(view, control, point)?,
        Kind::ListBox | Kind::Combo | Kind::Tab | Kind::Header | Kind::StatusBar | Kind::ToolBar => {
            let all = parts(view, control, "", 500)?.parts;
            return Ok(all.into_iter().find(|part| !part.states.offscreen && part.rect.contains(point)));
        }
        _ => None,
    };
    path.map_or(Ok(None), |path| part(view, control, &path))
}

/// All of a control's parts as lines, at most `most` characters.
pub(super) fn lines(view: &View<'_>, control: &Control, most: usize) -> Result<String, Silence> {
    let mut text = String::new();
    let range = match control.kind {
        Kind::ListBox => return entries::lines(view, &Holder::list(control), most),
        Kind::Combo => return entries::lines(view, &Holder::closed_combo(control), most),
        Kind::ListView => return list_view::lines(view, control, most),
        _ => parts(view, control, "", 2000)?,
    };
    for part in range.parts {
        for _ in 1..part.path.len() {
            text.push_str("  ");
        }
        text.push_str(&part.name);
        text.push('\n');
    }
    Ok(text)
}

/// Operates a part.
pub(super) fn act(view: &View<'_>, control: &Control, path: &[u64], act: &Act) -> Result<(), Refusal> {
    if control.kind == Kind::TreeView {
        return tree_view::act(view, control, path, act);
    }
    let &[index] = path else { return Err(Refusal::NoItem) };
    let index = usize::try_from(index).map_err(|_| Refusal::NoItem)?;
    match (control.kind, act) {
        (Kind::ListBox, _) => entries::act(view, control, &Holder::list(control), index, act),
        (Kind::Combo, _) => entries::act(view, control, &Holder::closed_combo(control), index, act),
        (Kind::ListView, _) => list_view::act(view, control, index, act),
        (Kind::Tab, Act::Select) => tabs::select(view, control, index),
        (Kind::ToolBar, Act::Invoke) => bars::press_tool(view, control, index),
        _ => Err(Refusal::Unsuited),
    }
}

/// Tells the parent of a control what happened in it (`WM_COMMAND`), as the control itself does when a person does it.
/// Posted, for the parent may open a dialog.
fn notify(view: &View<'_>, control: &Control, code: u32) -> Result<(), Silence> {
    const WM_COMMAND: u32 = 0x0111;
    let first = (control.id.cast_unsigned() & 0xFFFF) | (code << 16);
    let parent = control::parent(control.handle);
    view.ask.post(parent, WM_COMMAND, first as usize, control.handle as isize)
}

/// A count that a control gave: none below 0.
fn count(reply: isize) -> u64 {
    u64::try_from(reply).unwrap_or_default().min(0x7FFF_FFFF)
}

/// A number for a message's first parameter.
fn index_of(index: u64) -> usize {
    usize::try_from(index).unwrap_or(usize::MAX)
}
