//! The test desktop on Linux: Xvfb and Wine, one per checkout, shared by every run.

use std::{
    fs,
    path::{Path, PathBuf},
    process::{Command, ExitCode},
    thread,
    time::{Duration, Instant},
};

use super::{
    display, prefix, program,
    state::{MARK, State, member_named, members},
};
use crate::{
    fault::{Fault, OnFile},
    places::Places,
    process::{start_fault, succeeds},
    progress::Step,
    setup::{self, Wine, wine::Bound},
};

const ADVICE: &str = "`./x desktop stop`, then again; `./x demo --sim` works without it";

/// The test desktop of one checkout.
#[derive(Debug)]
pub struct Desktop {
    places: Places,
    folder: PathBuf,
}

impl Desktop {
    /// The one of this checkout.
    pub fn of(places: &Places) -> Self {
        Self { places: places.clone(), folder: places.desktop() }
    }

    /// Brings it up; does nothing (in well under a millisecond) where it is up.
    ///
    /// # Errors
    /// Wine is missing and cannot be installed, or a server does not start.
    pub fn start(&self) -> Result<(), Fault> {
        self.state().map(drop)
    }

    /// Ends everything that runs on it, and nothing else.
    ///
    /// # Errors
    /// The state file cannot be removed.
    pub fn stop(&self) -> Result<(), Fault> {
        let _lock = self.lock()?;
        if members(&self.folder).is_empty() {
            eprintln!("the test desktop is not up");
            return State::forget(&self.folder);
        }
        let step = Step::begin("desktop", "stopping");
        let ended = self.end_all();
        step.end(ended, "end the processes that `./x desktop status` lists")
    }

    /// Tells whether it is up, and what runs on it. Exit code 0 where it is, 1 where it is not.
    pub fn status(&self) -> ExitCode {
        let Some(state) = State::read(&self.folder).filter(|state| state.up()) else {
            eprintln!("the test desktop is not up; `./x desktop start` brings it up");
            return ExitCode::FAILURE;
        };
        eprintln!("the test desktop is up: display :{}, state in {}", state.display, self.folder.display());
        for process in members(&self.folder) {
            eprintln!("  {:>7}  {}", process.pid, process.shown().chars().take(110).collect::<String>());
        }
        ExitCode::SUCCESS
    }

    /// The command that runs a Windows program on it, which is brought up first if need be. The program dies with
    /// the thread that starts it, so start it from one that stays.
    ///
    /// # Errors
    /// There is no such program, it cannot see the folder `here`, or the desktop does not come up.
    pub fn command(&self, name: &str, arguments: &[String], here: &Path) -> Result<Command, Fault> {
        let state = self.state()?;
        let wine = setup::wine(&self.places)?;
        let program = program::resolve(name, here, &self.prefix())?;
        let given = program::environment(utf8_environment());
        let home = std::env::var("WINWARDEN_HOME").ok().map(PathBuf::from).filter(|home| home.is_absolute());
        for folder in home.iter().map(PathBuf::as_path).chain([here]) {
            if !wine.sees(&self.places, folder) {
                return Err(Fault::usage(format!(
                    "the test desktop cannot see `{}`: use a folder under the home folder or /tmp",
                    folder.display()
                )));
            }
        }
        let mut command = self.inside(&wine, state.display, here, Bound::ToParent, "wine");
        command.envs(given).arg(program).args(arguments);
        Ok(command)
    }

    /// Saves what a person would see, as a PNG file.
    ///
    /// # Errors
    /// The desktop is not up, or the picture cannot be taken or written.
    pub fn shot(&self, file: &Path) -> Result<(), Fault> {
        let picture = self.inside_up("import", &["-window", "root", "png:-"])?;
        let output =
            { picture }.output().map_err(|source| Fault::Start { program: "import".into(), source })?;
        if !output.stdout.starts_with(b"\x89PNG") {
            return Err(Fault::check(format!("no picture: {}", String::from_utf8_lossy(&output.stderr))));
        }
        fs::write(file, output.stdout).doing("write", file)
    }

    /// The command lines of what runs on it.
    pub fn programs(&self) -> Vec<String> {
        members(&self.folder).into_iter().map(super::state::Process::shown).collect()
    }

    /// The memory of the newest program on it whose command line holds `part`: resident, and of that its own, in bytes.
    pub fn memory(&self, part: &str) -> Option<(u64, u64)> {
        let newest = members(&self.folder).into_iter().filter(|process| process.shown().contains(part));
        newest.max_by_key(|process| process.started)?.memory()
    }

    /// A path as programs on it read it.
    pub fn path(&self, path: &Path) -> String {
        program::windows_path(path)
    }

    fn inside_up(&self, program: &str, words: &[&str]) -> Result<Command, Fault> {
        let state = self.state()?;
        let wine = setup::wine(&self.places)?;
        let mut command = self.inside(&wine, state.display, Path::new("/"), Bound::ToParent, program);
        command.args(words);
        Ok(command)
    }

    fn state(&self) -> Result<State, Fault> {
        if let Some(state) = State::read(&self.folder).filter(|state| state.up()) {
            return Ok(state);
        }
        let wine = setup::wine(&self.places)?;
        let _lock = self.lock()?;
        if let Some(state) = State::read(&self.folder).filter(|state| state.up()) {
            return Ok(state);
        }
        let step = Step::begin("desktop", "starting a virtual display with Wine");
        let state = self.bring_up(&wine, &step);
        step.end(state, ADVICE)
    }

    fn bring_up(&self, wine: &Wine, step: &Step) -> Result<State, Fault> {
        for folder in [self.folder.clone(), self.folder.join("home")] {
            fs::create_dir_all(&folder).doing("make the folder", &folder)?;
        }
        self.end_all()?;
        let (number, xserver) = {
            let _lock = self.places.lock("displays")?;
            let command = self.inside(wine, 0, Path::new("/"), Bound::No, "Xvfb");
            display::start(command, &self.folder)?
        };
        let inside = |program: &str| self.inside(wine, number, Path::new("/"), Bound::No, program);
        if !self.prefix().is_dir() {
            step.note("making Wine's C: drive, once (about 15 s)");
        }
        prefix::ensure(&self.folder, inside)?;
        let log = self.folder.join("wine.log");
        display::detached(inside("wineserver").arg("--persistent"), &log)?;
        let wineserver = display::wait_for("Wine's server did not start", 10, &log, || {
            member_named(&self.folder, "wineserver")
        })?;
        let (width, height) = display::SIZE;
        let mut shell = inside("wine");
        shell.arg(r"C:\windows\system32\explorer.exe").arg(format!("/desktop=Default,{width}x{height}"));
        display::detached(&mut shell, &self.folder.join("explorer.log"))?;
        display::wait_for("Wine's desktop did not appear", 60, &log, || {
            succeeds(inside("xdotool").args(["search", "--onlyvisible", "--class", "explorer"])).then_some(())
        })?;
        let state = State { display: number, xserver, wineserver };
        state.write(&self.folder)?;
        Ok(state)
    }

    /// First as Wine ends a session, then the servers, then whatever is left.
    fn end_all(&self) -> Result<(), Fault> {
        if member_named(&self.folder, "wineserver").is_some() {
            let wine = setup::wine(&self.places)?;
            let mut kill = self.inside(&wine, 0, Path::new("/"), Bound::No, "wineserver");
            kill.arg("--kill").status().map_err(|source| start_fault(&kill, source))?;
        }
        for (signal, patience) in [("TERM", 3), ("KILL", 5)] {
            let began = Instant::now();
            members(&self.folder).iter().for_each(|process| process.signal(signal));
            while !members(&self.folder).is_empty() && began.elapsed() < Duration::from_secs(patience) {
                thread::sleep(Duration::from_millis(20));
            }
        }
        State::forget(&self.folder)
    }

    fn inside(&self, wine: &Wine, display: u32, at: &Path, bound: Bound, program: &str) -> Command {
        let mut command = wine.command(&self.places, at, bound, program);
        command.env("DISPLAY", format!(":{display}")).env(MARK, &self.folder);
        command
            .env("WINEPREFIX", self.prefix())
            .env("WINEARCH", "win64")
            .env("HOME", self.folder.join("home"));
        command
    }

    fn prefix(&self) -> PathBuf {
        self.folder.join("prefix")
    }

    fn lock(&self) -> Result<crate::places::Lock, Fault> {
        let name = self.folder.file_name().unwrap_or_default().to_string_lossy().into_owned();
        self.places.lock(&format!("desktop-{name}"))
    }
}

fn utf8_environment() -> impl Iterator<Item = (String, String)> {
    std::env::vars_os()
        .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)))
}
