//! The test desktop on Windows: the one that is there.

use std::{
    path::Path,
    process::{Command, ExitCode},
};

use crate::{fault::Fault, places::Places, process};

/// What of a screen a person sees, saved by what every Windows has.
const SHOT: &str = "Add-Type -AssemblyName System.Windows.Forms, System.Drawing
$area = [System.Windows.Forms.SystemInformation]::VirtualScreen
$picture = New-Object System.Drawing.Bitmap $area.Width, $area.Height
$pen = [System.Drawing.Graphics]::FromImage($picture)
$pen.CopyFromScreen($area.Location, [System.Drawing.Point]::Empty, $area.Size)
$picture.Save($env:WINWARDEN_TEST_SHOT, [System.Drawing.Imaging.ImageFormat]::Png)";

/// The desktop of whoever is signed in.
#[derive(Debug)]
pub struct Desktop;

impl Desktop {
    /// The one that is there.
    pub fn of(_places: &Places) -> Self {
        Self
    }

    /// There is nothing to start.
    ///
    /// # Errors
    /// None.
    pub fn start(&self) -> Result<(), Fault> {
        Ok(())
    }

    /// There is nothing to stop; says so.
    ///
    /// # Errors
    /// None.
    pub fn stop(&self) -> Result<(), Fault> {
        eprintln!("this is Windows: its own desktop is used, and is not stopped");
        Ok(())
    }

    /// Says that it is there.
    pub fn status(&self) -> ExitCode {
        eprintln!("this is Windows: its own desktop is used");
        ExitCode::SUCCESS
    }

    /// The command that runs a program, in the folder `here`.
    ///
    /// # Errors
    /// None.
    pub fn command(&self, name: &str, arguments: &[String], here: &Path) -> Result<Command, Fault> {
        let file = here.join(name);
        let mut command = if file.is_file() { Command::new(file) } else { Command::new(name) };
        command.args(arguments).current_dir(here);
        Ok(command)
    }

    /// What runs on it is not ours to judge.
    pub fn programs(&self) -> Vec<String> {
        Vec::new()
    }

    /// Not measured here.
    pub fn memory(&self, _part: &str) -> Option<(u64, u64)> {
        None
    }

    /// A path as programs on it read it.
    pub fn path(&self, path: &Path) -> String {
        path.to_string_lossy().into_owned()
    }

    /// Saves what a person would see, as a PNG file.
    ///
    /// # Errors
    /// The picture cannot be taken or written.
    pub fn shot(&self, file: &Path) -> Result<(), Fault> {
        let mut shell = Command::new("powershell.exe");
        let whole = std::path::absolute(file).unwrap_or_else(|_| file.to_owned());
        shell.args(["-NoProfile", "-NonInteractive", "-Command", SHOT]).env("WINWARDEN_TEST_SHOT", whole);
        process::run(&mut shell)
    }
}
