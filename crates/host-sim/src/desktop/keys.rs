//! What key combinations do in the foreground window.

use model::{
    keys::{Chord, Key, Modifiers, NamedKey},
    ui::Role,
};

use super::{Desktop, Seen, Target, edit::Move};
use crate::world::{Element, Window};

/// Automation ids and names of the buttons that Enter and Escape stand for in dialogs (`IDOK`, `IDCANCEL`).
const DEFAULT_BUTTONS: [&str; 5] = ["1", "ok", "save", "open", "yes"];
const CANCEL_BUTTONS: [&str; 4] = ["2", "cancel", "no", "close"];

/// The window class of dialogs.
pub(crate) const DIALOG: &str = "#32770";

impl Desktop {
    /// Presses a combination; what has no meaning here does nothing, as on any desktop.
    pub(crate) fn press_chord(&mut self, handle: u64, chord: Chord) {
        let Modifiers { ctrl, alt, shift, win } = chord.modifiers;
        match chord.key {
            Key::Function(4) if alt => self.close(handle),
            _ if win => {}
            Key::Char(c) if alt && !ctrl => self.press_access_key(handle, c),
            Key::Char(c) if ctrl && !alt => self.press_shortcut(handle, c, chord),
            Key::Char(c) if !ctrl && !alt => self.press_character(handle, c, shift),
            Key::Named(key) if !alt => self.press_named(handle, key, chord),
            Key::Char(_) | Key::Function(_) | Key::Named(_) => self.press_menu_shortcut(handle, chord),
        }
    }

    fn focused(&self, handle: u64) -> Option<Target> {
        let number = self.window(handle)?.seen_focused()?.element.number;
        Some(Target { window: handle, number })
    }

    /// The focused field, if text can be typed into it now.
    fn field(&mut self, handle: u64) -> Option<&mut Element> {
        let target = self.focused(handle)?;
        let is_field = self.window(handle)?.seen_focused().is_some_and(|seen| is_field(&seen));
        if is_field { self.element_mut(target) } else { None }
    }

    fn press_named(&mut self, handle: u64, key: NamedKey, chord: Chord) {
        let Modifiers { ctrl, shift, .. } = chord.modifiers;
        match key {
            NamedKey::Tab if !ctrl => self.move_focus(handle, !shift),
            NamedKey::Enter if !ctrl => self.press_enter(handle),
            NamedKey::Escape if chord.modifiers == Modifiers::default() => self.press_escape(handle),
            NamedKey::Escape => {} // for the shell, where it does anything
            NamedKey::Space if !ctrl => self.press_space(handle),
            NamedKey::Up | NamedKey::Down => self.press_arrow(handle, key == NamedKey::Down),
            NamedKey::Insert if shift => self.paste(handle),
            NamedKey::Insert if ctrl => self.copy(handle),
            NamedKey::Plus => self.type_into_field(handle, "+"),
            _ => {
                let Some(field) = self.field(handle) else { return self.press_menu_shortcut(handle, chord) };
                match key {
                    NamedKey::Backspace => field.delete(false),
                    NamedKey::Delete => field.delete(true),
                    NamedKey::Left => field.move_caret(Move::Back, shift),
                    NamedKey::Right => field.move_caret(Move::On, shift),
                    NamedKey::Home => field.move_caret(Move::Start, shift),
                    NamedKey::End => field.move_caret(Move::End, shift),
                    _ => self.press_menu_shortcut(handle, chord),
                }
            }
        }
    }

    /// A letter names its key: it is typed small unless Shift is held.
    fn press_character(&mut self, handle: u64, c: char, shift: bool) {
        if let Some(window) = self.window(handle)
            && let Some(item) = access_key(window, c, true)
        {
            return self.press(Target { window: handle, number: item });
        }
        let text: String = if shift { c.to_string() } else { c.to_lowercase().collect() };
        self.type_into_field(handle, &text);
    }

    fn type_into_field(&mut self, handle: u64, text: &str) {
        if let Some(field) = self.field(handle) {
            field.insert(text);
        }
    }

    fn press_access_key(&mut self, handle: u64, c: char) {
        let Some(window) = self.window(handle) else { return };
        if let Some(number) = access_key(window, c, false) {
            let target = Target { window: handle, number };
            self.focus_if_possible(target);
            self.press(target);
        }
    }

    fn press_shortcut(&mut self, handle: u64, c: char, chord: Chord) {
        match c.to_ascii_uppercase() {
            'A' => self.field(handle).map(Element::select_all).unwrap_or_default(),
            'C' => self.copy(handle),
            'X' => {
                self.copy(handle);
                if let Some(field) = self.field(handle)
                    && !field.password
                    && !field.selected_text().is_empty()
                {
                    field.delete(true);
                }
            }
            'V' => self.paste(handle),
            _ => self.press_menu_shortcut(handle, chord),
        }
    }

    /// Copies what is selected; never out of a password field.
    fn copy(&mut self, handle: u64) {
        let Some(field) = self.field(handle).filter(|field| !field.password) else { return };
        let text = field.selected_text();
        if !text.is_empty() {
            self.clipboard.put(&text);
        }
    }

    fn paste(&mut self, handle: u64) {
        let text = self.clipboard.text.clone();
        self.type_into_field(handle, &text);
    }

    /// Invokes the menu command that shows this combination after a tab.
    fn press_menu_shortcut(&mut self, handle: u64, chord: Chord) {
        let Some(window) = self.window(handle) else { return };
        let shown = chord.to_string();
        let all = window.seen();
        let command = all.iter().find(|seen| {
            let shortcut = seen.element.name.split_once('\t').map(|(_, shortcut)| shortcut);
            seen.enabled
                && seen.element.role == Role::MenuItem
                && shortcut.is_some_and(|shortcut| shortcut.eq_ignore_ascii_case(&shown))
        });
        if let Some(number) = command.map(|seen| seen.element.number) {
            self.invoke(Target { window: handle, number });
        }
    }

    fn move_focus(&mut self, handle: u64, forward: bool) {
        let Some(window) = self.window(handle) else { return };
        let stops: Vec<(i32, bool)> = window
            .seen()
            .iter()
            .filter(|seen| seen.is_focusable() && is_tab_stop(seen.element.role))
            .map(|seen| (seen.element.number, seen.element.focused))
            .collect();
        let next = match (stops.iter().position(|(_, focused)| *focused), forward) {
            (Some(at), true) => (at + 1) % stops.len().max(1),
            (None, true) => 0,
            (Some(at @ 1..), false) => at - 1,
            (Some(0) | None, false) => stops.len().saturating_sub(1),
        };
        if let Some((number, _)) = stops.get(next) {
            self.focus(Target { window: handle, number: *number });
        }
    }

    fn press_enter(&mut self, handle: u64) {
        let Some(window) = self.window(handle) else { return };
        if let Some(seen) = window.seen_focused().filter(|seen| seen.enabled) {
            let target = Target { window: handle, number: seen.element.number };
            match seen.element.role {
                Role::Document => return self.type_into_field(handle, "\n"),
                Role::Edit | Role::CheckBox | Role::RadioButton if seen.element.on_invoke.is_none() => {}
                _ if seen.element.patterns().invoke || seen.element.on_invoke.is_some() => {
                    return self.press(target);
                }
                Role::MenuItem | Role::ComboBox => return self.press(target),
                _ => {}
            }
        }
        if let Some(number) = dialog_button(window, &DEFAULT_BUTTONS) {
            self.press(Target { window: handle, number });
        }
    }

    fn press_escape(&mut self, handle: u64) {
        if self.close_menus(handle) {
            return;
        }
        let Some(window) = self.window(handle).filter(|window| window.class == DIALOG) else { return };
        match dialog_button(window, &CANCEL_BUTTONS) {
            Some(number) => self.press(Target { window: handle, number }),
            None => self.close(handle),
        }
    }

    fn press_space(&mut self, handle: u64) {
        let Some(target) = self.focused(handle) else { return };
        if self.field(handle).is_some() {
            return self.type_into_field(handle, " ");
        }
        let can = self.window(handle).and_then(Window::seen_focused).is_some_and(|seen| seen.enabled);
        if can {
            self.press(target);
        }
    }

    /// Chooses the next or the previous entry of the list that has the keyboard.
    fn press_arrow(&mut self, handle: u64, down: bool) {
        let Some(window) = self.window(handle) else { return };
        let all = window.seen();
        let Some(at) = all.iter().position(|seen| seen.element.focused) else { return };
        let Some(focused) = all.get(at) else { return };
        let is_entry = |seen: &&Seen<'_>| seen.element.patterns().select && seen.enabled;
        let entries: Vec<i32> = if is_entry(&focused) {
            siblings(&all, at).into_iter().filter(is_entry).map(|seen| seen.element.number).collect()
        } else {
            let inside = all.iter().skip(at + 1).take_while(|seen| seen.depth > focused.depth);
            inside.filter(is_entry).map(|seen| seen.element.number).collect()
        };
        let is_chosen = |number: &i32| {
            window.tree.find(*number).is_some_and(|element| element.selected == Some(true) || element.focused)
        };
        let next = match (entries.iter().position(is_chosen), down) {
            (Some(at), true) => (at + 1).min(entries.len().saturating_sub(1)),
            (Some(at), false) => at.saturating_sub(1),
            (None, _) => 0,
        };
        let keeps_focus = !is_entry(&focused);
        if let Some(number) = entries.get(next).copied() {
            let target = Target { window: handle, number };
            self.select(target);
            if !keeps_focus {
                self.focus(target);
            }
        }
    }

    /// Gives the keyboard to an element that can take it.
    pub(crate) fn focus_if_possible(&mut self, target: Target) {
        let seen = self.window(target.window).and_then(|window| window.seen_number(target.number));
        if seen.is_some_and(|seen| seen.is_focusable() && seen.element.role != Role::MenuItem) {
            self.focus(target);
        }
    }
}

/// Whether text can be typed into an element now.
fn is_field(seen: &Seen<'_>) -> bool {
    seen.enabled && seen.element.takes_text() && seen.element.patterns().value
}

/// Whether Tab stops there: not at parts of something else.
const fn is_tab_stop(role: Role) -> bool {
    !matches!(role, Role::MenuItem | Role::ListItem | Role::TreeItem | Role::DataItem)
}

/// The elements that lie in the same one.
fn siblings<'a>(all: &'a [Seen<'a>], at: usize) -> Vec<&'a Seen<'a>> {
    let depth = all.get(at).map_or(0, |seen| seen.depth);
    let before = all.iter().take(at).rev().take_while(|seen| seen.depth >= depth);
    let mut found: Vec<&Seen<'_>> = before.filter(|seen| seen.depth == depth).collect();
    found.reverse();
    let after = all.iter().skip(at).take_while(|seen| seen.depth >= depth);
    found.extend(after.filter(|seen| seen.depth == depth));
    found
}

/// The first button that can be pressed and has one of these automation ids or names.
impl Window {
    /// The button that Enter presses.
    pub(crate) fn seen_default(&self) -> Option<Seen<'_>> {
        self.seen_number(dialog_button(self, &DEFAULT_BUTTONS)?)
    }
}

fn dialog_button(window: &Window, which: &[&str]) -> Option<i32> {
    let all = window.seen();
    let is_button = |seen: &&Seen<'_>| seen.enabled && !seen.folded && seen.element.role == Role::Button;
    which.iter().find_map(|wanted| {
        let fits = |element: &Element| {
            element.automation_id == *wanted || element.name.replace('&', "").eq_ignore_ascii_case(wanted)
        };
        all.iter().filter(is_button).find(|seen| fits(seen.element)).map(|seen| seen.element.number)
    })
}

/// The element that an access key stands for: in the open menu, or (`in_menu` false) in the menu bar and among what
/// has the letter marked. A marked letter goes before a first one.
fn access_key(window: &Window, c: char, in_menu: bool) -> Option<i32> {
    let all = window.seen();
    let open: Vec<i32> = all
        .iter()
        .filter(|seen| {
            seen.element.role == Role::MenuItem && seen.element.expanded == Some(true) && !seen.folded
        })
        .flat_map(|seen| seen.element.children.iter().map(|child| child.number))
        .collect();
    let candidates = || {
        all.iter().filter(|seen| {
            let is_item = seen.element.role == Role::MenuItem;
            let in_open_menu = open.contains(&seen.element.number);
            seen.enabled && !seen.folded && if in_menu { is_item && in_open_menu } else { !in_open_menu }
        })
    };
    let same = |letter: Option<char>| letter.is_some_and(|letter| letter.to_lowercase().eq(c.to_lowercase()));
    let by_mark = candidates().find(|seen| same(marked(&seen.element.name)));
    let first = || {
        candidates().find(|seen| {
            seen.element.role == Role::MenuItem
                && marked(&seen.element.name).is_none()
                && same(seen.element.name.chars().next())
        })
    };
    by_mark.or_else(first).map(|seen| seen.element.number)
}

/// The letter that `&` marks.
fn marked(name: &str) -> Option<char> {
    let mut chars = name.chars();
    while let Some(c) = chars.next() {
        if c == '&' {
            match chars.next() {
                Some('&') => {}
                letter => return letter,
            }
        }
    }
    None
}
