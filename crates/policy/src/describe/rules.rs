//! Every rule with its reason, and what it does.

use cedar_policy::{ActionConstraint, EntityUid, Policy, PrincipalConstraint, ResourceConstraint, pst};
use serde::Serialize;

use crate::{
    BrokenPolicy, PolicyText,
    cases::Configured,
    config::Profile,
    key,
    lint::path,
    load,
    place::{self, PATH},
    service::{SERVICE, TASK},
    spoken::Spoken,
};

/// A policy in words.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Rule {
    /// `permits`, `asks` (a refusal that a person's yes lifts) or `refuses`.
    pub does: &'static str,
    /// Whether it permits something.
    pub permits: bool,
    /// Whether it permits only what a person approved.
    pub on_approval: bool,
    /// Which acts: names of actions and groups; empty is all of them.
    pub actions: Vec<String>,
    /// Whom and what it is confined to, where its scope says so.
    pub only: Vec<String>,
    /// Whether it holds under conditions.
    pub conditional: bool,
    /// The facts that its conditions name, in their order; not whether it was approved.
    pub facts: Vec<String>,
    /// Its `@reason`.
    pub reason: String,
    /// Its `@id`.
    pub policy: String,
    /// The file it is in.
    pub file: String,
    /// Whether it is the machine's, which can only take away.
    pub of_the_machine: bool,
}

/// The rules of a profile and of who configured more.
///
/// # Errors
/// Policies that cannot be used.
pub fn rules(profile: Profile, configured: Configured<'_>) -> Result<Vec<Rule>, BrokenPolicy> {
    let schema = load::schema()?;
    let of = |texts: Vec<PolicyText<'_>>, of_the_machine| -> Result<Vec<Rule>, BrokenPolicy> {
        let mut rules = Vec::new();
        for text in texts {
            let read = load::rules(&schema, [text])?;
            let one = |policy: &Policy| {
                let words = read.words.get(policy.id())?;
                let file = text.name.to_owned();
                Some(Rule {
                    policy: words.id.clone(),
                    reason: words.reason.clone(),
                    file,
                    of_the_machine,
                    ..plain(policy)?
                })
            };
            rules.extend(read.policies.iter().filter_map(one));
        }
        Ok(rules)
    };
    let own = load::profile(profile).into_iter().chain(configured.policies.iter().copied()).collect();
    let machine = configured.bound.unwrap_or_default().to_vec();
    Ok([of(own, false)?, of(machine, true)?].concat())
}

/// A rule without its names.
fn plain(policy: &Policy) -> Option<Rule> {
    let pst::Policy::Static(whole) = policy.to_pst().ok()? else { return None };
    let clauses = whole.body().clauses();
    let does = match whole.body().effect {
        pst::Effect::Permit => "permits",
        pst::Effect::Forbid if clauses.iter().any(yields_to_approval) => "asks",
        pst::Effect::Forbid => "refuses",
    };
    let name = |action: EntityUid| action.id().unescaped().to_owned();
    let actions = match policy.action_constraint() {
        ActionConstraint::Any => Vec::new(),
        ActionConstraint::Eq(action) => vec![name(action)],
        ActionConstraint::In(actions) => actions.into_iter().map(name).collect(),
    };
    let permits = whole.body().effect == pst::Effect::Permit;
    Some(Rule {
        does,
        permits,
        on_approval: permits && clauses.iter().any(needs_approval),
        actions,
        only: only(policy),
        conditional: clauses.iter().any(|clause| permits || !is_approval_alone(clause)),
        facts: Spoken::of(policy).names().iter().filter(|name| *name != "approved").cloned().collect(),
        reason: String::new(),
        policy: String::new(),
        file: String::new(),
        of_the_machine: false,
    })
}

fn only(policy: &Policy) -> Vec<String> {
    let principal = match policy.principal_constraint() {
        PrincipalConstraint::Any => None,
        PrincipalConstraint::Is(of) => Some(of.to_string()),
        PrincipalConstraint::Eq(one) | PrincipalConstraint::In(one) | PrincipalConstraint::IsIn(_, one) => {
            Some(shown(&one))
        }
    };
    let resource = match policy.resource_constraint() {
        ResourceConstraint::Any => None,
        ResourceConstraint::Is(of) => Some(of.to_string()),
        ResourceConstraint::Eq(one) | ResourceConstraint::In(one) | ResourceConstraint::IsIn(_, one) => {
            Some(shown(&one))
        }
    };
    principal.into_iter().chain(resource).collect()
}

/// An entity as policies name it.
fn shown(entity: &EntityUid) -> String {
    let id = entity.id().unescaped();
    match entity.type_name().basename() {
        key::KEY => key::shown(id),
        PATH => format!("programs in `{}` and below", place::shown(id)),
        SERVICE => format!("the service `{id}`"),
        TASK => format!("the task, or the folder of tasks, `{id}`"),
        _ => entity.to_string(),
    }
}

/// Whether a condition of a `permit` holds only for what a person approved.
fn needs_approval(clause: &pst::Clause) -> bool {
    matches!(clause, pst::Clause::When(expr) if holds(expr, false) == Some(false))
}

/// Whether a condition of a `forbid` goes away for what a person approved.
fn yields_to_approval(clause: &pst::Clause) -> bool {
    match clause {
        pst::Clause::When(expr) => holds(expr, true) == Some(false),
        pst::Clause::Unless(expr) => holds(expr, true) == Some(true),
    }
}

fn is_approval_alone(clause: &pst::Clause) -> bool {
    let (pst::Clause::When(expr) | pst::Clause::Unless(expr)) = clause;
    path(expr).as_deref() == Some("approved")
}

/// What an expression is, knowing only whether it was approved.
fn holds(expr: &pst::Expr, approved: bool) -> Option<bool> {
    match expr {
        pst::Expr::BinaryOp { op: pst::BinaryOp::And, left, right } => {
            match (holds(left, approved), holds(right, approved)) {
                (Some(false), _) | (_, Some(false)) => Some(false),
                (Some(true), Some(true)) => Some(true),
                _ => None,
            }
        }
        pst::Expr::BinaryOp { op: pst::BinaryOp::Or, left, right } => {
            match (holds(left, approved), holds(right, approved)) {
                (Some(true), _) | (_, Some(true)) => Some(true),
                (Some(false), Some(false)) => Some(false),
                _ => None,
            }
        }
        pst::Expr::UnaryOp { op: pst::UnaryOp::Not, expr } => holds(expr, approved).map(|holds| !holds),
        expr => (path(expr).as_deref() == Some("approved")).then_some(approved),
    }
}
