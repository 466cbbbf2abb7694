//! `./x bench`: measures what the goals speak of, each against its base line in the same run. Nothing fails by being
//! slow: machines are noisy, and the table says what is over its goal.

use std::{
    fs,
    io::{self, Write},
    path::PathBuf,
    process::Command,
};

use serde_json::{Value, json};

use crate::{
    build::{own_release_test_program, release_test_programs},
    desktop::Desktop,
    dist,
    fault::{Fault, OnFile},
    places::{self, Places},
    progress::Step,
};

mod desk;
mod figures;
mod policy;
mod protocol;
mod registry;

use figures::Row;

/// Measures some rows.
type Part = fn(&Bench) -> Result<Vec<Row>, Fault>;

/// Measures some rows by itself.
type Alone = fn(&Places) -> Result<Vec<Row>, Fault>;

/// What is measured, and with what.
#[derive(Debug)]
struct Bench {
    desktop: Desktop,
    /// The shipped executable for Windows.
    server: PathBuf,
    /// The folder of test programs for Windows, built as it is.
    programs: PathBuf,
    /// The Linux executable with the simulator, and the base line beside it; not on Windows, nor where nothing that is
    /// measured needs it.
    native: Option<(PathBuf, PathBuf)>,
    /// Where everything that is made goes.
    folder: PathBuf,
}

/// What is measured, in this order.
const PARTS: [(&str, Part); 9] = [
    ("start", protocol::start),
    (GUARD_NATIVE, protocol::guard_native),
    ("guard, on the desktop", protocol::guard_on_desktop),
    ("window_list, screenshot, memory", desk::looking),
    ("snapshot", desk::snapshots),
    ("click and type_text", desk::acting),
    ("type_text by input", desk::typing_by_input),
    ("keys on the desktop", registry::keys),
    ("size", desk::size),
];

/// What is measured without a desktop.
const ALONE: [(&str, Alone); 2] = [("policy", policy::decisions), ("registry", policy::keys)];

/// The one part that needs an executable of this system.
const GUARD_NATIVE: &str = "guard, native";

/// `cargo xtask bench`, of the parts whose name holds `word`.
///
/// # Errors
/// A build failed, something could not be measured at all, or no part has such a name.
pub fn run(places: &Places, word: Option<&str>) -> Result<(), Fault> {
    let wanted = |name: &str| word.is_none_or(|word| name.contains(word));
    let alone: Vec<_> = ALONE.into_iter().filter(|(name, _)| wanted(name)).collect();
    let parts: Vec<_> = PARTS.into_iter().filter(|(name, _)| wanted(name)).collect();
    if alone.is_empty() && parts.is_empty() {
        let names: Vec<&str> =
            ALONE.iter().map(|(name, _)| *name).chain(PARTS.map(|(name, _)| name)).collect();
        let names = names.join("; ");
        return Err(Fault::check(format!("no part of the benchmarks has such a name; there are: {names}")));
    }
    let (mut rows, mut missed) = (Vec::new(), Vec::new());
    let mut take = |measured: Result<Vec<Row>, Fault>, step: Step| match step
        .end(measured, "`./x bench` again; the other figures are below")
    {
        Ok(more) => rows.extend(more),
        Err(fault) => missed.push(fault.to_string()),
    };
    for (name, part) in alone {
        let step = Step::begin("bench", name);
        take(part(places), step);
    }
    if !parts.is_empty() {
        let bench = Bench::prepare(places, wanted(GUARD_NATIVE))?;
        for (name, part) in parts {
            let step = Step::begin("bench", name);
            take(part(&bench), step);
        }
    }
    write(places, &rows, &missed)?;
    if missed.is_empty() { Ok(()) } else { Err(Fault::check(missed.join("\n"))) }
}

impl Bench {
    fn prepare(places: &Places, native: bool) -> Result<Self, Fault> {
        let desktop = Desktop::of(places);
        desktop.start()?;
        let server = dist::windows(places)?;
        let programs = release_test_programs(
            places,
            &["rawmcp", "pipes", "controls", "bareloop", "valueloop", "form", "keys"],
        )?;
        let native = if native && cfg!(unix) {
            Some((dist::linux(places)?, own_release_test_program(places, "rawmcp")?))
        } else {
            None
        };
        let folder = places.test_output().join("bench");
        places::remove(&folder)?;
        fs::create_dir_all(&folder).doing("make the folder", &folder)?;
        Ok(Self { desktop, server, programs, native, folder })
    }

    /// The command that serves on the desktop.
    fn serve(&self) -> Result<Command, Fault> {
        let mut command = self.on_desktop(&self.server, &["serve", "--profile", "lab"])?;
        command.env("WINWARDEN_HOME", self.desktop.path(&self.folder.join("home")));
        Ok(command)
    }

    /// The command that runs a test program on the desktop.
    fn program(&self, name: &str, arguments: &[&str]) -> Result<Command, Fault> {
        self.on_desktop(&self.programs.join(format!("{name}.exe")), arguments)
    }

    fn on_desktop(&self, file: &std::path::Path, arguments: &[&str]) -> Result<Command, Fault> {
        let arguments: Vec<String> = arguments.iter().map(ToString::to_string).collect();
        self.desktop.command(&file.to_string_lossy(), &arguments, &self.folder)
    }
}

fn write(places: &Places, rows: &[Row], missed: &[String]) -> Result<(), Fault> {
    let mut text = format!("\n{:<58} {:>12} {:>12}  verdict\n", "what", "goal", "measured");
    for Row { what, goal, measured, within, .. } in rows {
        let verdict = if *within { "ok" } else { "over" };
        text.push_str(&format!("{what:<58} {goal:>12} {measured:>12}  {verdict}\n"));
    }
    let file = places.test_output().join("bench.json");
    let all: Vec<Value> = rows.iter().map(Row::json).collect();
    let machine = json!({
        "system": std::env::consts::OS, "cores": std::thread::available_parallelism().map_or(0, usize::from),
    });
    let json = format!("{:#}\n", json!({"machine": machine, "rows": all, "not_measured": missed}));
    fs::write(&file, json).doing("write", &file)?;
    text.push_str(&format!("\nall figures: {}\n", file.display()));
    let _ = io::stdout().write_all(text.as_bytes());
    Ok(())
}
