//! A key as a caller writes it.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::{Code, ui::render::is_format};

/// UTF-16 units that the name of one key has at most.
const LONGEST_NAME: usize = 255;
/// Levels below a hive.
const MOST_LEVELS: usize = 512;
/// UTF-16 units of a whole path: what a `UNICODE_STRING` holds.
const LONGEST: usize = 32_767;

/// How the kernel's names begin.
const KERNEL: &str = r"\REGISTRY\";

/// Why a text is no path of a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum BadRegistryPath {
    /// There is nothing.
    #[error("it is empty")]
    Empty,
    /// It does not begin with a hive.
    #[error("it does not begin with a hive such as `HKEY_CURRENT_USER` or `HKLM`")]
    Hive,
    /// It begins with a separator, and is no kernel name with a slash in it.
    #[error("it begins with a separator")]
    Leading,
    /// Two separators stand beside each other.
    #[error("a key in it has no name: two separators stand beside each other")]
    EmptyName,
    /// A key called `.` or `..`, which some programs take for directions.
    #[error("`.` and `..` are no directions in the registry, and as names of keys they are not used")]
    Dots,
    /// A control character, or one that is not seen.
    #[error("it holds a control character, or one that is not seen")]
    Character,
    /// A name is too long.
    #[error("a key in it has a name longer than {LONGEST_NAME} characters")]
    LongName,
    /// There are too many levels.
    #[error("it has more than {MOST_LEVELS} levels")]
    Levels,
    /// The whole is too long.
    #[error("it is longer than {LONGEST} characters")]
    Long,
}

impl BadRegistryPath {
    /// The code of the failed call.
    #[must_use]
    pub const fn code(self) -> Code {
        match self {
            Self::Empty | Self::Hive | Self::Leading | Self::EmptyName | Self::Dots | Self::Character => {
                Code::InvalidArgument
            }
            Self::LongName | Self::Levels | Self::Long => Code::LimitExceeded,
        }
    }
}

/// Where a path begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Hive {
    /// `HKEY_LOCAL_MACHINE`.
    LocalMachine,
    /// `HKEY_CURRENT_USER`: the user's own below `HKEY_USERS`.
    CurrentUser,
    /// `HKEY_CLASSES_ROOT`: the user's classes laid over the machine's.
    ClassesRoot,
    /// `HKEY_USERS`.
    Users,
    /// `HKEY_CURRENT_CONFIG`: the hardware profile in use.
    CurrentConfig,
}

impl Hive {
    const ALL: [(Self, &'static str, &'static str); 5] = [
        (Self::LocalMachine, "HKEY_LOCAL_MACHINE", "HKLM"),
        (Self::CurrentUser, "HKEY_CURRENT_USER", "HKCU"),
        (Self::ClassesRoot, "HKEY_CLASSES_ROOT", "HKCR"),
        (Self::Users, "HKEY_USERS", "HKU"),
        (Self::CurrentConfig, "HKEY_CURRENT_CONFIG", "HKCC"),
    ];

    /// Its long name.
    #[must_use]
    pub const fn long(self) -> &'static str {
        match self {
            Self::LocalMachine => "HKEY_LOCAL_MACHINE",
            Self::CurrentUser => "HKEY_CURRENT_USER",
            Self::ClassesRoot => "HKEY_CLASSES_ROOT",
            Self::Users => "HKEY_USERS",
            Self::CurrentConfig => "HKEY_CURRENT_CONFIG",
        }
    }

    fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find_map(|(hive, long, short)| {
            (name.eq_ignore_ascii_case(long) || name.eq_ignore_ascii_case(short)).then_some(hive)
        })
    }

    /// The hive of a drive of PowerShell, `HKLM:`.
    fn drive(name: &str) -> Option<Self> {
        let name = name.strip_suffix(':')?;
        Self::ALL.into_iter().find_map(|(hive, _, short)| name.eq_ignore_ascii_case(short).then_some(hive))
    }
}

/// A hive and the names of keys below it, as they are spelt.
///
/// Read are long and short names of hives, `HKLM:\`, `Registry::` and `Computer\` before a hive, either slash, one separator
/// at the end. Of kernel names (`\REGISTRY\MACHINE\…`, `\REGISTRY\USER\…`) only those are read that have a slash in the name of
/// a key, as it is to the kernel: such a key has no other name. A space at the end belongs to the name.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub struct RegistryPath {
    hive: Hive,
    /// The names with a backslash between each two.
    keys: String,
}

impl RegistryPath {
    /// Reads a path.
    ///
    /// # Errors
    /// It is malformed, could be read in more than one way, or is over a limit.
    pub fn parse(text: &str) -> Result<Self, BadRegistryPath> {
        readable(text)?;
        if let Some(rest) = without(text, KERNEL).filter(|rest| rest.contains('/')) {
            return Self::below_kernel(rest);
        }
        let provider =
            without(text, "Registry::").or_else(|| without(text, r"Microsoft.PowerShell.Core\Registry::"));
        let (first, keys) = cut(provider.unwrap_or(text));
        if first.is_empty() {
            return Err(BadRegistryPath::Leading);
        }
        let (hive, keys) = if provider.is_none() && first.eq_ignore_ascii_case("Computer") {
            let (hive, keys) = cut(keys);
            (Hive::named(hive), keys)
        } else {
            let drive = || provider.is_none().then(|| Hive::drive(first)).flatten();
            (Hive::named(first).or_else(drive), keys)
        };
        // In a kernel name a slash is part of a key's name, everywhere else it is a separator.
        Self::new(hive.ok_or(BadRegistryPath::Hive)?, keys.replace('/', r"\"))
    }

    /// Reads a kernel name, `\REGISTRY\MACHINE\…` or `\REGISTRY\USER\…`.
    ///
    /// # Errors
    /// As [`parse`](Self::parse); it is no kernel name.
    pub fn of_kernel(name: &str) -> Result<Self, BadRegistryPath> {
        readable(name)?;
        Self::below_kernel(without(name, KERNEL).ok_or(BadRegistryPath::Hive)?)
    }

    fn below_kernel(rest: &str) -> Result<Self, BadRegistryPath> {
        let (hive, keys) = rest.split_once('\\').unwrap_or((rest, ""));
        let hive = match hive {
            _ if hive.eq_ignore_ascii_case("MACHINE") => Hive::LocalMachine,
            _ if hive.eq_ignore_ascii_case("USER") => Hive::Users,
            _ => return Err(BadRegistryPath::Hive),
        };
        Self::new(hive, keys.to_owned())
    }

    fn new(hive: Hive, mut keys: String) -> Result<Self, BadRegistryPath> {
        if keys.ends_with('\\') {
            keys.pop();
        } else if keys.is_empty() {
            return Ok(Self { hive, keys });
        }
        for (level, name) in split(&keys).enumerate() {
            match name {
                "" => return Err(BadRegistryPath::EmptyName),
                "." | ".." => return Err(BadRegistryPath::Dots),
                _ if name.len() > LONGEST_NAME && name.encode_utf16().count() > LONGEST_NAME => {
                    return Err(BadRegistryPath::LongName);
                }
                _ if level >= MOST_LEVELS => return Err(BadRegistryPath::Levels),
                _ => {}
            }
        }
        Ok(Self { hive, keys })
    }

    /// Where it begins.
    #[must_use]
    pub const fn hive(&self) -> Hive {
        self.hive
    }

    /// The names of keys below the hive, as they are spelt.
    pub fn keys(&self) -> impl Iterator<Item = &str> {
        split(&self.keys).filter(|name| !name.is_empty())
    }
}

fn readable(text: &str) -> Result<(), BadRegistryPath> {
    if text.is_empty() {
        return Err(BadRegistryPath::Empty);
    }
    if text.len() > LONGEST && text.encode_utf16().count() > LONGEST {
        return Err(BadRegistryPath::Long);
    }
    if has_unseen(text) { Err(BadRegistryPath::Character) } else { Ok(()) }
}

/// The hive of a path and what follows it.
fn cut(text: &str) -> (&str, &str) {
    let at = text.bytes().position(|byte| matches!(byte, b'\\' | b'/')).unwrap_or(text.len());
    (text.get(..at).unwrap_or_default(), text.get(at + 1..).unwrap_or_default())
}

/// The parts between backslashes: faster for the few bytes of a name than a search.
pub(super) fn split(text: &str) -> impl Iterator<Item = &str> {
    let mut rest = Some(text);
    std::iter::from_fn(move || {
        let text = rest?;
        let at = text.bytes().position(|byte| byte == b'\\');
        let (part, after) = match at {
            Some(at) => (text.get(..at)?, text.get(at + 1..)),
            None => (text, None),
        };
        rest = after;
        Some(part)
    })
}

/// What follows `prefix`, in any case.
fn without<'a>(text: &'a str, prefix: &str) -> Option<&'a str> {
    let first = |text: &str| text.as_bytes().first().map(u8::to_ascii_lowercase);
    let (head, rest) = text.split_at_checked(prefix.len()).filter(|_| first(text) == first(prefix))?;
    head.eq_ignore_ascii_case(prefix).then_some(rest)
}

/// Whether there is a control character, or one that changes how text is shown or is not shown at all.
pub(super) fn has_unseen(text: &str) -> bool {
    // Without a way out, for the compiler to take many bytes at once.
    let plain = text.bytes().fold(true, |plain, byte| plain & (byte.wrapping_sub(b' ') <= b'~' - b' '));
    !plain && text.chars().any(is_unseen)
}

fn is_unseen(c: char) -> bool {
    c.is_control()
        || is_format(c)
        || matches!(c, '\u{34f}' | '\u{17b4}' | '\u{17b5}' | '\u{180b}'..='\u{180f}' | '\u{fe00}'..='\u{fe0f}')
}

impl fmt::Display for RegistryPath {
    /// With the long name of its hive; as a kernel name where a key has a slash in its name. It reads back as it is.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let hive = match self.hive {
            Hive::LocalMachine if self.keys.contains('/') => r"\REGISTRY\MACHINE",
            Hive::Users if self.keys.contains('/') => r"\REGISTRY\USER",
            hive => hive.long(),
        };
        f.write_str(hive)?;
        if self.keys.is_empty() { Ok(()) } else { write!(f, "\\{}", self.keys) }
    }
}

impl From<RegistryPath> for String {
    fn from(path: RegistryPath) -> Self {
        path.to_string()
    }
}

impl TryFrom<String> for RegistryPath {
    type Error = BadRegistryPath;

    fn try_from(text: String) -> Result<Self, BadRegistryPath> {
        Self::parse(&text)
    }
}

impl FromStr for RegistryPath {
    type Err = BadRegistryPath;

    fn from_str(text: &str) -> Result<Self, BadRegistryPath> {
        Self::parse(text)
    }
}
