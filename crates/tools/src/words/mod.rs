//! Results in words: text that is useful alone, short, and that nothing shown on the screen can forge a line of.

mod acted;
mod lines;
mod screen;

pub(crate) use acted::{ActedForm, acted, aim, chords, key_names, named};
pub(crate) use lines::{brief, count, one_line, size, window_brief, window_line};
pub(crate) use screen::{read_text, screen_text};
