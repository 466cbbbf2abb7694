//! Who may do what, in plain words: for people who did not write the policies.
//!
//! Untrusted: the person's policies.
//! Guarantees: what usual acts come to is judged by the code that judges calls; rules are told with their own reasons.
//! Does not: show every condition of a rule; `policy test` and `explain` answer for one call.

mod rules;
mod text;
mod usual;

use model::registry::RegistryPath;
use serde::Serialize;

pub use self::{
    rules::{Rule, rules},
    usual::Act,
};
use crate::{
    BrokenPolicy,
    cases::Configured,
    config::{Channel, Profile, SETTINGS, Settings, Value},
    never::NEVER,
    registry::{Root, Rules},
};

/// What an agent may do under a configuration.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Description {
    /// The profile.
    pub profile: Profile,
    /// What the profile is for.
    pub purpose: &'static str,
    /// Whether nothing is done at all, but planned and shown.
    pub dry_run: bool,
    /// How a person is asked, in this order; none where nobody is.
    pub asked_by: Vec<Channel>,
    /// How long a person has to answer, seconds.
    pub answer_within_seconds: u64,
    /// What usual acts come to.
    pub acts: Vec<Act>,
    /// Every rule.
    pub rules: Vec<Rule>,
    /// What is never done, whatever any rule says.
    pub never: [&'static str; 4],
    /// Programs that are started and used without asking.
    pub workspace: Vec<String>,
    /// Programs that the settings protect beside those that always are.
    pub protected: Vec<String>,
    /// What the settings say of the registry.
    pub registry: Keys,
    /// Limits of a session.
    pub limits: Vec<Limit>,
}

/// What the settings say of the registry.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Keys {
    /// How far a session goes.
    pub level: &'static str,
    /// Lists of roots, each of which has to permit a key.
    pub roots: Vec<Vec<String>>,
    /// Keys that are denied with all below them.
    pub denied: Vec<String>,
    /// Keys that are changed without asking.
    pub workspace: Vec<String>,
}

/// A limit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Limit {
    /// The setting.
    pub setting: &'static str,
    /// Its value, as `winwarden.toml` would have it.
    pub value: String,
    /// What it means.
    pub meaning: &'static str,
}

/// Describes what holds under `settings` and the policies beside them; `value` tells what a setting is.
///
/// # Errors
/// Policies that cannot be used.
pub fn describe(
    settings: &Settings,
    value: impl Fn(&str) -> Option<Value>,
    configured: Configured<'_>,
) -> Result<Description, BrokenPolicy> {
    let policy = configured.policy(settings)?;
    let nobody = settings.profile == Profile::Unattended;
    let in_workspace = settings.profile == Profile::Workspace;
    let limits = SETTINGS.iter().filter(|setting| is_limit(setting.name)).filter_map(|setting| {
        let value = value(setting.name)?.to_string();
        Some(Limit { setting: setting.name, value, meaning: setting.doc })
    });
    Ok(Description {
        profile: settings.profile,
        purpose: purpose(settings.profile),
        dry_run: settings.dry_run,
        asked_by: if nobody { Vec::new() } else { settings.channels.clone() },
        answer_within_seconds: settings.approval_wait.as_secs(),
        acts: usual::acts(&policy),
        rules: rules(settings.profile, configured)?,
        never: NEVER,
        workspace: if in_workspace { settings.workspace_applications.clone() } else { Vec::new() },
        protected: settings.protected_applications.clone(),
        registry: keys(settings),
        limits: limits.collect(),
    })
}

/// Whether a setting is a number that calls are held to.
fn is_limit(name: &str) -> bool {
    let of_registry = ["registry.max_", "registry.requests_per_minute", "registry.timeout_ms"];
    name.starts_with("limits.") || of_registry.iter().any(|prefix| name.starts_with(prefix))
}

fn keys(settings: &Settings) -> Keys {
    let free: &[_] = if settings.profile == Profile::Workspace { &settings.workspace_keys } else { &[] };
    let in_words = |paths: &[RegistryPath]| paths.iter().map(RegistryPath::to_string).collect();
    let Rules { roots, denied, level, .. } = &settings.registry;
    Keys {
        level: level.level(),
        roots: roots.iter().map(|roots| roots.iter().map(Root::to_string).collect()).collect(),
        denied: in_words(denied),
        workspace: in_words(free),
    }
}

const fn purpose(profile: Profile) -> &'static str {
    match profile {
        Profile::Observe => "to look, and nothing else",
        Profile::Unattended => {
            "to look and give ordinary input; what would ask is refused, for nobody is there"
        }
        Profile::Assistant => "to look and give ordinary input; the rest asks",
        Profile::Workspace => {
            "to look and give ordinary input; the rest asks, but for programs and keys that are named"
        }
        Profile::Lab => "anything, on a machine that can be thrown away",
    }
}

#[cfg(test)]
#[path = "../tests/describe.rs"]
mod tests;
