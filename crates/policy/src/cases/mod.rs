//! Policy tests: what should become of calls, written down as cases and compared with what does.
//!
//! Untrusted: the file of cases.
//! Guarantees: effects, risks, protection and all else that is read from facts comes from the code that judges calls; a
//! case gives the facts, and can give nothing that follows from them.
//! Does not: look at a machine, count limits, or ask anyone.

pub(crate) mod call;
pub(crate) mod facts;
pub(crate) mod key;
mod read;

use std::{collections::BTreeSet, fmt};

use model::{CallFacts, Code, Facts, Group, Operation};
use serde::Deserialize;

pub use self::read::{Planner, read};
use crate::{
    BrokenPolicy, Circumstances, Policy, PolicyText, Verdict,
    config::{Layer, Origin, Profile, Settings, Value, merge},
    in_words,
    taint::Source,
};

/// A case as it was read.
#[derive(Debug, Clone)]
pub struct Case {
    /// What it says, in a sentence.
    pub name: String,
    /// The file and line where it begins.
    pub origin: String,
    /// The profiles in which it holds; none is that of the configuration.
    profiles: Vec<Profile>,
    /// Settings that it brings along.
    settings: Layer,
    operation: Operation,
    facts: Facts,
    taint: BTreeSet<Source>,
    call: CallFacts,
    expected: Expected,
}

/// What should become of a case's call.
#[derive(Debug, Clone)]
struct Expected {
    verdict: Word,
    code: Option<Code>,
    /// The `@id` of a policy that led to it.
    policy: Option<String>,
    effects: Option<BTreeSet<Group>>,
}

/// A verdict's name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Word {
    Allow,
    Ask,
    Preview,
    Deny,
}

impl Word {
    const fn name(self) -> &'static str {
        match self {
            Self::Allow => "allow",
            Self::Ask => "ask",
            Self::Preview => "preview",
            Self::Deny => "deny",
        }
    }
}

/// What cases are judged by, beside the profiles.
#[derive(Debug, Clone, Copy, Default)]
pub struct Configured<'a> {
    /// Settings; those of a case count for more, within the machine's.
    pub layers: &'a [Layer],
    /// The person's policies.
    pub policies: &'a [PolicyText<'a>],
    /// The machine's; none where it has none.
    pub bound: Option<&'a [PolicyText<'a>]>,
}

/// A case that went otherwise.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    /// File and line.
    pub origin: String,
    /// The case.
    pub name: String,
    /// The profile it was judged in.
    pub profile: Profile,
    /// What should have come.
    pub expected: String,
    /// What came, and why.
    pub came: String,
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { origin, name, profile, expected, came } = self;
        write!(
            f,
            "{origin}: {name} (profile `{}`)\n  expected: {expected}\n  came:     {came}",
            profile.name()
        )
    }
}

/// What came of cases.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Report {
    /// How often a case was judged: once for each of its profiles.
    pub judged: usize,
    /// Those that went otherwise.
    pub failures: Vec<Failure>,
}

/// Judges each case in each of its profiles.
///
/// # Errors
/// Policies of the person or the machine that cannot be used.
pub fn run(cases: &[Case], configured: Configured<'_>) -> Result<Report, BrokenPolicy> {
    let mut report = Report::default();
    // Reading policies takes far longer than judging by them, and most cases share their settings.
    let mut policies: Vec<(Settings, Policy)> = Vec::new();
    for case in cases {
        for settings in case.settings(configured.layers) {
            let known = policies.iter().position(|(known, _)| *known == settings);
            let at = match known {
                Some(at) => at,
                None => {
                    let policy = configured.policy(&settings)?;
                    policies.push((settings, policy));
                    policies.len() - 1
                }
            };
            if let Some((settings, policy)) = policies.get(at) {
                report.judged += 1;
                report.failures.extend(case.judge(policy, settings.profile));
            }
        }
    }
    Ok(report)
}

impl Configured<'_> {
    /// All policies together, under `settings`.
    ///
    /// # Errors
    /// Policies of the person or the machine that cannot be used.
    pub fn policy(&self, settings: &Settings) -> Result<Policy, BrokenPolicy> {
        Policy::within(settings, self.policies, self.bound.unwrap_or_default())
    }
}

impl Case {
    /// The settings of each profile it holds in.
    fn settings(&self, layers: &[Layer]) -> Vec<Settings> {
        let with = |profile: Option<Profile>| {
            let mut own = self.settings.clone();
            own.values.extend(profile.map(|profile| ("profile", Value::Text(profile.name().to_owned()))));
            let layers: Vec<Layer> = layers
                .iter()
                .filter(|layer| layer.origin != Origin::CommandLine)
                .cloned()
                .chain([own])
                .collect();
            merge(&layers).0
        };
        if self.profiles.is_empty() {
            return vec![with(None)];
        }
        self.profiles.iter().map(|profile| with(Some(*profile))).collect()
    }

    fn judge(&self, policy: &Policy, profile: Profile) -> Option<Failure> {
        let Self { operation, facts, taint, call, expected, .. } = self;
        let verdict = policy.decide(&Circumstances { session: "case", taint, call }, operation, facts);
        let effects = policy.effects(operation, facts);
        if expected.is_met(&verdict, &effects) {
            return None;
        }
        let mut came = described(&verdict);
        if expected.effects.is_some() {
            came.push_str(&format!("; effects {}", named(&effects)));
        }
        let (origin, name) = (self.origin.clone(), self.name.clone());
        Some(Failure { origin, name, profile, expected: expected.to_string(), came })
    }
}

impl Expected {
    fn is_met(&self, verdict: &Verdict, effects: &BTreeSet<Group>) -> bool {
        let (code, behind) = match verdict {
            Verdict::Allow { policies } => (None, policies.iter().map(String::as_str).collect::<Vec<_>>()),
            Verdict::Ask { reasons } | Verdict::Preview { reasons } => {
                (None, reasons.iter().map(|reason| reason.policy.as_str()).collect())
            }
            Verdict::Deny { code, reasons } => {
                (Some(*code), reasons.iter().map(|reason| reason.policy.as_str()).collect())
            }
        };
        self.verdict.name() == verdict.name()
            && (self.code.is_none() || self.code == code)
            && self.policy.as_ref().is_none_or(|policy| behind.contains(&policy.as_str()))
            && self.effects.as_ref().is_none_or(|expected| expected == effects)
    }
}

impl fmt::Display for Expected {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.verdict.name())?;
        if let Some(code) = self.code {
            write!(f, " with {code}")?;
        }
        if let Some(policy) = &self.policy {
            write!(f, " by `{policy}`")?;
        }
        if let Some(effects) = &self.effects {
            write!(f, "; effects {}", named(effects))?;
        }
        Ok(())
    }
}

fn named(effects: &BTreeSet<Group>) -> String {
    effects.iter().map(|group| group.name()).collect::<Vec<_>>().join(", ")
}

/// A verdict with what led to it.
pub(crate) fn described(verdict: &Verdict) -> String {
    match verdict {
        Verdict::Allow { policies } => format!("allow by `{}`", policies.join("`, `")),
        Verdict::Ask { reasons } | Verdict::Preview { reasons } => {
            format!("{}: {}", verdict.name(), in_words(reasons))
        }
        Verdict::Deny { code, reasons } => format!("deny with {code}: {}", in_words(reasons)),
    }
}

#[cfg(test)]
#[path = "../tests/cases.rs"]
mod tests;
