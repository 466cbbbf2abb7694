//! Which key a call names.

use model::{
    RegistryKey,
    registry::{BadRegistryPath, RegistryPath, View, value_name},
    ui::escape,
};
use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::Deserialize;

use crate::{arguments::Check, schema::one_of_numbers};

/// What names a key, for every tool that takes one.
#[derive(Debug, Default, Deserialize, JsonSchema)]
pub(crate) struct KeyArguments {
    /// HKCU\Software\App
    #[schemars(required)]
    path: Option<String>,
    /// Of 64-bit or 32-bit programs
    #[serde(default)]
    #[schemars(schema_with = "views", extend("default" = 64))]
    view: Option<u32>,
}

pub(super) fn views(_: &mut SchemaGenerator) -> Schema {
    one_of_numbers(&[64, 32])
}

impl KeyArguments {
    /// The key; what is wrong with its path is told to `check`.
    pub(crate) fn key(self, check: &mut Check) -> Option<RegistryKey> {
        let path = self.path?;
        let bad = |bad: BadRegistryPath| {
            check.refuse_as(bad.code(), "path", format!("`path` is \"{}\": {bad}", escape(&path, 80)));
        };
        let path = RegistryPath::parse(&path).map_err(bad).ok()?;
        Some(RegistryKey { path, view: view(self.view) })
    }
}

/// The view that is meant; the schema permits no other number.
pub(super) fn view(bits: Option<u32>) -> View {
    bits.and_then(|bits| View::of_bits(bits.into())).unwrap_or_default()
}

/// Names of values that stand below the argument `values`, checked.
pub(super) fn checked_names(names: &[String], check: &mut Check) {
    for (index, name) in names.iter().enumerate() {
        checked_name(name, &format!("values[{index}]"), check);
    }
}

/// The name of a value that is given as the argument `path`, checked.
pub(crate) fn checked_name(name: &str, path: &str, check: &mut Check) {
    if let Err(bad) = value_name(name) {
        check.refuse_as(bad.code(), path, format!("`{path}`: {bad}"));
    }
}
