//! Which settings are in force, and the commands that show and change them.

mod command;
mod files;
mod history;
mod load;
mod offer;

pub use command::run;
pub use files::{policies, text};
pub use history::keep;
pub use load::{Loaded, Wrong, as_texts, load, load_for, named, names, shown};
pub use offer::bound as machine_tools;
