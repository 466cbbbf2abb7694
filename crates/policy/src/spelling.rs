//! One program, one spelling: paths in policies and in requests are brought to the same form before they are compared. So are
//! keys of the registry.
//!
//! Untrusted: policies that people write, and the paths that the system reports, which differ in case and slashes.
//! Guarantees: a policy that names a program by any spelling of its full path means that program; one that cannot mean any is
//! a fault.
//! Does not: follow links or short names; the system reports where a program really lies.

use cedar_policy::Policy;
use model::{
    LaunchPath, paths,
    registry::{Hive, Machine, RegistryPath, View},
};
use serde_json::Value;

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
            if fields.get("type").and_then(Value::as_str) == Some("RegistryKey")
                && let Some(Value::String(id)) = fields.get_mut("id")
            {
                *id = key(id)?;
            }
            fields.values_mut().try_for_each(entities)
        }
        Value::Array(items) => items.iter_mut().try_for_each(entities),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => Ok(()),
    }
}

/// A key as policies have it: by the name that it has to the kernel, whoever the user is and whichever control set is in
/// use (see [`RegistryKeyName::known_as`](model::registry::RegistryKeyName::known_as)).
fn key(id: &str) -> Result<String, Wrong> {
    let path = RegistryPath::parse(id).map_err(|bad| format!("`RegistryKey::{id:?}` is no key: {bad}"))?;
    if path.hive() == Hive::ClassesRoot {
        return Err(format!(
            "`RegistryKey::{id:?}` is two keys: name `HKLM\\\\SOFTWARE\\\\Classes`, `HKCU\\\\Software\\\\Classes` or both"
        ));
    }
    Ok(path.names(&Machine::default(), View::W64).first().folded().to_owned())
}

/// Texts that paths are compared with.
fn comparisons(value: &mut Value) {
    match value {
        Value::Object(fields) => {
            for operator in ["==", "!=", "like", "contains", "containsAny", "containsAll"] {
                let Some(Value::Object(sides)) = fields.get_mut(operator) else { continue };
                if sides.values().any(is_path) {
                    sides.values_mut().for_each(texts);
                }
            }
            fields.values_mut().for_each(comparisons);
        }
        Value::Array(items) => items.iter_mut().for_each(comparisons),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

/// Whether it is the path of a program: `….path`.
fn is_path(side: &Value) -> bool {
    side.pointer("/./attr").and_then(Value::as_str) == Some("path")
}

/// Brings the texts of one side of a comparison to the form that paths have.
fn texts(side: &mut Value) {
    match side {
        Value::Object(fields) => {
            for (name, field) in fields {
                match field {
                    Value::String(text) if name == "Value" || name == "Literal" => *text = program(text),
                    // A name of a fact is none of these.
                    _ if name == "." => {}
                    field => texts(field),
                }
            }
        }
        Value::Array(items) => items.iter_mut().for_each(texts),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

#[cfg(test)]
#[path = "tests/spelling.rs"]
mod tests;
