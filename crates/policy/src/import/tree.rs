//! TOML, and JSON with comments, as one tree that knows its lines.

use std::collections::HashSet;

use jsonc_parser::{
    CollectOptions, ParseOptions,
    ast::{ObjectPropName, Value as Json},
    common::Ranged,
    parse_to_ast,
};
use toml::{
    Spanned,
    de::{DeTable, DeValue},
};

use crate::config::{Fault, Faults, Place};

/// A value with its line.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Node {
    pub(super) line: usize,
    pub(super) data: Data,
}

#[derive(Debug, Clone, PartialEq)]
pub(super) enum Data {
    Switch(bool),
    Number(i64),
    Text(String),
    List(Vec<Node>),
    /// Each name with its own line.
    Table(Vec<(String, usize, Node)>),
    /// Null, a date, a fraction.
    Other,
}

impl Node {
    pub(super) fn get(&self, name: &str) -> Option<&Self> {
        self.entries().find(|(key, ..)| *key == name).map(|(_, _, node)| node)
    }

    /// Name, line and value of each entry of a table; nothing for all else.
    pub(super) fn entries(&self) -> impl Iterator<Item = (&str, usize, &Self)> {
        let table = if let Data::Table(table) = &self.data { table.as_slice() } else { &[] };
        table.iter().map(|(name, line, node)| (name.as_str(), *line, node))
    }

    /// The table without one of its entries.
    pub(super) fn without(&self, name: &str) -> Self {
        let mut rest = self.clone();
        if let Data::Table(table) = &mut rest.data {
            table.retain(|(key, ..)| key != name);
        }
        rest
    }

    pub(super) const fn switch(&self) -> Option<bool> {
        if let Data::Switch(on) = self.data { Some(on) } else { None }
    }

    pub(super) fn text(&self) -> Option<&str> {
        if let Data::Text(text) = &self.data { Some(text) } else { None }
    }

    pub(super) fn list(&self) -> Option<&[Self]> {
        if let Data::List(items) = &self.data { Some(items) } else { None }
    }
}

/// A file as JSON where it begins like that, else as TOML.
pub(super) fn read(shown: &str, source: &str) -> Result<Node, Faults> {
    let begins = source.trim_start();
    if begins.starts_with('{') || begins.starts_with("//") || begins.starts_with("/*") {
        return json(shown, source).map_err(|fault| Faults(vec![fault]));
    }
    let (table, errors) = DeTable::parse_recoverable(source);
    let fault = |error: &toml::de::Error| Fault {
        origin: shown.to_owned(),
        place: error.span().map(|span| Place::of(source, span)),
        message: error.message().to_owned(),
    };
    if !errors.is_empty() {
        return Err(Faults(errors.iter().map(fault).collect()));
    }
    Ok(Node { line: 1, data: of_table(source, table.get_ref()) })
}

pub(super) fn json(shown: &str, source: &str) -> Result<Node, Fault> {
    let accepted = ParseOptions {
        allow_comments: true,
        allow_trailing_commas: true,
        allow_loose_object_property_names: false,
        allow_missing_commas: false,
        allow_single_quoted_strings: false,
        allow_hexadecimal_numbers: false,
        allow_unary_plus_numbers: false,
        allow_bare_decimal_point_numbers: false,
        allow_non_finite_numbers: false,
        allow_extended_string_escapes: false,
    };
    let fault = |place, message: String| Fault { origin: shown.to_owned(), place, message };
    let parsed = parse_to_ast(source, &CollectOptions::default(), &accepted).map_err(|error| {
        let place = Place::of(source, error.range().start..error.range().end);
        fault(Some(place), error.kind().to_string())
    })?;
    let root = parsed
        .value
        .map(|value| of_json(source, &value))
        .ok_or_else(|| fault(None, "the file is empty".into()))?;
    match twice(&root) {
        Some((name, line)) => {
            let message = format!("`{}` stands twice in one table", model::ui::escape(name, 80));
            Err(fault(Some(Place::of_line(source, line)), message))
        }
        None => Ok(root),
    }
}

/// A name that stands a second time in its table, and its line there: which of the two would count hangs on who reads them.
fn twice(node: &Node) -> Option<(&str, usize)> {
    let mut seen = HashSet::new();
    let here = node.entries().find(|(name, ..)| !seen.insert(*name)).map(|(name, line, _)| (name, line));
    let below = || node.entries().find_map(|(.., node)| twice(node));
    here.or_else(below).or_else(|| node.list().unwrap_or_default().iter().find_map(twice))
}

fn line(source: &str, at: usize) -> usize {
    source.get(..at).unwrap_or(source).matches('\n').count() + 1
}

fn of_json(source: &str, value: &Json<'_>) -> Node {
    let data = match value {
        Json::BooleanLit(on) => Data::Switch(on.value),
        Json::NumberLit(number) => number.value.parse().map_or(Data::Other, Data::Number),
        Json::StringLit(text) => Data::Text(text.value.to_string()),
        Json::Array(array) => Data::List(array.elements.iter().map(|item| of_json(source, item)).collect()),
        Json::Object(object) => Data::Table(
            object
                .properties
                .iter()
                .map(|entry| {
                    let name = match &entry.name {
                        ObjectPropName::String(name) => name.value.to_string(),
                        ObjectPropName::Word(name) => name.value.to_owned(),
                    };
                    (name, line(source, entry.range.start), of_json(source, &entry.value))
                })
                .collect(),
        ),
        Json::NullKeyword(_) => Data::Other,
    };
    Node { line: line(source, value.range().start), data }
}

fn of_table(source: &str, table: &DeTable<'_>) -> Data {
    let entry = |(key, value): (&Spanned<_>, &Spanned<DeValue<'_>>)| {
        let key: &Spanned<toml::de::DeString<'_>> = key;
        (key.get_ref().to_string(), line(source, key.span().start), of_toml(source, value))
    };
    Data::Table(table.iter().map(entry).collect())
}

fn of_toml(source: &str, value: &Spanned<DeValue<'_>>) -> Node {
    let data = match value.get_ref() {
        DeValue::Boolean(on) => Data::Switch(*on),
        DeValue::Integer(number) => {
            i64::from_str_radix(number.as_str(), number.radix()).map_or(Data::Other, Data::Number)
        }
        DeValue::String(text) => Data::Text(text.to_string()),
        DeValue::Array(items) => Data::List(items.iter().map(|item| of_toml(source, item)).collect()),
        DeValue::Table(table) => of_table(source, table),
        DeValue::Float(_) | DeValue::Datetime(_) => Data::Other,
    };
    Node { line: line(source, value.span().start), data }
}
