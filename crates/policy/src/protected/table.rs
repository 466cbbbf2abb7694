//! The table of windows, `data/protected.toml`.

use std::{collections::HashSet, sync::LazyLock};

use serde::Deserialize;

use super::{Protection, Subject};
use crate::risk::words::{Phrases, read};

const SOURCE: &str = include_str!("../../data/protected.toml");

/// Nothing where the table cannot be read: whoever asks must then assume the worst.
static TABLE: LazyLock<Option<Table>> = LazyLock::new(|| File::parse().ok().map(Table::new));

/// The table; read at the first call.
pub(super) fn table() -> Option<&'static Table> {
    TABLE.as_ref()
}

/// The table as it is written.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct File {
    browsers: Vec<String>,
    browser_names: Vec<String>,
    pub(super) rule: Vec<Written>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Written {
    pub(super) protects: Protection,
    #[serde(default)]
    browser: bool,
    pub(super) programs: Option<Vec<String>>,
    pub(super) classes: Option<Vec<String>>,
    titles: Option<Vec<String>>,
    begins: Option<Vec<String>>,
    ends: Option<Vec<String>>,
    parts: Option<Vec<String>>,
    pages: Option<Vec<String>>,
    pub(super) hosts: Option<Vec<String>>,
    elements: Option<Vec<String>>,
}

impl File {
    pub(super) fn parse() -> Result<Self, toml::de::Error> {
        toml::from_str(SOURCE)
    }
}

/// The table, ready to be searched.
#[derive(Debug)]
pub(super) struct Table {
    pub(super) browsers: HashSet<String>,
    pub(super) browser_names: Vec<Vec<String>>,
    pub(super) rules: Vec<Rule>,
}

/// Conditions that must all hold, and what they mean.
#[derive(Debug)]
pub(super) struct Rule {
    pub(super) protects: Protection,
    conditions: Vec<Condition>,
}

#[derive(Debug)]
enum Condition {
    Programs(HashSet<String>),
    Classes(HashSet<String>, Vec<String>),
    Titles(Phrases<()>),
    Begins(Phrases<()>),
    Ends(Phrases<()>),
    Parts(Phrases<()>),
    Pages(Phrases<()>),
    Hosts(HashSet<String>),
    Elements(Phrases<()>),
}

fn phrases(texts: Vec<String>) -> Phrases<()> {
    Phrases::new(texts.iter().map(|text| (read(text).words, ())))
}

impl Table {
    fn new(file: File) -> Self {
        let browser_names = file.browser_names.iter().map(|name| read(name).words).collect();
        let rules = file.rule.into_iter().map(|rule| Rule::new(rule, &file.browsers)).collect();
        Self { browsers: file.browsers.into_iter().collect(), browser_names, rules }
    }
}

impl Rule {
    fn new(written: Written, browsers: &[String]) -> Self {
        let programs = if written.browser { Some(browsers.to_vec()) } else { written.programs };
        let conditions = [
            programs.map(|names| Condition::Programs(names.into_iter().collect())),
            written.classes.map(|names| {
                let names = names.into_iter().map(|name| name.to_lowercase());
                let (open, whole): (Vec<_>, Vec<_>) = names.partition(|name| name.ends_with('*'));
                let stems = open.iter().map(|name| name.trim_end_matches('*').to_owned());
                Condition::Classes(whole.into_iter().collect(), stems.collect())
            }),
            written.titles.map(|texts| Condition::Titles(phrases(texts))),
            written.begins.map(|texts| Condition::Begins(phrases(texts))),
            written.ends.map(|texts| Condition::Ends(phrases(texts))),
            written.parts.map(|texts| Condition::Parts(phrases(texts))),
            written.pages.map(|texts| Condition::Pages(phrases(texts))),
            written.hosts.map(|hosts| Condition::Hosts(hosts.into_iter().collect())),
            written.elements.map(|texts| Condition::Elements(phrases(texts))),
        ];
        Self { protects: written.protects, conditions: conditions.into_iter().flatten().collect() }
    }

    /// Whether all of its conditions hold; a rule without any covers nothing.
    pub(super) fn covers(&self, subject: &Subject) -> bool {
        !self.conditions.is_empty() && self.conditions.iter().all(|condition| condition.holds(subject))
    }
}

impl Condition {
    fn holds(&self, subject: &Subject) -> bool {
        match self {
            Self::Programs(names) => names.contains(&subject.program),
            Self::Classes(whole, stems) => {
                whole.contains(&subject.class)
                    || stems.iter().any(|stem| subject.class.starts_with(stem.as_str()))
            }
            Self::Titles(phrases) => subject.title.is(phrases),
            Self::Begins(phrases) => subject.title.begins(phrases),
            Self::Ends(phrases) => subject.title.ends(phrases),
            Self::Parts(phrases) => subject.title.has_part(phrases),
            Self::Pages(phrases) => subject.title.has_page(phrases),
            Self::Hosts(domains) => subject.hosts.iter().any(|host| is_below(host, domains)),
            Self::Elements(phrases) => {
                subject.element.as_ref().is_some_and(|words| phrases.at(words).next().is_some())
            }
        }
    }
}

/// The hosts in a text, in lower case; an address of mail has none.
pub(super) fn hosts(text: &str) -> impl Iterator<Item = String> {
    text.split(|c: char| !(c.is_alphanumeric() || matches!(c, '.' | '-' | '@')))
        .map(|word| word.trim_matches(['.', '-']))
        .filter(|word| word.contains('.') && !word.contains('@'))
        .map(str::to_lowercase)
}

/// Whether a host is one of these domains, or below one.
fn is_below(host: &str, domains: &HashSet<String>) -> bool {
    let mut parents = host.match_indices('.').filter_map(|(dot, _)| host.get(dot + 1..));
    domains.contains(host) || parents.any(|parent| domains.contains(parent))
}
