//! A world: what a simulated machine holds, and the file it is written in.
//!
//! The form is that of `winwarden serve --sim`; everything in it is optional. Beside what authors write, an element
//! may say `checked` (`on`, `off`, `mixed`), `selected` and `expanded`, and a window `state` (`minimized`,
//! `maximized`): a world that was written after changes holds them.

mod element;
mod files;
mod machine;
mod pattern;
mod reader;
mod registry;
mod shape;
mod window;
mod write;

pub(crate) use element::{Cursor, Element, OnInvoke};
pub(crate) use files::{File, Files};
pub(crate) use machine::{Clipboard, Delays, Machine, PowerShell, Process, User};
pub(crate) use registry::{Data, Generated, Registry};
pub(crate) use window::Window;

use serde_json::{Map, Value, json};
use thiserror::Error;

use self::{
    reader::{Faults, Spot},
    write::put,
};

/// Faults that are told at once.
const TOLD: usize = 20;

/// What is wrong with a world.
#[derive(Debug, Error)]
pub enum BadWorld {
    /// It is no JSON.
    #[error("not JSON: {0}")]
    Json(#[source] serde_json::Error),
    /// It holds something that has no meaning: each fault with its JSON pointer.
    #[error("{}", told(.0))]
    Faults(Vec<String>),
}

fn told(faults: &[String]) -> String {
    let mut text = faults.iter().take(TOLD).cloned().collect::<Vec<_>>().join("\n  ");
    if let Some(more @ 1..) = faults.len().checked_sub(TOLD) {
        text.push_str(&format!("\n  and {more} more"));
    }
    text
}

/// What a simulated machine holds.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct World {
    pub(crate) user: User,
    pub(crate) machine: Machine,
    pub(crate) registry: Option<Registry>,
    pub(crate) files: Files,
    pub(crate) processes: Vec<Process>,
    /// Front to back.
    pub(crate) windows: Vec<Window>,
    /// As it is at the beginning.
    pub(crate) clipboard: Clipboard,
    pub(crate) powershell: Option<PowerShell>,
    pub(crate) delays: Delays,
}

impl World {
    /// Reads a world.
    ///
    /// # Errors
    /// [`BadWorld`], with a JSON pointer for each fault.
    pub fn parse(text: &str) -> Result<Self, BadWorld> {
        let mut all = shape::faults(text).map_err(BadWorld::Json)?;
        let value: Value = match serde_json::from_str(text) {
            Ok(value) => value,
            // What is too deep is not read further, by us or by the parser.
            Err(_) if !all.is_empty() => return Err(BadWorld::Faults(all)),
            Err(error) => return Err(BadWorld::Json(error)),
        };
        let faults = Faults::default();
        let world = Self::read(Spot::root(&value, &faults)).unwrap_or_default();
        all.extend(faults.into_list());
        if all.is_empty() { Ok(world) } else { Err(BadWorld::Faults(all)) }
    }

    fn read(spot: Spot<'_>) -> Option<Self> {
        let mut fields = spot.fields()?;
        let mut world = Self {
            user: fields.get("user").and_then(User::read).unwrap_or_default(),
            machine: fields.get("machine").and_then(Machine::read).unwrap_or_default(),
            registry: fields.get("registry").and_then(Registry::read),
            files: fields.get("files").map(|spot| files::read(&spot)).unwrap_or_default(),
            clipboard: fields.get("clipboard").and_then(Clipboard::read).unwrap_or_default(),
            powershell: fields.get("powershell").and_then(PowerShell::read),
            delays: fields.get("delays_ms").and_then(Delays::read).unwrap_or_default(),
            ..Self::default()
        };
        for spot in fields.get("processes").map(|spot| spot.items()).unwrap_or_default() {
            let Some(process) = Process::read(spot.clone()) else { continue };
            if world.processes.iter().any(|other| other.pid == process.pid) {
                spot.fault(format_args!("another process has the pid {}", process.pid));
            }
            world.processes.push(process);
        }
        for spot in fields.get("windows").map(|spot| spot.items()).unwrap_or_default() {
            let Some(window) = Window::read(spot.clone()) else { continue };
            if window.foreground && world.windows.iter().any(|other| other.foreground) {
                spot.fault("another window is the foreground window");
            }
            world.windows.push(window);
        }
        fields.end();
        Some(world)
    }

    /// The world as a file holds it.
    #[must_use]
    pub fn to_json(&self) -> String {
        let mut map = Map::new();
        if self.user != User::default() {
            put(&mut map, "user", self.user.write());
        }
        if self.machine != Machine::default() {
            put(&mut map, "machine", self.machine.write());
        }
        if let Some(registry) = &self.registry {
            put(&mut map, "registry", registry.write());
        }
        if !self.files.is_empty() {
            put(&mut map, "files", files::write(&self.files));
        }
        if !self.processes.is_empty() {
            put(&mut map, "processes", self.processes.iter().map(Process::write).collect());
        }
        put(&mut map, "windows", self.windows.iter().map(Window::write).collect());
        if self.clipboard != Clipboard::default() {
            put(&mut map, "clipboard", self.clipboard.write());
        }
        if let Some(powershell) = &self.powershell {
            put(&mut map, "powershell", powershell.write());
        }
        if self.delays != Delays::default() {
            put(&mut map, "delays_ms", self.delays.write());
        }
        let mut text = format!("{:#}", json!(map));
        text.push('\n');
        text
    }
}
