//! Policies that cannot apply to a request are put aside before Cedar is asked: evaluating one costs it some microseconds.
//!
//! Untrusted: policies that people write.
//! Guarantees: what is put aside is a policy of which one of the first conditions is false and everything before that is true,
//! by facts that are there: Cedar would find the same, and could not fail on it.
//! Does not: decide anything; whether a policy that is left applies is Cedar's word.

use cedar_policy::pst::{BinaryOp, Clause, Expr, Literal, PatternElem, Policy, UnaryOp, Var};

use crate::fact::Fact;

/// What a policy demands first, in the order in which Cedar looks at it, as far as that can be told here.
#[derive(Debug, Default)]
pub(crate) struct Sieve(Vec<Test>);

/// A condition on facts.
#[derive(Debug)]
enum Test {
    Has(Vec<String>),
    Flag(Vec<String>),
    Equals(Vec<String>, String),
    Like(Vec<String>, Vec<PatternElem>),
    AnyOf(Vec<String>, Vec<String>),
    AllOf(Vec<String>, Vec<String>),
    /// A text fact that is one of these.
    OneOf(Vec<String>, Vec<String>),
    Not(Box<Test>),
    Both(Box<Test>, Box<Test>),
    Either(Box<Test>, Box<Test>),
}

impl Sieve {
    /// Of a policy; one that lets all through where it cannot be read.
    pub(crate) fn of(policy: &cedar_policy::Policy) -> Self {
        let Ok(Policy::Static(whole)) = policy.to_pst() else { return Self::default() };
        let mut tests = Vec::new();
        for clause in whole.body().clauses() {
            let whole = match clause {
                Clause::When(expr) => conditions(expr, &mut tests),
                Clause::Unless(expr) => match test(expr) {
                    Some(test) => {
                        tests.push(Test::Not(Box::new(test)));
                        true
                    }
                    None => false,
                },
            };
            // What comes behind a condition that is not understood is not reached for certain.
            if !whole {
                break;
            }
        }
        Self(tests)
    }

    /// Whether the policy may apply.
    pub(crate) fn passes(&self, facts: &[(&'static str, Fact)]) -> bool {
        for test in &self.0 {
            match test.holds(facts) {
                Some(true) => {}
                Some(false) => return false,
                None => return true,
            }
        }
        true
    }
}

/// Adds the conditions of a conjunction in their order; whether all were understood.
fn conditions(expr: &Expr, tests: &mut Vec<Test>) -> bool {
    if let Expr::BinaryOp { op: BinaryOp::And, left, right } = expr {
        return conditions(left, tests) && conditions(right, tests);
    }
    match test(expr) {
        Some(test) => {
            tests.push(test);
            true
        }
        None => false,
    }
}

fn test(expr: &Expr) -> Option<Test> {
    let both = |left, right| Some((Box::new(test(left)?), Box::new(test(right)?)));
    Some(match expr {
        Expr::HasAttr { expr, attrs } => {
            let mut whole = match expr.as_ref() {
                Expr::Var(Var::Context) => Vec::new(),
                inner => path(inner)?,
            };
            whole.extend(attrs.iter().map(ToString::to_string));
            Test::Has(whole)
        }
        Expr::GetAttr { .. } => Test::Flag(path(expr)?),
        Expr::UnaryOp { op: UnaryOp::Not, expr } => Test::Not(Box::new(test(expr)?)),
        Expr::Like { expr, pattern } => Test::Like(path(expr)?, pattern.clone()),
        Expr::BinaryOp { op, left, right } => match op {
            BinaryOp::And => both(left, right).map(|(left, right)| Test::Both(left, right))?,
            BinaryOp::Or => both(left, right).map(|(left, right)| Test::Either(left, right))?,
            BinaryOp::Eq => equality(left, right)?,
            BinaryOp::NotEq => Test::Not(Box::new(equality(left, right)?)),
            BinaryOp::Contains => match (path(left), path(right)) {
                (Some(fact), None) => Test::AllOf(fact, vec![word(right)?]),
                (None, Some(fact)) => Test::OneOf(fact, words(left)?),
                _ => return None,
            },
            BinaryOp::ContainsAny => match (path(left), path(right)) {
                (Some(fact), None) => Test::AnyOf(fact, words(right)?),
                (None, Some(fact)) => Test::AnyOf(fact, words(left)?),
                _ => return None,
            },
            BinaryOp::ContainsAll => Test::AllOf(path(left)?, words(right)?),
            _ => return None,
        },
        _ => return None,
    })
}

fn equality(left: &Expr, right: &Expr) -> Option<Test> {
    match (path(left), path(right)) {
        (Some(fact), None) => Some(Test::Equals(fact, word(right)?)),
        (None, Some(fact)) => Some(Test::Equals(fact, word(left)?)),
        _ => None,
    }
}

/// `process`, `path` of `context.process.path`.
fn path(expr: &Expr) -> Option<Vec<String>> {
    let Expr::GetAttr { expr, attr } = expr else { return None };
    let mut whole = match expr.as_ref() {
        Expr::Var(Var::Context) => Vec::new(),
        inner => path(inner)?,
    };
    whole.push(attr.to_string());
    Some(whole)
}

fn word(expr: &Expr) -> Option<String> {
    match expr {
        Expr::Literal(Literal::String(text)) => Some(text.to_string()),
        _ => None,
    }
}

fn words(expr: &Expr) -> Option<Vec<String>> {
    match expr {
        Expr::Set(items) => items.iter().map(|item| word(item)).collect(),
        _ => None,
    }
}

impl Test {
    /// Whether it holds; nothing where a fact is missing or of another kind, which Cedar is to find.
    fn holds(&self, facts: &[(&'static str, Fact)]) -> Option<bool> {
        let at = |path: &[String]| Fact::at(facts, path);
        let text = |path: &[String]| match at(path)? {
            Fact::Text(text) => Some(text.as_str()),
            _ => None,
        };
        let set = |path: &[String]| match at(path)? {
            Fact::Words(words) => Some(words.as_slice()),
            _ => None,
        };
        let in_set = |set: &[&str], word: &String| set.contains(&word.as_str());
        Some(match self {
            Self::Has(path) => match at(path) {
                Some(Fact::Unknown) => return None,
                there => there.is_some(),
            },
            Self::Flag(path) => match at(path)? {
                Fact::Flag(flag) => *flag,
                _ => return None,
            },
            Self::Equals(path, word) => text(path)? == word,
            Self::Like(path, pattern) => is_like(text(path)?, pattern),
            Self::AnyOf(path, words) => set(path).map(|set| words.iter().any(|word| in_set(set, word)))?,
            Self::AllOf(path, words) => set(path).map(|set| words.iter().all(|word| in_set(set, word)))?,
            Self::OneOf(path, words) => text(path).map(|text| words.iter().any(|word| word == text))?,
            Self::Not(test) => !test.holds(facts)?,
            Self::Both(left, right) => left.holds(facts)? && right.holds(facts)?,
            Self::Either(left, right) => left.holds(facts)? || right.holds(facts)?,
        })
    }
}

/// Cedar's `like`: each wildcard stands for any characters, none among them. In time linear in both lengths' product.
fn is_like(text: &str, pattern: &[PatternElem]) -> bool {
    let (mut rest, mut at) = (text.chars(), pattern.iter());
    // Where to go on when what follows the last wildcard does not fit.
    let mut again = None;
    loop {
        let (mut text, mut wanted) = (rest.clone(), at.clone());
        match (wanted.next(), text.next()) {
            (Some(PatternElem::Wildcard), _) => {
                at = wanted;
                again = Some((rest.clone(), at.clone()));
            }
            (Some(PatternElem::Char(wanted_char)), Some(found)) if *wanted_char == found => {
                (rest, at) = (text, wanted);
            }
            (None, None) => return true,
            _ => {
                let Some((mut from, pattern)) = again.take() else { return false };
                if from.next().is_none() {
                    return false;
                }
                (rest, at) = (from.clone(), pattern.clone());
                again = Some((from, pattern));
            }
        }
    }
}

#[cfg(test)]
#[path = "tests/sieve.rs"]
mod tests;
