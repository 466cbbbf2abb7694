//! What a change found, so that it can be put back.

use model::{Code, Fault};
use serde::{Deserialize, Serialize};

use super::Registry;

/// Keys and values as they were before a change.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Before {}

impl Before {
    /// Puts back what it holds. What others have put there meanwhile stays.
    ///
    /// # Errors
    /// The machine refuses it; the message says what could not be put back.
    pub fn restore(&self, port: &dyn Registry) -> Result<(), Fault> {
        let _ = port;
        Err(Fault::new(Code::NotSupportedByTarget, "not built yet"))
    }
}
