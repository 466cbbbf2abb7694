//! `status`: what winwarden can do here, and how the session went so far.

use std::fmt::Write as _;

use model::{
    Operation, Outcome, StatusRequest,
    tool::{Plan, Reply},
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::{
    arguments::Check,
    native::{About, LOOKS_AT_SYSTEM, Native},
    schema,
    structured::json,
    words::one_line,
};

pub(crate) struct Status;

#[derive(Deserialize, JsonSchema)]
pub(crate) struct Arguments {}

#[derive(Serialize, JsonSchema)]
struct Form<'a> {
    version: &'a str,
    session: &'a str,
    standing: &'a str,
    age_seconds: u64,
    budgets: Vec<Budget<'a>>,
    notes: &'a [String],
    platform: &'a str,
    desktop: &'a str,
    toolsets: &'a [String],
    limitations: &'a [String],
    /// What is to be known of the machine until the configuration acknowledges it.
    #[serde(skip_serializing_if = "<[String]>::is_empty")]
    notices: &'a [String],
    audit: &'a str,
    calls: u64,
    refused: u64,
    worker_restarts: u64,
    taint: &'a [String],
}

#[derive(Serialize, JsonSchema)]
struct Budget<'a> {
    name: &'a str,
    used: u64,
    /// None where it is unlimited
    #[serde(skip_serializing_if = "Option::is_none")]
    most: Option<u64>,
}

impl Native for Status {
    type Arguments = Arguments;

    const ABOUT: About = About {
        name: "status",
        title: "Status",
        description: "What works here, what is missing and why, how many calls were refused. Use it when calls fail unexpectedly.",
        toolset: "core",
        hints: LOOKS_AT_SYSTEM,
        gives_pictures: false,
    };

    fn plan(Arguments {}: Arguments, _: &mut Check) -> Option<Plan> {
        Some(Plan::new(Operation::Status(StatusRequest {}), None))
    }

    fn render(_: &Operation, outcome: &Outcome) -> Option<Reply> {
        let Outcome::Status(status) = outcome else { return None };
        let mut text = format!("winwarden {} on {}", status.version, status.platform);
        let mut line = |what: &str, words: &str| {
            let _ = write!(text, "\n{what}: {}", one_line(words));
        };
        line("desktop", &status.desktop);
        line("toolsets", &status.toolsets.join(", "));
        let worker = match status.worker_restarts {
            0 => String::new(),
            times => format!(", worker replaced {times} times"),
        };
        let calls = format!("{} calls, {} refused{worker}", status.calls, status.refused);
        let age = status.age_seconds / 60;
        line("session", &format!("{}, {}, {age} minutes old, {calls}", status.session, status.standing));
        let left = |budget: &model::Budget| {
            let most = budget.most.map_or_else(|| "unlimited".to_owned(), |most| most.to_string());
            format!("{} {} of {most}", budget.name, budget.used)
        };
        line("used", &status.budgets.iter().map(left).collect::<Vec<_>>().join(", "));
        for note in &status.notes {
            line("note", note);
        }
        line("audit", &status.audit);
        for notice in &status.notices {
            line("note", notice);
        }
        for read in &status.taint {
            line("has read what others wrote", read);
        }
        for limitation in &status.limitations {
            line("missing", limitation);
        }
        let budgets = status.budgets.iter();
        let budgets =
            budgets.map(|budget| Budget { name: &budget.name, used: budget.used, most: budget.most });
        let form = Form {
            version: &status.version,
            session: &status.session,
            standing: &status.standing,
            age_seconds: status.age_seconds,
            budgets: budgets.collect(),
            notes: &status.notes,
            platform: &status.platform,
            desktop: &status.desktop,
            toolsets: &status.toolsets,
            limitations: &status.limitations,
            notices: &status.notices,
            audit: &status.audit,
            calls: status.calls,
            refused: status.refused,
            worker_restarts: status.worker_restarts,
            taint: &status.taint,
        };
        Some(Reply { text, structured: json(&form), ..Reply::default() })
    }

    fn output_schema() -> Option<Map<String, Value>> {
        Some(schema::of_result::<Form<'static>>())
    }
}
