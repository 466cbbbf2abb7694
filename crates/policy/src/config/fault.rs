//! What is wrong with a configuration, with its place.

use std::{error::Error, fmt, ops::Range};

/// One fault.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// The file, variable or option, as the person knows it.
    pub origin: String,
    /// Where in it, with the line as it stands there; none for what has no lines.
    pub place: Option<Place>,
    /// What is wrong and what would be right.
    pub message: String,
}

/// A place in a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// From 1.
    pub line: usize,
    /// From 1, in characters.
    pub column: usize,
    /// How many characters are meant, at least 1.
    pub length: usize,
    /// The line's text.
    pub text: String,
}

impl Place {
    /// The place of `range` (bytes) in `source`.
    pub(crate) fn of(source: &str, range: Range<usize>) -> Self {
        let at = source.floor_char_boundary(range.start);
        let (before, after) = source.split_at_checked(at).unwrap_or((source, ""));
        let start = before.rfind('\n').map_or(0, |newline| newline + 1);
        let head = before.get(start..).unwrap_or_default();
        let tail = after.split(['\n', '\r']).next().unwrap_or_default();
        let meant = after.get(..range.len()).unwrap_or(tail).split(['\n', '\r']).next().unwrap_or_default();
        Self {
            line: before.matches('\n').count() + 1,
            column: head.chars().count() + 1,
            length: meant.chars().count().max(1),
            text: format!("{head}{tail}"),
        }
    }
}

impl Place {
    /// The beginning of line number `line`, from 1.
    pub(crate) fn of_line(source: &str, line: usize) -> Self {
        let text = source.lines().nth(line.saturating_sub(1)).unwrap_or_default().to_owned();
        Self { line, column: 1, length: text.chars().count().max(1), text }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Some(Place { line, column, length, text }) = &self.place else {
            return write!(f, "{}: {}", self.origin, self.message);
        };
        let gutter = line.to_string().len();
        writeln!(f, "{}:{line}:{column}: {}", self.origin, self.message)?;
        writeln!(f, "{:gutter$} |", "")?;
        writeln!(f, "{line} | {text}")?;
        write!(f, "{:gutter$} | {:indent$}{}", "", "", "^".repeat(*length), indent = column - 1)
    }
}

/// All faults of a configuration at once; at least one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Faults(pub Vec<Fault>);

impl fmt::Display for Faults {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let faults: Vec<String> = self.0.iter().map(Fault::to_string).collect();
        f.write_str(&faults.join("\n\n"))
    }
}

impl Error for Faults {}
