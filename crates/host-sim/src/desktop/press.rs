//! What elements do when they are pressed, switched, chosen, opened or focused.

use model::ui::{Role, Toggle};

use super::Desktop;
use crate::world::{Element, OnInvoke};

/// An element of a window, by their numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Target {
    pub(crate) window: u64,
    pub(crate) number: i32,
}

impl Desktop {
    pub(crate) fn element(&self, target: Target) -> Option<&Element> {
        self.window(target.window)?.tree.find(target.number)
    }

    pub(crate) fn element_mut(&mut self, target: Target) -> Option<&mut Element> {
        self.window_mut(target.window)?.tree.find_mut(target.number)
    }

    /// What a click does: the element's own effect, then what its author says.
    pub(crate) fn press(&mut self, target: Target) {
        let Some(element) = self.element(target) else { return };
        let patterns = element.patterns();
        if patterns.toggle {
            self.toggle(target);
        } else if patterns.select {
            self.select(target);
        } else if patterns.expand_collapse && element.drops_down() {
            let open = !element.is_open();
            self.expand(target, open);
        }
        self.invoke(target);
    }

    /// What its author says happens when it is invoked; a menu closes over its command.
    pub(crate) fn invoke(&mut self, target: Target) {
        let Some(element) = self.element(target) else { return };
        let is_command = element.role == Role::MenuItem && !element.patterns().expand_collapse;
        let on_invoke = element.on_invoke.clone();
        if is_command {
            self.close_menus(target.window);
        }
        if let Some(OnInvoke { set, open, close }) = on_invoke {
            if let Some((id, value)) = set {
                self.set_by_id(target.window, &id, &value);
            }
            let owner = self.window(target.window).and_then(|window| window.pid);
            // Before the close, with which the process may end.
            if let Some(window) = open {
                let pid = window.pid.or(owner);
                self.open(*window, pid);
            }
            if close {
                self.close(target.window);
            }
        }
        self.arrange(target.window);
    }

    /// Gives a value to the element with that id: in the same window, else in the frontmost that has one.
    fn set_by_id(&mut self, window: u64, id: &str, value: &str) {
        let has_id = |element: &Element| element.automation_id == id;
        let handles = self.world.windows.iter().map(|window| window.handle);
        let order: Vec<u64> = std::iter::once(window).chain(handles).collect();
        for handle in order {
            let found = self.window_mut(handle).and_then(|window| window.tree.first_mut(&has_id));
            if let Some(element) = found {
                match (element.patterns().toggle, value) {
                    (true, "on") => element.checked = Some(Toggle::On),
                    (true, "off") => element.checked = Some(Toggle::Off),
                    (true, "mixed") => element.checked = Some(Toggle::Mixed),
                    (_, value) => element.replace(value),
                }
                return;
            }
        }
    }

    /// Switches an element: off and on, mixed to on.
    pub(crate) fn toggle(&mut self, target: Target) {
        if let Some(element) = self.element_mut(target) {
            element.checked = Some(match element.checked {
                Some(Toggle::On) => Toggle::Off,
                Some(Toggle::Off | Toggle::Mixed) | None => Toggle::On,
            });
        }
    }

    /// Opens or closes an element; one menu of a level is open at a time.
    pub(crate) fn expand(&mut self, target: Target, open: bool) {
        let Some(window) = self.window_mut(target.window) else { return };
        if let Some(parent) = parent_mut(&mut window.tree, target.number)
            && open
        {
            for sibling in parent.children.iter_mut().filter(|sibling| sibling.drops_down()) {
                sibling.expanded = sibling.expanded.map(|_| false);
            }
        }
        if let Some(element) = window.tree.find_mut(target.number) {
            element.expanded = Some(open);
        }
        self.arrange(target.window);
    }

    /// Closes all menus and drop-down lists of a window; whether one was open.
    pub(crate) fn close_menus(&mut self, window: u64) -> bool {
        let mut any = false;
        if let Some(window) = self.window_mut(window) {
            window.tree.each(&mut |element| {
                if element.drops_down() && element.expanded == Some(true) {
                    element.expanded = Some(false);
                    any = true;
                }
            });
        }
        self.arrange(window);
        any
    }

    /// Chooses an element among its siblings; a drop-down list takes its name and closes.
    pub(crate) fn select(&mut self, target: Target) {
        let Some(window) = self.window_mut(target.window) else { return };
        let Some(parent) = parent_mut(&mut window.tree, target.number) else { return };
        let mut chosen = None;
        for child in &mut parent.children {
            if child.number == target.number {
                child.selected = Some(true);
                chosen = Some(child.name.clone());
            } else if child.selected == Some(true) {
                child.selected = Some(false);
            }
        }
        let list = parent.number;
        let outer = parent_mut(&mut window.tree, list).map(|outer| outer.number);
        for number in [Some(list), outer].into_iter().flatten() {
            if let (Some(combo), Some(name)) = (window.tree.find_mut(number), &chosen)
                && combo.role == Role::ComboBox
            {
                combo.replace(name);
                combo.expanded = Some(false);
            }
        }
        self.arrange(target.window);
    }

    /// Gives an element the keyboard of its window.
    pub(crate) fn focus(&mut self, target: Target) {
        if let Some(window) = self.window_mut(target.window) {
            window.tree.each(&mut |element| element.focused = element.number == target.number);
        }
    }
}

/// The element that the one with that number lies in.
fn parent_mut(element: &mut Element, number: i32) -> Option<&mut Element> {
    if element.children.iter().any(|child| child.number == number) {
        return Some(element);
    }
    element.children.iter_mut().find_map(|child| parent_mut(child, number))
}
