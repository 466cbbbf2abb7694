//! What an operation would do to a target, and what key combinations do wherever they are pressed.

use std::collections::BTreeSet;

use model::{
    Facts, Group, Operation, TargetFacts,
    keys::{Chord, Key, NamedKey},
};

/// What carrying out an operation on one target would do: at least what its kind does.
pub(crate) fn effects(
    operation: &Operation,
    _facts: &Facts,
    _target: Option<&TargetFacts>,
) -> BTreeSet<Group> {
    BTreeSet::from([operation.kind().group()])
}

/// The effects of an operation's keys, under the names that policies use; empty for operations without keys.
pub(crate) fn of_keys(operation: &Operation) -> Vec<&'static str> {
    let Operation::PressKeys(request) = operation else { return Vec::new() };
    let effect = |does: fn(&Chord) -> bool, name| request.keys.iter().any(does).then_some(name);
    [
        effect(locks, "locks"),
        effect(calls_attention, "secure_attention"),
        effect(closes_window, "closes_window"),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// Win+L, whatever else is held.
const fn locks(chord: &Chord) -> bool {
    chord.modifiers.win && matches!(chord.key, Key::Char('L' | 'l'))
}

/// Ctrl+Alt+Delete, whatever else is held.
const fn calls_attention(chord: &Chord) -> bool {
    chord.modifiers.ctrl && chord.modifiers.alt && matches!(chord.key, Key::Named(NamedKey::Delete))
}

/// Alt+F4, whatever else is held.
const fn closes_window(chord: &Chord) -> bool {
    chord.modifiers.alt && matches!(chord.key, Key::Function(4))
}
