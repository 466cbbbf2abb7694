//! Key combinations into keys.

use model::{
    Code, Fault,
    keys::{Chord, Key, Modifiers, NamedKey},
};

use super::{
    event::{Event, Vk},
    hands::Shifts,
};

/// Refuses combinations that must never be sent, whatever was judged before: they lock the session or call the
/// secure desktop.
///
/// # Errors
/// `FORBIDDEN_KEYS`.
pub fn refuse_forbidden(chord: Chord) -> Result<(), Fault> {
    let Modifiers { ctrl, alt, shift: _, win } = chord.modifiers;
    let locks = win && matches!(chord.key, Key::Char('l' | 'L'));
    let attention = ctrl && alt && chord.key == Key::Named(NamedKey::Delete);
    if locks || attention {
        return Err(Fault::new(Code::ForbiddenKeys, format!("`{chord}` is never sent")));
    }
    Ok(())
}

/// The keys a combination takes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Keys {
    /// Keys held, in order, and the one pressed with them.
    Held(Vec<Vk>, Vk),
    /// A character that no key of the layout types, with nothing held: it is typed as such.
    Typed(char),
}

/// Finds the keys of a combination; `key_for` tells which key types a character on the target's layout.
///
/// # Errors
/// `NOT_SUPPORTED_BY_TARGET` for a character that the layout lacks, together with keys that are held.
pub fn keys(chord: Chord, key_for: impl Fn(char) -> Option<(Vk, Shifts)>) -> Result<Keys, Fault> {
    let held = chord.modifiers;
    let plain = !(held.ctrl || held.alt || held.win);
    let (vk, shifts) = match chord.key {
        Key::Named(NamedKey::Plus) if plain => {
            typed('+', held, &key_for)?.unwrap_or((PLUS, Shifts::default()))
        }
        Key::Named(NamedKey::Pause) if held.ctrl => (CANCEL, Shifts::default()),
        Key::Named(named) => (named_key(named), Shifts::default()),
        Key::Function(number) => (Vk(0x6F + u16::from(number.clamp(1, 24))), Shifts::default()),
        Key::Char(c) => match typed(c, held, &key_for)? {
            Some(found) => found,
            None => return Ok(Keys::Typed(c)),
        },
    };
    let alt_gr = shifts.ctrl && shifts.alt;
    let mut modifiers = Vec::new();
    for (wanted, key) in [
        (held.ctrl || shifts.ctrl, Vk::CTRL),
        (held.win, Vk::WIN),
        (held.alt || (shifts.alt && !alt_gr), Vk::ALT),
        (alt_gr, Vk::ALT_GR),
        (held.shift || shifts.shift, Vk::SHIFT),
    ] {
        if wanted {
            modifiers.push(key);
        }
    }
    Ok(Keys::Held(modifiers, vk))
}

/// `VK_OEM_PLUS`: the `+` key of any country.
const PLUS: Vk = Vk(0xBB);
/// `VK_CANCEL`: what Ctrl makes of Pause.
const CANCEL: Vk = Vk(0x03);

/// The key of a character; nothing where none has it and nothing is held.
fn typed(
    c: char,
    held: Modifiers,
    key_for: impl Fn(char) -> Option<(Vk, Shifts)>,
) -> Result<Option<(Vk, Shifts)>, Fault> {
    // `Ctrl+S` names the key, not the capital: the letter is looked up as the key alone types it.
    let mut lower = c.to_lowercase();
    let key = match (lower.next(), lower.next()) {
        (Some(one), None) => one,
        (_, _) => c,
    };
    if let Some(found) = key_for(key).or_else(|| key_for(c)) {
        return Ok(Some(found));
    }
    if held == Modifiers::default() {
        return Ok(None);
    }
    let message =
        format!("no key of the target's keyboard layout types `{c}`, so nothing can be held with it");
    Err(Fault::new(Code::NotSupportedByTarget, message))
}

/// The code of a named key.
const fn named_key(key: NamedKey) -> Vk {
    match key {
        NamedKey::Enter => Vk::ENTER,
        NamedKey::Tab => Vk::TAB,
        NamedKey::Space => Vk::SPACE,
        NamedKey::Backspace => Vk(0x08),
        NamedKey::Delete => Vk::DELETE,
        NamedKey::Insert => Vk(0x2D),
        NamedKey::Escape => Vk(0x1B),
        NamedKey::Home => Vk(0x24),
        NamedKey::End => Vk(0x23),
        NamedKey::PageUp => Vk(0x21),
        NamedKey::PageDown => Vk(0x22),
        NamedKey::Up => Vk(0x26),
        NamedKey::Down => Vk(0x28),
        NamedKey::Left => Vk(0x25),
        NamedKey::Right => Vk(0x27),
        NamedKey::Win => Vk::WIN,
        NamedKey::Menu => Vk(0x5D),
        NamedKey::Pause => Vk(0x13),
        NamedKey::PrintScreen => Vk(0x2C),
        NamedKey::CapsLock => Vk(0x14),
        NamedKey::NumLock => Vk(0x90),
        NamedKey::ScrollLock => Vk(0x91),
        NamedKey::Plus => PLUS,
        NamedKey::VolumeUp => Vk(0xAF),
        NamedKey::VolumeDown => Vk(0xAE),
        NamedKey::VolumeMute => Vk(0xAD),
        NamedKey::MediaPlayPause => Vk(0xB3),
        NamedKey::Ctrl => Vk::CTRL,
        NamedKey::Alt => Vk::ALT,
        NamedKey::Shift => Vk::SHIFT,
    }
}

impl Keys {
    /// What is held, in the order in which it goes down.
    pub fn modifiers(&self) -> impl DoubleEndedIterator<Item = Vk> + Clone {
        let held: &[Vk] = match self {
            Self::Held(modifiers, _) => modifiers,
            Self::Typed(_) => &[],
        };
        held.iter().copied()
    }
}

/// The keys that are held for `modifiers`.
pub fn modifier_keys(modifiers: Modifiers) -> impl DoubleEndedIterator<Item = Vk> + Clone {
    let Modifiers { ctrl, alt, shift, win } = modifiers;
    [(ctrl, Vk::CTRL), (win, Vk::WIN), (alt, Vk::ALT), (shift, Vk::SHIFT)]
        .into_iter()
        .filter_map(|(held, key)| held.then_some(key))
}

/// The events that type a UTF-16 unit.
#[must_use]
pub const fn unit_events(unit: u16) -> [Event; 2] {
    [Event::UnitDown(unit), Event::UnitUp(unit)]
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The part of a US layout that these tests use.
    fn us(c: char) -> Option<(Vk, Shifts)> {
        let shift = Shifts { shift: true, ..Shifts::default() };
        match c {
            'a'..='z' | '0'..='9' => Some((Vk(c.to_ascii_uppercase() as u16), Shifts::default())),
            'A'..='Z' => Some((Vk(c as u16), shift)),
            '/' => Some((Vk(0xBF), Shifts::default())),
            '?' => Some((Vk(0xBF), shift)),
            '+' => Some((PLUS, shift)),
            '@' => Some((Vk(0x51), Shifts { ctrl: true, alt: true, shift: false })), // as on a German one
            _ => None,
        }
    }

    fn held(text: &str) -> (Vec<Vk>, Vk) {
        match keys(text.parse().unwrap(), us).unwrap() {
            Keys::Held(modifiers, key) => (modifiers, key),
            Keys::Typed(c) => panic!("{c}"),
        }
    }

    #[test]
    fn a_letter_names_its_key_and_not_its_capital() {
        assert_eq!(held("Ctrl+S"), (vec![Vk::CTRL], Vk(0x53)));
        assert_eq!(held("s"), (vec![], Vk(0x53)));
        assert_eq!(held("Ctrl+Shift+S"), (vec![Vk::CTRL, Vk::SHIFT], Vk(0x53)));
    }

    #[test]
    fn what_a_character_needs_is_held_as_well() {
        assert_eq!(held("Ctrl+?"), (vec![Vk::CTRL, Vk::SHIFT], Vk(0xBF)));
        assert_eq!(held("@"), (vec![Vk::CTRL, Vk::ALT_GR], Vk(0x51)));
        assert_eq!(held("Plus"), (vec![Vk::SHIFT], PLUS));
        assert_eq!(held("Ctrl+Plus"), (vec![Vk::CTRL], PLUS));
    }

    #[test]
    fn named_and_function_keys_have_the_codes_of_windows() {
        for (text, code) in [
            ("F1", 0x70),
            ("F24", 0x87),
            ("Enter", 0x0D),
            ("Delete", 0x2E),
            ("Left", 0x25),
            ("Pause", 0x13),
            ("Ctrl+Pause", 0x03),
            ("Win", 0x5B),
            ("Menu", 0x5D),
        ] {
            assert_eq!(held(text).1, Vk(code), "{text}");
        }
        let all: std::collections::HashSet<u16> = NamedKey::ALL.iter().map(|key| named_key(*key).0).collect();
        assert_eq!(all.len(), NamedKey::ALL.len());
    }

    #[test]
    fn keys_beside_the_number_pad_are_told_from_those_in_it() {
        for (text, extended) in [
            ("Delete", true),
            ("Insert", true),
            ("Left", true),
            ("PageDown", true),
            ("Win", true),
            ("Menu", true),
            ("PrintScreen", true),
            ("VolumeUp", true),
            ("Enter", false),
            ("Backspace", false),
            ("F10", false),
            ("Shift", false),
            ("Pause", false),
        ] {
            assert_eq!(held(text).1.is_extended(), extended, "{text}");
        }
    }

    #[test]
    fn what_no_key_types_is_typed_alone_and_refused_with_keys_held() {
        assert_eq!(keys("ß".parse().unwrap(), us), Ok(Keys::Typed('ß')));
        let fault = keys("Ctrl+ß".parse().unwrap(), us).unwrap_err();
        assert_eq!(fault.code, Code::NotSupportedByTarget);
    }

    #[test]
    fn combinations_that_lock_or_call_the_secure_desktop_are_refused() {
        for text in ["Win+L", "Win+Shift+l", "Ctrl+Alt+Delete", "Ctrl+Alt+Shift+Del"] {
            let fault = refuse_forbidden(text.parse().unwrap()).unwrap_err();
            assert_eq!(fault.code, Code::ForbiddenKeys, "{text}");
        }
        for text in ["Ctrl+L", "Alt+Delete", "Win+R", "Ctrl+Shift+Escape"] {
            assert_eq!(refuse_forbidden(text.parse().unwrap()), Ok(()), "{text}");
        }
    }
}
