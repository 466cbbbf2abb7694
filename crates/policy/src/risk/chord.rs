//! Key combinations, by what they do in their target. `docs/facts.md` has the table.

use model::{
    keys::{Chord, Key, NamedKey},
    ui::Role,
};

use super::{Risk, RiskSet};

/// What a combination does where it is pressed: in an element of a role, which takes text or does not. Where the element
/// is unknown, everything that it does anywhere.
pub fn of_chord(chord: &Chord, target: Option<(&Role, bool)>) -> RiskSet {
    let of = |does: bool, risk| if does { RiskSet::from(risk) } else { RiskSet::NONE };
    of(deletes(chord, target), Risk::Delete)
        .union(of(sends(chord, target), Risk::Send))
        .union(of(runs(chord), Risk::Run))
}

/// Whether it closes the window, tab or document: Alt+F4, Ctrl+F4, Ctrl+W, whatever else is held.
#[must_use]
pub const fn closes(chord: &Chord) -> bool {
    match chord.key {
        Key::Function(4) => chord.modifiers.alt || chord.modifiers.ctrl,
        Key::Char('W' | 'w') => chord.modifiers.ctrl,
        Key::Named(_) | Key::Function(_) | Key::Char(_) => false,
    }
}

/// Whether it presses the control that has the keyboard, or a dialog's default button: what that does is the risk.
#[must_use]
pub const fn activates(chord: &Chord) -> bool {
    matches!(chord.key, Key::Named(NamedKey::Enter | NamedKey::Space))
}

/// Whether it may press a button that it names: a letter or digit, alone or with Alt, as dialogs take them.
#[must_use]
pub const fn names_a_button(chord: &Chord) -> bool {
    matches!(chord.key, Key::Char(_)) && !chord.modifiers.ctrl && !chord.modifiers.win
}

/// Whether the keyboard may be elsewhere after it; in what is written in most keys leave it there.
pub const fn moves_on(chord: &Chord, writes: bool) -> bool {
    let held = chord.modifiers;
    !writes
        || held.alt
        || held.win
        || match chord.key {
            Key::Named(NamedKey::Tab | NamedKey::Escape | NamedKey::Menu | NamedKey::Win)
            | Key::Function(_) => true,
            Key::Named(_) | Key::Char(_) => false,
        }
}

/// Whether it goes to the shell wherever the keyboard is: Win with whatever else, and Ctrl+Esc.
pub const fn is_for_the_shell(chord: &Chord) -> bool {
    chord.modifiers.win
        || matches!(chord.key, Key::Named(NamedKey::Win))
        || (chord.modifiers.ctrl && matches!(chord.key, Key::Named(NamedKey::Escape)))
}

fn takes_text(target: Option<(&Role, bool)>) -> bool {
    target.is_some_and(|(role, text)| text || *role == Role::Edit)
}

fn deletes(chord: &Chord, target: Option<(&Role, bool)>) -> bool {
    let held = chord.modifiers;
    match chord.key {
        Key::Named(NamedKey::Delete) => {
            let calls_attention = held.ctrl && held.alt;
            !calls_attention && !takes_text(target)
        }
        Key::Char('D' | 'd') => {
            held.ctrl && !held.alt && !held.win && !takes_text(target) && is_of_a_list(target)
        }
        Key::Named(_) | Key::Function(_) | Key::Char(_) => false,
    }
}

/// Whether things are listed there, or nothing is known.
fn is_of_a_list(target: Option<(&Role, bool)>) -> bool {
    target.is_none_or(|(role, _)| {
        matches!(
            role,
            Role::List
                | Role::ListItem
                | Role::Tree
                | Role::TreeItem
                | Role::DataGrid
                | Role::DataItem
                | Role::Table
        )
    })
}

/// Ctrl+Enter and Alt+S, in what takes text (a message being written) or in something unknown.
fn sends(chord: &Chord, target: Option<(&Role, bool)>) -> bool {
    let held = chord.modifiers;
    let sends = match chord.key {
        Key::Named(NamedKey::Enter) => held.ctrl,
        Key::Char('S' | 's') => held.alt && !held.ctrl && !held.win,
        Key::Named(_) | Key::Function(_) | Key::Char(_) => false,
    };
    sends && (target.is_none_or(|(role, _)| *role == Role::Document) || takes_text(target))
}

/// Win+R and Win+X, whatever else is held; Win and a digit, which starts what is pinned to the taskbar; and
/// Ctrl+Shift+Enter, which starts what was typed into the Start menu or the Run dialog, elevated.
const fn runs(chord: &Chord) -> bool {
    let held = chord.modifiers;
    match chord.key {
        Key::Char('R' | 'r' | 'X' | 'x' | '0'..='9') => held.win,
        Key::Named(NamedKey::Enter) => held.ctrl && held.shift,
        Key::Named(_) | Key::Function(_) | Key::Char(_) => false,
    }
}
