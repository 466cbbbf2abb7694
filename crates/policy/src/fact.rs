//! What the context of a request holds, before it is put into Cedar's terms.

use cedar_policy::RestrictedExpression;

/// A fact.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) enum Fact {
    Text(String),
    Flag(bool),
    Number(i64),
    Words(Vec<&'static str>),
    Record(Vec<(&'static str, Self)>),
    /// A set.
    Several(Vec<Self>),
    /// There is one, and nobody knows it: no policy may be asked about it.
    Unknown,
}

/// Facts under their names.
pub(crate) type Named = Vec<(&'static str, Fact)>;

impl Fact {
    pub(crate) fn text(text: &str) -> Self {
        Self::Text(text.to_owned())
    }

    /// A number that is not negative; the largest there is where it is too large.
    pub(crate) fn number(number: impl TryInto<i64>) -> Self {
        Self::Number(number.try_into().unwrap_or(i64::MAX))
    }

    /// In Cedar's terms; nothing where a record has a name twice, and for what is not known.
    pub(crate) fn expression(&self) -> Option<RestrictedExpression> {
        Some(match self {
            Self::Text(text) => RestrictedExpression::new_string(text.clone()),
            Self::Flag(flag) => RestrictedExpression::new_bool(*flag),
            Self::Number(number) => RestrictedExpression::new_long(*number),
            Self::Words(words) => RestrictedExpression::new_set(
                words.iter().map(|word| RestrictedExpression::new_string((*word).to_owned())),
            ),
            Self::Record(fields) => {
                let fields: Option<Vec<_>> = fields
                    .iter()
                    .map(|(name, fact)| Some(((*name).to_owned(), fact.expression()?)))
                    .collect();
                RestrictedExpression::new_record(fields?).ok()?
            }
            Self::Several(facts) => {
                let facts: Option<Vec<_>> = facts.iter().map(Self::expression).collect();
                RestrictedExpression::new_set(facts?)
            }
            Self::Unknown => return None,
        })
    }

    /// The fact of this path below it.
    pub(crate) fn at<'a>(facts: &'a [(&'static str, Self)], path: &[String]) -> Option<&'a Self> {
        let (first, rest) = path.split_first()?;
        let (_, fact) = facts.iter().find(|(name, _)| name == first)?;
        match (rest, fact) {
            ([], fact) => Some(fact),
            (rest, Self::Record(fields)) => Self::at(fields, rest),
            _ => None,
        }
    }
}
