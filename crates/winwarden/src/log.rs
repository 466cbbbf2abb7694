//! Diagnostics: on stderr, never on stdout, never with what was typed.
//!
//! A client may leave stderr unread. So lines wait in a queue of bounded length for a thread that writes them; what does
//! not fit is lost, and nothing else waits.

use std::{
    io::{self, Write, stderr},
    sync::{
        OnceLock,
        mpsc::{Receiver, SyncSender, sync_channel},
    },
    time::Duration,
};

use tracing::level_filters::LevelFilter;
use tracing_subscriber::{filter::Targets, layer::SubscriberExt, util::SubscriberInitExt};

use crate::command::LogLevel;

/// Lines that may wait.
const WAITING: usize = 1_024;
/// How long the end of the process waits for them.
const LAST_LINES: Duration = Duration::from_millis(100);

/// None where there is no thread for it. Most sessions have nothing to say, and need none.
static QUEUE: OnceLock<Option<SyncSender<Entry>>> = OnceLock::new();

enum Entry {
    Line(Vec<u8>),
    /// Tells when everything before it is written.
    Written(SyncSender<()>),
}

/// Lets our own crates speak at `level`. The protocol library logs whole messages, arguments included, so it is never
/// heard below a warning.
pub fn start(level: LogLevel) {
    let level = match level {
        LogLevel::Off => LevelFilter::OFF,
        LogLevel::Error => LevelFilter::ERROR,
        LogLevel::Warn => LevelFilter::WARN,
        LogLevel::Info => LevelFilter::INFO,
        LogLevel::Debug => LevelFilter::DEBUG,
        LogLevel::Trace => LevelFilter::TRACE,
    };
    let ours = ["winwarden", "gate", "policy", "tools", "host_sim", "host_windows"];
    let filter = Targets::new().with_targets(ours.map(|name| (name, level)));
    let lines = tracing_subscriber::fmt::layer().with_writer(|| Queued).with_ansi(false).with_target(false);
    let _ = tracing_subscriber::registry().with(lines).with(filter).try_init();
}

/// Starts the thread that writes with the first line.
fn queue() -> Option<&'static SyncSender<Entry>> {
    let start = || {
        let (queue, entries) = sync_channel(WAITING);
        std::thread::Builder::new().name("stderr".into()).spawn(move || write(&entries)).ok().map(|_| queue)
    };
    QUEUE.get_or_init(start).as_ref()
}

fn write(entries: &Receiver<Entry>) {
    for entry in entries {
        match entry {
            // There is no one to tell that stderr is closed.
            Entry::Line(line) => drop(stderr().write_all(&line)),
            Entry::Written(tell) => drop(tell.try_send(())),
        }
    }
}

/// Waits a moment for the lines that were said.
pub fn finish() {
    let (tell, told) = sync_channel(1);
    if let Some(Some(queue)) = QUEUE.get()
        && queue.try_send(Entry::Written(tell)).is_ok()
    {
        let _ = told.recv_timeout(LAST_LINES);
    }
}

/// Takes whole lines, as the formatter gives them.
struct Queued;

impl Write for Queued {
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        if let Some(queue) = queue() {
            let _ = queue.try_send(Entry::Line(line.to_owned()));
        }
        Ok(line.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// A panic is told in one line; without a payload, which may hold anything, and in a release without source paths.
pub fn catch_panics() {
    std::panic::set_hook(Box::new(|panic| {
        let thread = std::thread::current();
        let name = thread.name().unwrap_or("unnamed");
        let mut line = format!("winwarden: a defect in thread `{name}`");
        if cfg!(debug_assertions)
            && let Some(place) = panic.location()
        {
            line.push_str(&format!(" at {place}"));
        }
        line.push('\n');
        match QUEUE.get() {
            Some(Some(queue)) => drop(queue.try_send(Entry::Line(line.into_bytes()))),
            Some(None) | None => drop(stderr().write_all(line.as_bytes())),
        }
    }));
}
