//! Where a part of an answer ended. By names, so that it holds when keys come and go meanwhile.

use model::{Code, Fault};
use policy::registry::Guard;
use serde::{Deserialize, Serialize};

/// A place among the subkeys or values of a key.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub(super) struct Place {
    /// Which key of a merge.
    #[serde(rename = "k", default, skip_serializing_if = "is_first")]
    pub(super) key: usize,
    /// Where the next one was then.
    #[serde(rename = "i", default)]
    pub(super) next: u32,
    /// The name of the one before it; none at the beginning.
    #[serde(rename = "a", default, skip_serializing_if = "Option::is_none")]
    pub(super) after: Option<String>,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde gives a reference")]
const fn is_first(key: &usize) -> bool {
    *key == 0
}

/// A place in a walk.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub(super) struct Cursor {
    /// The way down to the last key that was given.
    #[serde(rename = "p", default, skip_serializing_if = "Vec::is_empty")]
    pub(super) path: Vec<Place>,
    /// Where its values go on, where that is next.
    #[serde(rename = "v", default, skip_serializing_if = "Option::is_none")]
    pub(super) value: Option<Place>,
}

impl Cursor {
    pub(super) fn read(text: Option<&str>) -> Result<Self, Fault> {
        let Some(text) = text else { return Ok(Self::default()) };
        let bad = |_| Fault::new(Code::InvalidArgument, "`cursor`: it is none that a reply has given");
        serde_json::from_str(text).map_err(bad)
    }

    /// As text. Of a value with a secret in its name it only says where it stands.
    pub(super) fn write(mut self, guard: &Guard) -> String {
        if let Some(Place { after, .. }) = &mut self.value {
            after.take_if(|name| !guard.shows_name(name));
        }
        // A list of texts and numbers can always be written.
        serde_json::to_string(&self).unwrap_or_default()
    }
}
