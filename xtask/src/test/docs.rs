//! That the docs list every tool, argument, option and code, and nothing that is no longer there.

use std::process::Command;

use serde_json::Value;

use super::{Task, sources, tally::Tally};
use crate::{
    build::own_cargo,
    fault::Fault,
    process::{capture, logged},
};

/// The commands whose options `docs/cli.md` lists.
const COMMANDS: [&[&str]; 6] = [&[], &["serve"], &["tools"], &["codes"], &["audit"], &["audit", "export"]];

/// Compares the docs with what the executable says of itself.
pub fn run(task: &Task) -> Result<Tally, Fault> {
    let places = task.places;
    // Of the whole workspace, as the tests are: the same features, so that nothing is built twice.
    let mut cargo = own_cargo(places, "build");
    logged(cargo.args(["--locked", "--workspace", "--bin", "winwarden"]), &task.log("docs-build"))?;
    let program = places.target().join("debug").join(format!("winwarden{}", std::env::consts::EXE_SUFFIX));
    let say = |arguments: &[&str]| capture(Command::new(&program).args(arguments));
    let listing = say(&["tools", "--toolsets", "all", "--json"])?;
    let listing = serde_json::from_str(&listing)
        .map_err(|error| Fault::check(format!("`winwarden tools --json`: {error}")))?;
    let mut options = Vec::new();
    for command in COMMANDS {
        options.extend(options_in(&say(&[command, &["--help"]].concat())?));
    }
    let codes: Vec<String> =
        say(&["codes"])?.lines().filter_map(|line| line.split(' ').next().map(str::to_owned)).collect();
    let mut tally = Tally::default();
    let mut compare = |file: &str, is_there: Vec<String>, like: fn(&str) -> bool, strict: bool| {
        let told =
            sources::text(&places.project.join("docs").join(file)).map(|text| sources::code_spans(&text));
        let found = match told {
            Ok(told) => differences(&is_there, &told, like, strict),
            Err(fault) => vec![fault.to_string()],
        };
        tally.check(&format!("docs/{file}"), &found);
    };
    compare("tools.md", tools_in(&listing), |_| false, false);
    compare("cli.md", options, |span| span.starts_with("--"), true);
    compare("errors.md", codes, is_code, true);
    Ok(tally)
}

/// What is there but not told, and (where `strict`) what is told, looks like it, and is not there.
fn differences(is_there: &[String], told: &[String], like: fn(&str) -> bool, strict: bool) -> Vec<String> {
    let words: Vec<&str> = told.iter().filter_map(|span| span.split([' ', '=', ',']).next()).collect();
    let mut found: Vec<String> = is_there
        .iter()
        .filter(|name| !words.contains(&name.as_str()))
        .map(|name| format!("`{name}` is missing"))
        .collect();
    let stale =
        words.iter().filter(|word| strict && like(word) && !is_there.iter().any(|name| name == *word));
    found.extend(stale.map(|word| format!("`{word}` is told but is not there")));
    found.sort();
    found.dedup();
    found
}

/// Names of tools and of their arguments.
fn tools_in(listing: &Value) -> Vec<String> {
    let tools = listing.get("tools").and_then(Value::as_array);
    let mut names = Vec::new();
    for tool in tools.into_iter().flatten() {
        names.extend(tool.get("name").and_then(Value::as_str).map(str::to_owned));
        let arguments = tool.pointer("/inputSchema/properties").and_then(Value::as_object);
        names.extend(arguments.into_iter().flat_map(|arguments| arguments.keys().cloned()));
    }
    names.sort();
    names.dedup();
    names
}

/// Long options in a help text.
fn options_in(help: &str) -> Vec<String> {
    let words = help.lines().map(str::trim_start).filter(|line| line.starts_with('-')).flat_map(|line| {
        line.split([' ', ','])
            .take(4)
            .filter(|word| word.starts_with("--") && word.len() > 2)
            .map(str::to_owned)
    });
    words.collect()
}

fn is_code(span: &str) -> bool {
    span.len() > 4
        && span.contains('_')
        && !span.starts_with("WINWARDEN")
        && span.bytes().all(|b| b.is_ascii_uppercase() || b == b'_')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(words: &[&str]) -> Vec<String> {
        words.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn what_is_missing_and_what_is_stale_are_both_found() {
        let found = differences(
            &all(&["NOT_FOUND", "OBSCURED"]),
            &all(&["OBSCURED", "OLD_CODE", "click"]),
            is_code,
            true,
        );
        assert_eq!(found, ["`NOT_FOUND` is missing", "`OLD_CODE` is told but is not there"]);
    }

    #[test]
    fn options_are_read_from_a_help_text() {
        let help =
            "Options:\n      --toolsets <LIST>  Toolsets: see --all\n  -h, --help  Print help\nUsage: --no";
        assert_eq!(options_in(help), ["--toolsets", "--help"]);
    }

    #[test]
    fn an_option_is_told_with_its_value() {
        assert!(differences(&all(&["--sim"]), &all(&["--sim WORLD.json"]), |_| false, true).is_empty());
    }
}
