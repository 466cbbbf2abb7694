//! Settings of other servers as settings of winwarden: what people already have, read setting by setting.
//!
//! Untrusted: the file.
//! Guarantees: every setting of the file is told with what became of it; one that cannot be honoured is told as refused, and
//! none becomes something wider than it says.
//! Does not: write anything, or repeat a value that may be a secret.

mod automation;
mod tree;
mod windows_mcp;
mod winreg;

use std::{collections::BTreeMap, fmt};

use model::registry::RegistryPath;

use self::tree::Node;
use crate::{
    config::{Fault, Faults, Place, SETTINGS, Value},
    registry::Root,
};

/// What one setting of the file became.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Became {
    /// Settings of winwarden.
    Settings(Vec<(&'static str, Value)>),
    /// Nothing needs to be set: winwarden is so.
    AlreadySo(String),
    /// It has no effect here, and had none there.
    WithoutEffect(String),
    /// It cannot be honoured.
    Refused(String),
}

/// A setting of the file, and what it became.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// Its line, from 1.
    pub line: usize,
    /// Its name there, with its value where that is no secret.
    pub setting: String,
    /// What it became.
    pub became: Became,
}

impl fmt::Display for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}: {} -> ", self.line, self.setting)?;
        match &self.became {
            Became::Settings(settings) => {
                let all: Vec<String> =
                    settings.iter().map(|(name, value)| format!("{name} = {value}")).collect();
                f.write_str(&all.join(", "))
            }
            Became::AlreadySo(why) => write!(f, "nothing to set: {why}"),
            Became::WithoutEffect(why) => write!(f, "left out: {why}"),
            Became::Refused(why) => write!(f, "REFUSED: {why}"),
        }
    }
}

/// A file that was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Imported {
    /// Whose settings they are.
    pub server: &'static str,
    /// What each setting became, in the order of the file.
    pub steps: Vec<Step>,
}

impl Imported {
    /// How many settings cannot be honoured.
    #[must_use]
    pub fn losses(&self) -> usize {
        self.steps.iter().filter(|step| matches!(step.became, Became::Refused(_))).count()
    }

    /// The settings as a `winwarden.toml`.
    #[must_use]
    pub fn toml(&self) -> String {
        let mut values: BTreeMap<&str, Value> = BTreeMap::new();
        for step in &self.steps {
            if let Became::Settings(settings) = &step.became {
                for (name, value) in settings {
                    join(values.entry(name).or_insert_with(|| value.clone()), value);
                }
            }
        }
        let mut text = format!("# Settings of winwarden, from those of {}.\n", self.server);
        let mut table = "";
        for setting in SETTINGS {
            let Some(value) = values.get(setting.name) else { continue };
            let (its, key) = setting.place();
            if its != table {
                table = its;
                text.push_str(&format!("\n[{table}]\n"));
            }
            text.push_str(&format!("{key} = {value}\n"));
        }
        text
    }
}

/// Lists of several settings are one list.
fn join(all: &mut Value, more: &Value) {
    fn add<T: Clone + PartialEq>(all: &mut Vec<T>, more: &[T]) {
        let new: Vec<T> = more.iter().filter(|item| !all.contains(item)).cloned().collect();
        all.extend(new);
    }
    match (all, more) {
        (Value::Texts(all), Value::Texts(more)) => add(all, more),
        (Value::Keys(all), Value::Keys(more)) => add(all, more),
        (Value::Roots(all), Value::Roots(more)) => {
            all.iter_mut().zip(more).for_each(|(all, more)| add(all, more));
        }
        _ => {}
    }
}

/// What an `allowed_paths.json` of WinReg-Mcp permits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AllowedPaths {
    /// Subtrees that may be used.
    pub roots: Vec<Root>,
    /// Keys that are denied with all below them.
    pub denied: Vec<RegistryPath>,
}

/// Reads an `allowed_paths.json`; `shown` is what faults call the file.
///
/// # Errors
/// Everything in it that cannot be honoured.
pub fn allowed_paths(shown: &str, source: &str) -> Result<AllowedPaths, Faults> {
    let root = tree::json(shown, source).map_err(|fault| Faults(vec![fault]))?;
    let mut reader = Reader { shown, source, steps: Vec::new(), faults: Vec::new() };
    winreg::read(&mut reader, &root);
    let mut read = AllowedPaths { roots: Vec::new(), denied: Vec::new() };
    for Step { line, setting, became } in std::mem::take(&mut reader.steps) {
        match became {
            Became::Settings(settings) => {
                for (_, value) in settings {
                    match value {
                        Value::Roots(roots) => read.roots.extend(roots.into_iter().flatten()),
                        Value::Keys(keys) => read.denied.extend(keys),
                        Value::Switch(_) | Value::Number(_) | Value::Text(_) | Value::Texts(_) => {}
                    }
                }
            }
            Became::Refused(why) => reader.fault(line, format!("{setting}: {why}")),
            Became::AlreadySo(_) | Became::WithoutEffect(_) => {}
        }
    }
    if reader.faults.is_empty() { Ok(read) } else { Err(Faults(reader.faults)) }
}

/// Reads settings of another server; `shown` is what faults call the file.
///
/// # Errors
/// It is none of the files that are known, or wrong for its own server.
pub fn import(shown: &str, source: &str) -> Result<Imported, Faults> {
    let root = tree::read(shown, source)?;
    let mut reader = Reader { shown, source, steps: Vec::new(), faults: Vec::new() };
    let has = |names: &[&str]| names.iter().any(|name| root.get(name).is_some());
    let server = if has(&["allowed_roots", "allowedRoots", "denied_paths", "deniedPaths"]) {
        let block =
            root.get("security").filter(|block| block.entries().any(|(name, ..)| automation::is_its(name)));
        block.into_iter().for_each(|block| automation::block(&mut reader, block));
        winreg::read(&mut reader, &if block.is_some() { root.without("security") } else { root.clone() });
        winreg::NAME
    } else if has(&["server", "tools"]) || root.get("security").is_some_and(windows_mcp::is_its) {
        windows_mcp::read(&mut reader, &root);
        windows_mcp::NAME
    } else if has(&["security"]) {
        automation::read(&mut reader, &root);
        automation::NAME
    } else if root.entries().any(|(name, ..)| automation::is_its(name)) {
        automation::block(&mut reader, &root);
        automation::NAME
    } else {
        let names = [automation::NAME, windows_mcp::NAME, winreg::NAME].join("`, `");
        reader.fault(1, format!("holds the settings of none of the servers that are known: `{names}`"));
        ""
    };
    reader.steps.sort_by_key(|step| step.line);
    let Reader { steps, faults, .. } = reader;
    if faults.is_empty() { Ok(Imported { server, steps }) } else { Err(Faults(faults)) }
}

/// Takes the settings of a file one by one.
struct Reader<'a> {
    shown: &'a str,
    source: &'a str,
    steps: Vec<Step>,
    faults: Vec<Fault>,
}

impl Reader<'_> {
    fn fault(&mut self, line: usize, message: String) {
        let place = Some(Place::of_line(self.source, line));
        self.faults.push(Fault { origin: self.shown.to_owned(), place, message });
    }

    fn step(&mut self, line: usize, setting: impl Into<String>, became: Became) {
        self.steps.push(Step { line, setting: setting.into(), became });
    }

    /// A setting that the server itself does not know.
    fn unknown(&mut self, line: usize, name: &str) {
        let name = model::ui::escape(name, 80);
        self.step(line, format!("`{name}`"), Became::Refused("it is no setting that is known".into()));
    }

    /// The switch `name`; another type is a fault.
    fn switch(&mut self, name: &str, node: &Node) -> Option<bool> {
        let value = node.switch();
        if value.is_none() {
            self.fault(node.line, format!("`{name}` is `true` or `false`"));
        }
        value
    }
}

#[cfg(test)]
#[path = "../tests/import.rs"]
mod tests;
