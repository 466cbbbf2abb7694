//! A session of winwarden with a home folder of its own.

use std::{
    fs, ops,
    path::Path,
    process::{Command, ExitStatus},
    time::Duration,
};

use serde_json::Value;
use tempfile::TempDir;

use crate::{Client, Desk, Trouble, Turn};

/// These tests are about what is done; what asks or is refused has tests of its own.
const SERVE: [&str; 3] = ["serve", "--profile", "lab"];

/// The shipped executable, serving on the desktop, which no other test has meanwhile.
#[derive(Debug)]
pub struct Session {
    client: Client,
    home: TempDir,
    _turn: Turn,
}

impl Session {
    /// Takes the desktop and starts `winwarden serve` with these further arguments.
    ///
    /// # Errors
    /// It is not built, or does not answer.
    pub fn start(arguments: &[&str]) -> Result<Self, Trouble> {
        let all: Vec<&str> = SERVE.into_iter().chain(arguments.iter().copied()).collect();
        Self::of(Desk::get().server(&all)?)
    }

    /// The same under the profile that asks a person before it starts programs.
    ///
    /// # Errors
    /// It is not built, or does not answer.
    pub fn asking() -> Result<Self, Trouble> {
        Self::of(Desk::get().server(&["serve", "--profile", "assistant"])?)
    }

    /// Takes the desktop and starts `winwarden serve` in a console window of its own.
    ///
    /// # Errors
    /// It is not built, or does not answer.
    pub fn in_console() -> Result<Self, Trouble> {
        let desk = Desk::get();
        let executable = desk.path(desk.executable());
        let all: Vec<&str> = [executable.as_str()].into_iter().chain(SERVE).collect();
        Self::of(desk.test_program("console", &all)?)
    }

    /// As [`start`](Self::start), under these policies of a person's own.
    ///
    /// # Errors
    /// They cannot be written; it is not built, or does not answer.
    pub fn under(policies: &str, arguments: &[&str]) -> Result<Self, Trouble> {
        let home = tempfile::tempdir().map_err(Trouble::io("make a home folder"))?;
        let folder = home.path().join("policies");
        fs::create_dir(&folder).map_err(Trouble::io("make a folder of policies"))?;
        fs::write(folder.join("mine.cedar"), policies).map_err(Trouble::io("write policies"))?;
        let all: Vec<&str> = SERVE.into_iter().chain(arguments.iter().copied()).collect();
        Self::in_home(Desk::get().server(&all)?, home)
    }

    fn of(command: Command) -> Result<Self, Trouble> {
        Self::in_home(command, tempfile::tempdir().map_err(Trouble::io("make a home folder"))?)
    }

    fn in_home(mut command: Command, home: TempDir) -> Result<Self, Trouble> {
        let turn = Desk::get().turn()?;
        // The badge lies over what these tests click.
        command.env("WINWARDEN_HOME", home.path()).env("WINWARDEN_BADGE", "false");
        Ok(Self { client: Client::start(command)?, home, _turn: turn })
    }

    /// Ends the server, and starts another with the same home folder.
    ///
    /// # Errors
    /// It does not end, or the other does not answer.
    pub fn again(self) -> Result<Self, Trouble> {
        let Self { client, home, _turn } = self;
        client.end()?;
        let mut command = Desk::get().server(&SERVE)?;
        command.env("WINWARDEN_HOME", home.path()).env("WINWARDEN_BADGE", "false");
        Ok(Self { client: Client::start(command)?, home, _turn })
    }

    /// The folder that `WINWARDEN_HOME` names.
    pub fn home(&self) -> &Path {
        self.home.path()
    }

    /// Ends the input and waits for the server to end; gives how it ended and how long that took.
    ///
    /// # Errors
    /// It does not end.
    pub fn end(self) -> Result<(ExitStatus, Duration), Trouble> {
        self.client.end()
    }

    /// What was recorded so far, in order.
    ///
    /// # Errors
    /// A file cannot be read, or a line is no JSON.
    pub fn audit(&self) -> Result<Vec<Value>, Trouble> {
        let mut records = Vec::new();
        for (path, text) in self.written()? {
            if !path.ends_with(".jsonl") {
                continue;
            }
            for line in text.lines() {
                let form = |_| Trouble::Form { method: path.clone(), line: line.to_owned() };
                records.push(serde_json::from_str(line).map_err(form)?);
            }
        }
        Ok(records)
    }

    /// Every file below the home folder, as text: to look for what must stand in none.
    ///
    /// # Errors
    /// One cannot be read.
    pub fn written(&self) -> Result<Vec<(String, String)>, Trouble> {
        let mut files = Vec::new();
        let mut folders = vec![self.home.path().to_owned()];
        while let Some(folder) = folders.pop() {
            let doing = || Trouble::io(format!("read `{}`", folder.display()));
            for entry in fs::read_dir(&folder).map_err(doing())? {
                let path = entry.map_err(doing())?.path();
                if path.is_dir() {
                    folders.push(path);
                } else {
                    let bytes = fs::read(&path).map_err(Trouble::io(format!("read `{}`", path.display())))?;
                    files.push((
                        path.to_string_lossy().into_owned(),
                        String::from_utf8_lossy(&bytes).into_owned(),
                    ));
                }
            }
        }
        files.sort();
        Ok(files)
    }
}

impl ops::Deref for Session {
    type Target = Client;

    fn deref(&self) -> &Client {
        &self.client
    }
}

impl ops::DerefMut for Session {
    fn deref_mut(&mut self) -> &mut Client {
        &mut self.client
    }
}
