//! Whether a policy can tell one key from another: where none can, what holds for the key that a call names holds for all below.
//!
//! Untrusted: policies that people write.
//! Guarantees: a policy that names a resource, or a fact that hangs on which key it is, counts as one that does; one that cannot
//! be read does.
//! Does not: know which keys it tells apart.

use cedar_policy::{Policy, ResourceConstraint};
use serde_json::Value;

use crate::{
    request::{IN_WORKSPACE, REGISTRY},
    spoken::Spoken,
};

/// By what keys are told apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Apart {
    /// By their names.
    pub(crate) names: bool,
    /// By whether the settings set them free, in a policy of a person's own.
    pub(crate) workspace: bool,
    /// The same in one that is built in.
    pub(crate) built_in_workspace: bool,
    /// Whether a key that lies below another may have less than that.
    pub(crate) less_below: bool,
}

impl Apart {
    /// Where nothing is known.
    pub(crate) const BY_ALL: Self =
        Self { names: true, workspace: true, built_in_workspace: true, less_below: true };

    /// Of a policy that speaks of these facts.
    pub(crate) fn of(policy: &Policy, spoken: &Spoken, built_in: bool) -> Self {
        let (scope, only_adds) = match policy.resource_constraint() {
            ResourceConstraint::Any | ResourceConstraint::Is(_) => (false, false),
            ResourceConstraint::Eq(_) => (true, false),
            // What lies in a key has all below it with it; but not what a mark says, which is that key alone.
            ResourceConstraint::In(one) | ResourceConstraint::IsIn(_, one) => {
                (true, policy.effect() == cedar_policy::Effect::Permit && !crate::key::is_mark(&one))
            }
        };
        let conditions = policy.to_json().map_or(true, |json| conditions(&json)) || spoken.has(REGISTRY);
        let workspace = spoken.has(IN_WORKSPACE);
        Self {
            names: scope || conditions,
            workspace: workspace && !built_in,
            built_in_workspace: workspace && built_in,
            less_below: scope && !only_adds || conditions || workspace && !built_in,
        }
    }

    pub(crate) const fn add(&mut self, other: Self) {
        self.names |= other.names;
        self.workspace |= other.workspace;
        self.built_in_workspace |= other.built_in_workspace;
        self.less_below |= other.less_below;
    }
}

/// Whether the conditions of a policy, in Cedar's JSON, name the resource.
fn conditions(policy: &Value) -> bool {
    policy.get("conditions").is_none_or(names_resource)
}

fn names_resource(json: &Value) -> bool {
    match json {
        Value::Object(fields) => {
            fields.get("Var").and_then(Value::as_str) == Some("resource")
                || fields.values().any(names_resource)
        }
        Value::Array(items) => items.iter().any(names_resource),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => false,
    }
}

#[cfg(test)]
#[path = "tests/apart.rs"]
mod tests;
