//! From text to changes.
//!
//! Source: "How to add, modify, or delete registry subkeys and values by using a .reg file" of Microsoft, and what regedit
//! writes.

use std::fmt;

use thiserror::Error;

use super::{VERSION_4, VERSION_5};
use crate::{
    operation::registry::{KeyChange, RegistryKey, ValueToWrite},
    registry::{
        BadRegistryPath, BadValueName, Hive, RegistryData, RegistryPath, ValueType, View, upcase, value_name,
    },
};

/// Bytes of a text that are read.
pub const LARGEST_REG_FILE: usize = 5_000_000;
/// Keys that a text may name.
pub const MOST_REG_KEYS: usize = 1_000;
/// Faults that are told of one text.
const MOST_FAULTS: usize = 20;

/// What is wrong with a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum RegFault {
    /// The first line is none of the two that begin such a file.
    #[error("a .reg file begins with `{VERSION_5}` or `{VERSION_4}`")]
    Header,
    /// It is too large.
    #[error("the text has more than {LARGEST_REG_FILE} bytes")]
    Large,
    /// It names too many keys.
    #[error("the text names more than {MOST_REG_KEYS} keys")]
    Keys,
    /// It is neither a key nor a value.
    #[error("the line is no key (`[…]`), value (`\"name\"=…`, `@=…`) or comment (`;`)")]
    Line,
    /// A key's line does not end.
    #[error("the key does not end with `]`")]
    Open,
    /// A key has no such path.
    #[error("the key: {0}")]
    Key(BadRegistryPath),
    /// A key has a slash in its name, and no path can say so.
    #[error(
        "a key below this hive has a slash in its name; it is written below `HKEY_USERS` or `HKEY_LOCAL_MACHINE`"
    )]
    Slash,
    /// A value stands before any key.
    #[error("the value belongs to no key")]
    NoKey,
    /// A value stands below a key that is deleted.
    #[error("the value belongs to a key that is deleted")]
    Deleted,
    /// A text does not end on its line.
    #[error("the text in quotes does not end on its line; text with line breaks is written as `hex(1):`")]
    Quote,
    /// A backslash stands before something else than a backslash or a quote.
    #[error("in quotes a backslash stands before `\\` or `\"` only")]
    Escape,
    /// A value cannot be called that.
    #[error("{0}")]
    Name(BadValueName),
    /// There is no `=` after the name.
    #[error("`=` is missing after the value's name")]
    Equals,
    /// The data is of no form that there is.
    #[error("the data is none of `\"text\"`, `dword:`, `hex:`, `hex(N):` and `-`")]
    Data,
    /// No number of 32 bits.
    #[error("`dword:` takes 1 to 8 hexadecimal digits")]
    DWord,
    /// Not bytes.
    #[error("bytes are two hexadecimal digits each, with a comma between")]
    Bytes,
    /// No number of a type.
    #[error("the number of a type is hexadecimal, of 1 to 8 digits")]
    Type,
    /// It would make the key a link.
    #[error("links are not written")]
    Link,
    /// Something follows the data.
    #[error("something follows the data on its line")]
    Rest,
    /// Text of a code page that is not known here.
    #[error("text that is not ASCII stands in a `{VERSION_4}` file, whose code page is not known")]
    CodePage,
}

/// Everything that is wrong with a text, by its lines.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BadRegFile {
    /// The first faults, each with its line, from 1; at least one.
    pub faults: Vec<(usize, RegFault)>,
    /// How many more there are.
    pub more: usize,
}

impl BadRegFile {
    /// Whether nothing is wrong with it but that it is too much.
    #[must_use]
    pub fn is_too_much(&self) -> bool {
        self.faults.iter().all(|(_, fault)| matches!(fault, RegFault::Large | RegFault::Keys))
    }
}

impl fmt::Display for BadRegFile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (number, (line, fault)) in self.faults.iter().enumerate() {
            let joint = if number == 0 { "" } else { "; " };
            write!(f, "{joint}line {line}: {fault}")?;
        }
        if self.more > 0 { write!(f, "; and {} more", self.more) } else { Ok(()) }
    }
}

impl std::error::Error for BadRegFile {}

/// Reads the text of a `.reg` file as changes in its order; `view` says whose registry is meant.
///
/// # Errors
/// Every fault of the text at once.
pub fn read_reg_file(text: &str, view: View) -> Result<Vec<(RegistryKey, KeyChange)>, BadRegFile> {
    let mut reader = Reader { view, ansi: false, changes: Vec::new(), at: At::Nothing, faults: Vec::new() };
    if text.len() > LARGEST_REG_FILE {
        reader.faults.push((1, RegFault::Large));
    } else {
        reader.read(text.strip_prefix('\u{feff}').unwrap_or(text));
    }
    let Reader { changes, mut faults, .. } = reader;
    if faults.is_empty() {
        return Ok(changes);
    }
    let more = faults.len().saturating_sub(MOST_FAULTS);
    faults.truncate(MOST_FAULTS);
    Err(BadRegFile { faults, more })
}

/// What a value's line would belong to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum At {
    Nothing,
    /// The last key.
    Key,
    /// A key that is deleted.
    Deleted,
    /// A key whose line is faulty, which was told.
    Faulty,
}

struct Reader {
    view: View,
    /// Whether bytes of texts are in the code page of some machine.
    ansi: bool,
    changes: Vec<(RegistryKey, KeyChange)>,
    at: At,
    faults: Vec<(usize, RegFault)>,
}

/// What becomes of a value.
enum Becomes {
    Written(RegistryData),
    Deleted,
}

impl Reader {
    fn read(&mut self, text: &str) {
        let mut lines = text.lines().map(|line| line.trim_end_matches('\r')).zip(1..);
        match lines.next().map(|(line, _)| line.trim_end()) {
            Some(VERSION_5) => {}
            Some(VERSION_4) => self.ansi = true,
            _ => return self.faults.push((1, RegFault::Header)),
        }
        while let Some((line, number)) = lines.next() {
            let line = line.trim_matches([' ', '\t']);
            if line.is_empty() || line.starts_with(';') {
                continue;
            }
            // Only bytes go on after a backslash; in a text in quotes it stands before the end.
            let mut whole = line.to_owned();
            while whole.ends_with('\\') && is_bytes(&whole) {
                whole.pop();
                let Some((next, _)) = lines.next() else { break };
                whole.push_str(next.trim_matches([' ', '\t']));
            }
            if let Err(fault) = self.line(&whole) {
                self.faults.push((number, fault));
            }
        }
    }

    fn line(&mut self, line: &str) -> Result<(), RegFault> {
        match line.strip_prefix('[') {
            Some(key) => {
                self.at = At::Faulty;
                self.key(key)
            }
            None => self.value(line),
        }
    }

    fn key(&mut self, line: &str) -> Result<(), RegFault> {
        let (path, rest) = line.rsplit_once(']').ok_or(RegFault::Open)?;
        ends(rest)?;
        let (path, deleted) = path.strip_prefix('-').map_or((path, false), |path| (path, true));
        let path = path_of(path)?;
        if self.changes.len() == MOST_REG_KEYS {
            return Err(RegFault::Keys);
        }
        let change = if deleted {
            KeyChange::Delete
        } else {
            KeyChange::Write { values: Vec::new(), delete: Vec::new() }
        };
        self.at = if deleted { At::Deleted } else { At::Key };
        self.changes.push((RegistryKey { path, view: self.view }, change));
        Ok(())
    }

    fn value(&mut self, line: &str) -> Result<(), RegFault> {
        let (name, rest) = match line.strip_prefix('@') {
            Some(rest) => (String::new(), rest),
            None => quoted(line.strip_prefix('"').ok_or(RegFault::Line)?)?,
        };
        value_name(&name).map_err(RegFault::Name)?;
        let data = rest.trim_start().strip_prefix('=').ok_or(RegFault::Equals)?;
        let becomes = self.data(data.trim_start())?;
        match self.at {
            At::Nothing => return Err(RegFault::NoKey),
            At::Deleted => return Err(RegFault::Deleted),
            At::Key | At::Faulty => {}
        }
        if let (At::Key, Some((_, KeyChange::Write { values, delete }))) = (self.at, self.changes.last_mut())
        {
            // Of several lines about one value the last counts.
            let folded = upcase(&name);
            values.retain(|value| upcase(&value.name) != folded);
            delete.retain(|name| upcase(name) != folded);
            match becomes {
                Becomes::Written(data) => values.push(ValueToWrite { name, data: data.into() }),
                Becomes::Deleted => delete.push(name),
            }
        }
        Ok(())
    }

    fn data(&self, data: &str) -> Result<Becomes, RegFault> {
        let written = |kind, bytes| Ok(Becomes::Written(RegistryData { kind, bytes }));
        if let Some(rest) = data.strip_prefix('-') {
            return ends(rest).map(|()| Becomes::Deleted);
        }
        if let Some(text) = data.strip_prefix('"') {
            let (text, rest) = quoted(text)?;
            ends(rest)?;
            return Ok(Becomes::Written(RegistryData::text(ValueType::String, &text)));
        }
        if let Some(number) = without(data, "dword:") {
            let (number, rest) = cut(number);
            ends(rest)?;
            let number = hexadecimal(number).ok_or(RegFault::DWord)?;
            return written(ValueType::DWord, number.to_le_bytes().to_vec());
        }
        let rest = without(data, "hex").ok_or(RegFault::Data)?;
        let (kind, rest) = match rest.strip_prefix('(') {
            None => (ValueType::Binary, rest),
            Some(rest) => {
                let (number, rest) = rest.split_once(')').ok_or(RegFault::Data)?;
                (ValueType::of_number(hexadecimal(number).ok_or(RegFault::Type)?), rest)
            }
        };
        let (digits, rest) = cut(rest.strip_prefix(':').ok_or(RegFault::Data)?);
        ends(rest)?;
        let bytes = bytes(digits)?;
        match kind {
            ValueType::Link => Err(RegFault::Link),
            ValueType::String | ValueType::ExpandString | ValueType::MultiString if self.ansi => {
                written(kind, wide(&bytes)?)
            }
            kind => written(kind, bytes),
        }
    }
}

/// The path of a key's line, in which a slash is part of a name: else it separates in all paths but those of the kernel.
fn path_of(written: &str) -> Result<RegistryPath, RegFault> {
    let path = RegistryPath::parse(written).map_err(RegFault::Key)?;
    if !written.contains('/') || written.starts_with('\\') {
        return Ok(path);
    }
    let (_, keys) = written.split_once('\\').ok_or(RegFault::Slash)?;
    let kernel = match path.hive() {
        Hive::LocalMachine => format!(r"\REGISTRY\MACHINE\{keys}"),
        Hive::Users => format!(r"\REGISTRY\USER\{keys}"),
        Hive::CurrentUser | Hive::ClassesRoot | Hive::CurrentConfig => return Err(RegFault::Slash),
    };
    RegistryPath::parse(&kernel).map_err(RegFault::Key)
}

/// Whether what follows the name of a value, or stands alone, are bytes.
fn is_bytes(line: &str) -> bool {
    let rest = match line.strip_prefix('@') {
        Some(rest) => rest,
        None => match line.strip_prefix('"').map(quoted) {
            Some(Ok((_, rest))) => rest,
            _ => return false,
        },
    };
    let data = rest.trim_start().strip_prefix('=').map(str::trim_start);
    data.is_some_and(|data| without(data, "hex").is_some())
}

/// The text up to the quote that ends it, and what follows that.
fn quoted(text: &str) -> Result<(String, &str), RegFault> {
    let mut read = String::with_capacity(text.len());
    let mut chars = text.char_indices();
    while let Some((at, c)) = chars.next() {
        match c {
            '"' => return Ok((read, text.get(at + 1..).unwrap_or_default())),
            '\\' => match chars.next() {
                Some((_, c @ ('\\' | '"'))) => read.push(c),
                Some(_) => return Err(RegFault::Escape),
                None => return Err(RegFault::Quote),
            },
            c => read.push(c),
        }
    }
    Err(RegFault::Quote)
}

/// What stands before a comment, and the comment.
fn cut(text: &str) -> (&str, &str) {
    let (data, rest) = text.split_at(text.find(';').unwrap_or(text.len()));
    (data.trim_end(), rest)
}

/// Nothing but a comment follows.
fn ends(rest: &str) -> Result<(), RegFault> {
    let rest = rest.trim_start();
    if rest.is_empty() || rest.starts_with(';') { Ok(()) } else { Err(RegFault::Rest) }
}

/// What follows `prefix`, in any case.
fn without<'a>(text: &'a str, prefix: &str) -> Option<&'a str> {
    let (head, rest) = text.split_at_checked(prefix.len())?;
    head.eq_ignore_ascii_case(prefix).then_some(rest)
}

fn hexadecimal(digits: &str) -> Option<u32> {
    let all = matches!(digits.len(), 1..=8) && digits.bytes().all(|digit| digit.is_ascii_hexdigit());
    all.then(|| u32::from_str_radix(digits, 16).ok()).flatten()
}

fn bytes(digits: &str) -> Result<Vec<u8>, RegFault> {
    if digits.is_empty() {
        return Ok(Vec::new());
    }
    let byte = |pair: &str| {
        let pair = pair.trim_matches([' ', '\t']);
        let two = pair.len() == 2 && pair.bytes().all(|digit| digit.is_ascii_hexdigit());
        two.then(|| u8::from_str_radix(pair, 16).ok()).flatten().ok_or(RegFault::Bytes)
    };
    digits.split(',').map(byte).collect()
}

/// Bytes of text as UTF-16.
fn wide(bytes: &[u8]) -> Result<Vec<u8>, RegFault> {
    if bytes.is_ascii() {
        Ok(bytes.iter().flat_map(|byte| [*byte, 0]).collect())
    } else {
        Err(RegFault::CodePage)
    }
}
