//! What is to be seen of a window's elements.

use model::{
    Point, Rect,
    ui::{Content, Node, Role, States, Toggle},
};

use super::{Desktop, SCREEN};
use crate::world::{Element, Window};

/// An element with what its surroundings make of it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Seen<'a> {
    pub(crate) element: &'a Element,
    pub(crate) depth: u32,
    /// Neither it nor anything it lies in is disabled.
    pub(crate) enabled: bool,
    /// It lies in something closed.
    pub(crate) folded: bool,
    /// It lies in an open menu or list, which is in front of the rest of the window.
    pub(crate) dropped: bool,
}

impl Seen<'_> {
    /// Whether it can take the keyboard.
    pub(crate) const fn is_focusable(&self) -> bool {
        self.enabled && !self.folded && takes_keyboard(self.element.role)
    }
}

const fn takes_keyboard(role: Role) -> bool {
    matches!(
        role,
        Role::Button
            | Role::CheckBox
            | Role::ComboBox
            | Role::DataGrid
            | Role::DataItem
            | Role::Document
            | Role::Edit
            | Role::Hyperlink
            | Role::List
            | Role::ListItem
            | Role::MenuItem
            | Role::RadioButton
            | Role::Slider
            | Role::Spinner
            | Role::SplitButton
            | Role::TabItem
            | Role::Table
            | Role::Tree
            | Role::TreeItem
    )
}

impl Window {
    /// Its elements in reading order, the window itself first.
    pub(crate) fn seen(&self) -> Vec<Seen<'_>> {
        let mut all = Vec::new();
        let root =
            Seen { element: &self.tree, depth: 0, enabled: self.tree.enabled, folded: false, dropped: false };
        gather(root, &mut all);
        all
    }

    /// The element in front at a point.
    pub(crate) fn seen_at(&self, point: Point) -> Option<Seen<'_>> {
        let all = self.seen();
        let there = all.into_iter().enumerate().filter(|(_, seen)| {
            !seen.folded && seen.element.place.contains(point) && self.place.contains(point)
        });
        there.max_by_key(|(index, seen)| (seen.dropped, *index)).map(|(_, seen)| seen)
    }

    /// The element with that number.
    pub(crate) fn seen_number(&self, number: i32) -> Option<Seen<'_>> {
        self.seen().into_iter().find(|seen| seen.element.number == number)
    }

    /// The element that has the window's keyboard.
    pub(crate) fn seen_focused(&self) -> Option<Seen<'_>> {
        self.seen().into_iter().find(|seen| seen.element.focused)
    }

    /// What a person sees of an element.
    pub(crate) fn visible(&self, element: &Element) -> Rect {
        element.place.intersection(self.place).intersection(SCREEN)
    }
}

fn gather<'a>(seen: Seen<'a>, all: &mut Vec<Seen<'a>>) {
    all.push(seen);
    let element = seen.element;
    let closed = element.patterns().expand_collapse && !element.is_open();
    for child in &element.children {
        let inner = Seen {
            element: child,
            depth: seen.depth + 1,
            enabled: seen.enabled && child.enabled,
            folded: seen.folded || closed,
            dropped: seen.dropped || element.drops_down(),
        };
        gather(inner, all);
    }
}

impl Desktop {
    /// The node of an element.
    pub(crate) fn node(window: &Window, seen: &Seen<'_>) -> Node {
        let Seen { element, depth, enabled, folded, .. } = *seen;
        let patterns = element.patterns();
        let switched = element.checked.unwrap_or(Toggle::Off);
        let states = States {
            disabled: !enabled,
            focused: element.focused && window.foreground,
            offscreen: folded
                || window.state == model::WindowState::Minimized
                || window.visible(element).is_empty(),
            password: element.password,
            read_only: element.takes_text() && !patterns.value,
            selected: patterns.select.then_some(element.selected == Some(true)),
            checked: patterns.toggle.then_some(switched),
            expanded: patterns.expand_collapse.then(|| element.is_open()),
            focusable: takes_keyboard(element.role),
        };
        let value = element.value.as_deref().filter(|_| !element.password);
        let content = value.map(|value| Content::new(value, 0));
        let (value, rest) = content.map(|content| (content.value, content.rest)).unzip();
        Node {
            reference: None,
            key: Self::element_key(window, element),
            depth,
            role: element.role,
            name: element.name.clone(),
            automation_id: element.automation_id.clone(),
            value,
            rest: rest.flatten(),
            states,
            patterns,
            rect: element.place,
        }
    }

    /// The nodes of a window; those below an element where one is given.
    pub(crate) fn nodes(window: &Window, below: Option<i32>) -> Vec<Node> {
        let all = window.seen();
        let Some(root) = below else { return all.iter().map(|seen| Self::node(window, seen)).collect() };
        let start = all.iter().position(|seen| seen.element.number == root).unwrap_or(all.len());
        let depth = all.get(start).map_or(0, |seen| seen.depth);
        let parts = all
            .iter()
            .enumerate()
            .skip(start)
            .take_while(|(index, seen)| *index == start || seen.depth > depth)
            .map(|(_, seen)| Seen { depth: seen.depth - depth, ..*seen });
        parts.map(|seen| Self::node(window, &seen)).collect()
    }

    /// The text of an element: a field's content, else its name; nothing of a password.
    pub(crate) fn text(element: &Element) -> &str {
        match &element.value {
            Some(_) if element.password => "",
            Some(value) => value,
            None if element.takes_text() => "",
            None => &element.name,
        }
    }

    /// All text of a window, each name and content on a line of its own.
    pub(crate) fn all_text(window: &Window) -> String {
        let mut text = String::new();
        let mut add = |part: &str| {
            if !part.is_empty() {
                text.push_str(part);
                text.push('\n');
            }
        };
        for seen in window.seen().iter().filter(|seen| !seen.folded) {
            let element = seen.element;
            add(&element.name);
            match &element.value {
                Some(value) if !element.password && *value != element.name => add(value),
                _ => {}
            }
        }
        text
    }

    /// Whether a name or content in a window shows `wanted`, in lower case; in a secret only where those may be shown.
    pub(crate) fn has_text(window: &Window, wanted: &str, reveals: bool) -> bool {
        let has = |label: &str, text: &str| {
            if reveals { text.to_lowercase().contains(wanted) } else { gate::shows(label, text, wanted) }
        };
        let mut before = "";
        for seen in window.seen().iter().filter(|seen| !seen.folded) {
            let element = seen.element;
            let label = if element.name.is_empty() { before } else { &element.name };
            let value = element.value.as_deref().filter(|_| !element.password).unwrap_or_default();
            if has("", &element.name) || has(label, value) {
                return true;
            }
            before = if element.role == Role::Text { &element.name } else { "" };
        }
        false
    }
}
