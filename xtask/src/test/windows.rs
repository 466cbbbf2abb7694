//! Tests of the code for Windows, on the test desktop: each test program runs there as any program does.

use std::{
    path::{Path, PathBuf},
    time::Duration,
};

use serde_json::Value;

use super::{Task, linux::verdict, sources, tally::Tally};
use crate::{
    build::{test_programs, windows_cargo, windows_packages},
    desktop::Desktop,
    fault::Fault,
    process::{logged_output, watched},
    progress::seconds,
    setup::{qt_applications, windows_rust},
};

/// How long one program of tests may take.
const LIMIT: Duration = Duration::from_secs(10 * 60);

/// Unit and hands-on tests.
pub fn tests(task: &Task) -> Result<Tally, Fault> {
    let desktop = Desktop::of(task.places);
    desktop.start()?;
    test_programs(task.places)?;
    let programs = build(task)?;
    let mut tally = Tally::default();
    let qt = qt_applications(task.places);
    for Program { name, file, folder } in programs {
        let log = task.log(&format!("windows-{name}"));
        let mut arguments: Vec<String> = task.filter.iter().map(ToString::to_string).collect();
        if qt.is_ok() {
            arguments.push("--include-ignored".to_owned()); // which are ignored for want of Qt's programs alone
        }
        let mut command = desktop.command(&file.to_string_lossy(), &arguments, &folder)?;
        if let Ok(folder) = &qt {
            command.env("WINWARDEN_TEST_QT", format!("Z:{}", folder.to_string_lossy().replace('/', r"\")));
        }
        let began = std::time::Instant::now();
        let part = match watched(&mut command, &log, LIMIT) {
            Ok(status) => verdict(&name, status.success(), &sources::text(&log)?, &log),
            Err(fault) => {
                let mut part = Tally::default();
                part.ended(&name, Err(fault));
                part
            }
        };
        eprintln!(
            "    {name}: {} passed, {} failed in {}",
            part.passed,
            part.failed,
            seconds(began.elapsed())
        );
        tally.add(part);
    }
    if let Err(fault) = qt {
        tally.skip("UI Automation of Qt programs", fault.to_string());
    }
    Ok(tally)
}

/// A program of tests.
#[derive(Debug, PartialEq, Eq)]
struct Program {
    name: String,
    file: PathBuf,
    /// The folder that cargo would run it in.
    folder: PathBuf,
}

fn build(task: &Task) -> Result<Vec<Program>, Fault> {
    let rust = windows_rust(task.places)?;
    let mut cargo = windows_cargo(task.places, rust, "test");
    cargo.args(["--locked", "--no-run", "--message-format", "json-render-diagnostics"]);
    cargo.args(windows_packages());
    let output = logged_output(cargo.env("CARGO_TERM_COLOR", "never"), &task.log("windows-build"))?;
    Ok(output.lines().filter_map(program).collect())
}

/// The program of tests that a line of cargo's output tells of, if it tells of one with tests in it.
fn program(line: &str) -> Option<Program> {
    let message: Value = serde_json::from_str(line).ok()?;
    let text = |pointer: &str| message.pointer(pointer).and_then(Value::as_str);
    let is_test = message.pointer("/profile/test").and_then(Value::as_bool) == Some(true);
    let file = PathBuf::from(
        text("/executable").filter(|_| is_test && text("/reason") == Some("compiler-artifact"))?,
    );
    let folder = Path::new(text("/manifest_path")?).parent()?.to_owned();
    let package = folder.file_name()?.to_string_lossy().into_owned();
    let target = text("/target/name")?;
    // The programs of `testapps` are one line each.
    let one_line = package == "testapps" && text("/target/kind/0") == Some("bin");
    let name = if target.replace('_', "-") == package { package } else { format!("{package}-{target}") };
    (!one_line).then_some(Program { name, file, folder })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn programs_of_tests_are_found_in_what_cargo_says() {
        let line = |test: bool| {
            format!(
                r#"{{"reason":"compiler-artifact","manifest_path":"/p/crates/host-windows/Cargo.toml",
                    "target":{{"name":"hands_on","kind":["test"]}},"profile":{{"test":{test}}},"executable":"/t/h.exe"}}"#
            )
        };
        let found = program(&line(true)).unwrap();
        assert_eq!(
            (found.name.as_str(), found.folder.as_path()),
            ("host-windows-hands_on", Path::new("/p/crates/host-windows"))
        );
        assert_eq!(program(&line(false)), None);
        assert_eq!(program("Compiling model"), None);
    }
}
