//! The control patterns of UI Automation, by their names.

use model::ui::{Patterns, escape};

use super::reader::Spot;

/// All of UI Automation's (`UIA_…PatternId`). Those that this machine has no use for are kept and change nothing.
const KNOWN: [&str; 35] = [
    "Annotation",
    "CustomNavigation",
    "Dock",
    "Drag",
    "DropTarget",
    "ExpandCollapse",
    "Grid",
    "GridItem",
    "Invoke",
    "ItemContainer",
    "LegacyIAccessible",
    "MultipleView",
    "ObjectModel",
    "RangeValue",
    "Scroll",
    "ScrollItem",
    "Selection",
    "Selection2",
    "SelectionItem",
    "Spreadsheet",
    "SpreadsheetItem",
    "Styles",
    "SynchronizedInput",
    "Table",
    "TableItem",
    "Text",
    "Text2",
    "TextChild",
    "TextEdit",
    "Toggle",
    "Transform",
    "Transform2",
    "Value",
    "VirtualizedItem",
    "Window",
];

/// What `element_action` calls some of them.
const VERBS: [&str; 5] = ["expand", "collapse", "select", "set_value", "scroll_into_view"];

/// What patterns of these names can do here.
pub(super) fn of(names: &[String]) -> Patterns {
    let mut patterns = Patterns::default();
    for name in names {
        match plain(name).as_str() {
            "invoke" => patterns.invoke = true,
            "toggle" => patterns.toggle = true,
            "expandcollapse" | "expand" | "collapse" => patterns.expand_collapse = true,
            "selectionitem" | "select" => patterns.select = true,
            "value" | "setvalue" | "rangevalue" => patterns.value = true,
            "scroll" => patterns.scroll = true,
            "scrollitem" | "scrollintoview" => patterns.scroll_into_view = true,
            _ => {}
        }
    }
    patterns
}

/// The names of an element's patterns, as its author wrote them.
pub(super) fn read(spot: &Spot<'_>) -> Vec<String> {
    let mut names = Vec::new();
    for spot in spot.items() {
        let Some(name) = spot.text() else { continue };
        let is_this = |known: &&str| plain(known) == plain(name);
        if !KNOWN.iter().chain(&VERBS).any(is_this) {
            let (name, near) = (escape(name, 60), nearest(name));
            spot.fault(format_args!("UI Automation has no pattern `{name}`; the nearest is `{near}`"));
        }
        names.push(name.to_owned());
    }
    names
}

/// A pattern's name without case, joints and the word `pattern`, which stands before a number.
fn plain(name: &str) -> String {
    let letters: String =
        name.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_lowercase()).collect();
    match letters.strip_suffix("2") {
        Some(first) => format!("{}2", first.strip_suffix("pattern").unwrap_or(first)),
        None => letters.strip_suffix("pattern").map(str::to_owned).unwrap_or(letters),
    }
}

/// The pattern that takes the fewest changes to write instead.
fn nearest(name: &str) -> &'static str {
    let name = plain(name);
    KNOWN.into_iter().min_by_key(|known| changes(&name, &plain(known))).unwrap_or_default()
}

/// How many letters must be put in, left out or written otherwise to make one name the other (Levenshtein 1965).
fn changes(one: &str, other: &str) -> usize {
    let mut row: Vec<usize> = (0..=other.len()).collect();
    for (line, have) in one.bytes().enumerate() {
        let (mut corner, mut left) = (line, line + 1);
        for (above, want) in row.iter_mut().skip(1).zip(other.bytes()) {
            let best = (corner + usize::from(have != want)).min(left + 1).min(*above + 1);
            corner = std::mem::replace(above, best);
            left = best;
        }
        if let Some(first) = row.first_mut() {
            *first = line + 1;
        }
    }
    row.last().copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn changes_are_counted_as_they_are_made() {
        for (one, other, expected) in [
            ("", "", 0),
            ("", "abc", 3),
            ("abc", "", 3),
            ("invok", "invoke", 1),
            ("kitten", "sitting", 3),
            ("legacy", "legacyiaccessible", 11),
        ] {
            assert_eq!(changes(one, other), expected, "{one} {other}");
            assert_eq!(changes(other, one), expected, "{other} {one}");
        }
    }

    #[test]
    fn a_pattern_has_one_name_with_and_without_its_ending() {
        for (name, expected) in [
            ("TextPattern2", "text2"),
            ("Text2Pattern", "text2"),
            ("Text2", "text2"),
            ("LegacyIAccessiblePattern", "legacyiaccessible"),
            ("expand_collapse", "expandcollapse"),
        ] {
            assert_eq!(plain(name), expected, "{name}");
        }
    }
}
