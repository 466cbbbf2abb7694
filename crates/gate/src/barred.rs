//! What an act would run into, which its dry run says.
//!
//! Untrusted: what a host says of an element, which may have changed when the act comes.
//! Guarantees: it refuses dry runs, and permits nothing.
//! Does not: know everything an act may run into; it leaves open what the host did not tell.

use model::{Code, ElementVerb, Facts, Fault, Operation, ui::escape};

/// The failure of an operation on an element that would refuse it, as far as `facts` tell.
pub(crate) fn barred(operation: &Operation, facts: &Facts) -> Option<Fault> {
    let element = facts.targets.first()?.element.as_ref()?;
    let bars = &facts.bars;
    let name = || format!("{} `{}`", element.role, escape(&element.name, 80));
    let (verb, types) = match operation {
        Operation::ElementAction(request) => (Some(request.action), false),
        Operation::TypeText(_) => (None, true),
        Operation::Click(_)
        | Operation::PressKeys(_)
        | Operation::Scroll(_)
        | Operation::Drag(_)
        | Operation::MovePointer(_) => (None, false),
        _ => return None,
    };
    if bars.disabled && verb != Some(ElementVerb::ScrollIntoView) {
        let fault = Fault::new(Code::ElementDisabled, format!("{} is disabled", name()));
        return Some(fault.hint("wait_for element_enabled, or do what enables it"));
    }
    let unable = |what: String| Fault::new(Code::NotSupportedByTarget, format!("{} {what}", name()));
    if types && bars.read_only {
        return Some(unable("is read-only".to_owned()));
    }
    let verb = verb.filter(|verb| bars.lacks.contains(verb))?;
    Some(unable(format!("cannot {}", verb.name())).hint("click it, or use keys"))
}
