//! From keys and values to text.

use std::fmt::Write as _;

use super::VERSION_5;
use crate::registry::{Hive, RegistryData, ValueType};

/// Columns after which bytes go on on the next line, as in what regedit writes.
const FOLD: usize = 77;

/// The text of a file that grows key by key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RegFile(String);

impl Default for RegFile {
    fn default() -> Self {
        Self(format!("{VERSION_5}\r\n"))
    }
}

impl RegFile {
    /// Adds a key, by its path with the long name of its hive, or by its kernel name. Whether that can be written: a name with
    /// control characters has no form in such files, and is left out with all below it.
    #[must_use = "where it is not there, its values would be those of the key before"]
    pub fn key(&mut self, path: &str) -> bool {
        if path.chars().any(char::is_control) {
            return false;
        }
        let (hive, rest) =
            match (path.strip_prefix(r"\REGISTRY\MACHINE"), path.strip_prefix(r"\REGISTRY\USER")) {
                (Some(rest), _) => (Hive::LocalMachine.long(), rest),
                (None, Some(rest)) => (Hive::Users.long(), rest),
                (None, None) => ("", path),
            };
        // Writing to a String cannot fail, here and below.
        let _ = write!(self.0, "\r\n[{hive}{rest}]\r\n");
        true
    }

    /// Adds a value to the last key. Whether its name can be written, as for a key.
    pub fn value(&mut self, name: &str, data: &RegistryData) -> bool {
        if name.chars().any(char::is_control) {
            return false;
        }
        let name = if name.is_empty() { "@".to_owned() } else { quoted(name) };
        match plain(data) {
            Some(plain) => {
                let _ = write!(self.0, "{name}={plain}\r\n");
            }
            None => self.bytes(&name, data),
        }
        true
    }

    /// Adds a line that says something to who reads it: a comment.
    pub fn comment(&mut self, text: &str) {
        let _ = write!(self.0, "; {}\r\n", crate::ui::escape(text, 1_000));
    }

    /// Bytes of text so far, in UTF-8.
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Never: there is a first line.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The text, its lines ended by carriage return and line feed.
    #[must_use]
    pub fn text(mut self) -> String {
        self.0.push_str("\r\n");
        self.0
    }

    fn bytes(&mut self, name: &str, data: &RegistryData) {
        let kind = match data.kind {
            ValueType::Binary => String::new(),
            kind => format!("({:x})", kind.number()),
        };
        let begins = format!("{name}=hex{kind}:");
        let mut column = begins.encode_utf16().count();
        self.0.push_str(&begins);
        let last = data.bytes.len().saturating_sub(1);
        for (at, byte) in data.bytes.iter().enumerate() {
            let _ = write!(self.0, "{byte:02x}");
            if at == last {
                break;
            }
            self.0.push(',');
            column += 3;
            if column >= FOLD {
                self.0.push_str("\\\r\n  ");
                column = 2;
            }
        }
        self.0.push_str("\r\n");
    }
}

/// The data on one line, where that says every byte of it.
fn plain(data: &RegistryData) -> Option<String> {
    match data.kind {
        ValueType::DWord => data.as_number().map(|number| format!("dword:{number:08x}")),
        ValueType::String => {
            let text = data.as_text()?;
            let same = RegistryData::text(ValueType::String, &text) == *data;
            (same && !text.chars().any(char::is_control)).then(|| quoted(&text))
        }
        ValueType::None
        | ValueType::ExpandString
        | ValueType::Binary
        | ValueType::Link
        | ValueType::MultiString
        | ValueType::QWord
        | ValueType::Other(_) => None,
    }
}

fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', r"\\").replace('"', "\\\""))
}
