//! What an act would change, for the person who is asked, and for the agent that only wants to know.
//!
//! Untrusted: what an agent types, and what a field is said to hold.
//! Guarantees: a person is shown in full what is typed but for secrets, an agent its length; nothing of a password field.
//! Does not: look again; what a field holds is what was last seen of it.

mod lines;

use model::{Operation, SecretText, TypeMode, registry::RegistryOutcome, ui::Node};
use policy::redact;
use serde::Serialize;

use crate::{host::Locator, redaction::end_at_a_space, stages::Resolved};

/// Characters of a text that a person is shown; more would hide what follows.
const MOST: usize = 2_000;

/// What a text is before and after.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Change {
    /// What was last seen there, where it would be replaced.
    pub before: Option<String>,
    /// What would be put there, or the keys that would be pressed.
    pub after: Option<SecretText>,
    /// What becomes of keys and values of the registry.
    pub lines: Vec<Line>,
}

/// What an agent is told of what it would type.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct Told {
    /// What it last saw there, without secrets; none where it saw nothing.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) before: Option<String>,
    /// How many characters would be put there.
    pub(crate) characters: usize,
    /// Whether they would take the place of what is there.
    pub(crate) replaces: bool,
}

impl Told {
    /// Of an operation that brings a text; none of a password field.
    pub(crate) fn of(resolved: &Resolved) -> Option<Self> {
        let Resolved { operation, facts, locators, .. } = resolved;
        let element = facts.targets.first().and_then(|target| target.element.as_ref());
        if element.is_some_and(|element| element.password) {
            return None;
        }
        let (text, replaces) = match operation {
            Operation::TypeText(request) => (&request.text, request.mode == TypeMode::Replace),
            Operation::ElementAction(request) => (request.value.as_ref()?, true),
            Operation::ClipboardWrite(request) => (&request.text, true),
            _ => return None,
        };
        let before = seen(locators, element.map_or("", |element| &element.name));
        Some(Self { before, characters: text.expose().chars().count(), replaces })
    }
}

/// What was last seen in the target, which may be the beginning of more.
fn seen(locators: &[Locator], label: &str) -> Option<String> {
    let Some(Locator::Element(node)) = locators.first() else { return None };
    let Node { value: Some(value), rest, .. } = &**node else { return None };
    if rest.is_none() {
        return Some(shown(label, value));
    }
    let mut text = redact::field(label, value).unwrap_or_else(|| value.clone());
    let left_out = end_at_a_space(&mut text);
    Some(and_more(&text, node.chars_behind().saturating_add(left_out)))
}

/// A line for people: nothing in it can end it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// What it is about.
    pub label: String,
    /// What becomes of that.
    pub text: SecretText,
}

impl Change {
    /// What is known of an operation's; `changes` of those on the registry.
    pub(crate) fn of(resolved: &Resolved, changes: Option<&RegistryOutcome>) -> Self {
        let lines = changes.map(lines::lines).unwrap_or_default();
        let Resolved { operation, facts, locators, .. } = resolved;
        let element = facts.targets.first().and_then(|target| target.element.as_ref());
        if element.is_some_and(|element| element.password) {
            return Self::default();
        }
        let label = element.map_or("", |element| &element.name);
        let text = |text: &SecretText| Some(shown(label, text.expose()));
        let after = match operation {
            Operation::TypeText(request) => text(&request.text),
            Operation::ElementAction(request) => request.value.as_ref().and_then(text),
            Operation::ClipboardWrite(request) => Some(shown("", request.text.expose())),
            Operation::PressKeys(request) => {
                let keys: Vec<String> = request.keys.iter().map(ToString::to_string).collect();
                Some(shown("", &keys.join(" ")))
            }
            _ => None,
        };
        let replaces = match operation {
            Operation::TypeText(request) => request.mode == TypeMode::Replace,
            Operation::ElementAction(request) => request.value.is_some(),
            _ => false,
        };
        let before = seen(locators, label).filter(|_| replaces);
        Self { before, after: after.map(SecretText::new), lines }
    }
}

fn shown(label: &str, text: &str) -> String {
    let text = redact::field(label, text).unwrap_or_else(|| text.to_owned());
    match text.char_indices().nth(MOST) {
        None => text,
        Some((end, _)) => {
            let more = text.chars().count() - MOST;
            and_more(text.get(..end).unwrap_or_default(), more as u64)
        }
    }
}

fn and_more(text: &str, more: u64) -> String {
    format!("{text} … and {more} characters more")
}

#[cfg(test)]
mod tests {
    use model::{
        Around, ClipboardWriteRequest, ElementActionRequest, ElementFacts, ElementRef, ElementVerb,
        Elevation, Facts, PressKeysRequest, ProcessFacts, Rect, Sought, Target, TargetFacts, TypeTextRequest,
        WindowFacts,
        ui::{Content, ElementId, ElementKey, Node, Patterns, Role, States, WindowKey},
    };

    use super::*;

    /// What a person sees of an operation on a field that holds `old`: before and after.
    fn on_field(operation: Operation, password: bool) -> (Option<String>, Option<String>) {
        let Change { before, after, lines } = Change::of(&resolved("old", operation, password), None);
        assert!(lines.is_empty());
        (before, after.map(|after| after.expose().to_owned()))
    }

    /// An operation on a field that was last seen with this in it.
    fn resolved(value: &str, operation: Operation, password: bool) -> Resolved {
        let window = WindowKey { handle: 1, pid: 2, started: 3 };
        let key = ElementKey { window, id: ElementId::Runtime(vec![1]) };
        let process =
            ProcessFacts { pid: 2, started: 3, path: String::new(), elevation: Elevation::Same, own: false };
        let (name, automation_id) = ("Field".to_owned(), String::new());
        let (title, class) = (String::new(), String::new());
        let target = TargetFacts {
            window: WindowFacts { key: window, reference: None, title, class, process, shell: false },
            element: Some(ElementFacts {
                key: key.clone(),
                role: Role::Edit,
                name: name.clone(),
                automation_id: automation_id.clone(),
                password,
            }),
            point: None,
            around: Around::default(),
            sought: Sought::default(),
        };
        let content = Content::new(value, 0);
        let seen = Node {
            reference: None,
            key,
            depth: 0,
            role: Role::Edit,
            name,
            automation_id,
            value: Some(content.value),
            rest: content.rest,
            states: States::default(),
            patterns: Patterns::default(),
            rect: Rect::default(),
        };
        Resolved {
            operation,
            locators: vec![Locator::Element(Box::new(seen))],
            facts: Facts { targets: vec![target], ..Facts::default() },
            call: model::CallFacts::default(),
            below: None,
            barred: None,
        }
    }

    #[test]
    fn a_person_sees_what_is_replaced_where_it_is_and_nothing_of_a_password() {
        let target = || Target::Element(ElementRef::new(1));
        let new = || SecretText::new("new".into());
        let typed = |mode| {
            Operation::TypeText(TypeTextRequest { target: Some(target()), text: new(), mode, submit: false })
        };
        let acted = |action, value| {
            Operation::ElementAction(ElementActionRequest { target: target(), action, value })
        };
        let keys = vec!["Ctrl+A".parse().unwrap(), "Delete".parse().unwrap()];
        let pressed = Operation::PressKeys(PressKeysRequest { target: Some(target()), window: None, keys });
        for (operation, before, after) in [
            (typed(TypeMode::Insert), None, Some("new")),
            (typed(TypeMode::Replace), Some("old"), Some("new")),
            (acted(ElementVerb::SetValue, Some(new())), Some("old"), Some("new")),
            (acted(ElementVerb::Invoke, None), None, None),
            (pressed, None, Some("Ctrl+A Delete")),
        ] {
            assert_eq!(
                on_field(operation.clone(), false),
                (before.map(str::to_owned), after.map(str::to_owned))
            );
            assert_eq!(on_field(operation, true), (None, None));
        }
    }

    #[test]
    fn an_agent_is_told_what_it_saw_without_secrets_and_of_its_text_the_length() {
        let typed = |mode| {
            let (target, text) = (Some(Target::Element(ElementRef::new(1))), SecretText::new("näw".into()));
            Operation::TypeText(TypeTextRequest { target, text, mode, submit: false })
        };
        let words = "word ".repeat(38);
        let long = format!("{words}ghp_abcdefghijklmnopqrstuvwxyz0123456789");
        let shown = format!("{} … and 41 characters more", words.trim_end()); // cut off in the token
        for (mode, value, before) in [
            (TypeMode::Replace, "old", "old"),
            (TypeMode::Insert, "password: hunter2", "password: [redacted: password]"),
            (TypeMode::Replace, long.as_str(), shown.as_str()),
        ] {
            let told =
                Told { before: Some(before.into()), characters: 3, replaces: mode == TypeMode::Replace };
            assert_eq!(Told::of(&resolved(value, typed(mode), false)), Some(told));
            assert_eq!(Told::of(&resolved(value, typed(mode), true)), None, "a password field");
        }
        let target = Target::Element(ElementRef::new(1));
        let invoked = Operation::ElementAction(ElementActionRequest {
            target,
            action: ElementVerb::Invoke,
            value: None,
        });
        assert_eq!(Told::of(&resolved("old", invoked, false)), None);
    }

    fn after(text: &str) -> String {
        let operation =
            Operation::ClipboardWrite(ClipboardWriteRequest { text: SecretText::new(text.into()) });
        let resolved = Resolved {
            operation,
            locators: Vec::new(),
            facts: Facts::default(),
            call: model::CallFacts::default(),
            below: None,
            barred: None,
        };
        Change::of(&resolved, None).after.unwrap().expose().to_owned()
    }

    #[test]
    fn a_person_sees_all_but_secrets_and_how_much_more_there_is() {
        assert_eq!(after("rm -rf /"), "rm -rf /");
        assert_eq!(after("password: hunter2"), "password: [redacted: password]");
        assert!(after(&"a".repeat(2_500)).ends_with("a … and 500 characters more"));
    }
}
