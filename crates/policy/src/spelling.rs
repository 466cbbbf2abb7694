//! One program, one spelling: paths in policies and in requests are brought to the same form before they are compared. So are
//! keys of the registry.
//!
//! Untrusted: policies that people write, and the paths that the system reports, which differ in case and slashes.
//! Guarantees: a policy that names a program by any spelling of its full path that a call may have means that program; one that
//! cannot mean any is a fault.
//! Does not: follow links or short names; the system reports where a program really lies.

use cedar_policy::Policy;
use model::{LaunchPath, paths};
use serde_json::Value;

use crate::{key, place, request, service, to_come};

/// What can be wrong with a policy's paths.
pub(crate) type Wrong = String;

/// A program's path, as the system tells it, in the form in which it is compared: without `\\?\`.
pub(crate) fn program(path: &str) -> String {
    let path = paths::folded(path);
    match path.strip_prefix(r"\\?\") {
        Some(rest) if !rest.starts_with("unc\\") => rest.to_owned(),
        Some(_) | None => path,
    }
}

/// A user's name, `DOMAIN\\name`, in whatever case.
pub(crate) fn user(name: &str) -> String {
    paths::folded(name)
}

/// A program's path, as a person writes it, in that form.
///
/// # Errors
/// Why it can never be one.
pub(crate) fn named(path: &str) -> Result<String, Wrong> {
    let plain = paths::program(path).map_err(|why| format!("`{}` {why}", model::ui::escape(path, 200)))?;
    Ok(program(&plain))
}

/// What the path of a program is compared with as a whole. None may be known; and a program that runs may lie on another machine,
/// though none is started there. Beside a simulated machine, clients are programs of the real one.
fn compared(path: &str) -> Result<String, Wrong> {
    let elsewhere = path.is_empty() || paths::kind(path) == LaunchPath::Network;
    let of_a_client = cfg!(not(windows)) && path.starts_with('/');
    if elsewhere || of_a_client { Ok(program(path)) } else { named(path) }
}

/// Part of such a path, between wildcards.
#[expect(clippy::unnecessary_wraps, reason = "one form of several, of which others can fail")]
fn part(path: &str) -> Result<String, Wrong> {
    Ok(program(path))
}

#[expect(clippy::unnecessary_wraps, reason = "one form of several, of which others can fail")]
fn of_key(text: &str) -> Result<String, Wrong> {
    Ok(key::folded(text))
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
    comparisons(&mut whole)?;
    if whole == before {
        return Ok(policy);
    }
    let id = policy.id().clone();
    Policy::from_json(Some(id), whole).map_err(|error| error.to_string())
}

/// Names of programs and of what targets lie in, wherever they stand.
fn entities(value: &mut Value) -> Result<(), Wrong> {
    match value {
        Value::Object(fields) => {
            if let Some(kind) = fields.get("entity_type").and_then(Value::as_str) {
                to_come::refused(kind, None).map_or(Ok(()), Err)?;
                things::none_is(kind)?;
            }
            things::not_compared(fields)?;
            let kind = fields.get("type").and_then(Value::as_str).unwrap_or_default().to_owned();
            if let Some(Value::String(id)) = fields.get_mut("id") {
                match kind.as_str() {
                    "Process" => {
                        *id = named(id).map_err(|why| {
                            format!(
                                "`Process::{id:?}`: {why}; for a name wherever it lies use \
                                 `context.process.path like \"*\\\\name.exe\"`"
                            )
                        })?;
                    }
                    request::CLIENT => {
                        *id = compared(id).map_err(|why| format!("`Client::{id:?}`: {why}"))?;
                    }
                    request::USER => *id = user(id),
                    place::PATH => *id = place::id(id)?,
                    service::SERVICE => *id = service::service_id(id)?,
                    service::TASK => *id = service::task_id(id)?,
                    kind => to_come::refused(kind, Some(id)).map_or(Ok(()), Err)?,
                }
            }
            fields.values_mut().try_for_each(entities)
        }
        Value::Array(items) => items.iter_mut().try_for_each(entities),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => Ok(()),
    }
}

/// What targets lie in and none is.
mod things {
    use serde_json::{Map, Value};

    use super::Wrong;
    use crate::{
        place::PATH,
        service::{SERVICE, TASK},
    };

    /// Nothing that is done is done to a thing of this type itself, so that a comparison would never hold.
    pub(super) fn none_is(kind: &str) -> Result<(), Wrong> {
        let (what, thing) = match kind {
            PATH => ("a program lies in its folders", r#"Path::"C:\\Tools""#),
            SERVICE => ("a key of the registry lies in its service", r#"Service::"Spooler""#),
            TASK => ("a key of the registry lies in its task", r#"Task::"\\Folder\\Name""#),
            _ => return Ok(()),
        };
        Err(format!("no resource is a `{kind}` itself; {what}: use `resource in {thing}`"))
    }

    /// The same for `==` and other operators that compare with one.
    pub(super) fn not_compared(fields: &Map<String, Value>) -> Result<(), Wrong> {
        if fields.get("op").and_then(Value::as_str) == Some("==")
            && let Some(kind) = fields.get("entity").and_then(kind_of)
        {
            none_is(kind)?;
        }
        for operator in ["==", "!=", "contains", "containsAny", "containsAll"] {
            let sides = fields.get(operator).and_then(Value::as_object);
            sides.into_iter().flat_map(Map::values).try_for_each(literals)?;
        }
        Ok(())
    }

    /// A literal, or a set of such.
    fn literals(side: &Value) -> Result<(), Wrong> {
        if let Some(items) = side.get("Set").and_then(Value::as_array) {
            return items.iter().try_for_each(literals);
        }
        side.pointer("/Value/__entity").and_then(kind_of).map_or(Ok(()), none_is)
    }

    fn kind_of(entity: &Value) -> Option<&str> {
        entity.get("type").and_then(Value::as_str)
    }
}

/// Texts that paths, and values of keys, are compared with.
fn comparisons(value: &mut Value) -> Result<(), Wrong> {
    match value {
        Value::Object(fields) => {
            for operator in ["==", "!=", "like", "contains", "containsAny", "containsAll"] {
                let Some(Value::Object(sides)) = fields.get_mut(operator) else { continue };
                if let Some(form) = sides.values().find_map(|side| form(operator, side)) {
                    sides.values_mut().try_for_each(|side| texts(side, form))?;
                }
            }
            fields.values_mut().try_for_each(comparisons)
        }
        Value::Array(items) => items.iter_mut().try_for_each(comparisons),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => Ok(()),
    }
}

/// The form that texts are brought to.
type Form = fn(&str) -> Result<String, Wrong>;

/// The form of what is compared with the path of a program, `….path`, or with what is told of a key.
fn form(operator: &str, side: &Value) -> Option<Form> {
    let fact = side.pointer("/./attr").and_then(Value::as_str)?;
    let is_of_key = side.pointer("/./left/./attr").and_then(Value::as_str) == Some(request::REGISTRY);
    match fact {
        "path" | "values" if is_of_key => Some(of_key),
        "path" if operator == "like" => Some(part),
        "path" => Some(compared),
        _ => None,
    }
}

/// Brings the texts of one side of a comparison to this form.
fn texts(side: &mut Value, form: Form) -> Result<(), Wrong> {
    match side {
        Value::Object(fields) => fields.iter_mut().try_for_each(|(name, field)| match field {
            Value::String(text) if name == "Value" || name == "Literal" => {
                *text = form(text)?;
                Ok(())
            }
            field => texts(field, form),
        }),
        Value::Array(items) => items.iter_mut().try_for_each(|item| texts(item, form)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => Ok(()),
    }
}

#[cfg(test)]
#[path = "tests/spelling.rs"]
mod tests;
