//! Pixels into pictures: painting windows over, scaling, numbered marks, and a file that fits a budget.
//!
//! A crate of its own because both hosts need it, the real Windows and the simulator, and neither may know the
//! other; and because none of it needs Windows, so all of it is tested anywhere.
#![forbid(unsafe_code)]

mod budget;
mod font;
mod format;
mod marks;
mod preview;
mod scale;
mod shot;

pub use budget::encode;
pub use preview::preview;
pub use shot::{Colour, Shot};
