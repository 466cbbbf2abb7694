//! The particulars of operations on the registry.

use serde::{Deserialize, Serialize};

use crate::registry::{RegistryPath, SecretData, ValueType, View};

/// A key, as a caller names it.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct RegistryKey {
    /// Its path, in the caller's spelling.
    pub path: RegistryPath,
    /// Whose logical registry is meant.
    #[serde(default)]
    pub view: View,
}

/// For [`Operation::RegistryRead`](crate::Operation::RegistryRead).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RegistryReadRequest {
    /// The key.
    pub key: RegistryKey,
    /// Names of values, `""` for the default one. None where only the key itself is meant.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub values: Vec<String>,
    /// Whether to tell counts, class and the time of the last change.
    pub info: bool,
    /// Whether to tell who owns the key and who may do what.
    pub security: bool,
    /// Whether to give expand-strings a second time with their variables replaced.
    pub expand: bool,
}

/// For [`Operation::RegistryList`](crate::Operation::RegistryList).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RegistryListRequest {
    /// Where to begin.
    pub key: RegistryKey,
    /// Whether to list subkeys.
    pub keys: bool,
    /// Whether to list the values of `key`.
    pub values: bool,
    /// Levels of subkeys, at least 1.
    pub depth: u32,
    /// At most so many entries.
    pub limit: u32,
    /// Where the part before ended, as its reply says.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cursor: Option<String>,
    /// Whether more than `limit` is `LIMIT_EXCEEDED`, and not a part with a cursor.
    pub whole: bool,
    /// As for reading.
    pub expand: bool,
}

/// What a search compares, each in any case.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SearchFor {
    /// What contains this text.
    Text {
        /// The text; never empty.
        text: String,
        /// Whether in the names of keys.
        keys: bool,
        /// Whether in the names of values.
        names: bool,
        /// Whether in data that is text.
        data: bool,
    },
    /// Values of this type.
    Type(ValueType),
    /// Classes of COM whose server (`InprocServer32`, `LocalServer32`) contains this; all of them where it is empty.
    ClsidFor(String),
    /// The same for their libraries (`InprocServer32`) alone, in one answer: what else than the number of hits would end it early
    /// is `LIMIT_EXCEEDED`.
    LibraryFor(String),
}

/// For [`Operation::RegistrySearch`](crate::Operation::RegistrySearch).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RegistrySearchRequest {
    /// Where to begin; for classes of COM the key that holds `CLSID`, such as `HKLM\SOFTWARE\Classes`.
    pub key: RegistryKey,
    /// What to find.
    pub sought: SearchFor,
    /// At most so many hits, 1 to 1,000.
    pub limit: u32,
    /// Keys to look into at most, 1 to 100,000; the reply says where to go on.
    pub max_keys: u32,
    /// Where the part before ended, as its reply says.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cursor: Option<String>,
}

/// For [`Operation::RegistryExport`](crate::Operation::RegistryExport).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RegistryExportRequest {
    /// The key, with all below it.
    pub key: RegistryKey,
    /// At most so many bytes of text, 1,000 to 5,000,000.
    pub max_bytes: u32,
}

/// A value as it is to be.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ValueToWrite {
    /// Its name, `""` for the default one.
    pub name: String,
    /// Its type and data.
    pub data: SecretData,
}

/// For [`Operation::RegistryWrite`](crate::Operation::RegistryWrite): all of it or nothing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RegistryWriteRequest {
    /// The key.
    pub key: RegistryKey,
    /// The values, 0 to 100; none only where `create_key` is set.
    pub values: Vec<ValueToWrite>,
    /// Whether a key that is not there is created.
    pub create_key: bool,
}

/// What becomes of one key and its values.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum KeyChange {
    /// The key is created where it is not there, these values are written, then those deleted that are there.
    Write {
        /// To write.
        values: Vec<ValueToWrite>,
        /// To delete, by their names.
        delete: Vec<String>,
    },
    /// The key is deleted with all below it, where it is there.
    Delete,
}

/// For [`Operation::RegistryImport`](crate::Operation::RegistryImport): all of it, in this order, or nothing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RegistryImportRequest {
    /// The keys, at most 1,000.
    pub changes: Vec<(RegistryKey, KeyChange)>,
}

/// What is deleted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Deleted {
    /// Values by their names, 1 to 100: all of them or none.
    Values(Vec<String>),
    /// The key.
    Key {
        /// Whether with keys below it.
        recursive: bool,
        /// How many keys that has to be, its own counted; any number where none is given.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        keys: Option<u32>,
    },
}

/// For [`Operation::RegistryDelete`](crate::Operation::RegistryDelete).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RegistryDeleteRequest {
    /// The key.
    pub key: RegistryKey,
    /// What of it.
    pub what: Deleted,
}

/// For [`Operation::RegistryWait`](crate::Operation::RegistryWait).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RegistryWaitRequest {
    /// The key.
    pub key: RegistryKey,
    /// Only until this value is another, or comes or goes; any value or subkey of the key where none is given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub value: Option<String>,
    /// At most so many milliseconds, 1 to 60,000.
    pub timeout_ms: u32,
}
