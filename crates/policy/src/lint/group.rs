//! Groups of programs that a policy names and no file defines: it would never count, or keep nothing away.

use serde_json::Value;

use super::{Finding, Read, Severity};
use crate::{config::nearest, groups};

/// The groups that a policy names, in its scope or in its conditions.
pub(super) fn named(policy: &cedar_policy::Policy) -> Vec<String> {
    let mut names = Vec::new();
    if let Ok(json) = policy.to_json() {
        walk(&json, &mut names);
    }
    names.sort();
    names.dedup();
    names
}

/// In Cedar's JSON an entity is an object of its `type` and `id`, wherever it stands.
fn walk(json: &Value, names: &mut Vec<String>) {
    match json {
        Value::Object(fields) => {
            let text = |name: &str| fields.get(name).and_then(Value::as_str);
            if let (Some(groups::GROUP), Some(id)) = (text("type"), text("id")) {
                names.push(id.to_owned());
            }
            fields.values().for_each(|field| walk(field, names));
        }
        Value::Array(items) => items.iter().for_each(|item| walk(item, names)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

/// What a policy names that is none of the groups there are.
pub(super) fn unknown(policy: &Read<'_>, known: &[String]) -> Vec<Finding> {
    let unknown = policy.groups.iter().filter(|name| !known.contains(name));
    let of = |name: &String| {
        let near = nearest(name, known.iter().map(String::as_str));
        policy.finding(
            Severity::Error,
            format!(
                "names the group `{}`, which no file of groups defines{near}",
                model::ui::escape(name, 60)
            ),
            "define it in a file `*.entities.json` beside the policies",
        )
    };
    unknown.map(of).collect()
}
