//! Turns what controls tell their parent, and what happens to a window, into events.

use serde_json::{Value, json};
use windows::Win32::UI::Controls::{
    LVIS_SELECTED, LVN_ITEMCHANGED, NM_DBLCLK, NMHDR, NMLISTVIEW, NMTREEVIEWW, TCM_GETCURSEL, TCN_SELCHANGE,
    TVE_EXPAND, TVIF_TEXT, TVITEMW, TVM_GETITEMW, TVN_ITEMEXPANDEDW, TVN_SELCHANGEDW,
};
use windows::Win32::UI::WindowsAndMessaging::{
    BM_GETCHECK, BN_CLICKED, CB_GETCURSEL, CBN_CLOSEUP, CBN_DROPDOWN, CBN_EDITCHANGE, CBN_SELCHANGE,
    EN_CHANGE, EN_SETFOCUS, LB_GETCURSEL, LBN_DBLCLK, LBN_SELCHANGE, SIZE_MAXIMIZED, SIZE_MINIMIZED,
    SIZE_RESTORED, WA_INACTIVE, WM_ACTIVATE, WM_CLOSE, WM_COMMAND, WM_DESTROY, WM_HSCROLL, WM_MOVE,
    WM_NOTIFY, WM_SIZE, WM_USER, WM_VSCROLL,
};
use windows::core::PWSTR;

use super::window::{Message, Window};
use crate::journal::{Journal, merged};

/// `TBM_GETPOS`: the position of a track bar.
const TRACKBAR_POSITION: u32 = WM_USER;
/// An event shows at most so many UTF-16 units of a name.
const NAME: usize = 80;

/// Writes the event that a message of a window stands for, if it stands for one.
pub fn record(journal: &Journal, window: Window, message: Message) {
    let happened = match message.number {
        WM_COMMAND => command(journal, message),
        WM_NOTIFY => notification(message),
        WM_HSCROLL | WM_VSCROLL if message.lparam != 0 => {
            let bar = Window::from_number(message.lparam);
            Some(("value", json!({"id": bar.id(), "value": bar.send(TRACKBAR_POSITION, 0, 0)})))
        }
        WM_SIZE => size(message),
        WM_MOVE => {
            let place = window.place();
            Some(("moved", json!({"x": place.x, "y": place.y})))
        }
        WM_ACTIVATE => {
            let active = u32::from(message.low()) != WA_INACTIVE;
            Some((if active { "activated" } else { "deactivated" }, Value::Null))
        }
        WM_CLOSE => Some(("close_requested", Value::Null)),
        WM_DESTROY => Some(("destroyed", Value::Null)),
        _ => None,
    };
    if let Some((event, details)) = happened {
        journal.event(event, merged(json!({"window": window.number()}), details));
    }
}

fn size(message: Message) -> Option<(&'static str, Value)> {
    let state = match u32::try_from(message.wparam).ok()? {
        SIZE_MINIMIZED => "minimized",
        SIZE_MAXIMIZED => "maximized",
        SIZE_RESTORED => "restored",
        _ => return None,
    };
    let (width, height) = message.point();
    Some(("sized", json!({"state": state, "inside": [width, height]})))
}

fn command(journal: &Journal, message: Message) -> Option<(&'static str, Value)> {
    let id = message.low();
    if message.lparam == 0 {
        let source = if message.high() == 0 { "menu" } else { "accelerator" };
        return Some((source, json!({"id": id})));
    }
    let control = Window::from_number(message.lparam);
    let notice = u32::from(message.high());
    match (control.class().as_str(), notice) {
        ("Button", BN_CLICKED) => Some(("clicked", clicked(control, id))),
        ("Edit", EN_CHANGE) => Some(("text", text(journal, control, id))),
        ("Edit", EN_SETFOCUS) => Some(("focused", json!({"id": id}))),
        ("ComboBox", CBN_EDITCHANGE) => Some(("text", text(journal, control, id))),
        ("ComboBox", CBN_SELCHANGE) => {
            Some(("selected", json!({"id": id, "index": control.send(CB_GETCURSEL, 0, 0)})))
        }
        ("ComboBox", CBN_DROPDOWN) => Some(("opened", json!({"id": id}))),
        ("ComboBox", CBN_CLOSEUP) => Some(("closed", json!({"id": id}))),
        ("ListBox", LBN_SELCHANGE) => {
            Some(("selected", json!({"id": id, "index": control.send(LB_GETCURSEL, 0, 0)})))
        }
        ("ListBox", LBN_DBLCLK) => Some(("double_clicked", json!({"id": id}))),
        _ => None,
    }
}

fn text(journal: &Journal, control: Window, id: u16) -> Value {
    merged(json!({"id": id}), journal.text(&control.text()))
}

fn clicked(button: Window, id: u16) -> Value {
    let mut name = button.text();
    name.truncate(NAME);
    let details = json!({"id": id, "name": String::from_utf16_lossy(&name), "hwnd": button.number()});
    // Check boxes, radio buttons and three-state boxes, automatic or not.
    let checkable = [2, 3, 4, 5, 6, 9].contains(&(button.style() & 0xF));
    if checkable { merged(details, json!({"checked": button.send(BM_GETCHECK, 0, 0)})) } else { details }
}

fn notification(message: Message) -> Option<(&'static str, Value)> {
    // SAFETY: WM_NOTIFY carries a pointer to an NMHDR that lives until the reply. It is only sent within a process.
    let header = unsafe { (message.lparam as *const NMHDR).as_ref()? };
    let control = Window(header.hwndFrom);
    let id = header.idFrom;
    match (control.class().as_str(), header.code) {
        ("SysTabControl32", TCN_SELCHANGE) => {
            Some(("selected", json!({"id": id, "index": control.send(TCM_GETCURSEL, 0, 0)})))
        }
        ("SysListView32", LVN_ITEMCHANGED) => {
            // SAFETY: this notification of a list view carries an NMLISTVIEW.
            let change = unsafe { (message.lparam as *const NMLISTVIEW).as_ref()? };
            let selected = |state: u32| state & LVIS_SELECTED.0 != 0;
            (selected(change.uNewState) && !selected(change.uOldState))
                .then(|| ("selected", json!({"id": id, "index": change.iItem})))
        }
        ("SysListView32", NM_DBLCLK) => Some(("double_clicked", json!({"id": id}))),
        ("SysTreeView32", TVN_SELCHANGEDW) => {
            // SAFETY: this notification of a tree view carries an NMTREEVIEWW.
            let change = unsafe { (message.lparam as *const NMTREEVIEWW).as_ref()? };
            Some(("selected", json!({"id": id, "name": node(control, &change.itemNew)})))
        }
        ("SysTreeView32", TVN_ITEMEXPANDEDW) => {
            // SAFETY: this notification of a tree view carries an NMTREEVIEWW.
            let change = unsafe { (message.lparam as *const NMTREEVIEWW).as_ref()? };
            let event = if change.action == TVE_EXPAND { "expanded" } else { "collapsed" };
            Some((event, json!({"id": id, "name": node(control, &change.itemNew)})))
        }
        _ => None,
    }
}

/// The text of a tree view's node.
fn node(tree: Window, given: &TVITEMW) -> String {
    let mut text = [0; NAME + 1];
    let mut item = TVITEMW {
        mask: TVIF_TEXT,
        hItem: given.hItem,
        pszText: PWSTR(text.as_mut_ptr()),
        cchTextMax: i32::try_from(text.len()).unwrap_or(0),
        ..TVITEMW::default()
    };
    // SAFETY: the message takes this structure; it writes at most `cchTextMax` units into `text`.
    unsafe { tree.send_value(TVM_GETITEMW, 0, &mut item) };
    String::from_utf16_lossy(text.split(|&unit| unit == 0).next().unwrap_or(&[]))
}
