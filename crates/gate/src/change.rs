//! What an act would change, for the person who is asked, and for the agent that only wants to know.
//!
//! Untrusted: what an agent types, and what a field is said to hold.
//! Guarantees: a person is shown in full what is typed but for secrets, an agent its length; nothing of a password field.
//! Does not: look again; what a field holds is what the host has just said, else what was last seen of it.

mod lines;
mod sides;
mod told;

use model::{Operation, SecretText, TypeMode, registry::RegistryOutcome, ui::Node};
use policy::redact;

pub(crate) use self::told::Told;
use crate::{
    host::{Locator, Present},
    redaction::end_at_a_space,
    stages::Resolved,
};

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

/// What the target holds, for a person: by what the host has just said, else as it was last seen.
fn held(locators: &[Locator], present: Option<&Present>) -> Option<String> {
    match (present, locators.first()) {
        (Some(present), _) => value_of(present.element.as_ref()?),
        (None, Some(Locator::Element(seen))) => value_of(seen),
        (None, _) => None,
    }
}

/// What an element holds, without secrets, which may be the beginning of more; nothing of a password field.
fn value_of(node: &Node) -> Option<String> {
    let Node { value: Some(value), rest, name, .. } = node else { return None };
    if node.states.password {
        return None;
    }
    if rest.is_none() {
        return Some(shown(name, value));
    }
    let mut text = redact::field(name, value).unwrap_or_else(|| value.clone());
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
    /// What is known of an operation's: `changes` of those on the registry, `present` of those on the desktop.
    pub(crate) fn of(
        resolved: &Resolved,
        changes: Option<&RegistryOutcome>,
        present: Option<&Present>,
    ) -> Self {
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
        let before = if replaces { held(locators, present) } else { None };
        let turn = present.and_then(|present| sides::turned(operation, present));
        let lines = lines.into_iter().chain(turn.map(|turn| turn.line())).collect();
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
#[path = "change/tests.rs"]
mod tests;
