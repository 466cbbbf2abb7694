//! One source of settings: a file, the environment, the command line.

use std::{collections::BTreeMap, fmt::Display, ops::Range};

use model::{keys::Chord, paths, registry::BadRegistryPath};
use toml::{
    Spanned,
    de::{DeTable, DeValue},
};

use super::{Fault, Faults, Form, SETTINGS, Setting, Value, fault::Place, stop_key::workable};
use crate::registry::Root;

/// How alike two names must be to speak of a slip, from 0 to 1.
const ALIKE: f64 = 0.6;
/// How alike a word and its beginning are, at least.
const BEGUN: f64 = 0.7;

/// Where a value came from, least first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Origin {
    /// Nobody gave one.
    Default,
    /// The profile.
    Profile,
    /// The machine's file.
    Machine,
    /// The person's file.
    User,
    /// The environment.
    Environment,
    /// The command line.
    CommandLine,
}

impl Origin {
    /// Its name for people.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Default => "default",
            Self::Profile => "profile",
            Self::Machine => "machine",
            Self::User => "user",
            Self::Environment => "environment",
            Self::CommandLine => "command line",
        }
    }
}

/// The names that tools go by, which this crate does not know.
#[derive(Debug, Clone, Copy)]
pub struct Names<'a> {
    /// Toolsets.
    pub toolsets: &'a [&'a str],
    /// Tools.
    pub tools: &'a [&'a str],
}

/// The settings that one source gives.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Layer {
    /// Which source.
    pub origin: Origin,
    /// Its values, by the setting's name.
    pub values: BTreeMap<&'static str, Value>,
}

impl Layer {
    /// Reads a `winwarden.toml`; `shown` is what faults call it.
    ///
    /// # Errors
    /// Everything that is wrong with it.
    pub fn of_file(origin: Origin, shown: &str, source: &str, names: Names<'_>) -> Result<Self, Faults> {
        let mut reader = Reader { shown, source, names, faults: Vec::new(), values: BTreeMap::new() };
        let (table, errors) = DeTable::parse_recoverable(source);
        for error in &errors {
            reader.fault(error.span().unwrap_or_default(), error.message().to_owned());
        }
        // A file that does not parse may lack just what would make the rest right.
        if errors.is_empty() {
            reader.table("", table.get_ref());
        }
        reader.end(origin)
    }

    /// Takes settings that stand as a table in another file, `source`.
    ///
    /// # Errors
    /// Everything that is wrong with them.
    pub(crate) fn of_table(
        shown: &str,
        source: &str,
        table: &DeTable<'_>,
        names: Names<'_>,
    ) -> Result<Self, Faults> {
        let mut reader = Reader { shown, source, names, faults: Vec::new(), values: BTreeMap::new() };
        reader.table("", table);
        reader.end(Origin::CommandLine)
    }

    /// Takes settings as texts: a list is comma-separated.
    ///
    /// # Errors
    /// Everything that is wrong with their values; `shown` names the source of each.
    pub fn of_texts(
        origin: Origin,
        given: impl IntoIterator<Item = (&'static Setting, String)>,
        shown: impl Fn(&Setting) -> String,
        names: Names<'_>,
    ) -> Result<Self, Faults> {
        let (mut values, mut faults) = (BTreeMap::new(), Vec::new());
        for (setting, text) in given {
            match of_text(setting, &text, names) {
                Ok(value) => drop(values.insert(setting.name, value)),
                Err(found) => faults.extend(found.into_iter().map(|message| Fault {
                    origin: shown(setting),
                    place: None,
                    message,
                })),
            }
        }
        if faults.is_empty() { Ok(Self { origin, values }) } else { Err(Faults(faults)) }
    }
}

struct Reader<'a> {
    shown: &'a str,
    source: &'a str,
    names: Names<'a>,
    faults: Vec<Fault>,
    values: BTreeMap<&'static str, Value>,
}

impl Reader<'_> {
    fn fault(&mut self, at: Range<usize>, message: String) {
        let place = Some(Place::of(self.source, at));
        self.faults.push(Fault { origin: self.shown.to_owned(), place, message });
    }

    fn end(mut self, origin: Origin) -> Result<Layer, Faults> {
        if self.faults.is_empty() {
            return Ok(Layer { origin, values: self.values });
        }
        self.faults.sort_by_key(|fault| fault.place.as_ref().map(|place| (place.line, place.column)));
        Err(Faults(self.faults))
    }

    fn table(&mut self, prefix: &str, table: &DeTable<'_>) {
        for (key, value) in table {
            let name = if prefix.is_empty() {
                key.get_ref().to_string()
            } else {
                format!("{prefix}.{}", key.get_ref())
            };
            let is_table = SETTINGS.iter().any(|setting| setting.place().0 == name);
            match (Setting::named(&name), value.get_ref()) {
                (Some(setting), _) => match of_toml(setting, value, self.names) {
                    Ok(value) => drop(self.values.insert(setting.name, value)),
                    Err(misfits) => misfits.into_iter().for_each(|(at, message)| self.fault(at, message)),
                },
                (None, DeValue::Table(inner)) if is_table && prefix.is_empty() => self.table(&name, inner),
                (None, _) if is_table => self.fault(value.span(), format!("`{name}` is a table: `[{name}]`")),
                (None, _) => {
                    let known = SETTINGS.iter().flat_map(|setting| [setting.name, setting.place().0]);
                    let near = meant(&name, known.filter(|known| !known.is_empty()));
                    self.fault(key.span(), format!("there is no setting `{name}`{near}"));
                }
            }
        }
    }
}

type Misfit = (Range<usize>, String);

/// A value of a file as the setting wants it, or all that is wrong with it.
fn of_toml(setting: &Setting, value: &Spanned<DeValue<'_>>, names: Names<'_>) -> Result<Value, Vec<Misfit>> {
    let misfit = |message: String| vec![(value.span(), message)];
    let wanted = || format!("`{}` is {}", setting.name, accepted(setting));
    match (setting.form, value.get_ref()) {
        (Form::Switch, DeValue::Boolean(on)) => Ok(Value::Switch(*on)),
        (Form::Number { .. }, DeValue::Integer(number)) => {
            let number =
                u64::from_str_radix(number.as_str(), number.radix()).map_err(|_| misfit(wanted()))?;
            check(setting, Value::Number(Some(number)), names).map_err(misfit)
        }
        (Form::Number { unlimited: true, .. }, DeValue::String(text)) if text == "unlimited" => {
            Ok(Value::Number(None))
        }
        (Form::Choice(_) | Form::Text | Form::Chord, DeValue::String(text)) => {
            check(setting, Value::Text(text.to_string()), names).map_err(misfit)
        }
        (
            Form::Choices(_) | Form::Programs | Form::Toolsets | Form::Tools | Form::Roots | Form::Keys,
            DeValue::Array(items),
        ) => {
            let text = |item: &Spanned<DeValue<'_>>| match item.get_ref() {
                DeValue::String(text) => Ok((item.span(), text.to_string())),
                _ => Err((item.span(), wanted())),
            };
            of_items(setting, items.iter().map(text), value.span(), names)
        }
        _ => Err(misfit(wanted())),
    }
}

/// A list of which each item is right, or all that is wrong with them and where.
fn of_items<P>(
    setting: &Setting,
    items: impl Iterator<Item = Result<(P, String), (P, String)>>,
    whole: P,
    names: Names<'_>,
) -> Result<Value, Vec<(P, String)>> {
    let (mut texts, mut misfits) = (Vec::new(), Vec::new());
    for item in items {
        let fits = item.and_then(|(at, text)| {
            let one = of_texts(setting, vec![text.clone()]).and_then(|one| check(setting, one, names));
            if let Err(message) = one { Err((at, message)) } else { Ok(text) }
        });
        match fits {
            Ok(text) => texts.push(text),
            Err(misfit) => misfits.push(misfit),
        }
    }
    if !misfits.is_empty() {
        return Err(misfits);
    }
    of_texts(setting, texts)
        .and_then(|all| check(setting, all, names))
        .map_err(|message| vec![(whole, message)])
}

/// A value of the environment or the command line as the setting wants it, or all that is wrong with it.
fn of_text(setting: &Setting, text: &str, names: Names<'_>) -> Result<Value, Vec<String>> {
    let wanted = || vec![format!("`{}` is {}", setting.name, accepted(setting))];
    let items = |trim: fn(&str) -> &str| {
        let parts = text.split(',').map(trim).filter(|part| !part.is_empty());
        let list = of_items(setting, parts.map(|part| Ok(((), part.to_owned()))), (), names);
        list.map_err(|misfits| misfits.into_iter().map(|((), message)| message).collect())
    };
    let value = match setting.form {
        Form::Switch => Value::Switch(text.parse().map_err(|_| wanted())?),
        Form::Number { unlimited: true, .. } if text == "unlimited" => Value::Number(None),
        Form::Number { .. } => Value::Number(Some(text.parse().map_err(|_| wanted())?)),
        Form::Choice(_) | Form::Text | Form::Chord => Value::Text(text.to_owned()),
        Form::Choices(_) | Form::Toolsets | Form::Tools | Form::Programs => return items(str::trim),
        // A space at the end belongs to a key's name.
        Form::Roots | Form::Keys => return items(str::trim_start),
    };
    check(setting, value, names).map_err(|message| vec![message])
}

/// A list of texts as the setting has it.
pub(super) fn of_texts(setting: &Setting, texts: Vec<String>) -> Result<Value, String> {
    let misfit = |what: &String, why: String| format!("`{}`: `{what}`: {why}", setting.name);
    match setting.form {
        Form::Roots => {
            let roots = texts.iter().map(|text| Root::parse(text).map_err(|why| misfit(text, why)));
            Ok(Value::Roots(vec![roots.collect::<Result<_, _>>()?]))
        }
        Form::Keys => {
            let keys = texts
                .iter()
                .map(|text| text.parse().map_err(|why: BadRegistryPath| misfit(text, why.to_string())));
            Ok(Value::Keys(keys.collect::<Result<_, _>>()?))
        }
        Form::Programs => {
            let programs = texts.iter().map(|text| program(text).map_err(|why| misfit(text, why)));
            Ok(Value::Texts(programs.collect::<Result<_, _>>()?))
        }
        Form::Switch
        | Form::Choice(_)
        | Form::Choices(_)
        | Form::Number { .. }
        | Form::Text
        | Form::Toolsets
        | Form::Tools
        | Form::Chord => Ok(Value::Texts(texts)),
    }
}

/// A program as a setting has it: a full path as the system tells it, or a file name.
fn program(text: &str) -> Result<String, String> {
    if text.contains(['\\', '/', ':']) {
        return paths::program(text).map_err(|why| format!("it {why}"));
    }
    if text.trim().is_empty() {
        return Err("it is an empty text, which would mean everything".into());
    }
    paths::refuse_misleading(text).map_err(|why| format!("it {why}"))?;
    if paths::is_short(text) {
        return Err("it is a short name (`~1`); the system tells a program's long path".into());
    }
    Ok(text.to_owned())
}

/// Whether a value of the right type is one that exists.
fn check(setting: &Setting, value: Value, names: Names<'_>) -> Result<Value, String> {
    let what = match setting.form {
        Form::Toolsets => "not a toolset".to_owned(),
        Form::Tools => "not a tool".to_owned(),
        Form::Switch
        | Form::Choice(_)
        | Form::Choices(_)
        | Form::Number { .. }
        | Form::Text
        | Form::Programs
        | Form::Chord
        | Form::Roots
        | Form::Keys => format!("no value of `{}`", setting.name),
    };
    let of = |text: &str, known: &[&str]| {
        let near = meant(text, known.iter().copied());
        known.contains(&text).then_some(()).ok_or_else(|| format!("`{text}` is {what}{near}"))
    };
    match (setting.form, &value) {
        (Form::Number { least, most, .. }, Value::Number(Some(number)))
            if !(least..=most).contains(number) =>
        {
            return Err(format!("`{}` is {}", setting.name, accepted(setting)));
        }
        (Form::Choice(known), Value::Text(text)) => of(text, known)?,
        (Form::Choices(known), Value::Texts(texts)) => texts.iter().try_for_each(|text| of(text, known))?,
        (Form::Toolsets, Value::Texts(texts)) if texts.is_empty() => {
            let known = words(names.toolsets);
            return Err(format!(
                "`{}` is empty, so no tool would be offered; accepted: {known}",
                setting.name
            ));
        }
        (Form::Toolsets, Value::Texts(texts)) => {
            texts.iter().try_for_each(|text| of(text, names.toolsets))?
        }
        (Form::Tools, Value::Texts(texts)) => texts.iter().try_for_each(|text| of(text, names.tools))?,
        (Form::Chord, Value::Text(text)) => {
            let misfit = |why: &dyn Display| format!("`{}`: {why}", setting.name);
            let chord = text.parse::<Chord>().map_err(|error| misfit(&error))?;
            workable(&chord).map_err(|why| misfit(&why))?;
        }
        _ => {}
    }
    Ok(value)
}

fn words(known: &[&str]) -> String {
    known.iter().map(|word| format!("\"{word}\"")).collect::<Vec<_>>().join(", ")
}

/// What a setting accepts, in words.
pub(super) fn accepted(setting: &Setting) -> String {
    match setting.form {
        Form::Switch => "`true` or `false`".into(),
        Form::Choice(known) => format!("one of {}", words(known)),
        Form::Choices(known) => format!("a list of any of {}", words(known)),
        Form::Number { least, most, unlimited } => {
            let or = if unlimited { ", or \"unlimited\"" } else { "" };
            format!("a whole number from {least} to {most}{or}")
        }
        Form::Text => "a text".into(),
        Form::Programs => "a list of programs, by full path or by file name".into(),
        Form::Toolsets => "a list of toolsets".into(),
        Form::Tools => "a list of tools".into(),
        Form::Chord => "a key combination such as \"Ctrl+Alt+Pause\"".into(),
        Form::Roots => r#"a list of roots such as "read 3 HKCU\\Software""#.into(),
        Form::Keys => "a list of keys of the registry".into(),
    }
}

/// `; did you mean …?` where something is near enough.
pub(crate) fn meant<'a>(given: &str, known: impl Iterator<Item = &'a str>) -> String {
    nearest(given, known).map_or_else(String::new, |name| format!("; did you mean `{name}`?"))
}

/// The known name that a slip may have made `given` of.
pub(super) fn nearest<'a>(given: &str, known: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let scored = known.map(|name| (alike(given, name), name));
    let best = scored.max_by(|one, other| one.0.total_cmp(&other.0));
    best.filter(|(score, _)| *score >= ALIKE).map(|(_, name)| name)
}

/// How alike two names are, from 0 to 1: the slips between them against their length. Of dotted names the tables they
/// stand in count for themselves, so that one who errs in the key is not told of the table. Other case is no slip.
fn alike(given: &str, name: &str) -> f64 {
    let (given, name) = (given.to_lowercase(), name.to_lowercase());
    let (given, name) = (given.as_str(), name.as_str());
    match (given.rsplit_once('.'), name.rsplit_once('.')) {
        (Some((table, key)), Some((other, known))) => {
            of_word(key, known) * (0.5 + of_word(table, other) / 2.0)
        }
        // Only a table at the top is known without a dot, or a key was written without its table.
        (Some((_, key)), None) => of_word(key, name) * 0.95,
        (None, Some((_, known))) => of_word(given, known) * 0.95,
        (None, None) => of_word(given, name),
    }
}

fn of_word(given: &str, known: &str) -> f64 {
    let begins = given.len().min(known.len()) >= 4 && (known.starts_with(given) || given.starts_with(known));
    let slips = strsim::normalized_damerau_levenshtein(given, known);
    if begins { slips.max(BEGUN) } else { slips }
}
