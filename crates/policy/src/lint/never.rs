//! What can never hold though the schema has it: numbers that no fact reaches, and ids that nothing has.

use std::ops::RangeInclusive;

use cedar_policy::pst::{BinaryOp, Expr, Literal};
use serde_json::Value;

use super::{Finding, Read, Severity, known::path};

/// Facts that are numbers, and what they can be.
const NUMBERS: [(&str, RangeInclusive<i64>); 8] = [
    ("time.hour", 0..=23),
    ("time.minute", 0..=59),
    ("session.age_minutes", 0..=i64::MAX),
    ("session.calls", 0..=i64::MAX),
    ("session.destructive_acts", 0..=i64::MAX),
    ("session.launches", 0..=i64::MAX),
    ("process.running_minutes", 0..=i64::MAX),
    ("registry.view", 32..=64),
];

/// Of these the numbers that one of the facts never is.
const GAP: (&str, RangeInclusive<i64>) = ("registry.view", 33..=63);

/// Comparisons of numbers that are never so, alone or together.
pub(super) fn numbers(policy: &Read<'_>) -> Vec<Finding> {
    let mut found = Vec::new();
    policy.conditions().for_each(|condition| walk(policy, condition, &mut found));
    found
}

fn walk(policy: &Read<'_>, expr: &Expr, found: &mut Vec<Finding>) {
    let mut all = Vec::new();
    conjuncts(expr, &mut all);
    let compared: Vec<_> = all.iter().filter_map(|part| comparison(part)).collect();
    for (fact, range) in &NUMBERS {
        let these: Vec<&RangeInclusive<i64>> =
            compared.iter().filter(|(named, _)| named == fact).map(|(_, values)| values).collect();
        let is_in = |values: &[&RangeInclusive<i64>]| {
            let least = values.iter().map(|values| *values.start()).max().unwrap_or(i64::MIN);
            let most = values.iter().map(|values| *values.end()).min().unwrap_or(i64::MAX);
            let (least, most) = (least.max(*range.start()), most.min(*range.end()));
            let in_gap = *fact == GAP.0 && GAP.1.contains(&least) && GAP.1.contains(&most);
            least <= most && !in_gap
        };
        if these.iter().any(|values| !is_in(&[values])) {
            let most = if *range.end() == i64::MAX { "up".to_owned() } else { format!("to {}", range.end()) };
            let what = format!("compares `context.{fact}` with a number that it never is");
            let right = match *fact == GAP.0 {
                true => format!("it is {} or {}", range.start(), range.end()),
                false => format!("it is a whole number from {} {most}", range.start()),
            };
            found.push(policy.finding(Severity::Error, what, right));
        } else if !is_in(&these) {
            let what = format!("can never match: what it asks of `context.{fact}` excludes each other");
            found.push(policy.finding(Severity::Error, what, "join the two with `||`, or change one"));
        }
    }
    all.into_iter().for_each(|part| parts(part).into_iter().for_each(|part| walk(policy, part, found)));
}

/// What has to hold together.
fn conjuncts<'a>(expr: &'a Expr, all: &mut Vec<&'a Expr>) {
    match expr {
        Expr::BinaryOp { op: BinaryOp::And, left, right } => {
            conjuncts(left, all);
            conjuncts(right, all);
        }
        other => all.push(other),
    }
}

/// The expressions in which further conditions can stand.
fn parts(expr: &Expr) -> Vec<&Expr> {
    match expr {
        Expr::BinaryOp { op: BinaryOp::Or | BinaryOp::Eq | BinaryOp::NotEq, left, right } => {
            vec![left, right]
        }
        Expr::UnaryOp { expr, .. } => vec![expr],
        Expr::IfThenElse { cond, then_expr, else_expr } => vec![cond, then_expr, else_expr],
        _ => Vec::new(),
    }
}

/// A fact and the numbers that it is compared with, as a range.
fn comparison(expr: &Expr) -> Option<(String, RangeInclusive<i64>)> {
    let Expr::BinaryOp { op, left, right } = expr else { return None };
    let (fact, number, turned) = match (path(left), number(right), number(left), path(right)) {
        (Some(fact), Some(number), ..) => (fact, number, false),
        (.., Some(number), Some(fact)) => (fact, number, true),
        _ => return None,
    };
    let below = i64::MIN..=number.saturating_sub(1);
    let above = number.saturating_add(1)..=i64::MAX;
    let values = match (op, turned) {
        (BinaryOp::Eq, _) => number..=number,
        (BinaryOp::Less, false) | (BinaryOp::Greater, true) => below,
        (BinaryOp::Greater, false) | (BinaryOp::Less, true) => above,
        (BinaryOp::LessEq, false) | (BinaryOp::GreaterEq, true) => i64::MIN..=number,
        (BinaryOp::GreaterEq, false) | (BinaryOp::LessEq, true) => number..=i64::MAX,
        _ => return None,
    };
    Some((fact, values))
}

fn number(expr: &Expr) -> Option<i64> {
    if let Expr::Literal(Literal::Long(number)) = expr { Some(*number) } else { None }
}

/// Resources that have no such name.
pub(super) fn ids(policy: &Read<'_>) -> Vec<Finding> {
    let of = |(kind, id): &(String, String)| {
        let right = match kind.as_str() {
            "Window" => {
                "ids of windows are made anew each time: compare `context.window.title` or `context.window.class`"
            }
            "Element" => {
                "ids of elements are made anew each time: compare `context.element.name` or `.automation_id`"
            }
            "Desktop" if id != "desktop" => "there is one, `Desktop::\"desktop\"`",
            "Clipboard" if id != "clipboard" => "there is one, `Clipboard::\"clipboard\"`",
            _ => return None,
        };
        let named = format!("names `{kind}::\"{}\"`, which nothing is", model::ui::escape(id, 60));
        Some(policy.finding(Severity::Error, named, right))
    };
    policy.named.iter().filter_map(of).collect()
}

/// Type and id of all that a policy names: in Cedar's JSON an entity is an object of the two, wherever it stands.
pub(super) fn named(policy: &cedar_policy::Policy) -> Vec<(String, String)> {
    let mut all = Vec::new();
    if let Ok(json) = policy.to_json() {
        entities(&json, &mut all);
    }
    all.sort();
    all.dedup();
    all
}

fn entities(json: &Value, all: &mut Vec<(String, String)>) {
    match json {
        Value::Object(fields) => {
            let text = |name: &str| fields.get(name).and_then(Value::as_str);
            if let (Some(kind), Some(id)) = (text("type"), text("id")) {
                all.push((kind.to_owned(), id.to_owned()));
            }
            fields.values().for_each(|field| entities(field, all));
        }
        Value::Array(items) => items.iter().for_each(|item| entities(item, all)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

/// An `@id` that reads as another one: Cedar looks at what stands in a policy, not at what is said of it.
pub(super) fn disguised(policy: &Read<'_>) -> Option<Finding> {
    let is_mixed = |word: &str| {
        word.chars().any(|c| c.is_ascii_alphabetic())
            && word.chars().any(crate::risk::words::looks_like_ascii)
    };
    let hides = policy.id.chars().any(|c| crate::risk::words::is_invisible(c) || c.is_control());
    if !hides && !policy.id.split(|c: char| !c.is_alphanumeric()).any(is_mixed) {
        return None;
    }
    let what = "has an `@id` with letters that look like others, or with characters that are not seen";
    Some(policy.finding(Severity::Warning, what, "write it in the letters of one script"))
}
