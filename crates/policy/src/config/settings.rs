//! The settings as the program uses them.

use std::{collections::BTreeMap, time::Duration};

use model::registry::RegistryPath;
use serde::Serialize;

use super::{Effective, Origin, Setting, Value};
use crate::registry::{self, Access, Root, Rules};

/// How far an agent may go.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Profile {
    /// Looking only.
    Observe,
    /// Like `assistant`, with nobody to ask.
    Unattended,
    /// Looking and ordinary input; the rest asks.
    #[default]
    Assistant,
    /// Like `assistant`, but what the configuration names is free.
    Workspace,
    /// Anything, on a machine that can be thrown away.
    Lab,
}

impl Profile {
    /// Every profile, the narrowest first.
    pub const ALL: [Self; 5] = [Self::Observe, Self::Unattended, Self::Assistant, Self::Workspace, Self::Lab];

    /// Its name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Observe => "observe",
            Self::Unattended => "unattended",
            Self::Assistant => "assistant",
            Self::Workspace => "workspace",
            Self::Lab => "lab",
        }
    }

    /// The profile called `name`.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|profile| profile.name() == name)
    }

    pub(super) fn of(value: &Value) -> Option<Self> {
        if let Value::Text(name) = value { Self::named(name) } else { None }
    }
}

/// A limit: a number, or none.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub enum Amount {
    /// At most so many.
    Most(u64),
    /// As many as wanted.
    Unlimited,
}

/// Limits of a session.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[expect(missing_docs, reason = "each is the setting of its name, whose doc stands in the table of settings")]
pub struct Limits {
    pub concurrent_calls: u64,
    pub reads_per_minute: Amount,
    pub input_per_minute: Amount,
    pub changes_per_minute: Amount,
    pub cooldown: Duration,
    pub destructive_acts: Amount,
    pub launches: Amount,
    pub registry_values: Amount,
    pub registry_requests_per_minute: Amount,
    pub registry_timeout: Duration,
    pub session_minutes: Amount,
    pub taint_minutes: Amount,
    pub idle: Duration,
}

/// A way to ask a person.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Channel {
    /// Through the MCP client.
    Elicitation,
    /// A dialog of ours.
    Dialog,
    /// `winwarden approvals` at a terminal.
    Terminal,
}

/// All settings.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(missing_docs, reason = "each is the setting of its name, whose doc stands in the table of settings")]
pub struct Settings {
    pub profile: Profile,
    pub toolsets: Vec<String>,
    pub tools: Vec<String>,
    pub exclude_tools: Vec<String>,
    pub pictures: bool,
    pub dry_run: bool,
    pub badge: bool,
    pub stop_key: String,
    pub acknowledge: Vec<String>,
    pub log_level: String,
    pub workspace_applications: Vec<String>,
    pub workspace_keys: Vec<RegistryPath>,
    pub protected_applications: Vec<String>,
    pub registry: Rules,
    /// Whether its roots and level are the grant, whatever the profile says: for a dialect. No setting.
    pub registry_grants: bool,
    /// Full paths of folders and files of winwarden's own, for its never-list: for who has read them. No setting.
    pub own_files: Vec<String>,
    pub channels: Vec<Channel>,
    pub trust_client_elicitation: bool,
    pub approval_wait: Duration,
    pub limits: Limits,
}

impl Settings {
    /// What holds where nobody set anything but the profile.
    #[must_use]
    pub fn of_profile(profile: Profile) -> Self {
        let of = |setting: &'static Setting| {
            let (value, origin) = default_of(setting, profile);
            let value = if setting.name == "profile" { Value::Text(profile.name().into()) } else { value };
            (setting.name, Effective { value, origin, asked: None })
        };
        Self::of(&super::SETTINGS.iter().map(of).collect())
    }

    pub(super) fn of(effective: &BTreeMap<&'static str, Effective>) -> Self {
        let value = |name: &str| effective.get(name).map(|effective| &effective.value);
        let switch = |name| matches!(value(name), Some(Value::Switch(true)));
        let text =
            |name| if let Some(Value::Text(text)) = value(name) { text.clone() } else { String::new() };
        let texts =
            |name| if let Some(Value::Texts(texts)) = value(name) { texts.clone() } else { Vec::new() };
        let keys = |name| if let Some(Value::Keys(keys)) = value(name) { keys.clone() } else { Vec::new() };
        let amount = |name| match value(name) {
            Some(Value::Number(None)) => Amount::Unlimited,
            Some(Value::Number(Some(number))) => Amount::Most(*number),
            _ => Amount::Most(0),
        };
        let number = |name| if let Amount::Most(number) = amount(name) { number } else { 0 };
        let channel = |name: String| match name.as_str() {
            "elicitation" => Some(Channel::Elicitation),
            "dialog" => Some(Channel::Dialog),
            "terminal" => Some(Channel::Terminal),
            _ => None,
        };
        Self {
            profile: value("profile").and_then(Profile::of).unwrap_or(Profile::Observe),
            toolsets: texts("toolsets"),
            tools: texts("tools"),
            exclude_tools: texts("exclude_tools"),
            pictures: switch("pictures"),
            dry_run: switch("dry_run"),
            badge: switch("badge"),
            stop_key: text("stop_key"),
            acknowledge: texts("acknowledge"),
            log_level: text("log_level"),
            workspace_applications: texts("workspace.applications"),
            workspace_keys: keys("workspace.keys"),
            protected_applications: texts("protected.applications"),
            registry: Rules {
                roots: match value("registry.roots") {
                    Some(Value::Roots(lists)) => lists.clone(),
                    _ => Vec::new(),
                },
                denied: keys("registry.denied"),
                level: Access::of_level(&text("registry.level")).unwrap_or(Access::Read),
                limits: registry::Limits {
                    depth: number("registry.max_depth").try_into().unwrap_or(1),
                    values: number("registry.max_values").try_into().unwrap_or(1),
                    value_bytes: number("registry.max_value_bytes"),
                },
                // A dialect's to say, and the policy's of each call.
                reveals: false,
            },
            registry_grants: false,
            own_files: Vec::new(),
            channels: texts("approvals.channels").into_iter().filter_map(channel).collect(),
            trust_client_elicitation: switch("approvals.trust_client_elicitation"),
            approval_wait: Duration::from_secs(number("approvals.wait_seconds")),
            limits: Limits {
                concurrent_calls: number("limits.concurrent_calls").max(1),
                reads_per_minute: amount("limits.reads_per_minute"),
                input_per_minute: amount("limits.input_per_minute"),
                changes_per_minute: amount("limits.changes_per_minute"),
                cooldown: Duration::from_millis(number("limits.cooldown_ms")),
                destructive_acts: amount("limits.destructive_acts"),
                launches: amount("limits.launches"),
                registry_values: amount("limits.registry_values"),
                registry_requests_per_minute: amount("registry.requests_per_minute"),
                registry_timeout: Duration::from_millis(number("registry.timeout_ms")),
                session_minutes: amount("limits.session_minutes"),
                taint_minutes: amount("limits.taint_minutes"),
                idle: Duration::from_secs(number("limits.idle_minutes").max(1).saturating_mul(60)),
            },
        }
    }
}

/// What a setting is under `profile` where nobody gives it: `lab` has no rates, budgets, cooldowns and roots.
pub(super) fn default_of(setting: &'static Setting, profile: Profile) -> (Value, Origin) {
    let of_lab = match setting.name {
        "limits.concurrent_calls" | "limits.idle_minutes" => None,
        "limits.cooldown_ms" => Some(Value::Number(Some(0))),
        "registry.level" => Some(Value::Text(Access::Admin.level().to_owned())),
        "registry.roots" => super::layer::of_texts(setting, EVERYWHERE.map(String::from).to_vec()).ok(),
        "registry.max_depth" => Some(Value::Number(Some(Root::DEEPEST.into()))),
        "registry.requests_per_minute" => Some(Value::Number(None)),
        name => name.starts_with("limits.").then_some(Value::Number(None)),
    };
    match of_lab {
        Some(value) if profile == Profile::Lab => (value, Origin::Profile),
        _ => (default_value(setting), Origin::Default),
    }
}

/// Roots that hold every key.
const EVERYWHERE: [&str; 2] = ["admin 10 HKLM", "admin 10 HKU"];

/// The default in the table, which a test reads as TOML.
pub(super) fn default_value(setting: &Setting) -> Value {
    match serde_json::from_str(setting.default) {
        Ok(serde_json::Value::Bool(on)) => Value::Switch(on),
        Ok(serde_json::Value::Number(number)) => Value::Number(number.as_u64()),
        Ok(serde_json::Value::String(text)) if text == "unlimited" => Value::Number(None),
        Ok(serde_json::Value::String(text)) => Value::Text(text),
        Ok(serde_json::Value::Array(items)) => {
            let texts = items.into_iter().filter_map(|item| Some(item.as_str()?.to_owned())).collect();
            super::layer::of_texts(setting, texts).unwrap_or(Value::Texts(Vec::new()))
        }
        Ok(serde_json::Value::Null | serde_json::Value::Object(_)) | Err(_) => Value::Texts(Vec::new()),
    }
}
