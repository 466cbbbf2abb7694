//! Holding a call's arguments against the schema, and reading what passes.

use model::ui::escape;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value, json};

use super::{
    Check, accepted, given,
    hold::{Kind, SchemaFault, Step, faults},
    resembling,
};

/// Reads the arguments of a call; what fails the schema is told to `check` and left out.
///
/// Every field of `A` is optional, so that what is left can be checked further.
pub(crate) fn read<A: DeserializeOwned>(
    schema: &Map<String, Value>,
    arguments: &Map<String, Value>,
    check: &mut Check,
) -> Option<A> {
    let mut arguments = Value::Object(arguments.clone());
    whole_numbers(&mut arguments);
    let faults = faults(schema, &arguments);
    for fault in &faults {
        fault.tell(schema, &arguments, check);
    }
    for fault in &faults {
        fault.take_out(&mut arguments);
    }
    match serde_json::from_value(arguments) {
        Ok(read) => Some(read),
        // The schema is stricter than the type, as the tests show; serde's words could show a secret.
        Err(_) => {
            check.refuse("the arguments cannot be read");
            None
        }
    }
}

/// Some clients write `3.0` for 3.
pub(super) fn whole_numbers(value: &mut Value) {
    const EXACT: f64 = 9_007_199_254_740_992.0;
    match value {
        Value::Number(number) => {
            if let Some(float) = number.as_f64().filter(|_| number.is_f64())
                && float.fract() == 0.0
                && float.abs() < EXACT
            {
                #[expect(clippy::cast_possible_truncation, reason = "it is whole and within 53 bits")]
                let whole = float as i64;
                *value = json!(whole);
            }
        }
        Value::Array(items) => items.iter_mut().for_each(whole_numbers),
        Value::Object(map) => map.values_mut().for_each(whole_numbers),
        Value::Null | Value::Bool(_) | Value::String(_) => {}
    }
}

impl SchemaFault {
    fn tell(&self, schema: &Map<String, Value>, arguments: &Value, check: &mut Check) {
        let path = written(&self.path);
        match &self.kind {
            Kind::Value => {
                let was = at(arguments, &self.path).unwrap_or(&Value::Null);
                let accepted = subschema(schema, &self.path).map_or_else(String::new, |s| accepted(s, was));
                let given = given(&path, was);
                check.refuse_argument(&path, format!("`{path}` is {given}; accepted: {accepted}"));
            }
            Kind::Missing(name) => {
                let path = join(&path, name);
                let mut inner = self.path.clone();
                inner.push(Step::Name(name.clone()));
                let accepted = subschema(schema, &inner).map_or_else(String::new, |s| accepted(s, &json!(0)));
                check.refuse_argument(&path, format!("`{path}` is missing; accepted: {accepted}"));
            }
            Kind::Unknown(names) => {
                let mut known = names_of(schema);
                // Names of the same object come first: of two that are as alike, the first is suggested.
                known.sort_by_key(|name| !path.is_empty() && !name.starts_with(&format!("{path}.")));
                for name in names {
                    let unknown = join(&path, &escape(name, 40));
                    let tool = check.tool();
                    let meant = resembling(name, known.iter().map(String::as_str).filter(|k| *k != unknown));
                    let meant = meant.map_or_else(String::new, |m| format!(" (did you mean `{m}`?)"));
                    check.refuse_argument(
                        &unknown,
                        format!("`{unknown}` is not an argument of {tool}{meant}"),
                    );
                }
                check.tell_known(top_names_of(schema));
            }
        }
    }

    /// Takes the faulty value out of the arguments: the smallest part that can be missing.
    fn take_out(&self, arguments: &mut Value) {
        match &self.kind {
            Kind::Value => {
                let until = self.path.iter().position(|step| matches!(step, Step::Index(_)));
                remove(arguments, self.path.get(..until.unwrap_or(self.path.len())).unwrap_or_default());
            }
            Kind::Missing(_) => {}
            Kind::Unknown(names) => {
                for name in names {
                    let mut path = self.path.clone();
                    path.push(Step::Name(name.clone()));
                    remove(arguments, &path);
                }
            }
        }
    }
}

fn join(path: &str, name: &str) -> String {
    if path.is_empty() { name.to_owned() } else { format!("{path}.{name}") }
}

/// A path as people write it: `find.role`, `modifiers[1]`. Names in it are those of the schema.
fn written(path: &[Step]) -> String {
    let mut text = String::new();
    for step in path {
        match step {
            Step::Name(name) => text = join(&text, name),
            Step::Index(index) => text.push_str(&format!("[{index}]")),
        }
    }
    text
}

fn at<'a>(value: &'a Value, path: &[Step]) -> Option<&'a Value> {
    path.iter().try_fold(value, |value, step| match step {
        Step::Name(name) => value.get(name),
        Step::Index(index) => value.get(index),
    })
}

fn remove(value: &mut Value, path: &[Step]) {
    let Some((Step::Name(name), above)) = path.split_last() else { return };
    let parent = above.iter().try_fold(value, |value, step| match step {
        Step::Name(name) => value.get_mut(name),
        Step::Index(index) => value.get_mut(index),
    });
    if let Some(parent) = parent.and_then(Value::as_object_mut) {
        // It may hold a secret, misspelt or too long.
        if let Some(mut removed) = parent.remove(name) {
            model::wipe(&mut removed);
        }
    }
}

fn subschema<'a>(schema: &'a Map<String, Value>, path: &[Step]) -> Option<&'a Map<String, Value>> {
    path.iter().try_fold(schema, |schema, step| {
        let inner = match step {
            Step::Name(name) => schema.get("properties")?.get(name)?,
            Step::Index(_) => schema.get("items")?,
        };
        inner.as_object()
    })
}

/// The names of the arguments, in the order of the schema, then those inside them, dotted.
fn names_of(schema: &Map<String, Value>) -> Vec<String> {
    let mut names: Vec<String> = properties(schema).map(|(name, _)| name.clone()).collect();
    for (outer, inner) in properties(schema) {
        let inner = inner.as_object().map(names_of).unwrap_or_default();
        names.extend(inner.into_iter().map(|name| join(outer, &name)));
    }
    names
}

fn top_names_of(schema: &Map<String, Value>) -> String {
    let names: Vec<&str> = properties(schema).map(|(name, _)| name.as_str()).collect();
    if names.is_empty() { "no arguments".into() } else { names.join(", ") }
}

fn properties(schema: &Map<String, Value>) -> impl Iterator<Item = (&String, &Value)> {
    schema.get("properties").and_then(Value::as_object).into_iter().flatten()
}
