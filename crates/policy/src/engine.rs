//! The policy engine: Cedar, asked once for a plain yes and again for what would make it one.
//!
//! Untrusted: the operation, and every text in the facts.
//! Guarantees: [`Verdict::Allow`] only where Cedar allows every target without any evaluation error; any error,
//! or a target that cannot be put into Cedar's terms, is a deny.
//! Does not: find the facts out, or know whether they are true.

use std::collections::{HashMap, HashSet};

use cedar_policy::{
    ActionConstraint, Authorizer, Context, Decision, Entities, Entity, EntityUid, PolicyId, PolicySet,
    Request, RestrictedExpression, Schema, ValidationMode, Validator,
};
use model::{Code, Facts, Kind, Operation, TargetFacts};
use thiserror::Error;

use crate::{
    Reason, Verdict,
    request::{self, Types, uid},
};

/// Policies that cannot be used. The message is Cedar's own.
#[derive(Debug, Error)]
pub enum BrokenPolicy {
    /// The schema does not parse.
    #[error("schema: {0}")]
    Schema(#[from] Box<cedar_policy::CedarSchemaError>),
    /// A policy does not parse.
    #[error("policy: {0}")]
    Parse(#[from] Box<cedar_policy::ParseErrors>),
    /// A policy speaks of what the schema does not know, or mistypes it.
    #[error("policy does not fit the schema: {0}")]
    Validation(String),
    /// A policy lacks an annotation, or has a bad one.
    #[error("policy `{policy}`: {what}")]
    Annotation {
        /// Cedar's name for the policy.
        policy: String,
        /// What is wrong.
        what: &'static str,
    },
    /// Two policies have one name.
    #[error("policies: {0}")]
    Set(#[from] Box<cedar_policy::PolicySetError>),
    /// The action hierarchy of the schema cannot be built.
    #[error("schema: {0}")]
    Actions(#[from] Box<cedar_policy::entities_errors::EntitiesError>),
    /// A name of the schema is no Cedar name.
    #[error("schema: a type name does not parse")]
    Names,
}

/// A loaded, validated set of policies.
#[derive(Debug)]
pub struct Policy {
    /// Each policy's own words, by Cedar's id; in the order of the file.
    words: HashMap<PolicyId, Words>,
    schema: Schema,
    /// What can apply to each kind of operation.
    kinds: HashMap<Kind, Applicable>,
    types: Types,
    authorizer: Authorizer,
}

/// What is needed to judge one kind of operation: worked out once, as it is the same for every call.
#[derive(Debug)]
struct Applicable {
    /// The action, whose groups are its ancestors.
    action: Entity,
    /// The policies whose scope admits it: the others can neither permit, forbid nor fail.
    policies: PolicySet,
}

#[derive(Debug, Clone)]
struct Words {
    rank: usize,
    id: String,
    reason: String,
    code: Code,
}

/// One target of a call in Cedar's terms.
struct Question<'a> {
    applicable: &'a Applicable,
    principal: EntityUid,
    resource: EntityUid,
    /// The facts but for `approved` and `dry_run`.
    context: Vec<(String, RestrictedExpression)>,
    entities: Entities,
}

/// What Cedar says, once.
enum Answer {
    Yes(Vec<String>),
    No(Code, Vec<Reason>),
    Broken(Reason),
}

impl Policy {
    /// The built-in set.
    ///
    /// # Errors
    /// Only if the executable was built from broken policies.
    pub fn built_in() -> Result<Self, BrokenPolicy> {
        Self::load(include_str!("../policies/schema.cedarschema"), include_str!("../policies/default.cedar"))
    }

    /// Loads policies and validates them strictly.
    ///
    /// # Errors
    /// Anything that Cedar finds wrong with schema or policies, or a policy without `@id` and `@reason`.
    pub fn load(schema: &str, policies: &str) -> Result<Self, BrokenPolicy> {
        let (schema, _) = Schema::from_cedarschema_str(schema).map_err(Box::new)?;
        let policies: PolicySet = policies.parse().map_err(Box::new)?;
        let validator = Validator::new(schema.clone());
        let found = validator.validate(&policies, ValidationMode::Strict);
        if let Some(error) = found.validation_errors().next() {
            return Err(BrokenPolicy::Validation(error.to_string()));
        }
        let types = Types::new().ok_or(BrokenPolicy::Names)?;
        Ok(Self {
            words: words(&policies)?,
            kinds: applicable(&schema, &types, &policies)?,
            authorizer: Authorizer::new(),
            schema,
            types,
        })
    }

    /// Judges an operation on all of its targets: the strictest judgement on any of them is the verdict.
    pub fn decide(&self, session: &str, operation: &Operation, facts: &Facts) -> Verdict {
        if facts.targets.is_empty() {
            return self.decide_on(session, operation, facts, None);
        }
        facts
            .targets
            .iter()
            .map(|target| self.decide_on(session, operation, facts, Some(target)))
            .max_by_key(Verdict::strictness)
            .unwrap_or_else(|| broken("the operation has no target"))
    }

    fn decide_on(
        &self,
        session: &str,
        operation: &Operation,
        facts: &Facts,
        target: Option<&TargetFacts>,
    ) -> Verdict {
        let Some(question) = self.question(session, operation, facts, target) else {
            return broken("the call cannot be put into the policy's terms");
        };
        let ask = |approved, dry_run| self.ask(&question, approved, dry_run);
        let (code, reasons) = match ask(false, false) {
            Answer::Yes(policies) => return Verdict::Allow { policies },
            Answer::Broken(reason) => {
                return Verdict::Deny { code: Code::PolicyError, reasons: vec![reason] };
            }
            Answer::No(code, reasons) => (code, reasons),
        };
        match ask(true, false) {
            Answer::Yes(_) => return Verdict::Ask { reasons },
            Answer::Broken(reason) => {
                return Verdict::Deny { code: Code::PolicyError, reasons: vec![reason] };
            }
            Answer::No(..) => {}
        }
        match ask(false, true) {
            Answer::Yes(_) => Verdict::Preview { reasons },
            Answer::Broken(reason) => Verdict::Deny { code: Code::PolicyError, reasons: vec![reason] },
            Answer::No(..) => Verdict::Deny { code, reasons },
        }
    }

    fn ask(&self, question: &Question<'_>, approved: bool, dry_run: bool) -> Answer {
        let Some(request) = self.request(question, approved, dry_run) else {
            return Answer::Broken(error("the call cannot be put into the policy's terms"));
        };
        let response =
            self.authorizer.is_authorized(&request, &question.applicable.policies, &question.entities);
        if response.diagnostics().errors().next().is_some() {
            return Answer::Broken(error("a policy could not be evaluated"));
        }
        let mut words: Vec<&Words> =
            response.diagnostics().reason().filter_map(|policy| self.words.get(policy)).collect();
        words.sort_by_key(|words| words.rank);
        match response.decision() {
            Decision::Allow => Answer::Yes(words.iter().map(|words| words.id.clone()).collect()),
            Decision::Deny => Answer::No(
                words.first().map_or(Code::DeniedByPolicy, |words| words.code),
                if words.is_empty() {
                    vec![Reason { policy: "default".into(), text: "no policy permits it".into() }]
                } else {
                    words
                        .iter()
                        .map(|words| Reason { policy: words.id.clone(), text: words.reason.clone() })
                        .collect()
                },
            ),
        }
    }

    /// What is the same whether or not the call is approved or a dry run.
    fn question(
        &self,
        session: &str,
        operation: &Operation,
        facts: &Facts,
        target: Option<&TargetFacts>,
    ) -> Option<Question<'_>> {
        let applicable = self.kinds.get(&operation.kind())?;
        let context = request::context(operation, facts, target)?;
        let principal = self.types.session(session);
        let chain = self.types.resource(operation, facts, target);
        let resource = chain.first()?.uid();
        let entities = chain.into_iter().chain([applicable.action.clone()]);
        let entities = Entities::from_entities(entities, None).ok()?;
        Some(Question { applicable, principal, resource, context, entities })
    }

    fn request(&self, question: &Question<'_>, approved: bool, dry_run: bool) -> Option<Request> {
        let Question { applicable, principal, resource, context, .. } = question;
        let flags = [("approved", approved), ("dry_run", dry_run)]
            .map(|(name, value)| (name.to_owned(), RestrictedExpression::new_bool(value)));
        let context = Context::from_pairs(context.iter().cloned().chain(flags)).ok()?;
        let action = applicable.action.uid();
        Request::new(principal.clone(), action, resource.clone(), context, Some(&self.schema)).ok()
    }
}

/// The policies and the action entity of each kind.
fn applicable(
    schema: &Schema,
    types: &Types,
    policies: &PolicySet,
) -> Result<HashMap<Kind, Applicable>, BrokenPolicy> {
    let hierarchy = schema.action_entities().map_err(Box::new)?;
    Kind::ALL
        .iter()
        .map(|kind| {
            let action = uid(&types.action, kind.name());
            let groups: HashSet<EntityUid> =
                hierarchy.ancestors(&action).into_iter().flatten().cloned().collect();
            let covers = |named: &EntityUid| *named == action || groups.contains(named);
            let admitted = policies.policies().filter(|policy| match policy.action_constraint() {
                ActionConstraint::Any => true,
                ActionConstraint::Eq(named) => named == action,
                ActionConstraint::In(named) => named.iter().any(covers),
            });
            let policies = PolicySet::from_policies(admitted.cloned()).map_err(Box::new)?;
            Ok((*kind, Applicable { action: Entity::new_no_attrs(action, groups), policies }))
        })
        .collect()
}

fn words(policies: &PolicySet) -> Result<HashMap<PolicyId, Words>, BrokenPolicy> {
    let bad = |policy: &cedar_policy::Policy, what| BrokenPolicy::Annotation {
        policy: policy.id().to_string(),
        what,
    };
    policies
        .policies()
        .map(|policy| {
            let code = match policy.annotation("code") {
                None => Code::DeniedByPolicy,
                Some(code) => {
                    Code::parse(code).ok_or_else(|| bad(policy, "its `@code` is not a known code"))?
                }
            };
            let words = Words {
                // Cedar names the policies of a text `policy0`, `policy1`, … in their order.
                rank: policy.id().to_string().trim_start_matches("policy").parse().unwrap_or(usize::MAX),
                id: policy.annotation("id").ok_or_else(|| bad(policy, "it has no `@id`"))?.to_owned(),
                reason: policy
                    .annotation("reason")
                    .ok_or_else(|| bad(policy, "it has no `@reason`"))?
                    .to_owned(),
                code,
            };
            Ok((policy.id().clone(), words))
        })
        .collect()
}

fn error(text: &str) -> Reason {
    Reason { policy: "engine".into(), text: text.into() }
}

fn broken(text: &str) -> Verdict {
    Verdict::Deny { code: Code::PolicyError, reasons: vec![error(text)] }
}

#[cfg(test)]
#[path = "tests/engine.rs"]
mod tests;
