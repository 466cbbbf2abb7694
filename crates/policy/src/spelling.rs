//! One program, one spelling: paths in policies and in requests are brought to the same form before they are compared. So are
//! keys of the registry.
//!
//! Untrusted: policies that people write, and the paths that the system reports, which differ in case and slashes.
//! Guarantees: a policy that names a program by any spelling of its full path means that program; one that cannot mean any is
//! a fault.
//! Does not: follow links or short names; the system reports where a program really lies.

use cedar_policy::Policy;
use model::{LaunchPath, paths};
use serde_json::Value;

use crate::{key, request};

/// What can be wrong with a policy's paths.
pub(crate) type Wrong = String;

/// A program's path as it is compared: backslashes, lower case, without `\\?\`.
pub(crate) fn program(path: &str) -> String {
    let path = path.replace('/', "\\").to_lowercase();
    match path.strip_prefix(r"\\?\") {
        Some(rest) if !rest.starts_with("unc\\") => rest.to_owned(),
        Some(_) | None => path,
    }
}

/// The policy with its paths in that form.
///
/// # Errors
/// Why a path can never be that of a program.
pub(crate) fn canonical(policy: Policy) -> Result<Policy, Wrong> {
    let Ok(mut whole) = policy.to_json() else { return Ok(policy) };
    let before = whole.clone();
    entities(&mut whole)?;
    key::canonical(&mut whole)?;
    comparisons(&mut whole);
    if whole == before {
        return Ok(policy);
    }
    let id = policy.id().clone();
    Policy::from_json(Some(id), whole).map_err(|error| error.to_string())
}

/// Names of programs, wherever they stand.
fn entities(value: &mut Value) -> Result<(), Wrong> {
    match value {
        Value::Object(fields) => {
            if fields.get("type").and_then(Value::as_str) == Some("Process")
                && let Some(Value::String(id)) = fields.get_mut("id")
            {
                let spelled = program(id);
                if !spelled.is_empty() && paths::kind(&spelled) != LaunchPath::Local {
                    return Err(format!(
                        "`Process::{id:?}` is no full path of a program; for a name wherever it lies use \
                         `context.process.path like \"*\\\\name.exe\"`"
                    ));
                }
                *id = spelled;
            }
            fields.values_mut().try_for_each(entities)
        }
        Value::Array(items) => items.iter_mut().try_for_each(entities),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => Ok(()),
    }
}

/// Texts that paths, and values of keys, are compared with.
fn comparisons(value: &mut Value) {
    match value {
        Value::Object(fields) => {
            for operator in ["==", "!=", "like", "contains", "containsAny", "containsAll"] {
                let Some(Value::Object(sides)) = fields.get_mut(operator) else { continue };
                if let Some(form) = sides.values().find_map(form) {
                    sides.values_mut().for_each(|side| texts(side, form));
                }
            }
            fields.values_mut().for_each(comparisons);
        }
        Value::Array(items) => items.iter_mut().for_each(comparisons),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

/// The form that texts are brought to.
type Form = fn(&str) -> String;

/// The form of what is compared with the path of a program, `….path`, or with what is told of a key.
fn form(side: &Value) -> Option<Form> {
    let fact = side.pointer("/./attr").and_then(Value::as_str)?;
    let of_key = side.pointer("/./left/./attr").and_then(Value::as_str) == Some(request::REGISTRY);
    match fact {
        "path" | "values" if of_key => Some(key::folded),
        "path" => Some(program),
        _ => None,
    }
}

/// Brings the texts of one side of a comparison to this form.
fn texts(side: &mut Value, form: Form) {
    match side {
        Value::Object(fields) => {
            for (name, field) in fields {
                match field {
                    Value::String(text) if name == "Value" || name == "Literal" => *text = form(text),
                    field => texts(field, form),
                }
            }
        }
        Value::Array(items) => items.iter_mut().for_each(|item| texts(item, form)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

#[cfg(test)]
#[path = "tests/spelling.rs"]
mod tests;
