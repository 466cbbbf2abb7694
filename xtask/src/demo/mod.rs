//! `./x demo`: an MCP client does a small job in real programs, is refused one thing, and is shown what was recorded.

use std::{
    fs,
    path::{Path, PathBuf},
    process::{Command, ExitCode},
    time::Instant,
};

use e2e::Client;
use serde_json::Value;

use crate::{
    build::simulator,
    desktop::Desktop,
    dist,
    fault::{Fault, OnFile},
    places::{self, Places},
    process::capture,
    progress::{Step, seconds},
};

mod narrator;
mod story;

use narrator::{Narrator, line, say, shortened};

/// The simulated machine.
pub const WORLD: &str = include_str!("world.json");

/// What the person configured: Notepad is free, everything else asks.
const SETTINGS: &str = "profile = \"workspace\"\n\n[workspace]\napplications = [\"notepad.exe\"]\n";

/// Where the story plays.
#[derive(Debug)]
struct Place {
    /// Whether the machine is simulated.
    simulated: bool,
    /// Where everything that is made goes.
    folder: PathBuf,
    /// The file that the note is saved to, where it is a real one.
    note: Option<PathBuf>,
    /// Its name as it is typed into the dialog.
    note_as_seen: String,
}

/// `cargo xtask demo`.
///
/// # Errors
/// A build failed, the desktop cannot be had, or the job did not go as told.
pub fn run(places: &Places, simulated: bool) -> Result<ExitCode, Fault> {
    let began = Instant::now();
    let folder = places.test_output().join("demo");
    places::remove(&folder)?;
    let home = folder.join("home");
    fs::create_dir_all(&home).doing("make the folder", &home)?;
    let settings = home.join("winwarden.toml");
    fs::write(&settings, SETTINGS).doing("write", &settings)?;
    let server = if simulated { Server::simulated(places, &folder)? } else { Server::real(places)? };
    let step = Step::begin("demo", if simulated { "on a simulated desktop" } else { "on a real desktop" });
    let done = show(&server, simulated, folder, &home);
    step.end(done, "run it again; `./x demo --sim` tells the story without a desktop")?;
    say(&format!("That was the demonstration, in {}. `./x test` proves more.", seconds(began.elapsed())));
    Ok(ExitCode::SUCCESS)
}

fn show(server: &Server, simulated: bool, folder: PathBuf, home: &Path) -> Result<(), Fault> {
    let place = if simulated {
        Place { simulated, folder, note: None, note_as_seen: r"C:\Users\mira\Documents\note.txt".to_owned() }
    } else {
        let note = folder.join("note.txt");
        Place { simulated, note_as_seen: server.path(&note), note: Some(note), folder }
    };
    say(
        "An agent is connected to winwarden by MCP. Somebody has asked it: write a shopping list and save it.\n\
         Calls are marked with >, replies stand below them, shortened.",
    );
    let mut agent = Narrator::new(Client::start(server.command(&server.serve(), home)?)?);
    let played = story::play(&mut agent, &place);
    if played.is_err() && !simulated {
        server.clear();
    }
    played?;
    agent.end()?;
    recorded(server, home)
}

/// Shows what was recorded, and that no typed text is in it.
fn recorded(server: &Server, home: &Path) -> Result<(), Fault> {
    say(
        "10. What was recorded: an intent before each act and an outcome after it; one record of what was refused.\n\
         `winwarden audit export` gives all of it. Typed text is in none of it: only its length and a fingerprint.",
    );
    let export = ["audit", "export", "--session", "last"].map(str::to_owned);
    let records = capture(&mut server.command(&export, home)?)?;
    if records.contains(story::NOTE) {
        return Err(Fault::check("the typed text stands in the audit"));
    }
    let mut count = 0;
    for record in records.lines() {
        let record: Value =
            serde_json::from_str(record).map_err(|error| Fault::check(format!("no record: {error}")))?;
        let text = |name: &str| record.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
        let seq = record.get("seq").and_then(Value::as_u64).unwrap_or_default();
        let (phase, tool, verdict, code, target) =
            (text("phase"), text("tool"), text("verdict"), text("code"), text("target"));
        line(&shortened(&format!("  {seq:>3} {phase:<7} {tool:<15} {verdict:<5} {code:<15} {target}")));
        count += 1;
    }
    if count == 0 {
        return Err(Fault::check("nothing was recorded"));
    }
    Ok(())
}

/// How the executable is run.
#[derive(Debug)]
enum Server {
    /// On the test desktop, or on the Windows that is there.
    Real { desktop: Desktop, program: PathBuf },
    /// Here, with a simulated machine.
    Simulated { program: PathBuf, world: PathBuf },
}

impl Server {
    fn real(places: &Places) -> Result<Self, Fault> {
        let desktop = Desktop::of(places);
        desktop.start()?;
        Ok(Self::Real { desktop, program: dist::windows(places)? })
    }

    fn simulated(places: &Places, folder: &Path) -> Result<Self, Fault> {
        if cfg!(windows) {
            return Err(Fault::usage("this is Windows: `x.ps1 demo` uses the desktop that is there"));
        }
        let world = folder.join("world.json");
        fs::write(&world, WORLD).doing("write", &world)?;
        Ok(Self::Simulated { program: simulator(places)?, world })
    }

    fn serve(&self) -> Vec<String> {
        match self {
            Self::Real { .. } => vec!["serve".to_owned()],
            Self::Simulated { world, .. } => {
                vec!["serve".to_owned(), "--sim".to_owned(), world.to_string_lossy().into_owned()]
            }
        }
    }

    fn command(&self, arguments: &[String], home: &Path) -> Result<Command, Fault> {
        match self {
            Self::Real { desktop, program } => {
                let mut command = desktop.command(&program.to_string_lossy(), arguments, home)?;
                command.env("WINWARDEN_HOME", desktop.path(home));
                Ok(command)
            }
            Self::Simulated { program, .. } => {
                let mut command = Command::new(program);
                command.args(arguments).env("WINWARDEN_HOME", home);
                Ok(command)
            }
        }
    }

    fn path(&self, file: &Path) -> String {
        match self {
            Self::Real { desktop, .. } => desktop.path(file),
            Self::Simulated { .. } => file.to_string_lossy().into_owned(),
        }
    }

    /// Ends the Notepad that an unfinished story left on the test desktop; never one on a person's own.
    fn clear(&self) {
        if let Self::Real { desktop, .. } = self
            && cfg!(unix)
        {
            let words = ["/f", "/im", "notepad.exe"].map(str::to_owned);
            let here = std::env::current_dir().unwrap_or_default(); // a folder that the desktop can see
            let ended = desktop
                .command("taskkill", &words, &here)
                .map(|mut command| crate::process::succeeds(&mut command));
            drop(ended);
        }
    }
}
