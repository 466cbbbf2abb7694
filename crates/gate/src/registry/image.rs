//! A key with all below it, as it is: what deleting it would lose.

use std::fmt;

use model::{
    Code, Fault,
    registry::{RegistryData, RegistryKeyName},
};
use serde::{Deserialize, Serialize};

use super::{
    Key, Read,
    spot::below,
    work::{shown, told},
};

/// Values, and keys, that are kept at most.
const MOST: usize = 10_000;
/// Bytes of data that are kept at most.
const MOST_BYTES: u64 = 16 * 1024 * 1024;

/// One key.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Image {
    /// What it is called, below the key that it lies in.
    pub(super) own: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) class: Option<String>,
    /// None where the account may not read it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) security: Option<String>,
    /// In the order that they have.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) values: Vec<(String, RegistryData)>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) keys: Vec<Image>,
}

impl fmt::Debug for Image {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Image({} keys)", self.count())
    }
}

impl Image {
    /// How many keys it has, its own counted.
    pub(super) fn count(&self) -> usize {
        1 + self.keys.iter().map(Self::count).sum::<usize>()
    }
}

/// How much more may be kept.
#[derive(Debug)]
pub(super) struct Room {
    values: usize,
    keys: usize,
    bytes: u64,
}

impl Default for Room {
    fn default() -> Self {
        Self { values: MOST, keys: MOST, bytes: MOST_BYTES }
    }
}

impl Room {
    /// Bytes that a value may have.
    pub(super) const fn bytes(&self) -> u64 {
        self.bytes
    }

    /// Keeps one more value.
    pub(super) fn value(&mut self, read: Read, path: &str) -> Result<RegistryData, Fault> {
        let Read::Whole(data) = read else {
            return Err(full(path, format_args!("{} MiB of data", MOST_BYTES >> 20)));
        };
        self.values = self.values.checked_sub(1).ok_or_else(|| full(path, format_args!("{MOST} values")))?;
        let bytes = self.bytes.checked_sub(data.bytes.len() as u64);
        self.bytes = bytes.ok_or_else(|| full(path, format_args!("{} MiB of data", MOST_BYTES >> 20)))?;
        Ok(data)
    }

    fn key(&mut self, path: &str) -> Result<(), Fault> {
        self.keys = self.keys.checked_sub(1).ok_or_else(|| full(path, format_args!("{MOST} keys")))?;
        Ok(())
    }
}

fn full(path: &str, what: fmt::Arguments<'_>) -> Fault {
    let message =
        format!("more would be changed than can be put back: over the limit of {what} at `{}`", shown(path));
    Fault::new(Code::LimitExceeded, message).hint("change less at once")
}

/// How keys below are opened and stepped on: judged by whoever asks for the image.
pub(super) type Enter<'e> =
    dyn Fn(&dyn Key, &RegistryKeyName, &str, &str) -> Result<(Box<dyn Key>, RegistryKeyName), Fault> + 'e;

/// Takes the image of an open key, `path` for the caller. `enter` opens a key below: given the key above, its name, what it
/// calls the one below, and the path of that.
pub(super) fn take(
    (key, name): (&dyn Key, &RegistryKeyName),
    own: &str,
    path: &str,
    room: &mut Room,
    enter: &Enter<'_>,
) -> Result<Image, Fault> {
    room.key(path)?;
    let class = key.about().map_err(|fault| told(fault, path))?.class;
    let mut image =
        Image { own: own.to_owned(), class, security: key.security(), values: Vec::new(), keys: Vec::new() };
    for index in 0.. {
        let found = key.value_at(index, room.bytes()).map_err(|fault| told(fault, path))?;
        let Some((name, read)) = found else { break };
        image.values.push((name, room.value(read, path)?));
    }
    for index in 0.. {
        let Some(own) = key.subkey(index).map_err(|fault| told(fault, path))? else { break };
        let path = below(path, &own);
        let (key, name) = enter(key, name, &own, &path)?;
        image.keys.push(take((&*key, &name), &own, &path, room, enter)?);
    }
    Ok(image)
}
