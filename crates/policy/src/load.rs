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

/// Reads and validates texts.
pub(crate) fn rules<'a>(
    schema: &Schema,
    texts: impl IntoIterator<Item = PolicyText<'a>>,
) -> Result<Rules, Faults> {
    let (mut rules, mut faults) = (Rules { policies: Vec::new(), words: HashMap::new() }, Vec::new());
    let mut homes: HashMap<PolicyId, &str> = HashMap::new();
    let validator = Validator::new(schema.clone());
    for (place, text) in texts.into_iter().enumerate().filter(|(_, text)| !is_entities(text)) {
        let first_rank = rules.words.len();
        match read(text, first_rank) {
            Err(found) => faults.extend(found),
            Ok(read) => {
                faults.extend(unfit(&validator, text, &read));
                for (policy, mut words) in read {
                    words.text = place;
                    if let Some(first) = homes.insert(policy.id().clone(), text.name) {
                        let message = format!("the policy `{}` is also defined in `{first}`", words.id);
                        let number = words.rank.saturating_sub(first_rank);
                        faults.push(Fault {
                            origin: text.name.to_owned(),
                            place: beginning(text, number),
                            message,
                        });
                    }
                    let number = words.rank.saturating_sub(first_rank);
                    let id = policy.id().clone();
                    match spelling::canonical(policy) {
                        Ok(policy) => rules.policies.push(policy),
                        Err(why) => faults.push(Fault {
                            origin: text.name.to_owned(),
                            place: beginning(text, number),
                            message: format!("the policy `{}`: {why}", words.id),
                        }),
                    }
                    rules.words.insert(id, words);
                }
            }
        }
    }
    if faults.is_empty() { Ok(rules) } else { Err(Faults(faults)) }
}

/// The policies of a text in its order, under their own ids.
fn read(text: PolicyText<'_>, first: usize) -> Result<Vec<(cedar_policy::Policy, Words)>, Vec<Fault>> {
    let set: PolicySet = text.text.parse().map_err(|errors: cedar_policy::ParseErrors| {
        errors.iter().map(|error| fault(text, error)).collect::<Vec<_>>()
    })?;
    if let Some(template) = set.templates().next() {
        let message = format!("`{}` is a template; only whole policies are read", template.id());
        return Err(vec![Fault { origin: text.name.to_owned(), place: None, message }]);
    }
    let mut policies: Vec<_> = set.policies().collect();
    policies.sort_by_key(|policy| place(policy));
    let (mut read, mut faults) = (Vec::new(), Vec::new());
    for policy in policies {
        match words(policy, first.saturating_add(place(policy))) {
            Ok(words) => read.push((policy.new_id(PolicyId::new(&words.id)), words)),
            Err(message) => {
                let message = format!("the policy number {}: {message}", place(policy).saturating_add(1));
                faults.push(Fault {
                    origin: text.name.to_owned(),
                    place: beginning(text, place(policy)),
                    message,
                });
            }
        }
    }
    if faults.is_empty() { Ok(read) } else { Err(faults) }
}

/// Where the policy number `number` of a text, from 0, begins.
fn beginning(text: PolicyText<'_>, number: usize) -> Option<Place> {
    lint::line_of(text.text, number).map(|line| Place::of_line(text.text, line))
}

/// Which of the policies of its text this is, from 0: Cedar names them `policy0`, `policy1`, … in their order.
pub(crate) fn place(policy: &cedar_policy::Policy) -> usize {
    policy.id().to_string().trim_start_matches("policy").parse().unwrap_or(usize::MAX)
}

/// What of a text does not fit the schema.
fn unfit(validator: &Validator, text: PolicyText<'_>, read: &[(cedar_policy::Policy, Words)]) -> Vec<Fault> {
    // Two of one id are told of elsewhere.
    let Ok(set) = PolicySet::from_policies(read.iter().map(|(policy, _)| policy.clone())) else {
        return Vec::new();
    };
    let found = validator.validate(&set, ValidationMode::Strict);
    found.validation_errors().map(|error| fault(text, error)).collect()
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
    let reason = policy.annotation("reason").ok_or("it has no `@reason`")?.to_owned();
    Ok(Words { rank, text: 0, id, reason, code })
}
