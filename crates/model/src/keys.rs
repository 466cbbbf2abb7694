//! Key combinations as people write them: `Ctrl+Shift+S`, `Alt+F4`, `F5`.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};
use thiserror::Error;

/// Keys held while another is pressed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Modifiers {
    /// Ctrl.
    pub ctrl: bool,
    /// Alt.
    pub alt: bool,
    /// Shift.
    pub shift: bool,
    /// The Windows key.
    pub win: bool,
}

macro_rules! named_keys {
    ($($variant:ident = $name:literal $(| $alias:literal)*,)+) => {
        /// A key that has a name rather than a character.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
        pub enum NamedKey {
            $(#[doc = $name] $variant,)+
        }

        impl NamedKey {
            /// Every named key.
            pub const ALL: &[Self] = &[$(Self::$variant),+];

            /// Its name.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self { $(Self::$variant => $name),+ }
            }

            /// The names of all, with commas between.
            fn names() -> String {
                Self::ALL.iter().map(|key| key.name()).collect::<Vec<_>>().join(", ")
            }

            fn parse(text: &str) -> Option<Self> {
                $(if [$name $(, $alias)*].iter().any(|name| name.eq_ignore_ascii_case(text)) {
                    return Some(Self::$variant);
                })+
                None
            }
        }
    };
}

named_keys! {
    Enter = "Enter" | "Return",
    Tab = "Tab",
    Space = "Space",
    Backspace = "Backspace",
    Delete = "Delete" | "Del",
    Insert = "Insert" | "Ins",
    Escape = "Escape" | "Esc",
    Home = "Home",
    End = "End",
    PageUp = "PageUp" | "PgUp",
    PageDown = "PageDown" | "PgDn",
    Up = "Up",
    Down = "Down",
    Left = "Left",
    Right = "Right",
    Win = "Win" | "Windows" | "Meta",
    Menu = "Menu" | "Apps",
    Pause = "Pause" | "Break",
    PrintScreen = "PrintScreen",
    CapsLock = "CapsLock",
    NumLock = "NumLock",
    ScrollLock = "ScrollLock",
    Plus = "Plus",
    VolumeUp = "VolumeUp",
    VolumeDown = "VolumeDown",
    VolumeMute = "VolumeMute",
    MediaPlayPause = "MediaPlayPause",
    Ctrl = "Ctrl" | "Control",
    Alt = "Alt",
    Shift = "Shift",
}

/// The key of a combination.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Key {
    /// A key with a name.
    Named(NamedKey),
    /// F1 to F24.
    Function(u8),
    /// The key that types this character (upper case for letters).
    Char(char),
}

/// A key and what is held with it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub struct Chord {
    /// What is held.
    pub modifiers: Modifiers,
    /// What is pressed.
    pub key: Key,
}

/// Why a text is no key combination.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum BadChord {
    /// Nothing, or nothing beside a `+`.
    #[error("`{0}` lacks a key; write combinations such as `Ctrl+S` or `Alt+F4`")]
    Empty(String),
    /// No key of that name.
    #[error("`{0}` is not a key; keys are single characters, F1 to F24, {names}", names = NamedKey::names())]
    UnknownKey(String),
    /// Something before the last `+` is no modifier.
    #[error("`{0}` cannot be held; Ctrl, Alt, Shift and Win can")]
    UnknownModifier(String),
}

impl Chord {
    /// Whether it types a character, as a shortcut does not: a row of such may be a password.
    #[must_use]
    pub const fn types_a_character(&self) -> bool {
        let Modifiers { ctrl, alt, win, .. } = self.modifiers;
        matches!(self.key, Key::Char(_)) && !(ctrl || alt || win)
    }
}

impl FromStr for Chord {
    type Err = BadChord;

    fn from_str(text: &str) -> Result<Self, BadChord> {
        let short: String = text.chars().take(40).collect();
        let mut modifiers = Modifiers::default();
        let mut parts = text.split('+').map(str::trim).peekable();
        while let Some(part) = parts.next() {
            if parts.peek().is_none() {
                return Ok(Self { modifiers, key: parse_key(part, short)? });
            }
            modifiers.hold(part).ok_or(BadChord::UnknownModifier(part.chars().take(40).collect()))?;
        }
        Err(BadChord::Empty(short))
    }
}

fn parse_key(text: &str, whole: String) -> Result<Key, BadChord> {
    let mut chars = text.chars();
    match (chars.next(), chars.next()) {
        (None, _) => return Err(BadChord::Empty(whole)),
        (Some(c), None) if !c.is_control() && !c.is_whitespace() => {
            let mut upper = c.to_uppercase();
            return Ok(Key::Char(match (upper.next(), upper.next()) {
                (Some(one), None) => one,
                (_, _) => c,
            }));
        }
        (Some(_), _) => {}
    }
    let function =
        text.strip_prefix(['F', 'f']).and_then(|n| n.parse::<u8>().ok()).filter(|n| (1..=24).contains(n));
    function
        .map(Key::Function)
        .or_else(|| NamedKey::parse(text).map(Key::Named))
        .ok_or_else(|| BadChord::UnknownKey(text.chars().take(40).collect()))
}

impl Modifiers {
    /// Adds the modifier of that name; nothing where there is none.
    pub fn hold(&mut self, name: &str) -> Option<()> {
        let which = match name.to_ascii_lowercase().as_str() {
            "ctrl" | "control" => &mut self.ctrl,
            "alt" => &mut self.alt,
            "shift" => &mut self.shift,
            "win" | "windows" | "meta" => &mut self.win,
            _ => return None,
        };
        *which = true;
        Some(())
    }
}

impl fmt::Display for Chord {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Modifiers { ctrl, alt, shift, win } = self.modifiers;
        for (held, name) in [(ctrl, "Ctrl+"), (alt, "Alt+"), (shift, "Shift+"), (win, "Win+")] {
            if held {
                f.write_str(name)?;
            }
        }
        match self.key {
            Key::Named(key) => f.write_str(key.name()),
            Key::Function(number) => write!(f, "F{number}"),
            Key::Char(c) => write!(f, "{c}"),
        }
    }
}

impl From<Chord> for String {
    fn from(chord: Chord) -> Self {
        chord.to_string()
    }
}

impl TryFrom<String> for Chord {
    type Error = BadChord;

    fn try_from(text: String) -> Result<Self, BadChord> {
        text.parse()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn combinations_read_in_any_case_and_write_in_one() {
        for (text, canonical) in [
            ("ctrl+shift+s", "Ctrl+Shift+S"),
            ("SHIFT + Control + s", "Ctrl+Shift+S"),
            ("alt+f4", "Alt+F4"),
            ("win+l", "Win+L"),
            ("Ctrl+Alt+Del", "Ctrl+Alt+Delete"),
            ("esc", "Escape"),
            ("Ctrl+Plus", "Ctrl+Plus"),
            ("ß", "ß"),
        ] {
            assert_eq!(text.parse::<Chord>().unwrap().to_string(), canonical);
        }
    }

    #[test]
    fn characters_are_told_from_shortcuts() {
        for (text, types) in
            [("a", true), ("Shift+a", true), ("Ctrl+A", false), ("Alt+1", false), ("Enter", false)]
        {
            assert_eq!(text.parse::<Chord>().unwrap().types_a_character(), types, "{text}");
        }
    }

    #[test]
    fn what_is_no_combination_is_refused() {
        for text in ["", "+", "Ctrl+", "Ctrl++", "Hyper+S", "Ctrl+Foo", "F25", "F0", "a b", "\n"] {
            assert!(text.parse::<Chord>().is_err(), "{text:?}");
        }
    }

    #[test]
    fn every_named_key_reads_back() {
        for key in NamedKey::ALL {
            assert_eq!(key.name().parse::<Chord>().unwrap().key, Key::Named(*key));
        }
    }
}
