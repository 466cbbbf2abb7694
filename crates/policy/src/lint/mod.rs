//! What is wrong with policies that load, or nearly: what can never count, what contradicts, what gives too much.
//!
//! Untrusted: the policies.
//! Guarantees: every finding is drawn from what Cedar understands of a policy, not from its text; what does not load is a
//! finding as well.
//! Does not: prove that policies do what their author wants; cases do (`cases`).

mod compared;
mod group;
mod known;
mod never;
mod pairs;
mod place;
mod scope;
mod wide;

use std::{collections::BTreeSet, fmt};

use cedar_policy::{PolicySet, Schema, ValidationMode, Validator, pst};
use serde::Serialize;

use self::scope::{Actions, Scope};
pub(crate) use self::{known::path, place::line_of};
use crate::{
    BrokenPolicy, PolicyText,
    config::{Fault, Profile},
    groups::{Groups, is_entities},
    load,
};

/// How bad a finding is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// The policy does not load, or can never do what it is for.
    Error,
    /// It does, and should be looked at.
    Warning,
}

/// Something that should be otherwise.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Finding {
    /// The file.
    pub file: String,
    /// The line where it is, or where the policy begins; from 1. None where the file as a whole is meant.
    pub line: Option<usize>,
    /// How bad it is.
    pub severity: Severity,
    /// The policy's `@id`, where it has one.
    pub policy: Option<String>,
    /// What is wrong.
    pub message: String,
    /// What would be right; may be empty where the message says it.
    pub right: String,
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let severity = match self.severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
        };
        f.write_str(&self.file)?;
        if let Some(line) = self.line {
            write!(f, ":{line}")?;
        }
        write!(f, ": {severity}: ")?;
        if let Some(policy) = &self.policy {
            write!(f, "`{policy}` ")?;
        }
        f.write_str(&self.message)?;
        if !self.right.is_empty() {
            write!(f, "\n  {}", self.right)?;
        }
        Ok(())
    }
}

/// A policy with what the checks go by.
struct Read<'a> {
    file: &'a str,
    line: Option<usize>,
    id: String,
    scope: Scope,
    body: pst::Template,
    /// Type and id of all that it names.
    named: Vec<(String, String)>,
}

impl Read<'_> {
    fn finding(&self, severity: Severity, message: impl Into<String>, right: impl Into<String>) -> Finding {
        Finding {
            file: self.file.to_owned(),
            line: self.line,
            severity,
            policy: Some(self.id.clone()),
            message: message.into(),
            right: right.into(),
        }
    }

    fn permits(&self) -> bool {
        self.body.effect == pst::Effect::Permit
    }

    /// The expressions of its conditions.
    fn conditions(&self) -> impl Iterator<Item = &pst::Expr> {
        self.body.clauses().iter().map(|clause| match clause {
            pst::Clause::When(expr) | pst::Clause::Unless(expr) => expr.as_ref(),
        })
    }
}

/// Checks a person's policies, beside those that are built in.
///
/// # Errors
/// What is built in is broken.
pub fn check(texts: &[PolicyText<'_>]) -> Result<Vec<Finding>, BrokenPolicy> {
    let schema = load::schema()?;
    let actions = Actions::of(&schema)?;
    let mut findings = BTreeSet::from_iter(unloadable(&schema, texts));
    let mut all = Vec::new();
    for text in texts.iter().filter(|text| !is_entities(text)) {
        let Ok(set) = text.text.parse::<PolicySet>() else { continue };
        findings.extend(warned(&schema, *text, &set));
        all.extend(set.policies().filter_map(|policy| read(*text, policy, &actions)));
    }
    all.sort_by(|one, other| (one.file, one.line).cmp(&(other.file, other.line)));
    // Where the files of groups are broken, that is the finding.
    let groups = Groups::read(&schema, texts).map(|groups| groups.names());
    for policy in &all {
        findings.extend(known::unknown_words(policy));
        findings.extend(groups.iter().flat_map(|known| group::unknown(policy, known)));
        findings.extend(compared::keys(policy));
        findings.extend(compared::patterns(policy));
        findings.extend(compared::excluded(policy));
        findings.extend(never::numbers(policy));
        findings.extend(never::ids(policy));
        findings.extend(never::disguised(policy));
        findings.extend(wide::too_much(policy));
    }
    findings.extend(pairs::at_odds(&all));
    Ok(findings.into_iter().collect())
}

fn read<'a>(text: PolicyText<'a>, policy: &cedar_policy::Policy, actions: &Actions) -> Option<Read<'a>> {
    let pst::Policy::Static(whole) = policy.to_pst().ok()? else { return None };
    Some(Read {
        file: text.name,
        line: line_of(text.text, load::place(policy)),
        id: policy.annotation("id").unwrap_or_default().to_owned(),
        scope: Scope::of(policy, actions),
        body: whole.body().clone(),
        named: never::named(policy),
    })
}

/// What keeps the policies from being loaded, in any profile: their ids must be free in each.
fn unloadable(schema: &Schema, texts: &[PolicyText<'_>]) -> Vec<Finding> {
    let groups = Groups::read(schema, texts).err();
    let mut found: Vec<Finding> = groups.into_iter().flat_map(|faults| faults.0).map(of_fault).collect();
    // One of each text.
    for profile in [Profile::Observe, Profile::Assistant, Profile::Lab] {
        let all = load::profile(profile).into_iter().chain(texts.iter().copied());
        if let Err(faults) = load::rules(schema, all) {
            found.extend(faults.0.into_iter().map(of_fault));
        }
    }
    found
}

fn of_fault(fault: Fault) -> Finding {
    Finding {
        file: fault.origin,
        line: fault.place.map(|place| place.line),
        severity: Severity::Error,
        policy: None,
        message: fault.message,
        right: String::new(),
    }
}

/// What Cedar's validator warns of: above all policies that can never match.
fn warned(schema: &Schema, text: PolicyText<'_>, set: &PolicySet) -> Vec<Finding> {
    let result = Validator::new(schema.clone()).validate(set, ValidationMode::Strict);
    let of = |warning: &cedar_policy::ValidationWarning| {
        let policy = set.policy(warning.policy_id());
        let line = policy.and_then(|policy| line_of(text.text, load::place(policy)));
        let never = matches!(
            warning,
            cedar_policy::ValidationWarning::ImpossiblePolicy(_)
                | cedar_policy::ValidationWarning::InvalidActionApplication(_)
        );
        let (severity, message, right) = if never {
            let right = "its action never has such a resource, or its conditions exclude each other: change or remove it";
            (Severity::Error, "can never match".to_owned(), right)
        } else {
            (Severity::Warning, format!("{warning}"), "")
        };
        let id = policy.and_then(|policy| policy.annotation("id")).map(ToOwned::to_owned);
        Finding { file: text.name.to_owned(), line, severity, policy: id, message, right: right.to_owned() }
    };
    result.validation_warnings().map(of).collect()
}

#[cfg(test)]
#[path = "../tests/lint.rs"]
mod tests;
