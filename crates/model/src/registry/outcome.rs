//! What operations on the registry bring.

use serde::{Deserialize, Serialize};

use super::RegistryData;

/// A value as it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RegistryValue {
    /// Its name, `""` for the default one.
    pub name: String,
    /// Its type and data; none where the gate took it out for a secret.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub data: Option<RegistryData>,
    /// An expand-string with its variables replaced, where that was asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expanded: Option<String>,
}

/// What is known of a key.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RegistryKeyInfo {
    /// Its path in the caller's spelling, with the long name of the hive.
    pub path: String,
    /// How many subkeys it has, those that may not be seen left out.
    pub subkeys: u32,
    /// The first of their names, those that may not be seen left out.
    pub subkey_names: Vec<String>,
    /// How many values it has.
    pub values: u32,
    /// When it was last changed, milliseconds since 1970; nothing where the machine does not tell.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_write_ms: Option<i64>,
    /// Its class, where it has one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub class: Option<String>,
    /// Owner and access list in words, where asked for and readable.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub security: Option<String>,
    /// What else there is to say.
    #[serde(default)]
    pub notes: RegistryNotes,
}

/// What a reply says beside what it was asked.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct RegistryNotes {
    /// Keys below which others were left out that need approval, in the caller's spelling, with the long name of the hive; at most
    /// 20.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub need_approval: Vec<String>,
    /// Whether keys lie deeper than the walk was let go.
    #[serde(default)]
    pub deeper: bool,
}

/// A hit of a search.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RegistryHit {
    /// The key's path, with the long name of the hive.
    pub path: String,
    /// The value, where it is one that was found.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub value: Option<RegistryValue>,
    /// The class, where a search for classes found it: `{…}`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub clsid: Option<String>,
}

/// One value that was, or would be, changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ValueChange {
    /// The key's path, with the long name of the hive.
    pub path: String,
    /// The value's name.
    pub name: String,
    /// What it was; none where it was not there, or was taken out for a secret.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub before: Option<RegistryData>,
    /// What it is; none where it is gone, or was taken out for a secret.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub after: Option<RegistryData>,
}

/// What an operation on the registry brought.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RegistryOutcome {
    /// For `registry_read`.
    Read {
        /// The key's path, with the long name of the hive.
        path: String,
        /// The values that were asked for.
        values: Vec<RegistryValue>,
        /// The key, where it was asked for.
        info: Option<RegistryKeyInfo>,
    },
    /// For `registry_list`.
    List {
        /// The key's path, with the long name of the hive.
        path: String,
        /// Subkeys by their paths relative to it, each before those below it.
        keys: Vec<String>,
        /// Its values.
        values: Vec<RegistryValue>,
        /// Where to go on, where there is more.
        cursor: Option<String>,
        /// What else there is to say.
        notes: RegistryNotes,
    },
    /// For `registry_search`.
    Found {
        /// What was found.
        hits: Vec<RegistryHit>,
        /// How many keys were looked into.
        keys: u32,
        /// Where to go on, where there is more.
        cursor: Option<String>,
        /// What else there is to say.
        notes: RegistryNotes,
    },
    /// For `registry_export`.
    Exported {
        /// The text of a `.reg` file.
        text: String,
        /// How many keys stand in it.
        keys: u32,
        /// Values that were taken out for secrets.
        withheld: u32,
        /// What else there is to say.
        notes: RegistryNotes,
    },
    /// For what changes something: what was done, or for a dry run what would be.
    Changed {
        /// Keys that were created, each before those below it.
        created: Vec<String>,
        /// Keys that were deleted, each before those below it.
        deleted: Vec<String>,
        /// Values that were changed, at most 1,000 of them.
        values: Vec<ValueChange>,
        /// How many more values were changed.
        more: u32,
    },
    /// For `registry_wait`.
    Waited {
        /// After how many milliseconds.
        elapsed_ms: u64,
    },
}
