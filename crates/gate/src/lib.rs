//! The gate: the one path that every call walks, and what it remembers.
#![forbid(unsafe_code)]

mod host;
mod limits;
mod stages;

pub use host::{Answer, Host, HostReport, Locator, Lookup, Run, WindowLocator};
pub use stages::{Admitted, Approved, Call, Permit, Recorded, Rendered};
