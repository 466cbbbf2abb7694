//! Menus of a window: what is listed of them, and how an item is chosen. What reads and operates them is a port,
//! because Wine lets no one read another process's menu: what Windows does is tested against a fake.

use model::{Code, Fault, Rect, ui::escape};

/// At most so many items of a menu bar are listed, submenus included.
pub(super) const MOST: usize = 500;
/// At most so many menus lie in one another.
const DEEP: usize = 8;
/// At most so many items one menu may claim.
const WIDE: u32 = 1000;

/// One item of a menu.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Item {
    /// Its command.
    pub(super) id: u32,
    /// The menu it opens; 0 for none.
    pub(super) submenu: u64,
    /// Its text as the program gave it, with `&` and what follows a tab.
    pub(super) text: String,
    /// It cannot be chosen.
    pub(super) disabled: bool,
    /// It has a check mark; `None` where it is not known to be switched.
    pub(super) checked: bool,
    /// It is a line between others.
    pub(super) separator: bool,
}

/// The menus of one window's process.
pub(super) trait Menus {
    /// How many items a menu has; `None` where it cannot be read.
    fn count(&self, menu: u64) -> Option<u32>;

    /// One item; `None` where there is none or it cannot be read.
    fn item(&self, menu: u64, position: u32) -> Option<Item>;

    /// Where an item is on the screen; empty where it is not.
    fn rect(&self, menu: u64, position: u32) -> Rect;

    /// Lets the window bring a menu up to date that is about to open (`WM_INITMENUPOPUP`); the bar itself
    /// (`WM_INITMENU`) where there is no position.
    ///
    /// # Errors
    /// Those of a message: `TARGET_NOT_RESPONDING`, `STALE_ELEMENT`, `CANCELLED`.
    fn prepare(&mut self, menu: u64, position: Option<u32>) -> Result<(), Fault>;

    /// Posts an item's command, `WM_SYSCOMMAND` where `system`, else `WM_COMMAND`.
    ///
    /// # Errors
    /// `STALE_ELEMENT` where the window is gone.
    fn choose(&mut self, id: u32, system: bool) -> Result<(), Fault>;
}

/// An item in a listing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Listed {
    /// Positions from the bar down.
    pub(super) path: Vec<u64>,
    /// The item.
    pub(super) item: Item,
    /// Where it is; only items of the first level are on the screen while nothing is open.
    pub(super) rect: Rect,
}

/// All items below a menu, each after the one that opens it; and whether some were left out. `None` where it cannot
/// be read.
pub(super) fn list(menus: &dyn Menus, menu: u64) -> Option<(Vec<Listed>, bool)> {
    let mut listed = Vec::new();
    let mut cut = false;
    below(menus, menu, &mut Vec::new(), &mut listed, &mut cut).then_some((listed, cut))
}

fn below(
    menus: &dyn Menus,
    menu: u64,
    path: &mut Vec<u64>,
    listed: &mut Vec<Listed>,
    cut: &mut bool,
) -> bool {
    let Some(count) = menus.count(menu) else { return false };
    *cut |= count > WIDE;
    for position in 0..count.min(WIDE) {
        if listed.len() >= MOST {
            *cut = true;
            break;
        }
        let Some(item) = menus.item(menu, position).filter(|item| !item.separator) else { continue };
        let submenu = item.submenu;
        let rect = if path.is_empty() { menus.rect(menu, position) } else { Rect::default() };
        path.push(position.into());
        listed.push(Listed { path: path.clone(), item, rect });
        if submenu != 0 {
            if path.len() < DEEP {
                below(menus, submenu, path, listed, cut);
            } else {
                *cut = true;
            }
        }
        path.pop();
    }
    true
}

/// The item at a path of positions; `None` where there is none.
pub(super) fn find(menus: &dyn Menus, menu: u64, path: &[u64]) -> Option<Listed> {
    let (last, way) = path.split_last()?;
    let mut menu = menu;
    for position in way.iter().take(DEEP) {
        menu = item_at(menus, menu, *position)?.submenu;
    }
    let item = item_at(menus, menu, *last)?;
    let rect = if way.is_empty() { menus.rect(menu, u32::try_from(*last).ok()?) } else { Rect::default() };
    Some(Listed { path: path.to_vec(), item, rect })
}

fn item_at(menus: &dyn Menus, menu: u64, position: u64) -> Option<Item> {
    let position = u32::try_from(position).ok()?;
    if menu == 0 || menus.count(menu)? <= position {
        return None;
    }
    menus.item(menu, position)
}

/// Chooses the item at a path, as a person would who opens each menu on the way: the window may bring each up to
/// date first, and the item must still be the same then.
///
/// # Errors
/// `STALE_ELEMENT` where there is no such item or it became another; `ELEMENT_DISABLED`; `NOT_SUPPORTED_BY_TARGET`
/// for one that opens a menu; those of the messages.
pub(super) fn invoke(menus: &mut dyn Menus, bar: u64, path: &[u64]) -> Result<(), Fault> {
    let gone = || Fault::new(Code::StaleElement, "the menu has no such item any more");
    let wanted = find(menus, bar, path).ok_or_else(gone)?.item;
    menus.prepare(bar, None)?;
    let mut menu = bar;
    for (depth, position) in path.iter().enumerate() {
        let item = item_at(menus, menu, *position).ok_or_else(gone)?;
        if item.disabled {
            let message = format!("the menu item `{}` is disabled", escape(&item.text, 80));
            return Err(Fault::new(Code::ElementDisabled, message));
        }
        if depth + 1 < path.len() {
            menu = Some(item.submenu).filter(|submenu| *submenu != 0).ok_or_else(gone)?;
            menus.prepare(menu, u32::try_from(*position).ok())?;
            continue;
        }
        if item.submenu != 0 {
            let message = format!("the menu item `{}` opens a menu", escape(&item.text, 80));
            return Err(Fault::new(Code::NotSupportedByTarget, message).hint("invoke an item of that menu"));
        }
        if (item.id, &item.text) != (wanted.id, &wanted.text) {
            return Err(Fault::new(Code::StaleElement, "the menu item became another as its menu opened"));
        }
        return menus.choose(item.id, is_system(item.id));
    }
    Err(gone())
}

/// Whether a command is one of the system menu's (`SC_SIZE` and so on): programs' own ids lie below.
const fn is_system(id: u32) -> bool {
    matches!(id, 0xF000..=0xF1FF)
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use super::*;

    const BAR: u64 = 1;
    const FILE: u64 = 2;
    const FIND: u64 = 3;

    #[derive(Default)]
    struct Fake {
        menus: HashMap<u64, Vec<Item>>,
        done: Vec<String>,
        /// What a menu holds once it was prepared.
        later: HashMap<u64, Vec<Item>>,
    }

    impl Menus for Fake {
        fn count(&self, menu: u64) -> Option<u32> {
            self.menus.get(&menu).map(|items| items.len() as u32)
        }

        fn item(&self, menu: u64, position: u32) -> Option<Item> {
            self.menus.get(&menu)?.get(position as usize).cloned()
        }

        fn rect(&self, _: u64, position: u32) -> Rect {
            let left = position as i32 * 40;
            Rect::new(left, 0, left + 40, 20)
        }

        fn prepare(&mut self, menu: u64, position: Option<u32>) -> Result<(), Fault> {
            self.done.push(format!("prepare {menu} {position:?}"));
            if let Some(items) = self.later.remove(&menu) {
                self.menus.insert(menu, items);
            }
            Ok(())
        }

        fn choose(&mut self, id: u32, system: bool) -> Result<(), Fault> {
            self.done.push(format!("choose {id} {system}"));
            Ok(())
        }
    }

    fn command(id: u32, text: &str) -> Item {
        Item { id, text: text.into(), ..Item::default() }
    }

    fn opens(submenu: u64, text: &str) -> Item {
        Item { submenu, text: text.into(), ..Item::default() }
    }

    fn form() -> Fake {
        let line = Item { separator: true, ..Item::default() };
        let greyed = Item { disabled: true, ..command(12, "&Paste") };
        let file = vec![command(10, "&New\tCtrl+N"), line, greyed, opens(FIND, "&Find")];
        let menus = HashMap::from([
            (BAR, vec![opens(FILE, "&File"), command(0xF060, "Close")]),
            (FILE, file),
            (FIND, vec![command(20, "&Next\tF3")]),
        ]);
        Fake { menus, ..Fake::default() }
    }

    #[test]
    fn items_are_listed_after_what_opens_them_and_lines_are_not() {
        let (listed, cut) = list(&form(), BAR).unwrap();
        let shown: Vec<_> =
            listed.iter().map(|listed| (listed.path.clone(), listed.item.text.as_str())).collect();
        assert_eq!(
            shown,
            [
                (vec![0], "&File"),
                (vec![0, 0], "&New\tCtrl+N"),
                (vec![0, 2], "&Paste"),
                (vec![0, 3], "&Find"),
                (vec![0, 3, 0], "&Next\tF3"),
                (vec![1], "Close"),
            ]
        );
        assert!(!cut);
        assert_eq!(listed[0].rect, Rect::new(0, 0, 40, 20));
        assert_eq!(listed[1].rect, Rect::default());
        assert_eq!(find(&form(), BAR, &[0, 3, 0]).unwrap(), listed[4]);
    }

    #[test]
    fn a_menu_that_cannot_be_read_is_told_from_an_empty_one() {
        assert_eq!(list(&Fake::default(), BAR), None);
        let empty = Fake { menus: HashMap::from([(BAR, Vec::new())]), ..Fake::default() };
        assert_eq!(list(&empty, BAR), Some((Vec::new(), false)));
    }

    #[test]
    fn menus_within_themselves_and_endless_ones_are_cut() {
        let own = Fake { menus: HashMap::from([(BAR, vec![opens(BAR, "again")])]), ..Fake::default() };
        let (listed, cut) = list(&own, BAR).unwrap();
        assert_eq!((listed.len(), cut), (DEEP, true));
        let wide = Fake { menus: HashMap::from([(BAR, vec![command(1, "x"); 2000])]), ..Fake::default() };
        let (listed, cut) = list(&wide, BAR).unwrap();
        assert_eq!((listed.len(), cut), (MOST, true));
    }

    #[test]
    fn an_item_is_chosen_after_its_menus_were_brought_up_to_date() {
        let mut menus = form();
        invoke(&mut menus, BAR, &[0, 3, 0]).unwrap();
        assert_eq!(
            menus.done,
            ["prepare 1 None", "prepare 2 Some(0)", "prepare 3 Some(3)", "choose 20 false"]
        );
        let mut menus = form();
        invoke(&mut menus, BAR, &[1]).unwrap();
        assert_eq!(menus.done.last().unwrap(), "choose 61536 true");
    }

    #[test]
    fn what_is_greyed_gone_changed_or_opens_a_menu_is_not_chosen() {
        let mut changed = form();
        changed.later.insert(FILE, vec![command(99, "&Delete all")]);
        let mut greyed = form();
        greyed.later.insert(FILE, vec![Item { disabled: true, ..command(10, "&New\tCtrl+N") }]);
        for (mut menus, path, code) in [
            (form(), vec![0, 2], Code::ElementDisabled),
            (form(), vec![0, 9], Code::StaleElement),
            (form(), vec![0, 0, 0], Code::StaleElement),
            (form(), vec![], Code::StaleElement),
            (form(), vec![0, 3], Code::NotSupportedByTarget),
            (form(), vec![u64::MAX], Code::StaleElement),
            (changed, vec![0, 0], Code::StaleElement),
            (greyed, vec![0, 0], Code::ElementDisabled),
        ] {
            assert_eq!(invoke(&mut menus, BAR, &path).unwrap_err().code, code, "{path:?}");
            assert!(!menus.done.iter().any(|done| done.starts_with("choose")), "{path:?} {:?}", menus.done);
        }
    }
}
