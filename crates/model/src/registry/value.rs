//! Names and types of values.

use std::fmt;

use thiserror::Error;

use super::path::has_unseen;
use crate::Code;

/// The value by which a key is a link.
pub const LINK_VALUE: &str = "SymbolicLinkValue";

/// UTF-16 units that the name of a value has at most.
pub const LONGEST_VALUE_NAME: u64 = 16_383;

/// Why a text is no name of a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum BadValueName {
    /// It holds a control character, or one that is not seen.
    #[error("the value's name holds a control character, or one that is not seen")]
    Character,
    /// It is too long.
    #[error("the value's name is longer than {LONGEST_VALUE_NAME} characters")]
    Long,
}

impl BadValueName {
    /// The code of the failed call.
    #[must_use]
    pub const fn code(self) -> Code {
        match self {
            Self::Character => Code::InvalidArgument,
            Self::Long => Code::LimitExceeded,
        }
    }
}

/// Checks a value's name as a caller gives it; the default value has the name `""`.
///
/// # Errors
/// It cannot be one.
pub fn value_name(name: &str) -> Result<(), BadValueName> {
    if has_unseen(name) {
        return Err(BadValueName::Character);
    }
    let units: usize = name.chars().map(char::len_utf16).sum();
    if u64::try_from(units).is_ok_and(|units| units <= LONGEST_VALUE_NAME) {
        Ok(())
    } else {
        Err(BadValueName::Long)
    }
}

/// A text that names no type of values.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("there is no such type of values; known: {}", ValueType::KNOWN)]
pub struct UnknownValueType;

/// The type of a value's data.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ValueType {
    /// `REG_NONE`: bytes that mean nothing.
    None,
    /// `REG_SZ`.
    String,
    /// `REG_EXPAND_SZ`: with names of environment variables, `%TEMP%`.
    ExpandString,
    /// `REG_BINARY`.
    Binary,
    /// `REG_DWORD`: 32 bits.
    DWord,
    /// `REG_LINK`: where a key that is a link leads.
    Link,
    /// `REG_MULTI_SZ`: several texts.
    MultiString,
    /// `REG_QWORD`: 64 bits.
    QWord,
    /// Any other, by its number.
    Other(u32),
}

impl ValueType {
    /// The types that have a name, for people.
    const KNOWN: &'static str = "String, ExpandString, MultiString, DWord, QWord, Binary, None";

    const ALL: [(Self, u32, &'static str, &'static str); 8] = [
        (Self::None, 0, "None", "REG_NONE"),
        (Self::String, 1, "String", "REG_SZ"),
        (Self::ExpandString, 2, "ExpandString", "REG_EXPAND_SZ"),
        (Self::Binary, 3, "Binary", "REG_BINARY"),
        (Self::DWord, 4, "DWord", "REG_DWORD"),
        (Self::Link, 6, "Link", "REG_LINK"),
        (Self::MultiString, 7, "MultiString", "REG_MULTI_SZ"),
        (Self::QWord, 11, "QWord", "REG_QWORD"),
    ];

    /// The type called `name`, in any case: `String` or `REG_SZ`.
    ///
    /// # Errors
    /// There is none.
    pub fn named(name: &str) -> Result<Self, UnknownValueType> {
        let is = |known: &str| name.eq_ignore_ascii_case(known);
        let found = Self::ALL.into_iter().find(|(_, _, short, long)| is(short) || is(long));
        found.map(|(kind, ..)| kind).ok_or(UnknownValueType)
    }

    /// The type of this number, as the system has it.
    #[must_use]
    pub fn of_number(number: u32) -> Self {
        let found = Self::ALL.into_iter().find(|(_, known, ..)| *known == number);
        found.map_or(Self::Other(number), |(kind, ..)| kind)
    }

    /// Its number.
    #[must_use]
    pub fn number(self) -> u32 {
        match self {
            Self::Other(number) => number,
            kind => {
                Self::ALL.into_iter().find(|(known, ..)| *known == kind).map_or(0, |(_, number, ..)| number)
            }
        }
    }

    /// Its short name; `Unknown` for one that has none.
    #[must_use]
    pub fn name(self) -> &'static str {
        Self::ALL.iter().find(|(kind, ..)| *kind == self).map_or("Unknown", |(_, _, name, _)| name)
    }
}

impl fmt::Display for ValueType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
