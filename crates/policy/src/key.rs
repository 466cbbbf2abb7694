//! Keys of the registry in Cedar's terms: the same id for every name of a key, in policies and in requests.
//!
//! Untrusted: policies that people write.
//! Guarantees: a policy that names a key by any of its names means that key, whoever the user is and whichever control set is
//! in use; a policy that compares a key in a way that would tell its names apart is a fault.
//! Does not: know what is there.

use std::collections::HashSet;

use cedar_policy::{EntityTypeName, EntityUid};
use model::registry::{BadRegistryPath, Hive, Machine, RegistryKeyName, RegistryPath, View, upcase};
use serde_json::{Value, json};

use crate::{request::uid, spelling::Wrong};

/// The type of keys.
pub(crate) const KEY: &str = "RegistryKey";
/// What the id begins with of which a key lies in that is this key itself, by one of its names: policies that compare with
/// `==` are made to ask for it, as a key has several names and a request but one resource.
const ITSELF: char = '=';

/// Whether it is the mark of a key, in which nothing lies but that key.
pub(crate) fn is_mark(id: &EntityUid) -> bool {
    id.id().unescaped().starts_with(ITSELF)
}

/// What the key of this name lies in: itself by its other names, all keys above it, and the marks of itself.
pub(crate) fn above(kind: &EntityTypeName, name: &RegistryKeyName, machine: &Machine) -> HashSet<EntityUid> {
    let mut above = HashSet::new();
    for known in name.known_as(machine) {
        above.insert(uid(kind, &format!("{ITSELF}{known}")));
        let mut rest = known.as_str();
        loop {
            above.insert(uid(kind, rest));
            match rest.rsplit_once('\\') {
                Some((parent, _)) if !parent.is_empty() => rest = parent,
                Some(_) | None => break,
            }
        }
    }
    above.remove(&uid(kind, name.folded()));
    above
}

/// The key by the long name of its hive, in upper case, as conditions compare it: one text for each key.
pub(crate) fn path(name: &RegistryKeyName, machine: &Machine) -> String {
    let known = name.known_as(machine).pop().unwrap_or_default();
    readable(&known)
}

/// What an id means, for people.
pub(crate) fn shown(id: &str) -> String {
    let (id, reach) = match id.strip_prefix(ITSELF) {
        Some(id) => (id, "itself"),
        None => (id, "and below"),
    };
    format!("{KEY} `{}` {reach}", readable(id))
}

/// Reads an id: as a caller writes a key, or by the kernel's name, which records have.
fn path_of(id: &str) -> Result<RegistryPath, BadRegistryPath> {
    RegistryPath::parse(id).or_else(|bad| RegistryPath::of_kernel(id).map_err(|_| bad))
}

/// Whether an id, as a policy spells it, is that of a hive or of a key that holds hives.
pub(crate) fn is_hive(id: &str) -> bool {
    // `\REGISTRY\MACHINE\SOFTWARE`: two parts below the root are a hive.
    path_of(id).is_ok_and(|path| {
        path.names(&Machine::default(), View::W64).iter().all(|name| name.parts().len() <= 2)
    })
}

fn readable(id: &str) -> String {
    let hives = [
        (r"\REGISTRY\MACHINE", Hive::LocalMachine),
        (r"\REGISTRY\USER\<SID>", Hive::CurrentUser),
        (r"\REGISTRY\USER", Hive::Users),
    ];
    let found = hives.into_iter().find_map(|(name, hive)| {
        let rest = id.strip_prefix(name)?;
        (rest.is_empty() || rest.starts_with('\\')).then(|| format!("{}{rest}", hive.long()))
    });
    found.unwrap_or_else(|| id.to_owned())
}

/// Brings the keys that a policy names, in Cedar's JSON, to their ids.
///
/// # Errors
/// What is no key, or is compared in a way that hangs on which of its names is meant.
pub(crate) fn canonical(value: &mut Value) -> Result<(), Wrong> {
    match value {
        Value::Object(fields) => {
            if fields.get("op").and_then(Value::as_str) == Some("==")
                && fields.get_mut("entity").is_some_and(|entity| is_key(entity))
            {
                fields.insert("op".into(), "in".into());
                if let Some(entity) = fields.get_mut("entity") {
                    mark(entity)?;
                }
                return Ok(());
            }
            if let Some(sides) = fields.remove("==") {
                *value = equal(sides)?;
                return Ok(());
            }
            if let Some(sides) = fields.remove("!=") {
                *value = match equal(sides)? {
                    // No key: as it was.
                    Value::Object(mut equal) if equal.contains_key("==") => {
                        json!({ "!=": equal.remove("==") })
                    }
                    equal => json!({ "!": { "arg": equal } }),
                };
                return Ok(());
            }
            for operator in ["contains", "containsAny", "containsAll"] {
                if fields.get(operator).is_some_and(has_key) {
                    return Err(format!(
                        "a `{KEY}` is compared by `{operator}`, and has several names: use `==` or `in`"
                    ));
                }
            }
            if is_key(value) {
                return spell(value);
            }
            if let Value::Object(fields) = value {
                fields.values_mut().try_for_each(canonical)?;
            }
            Ok(())
        }
        Value::Array(items) => items.iter_mut().try_for_each(canonical),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => Ok(()),
    }
}

/// Whether it is a key, by its type and id.
fn is_key(value: &Value) -> bool {
    value.get("type").and_then(Value::as_str) == Some(KEY) && value.get("id").is_some_and(Value::is_string)
}

/// A comparison of two sides: of a key, whether the other side lies in that key's mark.
fn equal(mut sides: Value) -> Result<Value, Wrong> {
    let literal = |sides: &Value, side: &str| {
        let entity = sides.pointer(&format!("/{side}/Value/__entity"))?;
        is_key(entity).then(|| entity.clone())
    };
    let found = [("left", "right"), ("right", "left")]
        .into_iter()
        .find_map(|(of, other)| Some((literal(&sides, of)?, sides.get(other)?.clone())));
    let Some((mut entity, other)) = found else {
        if let Some(sides) = sides.as_object_mut() {
            sides.values_mut().try_for_each(canonical)?;
        }
        return Ok(json!({ "==": sides }));
    };
    if other != json!({ "Var": "resource" }) {
        return Err(format!("a `{KEY}` is compared with something that is not `resource`"));
    }
    mark(&mut entity)?;
    Ok(json!({ "in": { "left": other, "right": { "Value": { "__entity": entity } } } }))
}

fn has_key(value: &Value) -> bool {
    is_key(value)
        || match value {
            Value::Object(fields) => fields.values().any(has_key),
            Value::Array(items) => items.iter().any(has_key),
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => false,
        }
}

fn mark(entity: &mut Value) -> Result<(), Wrong> {
    spell(entity)?;
    if let Some(Value::String(id)) = entity.get_mut("id") {
        id.insert(0, ITSELF);
    }
    Ok(())
}

fn spell(entity: &mut Value) -> Result<(), Wrong> {
    if let Some(Value::String(id)) = entity.get_mut("id") {
        *id = key(id)?;
    }
    Ok(())
}

/// A key as policies have it: by the name that it has to the kernel, whoever the user is and whichever control set is in
/// use (see [`RegistryKeyName::known_as`]).
pub(crate) fn key(id: &str) -> Result<String, Wrong> {
    let path = path_of(id).map_err(|bad| format!("`RegistryKey::{id:?}` is no key: {bad}"))?;
    if path.hive() == Hive::ClassesRoot {
        return Err(format!(
            "`RegistryKey::{id:?}` is two keys: name `HKLM\\\\SOFTWARE\\\\Classes`, `HKCU\\\\Software\\\\Classes` or both"
        ));
    }
    Ok(path.names(&Machine::default(), View::W64).first().folded().to_owned())
}

/// A key as facts have it (see [`path`]).
///
/// # Errors
/// It is no key, or two.
pub(crate) fn in_facts(text: &str) -> Result<String, Wrong> {
    key(text).map(|id| readable(&id))
}

/// Text that is compared with facts of keys: these are in upper case.
pub(crate) fn folded(text: &str) -> String {
    upcase(text).into_owned()
}
