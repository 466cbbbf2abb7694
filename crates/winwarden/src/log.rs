//! Diagnostics: on stderr, never on stdout, never with what was typed.

use std::io::stderr;

use tracing::level_filters::LevelFilter;
use tracing_subscriber::{filter::Targets, layer::SubscriberExt, util::SubscriberInitExt};

use crate::command::LogLevel;

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
    let lines = tracing_subscriber::fmt::layer().with_writer(stderr).with_ansi(false).with_target(false);
    let _ = tracing_subscriber::registry().with(lines).with(filter).try_init();
}

/// A panic is told in one line; without a payload, which may hold anything, and in a release without source paths.
pub fn catch_panics() {
    std::panic::set_hook(Box::new(|panic| {
        let thread = std::thread::current();
        let name = thread.name().unwrap_or("unnamed");
        if cfg!(debug_assertions) {
            eprintln!("winwarden: a defect in thread `{name}`: {panic}");
        } else {
            eprintln!("winwarden: a defect in thread `{name}`");
        }
    }));
}
