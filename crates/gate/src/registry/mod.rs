//! Work on a registry: walks, changes and their before-images, the same for every machine.
//!
//! Untrusted: the machine's registry, and that it stays as it is meanwhile.
//! Guarantees: a key is used only through the handle of which the kernel told the name, and only if that name was judged;
//! every key below is judged before it is opened, by the rules and by policies; a change that fails or is cancelled is put back.
//! Does not: decide what may be used; the rules do, and whoever knows the policies.

mod apply;
mod before;
mod change;
mod cursor;
mod draft;
mod export;
mod image;
mod list;
mod look;
mod policies;
mod port;
mod read;
mod search;
mod spot;
mod wait;
mod work;

pub use policy::registry::{Access, Act, Guard, Judged, Limits, Refused, Root, Rules, Values};

pub use before::Before;
pub use look::look;
pub use policies::{Asker, MOST_NAMES, Policies, Question, Said};
pub use port::{About, Key, Like, Read, Registry, Rights};
pub use work::Work;

#[cfg(test)]
#[path = "../tests/registry/mod.rs"]
mod tests;
