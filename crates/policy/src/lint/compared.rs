//! Comparisons that never hold: with a spelling that a key of the registry never has in facts, with a pattern that no word is like, and of
//! something with its own contrary.

use cedar_policy::pst::{BinaryOp, Clause, Expr, Literal, PatternElem, UnaryOp};
use model::{registry::upcase, ui::escape};

use super::{
    Finding, Read, Severity,
    known::{comparisons, facts, path},
};
use crate::key;

/// What keys begin with in facts.
const ROOTS: [&str; 4] = ["HKEY_LOCAL_MACHINE", "HKEY_CURRENT_USER", "HKEY_USERS", r"\REGISTRY"];
/// What is right of all spellings.
const ANY_SPELLING: &str =
    "`resource in RegistryKey::\"...\"` takes every spelling of a key, and what lies below it";

/// Spellings of keys that no fact has.
pub(super) fn keys(policy: &Read<'_>) -> Vec<Finding> {
    let mut compared = Vec::new();
    policy.conditions().for_each(|condition| comparisons(condition, &mut compared));
    let words = compared.into_iter().filter(|(fact, _)| fact == "registry.path");
    let mut found: Vec<Finding> = words.filter_map(|(_, word)| of_key(policy, &word)).collect();
    found.extend(likes(policy).into_iter().filter(|(fact, _)| fact == "registry.path").filter_map(
        |(_, pattern)| {
            let start: String = upcase(&text_of(pattern.split(|part| *part == PatternElem::Wildcard).next()?)).into();
            let begins = |root: &&str| {
                root.starts_with(&start)
                    || start.strip_prefix(root).is_some_and(|rest| rest.is_empty() || rest.starts_with('\\'))
            };
            if ROOTS.iter().any(begins) {
                return is_numbered(&start).then(|| numbered(policy, &text_of(pattern)));
            }
            let right = format!(
                "it begins with `HKEY_LOCAL_MACHINE\\`, `HKEY_CURRENT_USER\\` or `HKEY_USERS\\`, in any case; {ANY_SPELLING}"
            );
            Some(never(policy, &text_of(pattern), right))
        },
    ));
    found
}

fn of_key(policy: &Read<'_>, word: &str) -> Option<Finding> {
    match key::in_facts(word) {
        Err(why) => Some(never(policy, word, format!("{why}; {ANY_SPELLING}"))),
        Ok(spelled) if spelled != upcase(word) => {
            let right = format!(
                "it is told as `{}`, in any case; {ANY_SPELLING}",
                escape(&spelled, 200).replace(r"\\", r"\")
            );
            Some(never(policy, word, right))
        }
        Ok(spelled) => is_numbered(&spelled).then(|| numbered(policy, word)),
    }
}

fn never(policy: &Read<'_>, word: &str, right: String) -> Finding {
    let what = format!("compares `context.registry.path` with \"{}\", which it never is", escape(word, 200));
    policy.finding(Severity::Error, what, right)
}

/// Whether it lies in a control set by its number.
fn is_numbered(path: &str) -> bool {
    path.strip_prefix(r"HKEY_LOCAL_MACHINE\SYSTEM\CONTROLSET")
        .is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit()))
}

fn numbered(policy: &Read<'_>, word: &str) -> Finding {
    let what = format!(
        "compares `context.registry.path` with \"{}\", which it never is while that control set is in use",
        escape(word, 200)
    );
    policy.finding(
        Severity::Warning,
        what,
        format!("the one in use is told as `CurrentControlSet`; {ANY_SPELLING}"),
    )
}

/// Patterns that no word of a fact is like.
pub(super) fn patterns(policy: &Read<'_>) -> Vec<Finding> {
    let facts = facts();
    let unlike = |(fact, pattern): (String, &[PatternElem])| {
        let (_, words) = facts.iter().find(|(known, _)| *known == fact)?;
        if words.iter().any(|word| is_like(word, pattern)) {
            return None;
        }
        let what = format!(
            "compares `context.{fact}` with a pattern that it is never like: \"{}\"",
            escape(&text_of(pattern), 60)
        );
        let words: Vec<String> = words.iter().map(|word| format!("\"{word}\"")).collect();
        Some(policy.finding(Severity::Error, what, format!("it is one of {}", words.join(", "))))
    };
    likes(policy).into_iter().filter_map(unlike).collect()
}

/// Each fact that is held against a pattern, anywhere in the conditions.
fn likes<'a>(policy: &'a Read<'_>) -> Vec<(String, &'a [PatternElem])> {
    let mut found = Vec::new();
    policy.conditions().for_each(|condition| {
        each(condition, &mut |expr| {
            if let Expr::Like { expr, pattern } = expr
                && let Some(fact) = path(expr)
            {
                found.push((fact, pattern.as_slice()));
            }
        });
    });
    found
}

/// An expression and all in it.
fn each<'a>(expr: &'a Expr, tell: &mut dyn FnMut(&'a Expr)) {
    tell(expr);
    match expr {
        Expr::BinaryOp { left, right, .. } => [left, right].into_iter().for_each(|part| each(part, tell)),
        Expr::UnaryOp { expr, .. } | Expr::GetAttr { expr, .. } | Expr::Like { expr, .. } => each(expr, tell),
        Expr::IfThenElse { cond, then_expr, else_expr } => {
            [cond, then_expr, else_expr].into_iter().for_each(|part| each(part, tell));
        }
        Expr::Set(items) => items.iter().for_each(|item| each(item, tell)),
        Expr::Record(fields) => fields.values().for_each(|field| each(field, tell)),
        // What holds no comparison of its own.
        _ => {}
    }
}

fn text_of(pattern: &[PatternElem]) -> String {
    let of = |part: &PatternElem| if let PatternElem::Char(c) = part { *c } else { '*' };
    pattern.iter().map(of).collect()
}

/// Whether a text fits a pattern as a whole.
fn is_like(text: &str, pattern: &[PatternElem]) -> bool {
    let Some((first, rest)) = pattern.split_first() else { return text.is_empty() };
    let mut chars = text.chars();
    match first {
        PatternElem::Char(c) => chars.next() == Some(*c) && is_like(chars.as_str(), rest),
        PatternElem::Wildcard => loop {
            if is_like(chars.as_str(), rest) {
                return true;
            }
            if chars.next().is_none() {
                return false;
            }
        },
    }
}

/// What has to hold, or must not.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Part<'a> {
    Equal(&'a Expr, &'a Expr),
    Whole(&'a Expr),
}

/// Conditions that ask for something and for its contrary.
pub(super) fn excluded(policy: &Read<'_>) -> Option<Finding> {
    let mut all = Vec::new();
    for clause in policy.body.clauses() {
        match clause {
            Clause::When(expr) => together(expr, true, &mut all),
            Clause::Unless(expr) => together(expr, false, &mut all),
        }
    }
    is_contrary(&all).then(|| {
        let what = "asks for something and for its contrary, which is never so";
        policy.finding(Severity::Error, what, "join the two with `||`, or change one")
    })
}

/// What has to hold together for an expression to hold, or not to.
fn together<'a>(expr: &'a Expr, holds: bool, all: &mut Vec<(bool, Part<'a>)>) {
    match expr {
        Expr::BinaryOp { op: BinaryOp::And, left, right } if holds => {
            together(left, holds, all);
            together(right, holds, all);
        }
        Expr::BinaryOp { op: BinaryOp::Or, left, right } if !holds => {
            together(left, holds, all);
            together(right, holds, all);
        }
        Expr::UnaryOp { op: UnaryOp::Not, expr } => together(expr, !holds, all),
        Expr::BinaryOp { op: BinaryOp::Eq, left, right } => all.push((holds, Part::Equal(left, right))),
        Expr::BinaryOp { op: BinaryOp::NotEq, left, right } => all.push((!holds, Part::Equal(left, right))),
        other => all.push((holds, Part::Whole(other))),
    }
}

/// Whether these, or those of a branch that is left to choose, are at odds.
fn is_contrary(all: &[(bool, Part<'_>)]) -> bool {
    let pairs =
        all.iter().enumerate().flat_map(|(at, one)| all.iter().take(at).map(move |other| (one, other)));
    let at_odds = |((holds, one), (other_holds, other)): (&(bool, Part<'_>), &(bool, Part<'_>))| {
        holds != other_holds && one == other || *holds && *other_holds && are_two_words(one, other)
    };
    pairs.into_iter().any(at_odds) || all.iter().any(|(holds, part)| has_contrary_branch(*holds, part))
}

/// Whether a choice has a branch that never holds.
fn has_contrary_branch(holds: bool, part: &Part<'_>) -> bool {
    let Part::Whole(Expr::BinaryOp { op, left, right }) = part else { return false };
    if *op != if holds { BinaryOp::Or } else { BinaryOp::And } {
        return false;
    }
    [left, right].into_iter().any(|branch| {
        let mut all = Vec::new();
        together(branch, holds, &mut all);
        is_contrary(&all)
    })
}

/// Whether one fact would have to be two texts. One path has many spellings.
fn are_two_words(one: &Part<'_>, other: &Part<'_>) -> bool {
    let word = |part: &Part<'_>| {
        let Part::Equal(left, right) = *part else { return None };
        let text = |expr: &Expr| match expr {
            Expr::Literal(Literal::String(text)) => Some(text.to_string()),
            _ => None,
        };
        let found = path(left).zip(text(right)).or_else(|| path(right).zip(text(left)));
        found.filter(|(fact, _)| !fact.ends_with("path"))
    };
    match (word(one), word(other)) {
        (Some((fact, text)), Some((other, other_text))) => fact == other && text != other_text,
        _ => false,
    }
}
