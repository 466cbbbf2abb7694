//! `winwarden policy replay`: what would have been decided otherwise.

use std::{
    collections::BTreeMap,
    error::Error,
    io::{Write, stdout},
    path::Path,
    process::ExitCode,
};

use ::policy::{Circumstances, Policy, Reason, Verdict};
use gate::Past;
use model::ui::{escape, plain};
use serde_json::{Value, json};

use super::{arguments::Given, past, sources::Sources};
use crate::{command::Choice, config};

/// What is shown of a target, in characters.
const SHOWN: usize = 60;

/// A row of the table.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Row {
    old: String,
    new: &'static str,
    tool: String,
    target: String,
    policies: String,
}

/// Judges recorded decisions again; exit code 1 where one would be another.
pub fn run(audit: Option<&Path>, given: &Given, profile: Option<&str>) -> Result<ExitCode, Box<dyn Error>> {
    let choice =
        Choice { config: given.config.clone(), profile: profile.map(ToOwned::to_owned), ..Choice::default() };
    let loaded = config::load(&choice)?;
    let sources = Sources::of(&loaded).with_policies_of(given.policy.as_deref())?;
    let policy = sources.with(|configured| configured.policy(&loaded.settings))?;
    let mut decisions = past::read(audit)?;
    // What nobody looked for then cannot be known now.
    let lacks = |past: &mut Past| policy.lacks(&past.operation, &past.facts, &past.call);
    for Past { session, seq, .. } in decisions.past.extract_if(.., lacks) {
        let why = "a policy asks for ancestors, signers or how long a program had been running, which nobody looked for then";
        decisions.unjudged.push((json!({ "session": session, "seq": seq }), why.to_owned()));
    }
    let mut rows: BTreeMap<Row, usize> = BTreeMap::new();
    for past in &decisions.past {
        if let Some(row) = differs(&policy, past) {
            *rows.entry(row).or_default() += 1;
        }
    }
    let mut out = stdout().lock();
    writeln!(out, "{}; {} decisions judged again", decisions.shown(), decisions.past.len())?;
    tell_unjudged(&mut out, &decisions.unjudged)?;
    if rows.is_empty() {
        writeln!(out, "none would have been decided differently")?;
        return Ok(ExitCode::SUCCESS);
    }
    writeln!(out, "\n{:>6}  {:<18} {:<16} {:<SHOWN$}  policies", "count", "verdict", "tool", "target")?;
    let mut rows: Vec<(Row, usize)> = rows.into_iter().collect();
    rows.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
    for (Row { old, new, tool, target, policies }, count) in rows {
        let verdict = format!("{old} -> {new}");
        writeln!(out, "{count:>6}  {verdict:<18} {tool:<16} {target:<SHOWN$}  {policies}")?;
    }
    Ok(ExitCode::FAILURE)
}

fn differs(policy: &Policy, past: &Past) -> Option<Row> {
    let circumstances = Circumstances { session: &past.session, taint: &past.taint, call: &past.call };
    let verdict = policy.decide(&circumstances, &past.operation, &past.facts);
    (verdict.name() != past.verdict).then(|| Row {
        old: escape(&past.verdict, 10),
        new: verdict.name(),
        tool: escape(&past.tool, 40),
        target: past.target.as_ref().map_or_else(|| "-".to_owned(), |target| plain(target, SHOWN)),
        policies: behind(&verdict).join(", "),
    })
}

fn behind(verdict: &Verdict) -> Vec<String> {
    let ids = |reasons: &[Reason]| reasons.iter().map(|reason| reason.policy.clone()).collect();
    match verdict {
        Verdict::Allow { policies } => policies.clone(),
        Verdict::Ask { reasons } | Verdict::Preview { reasons } | Verdict::Deny { reasons, .. } => {
            ids(reasons)
        }
    }
}

/// Records that cannot be judged again, by why.
fn tell_unjudged(out: &mut impl Write, unjudged: &[(Value, String)]) -> std::io::Result<()> {
    let mut reasons: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for (record, why) in unjudged {
        let session = record.get("session").and_then(Value::as_str).unwrap_or_default();
        let seq = record.get("seq").cloned().unwrap_or_default();
        reasons.entry(why).or_default().push(format!("{} number {seq}", escape(session, 60)));
    }
    for (why, records) in reasons {
        let first: Vec<&str> = records.iter().take(3).map(String::as_str).collect();
        let more = if records.len() > first.len() { ", …" } else { "" };
        writeln!(
            out,
            "cannot be judged: {} records ({}{more}): {}",
            records.len(),
            first.join(", "),
            plain(why, 200)
        )?;
    }
    Ok(())
}
