//! What a value holds: exact bytes, and the text that people know them by.

use std::fmt;

use base64::{Engine, engine::general_purpose::STANDARD};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error};
use thiserror::Error;
use zeroize::Zeroizing;

use super::ValueType;

/// A value's type and data, byte for byte.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RegistryData {
    /// Its type; serialized as its number.
    #[serde(rename = "type")]
    pub kind: ValueType,
    /// Its bytes; serialized as base64. Text is UTF-16, little-endian; others write it with or without an end and with
    /// odd lengths.
    #[serde(with = "base64_text")]
    pub bytes: Vec<u8>,
}

impl fmt::Debug for RegistryData {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "RegistryData({}, {} bytes)", self.kind, self.bytes.len())
    }
}

/// Why a text is no data of a type.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum BadData {
    /// It is no such number.
    #[error("it is no whole number from 0 to {0}, decimal or 0x and hexadecimal")]
    Number(u64),
    /// It is no base64.
    #[error("it is not base64 (RFC 4648, with padding)")]
    Base64,
    /// A text of several has an item that would end it.
    #[error("an item of a multi-string is neither empty nor holds a NUL")]
    Item,
    /// Nothing of this type is written.
    #[error("values of this type are not written")]
    Type,
}

impl RegistryData {
    /// `text` as a type of one text has it, with its end.
    #[must_use]
    pub fn text(kind: ValueType, text: &str) -> Self {
        Self { kind, bytes: text.encode_utf16().chain([0]).flat_map(u16::to_le_bytes).collect() }
    }

    /// Several texts, with the end of each and of all.
    ///
    /// # Errors
    /// One is empty or holds a NUL, which would end the list.
    pub fn texts<'a>(items: impl IntoIterator<Item = &'a str>) -> Result<Self, BadData> {
        let mut units = Vec::new();
        for item in items {
            if item.is_empty() || item.contains('\0') {
                return Err(BadData::Item);
            }
            units.extend(item.encode_utf16().chain([0]));
        }
        // An empty list is its end alone, written twice: some readers take one NUL for an empty text.
        units.extend(if units.is_empty() { vec![0, 0] } else { vec![0] });
        Ok(Self {
            kind: ValueType::MultiString,
            bytes: units.into_iter().flat_map(u16::to_le_bytes).collect(),
        })
    }

    /// What `written` means for a type whose data is one text to callers: numbers are decimal or `0x…`, bytes base64.
    ///
    /// # Errors
    /// It is none of that type.
    pub fn parse(kind: ValueType, written: &str) -> Result<Self, BadData> {
        let bytes = match kind {
            ValueType::String | ValueType::ExpandString => return Ok(Self::text(kind, written)),
            ValueType::DWord => {
                let number = number(written).and_then(|number| u32::try_from(number).ok());
                number.ok_or(BadData::Number(u32::MAX.into()))?.to_le_bytes().to_vec()
            }
            ValueType::QWord => number(written).ok_or(BadData::Number(u64::MAX))?.to_le_bytes().to_vec(),
            ValueType::Binary | ValueType::None => STANDARD.decode(written).map_err(|_| BadData::Base64)?,
            ValueType::MultiString | ValueType::Link | ValueType::Other(_) => return Err(BadData::Type),
        };
        Ok(Self { kind, bytes })
    }

    /// The text, where the type says that it is one: up to its first end. What is no text in UTF-16 is U+FFFD.
    #[must_use]
    pub fn as_text(&self) -> Option<String> {
        let is_text = matches!(self.kind, ValueType::String | ValueType::ExpandString | ValueType::Link);
        let units = || {
            let units: Vec<u16> = self.units().take_while(|unit| *unit != 0).collect();
            String::from_utf16_lossy(&units)
        };
        is_text.then(units)
    }

    /// The texts, where the type says that they are several: up to the first that is empty.
    #[must_use]
    pub fn as_texts(&self) -> Option<Vec<String>> {
        if self.kind != ValueType::MultiString {
            return None;
        }
        let units: Vec<u16> = self.units().collect();
        let items = units.split(|unit| *unit == 0).take_while(|item| !item.is_empty());
        Some(items.map(String::from_utf16_lossy).collect())
    }

    /// The number, where type and length say that it is one.
    #[must_use]
    pub fn as_number(&self) -> Option<u64> {
        match self.kind {
            ValueType::DWord => Some(u32::from_le_bytes(self.bytes.as_slice().try_into().ok()?).into()),
            ValueType::QWord => Some(u64::from_le_bytes(self.bytes.as_slice().try_into().ok()?)),
            _ => None,
        }
    }

    /// Its data as callers write it: text, several texts with a line break between each two, a decimal number, else base64.
    #[must_use]
    pub fn in_words(&self) -> String {
        let text = self.as_text().or_else(|| Some(self.as_texts()?.join("\n")));
        let text = text.or_else(|| Some(self.as_number()?.to_string()));
        text.unwrap_or_else(|| self.as_base64())
    }

    /// Its bytes as base64.
    #[must_use]
    pub fn as_base64(&self) -> String {
        STANDARD.encode(&self.bytes)
    }

    /// Its size in bytes as other tools tell it: without the end of a text that has one.
    #[must_use]
    pub fn size(&self) -> usize {
        let is_text = matches!(self.kind, ValueType::String | ValueType::ExpandString);
        let ended = is_text && self.bytes.len().is_multiple_of(2) && self.bytes.ends_with(&[0, 0]);
        self.bytes.len() - if ended { 2 } else { 0 }
    }

    fn units(&self) -> impl Iterator<Item = u16> {
        self.bytes.as_chunks::<2>().0.iter().map(|unit| u16::from_le_bytes(*unit))
    }
}

/// A number that is decimal, or hexadecimal after `0x`; neither sign nor space.
fn number(text: &str) -> Option<u64> {
    let digits = |text: &str, radix: u32| {
        let all = !text.is_empty() && text.chars().all(|c| c.is_digit(radix));
        all.then(|| u64::from_str_radix(text, radix).ok()).flatten()
    };
    match text.strip_prefix("0x").or_else(|| text.strip_prefix("0X")) {
        Some(text) => digits(text, 16),
        None => digits(text, 10),
    }
}

mod base64_text {
    use super::*;

    pub(super) fn serialize<S: Serializer>(bytes: &[u8], serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&STANDARD.encode(bytes))
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<u8>, D::Error> {
        STANDARD.decode(String::deserialize(deserializer)?).map_err(D::Error::custom)
    }
}

impl Serialize for ValueType {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_u32(self.number())
    }
}

impl<'de> Deserialize<'de> for ValueType {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        u32::deserialize(deserializer).map(Self::of_number)
    }
}

/// Data that a call brings: `Debug` and `Serialize` show its type and how many bytes it has, never what they are. Wiped when
/// dropped. What is read back of a record has type and length, and no data.
#[derive(Clone, PartialEq, Eq)]
pub struct SecretData {
    kind: ValueType,
    bytes: Zeroizing<Vec<u8>>,
    length: usize,
}

impl SecretData {
    /// Its type.
    #[must_use]
    pub const fn kind(&self) -> ValueType {
        self.kind
    }

    /// How many bytes it has.
    #[must_use]
    pub const fn length(&self) -> usize {
        self.length
    }

    /// Its size as limits count it: without the end of a text. Of what is read back the whole length.
    #[must_use]
    pub fn size(&self) -> usize {
        let ended = matches!(self.kind, ValueType::String | ValueType::ExpandString)
            && self.length.is_multiple_of(2)
            && self.bytes.ends_with(&[0, 0]);
        self.length - if ended { 2 } else { 0 }
    }

    /// The data itself: for the place that writes it, and for what a person is asked.
    #[must_use]
    pub fn expose(&self) -> RegistryData {
        RegistryData { kind: self.kind, bytes: self.bytes.to_vec() }
    }
}

impl From<RegistryData> for SecretData {
    fn from(data: RegistryData) -> Self {
        let RegistryData { kind, bytes } = data;
        Self { kind, length: bytes.len(), bytes: Zeroizing::new(bytes) }
    }
}

impl fmt::Debug for SecretData {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SecretData({}, {} bytes)", self.kind, self.length)
    }
}

#[derive(Serialize, Deserialize)]
struct Shown {
    #[serde(rename = "type")]
    kind: ValueType,
    length: usize,
}

impl Serialize for SecretData {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        Shown { kind: self.kind, length: self.length }.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for SecretData {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let Shown { kind, length } = Shown::deserialize(deserializer)?;
        Ok(Self { kind, length, bytes: Zeroizing::default() })
    }
}
