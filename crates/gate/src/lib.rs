//! The gate: the one path that every call walks, and what it remembers.
#![forbid(unsafe_code)]

mod approvals;
mod approver;
mod audit;
mod barred;
mod below;
mod change;
mod clean;
mod clock;
mod counters;
mod deadline;
mod explain;
mod gate;
mod host;
mod judge;
mod locate;
mod memory;
mod past;
mod person;
mod places;
mod redaction;
mod refusal;
pub mod registry;
mod remember;
mod session;
mod sight;
mod spelled;
mod stages;
mod taint;
mod terminal;

pub use approver::{Answer as ApprovalAnswer, Approver, Question, Standing};
pub use audit::{BadAudit, audit_folder, read_record_file, read_records};
pub use change::{Change, Line};
pub use clock::{Clock, Moment};
pub use explain::{Explainer, Explanation, Told, Used};
pub use gate::{Gate, GateConfig, OpenError, Principal};
pub use host::{Answer, Host, HostReport, Locator, Lookup, Notice, Present, Presses, Run, WindowLocator};
pub use past::{Past, decision};
pub use person::{By, Caller};
pub use redaction::shows;
pub use sight::{Cover, Looked, Painted, Sight, Texts, Uncovered, Written};
pub use stages::{Admitted, Approved, Call, Permit, Recorded, Rendered};
pub use terminal::{NotDone, OpenQuestion};
