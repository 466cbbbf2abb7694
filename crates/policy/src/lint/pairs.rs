//! Policies that are at odds with another.

use cedar_policy::pst;

use super::{Finding, Read, Severity};

/// What stands against each other, or stands twice.
pub(super) fn at_odds(all: &[Read<'_>]) -> Vec<Finding> {
    let mut found = Vec::new();
    for (place, policy) in all.iter().enumerate() {
        let before = all.iter().take(place);
        found.extend(
            before
                .filter(|other| policy.scope == other.scope && conditions(policy) == conditions(other))
                .map(|other| same(policy, other)),
        );
        found.extend(all.iter().filter(|other| is_moot(policy, other)).map(|other| {
            policy.finding(
                Severity::Error,
                format!("permits nothing: {} forbids all of it, whatever the conditions", named(other)),
                "give the `forbid` a condition, or remove this policy",
            )
        }));
    }
    found
}

/// Whether what `policy` permits is forbidden without condition, by a policy that is not its exact contrary.
fn is_moot(policy: &Read<'_>, other: &Read<'_>) -> bool {
    let without_condition = other.body.clauses().is_empty();
    let contrary = policy.scope == other.scope && policy.body.clauses().is_empty();
    policy.permits()
        && !other.permits()
        && without_condition
        && !contrary
        && other.scope.covers(&policy.scope)
}

fn conditions<'a>(policy: &'a Read<'_>) -> &'a [pst::Clause] {
    policy.body.clauses()
}

fn same(policy: &Read<'_>, other: &Read<'_>) -> Finding {
    if policy.permits() == other.permits() {
        return policy.finding(
            Severity::Warning,
            format!("says the same as {}", named(other)),
            "remove one of them",
        );
    }
    policy.finding(
        Severity::Error,
        format!("says the contrary of {}, about the same: `forbid` counts", named(other)),
        "remove one of them, or give them different conditions",
    )
}

fn named(policy: &Read<'_>) -> String {
    let line = policy.line.map_or_else(String::new, |line| format!(":{line}"));
    format!("`{}` ({}{line})", policy.id, policy.file)
}
