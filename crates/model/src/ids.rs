//! The short ids an agent sees and gives back: `w3`, `e41`, `s7`, `p2`.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};
use thiserror::Error;

/// A text that is not an id of the wanted kind.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("`{given}` is not a {what} such as `{example}`")]
pub struct BadRef {
    given: String,
    what: &'static str,
    example: &'static str,
}

macro_rules! id {
    ($(#[$doc:meta])* $name:ident, $letter:literal, $what:literal) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[serde(into = "String", try_from = "String")]
        pub struct $name(u32);

        impl $name {
            /// The id with this number.
            #[must_use]
            pub const fn new(number: u32) -> Self {
                Self(number)
            }

            /// Its number, unique within its kind for the life of a server.
            #[must_use]
            pub const fn number(self) -> u32 {
                self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!($letter, "{}"), self.0)
            }
        }

        impl From<$name> for String {
            fn from(id: $name) -> Self {
                id.to_string()
            }
        }

        impl FromStr for $name {
            type Err = BadRef;

            fn from_str(text: &str) -> Result<Self, BadRef> {
                text.strip_prefix($letter)
                    .filter(|digits| digits.bytes().all(|b| b.is_ascii_digit()) && !digits.starts_with('0'))
                    .and_then(|digits| digits.parse().ok())
                    .map(Self)
                    .ok_or_else(|| BadRef {
                        given: text.chars().take(64).collect(),
                        what: $what,
                        example: concat!($letter, "3"),
                    })
            }
        }

        impl TryFrom<String> for $name {
            type Error = BadRef;

            fn try_from(text: String) -> Result<Self, BadRef> {
                text.parse()
            }
        }
    };
}

id!(
    /// Names a top-level window: `w3`. Given once, never reused while the server runs.
    WindowRef, "w", "window ref"
);
id!(
    /// Names an element of a window: `e41`. Given once, never reused while the server runs.
    ElementRef, "e", "element ref"
);
id!(
    /// Names a snapshot, for `since`: `s7`.
    SnapshotId, "s", "snapshot id"
);
id!(
    /// Names a picture whose pixels can be given as coordinates: `p2`.
    PictureId, "p", "picture id"
);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_ref_reads_back_as_written() {
        assert_eq!("e41".parse::<ElementRef>().unwrap(), ElementRef::new(41));
        assert_eq!(ElementRef::new(41).to_string(), "e41");
    }

    #[test]
    fn what_is_not_a_ref_is_refused() {
        for text in ["", "e", "e-1", "e0", "e01", "E3", "w3", "e3 ", "e99999999999", "e+3"] {
            assert!(text.parse::<ElementRef>().is_err(), "{text:?}");
        }
    }
}
