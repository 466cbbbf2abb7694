//! The registry part of a world: read, checked and written.
//!
//! Data that its type does not fit is written with the number of the type and its bytes, `[1, "YQ=="]`.

use std::collections::BTreeMap;

use base64::{Engine, engine::general_purpose::STANDARD};
use model::{
    registry::{RegistryData, RegistryPath, ValueType, upcase},
    ui::escape,
};
use serde_json::{Map, Value, json};

use super::{reader::Spot, write::put};

/// Hives by the names a world may begin a key with.
const HIVES: [&str; 10] = [
    "HKEY_LOCAL_MACHINE",
    "HKEY_CURRENT_USER",
    "HKEY_CLASSES_ROOT",
    "HKEY_USERS",
    "HKEY_CURRENT_CONFIG",
    "HKLM",
    "HKCU",
    "HKCR",
    "HKU",
    "HKCC",
];

/// At most so many values, subkeys or bytes are generated in one key.
const MAX_GENERATED: u32 = 64_000_000;

/// A value's data, by its type.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Data {
    /// `REG_SZ`.
    String(String),
    /// `REG_EXPAND_SZ`.
    ExpandString(String),
    /// `REG_DWORD`.
    DWord(u32),
    /// `REG_QWORD`.
    QWord(u64),
    /// `REG_BINARY`.
    Binary(Vec<u8>),
    /// `REG_MULTI_SZ`.
    MultiString(Vec<String>),
    /// `REG_NONE`.
    None(Vec<u8>),
    /// Any other, or one whose data does not fit it, by the type's number.
    Other(u32, Vec<u8>),
}

/// Values and subkeys that stand in a key without being written out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Generated {
    pub(crate) values: u32,
    pub(crate) subkeys: u32,
    pub(crate) value_bytes: u32,
}

/// The registry.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Registry {
    /// Keys as they are spelt, with their values.
    pub(crate) keys: BTreeMap<String, BTreeMap<String, Data>>,
    /// Links and where they lead.
    pub(crate) links: BTreeMap<String, String>,
    pub(crate) current_control_set: Option<u32>,
    /// Keys that both WOW64 views share.
    pub(crate) wow64_shared: Vec<String>,
    pub(crate) generate: BTreeMap<String, Generated>,
    /// After so many changes its worker is lost, once.
    pub(crate) breaks_off_after: Option<u32>,
}

impl Registry {
    pub(super) fn read(spot: Spot<'_>) -> Option<Self> {
        let mut fields = spot.fields()?;
        let mut registry = Self::default();
        if let Some(keys) = fields.get("keys") {
            let mut spelt = BTreeMap::new();
            for (path, spot) in keys.entries() {
                check_key(path, &spot);
                if let Some(first) = spelt.insert(long(path), path) {
                    spot.fault(format_args!("the same key as `{}`", escape(first, 200)));
                }
                registry.keys.insert(path.to_owned(), values(&spot));
            }
        }
        if let Some(links) = fields.get("links") {
            for (path, spot) in links.entries() {
                check_key(path, &spot);
                let Some(target) = spot.text() else { continue };
                check_key(target, &spot);
                if long(path) == long(target) {
                    spot.fault("the link leads to itself");
                }
                registry.links.insert(path.to_owned(), target.to_owned());
            }
        }
        registry.current_control_set =
            fields.get("current_control_set").and_then(|spot| spot.whole(1..=999)?.try_into().ok());
        for spot in fields.get("wow64_shared").map(|spot| spot.items()).unwrap_or_default() {
            let Some(path) = spot.text() else { continue };
            check_key(path, &spot);
            registry.wow64_shared.push(path.to_owned());
        }
        if let Some(generate) = fields.get("generate") {
            for (path, spot) in generate.entries() {
                check_key(path, &spot);
                registry.generate.extend(Generated::read(spot).map(|generated| (path.to_owned(), generated)));
            }
        }
        registry.breaks_off_after = fields.get("breaks_off_after").and_then(|spot| spot.count(u32::MAX));
        fields.end();
        Some(registry)
    }

    pub(super) fn write(&self) -> Value {
        let mut map = Map::new();
        let keys: Map<String, Value> =
            self.keys.iter().map(|(path, values)| (path.clone(), written(values))).collect();
        put(&mut map, "keys", Value::Object(keys));
        if let Some(changes) = self.breaks_off_after {
            put(&mut map, "breaks_off_after", json!(changes));
        }
        if !self.links.is_empty() {
            put(&mut map, "links", json!(self.links));
        }
        if let Some(number) = self.current_control_set {
            put(&mut map, "current_control_set", json!(number));
        }
        if !self.wow64_shared.is_empty() {
            put(&mut map, "wow64_shared", json!(self.wow64_shared));
        }
        if !self.generate.is_empty() {
            let generate: Map<String, Value> =
                self.generate.iter().map(|(path, generated)| (path.clone(), generated.write())).collect();
            put(&mut map, "generate", Value::Object(generate));
        }
        Value::Object(map)
    }
}

/// Notes what is wrong with a key's path.
fn check_key(path: &str, spot: &Spot<'_>) {
    let mut parts = path.split('\\');
    let hive = parts.next().unwrap_or_default();
    if !HIVES.iter().any(|known| known.eq_ignore_ascii_case(hive)) {
        spot.fault(format_args!(
            "`{}` is no hive; known: {}",
            escape(hive, 60),
            HIVES.get(..5).unwrap_or_default().join(", ")
        ));
    }
    if parts.any(str::is_empty) {
        spot.fault("a part of the key has no name");
        return;
    }
    // In a kernel name, as here, only a backslash separates.
    let below = path.split_once('\\').map_or_else(String::new, |(_, rest)| format!(r"\{rest}"));
    if let Err(bad) = RegistryPath::of_kernel(&format!(r"\REGISTRY\MACHINE{below}")) {
        spot.fault(format_args!("the key: {bad}"));
    }
}

/// A key with the long name of its hive, in upper case: two of these are one key.
fn long(path: &str) -> String {
    let (hive, rest) = path.split_once('\\').unwrap_or((path, ""));
    let long = RegistryPath::parse(hive).map_or(hive, |hive| hive.hive().long());
    upcase(&format!(r"{long}\{rest}")).into_owned()
}

fn values(spot: &Spot<'_>) -> BTreeMap<String, Data> {
    let mut values = BTreeMap::new();
    let mut spelt = BTreeMap::new();
    for (name, spot) in spot.entries() {
        if let Some(first) = spelt.insert(upcase(name), name) {
            spot.fault(format_args!("the same value as `{}`", escape(first, 200)));
        }
        values.extend(Data::read(&spot).map(|data| (name.to_owned(), data)));
    }
    values
}

fn written(values: &BTreeMap<String, Data>) -> Value {
    Value::Object(values.iter().map(|(name, data)| (name.clone(), data.write())).collect())
}

impl Data {
    fn read(spot: &Spot<'_>) -> Option<Self> {
        let [kind, data] = spot.exactly()?;
        if kind.raw().is_number() {
            return Some(Self::Other(kind.count(u32::MAX)?, bytes(&data)?));
        }
        Some(match kind.text()? {
            "String" => Self::String(data.text()?.to_owned()),
            "ExpandString" => Self::ExpandString(data.text()?.to_owned()),
            "DWord" => Self::DWord(data.count(u32::MAX)?),
            "QWord" => Self::QWord(data.unsigned()?),
            "Binary" => Self::Binary(bytes(&data)?),
            "MultiString" => Self::MultiString(
                data.items().iter().map(|item| item.text().map(str::to_owned)).collect::<Option<_>>()?,
            ),
            "None" if data.raw().is_null() => Self::None(Vec::new()),
            "None" => Self::None(bytes(&data)?),
            other => {
                kind.fault(format_args!(
                    "`{}` is no type; known: String, ExpandString, DWord, QWord, Binary, MultiString, None",
                    escape(other, 40)
                ));
                return None;
            }
        })
    }

    /// What the registry holds for it.
    pub(crate) fn data(&self) -> RegistryData {
        let of = |kind, bytes: &[u8]| RegistryData { kind, bytes: bytes.to_vec() };
        match self {
            Self::String(text) => RegistryData::text(ValueType::String, text),
            Self::ExpandString(text) => RegistryData::text(ValueType::ExpandString, text),
            Self::DWord(number) => of(ValueType::DWord, &number.to_le_bytes()),
            Self::QWord(number) => of(ValueType::QWord, &number.to_le_bytes()),
            Self::Binary(bytes) => of(ValueType::Binary, bytes),
            Self::MultiString(items) => {
                RegistryData::texts(items.iter().map(String::as_str)).unwrap_or_else(|_| {
                    let units = items.iter().flat_map(|item| item.encode_utf16().chain([0])).chain([0]);
                    of(ValueType::MultiString, &units.flat_map(u16::to_le_bytes).collect::<Vec<_>>())
                })
            }
            Self::None(bytes) => of(ValueType::None, bytes),
            Self::Other(kind, bytes) => of(ValueType::of_number(*kind), bytes),
        }
    }

    /// How the world writes what the registry holds.
    pub(crate) fn of(data: &RegistryData) -> Self {
        let other = || Self::Other(data.kind.number(), data.bytes.clone());
        let written = match data.kind {
            ValueType::String => data.as_text().map(Self::String),
            ValueType::ExpandString => data.as_text().map(Self::ExpandString),
            ValueType::DWord => data.as_number().and_then(|number| number.try_into().ok()).map(Self::DWord),
            ValueType::QWord => data.as_number().map(Self::QWord),
            ValueType::Binary => Some(Self::Binary(data.bytes.clone())),
            ValueType::MultiString => data.as_texts().map(Self::MultiString),
            ValueType::None => Some(Self::None(data.bytes.clone())),
            ValueType::Link | ValueType::Other(_) => None,
        };
        written.filter(|written| written.data() == *data).unwrap_or_else(other)
    }

    fn write(&self) -> Value {
        match self {
            Self::String(text) => json!(["String", text]),
            Self::ExpandString(text) => json!(["ExpandString", text]),
            Self::DWord(number) => json!(["DWord", number]),
            Self::QWord(number) => json!(["QWord", number]),
            Self::Binary(bytes) => json!(["Binary", STANDARD.encode(bytes)]),
            Self::MultiString(items) => json!(["MultiString", items]),
            Self::None(bytes) => json!(["None", STANDARD.encode(bytes)]),
            Self::Other(kind, bytes) => json!([kind, STANDARD.encode(bytes)]),
        }
    }
}

impl Generated {
    fn read(spot: Spot<'_>) -> Option<Self> {
        let mut fields = spot.fields()?;
        let mut count = |name| fields.get(name).and_then(|spot| spot.count(MAX_GENERATED));
        let generated = Self {
            values: count("values").unwrap_or_default(),
            subkeys: count("subkeys").unwrap_or_default(),
            value_bytes: count("value_bytes").unwrap_or_default(),
        };
        fields.end();
        Some(generated)
    }

    fn write(self) -> Value {
        let mut map = Map::new();
        for (name, number) in
            [("values", self.values), ("subkeys", self.subkeys), ("value_bytes", self.value_bytes)]
        {
            if number > 0 {
                put(&mut map, name, json!(number));
            }
        }
        Value::Object(map)
    }
}

/// Bytes written as base64.
pub(super) fn bytes(spot: &Spot<'_>) -> Option<Vec<u8>> {
    let decoded = STANDARD.decode(spot.text()?).ok();
    if decoded.is_none() {
        spot.fault("not base64 (RFC 4648, with padding)");
    }
    decoded
}
