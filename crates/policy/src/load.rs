//! Policies from texts: those of a profile, and those that people write.

use std::collections::HashMap;

use cedar_policy::{
    CedarSchemaError, PolicyId, PolicySet, Schema, ValidationMode, Validator, entities_errors::EntitiesError,
};
use miette::Diagnostic;
use model::Code;
use thiserror::Error;

use crate::{
    config::{Fault, Faults, Place, Profile},
    groups::is_entities,
    lint, spelling,
};

/// What holds in every profile.
const ALWAYS: PolicyText<'static> =
    PolicyText { name: "always.cedar", text: include_str!("../policies/always.cedar") };

/// A file of policies; or of groups of programs, where its name ends with `.entities.json`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PolicyText<'a> {
    /// What faults call it.
    pub name: &'a str,
    /// Policies in Cedar, or entities in Cedar's JSON.
    pub text: &'a str,
}

/// Policies that cannot be used.
#[derive(Debug, Error)]
pub enum BrokenPolicy {
    /// The schema that is built in does not parse.
    #[error("schema: {0}")]
    Schema(#[from] Box<CedarSchemaError>),
    /// The action hierarchy of the schema cannot be built.
    #[error("schema: {0}")]
    Actions(#[from] Box<EntitiesError>),
    /// A name of the schema is no Cedar name.
    #[error("schema: a type name does not parse")]
    Names,
    /// Policies do not parse, do not fit the schema, or lack an annotation.
    #[error(transparent)]
    Policies(#[from] Faults),
}

impl BrokenPolicy {
    /// Both, or all that is wrong with both.
    pub(crate) fn of_both<A, B>(one: Result<A, Self>, other: Result<B, Self>) -> Result<(A, B), Self> {
        match (one, other) {
            (Ok(one), Ok(other)) => Ok((one, other)),
            (Err(Self::Policies(Faults(mut faults))), Err(Self::Policies(Faults(more)))) => {
                faults.extend(more);
                Err(Faults(faults).into())
            }
            (Err(broken), _) | (Ok(_), Err(broken)) => Err(broken),
        }
    }
}

/// What a policy says of itself.
#[derive(Debug, Clone)]
pub(crate) struct Words {
    /// Its place among all policies.
    pub(crate) rank: usize,
    /// Its text's place among all texts.
    pub(crate) text: usize,
    pub(crate) id: String,
    pub(crate) reason: String,
    pub(crate) code: Code,
}

/// Policies that fit the schema, each under its `@id`.
#[derive(Debug)]
pub(crate) struct Rules {
    pub(crate) policies: Vec<cedar_policy::Policy>,
    pub(crate) words: HashMap<PolicyId, Words>,
}

/// What policies can speak of.
pub(crate) fn schema() -> Result<Schema, BrokenPolicy> {
    let (schema, _) =
        Schema::from_cedarschema_str(include_str!("../policies/schema.cedarschema")).map_err(Box::new)?;
    Ok(schema)
}

/// The texts for keys where roots and level are the grant, in the place of those of a profile.
pub(crate) const fn granted() -> [PolicyText<'static>; 2] {
    [ALWAYS, PolicyText { name: "granted.cedar", text: include_str!("../policies/granted.cedar") }]
}

/// The texts of a profile.
pub(crate) fn profile(profile: Profile) -> [PolicyText<'static>; 2] {
    let own = match profile {
        Profile::Observe => {
            PolicyText { name: "observe.cedar", text: include_str!("../policies/observe.cedar") }
        }
        Profile::Unattended | Profile::Assistant | Profile::Workspace => {
            PolicyText { name: "assistant.cedar", text: include_str!("../policies/assistant.cedar") }
        }
        Profile::Lab => PolicyText { name: "lab.cedar", text: include_str!("../policies/lab.cedar") },
    };
    [ALWAYS, own]
}

/// Whether a text is one of those that are built in.
fn is_built_in(text: PolicyText<'_>) -> bool {
    let of_profiles = Profile::ALL.into_iter().flat_map(profile);
    granted().into_iter().chain(of_profiles).any(|built_in| built_in == text)
}

/// Reads and validates texts.
pub(crate) fn rules<'a>(
    schema: &Schema,
    texts: impl IntoIterator<Item = PolicyText<'a>>,
) -> Result<Rules, Faults> {
    let (mut rules, mut faults) = (Rules { policies: Vec::new(), words: HashMap::new() }, Vec::new());
    let mut homes: HashMap<PolicyId, Home<'_>> = HashMap::new();
    let validator = Validator::new(schema.clone());
    for (place, text) in texts.into_iter().enumerate().filter(|(_, text)| !is_entities(text)) {
        let first_rank = rules.words.len();
        let read = read(text, first_rank);
        faults.extend(read.faults);
        faults.extend(unfit(&validator, text, &read.policies, read.nameless));
        for (policy, mut words) in read.policies {
            words.text = place;
            let home = Home { text, number: words.rank.saturating_sub(first_rank) };
            let id = policy.id().clone();
            if let Some(first) = homes.insert(id.clone(), home) {
                faults.push(home.twice(&words.id, first));
            }
            match spelling::canonical(policy) {
                Ok(policy) => rules.policies.push(policy),
                Err(why) => faults.push(home.fault(format!("the policy `{}`: {why}", words.id))),
            }
            rules.words.insert(id, words);
        }
    }
    if faults.is_empty() { Ok(rules) } else { Err(Faults(faults)) }
}

/// Ids that stand in both of two sets, which are loaded each by itself: an `@id` names one policy.
pub(crate) fn twice<'a>(
    own: impl IntoIterator<Item = PolicyText<'a>>,
    machine: &[PolicyText<'a>],
) -> Vec<Fault> {
    let homes = |text: PolicyText<'a>| {
        let read = if is_entities(&text) { Read::default() } else { read(text, 0) };
        read.policies.into_iter().map(move |(_, words)| (words.id, Home { text, number: words.rank }))
    };
    let known: HashMap<String, Home<'_>> = machine.iter().copied().flat_map(homes).collect();
    let twice = |(id, home): (String, Home<'a>)| {
        let other = *known.get(&id)?;
        // What is built in is nobody's to change.
        Some(if is_built_in(home.text) { other.twice(&id, home) } else { home.twice(&id, other) })
    };
    own.into_iter().flat_map(homes).filter_map(twice).collect()
}

/// Where a policy stands.
#[derive(Debug, Clone, Copy)]
struct Home<'a> {
    text: PolicyText<'a>,
    /// Which of its text, from 0.
    number: usize,
}

impl Home<'_> {
    fn fault(self, message: String) -> Fault {
        let place = lint::line_of(self.text.text, self.number);
        let place = place.map(|line| Place::of_line(self.text.text, line));
        Fault { origin: self.text.name.to_owned(), place, message }
    }

    /// That `first` has the same id.
    fn twice(self, id: &str, first: Home<'_>) -> Fault {
        let line = lint::line_of(first.text.text, first.number);
        let line = line.map_or_else(String::new, |line| format!(", line {line}"));
        let built_in = if is_built_in(first.text) { ", which is built in" } else { "" };
        let home = first.text.name;
        self.fault(format!("the policy `{id}` is also defined in `{home}`{line}{built_in}"))
    }
}

/// What a text holds.
#[derive(Debug, Default)]
struct Read {
    /// In its order, under their own ids.
    policies: Vec<(cedar_policy::Policy, Words)>,
    /// Those that lack an annotation.
    nameless: Vec<cedar_policy::Policy>,
    faults: Vec<Fault>,
}

/// The policies of a text, the first of which has rank `first`.
fn read(text: PolicyText<'_>, first: usize) -> Read {
    let set = match text.text.parse::<PolicySet>() {
        Ok(set) => set,
        Err(errors) => {
            let faults = errors.iter().map(|error| fault(text, error)).collect();
            return Read { faults, ..Read::default() };
        }
    };
    let mut read = Read::default();
    for template in set.templates() {
        let home = Home { text, number: number(template.id()) };
        read.faults
            .push(home.fault(format!("`{}` is a template; only whole policies are read", template.id())));
    }
    let mut policies: Vec<_> = set.policies().collect();
    policies.sort_by_key(|policy| place(policy));
    for policy in policies {
        match words(policy, first.saturating_add(place(policy))) {
            Ok(words) => read.policies.push((policy.new_id(PolicyId::new(&words.id)), words)),
            Err(message) => {
                let home = Home { text, number: place(policy) };
                let number = home.number.saturating_add(1);
                read.faults.push(home.fault(format!("the policy number {number}: {message}")));
                read.nameless.push(policy.clone());
            }
        }
    }
    read
}

/// Which of the policies of its text this is, from 0: Cedar names them `policy0`, `policy1`, … in their order.
pub(crate) fn place(policy: &cedar_policy::Policy) -> usize {
    number(policy.id())
}

fn number(id: &PolicyId) -> usize {
    id.to_string().trim_start_matches("policy").parse().unwrap_or(usize::MAX)
}

/// What of a text does not fit the schema; those without a name go by the one that Cedar gave them.
fn unfit(
    validator: &Validator,
    text: PolicyText<'_>,
    read: &[(cedar_policy::Policy, Words)],
    nameless: Vec<cedar_policy::Policy>,
) -> Vec<Fault> {
    let mut set = PolicySet::new();
    let mut faults = Vec::new();
    for policy in read.iter().map(|(policy, _)| policy.clone()).chain(nameless) {
        // Of two with one id, which are told of elsewhere, the second is held to the schema by itself.
        if let Err(_twice) = set.add(policy.clone()) {
            let alone = PolicySet::from_policies([policy]).unwrap_or_default();
            let found = validator.validate(&alone, ValidationMode::Strict);
            faults.extend(found.validation_errors().map(|error| fault(text, error)));
        }
    }
    let found = validator.validate(&set, ValidationMode::Strict);
    faults.extend(found.validation_errors().map(|error| fault(text, error)));
    once_for_each_place(faults)
}

/// In their order; Cedar tells each as often as there are actions for which it holds.
fn once_for_each_place(mut faults: Vec<Fault>) -> Vec<Fault> {
    let at = |fault: &Fault| fault.place.as_ref().map(|place| (place.line, place.column, place.length));
    faults.sort_by(|one, other| (at(one), &one.message).cmp(&(at(other), &other.message)));
    let alike = faults.chunk_by(|one, other| at(one).is_some() && at(one) == at(other));
    let once = alike.filter_map(|alike| {
        let (first, more) = alike.split_first()?;
        let message = match more.len() {
            0 => first.message.clone(),
            more => format!("{} ({more} more like it here)", first.message),
        };
        Some(Fault { message, ..first.clone() })
    });
    once.collect()
}

fn fault(text: PolicyText<'_>, error: &dyn Diagnostic) -> Fault {
    let label = error.labels().and_then(|mut labels| labels.next());
    let place = label.map(|label| Place::of(text.text, label.offset()..label.offset() + label.len()));
    let help = error.help().map_or_else(String::new, |help| format!("; {help}"));
    Fault { origin: text.name.to_owned(), place, message: format!("{error}{help}") }
}

fn words(policy: &cedar_policy::Policy, rank: usize) -> Result<Words, &'static str> {
    let code = match policy.annotation("code") {
        None => Code::DeniedByPolicy,
        Some(code) => Code::parse(code).ok_or("its `@code` is not a known code")?,
    };
    let id = policy.annotation("id").filter(|id| !id.is_empty()).ok_or("it has no `@id`")?.to_owned();
    let reason = policy.annotation("reason").filter(|reason| !reason.trim().is_empty());
    let reason = reason.ok_or("it has no `@reason`")?.to_owned();
    Ok(Words { rank, text: 0, id, reason, code })
}
