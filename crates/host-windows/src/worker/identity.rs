//! Whether an element is still the one that was seen, and what may have been meant where it is not.

use model::{
    Bars, ElementFacts, ElementVerb, Facts, Rect, Selector,
    ui::{ElementId, Node, Role},
};

/// Elements given for an element that is gone or was not found.
const CANDIDATES: usize = 5;

/// Whether `now`, read by the key of what was seen, is still that: the same role and, where that tells what it would
/// do or which one it is, the same name.
///
/// A field's or a document's label may change while it is the same field; a button that says something else does
/// something else, even where it is the same window handle.
#[must_use]
pub fn is_same(role: Role, name: &str, now: &Node) -> bool {
    if role != now.role {
        return false;
    }
    let has_own_id = match now.key.id {
        ElementId::Handle { .. } | ElementId::Runtime(_) => true,
        ElementId::Item { .. } | ElementId::Path(_) => false,
    };
    (has_own_id && !is_known_by_its_name(role)) || Facts::text(&now.name) == Facts::text(name)
}

/// Whether `now` is still what was judged.
#[must_use]
pub fn still_is(facts: &ElementFacts, now: &Node) -> bool {
    facts.key == now.key && facts.password == now.states.password && is_same(facts.role, &facts.name, now)
}

/// Roles whose name says what they do or which one they are.
const fn is_known_by_its_name(role: Role) -> bool {
    matches!(
        role,
        Role::Button
            | Role::CheckBox
            | Role::DataItem
            | Role::HeaderItem
            | Role::Hyperlink
            | Role::ListItem
            | Role::MenuItem
            | Role::RadioButton
            | Role::SplitButton
            | Role::TabItem
            | Role::TreeItem
    )
}

/// An element as policy sees it.
#[must_use]
pub fn element_facts(node: &Node) -> ElementFacts {
    ElementFacts {
        key: node.key.clone(),
        role: node.role,
        name: Facts::text(&node.name),
        automation_id: Facts::text(&node.automation_id),
        password: node.states.password,
    }
}

/// What an element would refuse. Whether it can be invoked or brought into view shows only when it is asked to.
#[must_use]
pub fn bars(node: &Node) -> Bars {
    let Node { patterns, states, .. } = node;
    let cannot = |verb: &ElementVerb| match verb {
        ElementVerb::Toggle => !patterns.toggle && states.checked.is_none(),
        ElementVerb::Expand | ElementVerb::Collapse => !patterns.expand_collapse && states.expanded.is_none(),
        ElementVerb::Select => !patterns.select && states.selected.is_none(),
        ElementVerb::SetValue => !patterns.value,
        ElementVerb::Invoke | ElementVerb::ScrollIntoView | ElementVerb::Focus => false,
    };
    let lacks = ElementVerb::ALL.iter().copied().filter(cannot).collect();
    Bars { disabled: states.disabled, read_only: states.read_only, lacks }
}

/// Elements that most likely are what was seen: what its key names now, then others of its role and name, then what
/// covers exactly its place (an empty one is not known).
#[must_use]
pub fn likely((role, name, place): (Role, &str, Rect), now: Option<Node>, nodes: Vec<Node>) -> Vec<Node> {
    let there = now.as_ref().map(|now| now.key.clone());
    let others = nodes.into_iter().filter(|node| there.as_ref() != Some(&node.key));
    let (alike, different): (Vec<Node>, Vec<Node>) =
        others.partition(|node| node.role == role && node.name == name);
    let in_place = different.into_iter().filter(|node| !place.is_empty() && node.rect == place);
    now.into_iter().chain(alike).chain(in_place).take(CANDIDATES).collect()
}

/// Elements that a selector which matched nothing may have meant: those whose names share a word with it, else those
/// of its role.
#[must_use]
pub fn near(nodes: &[Node], selector: &Selector) -> Vec<Node> {
    let fits = |node: &&Node| selector.role.is_none_or(|role| role == node.role);
    let wanted = selector.name.as_deref().map(words).unwrap_or_default();
    let shares = |node: &&Node| {
        let own = words(&node.name);
        let alike = |a: &String, b: &String| a.starts_with(b.as_str()) || b.starts_with(a.as_str());
        own.iter().any(|word| wanted.iter().any(|want| alike(word, want)))
    };
    let mut found: Vec<Node> = nodes.iter().filter(shares).filter(fits).take(CANDIDATES).cloned().collect();
    if found.is_empty() {
        found = nodes.iter().filter(shares).take(CANDIDATES).cloned().collect();
    }
    if found.is_empty() && selector.role.is_some() {
        found = nodes.iter().filter(fits).take(CANDIDATES).cloned().collect();
    }
    if found.is_empty() && selector.role.is_some_and(Role::is_text_field) {
        let fields = nodes.iter().filter(|node| node.role.is_text_field());
        found = fields.take(CANDIDATES).cloned().collect();
    }
    found
}

/// The words of a name, in lower case, without mnemonics.
fn words(name: &str) -> Vec<String> {
    let plain = name.replace('&', "").to_lowercase();
    plain.split(|c: char| !c.is_alphanumeric()).filter(|word| word.len() > 1).map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use model::ui::{ElementKey, Patterns, States, WindowKey};

    use super::*;

    #[test]
    fn an_element_is_said_to_lack_only_what_no_source_would_do_to_it() {
        let button = control(1, Role::Button, "Save");
        let lacks = |node: &Node| bars(node).lacks;
        let of_button = [
            ElementVerb::Toggle,
            ElementVerb::Expand,
            ElementVerb::Collapse,
            ElementVerb::Select,
            ElementVerb::SetValue,
        ];
        assert_eq!(lacks(&button), of_button);
        // A row with a box is switched by itself although a click is what a person means by one.
        let states = States {
            checked: Some(model::ui::Toggle::Off),
            selected: Some(false),
            expanded: Some(false),
            ..States::default()
        };
        let patterns = Patterns { value: true, ..Patterns::default() };
        assert_eq!(lacks(&Node { states, patterns, ..button.clone() }), []);
        let states = States { disabled: true, read_only: true, ..States::default() };
        let barred = bars(&Node { states, ..button });
        assert!(barred.disabled && barred.read_only);
    }

    fn node(id: ElementId, role: Role, name: &str) -> Node {
        Node {
            reference: None,
            key: ElementKey { window: WindowKey { handle: 1, pid: 2, started: 3 }, id },
            depth: 1,
            role,
            name: name.to_owned(),
            automation_id: String::new(),
            value: None,
            rest: None,
            states: States::default(),
            patterns: Patterns::default(),
            rect: Rect::default(),
        }
    }

    fn control(handle: u64, role: Role, name: &str) -> Node {
        node(ElementId::Handle { handle, control: 5, class: "Button".into() }, role, name)
    }

    #[test]
    fn a_button_that_says_something_else_is_another_button() {
        let now = control(9, Role::Button, "Delete all");
        assert!(is_same(Role::Button, "Delete all", &now));
        assert!(!is_same(Role::Button, "Save", &now));
        assert!(!is_same(Role::CheckBox, "Delete all", &now));
    }

    #[test]
    fn a_field_with_a_handle_of_its_own_may_change_its_label_and_one_without_may_not() {
        assert!(is_same(Role::Edit, "Name", &control(9, Role::Edit, "Name (required)")));
        let by_place = node(ElementId::Path(vec![0, 2]), Role::Edit, "Name (required)");
        assert!(!is_same(Role::Edit, "Name", &by_place));
    }

    #[test]
    fn a_long_name_is_compared_as_far_as_facts_hold_it() {
        let long = "x".repeat(5000);
        let now = control(9, Role::Button, &long);
        assert!(still_is(&element_facts(&now), &now));
    }

    #[test]
    fn a_field_that_has_become_a_password_field_is_not_what_was_judged() {
        let mut now = control(9, Role::Edit, "");
        let facts = element_facts(&now);
        now.states.password = true;
        assert!(!still_is(&facts, &now));
    }

    #[test]
    fn what_stands_at_the_place_comes_first_among_the_likely_ones() {
        let now = control(1, Role::Button, "Delete all");
        let others = vec![now.clone(), control(7, Role::Button, "Save"), control(8, Role::Text, "Save")];
        let names: Vec<_> = likely((Role::Button, "Save", Rect::default()), Some(now), others)
            .into_iter()
            .map(|node| node.name)
            .collect();
        assert_eq!(names, ["Delete all", "Save"]);
    }

    #[test]
    fn what_took_the_place_of_what_is_gone_is_given_too() {
        let place = Rect::new(10, 10, 90, 30);
        let at = |node: Node, rect| Node { rect, ..node };
        let nodes = vec![
            at(control(6, Role::Button, "Cancel"), Rect::new(100, 10, 190, 30)),
            at(control(7, Role::Button, "Delete all"), place),
        ];
        let names = |place| -> Vec<String> {
            let found = likely((Role::Button, "Save", place), None, nodes.clone());
            found.into_iter().map(|node| node.name).collect()
        };
        assert_eq!(names(place), ["Delete all"]);
        assert!(names(Rect::default()).is_empty());
    }

    #[test]
    fn near_names_are_given_and_else_the_role() {
        let nodes = [
            control(1, Role::Button, "&Save as..."),
            control(2, Role::Button, "Cancel"),
            control(3, Role::Document, ""),
        ];
        let by = |role, name: &str| Selector { role, name: Some(name.into()), ..Selector::default() };
        let found = |selector: &Selector| near(&nodes, selector).into_iter().map(|node| node.name).collect();
        let found: [Vec<String>; 3] =
            [found(&by(None, "save")), found(&by(Some(Role::Button), "Abort")), found(&by(None, "Abort"))];
        assert_eq!(
            found,
            [vec!["&Save as...".to_owned()], vec!["&Save as...".into(), "Cancel".into()], vec![]]
        );
        let of_role = |role| near(&nodes, &Selector { role: Some(role), ..Selector::default() });
        assert_eq!(of_role(Role::Edit).first().map(|node| node.role), Some(Role::Document));
        assert!(of_role(Role::Slider).is_empty());
    }
}
