//! Texts that are too long to be judged: what stands beyond what facts hold could say anything.

use model::{Code, ElementFacts, Facts, TargetFacts};

use crate::{Reason, Verdict};

/// What stands in the place of a policy's name.
const LENGTH: &str = "judged-length";

/// The verdict where a text of any target is longer than is judged; nothing where none is.
pub(crate) fn denied(facts: &Facts) -> Option<Verdict> {
    let what = facts.targets.iter().find_map(too_long)?;
    let text = format!("{what} is longer than {} characters: too long to be judged", Facts::CHARS);
    Some(Verdict::Deny { code: Code::LimitExceeded, reasons: vec![Reason { policy: LENGTH.into(), text }] })
}

/// Whether a call is denied for the length of a text that its target has: no other call on it would be judged otherwise.
#[must_use]
pub fn is_for_length(reasons: &[Reason]) -> bool {
    reasons.iter().any(|reason| reason.policy == LENGTH)
}

/// Which text of a target is too long.
fn too_long(target: &TargetFacts) -> Option<&'static str> {
    let TargetFacts { window, element, around, sought, .. } = target;
    let names = |element: &Option<ElementFacts>| element.as_ref().is_some_and(|e| is_long(&e.name));
    let ids = |element: &Option<ElementFacts>| element.as_ref().is_some_and(|e| is_long(&e.automation_id));
    let mut ancestors = sought.ancestors.iter().flatten();
    [
        (is_long(&window.title), "the title of the window"),
        (names(element), "the name of the element"),
        (ids(element), "the UI Automation id of the element"),
        (around.texts.iter().any(|text| is_long(text)), "a text of the dialog"),
        (names(&around.focused) || ids(&around.focused), "the name or id of what has the keyboard"),
        (names(&around.default) || ids(&around.default), "the name or id of the default button"),
        (ancestors.any(|ancestor| is_long(&ancestor.name)), "the name of what the element lies in"),
    ]
    .into_iter()
    .find_map(|(long, what)| long.then_some(what))
}

fn is_long(text: &str) -> bool {
    // Most are told apart by their bytes.
    text.len() > Facts::CHARS && text.chars().nth(Facts::CHARS).is_some()
}
