//! Which key combinations can stop a session wherever they are pressed.

use model::keys::{Chord, Key, Modifiers, NamedKey};

/// Whether a combination can be the stop key.
///
/// # Errors
/// Why not, and what would be right.
pub(super) fn workable(chord: &Chord) -> Result<(), String> {
    why_not(chord).map_or(Ok(()), |why| {
        Err(format!(
            "`{chord}` {why}; take a key with Ctrl, Alt or Win, such as `Ctrl+Alt+Pause`, or one of F1 to F24, `Pause` and `ScrollLock`"
        ))
    })
}

fn why_not(chord: &Chord) -> Option<&'static str> {
    let Modifiers { ctrl, alt, win, .. } = chord.modifiers;
    match chord.key {
        Key::Named(NamedKey::Ctrl | NamedKey::Alt | NamedKey::Shift | NamedKey::Win) => {
            Some("is only held, and pressed with every combination that it is part of")
        }
        Key::Named(NamedKey::Delete) if ctrl && alt => Some("is kept by Windows for itself"),
        Key::Char('L') if win => Some("is kept by Windows for itself"),
        Key::Function(_) | Key::Named(NamedKey::Pause | NamedKey::ScrollLock) => None,
        Key::Char(_) | Key::Named(_) if !(ctrl || alt || win) => Some("is pressed all the time by who types"),
        Key::Char(_) | Key::Named(_) => None,
    }
}
