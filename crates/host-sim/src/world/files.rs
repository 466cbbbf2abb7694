//! The files of a world.

use std::collections::BTreeMap;

use base64::{Engine, engine::general_purpose::STANDARD};
use model::ui::escape;
use serde_json::{Value, json};

use super::{reader::Spot, registry::bytes};

/// What stands under a path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum File {
    /// A file with text (UTF-8).
    Text(String),
    /// A file with any bytes.
    Bytes(Vec<u8>),
    /// A folder.
    Folder,
    /// A link and where it leads.
    Link(String),
}

/// Files and folders by their full paths, as they are spelt.
pub(crate) type Files = BTreeMap<String, File>;

pub(super) fn read(spot: &Spot<'_>) -> Files {
    let mut files = Files::new();
    let mut spelt = BTreeMap::new();
    for (path, spot) in spot.entries() {
        if !is_full(path) {
            spot.fault(format_args!("`{}` is not a full path such as C:\\a\\b.txt", escape(path, 200)));
        }
        if let Some(first) = spelt.insert(path.to_uppercase(), path) {
            spot.fault(format_args!("the same file as `{}`", escape(first, 200)));
        }
        files.extend(File::read(spot).map(|file| (path.to_owned(), file)));
    }
    files
}

pub(super) fn write(files: &Files) -> Value {
    Value::Object(files.iter().map(|(path, file)| (path.clone(), file.write())).collect())
}

fn is_full(path: &str) -> bool {
    let mut chars = path.chars();
    chars.next().is_some_and(|drive| drive.is_ascii_alphabetic())
        && chars.next() == Some(':')
        && chars.next() == Some('\\')
}

impl File {
    fn read(spot: Spot<'_>) -> Option<Self> {
        let mut fields = spot.fields()?;
        let mut kinds = Vec::new();
        kinds.extend(fields.text("text").map(Self::Text));
        kinds.extend(fields.get("base64").and_then(|spot| bytes(&spot)).map(Self::Bytes));
        if let Some(spot) = fields.get("dir") {
            match spot.flag() {
                Some(true) => kinds.push(Self::Folder),
                Some(false) => spot.fault("`dir` can only be true"),
                None => {}
            }
        }
        kinds.extend(fields.text("link").map(Self::Link));
        if kinds.len() != 1
            && ["text", "base64", "dir", "link"].iter().filter(|name| fields.has(name)).count() != 1
        {
            fields.spot.fault("give exactly one of text, base64, dir and link");
        }
        fields.end();
        kinds.pop()
    }

    fn write(&self) -> Value {
        match self {
            Self::Text(text) => json!({ "text": text }),
            Self::Bytes(bytes) => json!({ "base64": STANDARD.encode(bytes) }),
            Self::Folder => json!({ "dir": true }),
            Self::Link(target) => json!({ "link": target }),
        }
    }
}
