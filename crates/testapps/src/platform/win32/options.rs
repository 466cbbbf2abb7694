//! Options that every program with a window has.

use std::path::PathBuf;

/// Options that every program with a window has.
#[derive(Clone, Debug, clap::Args)]
pub struct Shared {
    /// Appends the JSON lines to this file too.
    #[arg(long, value_name = "FILE")]
    pub log: Option<PathBuf>,
    /// Title of the window.
    #[arg(long)]
    pub title: Option<String>,
    /// Left and top edge of the window, in pixels.
    #[arg(long, value_name = "X,Y", value_parser = point, allow_hyphen_values = true)]
    pub at: Option<(i32, i32)>,
    /// Writes texts into the events, not only their length.
    #[arg(long)]
    pub record_text: bool,
    /// Declares per-monitor DPI awareness; otherwise Windows scales the window.
    #[arg(long)]
    pub per_monitor_dpi: bool,
    /// Ends the process after this time, whatever it is doing.
    #[arg(long, value_name = "MS")]
    pub lifetime: Option<u64>,
}

/// A rectangle in pixels.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    /// Left edge.
    pub x: i32,
    /// Top edge.
    pub y: i32,
    /// Width.
    pub width: i32,
    /// Height.
    pub height: i32,
}

impl Place {
    /// A rectangle by its left top corner and its size.
    pub const fn new(x: i32, y: i32, width: i32, height: i32) -> Self {
        Self { x, y, width, height }
    }
}

fn point(text: &str) -> Result<(i32, i32), String> {
    match numbers(text)?.as_slice() {
        &[x, y] => Ok((x, y)),
        _ => Err("expected `X,Y`".to_owned()),
    }
}

/// Reads `X,Y,W,H`.
pub fn place(text: &str) -> Result<Place, String> {
    match numbers(text)?.as_slice() {
        &[x, y, width, height] => Ok(Place { x, y, width, height }),
        _ => Err("expected `X,Y,W,H`".to_owned()),
    }
}

fn numbers(text: &str) -> Result<Vec<i32>, String> {
    let number = |part: &str| part.trim().parse().map_err(|_| format!("`{part}` is not a whole number"));
    text.split(',').map(number).collect()
}
