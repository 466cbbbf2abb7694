//! Displays.

use model::{DisplayList, Fault};

/// Every display, the primary one first, in physical pixels.
pub(crate) fn display_list() -> Result<DisplayList, Fault> {
    Ok(DisplayList::default())
}
