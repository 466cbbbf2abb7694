//! Times a bare loop that reads every control of a window: the baseline of the benchmarks.

use std::time::Instant;

use clap::Parser;
use serde_json::{Value, json};

use crate::journal::Journal;
use crate::platform::win32::Failure;
use crate::platform::win32::reading::{self, Calls};
use crate::platform::win32::window::Window;

/// Reads class, rectangle, style, id and text of every child window of a window, and prints the times in
/// microseconds as one line of JSON.
#[derive(Debug, Parser)]
#[command(name = "bareloop")]
struct Options {
    #[command(flatten)]
    asked: Asked,
    /// How many times the loop runs.
    #[arg(long, default_value_t = 5, value_parser = clap::value_parser!(u16).range(1..))]
    repeat: u16,
    /// Also asks check boxes, combo boxes and lists what is chosen in them.
    #[arg(long)]
    states: bool,
}

/// The window to read.
#[derive(Debug, clap::Args)]
#[group(required = true, multiple = false)]
struct Asked {
    /// The window's handle.
    #[arg(long)]
    hwnd: Option<isize>,
    /// The window's title.
    #[arg(long)]
    title: Option<String>,
}

/// Runs the loop and prints the times.
pub fn run() -> Result<(), Failure> {
    let options = Options::parse();
    let window = match (options.asked.hwnd, options.asked.title) {
        (Some(hwnd), _) => reading::by_handle(hwnd).ok_or_else(|| Failure::NoWindow(hwnd.to_string()))?,
        (None, title) => {
            let title = title.unwrap_or_default();
            reading::by_title(&title).ok_or(Failure::NoWindow(title))?
        }
    };
    let (mut loops, mut lists, mut last) = (Vec::new(), Vec::new(), (0, Calls::default()));
    for _ in 0..options.repeat {
        let (list, all, controls, calls) = one_loop(window, options.states);
        lists.push(list);
        loops.push(all);
        last = (controls, calls);
    }
    let (controls, calls) = last;
    let result = json!({
        "hwnd": window.number(),
        "controls": controls,
        "repeat": options.repeat,
        "enumerate_us": spread(&lists),
        "total_us": spread(&loops),
        "each_us": each(window),
        "calls": {"direct": calls.direct, "messages": calls.messages, "unanswered": calls.unanswered},
        "text_units": calls.units,
    });
    Journal::open(None, false)?.result(result);
    Ok(())
}

/// The bare loop: the list of children, then every call for one control after the other.
fn one_loop(window: Window, states: bool) -> (u64, u64, usize, Calls) {
    let mut calls = Calls::default();
    let started = Instant::now();
    let children = reading::children(window);
    let listed = microseconds(started);
    for &child in &children {
        reading::read(child, states, &mut calls);
    }
    (listed, microseconds(started), children.len(), calls)
}

/// What each kind of call takes for all controls together, in loops of its own.
fn each(window: Window) -> Value {
    let mut calls = Calls::default();
    let children = reading::children(window);
    let mut timed = |read: &mut dyn FnMut(Window, &mut Calls)| {
        let started = Instant::now();
        children.iter().for_each(|&child| read(child, &mut calls));
        microseconds(started)
    };
    let mut looks = Vec::with_capacity(children.len());
    let class = timed(&mut |child, calls| looks.push((reading::class(child, calls), 0)));
    let rectangle = timed(&mut |child, calls| {
        reading::rectangle(child, calls);
    });
    let mut styles = Vec::with_capacity(children.len());
    let style = timed(&mut |child, calls| styles.push(reading::style(child, calls)));
    let id = timed(&mut |child, calls| {
        reading::id(child, calls);
    });
    for (look, style) in looks.iter_mut().zip(styles) {
        look.1 = style;
    }
    let mut known = looks.into_iter();
    let text = timed(&mut |child, calls| {
        if let Some((class, style)) = known.next() {
            reading::text(child, &class, style, calls);
        }
    });
    json!({"class": class, "rectangle": rectangle, "style": style, "id": id, "text": text})
}

fn microseconds(since: Instant) -> u64 {
    u64::try_from(since.elapsed().as_micros()).unwrap_or(u64::MAX)
}

/// Least, middle and greatest of some times, and all of them in order.
fn spread(times: &[u64]) -> Value {
    let mut sorted = times.to_vec();
    sorted.sort_unstable();
    json!({
        "min": sorted.first(),
        "p50": sorted.get(sorted.len() / 2),
        "max": sorted.last(),
        "all": times,
    })
}
