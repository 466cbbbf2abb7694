//! What gate and worker say to each other, and how it is put on the pipe.

mod frame;
mod inlet;
mod message;
mod secret;
mod work;

pub use frame::{BadFrame, frame, put, read, write};
pub use inlet::Inlet;
pub use message::{Answer, FromWorker, Order, Part, Task, ToWorker};
pub use secret::Secret;
pub use work::{Shown, Work, work};
