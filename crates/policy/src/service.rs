//! Services and scheduled tasks in Cedar's terms: what the registry holds of one lies in it.
//!
//! Untrusted: policies that people write, and the names of keys.
//! Guarantees: a policy that names a service or a task in any case means all keys in which the system keeps its settings, under
//! every name of these keys.
//! Does not: know whether there is one, or find a task's keys that have its number in the place of its name.

use std::iter;

use model::registry::{Machine, RegistryKeyName, upcase};

use crate::spelling::Wrong;

/// The type of services and drivers.
pub(crate) const SERVICE: &str = "Service";
/// The type of scheduled tasks, and of folders of such.
pub(crate) const TASK: &str = "Task";

/// Where the system keeps its services, and its tasks.
const SERVICES: &str = r"\REGISTRY\MACHINE\SYSTEM\CURRENTCONTROLSET\SERVICES";
const TASKS: &str = r"\REGISTRY\MACHINE\SOFTWARE\MICROSOFT\WINDOWS NT\CURRENTVERSION\SCHEDULE\TASKCACHE\TREE";

/// Characters of the name of a service, and of a part of a task's, at most: those of a key's name.
const LONGEST: usize = 255;

/// The service that a key belongs to, if any.
pub(crate) fn service(name: &RegistryKeyName, machine: &Machine) -> Option<String> {
    name.known_as(machine).iter().find_map(|known| Some(first(below(known, SERVICES)?)?.to_owned()))
}

/// The service that a key belongs to if its control set is the current one, where that is not known.
pub(crate) fn perhaps_service(name: &RegistryKeyName, machine: &Machine) -> Option<String> {
    if machine.knows_control_set() {
        return None;
    }
    let parts = name.parts();
    let ["MACHINE", "SYSTEM", set, "SERVICES", service, ..] = parts.as_slice() else { return None };
    let number = set.strip_prefix("CONTROLSET")?;
    let is_one = number.len() == 3 && number.bytes().all(|byte| byte.is_ascii_digit());
    is_one.then(|| (*service).to_owned())
}

/// The task, or the folder of tasks, that a key belongs to, and the folders above it.
pub(crate) fn tasks(name: &RegistryKeyName) -> impl Iterator<Item = &str> {
    const ROOT: &str = r"\";
    let task = below(name.folded(), TASKS);
    let folders = iter::successors(task.filter(|task| !task.is_empty()), |task| {
        task.rsplit_once('\\').map(|(folder, _)| folder).filter(|folder| !folder.is_empty())
    });
    folders.chain(task.map(|_| ROOT))
}

/// What follows on `above` in a name: nothing, or `\` and more.
fn below<'a>(name: &'a str, above: &str) -> Option<&'a str> {
    name.strip_prefix(above).filter(|rest| rest.is_empty() || rest.starts_with('\\'))
}

/// The first name below.
fn first(rest: &str) -> Option<&str> {
    rest.split('\\').nth(1)
}

/// The id of a service that a person names.
///
/// # Errors
/// Why it can never be one.
pub(crate) fn service_id(name: &str) -> Result<String, Wrong> {
    let why = if name.contains(['\\', '/']) {
        r#"has a slash, which no service has in its name; write the name alone, such as `Service::"Spooler"`"#
    } else if let Some(why) = unnameable(name, &[]) {
        why
    } else {
        return Ok(upcase(name).into_owned());
    };
    Err(format!("`{SERVICE}::{name:?}` {why}"))
}

/// The id of a task, or of a folder of tasks, that a person names.
///
/// # Errors
/// Why it can never be one.
pub(crate) fn task_id(path: &str) -> Result<String, Wrong> {
    let plain = path.replace('/', r"\");
    let rest = plain.strip_prefix('\\').unwrap_or(&plain);
    if rest.is_empty() && !plain.is_empty() {
        return Ok(plain);
    }
    let rest = rest.strip_suffix('\\').unwrap_or(rest);
    let wrong = rest.split('\\').find_map(|part| match part {
        "." | ".." => Some("has `.` or `..`, which are no directions there; write the path without"),
        part => unnameable(part, &[':', '"', '<', '>', '|']),
    });
    match wrong {
        Some(why) => Err(format!("`{TASK}::{path:?}` {why}")),
        None => Ok(format!(r"\{}", upcase(rest))),
    }
}

/// Why a name is none that the system gives.
fn unnameable(name: &str, never: &[char]) -> Option<&'static str> {
    let is_odd = |c: char| c.is_control() || crate::risk::words::is_invisible(c);
    if name.is_empty() {
        Some("is empty, or has an empty part")
    } else if name.contains(['*', '?']) {
        Some("has a wildcard; write one whole name, or a key of the registry that holds several")
    } else if name.chars().any(is_odd) || name.contains(never) {
        Some("has a character that no such name has")
    } else if name.starts_with(' ') || name.ends_with(' ') {
        Some("begins or ends with a space")
    } else if name.encode_utf16().count() > LONGEST {
        Some("is longer than a name can be")
    } else {
        None
    }
}

#[cfg(test)]
#[path = "tests/service.rs"]
mod tests;
