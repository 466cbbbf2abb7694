//! Cases from TOML.

use std::{collections::BTreeSet, ops::Range};

use model::{Code, Group, Operation};
use serde::Deserialize;
use serde_json::{Map, Value as Json};
use toml::{
    Spanned,
    de::{DeTable, DeValue, ValueDeserializer},
};

use super::{
    Case, Expected, Word,
    call::{ClientGiven, SessionGiven, TimeGiven, call},
    facts::{
        AncestorsGiven, AroundGiven, ClipboardGiven, DesktopGiven, ElementGiven, Given, LaunchGiven,
        ProcessGiven, TargetGiven, WindowGiven,
    },
    key::KeysGiven,
};
use crate::{
    config::{Fault, Faults, Layer, Names, Origin, Place, Profile},
    taint::Source,
};

/// Turns a tool's name and arguments into what would be done; else what is wrong with them.
pub type Planner<'a> = &'a dyn Fn(&str, Map<String, Json>) -> Result<Operation, String>;

/// A case as it stands in the file, but for its settings.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    name: String,
    profile: Option<Profiles>,
    tool: Option<Spanned<String>>,
    #[serde(default)]
    arguments: Map<String, Json>,
    operation: Option<Json>,
    process: Option<ProcessGiven>,
    window: Option<WindowGiven>,
    element: Option<ElementGiven>,
    ancestors: Option<AncestorsGiven>,
    to: Option<TargetGiven>,
    #[serde(default)]
    around: AroundGiven,
    launch: Option<LaunchGiven>,
    clipboard: Option<ClipboardGiven>,
    registry: Option<KeysGiven>,
    desktop: Option<DesktopGiven>,
    #[serde(default)]
    taint: BTreeSet<Source>,
    time: Option<TimeGiven>,
    session: Option<SessionGiven>,
    client: Option<ClientGiven>,
    expect: Word,
    code: Option<String>,
    policy: Option<String>,
    effects: Option<BTreeSet<Group>>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(untagged, expecting = "`profile` is a profile's name, or a list of such")]
enum Profiles {
    One(String),
    Several(Vec<String>),
}

/// Reads a file of cases; `shown` is what faults and failures call it.
///
/// # Errors
/// Everything that is wrong with it, each with its line.
pub fn read(shown: &str, source: &str, names: Names<'_>, plan: Planner<'_>) -> Result<Vec<Case>, Faults> {
    let mut reader =
        Reader { shown, source, names, plan, faults: Vec::new(), settings: nothing(), profiles: Vec::new() };
    let (table, errors) = DeTable::parse_recoverable(source);
    for error in &errors {
        reader.fault(error.span().unwrap_or_default(), error.message().to_owned());
    }
    let cases = if errors.is_empty() { reader.file(table.into_inner()) } else { Vec::new() };
    reader.faults.sort_by_key(|fault| fault.place.as_ref().map(|place| (place.line, place.column)));
    if reader.faults.is_empty() { Ok(cases) } else { Err(Faults(reader.faults)) }
}

fn nothing() -> Layer {
    Layer { origin: Origin::CommandLine, values: Default::default() }
}

struct Reader<'a> {
    shown: &'a str,
    source: &'a str,
    names: Names<'a>,
    plan: Planner<'a>,
    faults: Vec<Fault>,
    /// Of the whole file.
    settings: Layer,
    profiles: Vec<Profile>,
}

impl Reader<'_> {
    fn fault(&mut self, at: Range<usize>, message: String) {
        let place = Some(Place::of(self.source, at));
        self.faults.push(Fault { origin: self.shown.to_owned(), place, message });
    }

    fn file(&mut self, mut table: DeTable<'_>) -> Vec<Case> {
        if let Some(settings) = table.remove("settings") {
            self.settings = self.settings(&settings);
        }
        if let Some(profile) = table.remove("profile") {
            let at = profile.span();
            match Profiles::deserialize(ValueDeserializer::from(profile)) {
                Ok(given) => self.profiles = self.profiles(Some(given), &at),
                Err(error) => self.fault(at, error.message().to_owned()),
            }
        }
        let cases = table.remove("case");
        for key in table.keys() {
            let message = format!(
                "there is no `{}` here; a file has `profile`, `settings` and `[[case]]`",
                key.get_ref()
            );
            self.fault(key.span(), message);
        }
        match cases.map(|cases| (cases.span(), cases.into_inner())) {
            Some((_, DeValue::Array(cases))) => {
                cases.into_iter().filter_map(|case| self.case(case)).collect()
            }
            Some((at, _)) => {
                self.fault(at, "cases are written `[[case]]`".to_owned());
                Vec::new()
            }
            None => {
                self.fault(0..0, "the file has no `[[case]]`".to_owned());
                Vec::new()
            }
        }
    }

    fn settings(&mut self, settings: &Spanned<DeValue<'_>>) -> Layer {
        let DeValue::Table(table) = settings.get_ref() else {
            self.fault(settings.span(), "`settings` is a table of what `winwarden.toml` may hold".to_owned());
            return nothing();
        };
        Layer::of_table(self.shown, self.source, table, self.names).unwrap_or_else(|faults| {
            self.faults.extend(faults.0);
            nothing()
        })
    }

    fn case(&mut self, mut case: Spanned<DeValue<'_>>) -> Option<Case> {
        let at = case.span();
        let mut settings = self.settings.clone();
        if let DeValue::Table(table) = case.get_mut()
            && let Some(own) = table.remove("settings")
        {
            settings.values.extend(self.settings(&own).values);
        }
        let line = Place::of(self.source, at.clone()).line;
        let written = match Written::deserialize(ValueDeserializer::from(case)) {
            Ok(written) => written,
            Err(error) => {
                self.fault(error.span().unwrap_or(at), error.message().to_owned());
                return None;
            }
        };
        let before = self.faults.len();
        let profiles = self.profiles(written.profile.clone(), &at);
        let code = written.code.as_ref().map(|code| Code::parse(code));
        if code == Some(None) {
            self.fault(
                at.clone(),
                "`code` is no code of a failed call; `winwarden codes` lists them".to_owned(),
            );
        }
        let operation = self.operation(&written, &at)?;
        let given = Given {
            target: TargetGiven {
                process: written.process,
                window: written.window,
                element: written.element,
                ancestors: written.ancestors,
                around: written.around,
            },
            to: written.to,
            launch: written.launch,
            clipboard: written.clipboard,
            registry: written.registry,
            desktop: written.desktop,
        };
        let Written { name, expect: verdict, policy, effects, .. } = written;
        let case = Case {
            name,
            origin: format!("{}:{line}", self.shown),
            profiles,
            settings,
            facts: given.facts(&operation),
            taint: written.taint,
            call: call(written.time, written.session, written.client),
            operation,
            expected: Expected { verdict, code: code.flatten(), policy, effects },
        };
        (self.faults.len() == before).then_some(case)
    }

    fn operation(&mut self, written: &Written, at: &Range<usize>) -> Option<Operation> {
        let planned = match (&written.tool, &written.operation) {
            (Some(tool), None) => (self.plan)(tool.get_ref(), written.arguments.clone()),
            (None, Some(operation)) => Operation::deserialize(operation).map_err(|error| error.to_string()),
            _ => Err("a case has either a `tool` or an `operation`".to_owned()),
        };
        let at = written.tool.as_ref().map_or_else(|| at.clone(), Spanned::span);
        planned.map_err(|message| self.fault(at, message)).ok()
    }

    /// The profiles that are named; those of the file where none is.
    fn profiles(&mut self, given: Option<Profiles>, at: &Range<usize>) -> Vec<Profile> {
        let names = match given {
            None => return self.profiles.clone(),
            Some(Profiles::One(name)) => vec![name],
            Some(Profiles::Several(names)) => names,
        };
        let mut known = Vec::new();
        for name in names {
            match Profile::named(&name) {
                Some(profile) => known.push(profile),
                None => {
                    let all = Profile::ALL.map(Profile::name).join("`, `");
                    let name = model::ui::escape(&name, 40);
                    self.fault(at.clone(), format!("`{name}` is no profile; there are `{all}`"));
                }
            }
        }
        known
    }
}
