//! A tree as text: one line per element, which no element's name can forge.

use std::fmt::Write as _;

use super::{Node, Role, Toggle, Tree};

/// Starts the line of an element that is new since the snapshot named by `since`.
pub const DIFF_ADDED: char = '+';
/// Starts the line of an element that changed.
pub const DIFF_CHANGED: char = '~';
/// Starts the line of an element that is gone.
pub const DIFF_REMOVED: char = '-';

/// Longest name or value that a line shows, in characters.
const SHOWN: usize = 120;

/// Text without anything that could end its line, hide, or reorder what stands around it: control, format
/// (bidi, zero-width), line-separator and private-use characters become `\n`, `\t` or `\u{…}`; quotes and
/// backslashes are escaped.
#[must_use]
pub fn escape(text: &str, max_chars: usize) -> String {
    escape_beginning(text, max_chars, 0)
}

/// The same of a text that goes on for `more` characters.
fn escape_beginning(text: &str, max_chars: usize, more: u64) -> String {
    let mut escaped = String::with_capacity(text.len().min(max_chars) + 2);
    let mut chars = text.chars();
    for c in chars.by_ref().take(max_chars) {
        if matches!(c, '"' | '\\') {
            escaped.push('\\');
        }
        push_visible(&mut escaped, c);
    }
    let rest = more.saturating_add(chars.count() as u64);
    if rest > 0 {
        let _ = write!(escaped, "…+{rest}");
    }
    escaped
}

/// A text in one line, with nothing that could hide or reorder, but quotes and backslashes as they are: for what stands in no
/// quotes, and for what is escaped already. At most so many characters; what is beyond is counted.
#[must_use]
pub fn plain(text: &str, max_chars: usize) -> String {
    let mut plain = String::with_capacity(text.len().min(max_chars) + 2);
    let mut chars = text.chars();
    chars.by_ref().take(max_chars).for_each(|c| push_visible(&mut plain, c));
    let rest = chars.count();
    if rest > 0 {
        let _ = write!(plain, "…+{rest}");
    }
    plain
}

/// Adds a character in the form that [`escape`] gives it, but quotes and backslashes as they are.
pub fn push_visible(text: &mut String, c: char) {
    match c {
        // Most are; they are told apart first.
        ' '..='~' => text.push(c),
        '\n' => text.push_str("\\n"),
        '\r' => text.push_str("\\r"),
        '\t' => text.push_str("\\t"),
        c if c.is_control() || is_format(c) => {
            // Writing to a String cannot fail.
            let _ = write!(text, "\\u{{{:x}}}", u32::from(c));
        }
        c => text.push(c),
    }
}

/// Format characters (Unicode 16 general category Cf), line and paragraph separators, variation selectors used
/// to hide text, tags, and private use.
pub(crate) const fn is_format(c: char) -> bool {
    matches!(c,
        '\u{ad}' | '\u{600}'..='\u{605}' | '\u{61c}' | '\u{6dd}' | '\u{70f}' | '\u{890}'..='\u{891}' | '\u{8e2}'
        | '\u{115f}'..='\u{1160}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}' | '\u{3164}' | '\u{e000}'..='\u{f8ff}' | '\u{feff}' | '\u{ffa0}'
        | '\u{fff9}'..='\u{fffb}' | '\u{110bd}' | '\u{110cd}' | '\u{13430}'..='\u{1343f}'
        | '\u{1bca0}'..='\u{1bca3}' | '\u{1d173}'..='\u{1d17a}' | '\u{e0000}'..='\u{e0fff}'
        | '\u{f0000}'..='\u{10ffff}')
}

/// `text` escaped and in quotes, at most 120 characters of it.
#[must_use]
pub fn quote(text: &str) -> String {
    format!("\"{}\"", escape(text, SHOWN))
}

/// The line of one element, without indentation or line break: ref, role, name, and the states and value that matter.
#[must_use]
pub fn line(node: &Node) -> String {
    let mut line = String::with_capacity(48);
    if let Some(reference) = node.reference {
        let _ = write!(line, "{reference} ");
    }
    line.push_str(node.role.name());
    if !node.name.is_empty() {
        let _ = write!(line, " {}", quote(&node.name));
    } else if !node.automation_id.is_empty() && node.automation_id.parse::<i64>().is_err() {
        let _ = write!(line, " #{}", escape(&node.automation_id, 40));
    }
    if let Some(value) = &node.value
        && !node.states.password
        && (!value.is_empty() || node.role == Role::Edit)
        && *value != node.name
    {
        let _ = write!(line, " =\"{}\"", escape_beginning(value, SHOWN, node.chars_behind()));
    }
    let states = node.states;
    for (is_so, word) in [
        (states.checked == Some(Toggle::On), " checked"),
        (states.checked == Some(Toggle::Mixed), " mixed"),
        (states.selected == Some(true), " selected"),
        (states.expanded == Some(true), " expanded"),
        // A combo box is closed where nothing is said.
        (states.expanded == Some(false) && node.role != Role::ComboBox, " collapsed"),
        (states.focused, " focused"),
        (states.password, " password"),
        (states.disabled, " disabled"),
        (states.read_only && node.role == Role::Edit, " read-only"),
        // What can be scrolled to is brought into view when it is operated: no reason to do without it.
        (states.offscreen && !node.patterns.scroll_into_view, " offscreen"),
    ] {
        if is_so {
            line.push_str(word);
        }
    }
    line
}

/// A tree, one line per element, indented by one space a level.
#[must_use]
pub fn tree_text(tree: &Tree) -> String {
    let mut text = String::with_capacity(tree.nodes.len() * 40);
    for node in &tree.nodes {
        for _ in 0..node.depth {
            text.push(' ');
        }
        text.push_str(&line(node));
        text.push('\n');
    }
    text
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use crate::{
        ElementRef, Rect,
        ui::{Content, ElementId, ElementKey, Patterns, States, WindowKey},
    };

    pub(in crate::ui) fn node(number: u32, depth: u32, role: Role, name: &str) -> Node {
        let window = WindowKey { handle: 1, pid: 1, started: 1 };
        Node {
            reference: Some(ElementRef::new(number)),
            key: ElementKey { window, id: ElementId::Path(vec![number]) },
            depth,
            role,
            name: name.into(),
            automation_id: String::new(),
            value: None,
            rest: None,
            states: States::default(),
            patterns: Patterns::default(),
            rect: Rect::default(),
        }
    }

    #[test]
    fn a_line_says_what_matters_and_no_more() {
        let mut edit = node(4, 1, Role::Edit, "Name");
        edit.value = Some("Ada".into());
        edit.states.focused = true;
        assert_eq!(line(&edit), "e4 Edit \"Name\" =\"Ada\" focused");
    }

    #[test]
    fn what_can_be_scrolled_to_does_not_count_as_offscreen() {
        let mut entry = node(7, 1, Role::ListItem, "Fig");
        entry.states.offscreen = true;
        assert_eq!(line(&entry), "e7 ListItem \"Fig\" offscreen");
        entry.patterns.scroll_into_view = true;
        assert_eq!(line(&entry), "e7 ListItem \"Fig\"");
    }

    #[test]
    fn what_is_closed_says_so_but_for_a_combo_box_which_mostly_is() {
        let mut item = node(7, 1, Role::TreeItem, "Home");
        item.states.expanded = Some(false);
        assert_eq!(line(&item), "e7 TreeItem \"Home\" collapsed");
        item.role = Role::ComboBox;
        assert_eq!(line(&item), "e7 ComboBox \"Home\"");
        item.states.expanded = Some(true);
        assert_eq!(line(&item), "e7 ComboBox \"Home\" expanded");
    }

    #[test]
    fn a_password_is_not_shown_even_if_a_source_gives_it() {
        let mut edit = node(4, 1, Role::Edit, "Password");
        edit.value = Some("hunter2".into());
        edit.states.password = true;
        assert_eq!(line(&edit), "e4 Edit \"Password\" password");
    }

    #[test]
    fn no_name_can_forge_a_line_or_turn_the_text_around() {
        let evil = "x\"\n e99 Button \"OK\u{2028}\u{202e}\u{200b}\0\u{e0041}";
        let shown = line(&node(1, 0, Role::Button, evil));
        assert_eq!(shown.lines().count(), 1);
        assert_eq!(shown, r#"e1 Button "x\"\n e99 Button \"OK\u{2028}\u{202e}\u{200b}\u{0}\u{e0041}""#);
    }

    #[test]
    fn a_long_value_says_how_much_more_there_is_of_all_of_it() {
        let Content { value, rest } = Content::new(&"x".repeat(300), 70);
        let mut field = Node { value: Some(value), rest, ..node(1, 0, Role::Document, "d") };
        assert!(line(&field).ends_with("x…+250\""), "{}", line(&field));
        field.value = Some("short".into()); // a secret was taken out of it
        assert_eq!(line(&field), "e1 Document \"d\" =\"short…+365\"");
    }

    #[test]
    fn a_long_name_is_cut_and_says_by_how_much() {
        let shown = line(&node(1, 0, Role::Text, &"x".repeat(1000)));
        assert!(shown.ends_with("…+880\""), "{shown}");
    }
}
