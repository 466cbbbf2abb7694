//! The nouns of winwarden: what a call would do ([`Operation`]), what is known about its target ([`Facts`]),
//! what came of it ([`Outcome`], [`Fault`]), and the trees, elements and names they are made of.
//!
//! Nothing here does I/O, reads a clock or knows a platform.
#![forbid(unsafe_code)]

mod circumstances;
mod code;
mod facts;
mod fault;
mod geometry;
mod ids;
pub mod keys;
mod operation;
mod outcome;
pub mod paths;
pub mod registry;
mod secret;
mod target;
pub mod tool;
pub mod ui;

pub use circumstances::{CallFacts, ClientFacts, LocalTime, SessionFacts, Weekday};
pub use code::Code;
pub use facts::{
    Ancestor, Around, Bars, ClipboardFacts, DesktopState, ElementFacts, Elevation, Facts, LaunchFacts,
    LaunchPath, ProcessFacts, RegistryKeyFacts, Sought, TargetFacts, WindowFacts,
};
pub use fault::Fault;
pub use geometry::{Point, Rect};
pub use ids::{BadRef, ElementRef, PictureId, SnapshotId, WindowRef};
pub use operation::{Group, Kind, Operation, acting::*, looking::*, registry::*};
pub use outcome::*;
pub use secret::{SecretText, wipe};
pub use target::{Place, Selector, Target, WindowSelector};
