//! The system's menus.

use model::{
    Fault, Rect,
    ui::{Node, Role, States, Toggle},
};
use windows::Win32::{
    Foundation::RECT,
    UI::WindowsAndMessaging::{
        GetMenu, GetMenuItemCount, GetMenuItemInfoW, GetMenuItemRect, HMENU, MENUITEMINFOW, MFS_CHECKED,
        MFS_DISABLED, MFT_SEPARATOR, MIIM_FTYPE, MIIM_ID, MIIM_STATE, MIIM_STRING, MIIM_SUBMENU, WM_COMMAND,
        WM_INITMENU, WM_INITMENUPOPUP, WM_SYSCOMMAND,
    },
};
use windows::core::PWSTR;

use super::{
    ask::Silence,
    control::{self, Control},
    menu::{self, Item, Listed, Menus},
    text,
    view::{Part, Parts, View},
};
use crate::input::handle;

const MN_GETHMENU: u32 = 0x01E1;

const UNREADABLE: &str = "the window has menus, but this system lets no other program read them; access keys such \
                          as Alt+F open them";

/// The menus of a window's process.
pub(super) struct SystemMenus<'v, 'a> {
    pub(super) view: &'v View<'a>,
    pub(super) window: u64,
}

const fn menu_of(value: u64) -> HMENU {
    HMENU(std::ptr::with_exposed_provenance_mut(value as usize))
}

/// The menu bar of a window; 0 for none.
pub(super) fn bar(window: u64) -> u64 {
    // SAFETY: takes any value for a window.
    unsafe { GetMenu(handle(window)) }.0.expose_provenance() as u64
}

/// Units of an item's text: a character has at most two, and the last one is NUL.
const MENU_TEXT: usize = text::NAME * 2 + 1;

impl Menus for SystemMenus<'_, '_> {
    fn count(&self, menu: u64) -> Option<u32> {
        // SAFETY: takes any value for a menu.
        u32::try_from(unsafe { GetMenuItemCount(Some(menu_of(menu))) }).ok()
    }

    fn item(&self, menu: u64, position: u32) -> Option<Item> {
        let mut units = vec![0_u16; MENU_TEXT];
        let mut info = MENUITEMINFOW {
            cbSize: u32::try_from(size_of::<MENUITEMINFOW>()).ok()?,
            fMask: MIIM_FTYPE | MIIM_ID | MIIM_STATE | MIIM_STRING | MIIM_SUBMENU,
            dwTypeData: PWSTR(units.as_mut_ptr()),
            cch: u32::try_from(MENU_TEXT).ok()?,
            ..MENUITEMINFOW::default()
        };
        // SAFETY: `info` tells its own size and the room for the text; both live through the call.
        unsafe { GetMenuItemInfoW(menu_of(menu), position, true, &raw mut info) }.ok()?;
        Some(Item {
            id: info.wID,
            submenu: info.hSubMenu.0.expose_provenance() as u64,
            text: text::decode_z(&units, text::NAME),
            disabled: info.fState.contains(MFS_DISABLED),
            checked: info.fState.contains(MFS_CHECKED),
            separator: info.fType.contains(MFT_SEPARATOR),
        })
    }

    fn rect(&self, menu: u64, position: u32) -> Rect {
        let mut rect = RECT::default();
        // SAFETY: takes any values; `rect` lives through the call.
        let found =
            unsafe { GetMenuItemRect(Some(handle(self.window)), menu_of(menu), position, &raw mut rect) };
        if found.is_ok() { control::from_rect(rect) } else { Rect::default() }
    }

    fn prepare(&mut self, menu: u64, position: Option<u32>) -> Result<(), Fault> {
        let (message, second) = match position {
            None => (WM_INITMENU, 0),
            Some(position) => (WM_INITMENUPOPUP, (position & 0xFFFF) as isize),
        };
        let sent = self.view.ask.send(self.window, message, menu as usize, second);
        sent.map(drop).map_err(|silence| self.view.ask.fault(silence))
    }

    fn choose(&mut self, id: u32, system: bool) -> Result<(), Fault> {
        let message = if system { WM_SYSCOMMAND } else { WM_COMMAND };
        self.view
            .ask
            .post(self.window, message, (id & 0xFFFF) as usize, 0)
            .map_err(|silence| self.view.ask.fault(silence))
    }
}

/// An item as a part: the name without access key; the key combination it names as its value.
fn part(listed: Listed, clip: Rect, operable: bool) -> Part {
    let Listed { path, item, rect } = listed;
    let (name, keys) =
        item.text.split_once('\t').map_or((item.text.as_str(), ""), |(name, keys)| (name, keys));
    let mut part = Part::new(path, Role::MenuItem, text::without_mnemonic(name), rect);
    part.value = (!keys.is_empty()).then(|| keys.to_owned());
    part.states = States {
        disabled: item.disabled,
        checked: item.checked.then_some(Toggle::On),
        offscreen: rect.intersection(clip).is_empty(),
        ..States::default()
    };
    part.patterns.invoke = operable && item.submenu == 0;
    part
}

/// The menu bar of a window as elements, with whether some were left out and what to say of it.
pub(super) fn bar_nodes(view: &View<'_>, window: u64, depth: u32) -> (Vec<Node>, bool, Option<String>) {
    let menu = bar(window);
    if menu == 0 {
        return (Vec::new(), false, None);
    }
    let menus = SystemMenus { view, window };
    let Some((listed, cut)) = menu::list(&menus, menu) else {
        return (Vec::new(), false, Some(UNREADABLE.to_owned()));
    };
    let screen = crate::input::virtual_screen();
    let around = listed.iter().map(|listed| listed.rect).filter(|rect| !rect.is_empty()).reduce(|a, b| {
        Rect::new(a.left.min(b.left), a.top.min(b.top), a.right.max(b.right), a.bottom.max(b.bottom))
    });
    let bar = Part::new(Vec::new(), Role::MenuBar, String::new(), around.unwrap_or_default());
    let mut nodes = vec![bar.node(view.window, window, depth)];
    nodes.extend(listed.into_iter().map(|listed| {
        let depth = depth.saturating_add(u32::try_from(listed.path.len()).unwrap_or_default());
        part(listed, screen, true).node(view.window, window, depth)
    }));
    (nodes, cut, None)
}

/// One item of a window's menu bar, or the bar itself; `None` where there is none.
pub(super) fn bar_node(view: &View<'_>, window: u64, path: &[u64]) -> Option<Node> {
    if path.is_empty() {
        return bar_nodes(view, window, 0).0.into_iter().next();
    }
    let menus = SystemMenus { view, window };
    let listed = menu::find(&menus, bar(window), path)?;
    Some(part(listed, crate::input::virtual_screen(), true).node(view.window, window, 0))
}

/// The items of an open menu.
pub(super) fn open_parts(view: &View<'_>, popup: &Control, most: usize) -> Result<Parts, Silence> {
    let menu = view.ask.send(popup.handle, MN_GETHMENU, 0, 0)?.cast_unsigned() as u64;
    let menus = SystemMenus { view, window: popup.handle };
    let Some(count) = menus.count(menu) else {
        let note = "a menu is open, but this system lets no other program read it; its access keys and arrow keys \
                    work";
        return Ok(Parts { note: Some(note.to_owned()), ..Parts::default() });
    };
    let mut parts = Parts { cut: count as usize > most.min(menu::MOST), ..Parts::default() };
    for position in 0..count.min(u32::try_from(most.min(menu::MOST)).unwrap_or(u32::MAX)) {
        let Some(item) = menus.item(menu, position).filter(|item| !item.separator) else { continue };
        let listed = Listed { path: vec![position.into()], item, rect: menus.rect(menu, position) };
        // Whoever opened it may wait for the choice itself, so only the pointer makes it.
        parts.parts.push(part(listed, popup.rect, false));
    }
    Ok(parts)
}
