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
                Err(fault) => faults.push(fault),
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
}

fn type_of(uid: &EntityUid) -> String {
    uid.type_name().to_string()
}

/// The entities of one file, which fit the schema.
fn listed(schema: &Schema, text: PolicyText<'_>) -> Result<Vec<Value>, Fault> {
    let fault = |place, message: String| Fault { origin: text.name.to_owned(), place, message };
    let value: Value = serde_json::from_str(text.text)
        .map_err(|error| fault(Some(Place::of_line(text.text, error.line())), error.to_string()))?;
    let entities =
        Entities::from_json_value(value.clone(), Some(schema)).map_err(|error| fault(None, chain(&error)))?;
    let foreign = entities.iter().map(cedar_policy::Entity::uid);
    let foreign = foreign.filter(|uid| !["Process", GROUP, "Action"].contains(&type_of(uid).as_str()));
    if let Some(uid) = foreign.into_iter().next() {
        let message =
            format!("`{uid}` is neither a `Process` nor a `ProgramGroup`; no other entities are read");
        return Err(fault(None, message));
    }
    for program in entities.iter().map(cedar_policy::Entity::uid).filter(|uid| type_of(uid) == "Process") {
        spelling::named(program.id().unescaped())
            .map_err(|why| fault(None, format!("`{program}`: {why}")))?;
    }
    let above =
        |uid: &EntityUid| entities.ancestors(uid).into_iter().flatten().any(|uid| type_of(uid) == PATH);
    if let Some(program) = entities.iter().map(cedar_policy::Entity::uid).find(above) {
        let message = format!("`{program}` is put into a `{PATH}`; where a program lies is told by its path");
        return Err(fault(None, message));
    }
    match value {
        Value::Array(entities) => Ok(entities),
        _ => Err(fault(None, "a file of entities is a list".to_owned())),
    }
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
