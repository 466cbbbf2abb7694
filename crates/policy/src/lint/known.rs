//! Words in conditions that no fact ever is.

use cedar_policy::pst::{BinaryOp, Expr, Literal, Var};
use model::{ElementVerb, Group, Weekday, ui::Role};

use super::{Finding, Read, Severity};
use crate::{config::meant, protected::Protection, request, risk::Risk, taint::Source};

/// Each fact that is one of a few words, or a set of them, with all of them.
pub(super) fn facts() -> Vec<(&'static str, Vec<&'static str>)> {
    vec![
        ("desktop", request::DESKTOPS.to_vec()),
        ("effects", Group::ALL.iter().map(|group| group.name()).collect()),
        ("risk", Risk::ALL.iter().map(|risk| risk.name()).collect()),
        ("protected", Protection::ALL.iter().map(|protection| protection.name()).collect()),
        ("taint", Source::ALL.iter().map(|source| source.name()).collect()),
        ("key_effects", crate::effects::KEY_EFFECTS.to_vec()),
        (
            "verb",
            request::WINDOW_VERBS
                .iter()
                .copied()
                .chain(ElementVerb::ALL.iter().map(|verb| verb.name()))
                .collect(),
        ),
        ("time.weekday", Weekday::ALL.iter().map(|day| day.name()).collect()),
        ("process.elevation", request::ELEVATIONS.to_vec()),
        ("launch.kind", request::LAUNCH_KINDS.to_vec()),
        ("registry.types", request::VALUE_TYPES.to_vec()),
        ("element.role", Role::ALL.iter().map(|role| role.name()).collect()),
    ]
}

/// What a policy compares with a word that does not exist.
pub(super) fn unknown_words(policy: &Read<'_>) -> Vec<Finding> {
    let facts = facts();
    let mut compared = Vec::new();
    policy.conditions().for_each(|condition| comparisons(condition, &mut compared));
    let unknown = compared.into_iter().filter_map(|(path, word)| {
        let (_, known) = facts.iter().find(|(fact, _)| *fact == path)?;
        if known.contains(&word.as_str()) {
            return None;
        }
        let near = meant(&word, known.iter().copied());
        Some(policy.finding(
            Severity::Error,
            format!(
                "compares `context.{path}` with \"{}\", which it never is{near}",
                model::ui::escape(&word, 60)
            ),
            format!(
                "it is one of {}",
                known.iter().map(|word| format!("\"{word}\"")).collect::<Vec<_>>().join(", ")
            ),
        ))
    });
    unknown.collect()
}

/// The words that facts are compared with, anywhere in an expression.
pub(super) fn comparisons(expr: &Expr, compared: &mut Vec<(String, String)>) {
    match expr {
        Expr::BinaryOp { op, left, right } => {
            if matches!(
                op,
                BinaryOp::Eq
                    | BinaryOp::NotEq
                    | BinaryOp::Contains
                    | BinaryOp::ContainsAny
                    | BinaryOp::ContainsAll
            ) {
                for (fact, words) in [(left, right), (right, left)] {
                    if let Some(path) = path(fact) {
                        compared.extend(texts(words).into_iter().map(|word| (path.clone(), word)));
                    }
                }
            }
            comparisons(left, compared);
            comparisons(right, compared);
        }
        Expr::UnaryOp { expr, .. } | Expr::GetAttr { expr, .. } | Expr::Like { expr, .. } => {
            comparisons(expr, compared)
        }
        Expr::IfThenElse { cond, then_expr, else_expr } => {
            [cond, then_expr, else_expr].into_iter().for_each(|part| comparisons(part, compared));
        }
        Expr::Set(items) => items.iter().for_each(|item| comparisons(item, compared)),
        Expr::Record(fields) => fields.values().for_each(|field| comparisons(field, compared)),
        // What holds no comparison of its own.
        _ => {}
    }
}

/// `process.path` of `context.process.path`.
pub(crate) fn path(expr: &Expr) -> Option<String> {
    let Expr::GetAttr { expr, attr } = expr else { return None };
    match expr.as_ref() {
        Expr::Var(Var::Context) => Some(attr.to_string()),
        inner => Some(format!("{}.{attr}", path(inner)?)),
    }
}

/// A text, or the texts of a set.
fn texts(expr: &Expr) -> Vec<String> {
    match expr {
        Expr::Literal(Literal::String(text)) => vec![text.to_string()],
        Expr::Set(items) => items.iter().flat_map(|item| texts(item)).collect(),
        _ => Vec::new(),
    }
}
