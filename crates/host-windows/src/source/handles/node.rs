//! One control as an element.

use model::{
    Rect,
    ui::{Content, ElementKey, Node, Patterns, Role, States, Toggle},
};
use windows::Win32::UI::{
    Controls::{PBM_GETPOS, UDM_GETPOS32},
    WindowsAndMessaging::BM_GETCHECK,
};

use super::{
    ask::Silence,
    control::{self, Control, WS_HSCROLL, WS_TABSTOP, WS_VSCROLL},
    items,
    kind::{Kind, hides_text, is_read_only},
    text,
    view::View,
};

pub(super) const TBM_GETPOS: u32 = 0x0400;
const EM_GETPASSWORDCHAR: u32 = 0x00D2;
const SS_NOPREFIX: u32 = 0x0080;
const CBS_KIND: u32 = 0x0003;
const CBS_DROPDOWNLIST: u32 = 0x0003;

/// What a control's surroundings make of it.
#[derive(Debug, Clone)]
pub(super) struct Around {
    /// The name that a label gives it.
    pub(super) label: Option<String>,
    /// Something that it lies in, other than the top-level window, takes no input.
    pub(super) disabled: bool,
    /// What can be seen of the place it lies in.
    pub(super) clip: Rect,
    /// Something that it lies in scrolls.
    pub(super) scrolls: bool,
    /// What cannot be asked is left out, instead of failing.
    pub(super) lenient: bool,
}

/// A control's own name: its window text where that is one.
pub(super) fn own_name(control: &Control) -> String {
    if !control.kind.names_itself() {
        return String::new();
    }
    let marked = control.kind.has_mnemonic()
        && !(matches!(control.kind, Kind::Label) && control.style & SS_NOPREFIX != 0);
    if marked { text::without_mnemonic(control.text()) } else { control.text().to_owned() }
}

/// Whether an edit shows no text. A rich edit does not tell by its style.
pub(super) fn is_password(view: &View<'_>, control: &Control) -> Result<bool, Silence> {
    match control.kind {
        Kind::Edit | Kind::Lines => Ok(hides_text(control.style)),
        Kind::Rich if hides_text(control.style) => Ok(true),
        Kind::Rich => Ok(view.ask.send(control.handle, EM_GETPASSWORDCHAR, 0, 0)? != 0),
        _ => Ok(false),
    }
}

/// Whether a combo box has an edit.
pub(super) const fn has_edit(control: &Control) -> bool {
    matches!(control.kind, Kind::Combo) && control.style & CBS_KIND != CBS_DROPDOWNLIST
}

fn content(view: &View<'_>, control: &Control) -> Result<Option<Content>, Silence> {
    let number = |message| {
        let number = view.ask.send(control.handle, message, 0, 0)? as i32;
        Ok(Some(Content::new(&number.to_string(), 0)))
    };
    match control.kind {
        Kind::Edit | Kind::Lines | Kind::Rich | Kind::Combo | Kind::Date => {
            view.ask.content(control.handle).map(Some)
        }
        Kind::Slider => number(TBM_GETPOS),
        Kind::Progress => number(PBM_GETPOS),
        Kind::Spinner => number(UDM_GETPOS32),
        _ => Ok(None),
    }
}

/// What a `BM_GETCHECK` was answered.
const fn check(reply: isize) -> Toggle {
    match reply {
        0 => Toggle::Off,
        1 => Toggle::On,
        _ => Toggle::Mixed,
    }
}

/// Leaves out what could not be asked, where that is allowed.
fn soften<T: Default>(answer: Result<T, Silence>, lenient: bool) -> Result<T, Silence> {
    match answer {
        Err(Silence::Deaf | Silence::Refused | Silence::Closed(_)) if lenient => Ok(T::default()),
        other => other,
    }
}

fn states(view: &View<'_>, control: &Control, around: &Around) -> Result<States, Silence> {
    let kind = control.kind;
    let disabled = control.is_disabled() || around.disabled;
    let mut states = States {
        disabled,
        focused: view.keyboard == control.handle,
        offscreen: !control.is_visible() || control.rect.intersection(around.clip).is_empty(),
        password: kind.is_edit() && (hides_text(control.style)),
        read_only: kind.is_edit() && is_read_only(control.style),
        focusable: !disabled
            && (kind.takes_keyboard() || (kind == Kind::Other && control.style & WS_TABSTOP != 0)),
        ..States::default()
    };
    let lenient = around.lenient;
    match kind {
        Kind::Check => {
            let reply = soften(view.ask.send(control.handle, BM_GETCHECK, 0, 0).map(Some), lenient)?;
            states.checked = reply.map(check);
        }
        Kind::Radio => {
            let reply = soften(view.ask.send(control.handle, BM_GETCHECK, 0, 0).map(Some), lenient)?;
            states.selected = reply.map(|reply| reply == 1);
        }
        Kind::Combo => states.expanded = soften(items::dropped(view, control), lenient)?,
        Kind::Rich if !states.password => {
            states.password = match is_password(view, control) {
                // What cannot be asked is taken for one: its text is not read either.
                Err(Silence::Deaf | Silence::Refused | Silence::Closed(_)) if lenient => false,
                other => other?,
            };
        }
        _ => {}
    }
    Ok(states)
}

fn patterns(control: &Control, states: &States, around: &Around) -> Patterns {
    let kind = control.kind;
    let scrolls = control.style & (WS_VSCROLL | WS_HSCROLL) != 0;
    Patterns {
        invoke: kind == Kind::Push,
        toggle: kind == Kind::Check,
        expand_collapse: kind == Kind::Combo && states.expanded.is_some(),
        select: kind == Kind::Radio,
        value: (kind.is_edit() && !states.read_only)
            || matches!(kind, Kind::Combo | Kind::Slider | Kind::Spinner),
        scroll: scrolls || matches!(kind, Kind::Lines | Kind::Rich),
        scroll_into_view: around.scrolls,
    }
}

/// A control as an element.
pub(super) fn node(view: &View<'_>, control: &Control, depth: u32, around: &Around) -> Result<Node, Silence> {
    let states = states(view, control, around)?;
    let content = if states.password { None } else { soften(content(view, control), around.lenient)? };
    let (value, rest) = content.map(|content| (content.value, content.rest)).unzip();
    if value.as_ref().is_some_and(String::is_empty) && !control::exists(control.handle) {
        return Err(Silence::Gone); // it answered by going away
    }
    let name = match &around.label {
        Some(label) if !control.kind.names_itself() => label.clone(),
        _ => own_name(control),
    };
    let patterns = patterns(control, &states, around);
    Ok(Node {
        reference: None,
        key: ElementKey { window: view.window, id: control.element_id() },
        depth,
        role: control.kind.role(),
        name,
        automation_id: if matches!(control.id, 0 | -1 | 0xFFFF) {
            String::new()
        } else {
            control.id.to_string()
        },
        value,
        rest: rest.flatten(),
        states,
        patterns,
        rect: control.rect,
    })
}

/// The top-level window itself as an element.
pub(super) fn window_node(view: &View<'_>, control: &Control, screen: Rect) -> Node {
    let states = States {
        focused: view.keyboard == control.handle,
        offscreen: !control.is_visible() || control.rect.intersection(screen).is_empty(),
        ..States::default()
    };
    let patterns = Patterns { scroll: control.style & (WS_VSCROLL | WS_HSCROLL) != 0, ..Patterns::default() };
    let id =
        model::ui::ElementId::Handle { handle: control.handle, control: 0, class: control.class.clone() };
    Node {
        reference: None,
        key: ElementKey { window: view.window, id },
        depth: 0,
        role: Role::Window,
        name: control.text().to_owned(),
        automation_id: String::new(),
        value: None,
        rest: None,
        states,
        patterns,
        rect: control.rect,
    }
}
