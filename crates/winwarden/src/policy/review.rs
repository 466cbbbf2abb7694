//! `winwarden policy review`: grants that the recorded sessions never used.

use std::{
    error::Error,
    io::{Write, stdout},
    path::Path,
    process::ExitCode,
};

use ::policy::{
    describe::{Rule, rules},
    names_program,
};
use gate::Past;
use model::ui::escape;

use super::{past, sources::Sources};
use crate::{command::Choice, config};

/// Something that permits, and how often it did.
#[derive(Debug)]
struct Grant {
    what: String,
    /// Whether a person configured it: what is built in is told, and is nobody's fault.
    own: bool,
    used: usize,
}

/// Tells of each grant how often it was used; exit code 1 where one that a person gave was never.
pub fn run(audit: Option<&Path>, choice: &Choice) -> Result<ExitCode, Box<dyn Error>> {
    let loaded = config::load(choice)?;
    let sources = Sources::of(&loaded);
    let rules = sources.with(|configured| rules(loaded.settings.profile, configured))?;
    let decisions = past::read(audit)?;
    let done: Vec<&Past> =
        decisions.past.iter().filter(|past| past.verdict == "allow" || past.approved).collect();
    let own = |file: &str| sources.policies.iter().any(|(name, _)| name == file);
    let of_rule = |rule: &Rule| Grant {
        what: format!(
            "policy `{}` ({}): {}",
            escape(&rule.policy, 80),
            escape(&rule.file, 200),
            escape(&rule.reason, 200)
        ),
        own: own(&rule.file),
        used: done
            .iter()
            .filter(|past| past.policies.contains(&rule.policy) || rule.on_approval && past.approved)
            .count(),
    };
    let mut grants: Vec<Grant> =
        rules.iter().filter(|rule| rule.permits && !rule.of_the_machine).map(of_rule).collect();
    let settings = &loaded.settings;
    let of_setting = |(name, program): (&str, &String)| Grant {
        what: format!("setting `{name}`: \"{}\"", escape(program, 200)),
        own: true,
        used: done.iter().filter(|past| paths(past).any(|path| names_program(program, path))).count(),
    };
    let applications =
        settings.workspace_applications.iter().map(|program| ("workspace.applications", program));
    let protected = settings.protected_applications.iter().map(|program| ("protected.applications", program));
    grants.extend(applications.chain(protected).map(of_setting));
    let mut out = stdout().lock();
    writeln!(
        out,
        "{}; {} decisions, of which {} led to an act",
        decisions.shown(),
        decisions.past.len(),
        done.len()
    )?;
    if !decisions.unjudged.is_empty() {
        writeln!(out, "{} records cannot be read in full and are left out", decisions.unjudged.len())?;
    }
    for (title, used) in [("Never used", false), ("Used", true)] {
        let these: Vec<&Grant> = grants.iter().filter(|grant| (grant.used > 0) == used).collect();
        if !these.is_empty() {
            writeln!(out, "\n{title}:")?;
        }
        for Grant { what, own, used } in these {
            let whose = if *own { "" } else { "built in: " };
            writeln!(out, "{used:>6}  {whose}{what}")?;
        }
    }
    let idle = grants.iter().any(|grant| grant.own && grant.used == 0);
    Ok(if idle { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}

/// The programs that a decision was about.
fn paths(past: &Past) -> impl Iterator<Item = &str> {
    let targets = past.facts.targets.iter().map(|target| target.window.process.path.as_str());
    targets.chain(past.facts.launch.iter().map(|launch| launch.path.as_str()))
}
