//! Grants that give more than anyone can oversee.

use std::collections::BTreeSet;

use cedar_policy::{
    ResourceConstraint,
    pst::{BinaryOp, Clause, Expr, Literal, PatternElem, Var},
};
use model::{Group, Kind};

use super::{
    Finding, Read, Severity,
    known::{comparisons, path},
};
use crate::{
    place::{self, PATH},
    service::{SERVICE, TASK},
};

/// Facts that tell nothing of what is done to what.
const OF_THE_MOMENT: [&str; 8] =
    ["approved", "desktop", "dry_run", "tainted", "taint", "time", "session", "client"];

/// What a policy permits too widely.
pub(super) fn too_much(policy: &Read<'_>) -> Vec<Finding> {
    let mut found = Vec::new();
    if !policy.permits() {
        return found;
    }
    let mut asked = Asked::default();
    policy.conditions().for_each(|condition| asked.walk(condition));
    let Asked { facts, boundless, wide, mut drives } = asked;
    drives.extend(policy.scope.drive());
    let mut warn =
        |message: String, right: &str| found.push(policy.finding(Severity::Warning, message, right));
    if boundless {
        warn(
            "has a `like \"*\"`, which everything is like".into(),
            "say what is meant, or leave the condition out",
        );
    }
    // A person's yes, or what the settings name, is a bound of its own.
    if asks(policy) || facts.contains("in_workspace") {
        return found;
    }
    for pattern in wide {
        warn(
            format!("has a `like \"{}\"`, which nearly everything is like", model::ui::escape(&pattern, 60)),
            "name the folder or the key that is meant",
        );
    }
    let of_the_moment = |fact: &str| OF_THE_MOMENT.contains(&fact.split('.').next().unwrap_or(fact));
    let narrowing: Vec<&str> = facts.iter().map(String::as_str).filter(|fact| !of_the_moment(fact)).collect();
    let (every_kind, everything) = (policy.scope.has_every_kind(), policy.scope.has_every_resource());
    let of_program = |fact: &&str| fact.starts_with("process");
    let about_a_program = !narrowing.is_empty() && narrowing.iter().all(of_program);
    if every_kind && everything && narrowing.is_empty() {
        let right = "name actions and what they are done to, or add `when { context.approved }`";
        warn("permits everything, to everything".into(), right);
    } else if let (Some(programs), true, true) = (policy.scope.programs(), every_kind, narrowing.is_empty()) {
        let right = "name actions, such as `action in Action::\"read\"`, or add `when { context.approved }`";
        warn(format!("permits everything of {programs}"), right);
    } else if every_kind && everything && about_a_program {
        let right = "name actions, such as `action in Action::\"read\"`, or add `when { context.approved }`";
        warn("permits everything of a program".into(), right);
    } else if policy.scope.has(Kind::AppLaunch) && everything && narrowing.is_empty() {
        let right = "name what may be started (`context.launch.path`), or add `when { context.approved }`";
        warn("permits all of `execute`: any program may be started".into(), right);
    }
    if let Some(drive) = drives.first()
        && narrowing.is_empty()
    {
        let right = "name the folder that is meant, or add `when { context.approved }`";
        warn(format!("permits the programs of a whole drive, `{}`", model::ui::escape(drive, 80)), right);
    }
    if let Some(hive) = policy.scope.hive()
        && narrowing.is_empty()
    {
        let right = "name the keys that are meant, or add `when { context.approved }`";
        warn(format!("permits a whole hive of the registry, `{}`", model::ui::escape(&hive, 80)), right);
    } else if !every_kind
        && policy.scope.resource == ResourceConstraint::Any
        && narrowing.is_empty()
        && [Kind::RegistryWrite, Kind::RegistryImport, Kind::RegistryDelete]
            .iter()
            .any(|kind| policy.scope.has(*kind))
    {
        let right = "name the keys that are meant (`resource in RegistryKey::\"...\"`), or add `when { context.approved }`";
        warn("permits changing the whole registry".into(), right);
    }
    if policy.scope.reveals && !every_kind && everything && narrowing.is_empty() {
        let right = "name the program whose secrets may be shown (`resource in Process::\"...\"`)";
        warn("permits every secret to be shown".into(), right);
    }
    if let Some(effects) = dangerous(policy)
        && everything
        && narrowing.iter().all(|fact| *fact == "effects")
    {
        let right = "say what is done to what, or add `when { context.approved }`";
        warn(format!("permits all that has the effect {effects}"), right);
    }
    found
}

/// The effects beyond input that a policy names in what it wants to hold.
fn dangerous(policy: &Read<'_>) -> Option<String> {
    let mut compared = Vec::new();
    for clause in policy.body.clauses() {
        if let Clause::When(expr) = clause {
            comparisons(expr, &mut compared);
        }
    }
    let harmless = [Group::Read.name(), Group::Input.name()];
    let named: BTreeSet<String> = compared
        .into_iter()
        .filter(|(fact, word)| fact == "effects" && !harmless.contains(&word.as_str()))
        .map(|(_, word)| format!("`{word}`"))
        .collect();
    (!named.is_empty()).then(|| named.into_iter().collect::<Vec<_>>().join(", "))
}

/// Whether it permits only what a person approved.
fn asks(policy: &Read<'_>) -> bool {
    policy.body.clauses().iter().any(|clause| match clause {
        Clause::When(expr) => needs_approval(expr),
        Clause::Unless(_) => false,
    })
}

fn needs_approval(expr: &Expr) -> bool {
    match expr {
        Expr::BinaryOp { op: BinaryOp::And, left, right } => needs_approval(left) || needs_approval(right),
        Expr::BinaryOp { op: BinaryOp::Or, left, right } => needs_approval(left) && needs_approval(right),
        expr => path(expr).as_deref() == Some("approved"),
    }
}

/// What conditions ask.
#[derive(Default)]
struct Asked {
    /// The facts that they speak of, but for those that they only ask to be there.
    facts: BTreeSet<String>,
    /// Whether something has to be like anything.
    boundless: bool,
    /// Patterns that nearly everything is like.
    wide: BTreeSet<String>,
    /// Drives that the target has to lie in.
    drives: BTreeSet<String>,
}

impl Asked {
    fn walk(&mut self, expr: &Expr) {
        if let Some(path) = path(expr) {
            self.facts.insert(path);
            return;
        }
        match expr {
            Expr::Like { pattern, .. }
                if !pattern.is_empty() && pattern.iter().all(|part| *part == PatternElem::Wildcard) =>
            {
                self.boundless = true;
            }
            Expr::Like { pattern, expr }
                if path(expr).is_some_and(|fact| fact.ends_with("path")) && is_wide(pattern) =>
            {
                self.wide.insert(text_of(pattern));
            }
            Expr::BinaryOp { op: BinaryOp::In, left, right } if is_resource(left) => self.lies_in(right),
            Expr::Is { expr, in_expr: Some(of), .. } if is_resource(expr) => self.lies_in(of),
            Expr::UnaryOp { expr, .. }
            | Expr::GetAttr { expr, .. }
            | Expr::Like { expr, .. }
            | Expr::Is { expr, .. } => self.walk(expr),
            Expr::BinaryOp { left, right, .. } => {
                self.walk(left);
                self.walk(right);
            }
            Expr::IfThenElse { cond, then_expr, else_expr } => {
                [cond, then_expr, else_expr].into_iter().for_each(|part| self.walk(part));
            }
            Expr::Set(items) => items.iter().for_each(|item| self.walk(item)),
            Expr::Record(fields) => fields.values().for_each(|field| self.walk(field)),
            // Literals, variables and `has` narrow nothing.
            _ => {}
        }
    }

    /// What the target has to lie in: a folder tells of its program what a fact would.
    fn lies_in(&mut self, expr: &Expr) {
        match expr {
            Expr::Literal(Literal::EntityUID(thing)) => match thing.ty.to_string().as_str() {
                PATH => match place::id(&thing.eid) {
                    Ok(drive) if place::is_drive(&drive) => drop(self.drives.insert(place::shown(&drive))),
                    _ => drop(self.facts.insert("process".to_owned())),
                },
                SERVICE | TASK => drop(self.facts.insert("registry".to_owned())),
                _ => {}
            },
            Expr::Set(items) => items.iter().for_each(|item| self.lies_in(item)),
            _ => {}
        }
    }
}

fn is_resource(expr: &Expr) -> bool {
    matches!(expr, Expr::Var(Var::Resource))
}

fn text_of(pattern: &[PatternElem]) -> String {
    let of = |part: &PatternElem| if let PatternElem::Char(c) = part { *c } else { '*' };
    pattern.iter().map(of).collect()
}

/// Whether a pattern for paths leaves open nearly all: no more than a drive, a hive, or the ending of programs.
fn is_wide(pattern: &[PatternElem]) -> bool {
    const HIVES: [&str; 5] =
        ["hkey_local_machine", "hkey_current_user", "hkey_users", "hkey_classes_root", "hkey_current_config"];
    if !pattern.contains(&PatternElem::Wildcard) {
        return false;
    }
    let rest = text_of(pattern).to_ascii_lowercase().replace('/', "\\");
    let rest = rest.trim_matches(['*', '\\', '?']);
    let rest = rest.strip_suffix(".exe").unwrap_or(rest).trim_end_matches(['*', '\\']);
    let is_drive =
        rest.len() <= 2 && rest.trim_start_matches(|c: char| c.is_ascii_alphabetic()).starts_with(':');
    rest.is_empty() || is_drive || rest.starts_with("hkey") && HIVES.iter().any(|hive| hive.starts_with(rest))
}
