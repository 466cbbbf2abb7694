//! The rules of the house that a machine can check: sizes, lints, workflows, and the tests that the threat model names.

use std::path::Path;

use super::{
    Task,
    sources::{code_spans, files, short, text},
    tally::Tally,
};
use crate::{fault::Fault, places::Places};

/// Longest source file, tests included, in lines.
const LONGEST: usize = 500;
/// Longest `lib.rs`, in lines.
const LONGEST_LIB: usize = 60;
/// Longest starter, in lines.
const LONGEST_STARTER: usize = 3;
/// Crates that call Windows, and so may use `unsafe`.
const UNSAFE: [&str; 2] = ["crates/host-windows", "crates/testapps"];
/// Names that say nothing.
const NAMELESS: [&str; 4] = ["common", "utils", "helpers", "misc"];

/// Every rule.
pub fn run(task: &Task) -> Result<Tally, Fault> {
    let places = task.places;
    let mut tally = Tally::default();
    tally.check("files aim at 200 lines and stop at 500", &sizes(places)?);
    tally.check(
        "every crate has the workspace's lints, and forbids `unsafe` unless it calls Windows",
        &crates(places)?,
    );
    tally.check("each threat names tests that exist", &threats(places)?);
    tally.check("workflows have few rights and pinned actions", &workflows(places)?);
    tally.check("tests that are not run say why", &ignored(places)?);
    Ok(tally)
}

fn rust_files(places: &Places) -> Result<Vec<(String, String)>, Fault> {
    let mut all = Vec::new();
    for folder in ["crates", "tests", "xtask"] {
        for file in files(&places.project.join(folder), ".rs")? {
            all.push((short(&places.project, &file), text(&file)?));
        }
    }
    Ok(all)
}

fn sizes(places: &Places) -> Result<Vec<String>, Fault> {
    let mut found = Vec::new();
    for (name, source) in rust_files(places)? {
        let limit = if name.ends_with("src/lib.rs") { LONGEST_LIB } else { LONGEST };
        let lines = source.lines().count();
        if lines > limit {
            found.push(format!("{name} has {lines} lines; at most {limit}"));
        }
        if NAMELESS
            .iter()
            .any(|word| name.ends_with(&format!("/{word}.rs")) || name.contains(&format!("/{word}/")))
        {
            found.push(format!("{name}: the name says nothing"));
        }
    }
    for starter in ["x", "x.ps1"] {
        let lines = text(&places.project.join(starter))?.lines().count();
        found.extend(
            (lines > LONGEST_STARTER)
                .then(|| format!("{starter} has {lines} lines; at most {LONGEST_STARTER}")),
        );
    }
    Ok(found)
}

fn crates(places: &Places) -> Result<Vec<String>, Fault> {
    let mut found = Vec::new();
    for manifest in files(&places.project, "Cargo.toml")? {
        let Some(folder) = manifest.parent().filter(|folder| *folder != places.project) else { continue };
        let name = short(&places.project, folder);
        if !text(&manifest)?.contains("[lints]\nworkspace = true") {
            found.push(format!("{name}: no `[lints] workspace = true`"));
        }
        for root in ["src/lib.rs", "src/main.rs"].map(|root| folder.join(root)) {
            let fenced = !root.is_file() || text(&root)?.contains("#![forbid(unsafe_code)]");
            if !fenced && !UNSAFE.contains(&name.as_str()) {
                found.push(format!("{}: no `#![forbid(unsafe_code)]`", short(&places.project, &root)));
            }
        }
    }
    Ok(found)
}

/// `crate::test` in the threat model, each of which must be a function in that crate.
fn threats(places: &Places) -> Result<Vec<String>, Fault> {
    let model = text(&places.project.join("docs").join("threat-model.md"))?;
    let (mut found, mut named) = (Vec::new(), 0);
    for span in code_spans(&model) {
        let Some((package, test)) = span.split_once("::").filter(|(_, test)| is_name(test)) else { continue };
        if package == "crate" {
            continue;
        }
        named += 1;
        if !has_function(&folder_of(places, package), test)? {
            found.push(format!("`{span}` does not exist"));
        }
    }
    if named == 0 {
        found.push("it names no test".to_owned());
    }
    Ok(found)
}

fn folder_of(places: &Places, package: &str) -> std::path::PathBuf {
    let folder = match package {
        "xtask" => "xtask".to_owned(),
        "e2e" => "tests/e2e".to_owned(),
        _ => format!("crates/{package}"),
    };
    places.project.join(folder)
}

fn is_name(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_')
}

fn has_function(folder: &Path, name: &str) -> Result<bool, Fault> {
    if !folder.is_dir() {
        return Ok(false);
    }
    let wanted = format!("fn {name}(");
    for file in files(folder, ".rs")? {
        if text(&file)?.contains(&wanted) {
            return Ok(true);
        }
    }
    Ok(false)
}

fn workflows(places: &Places) -> Result<Vec<String>, Fault> {
    let folder = places.project.join(".github").join("workflows");
    let mut found = Vec::new();
    for file in files(&folder, ".yml")? {
        let (name, workflow) = (short(&places.project, &file), text(&file)?);
        if !workflow.lines().any(|line| line.starts_with("permissions:")) {
            found.push(format!("{name}: no `permissions` for the whole workflow"));
        }
        for action in
            workflow.lines().filter_map(|line| line.trim().trim_start_matches("- ").strip_prefix("uses: "))
        {
            let version = action
                .split(' ')
                .next()
                .and_then(|action| action.rsplit_once('@'))
                .map(|(_, version)| version);
            if !version.is_some_and(is_pinned) {
                found.push(format!("{name}: `{action}` is not pinned to a commit or a major version"));
            }
        }
    }
    Ok(found)
}

/// A commit, or a major version such as `v4`: never a branch.
fn is_pinned(version: &str) -> bool {
    let commit = version.len() == 40 && version.bytes().all(|b| b.is_ascii_hexdigit());
    let major = version
        .strip_prefix('v')
        .is_some_and(|number| !number.is_empty() && number.bytes().all(|b| b.is_ascii_digit()));
    commit || major
}

fn ignored(places: &Places) -> Result<Vec<String>, Fault> {
    let bare = |(name, source): (String, String)| {
        source
            .lines()
            .any(|line| line.trim() == "#[ignore]")
            .then(|| format!("{name}: `#[ignore]` without a reason"))
    };
    Ok(rust_files(places)?.into_iter().filter_map(bare).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_branch_is_no_pin() {
        assert!(is_pinned("v4") && is_pinned("08c6903cd8c0fde910a37f88322edcfb5dd907a8"));
        assert!(!is_pinned("main") && !is_pinned("v") && !is_pinned("08c6903"));
    }

    #[test]
    fn a_test_that_the_threat_model_names_is_found_in_its_crate_alone() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR"));
        assert!(has_function(folder, "a_branch_is_no_pin").unwrap());
        assert!(!has_function(folder, "there_is_no_such_test").unwrap());
        assert!(!has_function(&folder.join("nothing"), "a_branch_is_no_pin").unwrap());
    }
}
