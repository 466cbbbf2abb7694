//! A person's own groups of programs, from files `*.entities.json` beside the policies.
//!
//! Untrusted: the files.
//! Guarantees: what does not fit the schema is a fault; a program is found by any spelling of its path that a call may
//! have; one that can never be found is a fault.
//! Does not: know whether there are such programs.

use std::collections::{HashMap, HashSet};

use cedar_policy::{Entities, EntityUid, Schema};
use serde_json::Value;

use crate::{
    PolicyText,
    config::{Fault, Faults, Place},
    place::PATH,
    spelling,
};

/// How the name of a file of entities ends.
const ENDING: &str = ".entities.json";

/// Whether a text is one of entities, by its name.
pub(crate) fn is_entities(text: &PolicyText<'_>) -> bool {
    text.name.to_ascii_lowercase().ends_with(ENDING)
}

/// The type of a group of programs.
pub(crate) const GROUP: &str = "ProgramGroup";

/// The groups that each program is in.
#[derive(Debug, Default)]
pub(crate) struct Groups {
    of: HashMap<String, HashSet<EntityUid>>,
    /// Every group that is defined, or that something is said to be in.
    all: HashSet<EntityUid>,
}

impl Groups {
    /// Reads the texts of entities among `texts`, in Cedar's JSON format.
    ///
    /// # Errors
    /// What is no JSON, does not fit the schema, or is neither a program nor a group of programs.
    pub(crate) fn read(schema: &Schema, texts: &[PolicyText<'_>]) -> Result<Self, Faults> {
        let (mut all, mut names, mut faults) = (Vec::new(), Vec::new(), Vec::new());
        for text in texts.iter().filter(|text| is_entities(text)) {
            names.push(text.name);
            match listed(schema, *text) {
                Ok(entities) => all.extend(entities),
                Err(found) => faults.extend(found),
            }
        }
        if !faults.is_empty() {
            return Err(Faults(faults));
        }
        let entities = Entities::from_json_value(Value::Array(all), Some(schema)).map_err(|error| {
            Faults(vec![Fault { origin: names.join(", "), place: None, message: error.to_string() }])
        })?;
        let mut groups = Self::default();
        for entity in entities.iter() {
            let uid = entity.uid();
            let above: HashSet<EntityUid> = entities.ancestors(&uid).into_iter().flatten().cloned().collect();
            groups.all.extend(above.iter().chain([&uid]).filter(|uid| type_of(uid) == GROUP).cloned());
            if type_of(&uid) == "Process" {
                let Ok(path) = spelling::named(uid.id().unescaped()) else { continue };
                groups.of.entry(path).or_default().extend(above);
            }
        }
        Ok(groups)
    }

    /// The names of all groups.
    pub(crate) fn names(&self) -> Vec<String> {
        self.all.iter().map(|group| group.id().unescaped().to_owned()).collect()
    }

    /// The groups of the program at `path`.
    pub(crate) fn of(&self, path: &str) -> impl Iterator<Item = &EntityUid> {
        let found = if self.of.is_empty() { None } else { self.of.get(&spelling::program(path)) };
        found.into_iter().flatten()
    }

    /// Each program that is in any, by its path, with its groups.
    pub(crate) fn programs(&self) -> impl Iterator<Item = (&str, &HashSet<EntityUid>)> {
        self.of.iter().map(|(path, groups)| (path.as_str(), groups))
    }
}

fn type_of(uid: &EntityUid) -> String {
    uid.type_name().to_string()
}

/// The entities of one file, which fit the schema.
fn listed(schema: &Schema, text: PolicyText<'_>) -> Result<Vec<Value>, Vec<Fault>> {
    let fault = |line: Option<usize>, message: String| {
        let place = line.map(|line| Place::of_line(text.text, line));
        Fault { origin: text.name.to_owned(), place, message }
    };
    let value: Value = serde_json::from_str(text.text)
        .map_err(|error| vec![fault(Some(error.line()), error.to_string())])?;
    let Value::Array(entities) = value else {
        return Err(vec![fault(None, "a file of entities is a list".to_owned())]);
    };
    let unfit = entities.iter().enumerate().filter_map(|(number, entity)| {
        let message = fits(schema, entity).err()?;
        Some(fault(line_of(text.text, number), message))
    });
    let faults: Vec<Fault> = unfit.collect();
    if !faults.is_empty() {
        return Err(faults);
    }
    match Entities::from_json_value(Value::Array(entities.clone()), Some(schema)) {
        Ok(_) => Ok(entities),
        Err(error) => Err(vec![fault(None, chain(&error))]),
    }
}

/// Whether an entity is one of those that are read.
fn fits(schema: &Schema, entity: &Value) -> Result<(), String> {
    let alone = Entities::from_json_value(Value::Array(vec![entity.clone()]), Some(schema))
        .map_err(|error| chain(&error))?;
    for uid in alone.iter().map(cedar_policy::Entity::uid) {
        match type_of(&uid).as_str() {
            "Process" => {
                spelling::named(uid.id().unescaped()).map_err(|why| format!("`{uid}`: {why}"))?;
            }
            GROUP | "Action" => {}
            _ => {
                return Err(format!(
                    "`{uid}` is neither a `Process` nor a `ProgramGroup`; no other entities are read"
                ));
            }
        }
        if alone.ancestors(&uid).into_iter().flatten().any(|above| type_of(above) == PATH) {
            return Err(format!("`{uid}` is put into a `{PATH}`; where a program lies is told by its path"));
        }
    }
    Ok(())
}

/// The line, from 1, at which item number `number` (from 0) of a list in JSON begins.
fn line_of(text: &str, number: usize) -> Option<usize> {
    let (mut line, mut depth, mut items, mut awaited) = (1, 0_usize, 0, false);
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        if c == '\n' {
            line += 1;
        }
        if c.is_whitespace() {
            continue;
        }
        if awaited && depth == 1 && c != ']' {
            if items == number {
                return Some(line);
            }
            (items, awaited) = (items + 1, false);
        }
        match c {
            '[' | '{' => {
                awaited = depth == 0;
                depth += 1;
            }
            ']' | '}' => depth = depth.saturating_sub(1),
            ',' => awaited = depth == 1,
            // A string of JSON has no line break in it.
            '"' => {
                while let Some(c) = chars.next().filter(|c| *c != '"') {
                    if c == '\\' {
                        chars.next();
                    }
                }
            }
            _ => {}
        }
    }
    None
}

/// An error with what it comes from.
fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        text.push_str(&format!(": {cause}"));
        source = cause.source();
    }
    text
}

#[cfg(test)]
#[path = "tests/groups.rs"]
mod tests;
