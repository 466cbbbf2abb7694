//! The copy of the workspace that holds the mutants. The checkout's own sources never change.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use super::{
    listed::{Mutant, PACKAGES},
    weave::{Woven, weave},
};
use crate::{
    fault::{Fault, OnFile},
    places::{self, Places},
    process::capture,
};

/// What is given to each crate with mutants.
const SWITCH: &str = include_str!("switch.in");
/// Lints in place of the workspace's: mutants are no code that anybody wrote.
const LINTS: &str = "[lints.rust]\nwarnings = \"allow\"\narithmetic_overflow = \"allow\"\n\
                     unconditional_panic = \"allow\"\n";

/// Tests spend their time in Cedar, and run thousands of times.
const QUICK: &str = "\n[profile.dev.package.cedar-policy]\nopt-level = 2\ndebug = false\n\
                     \n[profile.dev.package.cedar-policy-core]\nopt-level = 2\ndebug = false\n";

/// A copy, in `target/mutants/source`.
#[derive(Debug)]
pub struct Copy {
    /// Its folder.
    pub folder: PathBuf,
    /// Where it is built.
    pub target: PathBuf,
    /// What each file with mutants was.
    sources: BTreeMap<String, String>,
}

impl Copy {
    /// Brings it up to date with the checkout. Files that are as they should be are left alone, so that only what changed
    /// is built again.
    ///
    /// # Errors
    /// A file cannot be read or written, or git cannot say which there are.
    pub fn make(places: &Places, mutants: &[Mutant]) -> Result<Self, Fault> {
        let base = places.target().join("mutants");
        let copy = Self { folder: base.join("source"), target: base.join("build"), sources: BTreeMap::new() };
        let files: BTreeSet<&str> = mutants.iter().map(|mutant| mutant.file.as_str()).collect();
        let mut git = Command::new("git");
        git.args(["ls-files", "-z", "--cached", "--others", "--exclude-standard"])
            .current_dir(&places.project);
        let mut sources = BTreeMap::new();
        let listed = capture(&mut git)?;
        for name in listed.split('\0').filter(|name| !name.is_empty()) {
            let from = places.project.join(name);
            if !from.is_file() {
                continue;
            }
            let content = fs::read(&from).doing("read", &from)?;
            let text = || String::from_utf8_lossy(&content).into_owned();
            if files.contains(name) {
                sources.insert(name.to_owned(), text());
                // lib.rs has no mutants here; what has some is written when they are in it.
                continue;
            }
            let package = PACKAGES.iter().find(|package| name.starts_with(&format!("crates/{package}/")));
            let content = match package {
                Some(_) if name.ends_with("/src/lib.rs") => format!("{}mod mutant__;\n", text()).into_bytes(),
                Some(_) if name.ends_with("/Cargo.toml") => {
                    text().replace("[lints]\nworkspace = true\n", LINTS).into_bytes()
                }
                _ if name == "Cargo.toml" => format!("{}{QUICK}", text()).into_bytes(),
                _ => content,
            };
            put(&copy.folder.join(name), &content)?;
        }
        let switch = SWITCH.replace("COUNT: usize = 0", &format!("COUNT: usize = {}", mutants.len()));
        for package in PACKAGES {
            put(&copy.folder.join(format!("crates/{package}/src/mutant__.rs")), switch.as_bytes())?;
        }
        copy.forget_what_is_gone(&listed)?;
        Ok(Self { sources, ..copy })
    }

    /// Writes the files with mutants, without those in `out`. Gives what each now holds.
    ///
    /// # Errors
    /// A file cannot be parsed or written.
    pub fn weave(
        &self,
        mutants: &[Mutant],
        out: &BTreeSet<usize>,
        constant: &BTreeSet<String>,
    ) -> Result<Vec<Woven>, Fault> {
        let mut all = Vec::new();
        for (name, source) in &self.sources {
            let here: Vec<&Mutant> = mutants.iter().filter(|mutant| mutant.file == *name).collect();
            let woven = weave(source, &here, out, constant)
                .map_err(|fault| Fault::check(format!("cannot parse `{name}`: {fault}")))?;
            put(&self.folder.join(name), woven.text.as_bytes())?;
            all.push(woven);
        }
        Ok(all)
    }

    /// A short name for what a mutant's file was, to know it again.
    pub fn key(&self, mutant: &Mutant) -> String {
        self.sources.get(&mutant.file).map_or_else(String::new, |source| places::key(source))
    }

    /// Files that are in the copy and no more in the checkout would still be built.
    fn forget_what_is_gone(&self, listed: &str) -> Result<(), Fault> {
        let kept: BTreeSet<PathBuf> = listed.split('\0').map(|name| self.folder.join(name)).collect();
        let mut folders = vec![self.folder.join("crates"), self.folder.join("tests")];
        while let Some(folder) = folders.pop() {
            for entry in fs::read_dir(&folder).doing("list", &folder)?.filter_map(Result::ok) {
                let path = entry.path();
                if path.is_dir() {
                    folders.push(path);
                } else if !kept.contains(&path) && !path.ends_with("mutant__.rs") {
                    fs::remove_file(&path).doing("remove", &path)?;
                }
            }
        }
        Ok(())
    }
}

fn put(file: &Path, content: &[u8]) -> Result<(), Fault> {
    if fs::read(file).is_ok_and(|old| old == content) {
        return Ok(());
    }
    if let Some(folder) = file.parent() {
        fs::create_dir_all(folder).doing("make the folder", folder)?;
    }
    fs::write(file, content).doing("write", file)
}
