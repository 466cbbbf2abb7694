//! List boxes and combo boxes: the system itself carries their texts over.

use model::{
    Rect,
    ui::{Role, States},
};
use windows::Win32::{
    Foundation::RECT,
    UI::{
        Controls::COMBOBOXINFO,
        WindowsAndMessaging::{
            CB_FINDSTRINGEXACT, CB_GETCOMBOBOXINFO, CB_GETCOUNT, CB_GETCURSEL, CB_GETDROPPEDSTATE,
            CB_GETLBTEXT, CB_SETCURSEL, CBN_SELCHANGE, CBN_SELENDOK, LB_GETCOUNT, LB_GETCURSEL,
            LB_GETITEMHEIGHT, LB_GETITEMRECT, LB_GETSEL, LB_GETTEXT, LB_GETTOPINDEX, LB_SETCURSEL, LB_SETSEL,
            LB_SETTOPINDEX, LBN_SELCHANGE,
        },
    },
};

use super::{Refusal, count, index_of, notify};
use crate::source::{
    Act,
    handles::{
        ask::Silence,
        control::{self, Control},
        kind::Kind,
        range,
        text::NAME,
        view::{Part, Parts, View},
    },
};

const LBS_MULTIPLESEL: u32 = 0x0008;
const LBS_NOTIFY: u32 = 0x0001;
const OWNERDRAW: u32 = 0x0030;
const OWNERDRAW_VARIABLE: u32 = 0x0020;
const LBS_HASSTRINGS: u32 = 0x0040;
const LBS_MULTICOLUMN: u32 = 0x0200;
const CBS_HASSTRINGS: u32 = 0x0200;
const LBS_EXTENDEDSEL: u32 = 0x0800;
const CBS_KIND: u32 = 0x0003;
const CBS_SIMPLE: u32 = 0x0001;

/// Who holds entries, and where they are shown.
#[derive(Debug)]
pub(in crate::source::handles) struct Holder {
    /// The list box or combo box.
    handle: u64,
    /// The list box in which they are shown; 0 while none is.
    list: u64,
    is_combo: bool,
    /// Several can be chosen.
    several: bool,
    has_texts: bool,
    /// All are of one height, one below the other.
    even: bool,
}

impl Holder {
    /// A list box.
    pub(in crate::source::handles) fn list(control: &Control) -> Self {
        let style = control.style;
        Self {
            handle: control.handle,
            list: control.handle,
            is_combo: false,
            several: style & (LBS_MULTIPLESEL | LBS_EXTENDEDSEL) != 0,
            has_texts: style & OWNERDRAW == 0 || style & LBS_HASSTRINGS != 0,
            even: style & (OWNERDRAW_VARIABLE | LBS_MULTICOLUMN) == 0,
        }
    }

    /// A combo box as if closed.
    pub(in crate::source::handles) fn closed_combo(control: &Control) -> Self {
        let has_texts = control.style & OWNERDRAW == 0 || control.style & CBS_HASSTRINGS != 0;
        Self { handle: control.handle, list: 0, is_combo: true, several: false, has_texts, even: false }
    }

    /// A combo box, if its list is shown.
    pub(in crate::source::handles) fn open_combo(
        view: &View<'_>,
        control: &Control,
    ) -> Result<Option<Self>, Silence> {
        if !is_open(view, control)? {
            return Ok(None);
        }
        let list = info(view, control)?.map_or(0, |info| control::value(info.hwndList));
        Ok(Some(Self { list, ..Self::closed_combo(control) }))
    }

    /// Whether all entries are of one height, one below the other.
    pub(super) const fn is_even(&self) -> bool {
        self.even
    }

    const fn message(&self, list: u32, combo: u32) -> u32 {
        if self.is_combo { combo } else { list }
    }

    fn count(&self, view: &View<'_>) -> Result<u64, Silence> {
        view.ask.send(self.handle, self.message(LB_GETCOUNT, CB_GETCOUNT), 0, 0).map(count)
    }

    /// The chosen one, of those of which only one can be; below 0 for none.
    fn chosen(&self, view: &View<'_>) -> Result<i64, Silence> {
        if self.several {
            return Ok(-1);
        }
        let chosen = view.ask.send(self.handle, self.message(LB_GETCURSEL, CB_GETCURSEL), 0, 0)?;
        Ok(i64::from(chosen as i32)) // LB_ERR may come without its upper half
    }

    fn text(&self, view: &View<'_>, index: u64, most: usize) -> Result<String, Silence> {
        if !self.has_texts {
            return Ok(String::new());
        }
        view.ask.entry_text(self.handle, self.message(LB_GETTEXT, CB_GETLBTEXT), index_of(index), most)
    }

    fn is_chosen(&self, view: &View<'_>, index: u64, chosen: i64) -> Result<bool, Silence> {
        if self.several {
            return Ok(view.ask.send(self.handle, LB_GETSEL, index_of(index), 0)? as i32 > 0);
        }
        Ok(u64::try_from(chosen) == Ok(index))
    }
}

/// Whether the list of a combo box is shown.
fn is_open(view: &View<'_>, control: &Control) -> Result<bool, Silence> {
    if control.style & CBS_KIND == CBS_SIMPLE {
        return Ok(true);
    }
    // Asking costs a message; where nothing is dropped down, none is needed.
    let any = view.popups().iter().any(|popup| popup.class.eq_ignore_ascii_case("ComboLBox"));
    Ok(any && view.ask.send(control.handle, CB_GETDROPPEDSTATE, 0, 0)? != 0)
}

/// Whether a combo box is open; `None` for one that always is.
pub(in crate::source::handles) fn dropped(
    view: &View<'_>,
    control: &Control,
) -> Result<Option<bool>, Silence> {
    if control.style & CBS_KIND == CBS_SIMPLE { Ok(None) } else { is_open(view, control).map(Some) }
}

/// The windows of a combo box.
pub(in crate::source::handles) fn info(
    view: &View<'_>,
    control: &Control,
) -> Result<Option<COMBOBOXINFO>, Silence> {
    let size = u32::try_from(size_of::<COMBOBOXINFO>()).unwrap_or_default();
    let mut info = COMBOBOXINFO { cbSize: size, ..COMBOBOXINFO::default() };
    // SAFETY: the message fills in this structure, which tells its own size.
    let told = unsafe { view.ask.send_value(control.handle, CB_GETCOMBOBOXINFO, 0, &mut info) }?;
    Ok((told != 0).then_some(info))
}

/// Where the entries of a list box are.
struct Layout {
    client: Rect,
    first: u64,
    /// Pixels of each, where all are alike; else 0.
    height: i32,
}

impl Layout {
    fn look(view: &View<'_>, holder: &Holder, count: u64) -> Result<Self, Silence> {
        if holder.list == 0 {
            return Ok(Self { client: Rect::default(), first: 0, height: 0 });
        }
        let client = control::client(holder.list).ok_or(Silence::Gone)?;
        let height = if holder.even || holder.is_combo {
            view.ask.send(holder.list, LB_GETITEMHEIGHT, 0, 0)? as i32
        } else {
            0
        };
        let all_fit = height > 0 && count.saturating_mul(height as u64) <= u64::from(client.height());
        let first =
            if all_fit { 0 } else { super::count(view.ask.send(holder.list, LB_GETTOPINDEX, 0, 0)?) };
        Ok(Self { client, first, height: if holder.even { height } else { 0 } })
    }

    const fn page(&self) -> u64 {
        if self.height > 0 { (self.client.height() / self.height.unsigned_abs()) as u64 } else { 0 }
    }

    fn rect(&self, view: &View<'_>, holder: &Holder, index: u64) -> Result<Rect, Silence> {
        if holder.list == 0 {
            return Ok(Rect::default());
        }
        let corner = model::Point { x: self.client.left, y: self.client.top };
        if self.height > 0 {
            let below = i64::try_from(index).unwrap_or(i64::MAX).saturating_sub_unsigned(self.first);
            let top = below.saturating_mul(self.height.into()).clamp(-0x4000_0000, 0x4000_0000) as i32;
            let width = self.client.width().cast_signed();
            return Ok(control::moved(Rect::new(0, top, width, top.saturating_add(self.height)), corner));
        }
        let mut rect = RECT::default();
        // SAFETY: the message fills in a rectangle.
        let told = unsafe { view.ask.send_value(holder.list, LB_GETITEMRECT, index_of(index), &mut rect) }?;
        Ok(if told as i32 == -1 { Rect::default() } else { control::moved(control::from_rect(rect), corner) })
    }
}

fn entry(
    view: &View<'_>,
    (control, holder): (&Control, &Holder),
    layout: &Layout,
    chosen: i64,
    index: u64,
) -> Result<Part, Silence> {
    let name = holder.text(view, index, NAME)?;
    let rect = layout.rect(view, holder, index)?;
    let mut part = Part::new(vec![index], Role::ListItem, name, rect);
    part.states = States {
        selected: Some(holder.is_chosen(view, index, chosen)?),
        disabled: control.is_disabled(),
        offscreen: rect.intersection(layout.client).is_empty(),
        ..States::default()
    };
    part.patterns.select = true;
    part.patterns.scroll_into_view = !holder.is_combo;
    Ok(part)
}

pub(super) fn parts(
    view: &View<'_>,
    control: &Control,
    holder: &Holder,
    name: &str,
    most: usize,
) -> Result<Parts, Silence> {
    let count = holder.count(view)?;
    if count == 0 {
        return Ok(Parts::default());
    }
    let layout = Layout::look(view, holder, count)?;
    let range = range::shown(count, layout.first, layout.page(), most);
    let chosen = holder.chosen(view)?;
    let parts = range
        .clone()
        .map(|index| entry(view, (control, holder), &layout, chosen, index))
        .collect::<Result<Vec<_>, _>>()?;
    let note = range::note(control.kind.role().name(), name, &range, count);
    Ok(Parts { parts, cut: note.is_some(), note })
}

pub(super) fn part(
    view: &View<'_>,
    control: &Control,
    holder: &Holder,
    index: u64,
) -> Result<Option<Part>, Silence> {
    let count = holder.count(view)?;
    if index >= count {
        return Ok(None);
    }
    let layout = Layout::look(view, holder, count)?;
    entry(view, (control, holder), &layout, holder.chosen(view)?, index).map(Some)
}

pub(super) fn lines(view: &View<'_>, holder: &Holder, most: usize) -> Result<String, Silence> {
    let mut text = String::new();
    for index in 0..holder.count(view)? {
        let left = most.saturating_sub(text.len());
        if left == 0 {
            break;
        }
        text.push_str(&holder.text(view, index, left.min(10_000))?);
        text.push('\n');
    }
    Ok(text)
}

pub(super) fn act(
    view: &View<'_>,
    control: &Control,
    holder: &Holder,
    index: usize,
    act: &Act,
) -> Result<(), Refusal> {
    if index as u64 >= holder.count(view)? {
        return Err(Refusal::NoItem);
    }
    let place = isize::try_from(index).map_err(|_| Refusal::NoItem)?;
    match act {
        Act::Select if holder.is_combo => choose(view, control, index),
        Act::Select => {
            if holder.several {
                view.ask.send(holder.handle, LB_SETSEL, 0, -1)?;
                view.ask.send(holder.handle, LB_SETSEL, 1, place)?;
            } else {
                view.ask.send(holder.handle, LB_SETCURSEL, index, 0)?;
            }
            if control.style & LBS_NOTIFY != 0 {
                notify(view, control, LBN_SELCHANGE)?;
            }
            Ok(())
        }
        Act::ScrollIntoView if !holder.is_combo => {
            view.ask.send(holder.handle, LB_SETTOPINDEX, index, 0)?;
            Ok(())
        }
        _ => Err(Refusal::Unsuited),
    }
}

/// Chooses an entry of a combo box and tells its parent, as when a person does it.
fn choose(view: &View<'_>, control: &Control, index: usize) -> Result<(), Refusal> {
    if view.ask.send(control.handle, CB_SETCURSEL, index, 0)? as i32 == -1 {
        return Err(Refusal::NoItem);
    }
    notify(view, control, CBN_SELENDOK)?;
    notify(view, control, CBN_SELCHANGE)?;
    Ok(())
}

/// Chooses the entry of a combo box that has this text (ending with a NUL), in any case.
pub(in crate::source::handles) fn choose_text(
    view: &View<'_>,
    control: &Control,
    text: &[u16],
) -> Result<(), Refusal> {
    let found = view.ask.send_text(control.handle, CB_FINDSTRINGEXACT, usize::MAX, text)?;
    match usize::try_from(i64::from(found as i32)) {
        Ok(index) => choose(view, control, index),
        Err(_) => Err(Refusal::Undone),
    }
}

/// The combo box that a dropped-down list belongs to; 0 for none. Only one is ever dropped down, and it has the keyboard.
pub(in crate::source::handles) fn combo_of(view: &View<'_>, list: u64) -> Result<u64, Silence> {
    let Some(combo) = Control::look(view.keyboard).filter(|combo| combo.kind == Kind::Combo) else {
        return Ok(0);
    };
    let shown = info(view, &combo)?.map_or(0, |info| control::value(info.hwndList));
    Ok(if shown == list { combo.handle } else { 0 })
}
